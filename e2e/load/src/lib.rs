//! Load runs: a population of any size, the release server on it, requests of real sessions from
//! another process, and the figures. `docs/load.md` says what they mean.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context as _, bail, ensure};
use clap::Args;
use tokio::signal::unix::{SignalKind, signal};

pub mod achievements;
pub mod audit;
pub mod boards;
pub mod connection;
pub mod curve;
pub mod dashboard;
pub mod database;
pub mod driver;
pub mod fanout;
pub mod fetch;
pub mod files;
pub mod games;
pub mod goals;
pub mod http;
pub mod loaded_server;
pub mod measure;
pub mod nightly;
pub mod offline_month;
pub mod pgbench;
pub mod populate;
pub mod population;
pub mod portfolio;
pub mod prepared;
pub mod receipt;
pub mod report;
pub mod scenario;
pub mod skew;
pub mod split;
pub mod strategies;
pub mod times;
pub mod workload;

use audit::{Verify, audit};
use curve::CurvePoint;
use driver::Arrivals;
pub use e2e::usage;
use goals::Earlier;
use loaded_server::LoadedServer;
use measure::Trades;
use pgbench::Bench;
pub use prepared::Ground;
use prepared::Prepared;
use report::{Report, Row};
use scenario::{Load, Scenario, Stage};

/// Shares of the highest rate that the curve is measured at, in hundredths.
const CURVE_PERCENT: [u32; 9] = [10, 25, 50, 65, 75, 85, 95, 105, 120];
/// The share at which answers are to be quick.
const HALF_PERCENT: u32 = 50;

/// How to run.
#[derive(Debug, Args)]
pub struct Options {
    #[command(flatten)]
    ground: Ground,
    /// Seconds that count of each scenario, after a fifth of it to warm up.
    #[arg(long, default_value_t = 10)]
    seconds: u64,
    /// Seconds of trades before anything counts: afterwards caches and log are as in a game that has
    /// been running for a while. Large populations take longer.
    #[arg(long, default_value_t = 5)]
    warm_up: u64,
    /// Connections; several numbers run the trades with each and the rest with the best of them.
    #[arg(long, value_delimiter = ',', default_values_t = [64, 256, 1024])]
    clients: Vec<usize>,
    /// Requests under way on one connection.
    #[arg(long, default_value_t = 1)]
    pipeline: usize,
    /// Threads that send: more than one is of use where there are processors to spare.
    #[arg(long, default_value_t = 1)]
    threads: usize,
    /// What is measured; several are possible.
    #[arg(long, value_enum, value_delimiter = ',', default_values_t = [Scenario::All])]
    scenario: Vec<Scenario>,
    /// How much of the ledger is verified afterwards.
    #[arg(long, value_enum, default_value_t = Verify::Auto)]
    verify: Verify,
    /// The `load.json` of a run with another number of players, to be set beside this one.
    #[arg(long, value_name = "FILE")]
    beside: Option<PathBuf>,
    /// Where the report goes.
    #[arg(long, value_name = "DIR", default_value = "target/load")]
    out: PathBuf,
}

/// Makes a population and measures nothing.
///
/// # Errors
/// When it cannot be made.
pub async fn populate_only(ground: Ground) -> anyhow::Result<()> {
    ensure!(
        ground.keep.is_some(),
        "name a folder to keep it in: --keep DIR"
    );
    unless_interrupted(async { Prepared::new(&ground).await.map(drop) }).await
}

/// Measures the leaderboards and reports.
///
/// # Errors
/// When anything fails.
pub async fn run_boards(options: boards::Options) -> anyhow::Result<()> {
    unless_interrupted(boards::measure(&options)).await
}

/// Measures the dashboard of a player of many years.
///
/// # Errors
/// When anything fails.
pub async fn run_dashboard(options: dashboard::Options) -> anyhow::Result<()> {
    unless_interrupted(dashboard::measure(&options)).await
}

/// Measures what achievements cost a trade.
///
/// # Errors
/// When anything fails.
pub async fn run_achievements(options: achievements::Options) -> anyhow::Result<()> {
    unless_interrupted(achievements::measure(&options)).await
}

/// Measures many games at once beside one game with as many players.
///
/// # Errors
/// When anything fails, or the ledger does not have what was acknowledged.
pub async fn run_games(options: games::Options) -> anyhow::Result<()> {
    unless_interrupted(games::measure(&options)).await
}

/// Measures live prices to thousands of clients.
///
/// # Errors
/// When anything fails.
pub async fn run_fanout(options: fanout::Options) -> anyhow::Result<()> {
    unless_interrupted(fanout::measure(&options)).await
}

/// Measures the nightly check of accounts with targets.
///
/// # Errors
/// When anything fails.
pub async fn run_nightly(options: nightly::Options) -> anyhow::Result<()> {
    unless_interrupted(nightly::measure(&options)).await
}

/// Measures the receipt of a long ledger.
///
/// # Errors
/// When anything fails. What is missing of the measurement in a browser is said in the report.
pub async fn run_receipt(options: receipt::Options) -> anyhow::Result<()> {
    unless_interrupted(receipt::measure(&options)).await
}

/// Plays a month offline and measures the check of its result.
///
/// # Errors
/// When anything fails, the result differs from the run's, or a changed copy counts.
pub async fn run_offline_month(options: offline_month::Options) -> anyhow::Result<()> {
    unless_interrupted(offline_month::measure(&options)).await
}

/// Runs the scenarios and reports.
///
/// # Errors
/// When anything fails, or the ledger does not have what was acknowledged.
pub async fn run(options: Options) -> anyhow::Result<()> {
    unless_interrupted(measure(&options)).await
}

/// Whoever interrupts a run finds nothing of it left running: what was started goes when the work
/// is dropped.
async fn unless_interrupted(work: impl Future<Output = anyhow::Result<()>>) -> anyhow::Result<()> {
    let mut terminate = signal(SignalKind::terminate())?;
    tokio::select! {
        done = work => done,
        _ = tokio::signal::ctrl_c() => bail!("interrupted"),
        _ = terminate.recv() => bail!("terminated"),
    }
}

async fn measure(options: &Options) -> anyhow::Result<()> {
    let chosen = Scenario::chosen(&options.scenario);
    let earlier = options.beside.as_deref().map(Earlier::read).transpose()?;
    let prepared = Prepared::new(&options.ground).await?;
    let (database, population) = (&prepared.database, options.ground.population);
    let store = database.store(population.seed).await?;
    let listed = populate::listed(&*store).await;
    store.close().await;
    let symbols: Arc<[String]> = listed?.iter().map(|one| one.symbol.to_string()).collect();
    let instruments = symbols.len();

    let trades_before = database.count_trades().await?;
    let server = LoadedServer::start(database).await?;
    let mut run = Run {
        stage: Stage {
            population,
            symbols,
            database,
            server: &server,
            run: rand::random(),
            drives: 0,
        },
        report: Report::new(
            options.ground.database,
            population,
            options.seconds,
            prepared.populated_in_s,
        ),
        trades: Trades::default(),
        options,
        clients: options.clients.first().copied().unwrap_or(1),
    };
    run.warm_up().await?;
    for scenario in &chosen {
        run.measure(*scenario).await?;
    }
    let Run {
        mut report, trades, ..
    } = run;
    server.stop().await?;
    let audited = audit(database, population, trades, trades_before, options.verify);
    report.audit = Some(audited.await?);
    report.judge(earlier.as_ref());
    // What is found so far is not lost where pgbench is missing.
    report.write(&options.out)?;
    if chosen.contains(&Scenario::Pgbench) {
        let bench = Bench {
            population,
            instruments,
            warm_up_s: options.warm_up,
            seconds: options.seconds,
        };
        report.yardsticks = pgbench::measure(database, bench)?;
        report.judge(earlier.as_ref());
        report.write(&options.out)?;
    }
    println!("\n{}\nwritten to {}", report.table(), options.out.display());
    Ok(())
}

/// A run under way.
struct Run<'a> {
    stage: Stage<'a>,
    report: Report,
    trades: Trades,
    options: &'a Options,
    /// The number of connections that was best for trades.
    clients: usize,
}

impl Run<'_> {
    async fn measure(&mut self, scenario: Scenario) -> anyhow::Result<()> {
        match scenario {
            Scenario::Trades => self.measure_trades().await,
            Scenario::Curve => self.measure_curve().await,
            // It runs when the server is stopped.
            Scenario::Pgbench | Scenario::All => Ok(()),
            _ => self
                .drive(scenario, self.load(self.clients))
                .await
                .map(drop),
        }
    }

    /// Sends trades that do not count. After a checkpoint the first change of each page is written to
    /// the log whole, and this is the only one of the run that is asked for.
    async fn warm_up(&mut self) -> anyhow::Result<()> {
        if self.options.warm_up == 0 {
            return Ok(());
        }
        self.stage.database.warm()?;
        let load = Load {
            length: Duration::from_secs(self.options.warm_up),
            ..self.load(self.options.clients.iter().copied().max().unwrap_or(1))
        };
        let driven = self.stage.drive(Scenario::Trades, load).await?;
        self.count(driven.measured.trades);
        Ok(())
    }

    async fn measure_trades(&mut self) -> anyhow::Result<()> {
        let mut best = 0.0;
        for clients in &self.options.clients {
            let point = self.drive(Scenario::Trades, self.load(*clients)).await?;
            if point.per_second > best {
                best = point.per_second;
                self.clients = *clients;
            }
        }
        Ok(())
    }

    async fn measure_curve(&mut self) -> anyhow::Result<()> {
        if self.report.most_trades_per_second().is_none() {
            self.measure_trades().await?;
        }
        let most = self.report.most_trades_per_second();
        let most = most.context("no trades were measured")?;
        for percent in CURVE_PERCENT {
            let rate = (most * f64::from(percent) / 100.0).max(1.0);
            let load = Load {
                arrivals: Arrivals::PerSecond(rate),
                length: Duration::from_secs(self.options.seconds.div_ceil(2)),
                ..self.load(self.clients)
            };
            let point = self.drive(Scenario::Curve, load).await?;
            if percent == HALF_PERCENT {
                self.report.p99_at_half_ms = Some(point.p99_ms);
            }
            self.report.curve.push(point);
        }
        Ok(())
    }

    fn load(&self, clients: usize) -> Load {
        Load {
            clients,
            pipeline: self.options.pipeline,
            threads: self.options.threads,
            arrivals: Arrivals::AtOnce,
            length: Duration::from_secs(self.options.seconds),
        }
    }

    async fn drive(&mut self, scenario: Scenario, load: Load) -> anyhow::Result<CurvePoint> {
        let driven = self.stage.drive(scenario, load).await?;
        self.count(driven.measured.trades);
        let rows = Row::of(scenario.as_str(), load, &driven);
        let row = rows.first().context("a drive has a row")?;
        let latency = row
            .latency
            .with_context(|| format!("{}: no answer but {:?}", scenario.as_str(), row.errors))?;
        println!(
            "{} with {} connections: {:.0} a second, p50 {:.2} ms, p99 {:.2} ms",
            row.scenario, row.clients, row.per_second, latency.p50_ms, latency.p99_ms
        );
        let point = CurvePoint {
            offered_per_second: row.offered_per_second.unwrap_or(row.per_second),
            per_second: row.per_second,
            p50_ms: latency.p50_ms,
            p99_ms: latency.p99_ms,
        };
        self.report.rows.extend(rows);
        Ok(point)
    }

    fn count(&mut self, sent: Trades) {
        self.trades.filled += sent.filled;
        self.trades.rejected += sent.rejected;
        self.trades.unknown += sent.unknown;
    }
}
