//! Offline play that counts, for a month: one server signs a start, another one plays it with thousands of orders as
//! the desktop app does, and the first one checks the result. Copies with one byte changed are refused.

use std::num::NonZero;
use std::path::PathBuf;
use std::time::Duration;

use anyhow::{Context as _, ensure};
use clap::Args;
use domain::api::{ErrorCode, ImportedView, OfflineResult, OfflineStarted, RunStarted};
use domain::scenario::{Scenario, Submission, library};
use e2e::api::{Player, send};
use e2e::database::DatabaseKind;
use reqwest::{Client, Method};
use serde_json::json;
use tempfile::TempDir;
use tokio::time::Instant;

use super::database::{Database, Kept};
use super::files;
use super::loaded_server::LoadedServer;
use super::report::rounded;
use super::times::Times;

mod copies;
mod found;
mod play;
mod refusals;

use found::Found;
use play::{Played, play};
use refusals::{Refusals, hand_in};

/// Its market, from the first day on, is that of the month. Headlines move prices in it.
const SCENARIO: &str = "bubble";
const RUNS: &str = "/api/v1/offline-runs";
/// Longer than any answer takes.
const PATIENCE: Duration = Duration::from_secs(120);
/// How often the run is replayed in this process.
const REPLAYS: usize = 5;

/// How to run.
#[derive(Debug, Args)]
pub struct Options {
    /// The database of the server that checks.
    #[arg(long, value_enum, default_value_t = DatabaseKind::Sqlite)]
    database: DatabaseKind,
    /// Market days.
    #[arg(long, default_value_t = 30)]
    days: u32,
    /// Filled orders on each of them.
    #[arg(long, default_value_t = 100)]
    orders: u32,
    /// Where the report goes.
    #[arg(long, value_name = "DIR", default_value = "target/load/offline")]
    out: PathBuf,
}

/// Plays, hands in and reports.
///
/// # Errors
/// When the result is not that of the run, or a changed copy counts.
pub async fn measure(options: &Options) -> anyhow::Result<()> {
    let inputs = u64::from(options.days) * (u64::from(options.orders) + 1);
    ensure!(
        usize::try_from(inputs)? <= Submission::INPUTS_MAX,
        "{inputs} orders and days: a result has at most {}",
        Submission::INPUTS_MAX
    );
    let origin = Place::start(options.database).await?;
    let desktop = Place::start(DatabaseKind::Sqlite).await?;
    let id = sign(&origin.player, options.days).await?;
    let start = origin.get(&format!("/api/v1/offline-starts/{id}")).await?;
    let begun = desktop.player.request(Method::POST, RUNS);
    let begun: RunStarted = send(begun.json(&json!({ "file": start }))).await?;
    println!("playing {} days", options.days);
    let player = desktop.player.playing(&begun.slug);
    let played = play(&player, options.days, options.orders).await?;
    let begin = Instant::now();
    let file = desktop.get(&format!("{RUNS}/{id}")).await?;
    let derived = [begin.elapsed().as_secs_f64()];
    let claim: Submission = serde_json::from_str(&file)?;
    ensure!(
        claim.net_worth == played.run.net_worth,
        "the run ended with ${} and its file says ${}",
        played.run.net_worth,
        claim.net_worth
    );
    let replayed = replay(&claim)?;
    let mut refusals = Refusals::default();
    refusals.of_copies(&origin.player, &file).await?;
    let begin = Instant::now();
    let result = hand_in(&origin.player, file.clone()).await?;
    let checked = [begin.elapsed().as_secs_f64()];
    compare(&played, &result)?;
    let (code, _) = refusals
        .add(&origin.player, "nothing, sent again", file.clone())
        .await?;
    ensure!(code == ErrorCode::StartUsed, "sent again: {code:?}");
    let found = Found {
        processors: std::thread::available_parallelism().map_or(1, NonZero::get),
        database: options.database,
        days: options.days,
        orders: copies::count(&file, copies::ORDER),
        refused_orders: played.refused,
        inputs: claim.inputs.len(),
        bytes: file.len(),
        played_in_s: rounded(played.took.as_secs_f64()),
        net_worth: result.net_worth,
        rows: vec![
            Times::of("file derived from the ledger", &derived),
            Times::of("replayed in process", &replayed),
            Times::of("checked by the server", &checked),
            Times::of("changed copies refused", &refusals.took),
        ],
        refused: refusals.all,
    };
    origin.server.stop().await?;
    desktop.server.stop().await?;
    files::write(&options.out, "offline", &found.table(), &found)?;
    println!("\n{}\nwritten to {}", found.table(), options.out.display());
    Ok(())
}

/// A server with a database of its own, and a guest there.
struct Place {
    // In the order in which they go.
    server: LoadedServer,
    _database: Database,
    _folder: TempDir,
    player: Player,
}

impl Place {
    async fn start(kind: DatabaseKind) -> anyhow::Result<Self> {
        let temporary = tempfile::tempdir()?;
        let folder = temporary.path().canonicalize()?;
        let database = Database::start(kind, &folder, Kept::No)?;
        let server = LoadedServer::start(&database).await?;
        let client = Client::builder().timeout(PATIENCE).build()?;
        let player = Player::guest(&client, &format!("http://{}", server.address())).await?;
        Ok(Self {
            server,
            _database: database,
            _folder: temporary,
            player,
        })
    }

    /// A file.
    async fn get(&self, path: &str) -> anyhow::Result<String> {
        let answer = self.player.request(Method::GET, path).send().await?;
        let status = answer.status();
        let text = answer.text().await?;
        ensure!(status.is_success(), "{path} answers {status}: {text}");
        Ok(text)
    }
}

/// Has a server sign the start of a month; its id.
async fn sign(player: &Player, days: u32) -> anyhow::Result<String> {
    let scenario = serde_json::to_string(&month(days)?)?;
    let imported = player.request(Method::POST, "/api/v1/scenarios");
    let imported: ImportedView = send(imported.json(&json!({ "file": scenario }))).await?;
    let starts = format!("/api/v1/scenarios/{}/offline-starts", imported.id);
    let signed = player.request(Method::POST, &starts).json(&json!({}));
    let signed: OfflineStarted = send(signed).await?;
    Ok(signed.id)
}

/// The first days of a scenario of the library.
fn month(days: u32) -> anyhow::Result<Scenario> {
    let listed = library().iter().find(|listed| listed.id == SCENARIO);
    let whole = &listed.context("the scenario is gone")?.scenario;
    let mut events = whole.events.clone();
    events.retain(|event| event.day <= days);
    Ok(Scenario {
        title: format!("{days} days"),
        days,
        events,
        ..whole.clone()
    })
}

/// Seconds of each time that this process replayed the run.
fn replay(claim: &Submission) -> anyhow::Result<Vec<f64>> {
    let mut took = Vec::with_capacity(REPLAYS);
    for _ in 0..REPLAYS {
        let begin = Instant::now();
        let outcome = claim.start.start.scenario.replay(&claim.inputs)?;
        took.push(begin.elapsed().as_secs_f64());
        ensure!(
            outcome.net_worth == claim.net_worth,
            "replayed here it ends with ${}",
            outcome.net_worth
        );
    }
    Ok(took)
}

/// Whether what counts is what the run ended with.
fn compare(played: &Played, result: &OfflineResult) -> anyhow::Result<()> {
    let run = &played.run;
    let stars = run.end.as_ref().map(|end| end.stars);
    ensure!(
        (result.net_worth, result.return_percent, Some(result.stars))
            == (run.net_worth, run.return_percent, stars),
        "the run ended with {run:?} and counts as {result:?}"
    );
    Ok(())
}
