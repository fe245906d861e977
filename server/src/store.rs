//! Everything that the server remembers. Each method is one transaction, named for what its
//! callers need; no transaction type leaves an implementation.

use std::collections::HashMap;
use std::fmt::Debug;

use async_trait::async_trait;
use domain::api::OrderView;
use domain::{
    Account, AccountId, Day, GameId, GameRules, Hash, IdempotencyKey, InstrumentId, LedgerEntry,
    LedgerHead, Money, PlayerId, Position, Price, SessionId, Symbol, Timestamp, Xp, XpRules,
};

pub mod sqlite;

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
}

/// What a store call gives.
pub type StoreResult<T> = Result<T, StoreError>;

/// A player as stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlayerRecord {
    pub id: PlayerId,
    /// As the player wrote it; unique without regard to case.
    pub handle: String,
    /// None for a guest and for a nickname player.
    pub email: Option<String>,
    /// An argon2id hash in PHC form; none for a guest.
    pub password_hash: Option<String>,
    pub region: Option<String>,
    pub locale: String,
    pub base_currency: String,
    /// A sum that is only ever added to.
    pub xp: Xp,
    /// The latest day whose bonus was collected.
    pub bonus_day: Option<Day>,
    pub created_at: Timestamp,
}

impl PlayerRecord {
    /// Whether this player has no way to log in again.
    #[must_use]
    pub fn is_guest(&self) -> bool {
        self.password_hash.is_none()
    }
}

/// What makes a guest a registered player.
#[derive(Debug, Clone)]
pub struct Credentials {
    pub email: String,
    pub handle: String,
    pub password_hash: String,
}

/// Which of a player's unique names is taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Taken {
    Email,
    Handle,
}

/// A session as stored. The token itself is never stored, only its SHA-256.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SessionRecord {
    pub player: PlayerId,
    pub id: SessionId,
    pub token_hash: Hash,
    pub device: String,
    pub created_at: Timestamp,
    pub last_seen_at: Timestamp,
    pub expires_at: Timestamp,
}

/// A game as stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GameRecord {
    pub id: GameId,
    /// Its name in addresses.
    pub slug: String,
    pub name: String,
    pub rules: GameRules,
}

/// XP rules and from when they count.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct XpRulesRecord {
    pub effective_from: Timestamp,
    pub rules: XpRules,
}

/// Which source an instrument's prices come from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum MarketKind {
    Simulated,
    Replay,
}

impl MarketKind {
    /// How databases and settings write it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Simulated => "simulated",
            Self::Replay => "replay",
        }
    }
}

/// An instrument as stored: unique by market and symbol.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InstrumentRecord {
    pub id: InstrumentId,
    pub market: MarketKind,
    pub symbol: Symbol,
    pub name: String,
    pub category: String,
    pub currency: String,
    pub description: String,
    pub plain_words: String,
    pub fun_fact: String,
    pub tradable: bool,
}

/// A daily candle of an instrument.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CandleRecord {
    pub instrument: InstrumentId,
    pub day: Day,
    pub open: Price,
    pub high: Price,
    pub low: Price,
    pub close: Price,
    pub volume: i64,
}

/// The latest price of an instrument that was true before the server last stopped.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LastQuote {
    pub instrument: InstrumentId,
    pub price: Price,
    pub at: Timestamp,
}

/// An account with the end of its ledger.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AccountRecord {
    pub id: AccountId,
    pub account: Account,
    /// Its version is the account's.
    pub head: LedgerHead,
}

/// An account and its player's XP: what a trade starts from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TradingAccount {
    pub record: AccountRecord,
    pub xp: Xp,
}

/// A position with the instrument that it is of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PositionRecord {
    pub instrument: InstrumentId,
    pub position: Position,
}

/// The answer to an order, kept so that a repeat gets it again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AnsweredOrder {
    /// SHA-256 of the request: the same key with another request is refused.
    pub fingerprint: Hash,
    pub view: OrderView,
}

/// What one order of a batch touches.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OrderLookup {
    pub account: AccountId,
    /// None when the symbol is not of this market: then only the earlier answer is looked up.
    pub instrument: Option<InstrumentId>,
    pub key: IdempotencyKey,
}

/// All that a batch of orders touches. What does not exist is absent.
#[derive(Debug, Clone, Default)]
pub struct Fetched {
    pub accounts: HashMap<AccountId, TradingAccount>,
    pub positions: HashMap<(AccountId, InstrumentId), Position>,
    pub answers: HashMap<(AccountId, IdempotencyKey), AnsweredOrder>,
}

/// An account's change in a batch, guarded by the version that it was decided on.
#[derive(Debug, Clone, Copy)]
pub struct AccountChange {
    pub expected_version: i64,
    pub record: AccountRecord,
    /// Added to the player's XP.
    pub xp_gained: Xp,
}

/// Everything that a batch of orders changes, each account at most once.
#[derive(Debug, Clone, Default)]
pub struct Batch {
    pub accounts: Vec<AccountChange>,
    pub positions: Vec<(AccountId, PositionRecord)>,
    pub entries: Vec<(AccountId, LedgerEntry)>,
    /// Answers, of filled and of rejected orders.
    pub answers: Vec<(AccountId, AnsweredOrder)>,
}

/// A player who is made, with the account in the open league and the first session.
#[derive(Debug, Clone)]
pub struct NewPlayer {
    pub player: PlayerRecord,
    pub game: GameId,
    pub starting_cash: Money,
    pub session: SessionRecord,
}

/// The server's memory.
#[async_trait]
pub trait Store: Debug + Send + Sync + 'static {
    /// Whether the database answers.
    async fn ping(&self) -> StoreResult<()>;

    /// Makes a player, the account with its opening ledger entry, and a session, all or nothing.
    /// Gives which name is taken, if one is.
    async fn create_player(&self, new: &NewPlayer) -> StoreResult<Result<(), Taken>>;
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
    /// The session with its player, whether or not it has expired.
    async fn find_session(
        &self,
        player: PlayerId,
        session: SessionId,
    ) -> StoreResult<Option<(SessionRecord, PlayerRecord)>>;
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
    /// Deletes at most `limit` expired sessions; how many.
    async fn delete_expired_sessions(&self, now: Timestamp, limit: u32) -> StoreResult<u64>;

    /// Every game; few. The open league is there from the first migration on, with the slug `open`.
    async fn list_games(&self) -> StoreResult<Vec<GameRecord>>;
    /// All XP rules, oldest first.
    async fn list_xp_rules(&self) -> StoreResult<Vec<XpRulesRecord>>;

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

    /// All that a batch of orders touches.
    async fn fetch_for_orders(&self, orders: &[OrderLookup]) -> StoreResult<Fetched>;
    /// Writes a batch in one transaction and makes it durable. Accounts whose version is no longer
    /// the expected one, or of whose orders one has been answered meanwhile, are left out with all
    /// that is theirs, and named in the result.
    async fn commit_batch(&self, batch: &Batch) -> StoreResult<Vec<AccountId>>;

    async fn find_account(&self, account: AccountId) -> StoreResult<Option<TradingAccount>>;
    /// The account, its player's XP and its position in an instrument (the default one when it
    /// never had any): one query.
    async fn find_ticket(
        &self,
        account: AccountId,
        instrument: InstrumentId,
    ) -> StoreResult<Option<(TradingAccount, Position)>>;
    /// Positions with shares, by cost basis, largest first, and how many there are in all.
    async fn list_holdings(
        &self,
        account: AccountId,
        offset: u32,
        limit: u32,
    ) -> StoreResult<(Vec<PositionRecord>, u64)>;
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
