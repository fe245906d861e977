//! `tickerquest boards`: compares leaderboards with the database.

use std::time::Duration;

use anyhow::bail;
use clap::Subcommand;

use crate::clock::Clock;
use crate::jobs::board_check;
use crate::store::jobs::{JobState, JobStore};

/// From one look at the job to the next.
const LOOK_EVERY: Duration = Duration::from_secs(1);
/// Looks after which nobody is waited for any longer.
const LOOKS_MAX: u32 = 600;

/// What `boards` is told.
#[derive(Debug, Clone, Subcommand)]
pub enum BoardsCommand {
    /// Asks a running server to compare its leaderboards with the database. What differs is read again.
    Check,
}

/// Asks for the check as a job, waits for its result, and says it.
///
/// # Errors
/// When the store fails, when the job fails, or when no server runs it.
pub async fn run(
    store: &dyn JobStore,
    command: &BoardsCommand,
    clock: &dyn Clock,
    mut say: impl FnMut(&str),
) -> anyhow::Result<()> {
    let BoardsCommand::Check = command;
    let new = board_check(clock)?;
    let id = new.id;
    store.enqueue_job(&new).await?;
    for _ in 0..LOOKS_MAX {
        let Some(job) = store.find_job(id).await? else {
            bail!("job {id} has been deleted");
        };
        match job.state {
            JobState::Finished => {
                let result = job.result.unwrap_or_default();
                say(&format!(
                    "The leaderboards of one server were compared: {result}"
                ));
                return Ok(());
            }
            JobState::Dead => bail!("the check failed: {}", job.last_error.unwrap_or_default()),
            JobState::Ready => tokio::time::sleep(LOOK_EVERY).await,
        }
    }
    bail!("no server has run job {id}; it waits, and `tickerquest jobs drop {id}` takes it back")
}
