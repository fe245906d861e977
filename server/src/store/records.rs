//! What the server remembers, as its parts hand it to the store and get it back.

use std::collections::HashMap;
use std::sync::Arc;

use domain::api::{CandleView, OrderView};
use domain::progress::{Counters, PlayerProgress};
use domain::{
    Account, AccountId, Award, AwardHead, Day, GameId, GameRules, Hash, IdempotencyKey,
    InstrumentId, LedgerEntry, LedgerHead, MarketId, Money, PlayerId, Position, Price, SessionId,
    Symbol, Timestamp, Words, Xp, XpRules,
};

use super::{Investment, MarketSource, Outcomes, RestingRecord};

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
    /// The end of the player's log of awards.
    pub awards: AwardHead,
    /// The latest day whose bonus was collected.
    pub bonus_day: Option<Day>,
    /// What the log adds up to, and the quest of the day.
    pub progress: PlayerProgress,
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
    /// What it is played on.
    pub market: MarketId,
}

/// XP rules and from when they count.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct XpRulesRecord {
    /// Unique: it names the rules in each award.
    pub effective_from: Timestamp,
    /// None: of every game that has no rules of its own.
    pub game: Option<GameId>,
    pub rules: XpRules,
}

/// An instrument as stored: unique by universe and symbol.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InstrumentRecord {
    pub id: InstrumentId,
    /// Every market of this source trades it.
    pub universe: MarketSource,
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

impl CandleRecord {
    /// As the API shows it.
    #[must_use]
    pub fn view(&self) -> CandleView {
        CandleView {
            at: self.day.start(),
            open: self.open,
            high: self.high,
            low: self.low,
            close: self.close,
            volume: self.volume,
        }
    }
}

/// The latest price of an instrument that a market showed before it last stopped.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LastQuote {
    pub instrument: InstrumentId,
    pub price: Price,
    pub at: Timestamp,
}

/// An account with the end of its ledger.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AccountRecord {
    pub id: AccountId,
    pub account: Account,
    /// Its version is the account's.
    pub head: LedgerHead,
    /// What its ledger adds up to for achievements.
    pub counters: Counters,
}

/// An account and its player's progress: what a trade starts from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TradingAccount {
    pub record: AccountRecord,
    pub xp: Xp,
    /// The end of the player's log of awards.
    pub awards: AwardHead,
    /// What the log adds up to, and the quest of the day.
    pub progress: PlayerProgress,
}

/// A ledger entry with the words that it has a digest of, unless they were erased.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LedgerRow {
    pub entry: LedgerEntry,
    pub words: Option<Words>,
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

/// What one submission of a batch touches.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OrderLookup {
    pub account: AccountId,
    /// None when the symbol is not of this market: then only the earlier answer is looked up.
    pub instrument: Option<InstrumentId>,
    /// The order's; none for a posting or an award.
    pub key: Option<IdempotencyKey>,
}

/// What is done once for an account, besides orders.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum OnceKey {
    /// A posting, by its key in the account.
    Posting(IdempotencyKey),
    /// An award of the account's player, by the key of its cause.
    Award(String),
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
#[derive(Debug, Clone)]
pub struct AccountChange {
    pub expected_version: i64,
    pub record: AccountRecord,
}

impl AccountChange {
    /// Whether anything of the account is to be written.
    #[must_use]
    pub fn is_change(&self) -> bool {
        self.record.head.version != self.expected_version
    }
}

/// A player's change in a batch, guarded by the progress that it was decided on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlayerChange {
    pub player: PlayerId,
    pub expected_xp: Xp,
    pub xp_gained: Xp,
    pub expected_award_seq: i64,
    /// The end of the log of awards after it.
    pub awards: AwardHead,
    /// The day whose bonus it collects.
    pub bonus_day: Option<Day>,
    /// The progress after it; none when it stays what it is.
    pub progress: Option<PlayerProgress>,
}

impl PlayerChange {
    /// Whether anything of the player is to be written.
    #[must_use]
    pub fn is_change(&self) -> bool {
        self.xp_gained != 0 || self.awards.seq != self.expected_award_seq || self.progress.is_some()
    }
}

/// Everything that a batch changes. Each account that anything is of is named, once, and so is each
/// player who gains something. If one account of a player cannot be written, nothing of the player is.
#[derive(Debug, Clone, Default)]
pub struct Batch {
    pub accounts: Vec<AccountChange>,
    pub players: Vec<PlayerChange>,
    pub positions: Vec<(AccountId, PositionRecord)>,
    pub entries: Vec<(AccountId, LedgerEntry)>,
    /// Words of entries, by the entry's `seq`.
    pub words: Vec<(AccountId, i64, Words)>,
    pub awards: Vec<(PlayerId, Award)>,
    /// Postings by their key, each with the `seq` of its entry.
    pub postings: Vec<(AccountId, IdempotencyKey, i64)>,
    /// Answers, of filled, of rejected, and of orders that rest.
    pub answers: Vec<(AccountId, AnsweredOrder)>,
    /// Orders that rest from now on.
    pub rested: Vec<RestingRecord>,
    /// Investments that wait from now on, each with the entry that reserves its money.
    pub invested: Vec<Investment>,
    /// Answers that take the place of an earlier one, of orders that rest no longer.
    pub ended: Vec<(AccountId, AnsweredOrder)>,
    /// What readers of the feed are told of it; none when nothing of it concerns them.
    pub outcomes: Option<Outcomes>,
}

/// A player who is made, with the account in the open league and the first session.
#[derive(Debug, Clone)]
pub struct NewPlayer {
    pub player: PlayerRecord,
    pub game: GameId,
    pub starting_cash: Money,
    pub session: SessionRecord,
}
