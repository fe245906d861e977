//! The operator's view of the server.

use serde::{Deserialize, Serialize};

use super::HostedState;
use crate::Timestamp;

/// The number of jobs of one kind in one state.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct JobCountView {
    /// The kind.
    pub kind: String,
    /// `ready`, `dead`, `finished`.
    pub state: String,
    /// How many.
    pub count: u64,
}

/// A job that failed for the last time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct DeadJobView {
    /// Its id.
    pub id: String,
    /// Its kind.
    pub kind: String,
    /// Attempts that failed.
    pub attempts: u32,
    /// When it died.
    pub ended_at: Option<Timestamp>,
    /// Why.
    pub error: String,
}

/// A game, as an operator sees it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct OperatedGameView {
    /// Its slug.
    pub slug: String,
    /// Its name.
    pub name: String,
    /// Its stage; none for a game that nobody hosts.
    pub state: Option<HostedState>,
    /// Whether trading is frozen.
    pub frozen: bool,
    /// When it ends.
    pub closes_at: Option<Timestamp>,
}

/// The allocation status of an offering.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct OfferingQueueView {
    /// Its id.
    pub id: String,
    /// Its name.
    pub title: String,
    /// `first_come` or `pro_rata`.
    pub rule: String,
    /// Whether everything is divided.
    pub settled: bool,
    /// Shares allocated so far.
    pub granted: u32,
    /// Shares on sale.
    pub shares: u32,
    /// Investments that wait for a decision.
    pub waiting: u64,
    /// Investments whose shares or money are on their way.
    pub in_progress: u64,
    /// Investments that got shares.
    pub completed: u64,
    /// Investments that got none.
    pub failed: u64,
    /// Investments that a host reversed.
    pub reversed: u64,
    /// The dead job of its allocation, which `retry_job` runs again.
    pub dead_job: Option<DeadJobView>,
}

/// A pending report.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct OpenReportView {
    /// Its id.
    pub id: String,
    /// When.
    pub at: Timestamp,
    /// Who reports.
    pub by: String,
    /// Who is reported.
    pub reported: String,
    /// What for.
    pub kind: String,
    /// In the reporter's words.
    pub words: Option<String>,
}

/// What an operator or a host did.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct LoggedActionView {
    /// When.
    pub at: Timestamp,
    /// Who.
    pub actor: String,
    /// What.
    pub action: String,
    /// To what.
    pub subject: String,
}

/// The operator's page.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct OperatorView {
    /// How the server is doing, a sentence each.
    pub status: Vec<String>,
    /// Jobs by kind and state.
    pub jobs: Vec<JobCountView>,
    /// At most 50, the latest first.
    pub dead_jobs: Vec<DeadJobView>,
    /// Offerings that are unsettled, or were settled within the past week; at most 50, those with a dead job
    /// first.
    pub offerings: Vec<OfferingQueueView>,
    /// At most 100 games.
    pub games: Vec<OperatedGameView>,
    /// At most 50, the oldest first.
    pub reports: Vec<OpenReportView>,
    /// At most 50, the latest first.
    pub actions: Vec<LoggedActionView>,
}

/// An operator's request.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct OperatorRequest {
    /// What.
    pub action: OperatorAction,
    /// The id of the job, the report or the strategy.
    #[cfg_attr(feature = "openapi", schema(max_length = 20))]
    pub id: String,
}

/// What an operator can do on the page.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum OperatorAction {
    /// Runs a dead job again, with a full set of attempts.
    RetryJob,
    /// Deletes a job.
    DropJob,
    /// Notes that a report has been dealt with.
    CloseReport,
    /// Hides a strategy from everyone but its author.
    HideStrategy,
    /// Shows a hidden strategy again.
    ShowStrategy,
}

impl OperatorAction {
    /// Its name in the log of actions.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::RetryJob => "jobs retry",
            Self::DropJob => "jobs drop",
            Self::CloseReport => "reports close",
            Self::HideStrategy => "strategies hide",
            Self::ShowStrategy => "strategies show",
        }
    }
}
