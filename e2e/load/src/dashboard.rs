//! The dashboard of a player who has played every day for years: how long it takes, and its bytes.

use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context as _, ensure};
use clap::Args;
use domain::{AccountId, Money};
use server::clock::{Clock as _, SystemClock};
use server::store::{EquityRecord, Store};

use super::driver::{Arrivals, Drive, Driver};
use super::fetch::fetch;
use super::loaded_server::LoadedServer;
use super::population::Population;
use super::prepared::{Ground, Prepared};
use super::report::aligned;
use super::skew::Spread;
use super::workload::{Kind, Mix, Workload};

/// Points that are stored at once.
const POINTS_AT_ONCE: usize = 500;
/// What is asked for, as its path names it.
const RANGES: [(&str, Kind, Mix); 2] = [
    (
        "1w",
        Kind::Dashboard,
        Mix {
            kinds: &[(Kind::Dashboard, 1)],
            spread: Spread::Uniform,
        },
    ),
    (
        "all",
        Kind::DashboardAll,
        Mix {
            kinds: &[(Kind::DashboardAll, 1)],
            spread: Spread::Uniform,
        },
    ),
];

/// How to run.
#[derive(Debug, Args)]
pub struct Options {
    #[command(flatten)]
    ground: Ground,
    /// Days that the first player has played.
    #[arg(long, default_value_t = 2_922)]
    days: u16,
    /// Seconds that count of each range.
    #[arg(long, default_value_t = 5)]
    seconds: u64,
    /// Connections that ask; one shows how long an answer takes alone.
    #[arg(long, default_value_t = 1)]
    clients: usize,
}

/// Measures and prints.
///
/// # Errors
/// When the server cannot be measured.
pub async fn measure(options: &Options) -> anyhow::Result<()> {
    let prepared = Prepared::new(&options.ground).await?;
    let population = options.ground.population;
    let store = prepared.database.store(population.seed).await?;
    let played = play(&*store, population, options.days).await;
    store.close().await;
    let points = played?;
    let server = LoadedServer::start(&prepared.database).await?;
    let mut rows = vec![
        ["range", "bytes", "per s", "p50 ms", "p99 ms", "max ms"]
            .map(str::to_owned)
            .to_vec(),
    ];
    for (range, kind, mix) in RANGES {
        let mut token = Vec::new();
        population.write_token(0, &mut token);
        let headers = format!("Authorization: Bearer {}\r\n", String::from_utf8(token)?);
        let path = format!("/api/v1/games/open/dashboard?range={range}");
        let (status, body) = fetch(server.address(), &path, &headers)?;
        ensure!(status == 200, "the dashboard answers {status}: {body}");
        // The first player is the only one who asks.
        let alone = Population {
            players: 1,
            ..population
        };
        let workload = Workload::new(alone, Arc::default(), mix, 1, String::new());
        let length = Duration::from_secs(options.seconds);
        let drive = Drive {
            address: server.address(),
            clients: options.clients.max(1),
            pipeline: 1,
            arrivals: Arrivals::AtOnce,
            warm_up: length / 5,
            length,
        };
        let driver = Driver::connect(drive, workload)?;
        let measured = tokio::task::spawn_blocking(move || driver.run()).await??;
        ensure!(measured.errors.is_empty(), "{:?}", measured.errors);
        let latency = measured
            .all_latencies()
            .figures()
            .context("no dashboard was answered")?;
        rows.push(vec![
            range.to_owned(),
            body.len().to_string(),
            format!("{:.0}", measured.per_second(Some(kind))),
            format!("{:.2}", latency.p50_ms),
            format!("{:.2}", latency.p99_ms),
            format!("{:.2}", latency.max_ms),
        ]);
    }
    server.stop().await?;
    println!(
        "the dashboard of a player with {points} daily points, one of {} on {}, {} connections\n\n{}",
        population.players,
        options.ground.database.as_str(),
        options.clients,
        aligned(&rows)
    );
    Ok(())
}

/// Gives the first player a point for each day until yesterday; how many are new.
async fn play(store: &dyn Store, population: Population, days: u16) -> anyhow::Result<u64> {
    let games = store.list_games().await?;
    let game = games.into_iter().find(|game| game.slug == "open");
    let account = AccountId {
        player: population.id(0),
        game: game.context("there is no open league")?.id,
    };
    let today = SystemClock::start().now().day();
    let point = |ago: u16| {
        let worth = 10_000 + i64::from(ago) * 7 % 1_999;
        EquityRecord {
            account,
            day: today.plus_days(-i32::from(ago)),
            net_worth: Money::from_units(worth * 10_000),
            cash: Money::from_whole(4_000),
            flow: Money::ZERO,
            index: None,
            held: None,
            version: 1,
        }
    };
    let points: Vec<EquityRecord> = (1..=days).rev().map(point).collect();
    let mut new = 0;
    for portion in points.chunks(POINTS_AT_ONCE) {
        new += store.record_equity(portion).await?;
    }
    Ok(new)
}
