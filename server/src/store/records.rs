//! What the server remembers, as its parts hand it to the store and get it back.

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use domain::api::OrderView;
use domain::{
    Account, AccountId, Day, GameId, GameRules, Hash, IdempotencyKey, InstrumentId, LedgerEntry,
    LedgerHead, Money, PlayerId, Position, Price, SessionId, Symbol, Timestamp, Xp, XpRules,
};

use super::RestingRecord;

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
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Taken {
    Email,
    Handle,
}

impl Taken {
    /// How databases write it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Email => "email",
            Self::Handle => "handle",
        }
    }
}

/// Which name of which of several new players is taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TakenOf {
    pub player: PlayerId,
    pub taken: Taken,
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

/// An account and what it holds, as of one moment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Portfolio {
    pub account: TradingAccount,
    /// Those with shares, by cost basis, largest first. Empty when the account's version was known:
    /// then they are what they were.
    pub positions: Arc<[PositionRecord]>,
}

/// Whose portfolio is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PortfolioLookup {
    pub account: AccountId,
    /// The version of the account whose positions are known, and need not be read again.
    pub known_version: Option<i64>,
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

impl Fetched {
    /// Adds what was fetched of other accounts.
    pub fn extend(&mut self, other: Self) {
        self.accounts.extend(other.accounts);
        self.positions.extend(other.positions);
        self.answers.extend(other.answers);
    }
}

/// An account's change in a batch, guarded by the version that it was decided on. One that stays at
/// its version is not written, only guarded: its orders were rejected for what it was.
#[derive(Debug, Clone, Copy)]
pub struct AccountChange {
    pub expected_version: i64,
    pub record: AccountRecord,
    /// The player's XP that it was decided on: a guard, too, where any is gained.
    pub expected_xp: Xp,
    /// Added to the player's XP.
    pub xp_gained: Xp,
}

impl AccountChange {
    /// Whether anything of the account is to be written.
    #[must_use]
    pub fn is_change(&self) -> bool {
        self.record.head.version != self.expected_version
    }
}

/// Everything that a batch of orders changes. Each account that anything is of is named, once.
#[derive(Debug, Clone, Default)]
pub struct Batch {
    pub accounts: Vec<AccountChange>,
    pub positions: Vec<(AccountId, PositionRecord)>,
    pub entries: Vec<(AccountId, LedgerEntry)>,
    /// Answers, of filled, of rejected, and of orders that rest.
    pub answers: Vec<(AccountId, AnsweredOrder)>,
    /// Orders that rest from now on.
    pub rested: Vec<RestingRecord>,
    /// Answers that take the place of an earlier one, of orders that rest no longer.
    pub ended: Vec<(AccountId, AnsweredOrder)>,
    /// What becomes of it.
    pub fate: Fate,
    /// What becomes of the batch that this one was decided on before that was written: only when that
    /// is written whole is this one right.
    pub after: Option<Fate>,
}

impl Batch {
    /// Whether the batch that it was decided on was not written whole: then nothing of it is right.
    #[must_use]
    pub fn is_void(&self) -> bool {
        let before = self.after.as_ref();
        before.is_some_and(|before| !before.is_whole())
    }

    /// The accounts that it names.
    #[must_use]
    pub fn account_ids(&self) -> Vec<AccountId> {
        let ids = self.accounts.iter().map(|change| change.record.id);
        ids.collect()
    }
}

/// Whether a batch has been written whole. Clones are of the same batch.
#[derive(Debug, Clone, Default)]
pub struct Fate(Arc<AtomicBool>);

impl Fate {
    /// Whether it has been written, with every account in it.
    #[must_use]
    pub fn is_whole(&self) -> bool {
        self.0.load(Ordering::Acquire)
    }

    /// It has been written, with every account in it.
    pub fn set_whole(&self) {
        self.0.store(true, Ordering::Release);
    }
}

/// A player who is made, with the account in the open league and the first session.
#[derive(Debug, Clone)]
pub struct NewPlayer {
    pub player: PlayerRecord,
    pub game: GameId,
    pub starting_cash: Money,
    pub session: SessionRecord,
}
