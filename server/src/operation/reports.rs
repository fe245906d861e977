//! `tickerquest reports`: what players have reported.

use anyhow::bail;
use clap::Subcommand;
use domain::{PlayerId, Timestamp};

use crate::store::Store;
use crate::store::social::ReportRecord;

/// Reports that are read at once.
const PAGE: u32 = 200;

/// What `reports` is told.
#[derive(Debug, Clone, Subcommand)]
pub enum ReportsCommand {
    /// Lists the reports that wait, oldest first.
    List {
        /// At most this many.
        #[arg(long, value_name = "COUNT", default_value_t = 100)]
        limit: u32,
    },
    /// Notes that a report has been dealt with.
    Close {
        /// The report.
        id: i64,
    },
}

/// Runs the command, and writes what there is to say line by line.
///
/// # Errors
/// When the store fails, or when no such report waits.
pub async fn run(
    store: &dyn Store,
    command: &ReportsCommand,
    now: Timestamp,
    say: impl FnMut(&str),
) -> anyhow::Result<()> {
    match command {
        ReportsCommand::List { limit } => list(store, *limit, say).await,
        ReportsCommand::Close { id } => {
            if !store.close_report(*id, now).await? {
                bail!("no report {id} waits");
            }
            Ok(())
        }
    }
}

async fn list(store: &dyn Store, limit: u32, mut say: impl FnMut(&str)) -> anyhow::Result<()> {
    let (mut after, mut left) = ((Timestamp::from_micros(i64::MIN), 0), limit);
    while left > 0 {
        let asked = left.min(PAGE);
        let page = store.list_reports(after, asked).await?;
        let players: Vec<PlayerId> = page
            .iter()
            .flat_map(|report| [report.player, report.reported])
            .collect();
        let handles = store.find_handles(&players).await?;
        let name = |player: PlayerId| {
            let handle = handles
                .get(&player)
                .map_or("somebody erased", String::as_str);
            format!("{handle} (player {player})")
        };
        for report in &page {
            say(&in_words(report, name));
            after = (report.at, report.id);
        }
        let count = u32::try_from(page.len()).unwrap_or(u32::MAX);
        left = left.saturating_sub(count);
        if count < asked {
            break;
        }
    }
    if left == limit {
        say("No reports wait.");
    }
    Ok(())
}

fn in_words(report: &ReportRecord, name: impl Fn(PlayerId) -> String) -> String {
    let words = report.words.as_deref().map(|words| format!(": {words}"));
    format!(
        "{}  {}  {} reports {} for {}{}",
        report.id,
        report.at,
        name(report.player),
        name(report.reported),
        report.kind.as_str(),
        words.unwrap_or_default()
    )
}
