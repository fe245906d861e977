//! Watches the market for the orders that rest: sends those whose price or time has come through the
//! engine, and learns of those that other servers have taken in.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use domain::api::OrderStatus;
use domain::{GameRules, Timestamp};
use futures_util::future::join_all;
use tokio::sync::watch;
use tokio::time::Instant;

use super::book::Book;
use super::rules::{GameRuleBook, closed};
use super::{Engine, EngineError, Task};
use crate::clock::Clock;
use crate::market::Market;
use crate::store::{OrderStore, RestingPlace, RestingRecord, StoreResult};

/// Orders that are on their way at once.
const AT_ONCE: usize = 256;
/// Orders that one query reads.
const PAGE: u32 = 1_000;
/// Without a new price: time passes, too, and orders end with it.
const PAUSE: Duration = Duration::from_secs(1);
/// From one look for other servers' orders to the next.
const LOOK_EVERY: Duration = Duration::from_secs(5);
/// How far other servers' clocks may be behind.
const CLOCKS_DIFFER_S: i64 = 60;

/// Before everything that was ever placed.
fn the_beginning() -> RestingPlace {
    RestingPlace::before(Timestamp::from_micros(i64::MIN))
}

/// The book, shared by those who feed it and the one who watches.
#[derive(Debug, Default)]
pub(super) struct SharedBook(Mutex<Book>);

impl SharedBook {
    pub(super) fn lock(&self) -> MutexGuard<'_, Book> {
        // A book is whole after every change, whatever became of whoever made it.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Watches for the orders that rest.
pub(super) struct Watcher {
    engine: Engine,
    store: Arc<dyn OrderStore>,
    market: Arc<Market>,
    clock: Arc<dyn Clock>,
    book: Arc<SharedBook>,
    games: Arc<GameRuleBook>,
    /// The latest order that has been read.
    read_until: RestingPlace,
}

impl Watcher {
    pub(super) fn new(
        engine: Engine,
        store: Arc<dyn OrderStore>,
        market: Arc<Market>,
        clock: Arc<dyn Clock>,
        book: Arc<SharedBook>,
        games: Arc<GameRuleBook>,
    ) -> Self {
        Self {
            engine,
            store,
            market,
            clock,
            book,
            games,
            read_until: the_beginning(),
        }
    }

    /// Reads every order that rests.
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
    pub(super) async fn run(mut self, mut closing: watch::Receiver<bool>) {
        let mut ticks = self.market.ticks();
        let mut looked_at = Instant::now();
        loop {
            tokio::select! {
                biased;
                () = closed(&mut closing) => break,
                // Without a market there are no more prices, but time still passes.
                ticked = ticks.changed() => if ticked.is_err() {
                    tokio::time::sleep(PAUSE).await;
                },
                () = tokio::time::sleep(PAUSE) => {}
            }
            if looked_at.elapsed() >= LOOK_EVERY {
                looked_at = Instant::now();
                self.look_for_others().await;
            }
            self.settle_due().await;
        }
    }

    /// Orders that other servers have taken in. Their clocks may differ, so it begins a little before
    /// the latest that is known.
    async fn look_for_others(&mut self) {
        let from = self.read_until.placed_at.plus_seconds(-CLOCKS_DIFFER_S);
        if let Err(error) = self.read_from(RestingPlace::before(from)).await {
            tracing::warn!(%error, "the orders that rest could not be read");
        }
    }

    /// Sends what is due through the engine, until nothing is or something has to wait.
    async fn settle_due(&self) {
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

    fn take_due(&self) -> Vec<Arc<RestingRecord>> {
        let (snapshot, now) = (self.market.snapshot(), self.clock.now());
        let games = self.games.current();
        let mut book = self.book.lock();
        let due = book.take_due(&snapshot, &games, now, AT_ONCE);
        if due.is_empty() {
            return book.take_of_games_that_are_over(&games, now, AT_ONCE);
        }
        due
    }

    /// Has the engine decide an order; whether it has ended.
    async fn settle(&self, record: &Arc<RestingRecord>) -> bool {
        let game: Option<Arc<GameRules>> = self.games.find(record.account.game);
        let answer = match game {
            Some(game) => {
                let task = Task::Settle(Arc::clone(record));
                self.engine.send(record.account, task, game).await
            }
            None => Err(EngineError::NoAccount),
        };
        let rests = match &answer {
            Ok(view) => view.status == OrderStatus::Resting,
            Err(EngineError::NoAccount | EngineError::NoOrder | EngineError::KeyReused) => false,
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
