//! `tickerquest jobs`: what waits, runs and died, and what to do about it.

use std::fmt::Write as _;

use anyhow::bail;
use clap::{Args, Subcommand};
use domain::Timestamp;

use super::audit::note_command;
use crate::clock::{Clock as _, SystemClock};
use crate::config::Config;
use crate::store::jobs::{JobFilter, JobId, JobRecord, JobState, JobStore, Priority, Retried};

/// Jobs that are read at once.
const PAGE: u32 = 200;

/// What `jobs` is told.
#[derive(Debug, Clone, Subcommand)]
pub enum JobsCommand {
    /// Lists jobs, latest first.
    List(ListArgs),
    /// Makes a dead job ready again, with all its attempts.
    Retry {
        /// The job.
        id: JobId,
    },
    /// Deletes a job, whatever its state.
    Drop {
        /// The job.
        id: JobId,
    },
}

/// What `jobs list` is told.
#[derive(Debug, Clone, Args)]
pub struct ListArgs {
    /// Only those that failed for the last time.
    #[arg(long)]
    pub dead: bool,
    /// Only those of a kind.
    #[arg(long, value_name = "KIND")]
    pub kind: Option<String>,
    /// At most this many.
    #[arg(long, value_name = "COUNT", default_value_t = 100)]
    pub limit: u32,
}

/// Runs the command on the database of the settings, prints what there is to say, and notes what was
/// changed in the log of actions.
///
/// # Errors
/// As [`run`], and when the database does not open.
pub async fn run_on_database(config: &Config, command: &JobsCommand) -> anyhow::Result<()> {
    let store = crate::open_store(config).await?;
    let clock = SystemClock::start();
    let mut done = run(&*store, command, clock.now(), |line| println!("{line}")).await;
    let changed = match command {
        JobsCommand::Retry { id } => Some(("jobs retry", id)),
        JobsCommand::Drop { id } => Some(("jobs drop", id)),
        JobsCommand::List(_) => None,
    };
    if let Some((action, id)) = changed.filter(|_| done.is_ok()) {
        let noted = note_command(&*store, &clock, action, &id.to_string()).await;
        done = noted.map_err(Into::into);
    }
    store.close().await;
    done
}

/// Runs the command, and writes what there is to say line by line.
///
/// # Errors
/// When the store fails, or when the job is not there or not in the right state.
pub async fn run(
    store: &dyn JobStore,
    command: &JobsCommand,
    now: Timestamp,
    mut say: impl FnMut(&str),
) -> anyhow::Result<()> {
    match command {
        JobsCommand::List(args) => list(store, args, now, say).await,
        JobsCommand::Retry { id } => {
            match store.retry_job(*id, now).await? {
                Retried::Ready => say(&format!("Job {id} is ready and runs within seconds.")),
                Retried::Missing => bail!("there is no job {id}"),
                Retried::NotDead => bail!("job {id} is not dead: nothing is to be tried again"),
                Retried::KeyTaken => bail!(
                    "another job with the key of job {id} is waiting or running: retry job {id} when that one \
                     has ended, or drop it"
                ),
            }
            Ok(())
        }
        JobsCommand::Drop { id } => {
            if !store.drop_job(*id).await? {
                bail!("there is no job {id}");
            }
            say(&format!("Job {id} is deleted."));
            Ok(())
        }
    }
}

async fn list(
    store: &dyn JobStore,
    args: &ListArgs,
    now: Timestamp,
    mut say: impl FnMut(&str),
) -> anyhow::Result<()> {
    let filter = JobFilter {
        kind: args.kind.clone(),
        state: args.dead.then_some(JobState::Dead),
    };
    let (mut before, mut left) = (None, args.limit);
    while left > 0 {
        let asked = left.min(PAGE);
        let page = store.list_jobs(&filter, before, asked).await?;
        before = page.last().map(|job| (job.created_at, job.id));
        for job in &page {
            say(&in_words(job, now));
        }
        let count = u32::try_from(page.len()).unwrap_or(u32::MAX);
        left = left.saturating_sub(count);
        if count < asked {
            break;
        }
    }
    if left == args.limit {
        say("There are no such jobs.");
    }
    Ok(())
}

/// A job in one line.
#[must_use]
pub fn in_words(job: &JobRecord, now: Timestamp) -> String {
    let JobRecord {
        id, kind, attempts, ..
    } = job;
    let mut line = format!("{id}  {kind}");
    let mut add = |text: std::fmt::Arguments<'_>| {
        // Writing to a text does not fail.
        line.write_fmt(text).ok();
    };
    if let Some(key) = &job.key {
        add(format_args!(" \"{key}\""));
    }
    add(format_args!(", {}: ", priority(job.priority)));
    let max = job.max_attempts;
    match (job.state, job.started_at, job.ended_at) {
        (JobState::Ready, Some(started), _) if job.run_at > now => {
            add(format_args!(
                "running since {started}, attempt {attempts} of {max}"
            ));
        }
        (JobState::Ready, Some(_), _) => {
            add(format_args!(
                "its server was lost in attempt {attempts} of {max}; due now"
            ));
        }
        (JobState::Ready, None, _) if job.run_at <= now => add(format_args!("due now")),
        (JobState::Ready, None, _) => add(format_args!("due at {}", job.run_at)),
        (JobState::Dead, _, Some(ended)) => {
            add(format_args!(
                "dead since {ended}, after {attempts} attempts"
            ));
        }
        (JobState::Finished, _, Some(ended)) => add(format_args!("finished at {ended}")),
        (state, _, None) => add(format_args!("{}", state.as_str())),
    }
    let progress = &job.progress;
    match progress.total {
        Some(total) => add(format_args!(", {} of {total}", progress.done)),
        None if progress.done > 0 => add(format_args!(", {}", progress.done)),
        None => {}
    }
    if let Some(note) = &progress.note {
        add(format_args!(" ({note})"));
    }
    if let Some(error) = &job.last_error {
        add(format_args!("; failed: {error}"));
    }
    line
}

fn priority(priority: Priority) -> &'static str {
    match priority {
        Priority::Critical => "critical",
        Priority::High => "high",
        Priority::Medium => "medium",
        Priority::Low => "low",
        Priority::Batch => "batch",
    }
}
