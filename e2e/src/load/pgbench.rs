//! Yardsticks: what pgbench does on the same PostgreSQL, with the same population and durability.

use std::path::PathBuf;
use std::process::Command;

use anyhow::{Context as _, ensure};
use private_postgres::PrivatePostgres;
use serde::Serialize;

use super::database::{Database, GAME};
use super::population::Population;
use crate::places;

/// As many as it is usually measured with.
const CLIENTS: usize = 32;
/// Threads that send: one leaves the other processor to the database.
const THREADS: usize = 2;
/// A copy of the game's database, so that the scripts leave the real ledger alone.
const COPY: &str = "yardstick";
const TPCB: &str = "tpcb";
/// Players for each unit of `tpcb-like`'s scale, which has 100,000 accounts.
const PLAYERS_PER_SCALE: u32 = 100_000;
/// Fewer branches than clients would measure how they wait for each other.
const SCALE_MIN: u32 = 10;

/// What the usual way of trading needs besides: a log of its own, and a row that is kept up to date.
const USUAL_TABLES: &str = "
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

const LAST_INSTRUMENT: &str = "
    select coalesce(max(instrument_id), 0)
    from instruments
    where tradable";
/// Lines of a failure that are told: every connection has its own.
const TOLD_LINES: usize = 5;

/// What pgbench has measured.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Yardstick {
    /// Which script.
    pub name: String,
    /// Connections.
    pub clients: usize,
    /// Transactions a second.
    pub per_second: f64,
    /// How long one took on average.
    pub mean_ms: f64,
}

/// Runs every script. The server is stopped: nobody else uses the database.
///
/// # Errors
/// When pgbench is missing or fails.
pub fn measure(
    database: &Database,
    population: Population,
    instruments: usize,
    seconds: u64,
) -> anyhow::Result<Vec<Yardstick>> {
    let Some(postgres) = database.postgres() else {
        return Ok(Vec::new());
    };
    let tpcb = tpcb_like(postgres, population, seconds);
    postgres.drop_database(TPCB)?;
    let mut found = vec![tpcb?];
    let ours = trades(postgres, population, instruments, seconds);
    postgres.drop_database(COPY)?;
    found.extend(ours?);
    Ok(found)
}

fn tpcb_like(
    postgres: &PrivatePostgres,
    population: Population,
    seconds: u64,
) -> anyhow::Result<Yardstick> {
    postgres.create_database(TPCB, None)?;
    let scale = (population.players / PLAYERS_PER_SCALE).max(SCALE_MIN);
    let scale = scale.to_string();
    output(
        postgres
            .program("pgbench")
            .args(["-i", "-q", "-s", &scale, TPCB]),
    )?;
    let mut command = postgres.program("pgbench");
    command.args(["-n", "-b", "tpcb-like"]);
    bench(postgres, "tpcb-like", command, TPCB, seconds)
}

fn trades(
    postgres: &PrivatePostgres,
    population: Population,
    instruments: usize,
    seconds: u64,
) -> anyhow::Result<Vec<Yardstick>> {
    postgres.create_database(COPY, Some(GAME))?;
    postgres.run(COPY, USUAL_TABLES)?;
    let last: usize = postgres.run(COPY, LAST_INSTRUMENT)?.parse()?;
    ensure!(
        last == instruments,
        "the scripts want instruments numbered from 1 to {instruments}, and the last one is {last}"
    );
    postgres.run(COPY, "vacuum (freeze, analyze)")?;
    let one = |name: &str| {
        let mut command = postgres.program("pgbench");
        command
            .arg("-n")
            .arg("-f")
            .arg(script(name))
            .arg(format!("-Dplayers={}", population.players))
            .arg(format!("-Dpositions={}", population.positions))
            .arg(format!("-Dinstruments={instruments}"));
        bench(postgres, name, command, COPY, seconds)
    };
    ["single-transaction", "usual-way"]
        .into_iter()
        .map(one)
        .collect()
}

fn script(name: &str) -> PathBuf {
    places::root().join("e2e/load").join(format!("{name}.sql"))
}

fn bench(
    postgres: &PrivatePostgres,
    name: &str,
    mut command: Command,
    database: &str,
    seconds: u64,
) -> anyhow::Result<Yardstick> {
    // As before each of our own scenarios.
    postgres.run(database, "checkpoint")?;
    command
        .args(["-M", "prepared"])
        .arg(format!("-c{CLIENTS}"))
        .arg(format!("-j{THREADS}"))
        .arg(format!("-T{seconds}"))
        .arg(database);
    let said = output(&mut command).with_context(|| format!("pgbench {name}"))?;
    println!("pgbench {name}: {:.0} a second", figure(&said, "tps = ")?);
    Ok(Yardstick {
        name: name.to_owned(),
        clients: CLIENTS,
        per_second: figure(&said, "tps = ")?,
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
