//! The receipt of a long ledger: its bytes, and how long it takes the server to make it, the command to check it, and
//! its page in a browser to show the last check.

use std::fmt::Write as _;
use std::net::SocketAddr;
use std::num::NonZero;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, ensure};
use clap::Args;
use domain::OPEN_LEAGUE;
use domain::api::LogKeyView;
use domain::proof::{Receipt, SignedReceipt};
use e2e::database::DatabaseKind;
use e2e::places;
use serde::Serialize;
use tokio::task::spawn_blocking;
use tokio::time::Instant;

use super::fetch::fetch;
use super::files;
use super::loaded_server::LoadedServer;
use super::population::Population;
use super::prepared::{Ground, Prepared};
use super::report::rounded;
use super::times::Times;

mod ledger;

/// The player, who begins with a purchase for each position.
const PLAYER: Population = Population {
    players: 1,
    positions: 10,
    seed: 1,
};
/// A receipt holds 20,000 entries, and a trade abroad is two.
const TRADES_MAX: u32 = 15_000;

/// How to run.
#[derive(Debug, Args)]
pub struct Options {
    /// Which database.
    #[arg(long, value_enum, default_value_t = DatabaseKind::Sqlite)]
    database: DatabaseKind,
    /// Trades in the ledger.
    #[arg(long, default_value_t = 10_000)]
    trades: u32,
    /// How often the receipt is made, checked and looked at.
    #[arg(long, default_value_t = 5)]
    times: usize,
    /// Where the report goes.
    #[arg(long, value_name = "DIR", default_value = "target/load/receipt")]
    out: PathBuf,
}

/// Trades, measures and reports.
///
/// # Errors
/// When the receipt is not made or does not hold. What is missing of the measurement in a browser is said in the
/// report.
pub async fn measure(options: &Options) -> anyhow::Result<()> {
    ensure!(
        (PLAYER.positions..=TRADES_MAX).contains(&options.trades),
        "--trades must be {} to {TRADES_MAX}",
        PLAYER.positions
    );
    let ground = Ground {
        database: options.database,
        population: PLAYER,
        keep: None,
    };
    let prepared = Prepared::new(&ground).await?;
    let database = &prepared.database;
    let server = LoadedServer::start(database).await?;
    let address = format!("http://{}", server.address());
    let store = database.store(PLAYER.seed).await?;
    let held = ledger::held(&*store, PLAYER).await?;
    let begin = Instant::now();
    ledger::trade(&address, PLAYER, held, options.trades - PLAYER.positions).await?;
    let traded_in_s = rounded(begin.elapsed().as_secs_f64());
    println!("{} trades after {traded_in_s:.1} s", options.trades);
    ledger::log(&*store, database.folder()).await?;
    store.close().await;

    let times = options.times.max(1);
    let (file, made) = make(server.address(), times)?;
    let receipt = read(&file, options.trades)?;
    let path = database.folder().join("receipt.json");
    std::fs::write(&path, &file)?;
    let checked = check(server.address(), &path, times)?;
    let mut found = Found {
        processors: std::thread::available_parallelism().map_or(1, NonZero::get),
        database: options.database,
        trades: options.trades,
        entries: receipt.entries.len(),
        bytes: file.len(),
        traded_in_s,
        rows: vec![
            Times::of("made by the server", &made),
            Times::of("verify-receipt", &checked),
        ],
        missing: Vec::new(),
    };
    match spawn_blocking(move || look(&address, times)).await? {
        Ok(looked) => found.rows.push(Times::of("page in Chromium", &looked)),
        Err(error) => found.missing.push(format!(
            "The page was not measured: {}",
            format!("{error:#}").lines().next().unwrap_or("")
        )),
    }
    server.stop().await?;
    files::write(&options.out, "receipt", &found.table(), &found)?;
    println!("\n{}\nwritten to {}", found.table(), options.out.display());
    Ok(())
}

/// The receipt, and the seconds of each time that the server made it.
fn make(server: SocketAddr, times: usize) -> anyhow::Result<(String, Vec<f64>)> {
    let address = format!("/api/v1/games/{OPEN_LEAGUE}/receipts/{}", PLAYER.handle(0));
    let (mut file, mut took) = (String::new(), Vec::with_capacity(times));
    for _ in 0..times {
        let begin = Instant::now();
        let (status, body) = fetch(server, &address, "")?;
        took.push(begin.elapsed().as_secs_f64());
        ensure!(status == 200, "the receipt answers {status}: {body}");
        file = body;
    }
    Ok((file, took))
}

/// Whether it has every trade and is in the log.
fn read(file: &str, trades: u32) -> anyhow::Result<Receipt> {
    let receipt = SignedReceipt::from_file(file)?.receipt;
    let entries = receipt.entries.iter();
    let there = entries.filter(|entry| entry.fact.trade().is_some()).count();
    ensure!(
        there == usize::try_from(trades)?,
        "the receipt has {there} of {trades} trades"
    );
    ensure!(receipt.in_log.is_some(), "the ledger is not in the log");
    Ok(receipt)
}

/// Seconds of each time that the command checked a receipt by the key that the server publishes.
fn check(server: SocketAddr, path: &Path, times: usize) -> anyhow::Result<Vec<f64>> {
    let (status, keys) = fetch(server, "/api/v1/log/keys", "")?;
    ensure!(status == 200, "the keys answer {status}: {keys}");
    let keys: Vec<LogKeyView> = serde_json::from_str(&keys)?;
    let key = &keys.first().context("the log has no key")?.key;
    let folder = path.parent().unwrap_or(path);
    let mut took = Vec::with_capacity(times);
    for _ in 0..times {
        let mut command = places::server_command(folder)?;
        command.arg("verify-receipt").arg(format!("--key={key}"));
        let begin = Instant::now();
        let output = command.arg(path).output()?;
        took.push(begin.elapsed().as_secs_f64());
        let said = String::from_utf8_lossy(&output.stdout);
        ensure!(
            output.status.success(),
            "the receipt does not hold:\n{said}"
        );
    }
    Ok(took)
}

/// Seconds of each visit of its page until the last check is shown. Another program drives the browser, so that load
/// runs need none.
fn look(address: &str, times: usize) -> anyhow::Result<Vec<f64>> {
    let page = format!("/players/{}/proof?game={OPEN_LEAGUE}", PLAYER.handle(0));
    let output = Command::new(places::browser_program()?)
        .args(["proof-page", address, &page])
        .arg(format!("--times={times}"))
        .output()?;
    let complained = String::from_utf8_lossy(&output.stderr);
    ensure!(output.status.success(), "{}", complained.trim());
    let ms: Vec<f64> = serde_json::from_slice(&output.stdout)?;
    Ok(ms.into_iter().map(|ms| ms / 1_000.0).collect())
}

/// Everything that a run has found.
#[derive(Debug, Serialize)]
struct Found {
    /// Processors of the machine, shared by all.
    processors: usize,
    database: DatabaseKind,
    trades: u32,
    /// With what else is in the ledger.
    entries: usize,
    /// Of the receipt.
    bytes: usize,
    /// Seconds of all orders.
    traded_in_s: f64,
    rows: Vec<Times>,
    /// What could not be measured, and why.
    missing: Vec<String>,
}

impl Found {
    /// The report for people.
    fn table(&self) -> String {
        let mut text = format!(
            "the receipt of {} trades on {}: {} entries, {} bytes; {} processors for all\n\n{}",
            self.trades,
            self.database.as_str(),
            self.entries,
            self.bytes,
            self.processors,
            Times::table(&self.rows)
        );
        for line in &self.missing {
            // Writing to a string does not fail.
            let _ = writeln!(text, "\n{line}");
        }
        text
    }
}
