//! Many games at once beside one game with as many players: memory, ticks, processor time at rest, and
//! trades.

use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context as _, ensure};
use clap::Args;
use e2e::database::DatabaseKind;
use tokio::time::{Instant, sleep};

use super::audit::{Verify, audit};
use super::driver::{Arrivals, Drive, Driver};
use super::fetch::fetch;
use super::loaded_server::LoadedServer;
use super::measure::Measured;
use super::populate;
use super::population::Population;
use super::prepared::Prepared;
use super::report::{aligned, megabytes};
use super::skew::Spread;
use super::split::{self, Split};
use super::workload::{Kind, Mix, Workload};

/// Where names, tokens, purchases and prices come from.
const SEED: u64 = 1;
/// Positions of each player: enough to sell from.
const POSITIONS: u32 = 4;
/// What the games are compared with.
const ONE_GAME: Split = Split {
    games: 1,
    markets: 1,
};
/// Seconds that a market runs without any use: the longest that there is.
const IDLE_S: u64 = 86_400;
/// The longest that a server may take to build the leaderboards.
const PATIENCE: Duration = Duration::from_secs(300);
const LOOK_EVERY: Duration = Duration::from_secs(1);
/// A server that has just started has other things to do.
const SETTLES: Duration = Duration::from_secs(10);
/// Trades that do not count, at least.
const WARM_UP: Duration = Duration::from_secs(5);

const COLUMNS: [&str; 7] = [
    "scenario",
    "private MB",
    "tick ms",
    "idle CPU %",
    "trades/s",
    "p50 ms",
    "p99 ms",
];

/// How to run.
#[derive(Debug, Args)]
pub struct Options {
    /// Games at once.
    #[arg(long, default_value_t = 1_000)]
    games: u32,
    /// Markets that the games are on.
    #[arg(long, default_value_t = 300)]
    markets: u32,
    /// Players of all games together.
    #[arg(long, default_value_t = 100_000)]
    players: u32,
    /// Seconds that count: of rest, and of trades.
    #[arg(long, default_value_t = 10)]
    seconds: u64,
    /// Connections that trade.
    #[arg(long, default_value_t = 256)]
    clients: usize,
    /// Which database.
    #[arg(long, value_enum, default_value_t = DatabaseKind::Sqlite)]
    database: DatabaseKind,
}

/// Measures one game and then many, and prints.
///
/// # Errors
/// When anything fails, or the ledger does not have what was acknowledged.
pub async fn measure(options: &Options) -> anyhow::Result<()> {
    let many = Split {
        games: options.games,
        markets: options.markets,
    };
    many.check(options.population())?;
    ensure!(options.seconds > 0, "--seconds must be 1 or more");
    let mut rows = vec![COLUMNS.map(str::to_owned).to_vec()];
    let mut errors = Vec::new();
    for split in [ONE_GAME, many] {
        let (at_rest, measured) = options.measure(split).await?;
        let figures = measured.all_latencies().figures();
        let figures =
            figures.with_context(|| format!("no trade was filled, but {:?}", measured.errors))?;
        rows.push(vec![
            named(split),
            format!("{:.0}", at_rest.private_mb),
            format!("{:.3}", at_rest.tick_ms),
            format!("{:.1}", at_rest.cpu_percent),
            format!("{:.0}", measured.per_second(Some(Kind::Trade))),
            format!("{:.2}", figures.p50_ms),
            format!("{:.2}", figures.p99_ms),
        ]);
        if !measured.errors.is_empty() {
            errors.push(format!("\n{}: {:?}\n", named(split), measured.errors));
        }
    }
    println!(
        "\n{} players on {}, {} connections\n\n{}{}",
        options.players,
        options.database.as_str(),
        options.clients,
        aligned(&rows),
        errors.concat()
    );
    Ok(())
}

fn named(split: Split) -> String {
    let of = |count: u32, what: &str| match count {
        1 => format!("1 {what}"),
        _ => format!("{count} {what}s"),
    };
    format!(
        "{}, {}",
        of(split.games, "game"),
        of(split.markets, "market")
    )
}

/// What a server needs while all markets run and nobody trades.
struct AtRest {
    private_mb: f64,
    /// The mean of all ticks of all markets.
    tick_ms: f64,
    /// Of one processor.
    cpu_percent: f64,
}

impl Options {
    fn population(&self) -> Population {
        Population {
            players: self.players,
            positions: POSITIONS,
            seed: SEED,
        }
    }

    /// Makes the players of a split, and measures a server at rest and while they trade.
    async fn measure(&self, split: Split) -> anyhow::Result<(AtRest, Measured)> {
        println!("{}: making {} players", named(split), self.players);
        let prepared = Prepared::split(self.database, self.population(), split).await?;
        let database = &prepared.database;
        let store = database.store(SEED).await?;
        let listed = populate::listed(&*store).await;
        store.close().await;
        let symbols = listed?.iter().map(|one| one.symbol.to_string()).collect();
        let trades_before = database.count_trades().await?;
        let settings = [
            ("MARKETS__IDLE_S", IDLE_S),
            // That of the open league runs, too.
            ("MARKETS__RUNNING_MAX", u64::from(split.markets) + 1),
        ];
        let server = LoadedServer::start_with(database, &settings).await?;
        open_markets(&server, split).await?;
        let at_rest = self.rest(&server).await?;
        database.warm()?;
        let measured = self.trade(&server, split, symbols).await?;
        server.stop().await?;
        let audited = audit(
            database,
            self.population(),
            measured.trades,
            trades_before,
            Verify::Whole,
        );
        let audited = audited.await?;
        println!(
            "{}: {} trades acknowledged, {} in the ledger. {}",
            named(split),
            audited.trades.filled,
            audited.in_ledger,
            audited.verified
        );
        Ok((at_rest, measured))
    }

    /// What the server needs for as long as is chosen, after it has settled.
    async fn rest(&self, server: &LoadedServer) -> anyhow::Result<AtRest> {
        sleep(SETTLES).await;
        // Asking for metrics is work, too: it is done before and after.
        let (count_before, seconds_before) = ticks(server)?;
        let (begin, before) = (Instant::now(), server.usage()?);
        sleep(Duration::from_secs(self.seconds)).await;
        let (took, usage) = (begin.elapsed(), server.usage()?.since(before));
        let (count, seconds) = ticks(server)?;
        let count = count - count_before;
        ensure!(count > 0.0, "no market has had a tick");
        Ok(AtRest {
            private_mb: megabytes(usage.private_bytes),
            tick_ms: (seconds - seconds_before) / count * 1_000.0,
            cpu_percent: usage.cpu.as_secs_f64() / took.as_secs_f64() * 100.0,
        })
    }

    /// Trades of all players alike, each in their own game, as many as the server answers.
    async fn trade(
        &self,
        server: &LoadedServer,
        split: Split,
        symbols: Arc<[String]>,
    ) -> anyhow::Result<Measured> {
        let run: u64 = rand::random();
        let mix = Mix {
            kinds: &[(Kind::Trade, 1)],
            spread: Spread::Uniform,
        };
        let prefix = format!("games-{run:016x}");
        let workload = Workload::new(self.population(), symbols, mix, run, prefix).in_games(split);
        let length = Duration::from_secs(self.seconds);
        let drive = Drive {
            address: server.address(),
            clients: self.clients.max(1),
            pipeline: 1,
            arrivals: Arrivals::AtOnce,
            warm_up: WARM_UP.max(length / 5),
            length,
        };
        let driver = Driver::connect(drive, workload)?;
        tokio::task::spawn_blocking(move || driver.run()).await?
    }
}

/// Has every market started, and waits until the leaderboards are built.
async fn open_markets(server: &LoadedServer, split: Split) -> anyhow::Result<()> {
    let begin = Instant::now();
    // The first games are on different markets.
    for game in 0..split.markets {
        let path = format!("/api/v1/games/{}/categories", split::slug(game));
        let (status, body) = fetch(server.address(), &path, "")?;
        ensure!(status == 200, "{path} answers {status}: {body}");
    }
    let started = begin.elapsed();
    while metric(server, "tickerquest_boards_build_seconds")? <= 0.0 {
        ensure!(
            begin.elapsed() < PATIENCE,
            "no leaderboards after {PATIENCE:?}"
        );
        sleep(LOOK_EVERY).await;
    }
    let running = metric(server, "tickerquest_markets_running")?;
    ensure!(
        running >= f64::from(split.markets),
        "only {running} of {} markets run",
        split.markets
    );
    println!(
        "{}: all markets were started within {:.1} s",
        named(split),
        started.as_secs_f64()
    );
    Ok(())
}

/// Ticks of all markets so far, and the seconds that they took.
fn ticks(server: &LoadedServer) -> anyhow::Result<(f64, f64)> {
    Ok((
        metric(server, "tickerquest_market_tick_seconds_count")?,
        metric(server, "tickerquest_market_tick_seconds_sum")?,
    ))
}

fn metric(server: &LoadedServer, name: &str) -> anyhow::Result<f64> {
    let value = server.metric(name)?;
    value.with_context(|| format!("the server has no metric {name}"))
}
