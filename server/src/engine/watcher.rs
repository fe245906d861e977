//! Watches the markets for resting orders: sends those whose price or time has come through the
//! engine, picks up those that other servers have accepted, and keeps their markets running.

use std::collections::{BTreeMap, HashSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use domain::api::OrderStatus;
use domain::{GameId, GameRules, MarketId, Timestamp};
use futures_util::future::join_all;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use super::book::Book;
use super::rules::{GameRuleBook, KnownGame};
use super::{Engine, EngineError, GameContext, Task};
use crate::clock::Clock;
use crate::market::{FindMarket, Market};
use crate::store::{OrderStore, RestingPlace, RestingRecord, StoreResult};

/// Orders in flight at once.
const AT_ONCE: usize = 256;
/// Orders read per query.
const PAGE: u32 = 1_000;
/// Longest pause without a new price, because orders also expire as time passes.
const PAUSE: Duration = Duration::from_secs(1);
/// Interval between checks for other servers' orders.
const LOOK_EVERY: Duration = Duration::from_secs(5);
/// Markets requested at once. A market that is not running is started.
const MARKETS_AT_ONCE: usize = 8;
/// A market runs when a game on it closes, and for this long before.
const CLOSING_AHEAD_S: i64 = 120;
/// How far other servers' clocks may lag.
const CLOCKS_DIFFER_S: i64 = 60;

/// Before any order ever placed.
fn the_beginning() -> RestingPlace {
    RestingPlace::before(Timestamp::from_micros(i64::MIN))
}

/// The book, shared by the lanes that fill it and the watcher.
#[derive(Debug, Default)]
pub(super) struct SharedBook(Mutex<Book>);

impl SharedBook {
    pub(super) fn lock(&self) -> MutexGuard<'_, Book> {
        // The book is consistent after every change, even if the thread that made it panicked.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A game with a resting order.
struct Watched {
    rules: Arc<GameRules>,
    market: Arc<Market>,
    /// The market tick at which nothing more was due.
    seen: Option<u64>,
}

/// Watches the resting orders.
pub(super) struct Watcher {
    engine: Engine,
    store: Arc<dyn OrderStore>,
    markets: Arc<dyn FindMarket>,
    clock: Arc<dyn Clock>,
    book: Arc<SharedBook>,
    games: Arc<GameRuleBook>,
    /// In the order of their ids, so that a simulated run is reproducible.
    watched: BTreeMap<GameId, Watched>,
    /// Markets that were unavailable.
    missing: HashSet<MarketId>,
    /// The latest order read.
    read_until: RestingPlace,
}

impl Watcher {
    pub(super) fn new(
        engine: Engine,
        store: Arc<dyn OrderStore>,
        markets: Arc<dyn FindMarket>,
        clock: Arc<dyn Clock>,
        book: Arc<SharedBook>,
        games: Arc<GameRuleBook>,
    ) -> Self {
        Self {
            engine,
            store,
            markets,
            clock,
            book,
            games,
            watched: BTreeMap::new(),
            missing: HashSet::new(),
            read_until: the_beginning(),
        }
    }

    /// Reads every resting order.
    pub(super) async fn rebuild(&mut self) -> StoreResult<()> {
        self.read_from(the_beginning()).await?;
        let orders = self.book.lock().len();
        tracing::info!(orders, "the orders that rest have been read");
        Ok(())
    }

    async fn read_from(&mut self, mut after: RestingPlace) -> StoreResult<()> {
        loop {
            let page = self.store.list_resting_orders(&after, PAGE).await?;
            let Some(last) = page.last() else { break };
            after = last.place();
            self.put_into_book(page);
        }
        self.read_until = after.max(self.read_until.clone());
        Ok(())
    }

    fn put_into_book(&self, page: Vec<RestingRecord>) {
        let mut book = self.book.lock();
        for record in page {
            book.insert(Arc::new(record));
        }
    }

    /// Watches until the engine closes.
    pub(super) async fn run(mut self, closing: CancellationToken) {
        let mut ticks = self.markets.ticks();
        let mut looked_at = Instant::now();
        self.watch().await;
        let mut watched_at = Instant::now();
        loop {
            tokio::select! {
                biased;
                () = closing.cancelled() => break,
                // Without a market there are no new prices, but time still passes.
                ticked = ticks.changed() => if ticked.is_err() {
                    tokio::time::sleep(PAUSE).await;
                },
                () = tokio::time::sleep(PAUSE) => {}
            }
            if looked_at.elapsed() >= LOOK_EVERY {
                looked_at = Instant::now();
                self.look_for_others().await;
            }
            if watched_at.elapsed() >= PAUSE {
                watched_at = Instant::now();
                self.watch().await;
            }
            self.settle_due().await;
        }
    }

    /// Keeps running the markets of all resting orders and of games that are about to close.
    async fn watch(&mut self) {
        let resting = self.book.lock().games();
        let mut games = self.games.current();
        if resting.iter().any(|game| !games.contains_key(game)) {
            if let Err(error) = self.games.refresh(&*self.store).await {
                tracing::warn!(%error, "the games could not be read again");
            }
            games = self.games.current();
        }
        let now = self.clock.now();
        let closing = |known: &KnownGame| {
            let closes_at = known.rules.closes_at;
            closes_at.is_some_and(|at| now <= at && at <= now.plus_seconds(CLOSING_AHEAD_S))
        };
        let mut wanted: Vec<(GameId, KnownGame)> = games
            .iter()
            .filter(|(game, known)| resting.contains(game) || closing(known))
            .map(|(game, known)| (*game, known.clone()))
            .collect();
        wanted.sort_by_key(|(game, _)| *game);
        self.watched.retain(|game, _| resting.contains(game));
        for some in wanted.chunks(MARKETS_AT_ONCE) {
            let found = some.iter().map(|(_, known)| self.find_market(known.market));
            let found = join_all(found).await;
            for ((game, known), market) in some.iter().zip(found) {
                self.keep(*game, known, market);
            }
        }
    }

    async fn find_market(&self, market: MarketId) -> Option<Arc<Market>> {
        let found = self.markets.find_market(market).await;
        if let Err(error) = &found
            && !self.missing.contains(&market)
        {
            tracing::warn!(%market, %error, "orders rest on a market that cannot be started; will retry");
        }
        found.ok()
    }

    fn keep(&mut self, game: GameId, known: &KnownGame, market: Option<Arc<Market>>) {
        let Some(market) = market else {
            self.missing.insert(known.market);
            self.watched.remove(&game);
            return;
        };
        self.missing.remove(&known.market);
        let watched = Watched {
            rules: Arc::clone(&known.rules),
            market,
            seen: None,
        };
        self.watched.insert(game, watched);
    }

    /// Reads orders that other servers have accepted. Their clocks may differ, so it starts a little
    /// before the latest known order.
    async fn look_for_others(&mut self) {
        let from = self.read_until.placed_at.plus_seconds(-CLOCKS_DIFFER_S);
        if let Err(error) = self.read_from(RestingPlace::before(from)).await {
            tracing::warn!(%error, "the orders that rest could not be read");
        }
    }

    /// Sends due orders through the engine until none is left or one has to wait.
    async fn settle_due(&mut self) {
        loop {
            let due = self.take_due();
            if due.is_empty() {
                return;
            }
            let settled = join_all(due.iter().map(|record| self.settle(record))).await;
            if !settled.into_iter().all(|ended| ended) {
                return;
            }
        }
    }

    fn take_due(&mut self) -> Vec<Arc<RestingRecord>> {
        let now = self.clock.now();
        let mut book = self.book.lock();
        let mut due = book.take_expired(now, AT_ONCE);
        for (game, watched) in &mut self.watched {
            let ticked = watched.market.ticked();
            let room = AT_ONCE.saturating_sub(due.len());
            if watched.seen == Some(ticked) || room == 0 {
                continue;
            }
            let snapshot = watched.market.snapshot();
            let mut of_game = book.take_due(*game, &watched.rules, &snapshot, now, room);
            if of_game.is_empty() {
                of_game = book.take_of_game_that_is_over(*game, &watched.rules, now, room);
            }
            if of_game.is_empty() {
                watched.seen = Some(ticked);
            }
            due.extend(of_game);
        }
        due
    }

    /// Has the engine decide an order. Returns whether it has ended.
    async fn settle(&self, record: &Arc<RestingRecord>) -> bool {
        // A game whose market is unavailable is not watched; its orders keep waiting.
        let answer = match self.watched.get(&record.account.game) {
            Some(watched) => {
                let game = GameContext {
                    rules: Arc::clone(&watched.rules),
                    market: Arc::clone(&watched.market),
                };
                let task = Task::Settle(Arc::clone(record));
                self.engine.send_order(record.account, task, game).await
            }
            None => Err(EngineError::Closing),
        };
        let rests = match &answer {
            Ok(view) => view.status == OrderStatus::Resting,
            Err(
                EngineError::NoAccount
                | EngineError::NoOrder
                | EngineError::KeyReused
                | EngineError::Refused(_),
            ) => false,
            Err(EngineError::Full | EngineError::Closing | EngineError::Store(_)) => true,
        };
        let mut book = self.book.lock();
        if rests {
            book.put_back(record.account, record.key());
        } else {
            book.remove(record.account, record.key());
        }
        !rests
    }
}
