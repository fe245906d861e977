//! Jobs: work done later, by one of the servers, at least once.
//!
//! A job is a row in the database, enqueued in the transaction that causes it ([`Queue`]). A [`Worker`]
//! claims what is due for the length of a lease and extends the lease while the job runs, so the job of a
//! server that dies is claimed by another one. A job may therefore run twice; kinds are idempotent.
//!
//! Each [`Kind`] is a file of this folder and a line of [`registry`].

use std::path::PathBuf;
use std::sync::Arc;

use crate::app::App;
use crate::boards::BoardJobs;
use crate::clock::Clock;
use crate::config::JobsConfig;
use crate::engine::Engine;
use crate::market::FindMarket;
use crate::store::Store;
use crate::store::jobs::NewJob;

pub mod account_mail;
mod allocations;
mod announcements;
mod archived_months;
mod backoff;
mod backups;
mod checked_boards;
mod closed_days;
mod contributions;
mod corporate_actions;
mod deletion;
mod drifted_accounts;
mod earned_achievements;
mod ended_jobs;
mod ended_periods;
mod expired_sessions;
mod idle_guests;
mod kind;
mod leaving_companies;
mod log_checkpoints;
mod luck;
mod measured_strategies;
mod new_companies;
mod notification_mail;
mod old_duels;
mod old_notifications;
mod old_reasons;
mod old_starts;
mod outdated_outcomes;
mod paid_interest;
mod prepared_months;
mod queue;
mod rarities;
mod rebalancings;
mod rolled_up_candles;
mod rolled_up_points;
mod running;
mod schedule;
mod sent_results;
mod settled_taxes;
mod settlement;
mod share;
mod strategy_news;
mod week_bonuses;
mod weeks;
mod worker;

pub use announcements::Announcements;
pub use backoff::backoff_s;
pub(crate) use contributions::holdings;
pub use kind::{Context, Done, JobError, Kind, Limits, Registry, Stop};
pub use luck::{Decisions, Luck, MARKETS};
pub use notification_mail::{MailedNotification, NotificationMail};
pub use queue::{Ask, Queue, QueueError, job_of};
pub use rebalancings::{Rebalancings, Which};
pub use schedule::Schedule;
pub use share::Share;
pub use strategy_news::{NewVersion, StrategyNews};
pub use worker::{Worker, WorkerTask};

/// What kinds of the game work on.
#[derive(Debug, Clone)]
pub struct Parts {
    /// The server's memory.
    pub store: Arc<dyn Store>,
    /// The markets.
    pub markets: Arc<dyn FindMarket>,
    /// The folder of archived months and of files of candles.
    pub archive_dir: PathBuf,
    /// The leaderboards of this server, if it has any.
    pub boards: Option<BoardJobs>,
    /// Settings.
    pub config: JobsConfig,
    /// Applies corporate actions to their holders. `None` on a server that does not trade.
    pub engine: Option<Engine>,
}

/// Every kind of job that this server runs.
#[must_use]
pub fn registry(parts: &Parts) -> Registry {
    let mut registry = Registry::default()
        .with(expired_sessions::ExpiredSessions::new(parts))
        .with(outdated_outcomes::OutdatedOutcomes::new(parts))
        .with(prepared_months::PreparedMonths::new(parts))
        .with(archived_months::ArchivedMonths::new(parts))
        .with(idle_guests::IdleGuests::new(parts))
        .with(closed_days::ClosedDays::new(parts))
        .with(rolled_up_points::RolledUpPoints::new(parts))
        .with(ended_jobs::EndedJobs::new(parts))
        .with(old_duels::OldDuels::new(parts))
        .with(old_starts::OldStarts::new(parts))
        .with(rolled_up_candles::RolledUpCandles::new(parts))
        .with(old_notifications::OldNotifications::new(parts));
    if let Some(engine) = parts.engine.clone() {
        let markets = Arc::clone(&parts.markets);
        let actions = corporate_actions::CorporateActions::new(parts, engine.clone(), markets);
        registry = registry
            .with(actions)
            .with(allocations::Allocations::new(parts, engine.clone()))
            .with(allocations::DueOfferings::new(parts))
            .with(settled_taxes::SettledTaxes::new(parts, engine.clone()))
            .with(paid_interest::PaidInterest::new(parts, engine.clone()))
            .with(contributions::Contributions::new(parts, engine));
    }
    if let Some(boards) = &parts.boards {
        registry = registry.with(checked_boards::CheckedBoards::new(&boards.check));
    }
    registry
}

/// Enqueues the allocation of an offering, unless one is already waiting.
///
/// # Errors
/// A [`QueueError`].
pub async fn allocate(queue: &Queue, offering: i64) -> Result<(), QueueError> {
    let ask = Ask::default().key(offering.to_string());
    let payload = allocations::Payload { offering };
    let enqueued = queue.enqueue::<allocations::Allocations>(&payload, &ask);
    enqueued.await.map(drop)
}

/// A job that compares the leaderboards of the server that runs it with the database.
///
/// # Errors
/// A [`QueueError`].
pub fn board_check(clock: &dyn Clock) -> Result<NewJob, QueueError> {
    job_of::<checked_boards::CheckedBoards>(&(), &Ask::default(), clock.now(), clock)
}

/// Adds the jobs that award XP and notify players, which need the running game.
#[must_use]
pub fn with_progress(registry: Registry, app: &App) -> Registry {
    registry
        .with(account_mail::AccountMail::new(app))
        .with(backups::Backups::new(app))
        .with(week_bonuses::WeekBonuses::new(app))
        .with(ended_periods::EndedPeriods::new(app))
        .with(earned_achievements::EarnedAchievements::new(app))
        .with(rarities::MeasuredRarities::new(app))
        .with(log_checkpoints::LogCheckpoints::new(app))
        .with(new_companies::NewCompanies::new(app))
        .with(leaving_companies::LeavingCompanies::new(app))
        .with(rebalancings::Rebalancings::new(app))
        .with(luck::Luck)
        .with(drifted_accounts::DriftedAccounts::new(app))
        .with(measured_strategies::MeasuredStrategies::new(app))
        .with(strategy_news::StrategyNews::new(app))
        .with(announcements::Announcements::new(app))
        .with(notification_mail::NotificationMail::new(app))
        .with(old_reasons::OldReasons::new(app))
        .with(sent_results::SentResults::new(app))
        .with(weeks::Weeks::new(app))
}
