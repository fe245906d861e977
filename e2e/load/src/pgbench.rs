//! Yardsticks: what pgbench does on the same PostgreSQL, with the same population and durability.

use std::process::Command;

use anyhow::{Context as _, ensure};
use e2e::places;
use private_postgres::PrivatePostgres;
use serde::Serialize;

use super::database::{Database, GAME};
use super::population::Population;

/// The script in which trades share a transaction.
pub const SHARED: &str = "shared-transaction";
/// Those that work on copies of the game's tables.
const OF_TRADES: [Script; 3] = [
    Script::usual("single-transaction"),
    Script::usual("usual-way"),
    Script {
        name: SHARED,
        // As many as the engine has lanes.
        clients: 2,
        trades: 250.0,
    },
];
/// Threads that send.
const THREADS: usize = 2;
/// Copies of the game's tables, so that the scripts leave the real ledger alone. Orders are not
/// among them: the scripts keep no answers.
const COPY: &str = "
    drop schema if exists yardstick cascade;
    create schema yardstick;
    set search_path = yardstick;
    create table players (like public.players including constraints including defaults) with (fillfactor = 90);
    create table accounts (like public.accounts including constraints including defaults) with (fillfactor = 90);
    create table positions (like public.positions including constraints including defaults) with (fillfactor = 90);
    create table ledger (like public.ledger including constraints including defaults);
    insert into players table public.players;
    insert into accounts table public.accounts;
    insert into positions table public.positions;
    insert into ledger table public.ledger;
    alter table players add primary key (player_id);
    alter table accounts add primary key (player_id, game_id);
    alter table positions add primary key (player_id, game_id, instrument_id);
    alter table ledger add primary key (player_id, game_id, seq, at);
    create table audits (
        player_id bigint not null,
        at bigint not null,
        what text not null
    );
    create table checkpoints (
        player_id bigint not null primary key,
        version bigint not null,
        at bigint not null
    ) with (fillfactor = 90);
    insert into checkpoints (player_id, version, at)
    select player_id, version, 0
    from accounts";
/// Where the scripts find the copies.
const SEARCH_PATH: &str = "-c search_path=yardstick";
const SETTLE_COPY: &str = "
    set search_path = yardstick;
    analyze players, accounts, positions, ledger, checkpoints";
const DROP_COPY: &str = "drop schema if exists yardstick cascade";
const TPCB: &str = "tpcb";
/// Players for each unit of `tpcb-like`'s scale, which has 100,000 accounts.
const PLAYERS_PER_SCALE: u32 = 100_000;
/// As many accounts as a million players have: smaller ones would mostly wait for each other.
const SCALE_MIN: u32 = 10;

/// Lines of a failure that are told: every connection has its own.
const TOLD_LINES: usize = 5;

/// A script, and what is particular about it.
#[derive(Debug, Clone, Copy)]
struct Script {
    name: &'static str,
    /// Connections.
    clients: usize,
    /// Trades of a transaction.
    trades: f64,
}

impl Script {
    /// One trade for each transaction, over as many connections as it is usually measured with.
    const fn usual(name: &'static str) -> Self {
        Self {
            name,
            clients: 32,
            trades: 1.0,
        }
    }
}

/// How the scripts run.
#[derive(Debug, Clone, Copy)]
pub struct Bench {
    /// Who is in the database.
    pub population: Population,
    /// Instruments that can be bought.
    pub instruments: usize,
    /// Seconds before anything counts.
    pub warm_up_s: u64,
    /// Seconds that count.
    pub seconds: u64,
}

/// What pgbench has measured.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Yardstick {
    /// Which script.
    pub name: String,
    /// Connections.
    pub clients: usize,
    /// Transactions a second; where trades share one, trades.
    pub per_second: f64,
    /// How long a transaction took on average.
    pub mean_ms: f64,
}

/// Runs every script. The server is stopped: nobody else uses the database.
///
/// # Errors
/// When pgbench is missing or fails.
pub fn measure(database: &Database, bench: Bench) -> anyhow::Result<Vec<Yardstick>> {
    let Some(postgres) = database.postgres() else {
        return Ok(Vec::new());
    };
    let tpcb = tpcb_like(postgres, bench);
    postgres.drop_database(TPCB)?;
    let mut found = vec![tpcb?];
    let ours = trades(postgres, bench);
    postgres.run(GAME, DROP_COPY)?;
    found.extend(ours?);
    Ok(found)
}

fn tpcb_like(postgres: &PrivatePostgres, bench: Bench) -> anyhow::Result<Yardstick> {
    postgres.drop_database(TPCB)?;
    postgres.create_database(TPCB, None)?;
    let scale = (bench.population.players / PLAYERS_PER_SCALE).max(SCALE_MIN);
    let scale = scale.to_string();
    output(
        postgres
            .program("pgbench")
            .args(["-i", "-q", "-s", &scale, TPCB]),
    )?;
    let command = || {
        let mut command = postgres.program("pgbench");
        command.args(["-n", "-b", "tpcb-like"]);
        command
    };
    run(postgres, bench, Script::usual("tpcb-like"), TPCB, command)
}

fn trades(postgres: &PrivatePostgres, bench: Bench) -> anyhow::Result<Vec<Yardstick>> {
    let numbered = format!(
        "select count(*) from instruments where instrument_id between 1 and {}",
        bench.instruments
    );
    let numbered: usize = postgres.run(GAME, &numbered)?.parse()?;
    ensure!(
        numbered == bench.instruments,
        "the scripts want instruments numbered from 1 to {}, and {numbered} are",
        bench.instruments
    );
    println!("copying the population for pgbench");
    postgres.run(GAME, COPY)?;
    postgres.run(GAME, SETTLE_COPY)?;
    let one = |script: Script| {
        let file = format!("{}.sql", script.name);
        let file = places::root().join("e2e/load/sql").join(file);
        let command = || {
            let mut command = postgres.program("pgbench");
            command
                .env("PGOPTIONS", SEARCH_PATH)
                .arg("-n")
                .arg("-f")
                .arg(&file)
                .arg(format!("-Dplayers={}", bench.population.players))
                .arg(format!("-Dpositions={}", bench.population.positions))
                .arg(format!("-Dinstruments={}", bench.instruments));
            command
        };
        run(postgres, bench, script, GAME, command)
    };
    OF_TRADES.into_iter().map(one).collect()
}

/// Runs a script twice, first to warm up, as our own scenarios do.
fn run(
    postgres: &PrivatePostgres,
    bench: Bench,
    script: Script,
    database: &str,
    command: impl Fn() -> Command,
) -> anyhow::Result<Yardstick> {
    let Script {
        name,
        clients,
        trades,
    } = script;
    let for_seconds = |seconds: u64| {
        let mut command = command();
        command
            .args(["-M", "prepared"])
            .arg(format!("-c{clients}"))
            .arg(format!("-j{THREADS}"))
            .arg(format!("-T{seconds}"))
            .arg(database);
        output(&mut command).with_context(|| format!("pgbench {name}"))
    };
    postgres.run(database, "checkpoint")?;
    if bench.warm_up_s > 0 {
        for_seconds(bench.warm_up_s)?;
    }
    let said = for_seconds(bench.seconds)?;
    let per_second = figure(&said, "tps = ")? * trades;
    println!("pgbench {name}: {per_second:.0} a second");
    Ok(Yardstick {
        name: name.to_owned(),
        clients,
        per_second,
        mean_ms: figure(&said, "latency average = ")?,
    })
}

fn output(command: &mut Command) -> anyhow::Result<String> {
    let output = command.output().context("pgbench cannot be started")?;
    let complained = String::from_utf8_lossy(&output.stderr);
    let told: Vec<&str> = complained.lines().take(TOLD_LINES).collect();
    ensure!(output.status.success(), "{}", told.join("\n"));
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}

/// The number behind a text in what pgbench says.
fn figure(said: &str, name: &str) -> anyhow::Result<f64> {
    let rest = said.split_once(name).map(|(_, rest)| rest);
    let word = rest.and_then(|rest| rest.split_ascii_whitespace().next());
    word.and_then(|word| word.parse().ok())
        .with_context(|| format!("pgbench said no {name:?}:\n{said}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_are_read_from_what_pgbench_says() {
        let said = "number of transactions actually processed: 37512\n\
            number of failed transactions: 0 (0.000%)\n\
            latency average = 8.532 ms\ninitial connection time = 41.297 ms\n\
            tps = 3750.616923 (without initial connection time)\n";
        assert_eq!(figure(said, "tps = ").unwrap(), 3_750.616_923);
        assert_eq!(figure(said, "latency average = ").unwrap(), 8.532);
        assert!(figure("nothing", "tps = ").is_err());
    }
}
