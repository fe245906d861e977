//! Everything that the server persists. Each method is one transaction, named for what its
//! callers need; no transaction type leaves an implementation.

use async_trait::async_trait;
use domain::Timestamp;

mod accounts;
mod actions;
mod alerts;
mod answer;
mod audit;
pub mod boards;
mod duels;
mod equity;
mod failure;
mod feed;
mod games;
mod guests;
mod hosting;
mod instruments;
mod intraday;
pub mod jobs;
mod journal;
pub mod log;
mod lots;
mod markets;
mod months;
mod names;
mod notifications;
mod offerings;
mod offline;
pub mod operation;
mod orders;
mod plans;
mod players;
pub mod postgres;
mod progress;
pub mod protection;
mod providers;
mod puzzles;
mod records;
mod resting;
pub mod retention;
mod rows;
mod scenarios;
mod schema;
mod selection;
mod sessions;
pub mod social;
pub mod sqlite;
pub mod strategies;
mod targets;
pub mod titles;
mod variables;

mod watch_lists;

pub use accounts::AccountStore;
pub use actions::{ActionStore, InstrumentAction, MarketAction};
pub use alerts::{AlertRecord, AlertState, AlertStore};
pub use audit::{AuditSnapshot, AuditStore, StoredAnswer, Stray};
pub use boards::BoardStore;
pub use duels::{DuelRecord, DuelSeat, DuelStore};
pub use equity::{
    DashboardQuery, DashboardRows, EquityRecord, EquityStore, PastAward, PastEntry, PastTitle,
    RollUp,
};
pub use feed::{AccountOutcome, Event, FeedStore, Outcomes};
pub use games::GameStore;
pub use guests::{GuestPlace, GuestStore};
pub use hosting::{
    Assignment, FinalStanding, HostedGame, HostingStore, Member, Notice, ReasonRow, RosterRow,
    RosterStore,
};
pub use instruments::InstrumentStore;
pub use intraday::{CandleLength, IntradayCandle, IntradayStore};
pub use jobs::JobStore;
pub use journal::{GradeRecord, JournalStore, NoteRecord};
pub use log::LogStore;
pub use markets::{
    MarketRecord, MarketSource, MarketSpec, MarketStore, NewGame, NewGameMarket, Pace, Paces, Seed,
};
pub use months::{MonthCandle, MonthStore};
pub use notifications::{
    LanePosition, NewNotification, NotificationChoices, NotificationRecord, NotificationStore,
    UNREAD_MAX,
};
pub use offerings::{
    Grant, Investment, InvestmentCount, InvestmentEnd, InvestmentPlace, InvestmentStore, Offering,
    OfferingSplit, OfferingSplitStore, OfferingStore,
};
pub use offline::{
    CountedRun, OfflineResultRecord, OfflineRunRecord, OfflineRunState, OfflineStartRecord,
    OfflineStore,
};
pub use operation::OperationStore;
pub use orders::OrderStore;
pub use plans::{PaidMonth, Plan, PlanStore, Subscription, SubscriptionRow};
pub use players::PlayerStore;
pub use progress::ProgressStore;
pub use protection::{IdentityStore, ProtectionStore};
pub use providers::{
    AnswerKind, Period, ProviderAnswer, ProviderState, ProviderStore, ProviderUsage, QuotaWindow,
};
pub use puzzles::{PuzzleAttempt, PuzzleStore};
pub use records::*;
pub use resting::{RestingPlace, RestingRecord};
pub use retention::{AccountCheckpoint, ArchivedMonth, Retention, RetentionLock};
pub use scenarios::{ImportedScenario, RunCurves, RunGhost, RunResult, ScenarioRun, ScenarioStore};
pub use schema::SchemaState;
pub use sessions::SessionStore;
pub use social::{ReportStore, SocialStore};
pub use strategies::{
    StrategyFollowStore, StrategyRecord, StrategySearch, StrategyStore, VersionRecord,
};
pub use targets::{RebalancingRecord, RebalancingStep, TargetRecord, TargetStore};
pub use titles::{ApiKeyRecord, TitleProgress, TitleRecord, TitleScoreRow, TitleStore};
pub use variables::VariableStore;
pub use watch_lists::{WatchList, WatchListChange, WatchListStore};

/// Why the store could not do it. Nothing was changed.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// Busy, out of connections or temporarily unavailable: retrying may help.
    #[error("the database is not available: {0}")]
    Unavailable(#[source] sqlx::Error),
    /// The database refused or failed.
    #[error("the database failed: {0}")]
    Database(#[source] sqlx::Error),
    /// The database holds something that cannot be parsed as what it should be.
    #[error("the database holds {what} that cannot be read")]
    Corrupt {
        /// What could not be parsed.
        what: String,
    },
    /// The schema could not be brought up to date.
    #[error("the schema could not be migrated: {0}")]
    Migration(#[from] sqlx::migrate::MigrateError),
}

impl StoreError {
    /// Whether the database itself is damaged: a page or a value cannot be read.
    #[must_use]
    pub fn is_damage(&self) -> bool {
        match self {
            Self::Corrupt { .. } => true,
            Self::Database(sqlx::Error::Database(error)) => failure::is_damage(error.as_ref()),
            _ => false,
        }
    }

    /// Whether the database's disk is full.
    #[must_use]
    pub fn is_full_disk(&self) -> bool {
        match self {
            Self::Unavailable(sqlx::Error::Database(error)) => failure::is_full(error.as_ref()),
            _ => false,
        }
    }

    /// A copy of this failure for another caller it affects.
    #[must_use]
    pub fn again(&self) -> Self {
        match self {
            Self::Unavailable(_) if self.is_full_disk() => failure::full_disk(),
            Self::Unavailable(_) => Self::Unavailable(sqlx::Error::PoolTimedOut),
            Self::Database(_) | Self::Migration(_) => {
                Self::Database(sqlx::Error::Protocol(self.to_string()))
            }
            Self::Corrupt { what } => Self::Corrupt { what: what.clone() },
        }
    }
}

/// The result of a store call.
pub type StoreResult<T> = Result<T, StoreError>;

/// The server's persistent state: each feature's trait, and what concerns the database as a whole.
#[async_trait]
pub trait Store:
    OrderStore
    + PlayerStore
    + SessionStore
    + GameStore
    + MarketStore
    + InstrumentStore
    + IntradayStore
    + MonthStore
    + AccountStore
    + VariableStore
    + EquityStore
    + FeedStore
    + JobStore
    + ProgressStore
    + Retention
    + AuditStore
    + ActionStore
    + WatchListStore
    + SocialStore
    + ReportStore
    + BoardStore
    + GuestStore
    + HostingStore
    + RosterStore
    + ProviderStore
    + OfferingStore
    + OfferingSplitStore
    + InvestmentStore
    + PlanStore
    + OperationStore
    + ProtectionStore
    + IdentityStore
    + LogStore
    + TargetStore
    + StrategyStore
    + StrategyFollowStore
    + ScenarioStore
    + DuelStore
    + OfflineStore
    + PuzzleStore
    + NotificationStore
    + AlertStore
    + JournalStore
    + TitleStore
{
    /// Checks that the database answers and that the tables every order touches are readable.
    async fn ping(&self) -> StoreResult<()>;

    /// Prepares for writes from `now` on. Called at start and then periodically.
    async fn prepare(&self, now: Timestamp) -> StoreResult<()>;

    /// Finishes work in progress and closes every connection.
    async fn close(&self);
}
