//! Compares leaderboards with the database: every night, and on the operator's request.

use async_trait::async_trait;
use serde_json::json;

use super::{Context, Done, JobError, Kind, Schedule};
use crate::boards::BoardCheck;

/// Minutes after midnight UTC.
const AT: u16 = 4 * 60 + 20;

pub(super) struct CheckedBoards {
    check: BoardCheck,
}

impl CheckedBoards {
    pub(super) fn new(check: &BoardCheck) -> Self {
        Self {
            check: check.clone(),
        }
    }
}

#[async_trait]
impl Kind for CheckedBoards {
    const NAME: &'static str = "checked_boards";
    type Payload = ();

    fn schedule(&self) -> Option<(Schedule, ())> {
        Some((Schedule::daily(AT), ()))
    }

    async fn run(&self, job: &Context, (): ()) -> Result<Done, JobError> {
        let checked = self.check.run().await?;
        let accounts = i64::try_from(checked.accounts).unwrap_or(i64::MAX);
        job.progress(accounts, Some(accounts), "accounts compared");
        Ok(Done::With(json!({
            "accounts": checked.accounts,
            "repaired": checked.repaired,
        })))
    }
}
