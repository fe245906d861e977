//! A run that measures the leaderboards: how long they take to build and what they take, how they answer
//! over HTTP while trades go on, and what Redis, nginx and SQL do on the same machine.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context as _, ensure};
use clap::Args;
use serde_json::Value;
use tokio::task::JoinHandle;
use tokio::time::Instant;

use super::driver::{Arrivals, Drive, Driver};
use super::fetch::fetch;
use super::loaded_server::LoadedServer;
use super::measure::Measured;
use super::populate;
use super::prepared::{Ground, Prepared};
use super::report::{Row, megabytes, rounded};
use super::scenario::{Driven, Load};
use super::skew::Spread;
use super::usage::{self, Usage};
use super::workload::{Kind, Mix, Workload};

pub mod found;
pub mod in_process;
pub mod nginx;
pub mod redis;
pub mod sql;

use found::{Found, Start};
use in_process::Members;
use nginx::Nginx;

/// A page of the leaderboard, as it is asked for without a session.
const PAGE: &str = "/api/v1/games/open/leaderboard";
/// How long leaderboards may take to be built.
const BUILT_WITHIN: Duration = Duration::from_secs(30 * 60);
const PAUSE: Duration = Duration::from_millis(50);
/// Metrics of the server.
const BUILD_SECONDS: &str = "tickerquest_boards_build_seconds";
const VALUATION_SECONDS: &str = "tickerquest_boards_valuation_seconds";
/// Between two looks at how long the latest valuation took.
const LOOK_EVERY: Duration = Duration::from_millis(500);
/// Connections that send the trades.
const TRADERS: usize = 16;

/// How to run.
#[derive(Debug, Args)]
pub struct Options {
    #[command(flatten)]
    ground: Ground,
    /// Seconds that count of each measurement over HTTP, after a fifth of it to warm up.
    #[arg(long, default_value_t = 10)]
    seconds: u64,
    /// Connections that ask for leaderboards.
    #[arg(long, default_value_t = 64)]
    clients: usize,
    /// Trades a second that go on meanwhile; 0 for none.
    #[arg(long, default_value_t = 200)]
    trades: u32,
    /// Where the report goes.
    #[arg(long, value_name = "DIR", default_value = "target/load/boards")]
    out: PathBuf,
}

/// Measures everything and reports.
///
/// # Errors
/// When the server cannot be measured. What is missing of the comparisons is said in the report.
pub async fn measure(options: &Options) -> anyhow::Result<()> {
    let prepared = Prepared::new(&options.ground).await?;
    let (database, population) = (&prepared.database, options.ground.population);
    let store = database.store(population.seed).await?;
    let listed = populate::listed(&*store).await;
    store.close().await;
    let symbols = listed?.iter().map(|one| one.symbol.to_string()).collect();
    let mut found = Found::new(options.ground.database, population, options.trades);
    // The first start stores what members had when the periods began, a later one reads it.
    let (server, start) = start(&prepared, population.players).await?;
    found.starts.push(start);
    server.stop().await?;
    let (server, start) = self::start(&prepared, population.players).await?;
    found.starts.push(start);
    let mut stage = Stage {
        options,
        symbols,
        prepared: &prepared,
        server: &server,
        run: rand::random(),
        drives: 0,
    };
    for kind in [Kind::BoardTop, Kind::BoardOwn, Kind::BoardAround] {
        stage.ask(kind, &mut found).await?;
    }
    println!("asking the database");
    found.sql = sql::measure(database).await?;
    let (_, page) = fetch(server.address(), PAGE, "")?;
    found.page_bytes = page.len();
    let folder = tempfile::tempdir()?;
    let nginx = Nginx::start(folder.path(), &page).await;
    match nginx {
        Ok(nginx) => stage.ask_nginx(&nginx, &mut found).await?,
        Err(error) => found.miss("nginx", &error),
    }
    server.stop().await?;
    println!("asking Redis");
    match redis::measure(folder.path(), population.players) {
        Ok(answered) => found.redis = answered,
        Err(error) => found.miss("Redis", &error),
    }
    println!("asking in process");
    found.in_process = Some(in_process::measure(Members {
        players: population.players,
        positions: population.positions,
    })?);
    found.judge();
    found.write(&options.out)?;
    println!("\n{}\nwritten to {}", found.table(), options.out.display());
    Ok(())
}

/// Starts the server and waits until everyone is on the leaderboard.
async fn start(prepared: &Prepared, players: u32) -> anyhow::Result<(LoadedServer, Start)> {
    let begin = Instant::now();
    let server = LoadedServer::start(&prepared.database).await?;
    let ready_in_s = begin.elapsed().as_secs_f64();
    let before = server.usage()?;
    loop {
        let address = server.address();
        let asked = tokio::task::spawn_blocking(move || fetch(address, PAGE, ""));
        let (status, body) = asked.await??;
        if status == 200 {
            let page: Value = serde_json::from_str(&body)?;
            let ranked = page["standings"]["meta"]["total"].as_u64();
            ensure!(
                ranked == Some(u64::from(players)),
                "{ranked:?} of {players} players are on the leaderboard"
            );
            break;
        }
        ensure!(status == 503, "the leaderboard answers {status}: {body}");
        ensure!(begin.elapsed() < BUILT_WITHIN, "no leaderboards were built");
        tokio::time::sleep(PAUSE).await;
    }
    let start = Start {
        ready_in_s: rounded(ready_in_s),
        boards_in_s: rounded(begin.elapsed().as_secs_f64()),
        built_in_s: server.metric(BUILD_SECONDS)?.map(rounded),
        private_mb_when_ready: megabytes(before.private_bytes),
        private_mb_with_boards: megabytes(server.usage()?.private_bytes),
    };
    println!("{}", start.line());
    Ok((server, start))
}

/// What measurements over HTTP share.
struct Stage<'a> {
    options: &'a Options,
    symbols: Arc<[String]>,
    prepared: &'a Prepared,
    server: &'a LoadedServer,
    /// Different in each run, so that no idempotency key is ever used twice.
    run: u64,
    drives: u64,
}

impl Stage<'_> {
    /// Asks for leaderboards while trades go on.
    async fn ask(&mut self, kind: Kind, found: &mut Found) -> anyhow::Result<()> {
        let database = &self.prepared.database;
        let asking = self.driver(self.server.address(), kind, self.load())?;
        let trades = self.options.trades > 0;
        let trading = if trades {
            Some(self.driver(self.server.address(), Kind::Trade, self.trades())?)
        } else {
            None
        };
        let before = (self.server.usage()?, database.usage()?, usage::of_machine());
        let begin = Instant::now();
        let asking = run(asking);
        let trading = trading.map(run);
        found.valuations_ms.extend(self.valuations(&asking).await?);
        let mut measured = asking.await??;
        let trading = match trading {
            Some(trading) => Some(trading.await??),
            None => None,
        };
        if let Some(trades) = &trading {
            measured.driver_cpu += trades.driver_cpu;
        }
        let driven = Driven {
            took: begin.elapsed(),
            server: self.server.usage()?.since(before.0),
            database: database
                .usage()?
                .map(|after| after.since(before.1.unwrap_or_default())),
            machine_cpu: spent(before.2),
            log_bytes: None,
            measured,
        };
        found.add(Row::of(kind.as_str(), self.load(), &driven));
        if let Some(measured) = trading {
            let driven = Driven { measured, ..driven };
            let name = format!("  {}: trades meanwhile", kind.as_str());
            found.add(Row::of(&name, self.trades(), &driven));
        }
        Ok(())
    }

    /// Asks nginx for its file.
    async fn ask_nginx(&mut self, nginx: &Nginx, found: &mut Found) -> anyhow::Result<()> {
        let driver = self.driver(nginx.address(), Kind::File, self.load())?;
        let before = (Usage::of_family(nginx.process())?, usage::of_machine());
        let begin = Instant::now();
        let measured = run(driver).await??;
        let driven = Driven {
            took: begin.elapsed(),
            server: Usage::of_family(nginx.process())?.since(before.0),
            database: None,
            machine_cpu: spent(before.1),
            log_bytes: None,
            measured,
        };
        found.add(Row::of(found::NGINX, self.load(), &driven));
        Ok(())
    }

    /// How long valuations took in the meantime, in milliseconds, as far as the server tells it.
    async fn valuations(
        &self,
        until: &JoinHandle<anyhow::Result<Measured>>,
    ) -> anyhow::Result<Vec<f64>> {
        let mut all: Vec<f64> = Vec::new();
        while !until.is_finished() {
            if let Some(seconds) = self.server.metric(VALUATION_SECONDS)? {
                let ms = rounded(seconds * 1_000.0);
                if all.last() != Some(&ms) && ms > 0.0 {
                    all.push(ms);
                }
            }
            tokio::time::sleep(LOOK_EVERY).await;
        }
        Ok(all)
    }

    fn driver(&mut self, address: SocketAddr, kind: Kind, load: Load) -> anyhow::Result<Driver> {
        self.drives += 1;
        let kinds: &'static [(Kind, u32)] = match kind {
            Kind::BoardTop => &[(Kind::BoardTop, 1)],
            Kind::BoardOwn => &[(Kind::BoardOwn, 1)],
            Kind::BoardAround => &[(Kind::BoardAround, 1)],
            Kind::File => &[(Kind::File, 1)],
            _ => &[(Kind::Trade, 1)],
        };
        let workload = Workload::new(
            self.options.ground.population,
            Arc::clone(&self.symbols),
            Mix {
                kinds,
                spread: Spread::Uniform,
            },
            self.run ^ (self.drives << 32),
            format!("boards-{:016x}-{:x}", self.run, self.drives),
        );
        let drive = Drive {
            address,
            clients: load.clients,
            pipeline: load.pipeline,
            arrivals: load.arrivals,
            warm_up: load.length / 5,
            length: load.length,
        };
        Driver::connect(drive, workload).context("cannot connect")
    }

    fn load(&self) -> Load {
        Load {
            clients: self.options.clients.max(1),
            pipeline: 1,
            threads: 1,
            arrivals: Arrivals::AtOnce,
            length: Duration::from_secs(self.options.seconds),
        }
    }

    fn trades(&self) -> Load {
        Load {
            clients: TRADERS,
            arrivals: Arrivals::PerSecond(f64::from(self.options.trades)),
            ..self.load()
        }
    }
}

fn run(driver: Driver) -> JoinHandle<anyhow::Result<Measured>> {
    tokio::task::spawn_blocking(move || driver.run())
}

/// Processor time of the machine since.
fn spent(before: Option<Duration>) -> Duration {
    let after = usage::of_machine().unwrap_or_default();
    after.saturating_sub(before.unwrap_or_default())
}
