//! Builds the boards from the database and keeps them current. No trade waits for it, because it only
//! reads.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use domain::boards::Period;
use domain::{AccountId, GameId, InstrumentId, MarketId, Timestamp};
use tokio::time::{Instant, MissedTickBehavior};
use tokio_util::sync::CancellationToken;

use super::changes::{Change, Changes};
use super::members::{arrivals, opened};
use super::standings::{Arrival, Prices};
use super::{Board, Shared, note_length};
use crate::feed::Feed;
use crate::market::FindMarket;
use crate::store::{AccountRecord, Portfolio, PortfolioLookup, Store, StoreResult};

mod look;
mod memberships;

use memberships::Memberships;

/// Interval between reads of changed accounts.
const READ_EVERY: Duration = Duration::from_millis(250);
/// Interval between valuations at new prices.
const REVALUE_EVERY: Duration = Duration::from_millis(750);
/// Valuations pause for this many times as long as the latest one took, so that they never use more than
/// a tenth of a processor.
const REST: u32 = 9;
/// Interval between checks of privacy settings and of what other servers have stored.
const LOOK_EVERY: Duration = Duration::from_secs(1);
/// Accounts read per query.
const ACCOUNTS_AT_ONCE: u32 = 500;
/// Pause after a database failure before the boards are rebuilt.
const PAUSE: Duration = Duration::from_secs(1);
/// The version of an account that has its opening entry and no other.
const OPENED: i64 = 1;

/// Keeps the boards current.
#[derive(Debug)]
pub(super) struct Keeper {
    pub(super) shared: Arc<Shared>,
    pub(super) store: Arc<dyn Store>,
    pub(super) markets: Arc<dyn FindMarket>,
    /// Those that members are valued at, by market; the latest of a market that has stopped.
    prices: HashMap<MarketId, Prices>,
    /// When the latest change of what others may see was made.
    privacy_seen: Timestamp,
    /// When the present periods began, as far as their openings are known to be those that are stored.
    begun: HashMap<(GameId, Period), Timestamp>,
    /// The boards that each player is on.
    memberships: Memberships,
}

impl Keeper {
    pub(super) fn new(
        shared: Arc<Shared>,
        store: Arc<dyn Store>,
        markets: Arc<dyn FindMarket>,
    ) -> Self {
        Self {
            shared,
            store,
            markets,
            prices: HashMap::new(),
            privacy_seen: Timestamp::default(),
            begun: HashMap::new(),
            memberships: Memberships::default(),
        }
    }

    /// Keeps the boards until `closing`.
    pub(super) async fn run(mut self, feed: Feed, closing: CancellationToken) {
        tokio::select! {
            () = closing.cancelled() => {}
            () = self.keep(&feed) => {}
        }
    }

    async fn keep(&mut self, feed: &Feed) {
        let mut reader = loop {
            // Subscribe first, then read, so that no change is missed in between.
            let built = match feed.subscribe().await {
                Ok(reader) => self.build().await.map(|()| reader),
                Err(error) => Err(error),
            };
            match built {
                Ok(reader) => break reader,
                Err(error) => {
                    tracing::warn!(%error, "the leaderboards could not be built");
                    tokio::time::sleep(PAUSE).await;
                }
            }
        };
        self.shared.ready.send_replace(true);
        let shared = Arc::clone(&self.shared);
        tokio::select! {
            () = shared.changes.collect(&mut reader) => {}
            () = self.follow(&shared.changes) => {}
        }
    }

    /// Reads every account that may have traded.
    async fn build(&mut self) -> StoreResult<()> {
        let started = Instant::now();
        self.privacy_seen = self.now();
        self.begun = self.stored_periods().await?;
        self.open_boards().await?;
        self.take_prices();
        for (_, board) in self.shared.all() {
            board.write().gather();
        }
        let mut after = None;
        loop {
            let page = self.store.list_accounts(after, ACCOUNTS_AT_ONCE).await?;
            let Some(last) = page.last() else {
                break;
            };
            after = Some(last.id);
            let changed = |record: &AccountRecord| record.head.version > OPENED;
            let accounts = page.iter().filter(|record| changed(record));
            let accounts: Vec<_> = accounts
                .map(|record| (record.id, Change::default()))
                .collect();
            self.read(&accounts).await?;
        }
        for (_, board) in self.shared.all() {
            board.write().settle();
        }
        self.roll();
        note_length(started.elapsed(), &self.shared.built_in);
        Ok(())
    }

    fn now(&self) -> Timestamp {
        self.shared.clock.now()
    }

    async fn stored_periods(&self) -> StoreResult<HashMap<(GameId, Period), Timestamp>> {
        let stored = self.store.list_board_periods().await?;
        let begun = stored.into_iter();
        Ok(begun
            .map(|one| ((one.game, one.period), one.starts_at))
            .collect())
    }

    /// Creates a board for every game that has none yet.
    async fn open_boards(&self) -> StoreResult<()> {
        let hosted = self.store.list_hosted_games().await?.into_iter();
        let zones: HashMap<GameId, String> = hosted
            .map(|hosted| (hosted.game, hosted.settings.time_zone))
            .collect();
        for game in self.store.list_games().await? {
            let zone = zones.get(&game.id).map(String::as_str);
            self.shared.open(&game, zone, &self.begun);
        }
        Ok(())
    }

    async fn follow(&mut self, changes: &Changes) {
        let mut readings = tokio::time::interval(READ_EVERY);
        let mut revaluations = tokio::time::interval(REVALUE_EVERY);
        let mut looks = tokio::time::interval(LOOK_EVERY);
        readings.set_missed_tick_behavior(MissedTickBehavior::Delay);
        looks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            tokio::select! {
                _ = readings.tick() => self.read_changed(changes).await,
                _ = looks.tick() => self.look().await,
                _ = revaluations.tick() => {
                    let started = Instant::now();
                    self.roll();
                    self.revalue().await;
                    let rest = started.elapsed().saturating_mul(REST);
                    revaluations.reset_after(rest.max(REVALUE_EVERY));
                }
            }
        }
    }

    /// Reads the accounts that have changed. Those that cannot be read stay changed.
    async fn read_changed(&mut self, changes: &Changes) {
        let changed = changes.take();
        let mut all_read = true;
        let at_once = usize::try_from(ACCOUNTS_AT_ONCE).unwrap_or(usize::MAX);
        let mut portions = changed.chunks(at_once);
        while let Some(portion) = portions.next() {
            if let Err(error) = self.read(portion).await {
                tracing::warn!(%error, "the leaderboards could not read changed accounts");
                changes.put_back(portion);
                portions.by_ref().for_each(|rest| changes.put_back(rest));
                all_read = false;
            }
        }
        if all_read {
            let now = self.now().seconds();
            self.shared.current_at.store(now, Ordering::Relaxed);
        }
    }

    /// Puts accounts as they are now onto their boards.
    async fn read(&mut self, accounts: &[(AccountId, Change)]) -> StoreResult<()> {
        let lookups: Vec<_> = accounts
            .iter()
            .map(|(account, _)| PortfolioLookup {
                account: *account,
                known_version: None,
            })
            .collect();
        let portfolios = self.store.find_portfolios(&lookups).await?;
        let mut members: Vec<(&Portfolio, Arc<Board>)> = Vec::new();
        let mut coming = Vec::new();
        for (account, change) in accounts {
            let Some(board) = self.board(*account).await? else {
                continue;
            };
            let Some(portfolio) = portfolios.get(account) else {
                // The player has been erased.
                board.write().remove(account.player, self.now());
                self.memberships.remove(account.player, account.game);
                continue;
            };
            if self.has_traded(&board, portfolio, *change).await? {
                if !board.read().contains(account.player) {
                    coming.push(*account);
                }
                members.push((portfolio, board));
            }
            self.tell_other_boards(*account, portfolio);
        }
        let arrivals = arrivals(&*self.store, &coming).await?;
        let (unpriced, nothing) = (Prices::default(), Arrival::default());
        for (portfolio, board) in &members {
            let prices = self.prices.get(&board.market).unwrap_or(&unpriced);
            let arrival = arrivals.get(&portfolio.account.record.id);
            let arrival = arrival.unwrap_or(&nothing);
            board.write().put(portfolio, prices, self.now(), arrival);
            let account = portfolio.account.record.id;
            self.memberships.add(account.player, account.game);
        }
        self.store_openings(&members, &arrivals).await
    }

    /// Stores what new members had, so that their periods survive a restart, and their starting cash
    /// survives a change of the game's.
    async fn store_openings(
        &self,
        members: &[(&Portfolio, Arc<Board>)],
        arrivals: &HashMap<AccountId, Arrival>,
    ) -> StoreResult<()> {
        let mut openings = Vec::new();
        for (portfolio, board) in members {
            let account = portfolio.account.record.id;
            let arrival = arrivals.get(&account);
            let is_stored = |arrival: &Arrival| arrival.openings.iter().all(Option::is_some);
            if arrival.is_some_and(|arrival| !is_stored(arrival)) {
                openings.extend(opened(account, &board.read()));
            }
        }
        if openings.is_empty() {
            return Ok(());
        }
        self.store.store_openings(&openings).await
    }

    /// The board of an account. An unknown game has just been created.
    async fn board(&self, account: AccountId) -> StoreResult<Option<Arc<Board>>> {
        if let Some(board) = self.shared.find(account.game) {
            return Ok(Some(board));
        }
        self.open_boards().await?;
        Ok(self.shared.find(account.game))
    }

    /// Whether an account has ever traded. Resting orders and a host's postings do not count. Almost always
    /// the account itself shows it; otherwise its positions do, which stay even when sold out.
    async fn has_traded(
        &self,
        board: &Board,
        portfolio: &Portfolio,
        change: Change,
    ) -> StoreResult<bool> {
        let record = &portfolio.account.record;
        let account = &record.account;
        let shows = account.positions_held > 0 || !account.realized_profit.is_zero();
        if shows || change.traded || board.read().contains(record.id.player) {
            return Ok(true);
        }
        Ok(record.head.version > OPENED && !self.store.list_positions(record.id).await?.is_empty())
    }

    /// XP is the player's, whichever game earned it.
    fn tell_other_boards(&self, account: AccountId, portfolio: &Portfolio) {
        let now = self.now();
        for game in self.memberships.others(account.player, account.game) {
            if let Some(board) = self.shared.find(game) {
                let xp = portfolio.account.xp;
                board.write().set_xp(account.player, xp, now);
            }
        }
    }

    /// Reads the prices of the running markets. Returns for each the instruments whose price has changed.
    fn take_prices(&mut self) -> HashMap<MarketId, HashSet<InstrumentId>> {
        let markets: HashSet<MarketId> = self
            .shared
            .all()
            .into_iter()
            .map(|(_, board)| board.market)
            .collect();
        let mut all_changed = HashMap::new();
        for id in markets {
            let Some(market) = self.markets.running_market(id) else {
                continue;
            };
            let prices = Prices::of(&market.snapshot());
            let known = self.prices.entry(id).or_default();
            let changed = prices.changed_since(known);
            if !changed.is_empty() {
                *known = prices;
                all_changed.insert(id, changed);
            }
        }
        all_changed
    }

    /// Values the members of every board at current prices.
    async fn revalue(&mut self) {
        let changed = self.take_prices();
        if changed.is_empty() {
            return;
        }
        let prices: HashMap<MarketId, Prices> = changed
            .keys()
            .filter_map(|market| Some((*market, self.prices.get(market)?.clone())))
            .collect();
        let (boards, now) = (self.shared.all(), self.now());
        // Takes milliseconds for ten thousand members, so it must not run on a thread that serves requests.
        let started = Instant::now();
        let revalued = tokio::task::spawn_blocking(move || {
            for (_, board) in boards {
                let found = prices.get(&board.market).zip(changed.get(&board.market));
                if let Some((prices, changed)) = found {
                    let revaluation = board.read().revalue(prices, changed);
                    board.write().apply(revaluation, now);
                }
            }
        });
        match revalued.await {
            Ok(()) => note_length(started.elapsed(), &self.shared.valued_in),
            Err(error) => tracing::error!(%error, "the leaderboards could not be revalued"),
        }
    }
}
