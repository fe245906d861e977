//! The records that the server's parts exchange with the store.

use std::collections::HashMap;
use std::sync::Arc;

use domain::advice::Aim;
use domain::api::{CandleView, OrderView};
use domain::progress::{Counters, PlayerProgress};
use domain::{
    Account, AccountId, Award, AwardHead, Currency, Day, GameId, GameRules, Hash, IdempotencyKey,
    InstrumentId, LedgerEntry, LedgerHead, MarketId, Money, PlayerId, Position, Price, SessionId,
    Symbol, Timestamp, Words, Xp, XpRules,
};
use web::language::Language;

use super::{Investment, MarketSource, Outcomes, RestingRecord};

/// A player as stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlayerRecord {
    pub id: PlayerId,
    /// As the player wrote it; unique ignoring case.
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
    /// The totals of the log, and the quest of the day.
    pub progress: PlayerProgress,
    pub created_at: Timestamp,
}

impl PlayerRecord {
    /// Whether this player has no way to log in again.
    #[must_use]
    pub fn is_guest(&self) -> bool {
        self.password_hash.is_none()
    }

    /// The language in which the server writes to this player.
    #[must_use]
    pub fn language(&self) -> Language {
        Language::from_tag(&self.locale).unwrap_or_default()
    }
}

/// What makes a guest a registered player.
#[derive(Debug, Clone)]
pub struct Credentials {
    pub email: String,
    pub handle: String,
    pub password_hash: String,
}

/// Which of a player's unique names is already taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Taken {
    Email,
    Handle,
}

impl Taken {
    /// Its stored name.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Email => "email",
            Self::Handle => "handle",
        }
    }
}

/// Which of several new players has a name that is taken, and which name.
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

/// XP rules and when they take effect.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct XpRulesRecord {
    /// Unique: it names the rules in each award.
    pub effective_from: Timestamp,
    /// `None`: applies to every game without rules of its own.
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

impl InstrumentRecord {
    /// The currency that it trades in.
    #[must_use]
    pub fn currency(&self) -> Currency {
        Currency::of_code(&self.currency)
    }

    /// Whether a target is for it, were it the only target.
    #[must_use]
    pub fn is_aimed_at(&self, aim: &Aim) -> bool {
        aim.covers(self.symbol, &self.category, self.currency())
    }
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
            average: None,
        }
    }
}

/// The last price of an instrument that a market showed before it stopped.
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
    /// The totals of its ledger that count for achievements.
    pub counters: Counters,
}

/// An account and its player's progress: what a trade starts from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TradingAccount {
    pub record: AccountRecord,
    pub xp: Xp,
    /// The end of the player's log of awards.
    pub awards: AwardHead,
    /// The totals of the log, and the quest of the day.
    pub progress: PlayerProgress,
}

/// A ledger entry with the words whose digest it holds, unless they were erased.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LedgerRow {
    pub entry: LedgerEntry,
    pub words: Option<Words>,
}

/// A position with its instrument.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PositionRecord {
    pub instrument: InstrumentId,
    pub position: Position,
}

/// An account and what it holds, as of one moment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Portfolio {
    pub account: TradingAccount,
    /// Positions with shares, by cost basis, largest first. Empty if the account's version was known,
    /// because then they are unchanged.
    pub positions: Arc<[PositionRecord]>,
}

/// Whose portfolio to read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PortfolioLookup {
    pub account: AccountId,
    /// The account version whose positions are already known and need not be read.
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

/// What is done once per account, apart from orders.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum OnceKey {
    /// A posting, by its key in the account.
    Posting(IdempotencyKey),
    /// An award to the account's player, by the key of its cause.
    Award(String),
}

/// Everything that a batch of orders touches. What does not exist is absent.
#[derive(Debug, Clone, Default)]
pub struct Fetched {
    pub accounts: HashMap<AccountId, TradingAccount>,
    pub positions: HashMap<(AccountId, InstrumentId), Position>,
    pub answers: HashMap<(AccountId, IdempotencyKey), AnsweredOrder>,
}

impl Fetched {
    /// Adds what was fetched for other accounts.
    pub fn extend(&mut self, other: Self) {
        self.accounts.extend(other.accounts);
        self.positions.extend(other.positions);
        self.answers.extend(other.answers);
    }
}

/// An account's change in a batch, guarded by the version on which it was decided. An account that stays
/// at its version is only guarded, not written: its orders were rejected because of its state.
#[derive(Debug, Clone)]
pub struct AccountChange {
    pub expected_version: i64,
    pub record: AccountRecord,
}

impl AccountChange {
    /// Whether there is anything to write for the account.
    #[must_use]
    pub fn is_change(&self) -> bool {
        self.record.head.version != self.expected_version
    }
}

/// A player's change in a batch, guarded by the progress on which it was decided.
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
    /// The progress after it. `None` if unchanged.
    pub progress: Option<PlayerProgress>,
}

impl PlayerChange {
    /// Whether there is anything to write for the player.
    #[must_use]
    pub fn is_change(&self) -> bool {
        self.xp_gained != 0 || self.awards.seq != self.expected_award_seq || self.progress.is_some()
    }
}

/// Everything that a batch changes. Each account with a change is listed once, and so is each player who
/// gains something. If one account of a player cannot be written, nothing of that player is.
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
    /// Answers to filled, rejected and resting orders.
    pub answers: Vec<(AccountId, AnsweredOrder)>,
    /// Orders that start resting.
    pub rested: Vec<RestingRecord>,
    /// Investments that start waiting, each with the entry that reserves its money.
    pub invested: Vec<Investment>,
    /// Answers that replace an earlier one, for orders that no longer rest.
    pub ended: Vec<(AccountId, AnsweredOrder)>,
    /// What to publish to the readers of the feed. `None` if nothing concerns them.
    pub outcomes: Option<Outcomes>,
}

/// A player to be created, with the account in the open league and the first session.
#[derive(Debug, Clone)]
pub struct NewPlayer {
    pub player: PlayerRecord,
    pub game: GameId,
    pub starting_cash: Money,
    pub session: SessionRecord,
}
