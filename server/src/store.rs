//! Everything that the server remembers. Each method is one transaction, named for what its
//! callers need; no transaction type leaves an implementation. Over several databases it is one
//! transaction in each.

use std::collections::HashMap;
use std::fmt::Debug;
use std::sync::Arc;

use async_trait::async_trait;
use domain::api::OrderView;
use domain::{
    AccountId, Day, IdempotencyKey, InstrumentId, LedgerEntry, PlayerId, Position, SessionId,
    Timestamp, Xp,
};

mod answer;
mod failure;
mod lots;
mod names;
mod placement;
pub mod postgres;
mod records;
mod resting;
pub mod retention;
mod rows;
mod schema;
mod selection;
pub mod sharded;
pub mod sqlite;

pub use placement::place_of;
pub use records::*;
pub use resting::{RestingPlace, RestingRecord};
pub use retention::{AccountCheckpoint, ArchivedMonth, Retention, RetentionLock};

/// Why the store could not do it. Nothing was changed.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// Busy, out of connections or gone for the moment: trying again may help.
    #[error("the database is not available: {0}")]
    Unavailable(#[source] sqlx::Error),
    /// The database refused or failed.
    #[error("the database failed: {0}")]
    Database(#[source] sqlx::Error),
    /// What the database holds cannot be read as what it should be.
    #[error("the database holds {what} that cannot be read")]
    Corrupt {
        /// Which thing.
        what: String,
    },
    /// The schema could not be brought up to date.
    #[error("the schema could not be migrated: {0}")]
    Migration(#[from] sqlx::migrate::MigrateError),
    /// One of the databases that a game is spread over is not what it has to be there.
    #[error("{address}: {why}")]
    Shard {
        /// Its address, without its password.
        address: String,
        /// What is wrong.
        why: String,
    },
}

impl StoreError {
    /// The same failure, told to someone else whom it concerns.
    #[must_use]
    pub fn again(&self) -> Self {
        match self {
            Self::Unavailable(_) => Self::Unavailable(sqlx::Error::PoolTimedOut),
            Self::Database(_) | Self::Migration(_) => {
                Self::Database(sqlx::Error::Protocol(self.to_string()))
            }
            Self::Corrupt { what } => Self::Corrupt { what: what.clone() },
            Self::Shard { address, why } => Self::Shard {
                address: address.clone(),
                why: why.clone(),
            },
        }
    }
}

/// What a store call gives.
pub type StoreResult<T> = Result<T, StoreError>;

/// What the trade engine needs of the server's memory.
#[async_trait]
pub trait OrderStore: Debug + Send + Sync + 'static {
    /// How many databases the players are spread over, by [`place_of`].
    fn shards(&self) -> usize {
        1
    }
    /// Whether batches are written in the order in which they are handed over, so that one can be
    /// handed over that was decided on the outcome of another one that is not written yet, as
    /// [`Batch::after`] says. It is left out whole if that one was not written whole.
    fn writes_in_order(&self) -> bool {
        false
    }
    /// Every game; few. The open league is there from the first migration on, with the slug `open`.
    async fn list_games(&self) -> StoreResult<Vec<GameRecord>>;
    /// All XP rules, oldest first.
    async fn list_xp_rules(&self) -> StoreResult<Vec<XpRulesRecord>>;
    /// All that a batch of orders touches.
    async fn fetch_for_orders(&self, orders: &[OrderLookup]) -> StoreResult<Fetched>;
    /// Writes a batch in one transaction and makes it durable. Accounts whose version, or whose
    /// player's XP, is no longer the expected one, or of whose orders one has been answered
    /// meanwhile, are left out with all that is theirs, and named in the result. Over several databases
    /// a failure of one leaves what the others have written.
    async fn commit_batch(&self, batch: &Arc<Batch>) -> StoreResult<Vec<AccountId>>;
    /// All orders that rest, in the order in which they were placed, after a place.
    async fn list_resting_orders(
        &self,
        after: &RestingPlace,
        limit: u32,
    ) -> StoreResult<Vec<RestingRecord>>;
}

/// The server's memory.
#[async_trait]
pub trait Store: OrderStore + Retention {
    /// Whether the database answers; of several, whether one does.
    async fn ping(&self) -> StoreResult<()>;

    /// Makes ready for what is written from `now` on. Called at start and then again and again.
    async fn prepare(&self, now: Timestamp) -> StoreResult<()>;

    /// Makes a player, the account with its opening ledger entry, and a session, all or nothing.
    /// Gives which name is taken, if one is.
    async fn create_player(&self, new: &NewPlayer) -> StoreResult<Result<(), Taken>> {
        let made = self.create_players(std::slice::from_ref(new)).await?;
        Ok(made.map_err(|which| which.taken))
    }
    /// Makes many players, each as [`Store::create_player`] does, all of them or none. Gives the
    /// first whose name is taken, by someone else or by an earlier one of them. Over several databases
    /// a failure leaves those out whose database failed, and makes the others.
    async fn create_players(&self, new: &[NewPlayer]) -> StoreResult<Result<(), TakenOf>>;
    /// Gives a guest credentials; everything else stays. The guest's generated handle is freed.
    /// A player who is no guest any more keeps what is there, and is told that the address is taken.
    async fn register_guest(
        &self,
        player: PlayerId,
        credentials: &Credentials,
    ) -> StoreResult<Result<(), Taken>>;
    async fn find_player(&self, player: PlayerId) -> StoreResult<Option<PlayerRecord>>;
    /// By e-mail address or handle, without regard to case.
    async fn find_player_by_login(&self, login: &str) -> StoreResult<Option<PlayerRecord>>;
    /// Adds the day's bonus to the player's XP and records it; false when that was done before.
    async fn collect_daily_bonus(
        &self,
        player: PlayerId,
        day: Day,
        xp: Xp,
        now: Timestamp,
    ) -> StoreResult<bool>;

    async fn create_session(&self, session: &SessionRecord) -> StoreResult<()>;
    /// Those of the sessions that there are, whether or not they have expired.
    async fn find_sessions(
        &self,
        names: &[(PlayerId, SessionId)],
    ) -> StoreResult<Vec<SessionRecord>>;
    async fn touch_session(
        &self,
        player: PlayerId,
        session: SessionId,
        now: Timestamp,
        expires_at: Timestamp,
    ) -> StoreResult<()>;
    /// Those that have not expired, latest used first, at most 100.
    async fn list_sessions(
        &self,
        player: PlayerId,
        now: Timestamp,
    ) -> StoreResult<Vec<SessionRecord>>;
    /// Whether there was one to delete.
    async fn delete_session(&self, player: PlayerId, session: SessionId) -> StoreResult<bool>;
    /// Deletes at most `limit` expired sessions in each database; how many.
    async fn delete_expired_sessions(&self, now: Timestamp, limit: u32) -> StoreResult<u64>;

    /// All instruments of a market, by symbol.
    async fn list_instruments(&self, market: MarketKind) -> StoreResult<Vec<InstrumentRecord>>;
    /// Adds instruments and updates those of the same market and symbol, which keep their id; the
    /// candles of the import go with them, all or nothing. Candles of the same day are replaced. A
    /// new instrument whose id another one has gets the next free one, and its candles with it.
    async fn import_market(
        &self,
        instruments: &[InstrumentRecord],
        candles: &[CandleRecord],
    ) -> StoreResult<()>;
    /// Adds candles or replaces those of the same day.
    async fn store_candles(&self, candles: &[CandleRecord]) -> StoreResult<()>;
    /// Candles of an instrument from day to day, both included, oldest first; the latest `limit`.
    async fn list_candles(
        &self,
        instrument: InstrumentId,
        from: Day,
        to: Day,
        limit: u32,
    ) -> StoreResult<Vec<CandleRecord>>;
    /// [`Store::list_candles`] for someone who looks at the past: of what was stored a moment ago,
    /// something may be missing.
    async fn list_past_candles(
        &self,
        instrument: InstrumentId,
        from: Day,
        to: Day,
        limit: u32,
    ) -> StoreResult<Vec<CandleRecord>> {
        self.list_candles(instrument, from, to, limit).await
    }
    /// Candles of every instrument of a market from day to day, by instrument and day.
    async fn list_market_candles(
        &self,
        market: MarketKind,
        from: Day,
        to: Day,
    ) -> StoreResult<Vec<CandleRecord>>;
    /// The first and the latest day of which a market has candles.
    async fn candle_range(&self, market: MarketKind) -> StoreResult<Option<(Day, Day)>>;
    async fn store_last_quotes(&self, quotes: &[LastQuote]) -> StoreResult<()>;
    async fn list_last_quotes(&self, market: MarketKind) -> StoreResult<Vec<LastQuote>>;
    /// A number or text that a part of the server keeps across starts (the simulation's seed, the
    /// replay's place in time).
    async fn find_fact(&self, name: &str) -> StoreResult<Option<String>>;
    /// Stores the fact unless there is one of that name; the one that is stored then.
    async fn store_fact_once(&self, name: &str, value: &str) -> StoreResult<String>;
    /// Stores or replaces the fact.
    async fn store_fact(&self, name: &str, value: &str) -> StoreResult<()>;

    async fn find_account(&self, account: AccountId) -> StoreResult<Option<TradingAccount>>;
    /// The account, its player's XP and its position in an instrument (the default one when it
    /// never had any): one query.
    async fn find_ticket(
        &self,
        account: AccountId,
        instrument: InstrumentId,
    ) -> StoreResult<Option<(TradingAccount, Position)>>;
    /// Accounts with what they hold, each as of one moment. What does not exist is absent.
    async fn find_portfolios(
        &self,
        lookups: &[PortfolioLookup],
    ) -> StoreResult<HashMap<AccountId, Portfolio>>;
    /// Latest first; those before the cursor (time and key of the last one seen).
    async fn list_orders(
        &self,
        account: AccountId,
        before: Option<(Timestamp, IdempotencyKey)>,
        limit: u32,
    ) -> StoreResult<Vec<OrderView>>;
    async fn find_order(
        &self,
        account: AccountId,
        key: &IdempotencyKey,
    ) -> StoreResult<Option<AnsweredOrder>>;
    /// The orders of an account that rest, by key.
    async fn list_open_orders(
        &self,
        account: AccountId,
        limit: u32,
    ) -> StoreResult<Vec<RestingRecord>>;
    /// Latest first; those before the cursor (a `seq`).
    async fn list_ledger(
        &self,
        account: AccountId,
        before: Option<i64>,
        limit: u32,
    ) -> StoreResult<Vec<LedgerEntry>>;

    /// For `verify`: accounts in order of their id, after one.
    async fn list_accounts(
        &self,
        after: Option<AccountId>,
        limit: u32,
    ) -> StoreResult<Vec<AccountRecord>>;
    /// For `verify`: entries of an account in order, after a `seq`.
    async fn list_entries(
        &self,
        account: AccountId,
        after: i64,
        limit: u32,
    ) -> StoreResult<Vec<LedgerEntry>>;
    /// For `verify`: every position of an account, those sold out included, by instrument.
    async fn list_positions(&self, account: AccountId) -> StoreResult<Vec<PositionRecord>>;
    /// For `verify`: the keys of filled orders of an account with the `at` of their fill.
    async fn list_filled_keys(
        &self,
        account: AccountId,
        after: Option<&IdempotencyKey>,
        limit: u32,
    ) -> StoreResult<Vec<(IdempotencyKey, Timestamp)>>;
    /// For `verify`: a player's XP, and the sum of the daily bonuses collected.
    async fn find_xp(&self, player: PlayerId) -> StoreResult<Option<(Xp, Xp)>>;

    /// Finishes what is under way and closes every connection.
    async fn close(&self);
}
