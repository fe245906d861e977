//! Settings of the jobs.

use serde::{Deserialize, Serialize};

/// How this server runs jobs, and how long their rows stay.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct JobsConfig {
    /// Jobs that this server runs at once.
    pub at_once: usize,
    /// Milliseconds from one look for due jobs to the next.
    pub poll_ms: u64,
    /// Hours for which the result of a job is kept.
    pub results_kept_hours: u32,
    /// Days for which a dead job is kept.
    pub dead_kept_days: u32,
    /// Days after which months of the ledger move into `archive` in the data folder; 0: never. Servers
    /// that share a database archive into the folder of the one that runs the job, so they share it, or
    /// all but one of them are given 0.
    pub archive_after_days: u32,
    /// Days without a visit after which a guest who did nothing is removed; 0: never. Only guests whose
    /// accounts hold an opening entry and nothing else are; whoever has traded, collected a bonus or noted
    /// recovery words stays.
    pub idle_guests_kept_days: u32,
    /// Days for which the prices of live markets stay in the database by the minute after the end of their
    /// month; then they move into files in `archive` in the data folder, which histories go on reading; 0:
    /// for ever. As with `archive_after_days`, servers share the folder, or all but one of them are given 0.
    pub minutes_kept_days: u32,
    /// The same for hours, which are rolled up from minutes.
    pub hours_kept_days: u32,
    /// The same for days. Months, which are rolled up from days, stay for ever.
    pub days_kept_days: u32,
}

impl Default for JobsConfig {
    fn default() -> Self {
        Self {
            at_once: 4,
            poll_ms: 2_000,
            results_kept_hours: 24,
            dead_kept_days: 30,
            archive_after_days: 730,
            idle_guests_kept_days: 30,
            minutes_kept_days: 90,
            hours_kept_days: 730,
            days_kept_days: 3_650,
        }
    }
}
