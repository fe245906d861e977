//! A store that fails as it is told, in front of a real one.

use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use domain::api::OrderView;
use domain::{
    AccountId, Day, IdempotencyKey, InstrumentId, LedgerEntry, PlayerId, Position, SessionId,
    Timestamp, Xp,
};
use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};
use server::store::{
    AccountRecord, AnsweredOrder, Batch, CandleRecord, Credentials, Fate, Fetched, GameRecord,
    InstrumentRecord, LastQuote, MarketKind, NewPlayer, OrderLookup, OrderStore, PlayerRecord,
    Portfolio, PortfolioLookup, PositionRecord, RestingPlace, RestingRecord, SessionRecord, Store,
    StoreError, StoreResult, Taken, TakenOf, TradingAccount, XpRulesRecord,
};

mod gate;
mod retention;

use gate::Gate;

/// What a commit does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// What it should.
    Commits,
    /// Fails, and nothing is written.
    FailsBefore,
    /// Fails after everything was written, as when the connection breaks before the answer.
    FailsAfter,
    /// Leaves one account out, as if another server had changed it.
    LeavesOneOut,
}

/// The store with its faults.
#[derive(Debug)]
pub struct FaultyStore {
    inner: Arc<dyn Store>,
    /// Chooses a fault for each commit; none: there are no faults.
    seeded: Mutex<Option<StdRng>>,
    /// The faults of the next commits, before any is chosen.
    next: Mutex<Vec<Fault>>,
    pub fetches: Gate,
    pub commits: Gate,
    /// Whose batch is being written.
    turn: tokio::sync::Mutex<()>,
    /// Whether the market's candles cannot be read.
    history_fails: AtomicBool,
    /// Calls of the retention that are still let through; none: all.
    retention_calls: Mutex<Option<u32>>,
}

impl FaultyStore {
    pub fn new(inner: Arc<dyn Store>) -> Arc<Self> {
        Arc::new(Self {
            inner,
            seeded: Mutex::default(),
            next: Mutex::default(),
            fetches: Gate::default(),
            commits: Gate::default(),
            turn: tokio::sync::Mutex::default(),
            history_fails: AtomicBool::new(false),
            retention_calls: Mutex::default(),
        })
    }

    /// Faults as a seed has them: about a third of all commits.
    pub fn seeded(inner: Arc<dyn Store>, seed: u64) -> Arc<Self> {
        let store = Self::new(inner);
        *store
            .seeded
            .lock()
            .expect("no test panics while it holds the lock") = Some(StdRng::seed_from_u64(seed));
        store
    }

    /// What the next commits do, in this order.
    pub fn do_next(&self, faults: &[Fault]) {
        *self
            .next
            .lock()
            .expect("no test panics while it holds the lock") =
            faults.iter().rev().copied().collect();
    }

    /// Whether reading a market's candles fails from now on.
    pub fn fail_history(&self, fails: bool) {
        self.history_fails.store(fails, Ordering::SeqCst);
    }

    fn fault(&self) -> Fault {
        if let Some(fault) = self
            .next
            .lock()
            .expect("no test panics while it holds the lock")
            .pop()
        {
            return fault;
        }
        let mut seeded = self
            .seeded
            .lock()
            .expect("no test panics while it holds the lock");
        let Some(random) = seeded.as_mut() else {
            return Fault::Commits;
        };
        match random.random_range(0..100) {
            0..10 => Fault::FailsBefore,
            10..20 => Fault::FailsAfter,
            20..35 => Fault::LeavesOneOut,
            _ => Fault::Commits,
        }
    }
}

fn broken() -> StoreError {
    StoreError::Unavailable(sqlx::Error::PoolTimedOut)
}

/// The batch without all that belongs to its first account.
fn without_first(batch: &Arc<Batch>) -> (Arc<Batch>, Vec<AccountId>) {
    let Some(left_out) = batch.accounts.first().map(|change| change.record.id) else {
        return (Arc::clone(batch), Vec::new());
    };
    let mut rest = Batch {
        fate: Fate::default(),
        ..Batch::clone(batch)
    };
    rest.accounts.retain(|change| change.record.id != left_out);
    rest.positions.retain(|(account, _)| *account != left_out);
    rest.entries.retain(|(account, _)| *account != left_out);
    rest.answers.retain(|(account, _)| *account != left_out);
    rest.rested.retain(|record| record.account != left_out);
    rest.ended.retain(|(account, _)| *account != left_out);
    (Arc::new(rest), vec![left_out])
}

#[async_trait]
impl OrderStore for FaultyStore {
    fn writes_in_order(&self) -> bool {
        self.inner.writes_in_order()
    }

    async fn list_games(&self) -> StoreResult<Vec<GameRecord>> {
        self.inner.list_games().await
    }

    async fn list_xp_rules(&self) -> StoreResult<Vec<XpRulesRecord>> {
        self.inner.list_xp_rules().await
    }

    async fn fetch_for_orders(&self, orders: &[OrderLookup]) -> StoreResult<Fetched> {
        self.fetches.pass().await;
        self.inner.fetch_for_orders(orders).await
    }

    async fn commit_batch(&self, batch: &Arc<Batch>) -> StoreResult<Vec<AccountId>> {
        let _turn = if self.writes_in_order() {
            Some(self.turn.lock().await)
        } else {
            None
        };
        self.commits.pass().await;
        match self.fault() {
            Fault::Commits => self.inner.commit_batch(batch).await,
            Fault::FailsBefore => Err(broken()),
            Fault::FailsAfter => {
                self.inner.commit_batch(batch).await?;
                Err(broken())
            }
            Fault::LeavesOneOut => {
                let (rest, mut left_out) = without_first(batch);
                left_out.extend(self.inner.commit_batch(&rest).await?);
                Ok(left_out)
            }
        }
    }

    async fn list_resting_orders(
        &self,
        after: &RestingPlace,
        limit: u32,
    ) -> StoreResult<Vec<RestingRecord>> {
        self.inner.list_resting_orders(after, limit).await
    }
}

#[async_trait]
impl Store for FaultyStore {
    async fn ping(&self) -> StoreResult<()> {
        self.inner.ping().await
    }

    async fn prepare(&self, now: Timestamp) -> StoreResult<()> {
        self.inner.prepare(now).await
    }

    async fn create_players(&self, new: &[NewPlayer]) -> StoreResult<Result<(), TakenOf>> {
        self.inner.create_players(new).await
    }

    async fn register_guest(
        &self,
        player: PlayerId,
        credentials: &Credentials,
    ) -> StoreResult<Result<(), Taken>> {
        self.inner.register_guest(player, credentials).await
    }

    async fn find_player(&self, player: PlayerId) -> StoreResult<Option<PlayerRecord>> {
        self.inner.find_player(player).await
    }

    async fn find_player_by_login(&self, login: &str) -> StoreResult<Option<PlayerRecord>> {
        self.inner.find_player_by_login(login).await
    }

    async fn collect_daily_bonus(
        &self,
        player: PlayerId,
        day: Day,
        xp: Xp,
        now: Timestamp,
    ) -> StoreResult<bool> {
        self.inner.collect_daily_bonus(player, day, xp, now).await
    }

    async fn create_session(&self, session: &SessionRecord) -> StoreResult<()> {
        self.inner.create_session(session).await
    }

    async fn find_sessions(
        &self,
        names: &[(PlayerId, SessionId)],
    ) -> StoreResult<Vec<SessionRecord>> {
        self.inner.find_sessions(names).await
    }

    async fn touch_session(
        &self,
        player: PlayerId,
        session: SessionId,
        now: Timestamp,
        expires_at: Timestamp,
    ) -> StoreResult<()> {
        self.inner
            .touch_session(player, session, now, expires_at)
            .await
    }

    async fn list_sessions(
        &self,
        player: PlayerId,
        now: Timestamp,
    ) -> StoreResult<Vec<SessionRecord>> {
        self.inner.list_sessions(player, now).await
    }

    async fn delete_session(&self, player: PlayerId, session: SessionId) -> StoreResult<bool> {
        self.inner.delete_session(player, session).await
    }

    async fn delete_expired_sessions(&self, now: Timestamp, limit: u32) -> StoreResult<u64> {
        self.inner.delete_expired_sessions(now, limit).await
    }

    async fn list_instruments(&self, market: MarketKind) -> StoreResult<Vec<InstrumentRecord>> {
        self.inner.list_instruments(market).await
    }

    async fn import_market(
        &self,
        instruments: &[InstrumentRecord],
        candles: &[CandleRecord],
    ) -> StoreResult<()> {
        self.inner.import_market(instruments, candles).await
    }

    async fn store_candles(&self, candles: &[CandleRecord]) -> StoreResult<()> {
        self.inner.store_candles(candles).await
    }

    async fn list_candles(
        &self,
        instrument: InstrumentId,
        from: Day,
        to: Day,
        limit: u32,
    ) -> StoreResult<Vec<CandleRecord>> {
        self.inner.list_candles(instrument, from, to, limit).await
    }

    async fn list_market_candles(
        &self,
        market: MarketKind,
        from: Day,
        to: Day,
    ) -> StoreResult<Vec<CandleRecord>> {
        if self.history_fails.load(Ordering::SeqCst) {
            return Err(broken());
        }
        self.inner.list_market_candles(market, from, to).await
    }

    async fn candle_range(&self, market: MarketKind) -> StoreResult<Option<(Day, Day)>> {
        self.inner.candle_range(market).await
    }

    async fn store_last_quotes(&self, quotes: &[LastQuote]) -> StoreResult<()> {
        self.inner.store_last_quotes(quotes).await
    }

    async fn list_last_quotes(&self, market: MarketKind) -> StoreResult<Vec<LastQuote>> {
        self.inner.list_last_quotes(market).await
    }

    async fn find_fact(&self, name: &str) -> StoreResult<Option<String>> {
        self.inner.find_fact(name).await
    }

    async fn store_fact_once(&self, name: &str, value: &str) -> StoreResult<String> {
        self.inner.store_fact_once(name, value).await
    }

    async fn store_fact(&self, name: &str, value: &str) -> StoreResult<()> {
        self.inner.store_fact(name, value).await
    }

    async fn find_account(&self, account: AccountId) -> StoreResult<Option<TradingAccount>> {
        self.inner.find_account(account).await
    }

    async fn find_ticket(
        &self,
        account: AccountId,
        instrument: InstrumentId,
    ) -> StoreResult<Option<(TradingAccount, Position)>> {
        self.inner.find_ticket(account, instrument).await
    }

    async fn find_portfolios(
        &self,
        lookups: &[PortfolioLookup],
    ) -> StoreResult<HashMap<AccountId, Portfolio>> {
        self.inner.find_portfolios(lookups).await
    }

    async fn list_orders(
        &self,
        account: AccountId,
        before: Option<(Timestamp, IdempotencyKey)>,
        limit: u32,
    ) -> StoreResult<Vec<OrderView>> {
        self.inner.list_orders(account, before, limit).await
    }

    async fn find_order(
        &self,
        account: AccountId,
        key: &IdempotencyKey,
    ) -> StoreResult<Option<AnsweredOrder>> {
        self.inner.find_order(account, key).await
    }

    async fn list_open_orders(
        &self,
        account: AccountId,
        limit: u32,
    ) -> StoreResult<Vec<RestingRecord>> {
        self.inner.list_open_orders(account, limit).await
    }

    async fn list_ledger(
        &self,
        account: AccountId,
        before: Option<i64>,
        limit: u32,
    ) -> StoreResult<Vec<LedgerEntry>> {
        self.inner.list_ledger(account, before, limit).await
    }

    async fn list_accounts(
        &self,
        after: Option<AccountId>,
        limit: u32,
    ) -> StoreResult<Vec<AccountRecord>> {
        self.inner.list_accounts(after, limit).await
    }

    async fn list_entries(
        &self,
        account: AccountId,
        after: i64,
        limit: u32,
    ) -> StoreResult<Vec<LedgerEntry>> {
        self.inner.list_entries(account, after, limit).await
    }

    async fn list_positions(&self, account: AccountId) -> StoreResult<Vec<PositionRecord>> {
        self.inner.list_positions(account).await
    }

    async fn list_filled_keys(
        &self,
        account: AccountId,
        after: Option<&IdempotencyKey>,
        limit: u32,
    ) -> StoreResult<Vec<(IdempotencyKey, Timestamp)>> {
        self.inner.list_filled_keys(account, after, limit).await
    }

    async fn find_xp(&self, player: PlayerId) -> StoreResult<Option<(Xp, Xp)>> {
        self.inner.find_xp(player).await
    }

    async fn close(&self) {
        self.inner.close().await
    }
}
