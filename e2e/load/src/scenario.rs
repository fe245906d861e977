//! The scenarios of a load run, and one drive of one of them.

use std::sync::Arc;
use std::time::Duration;

use anyhow::ensure;
use clap::ValueEnum;
use serde::Serialize;
use tokio::task::JoinSet;

use super::database::Database;
use super::driver::{Arrivals, Drive, Driver};
use super::loaded_server::LoadedServer;
use super::measure::Measured;
use super::population::Population;
use super::skew::Spread;
use super::usage::{self, Usage};
use super::workload::{Kind, Mix, Workload};

/// What is measured.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, ValueEnum, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Scenario {
    /// Orders of all players alike.
    Trades,
    /// Orders, half of them of one player in a hundred.
    SkewedTrades,
    /// Orders at fixed rates up to the highest, for the latency curve.
    Curve,
    /// Holdings: all positions of a player, valued.
    Holdings,
    /// Summaries.
    Summary,
    /// Pages of the instrument list.
    Instruments,
    /// What people do: look far more than they trade.
    Mixed,
    /// Requests that nothing is done for: what HTTP alone costs.
    Http,
    /// pgbench on the same PostgreSQL and population, to compare with.
    Pgbench,
    /// Everything.
    All,
}

impl Scenario {
    const EACH: [Self; 9] = [
        Self::Trades,
        Self::SkewedTrades,
        Self::Curve,
        Self::Holdings,
        Self::Summary,
        Self::Instruments,
        Self::Mixed,
        Self::Http,
        Self::Pgbench,
    ];

    /// Those that are asked for, in the order in which they run.
    #[must_use]
    pub fn chosen(asked: &[Self]) -> Vec<Self> {
        let all = asked.is_empty() || asked.contains(&Self::All);
        let chosen = Self::EACH.into_iter();
        chosen.filter(|one| all || asked.contains(one)).collect()
    }

    /// As it is asked for on the command line.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Trades => "trades",
            Self::SkewedTrades => "skewed-trades",
            Self::Curve => "curve",
            Self::Holdings => "holdings",
            Self::Summary => "summary",
            Self::Instruments => "instruments",
            Self::Mixed => "mixed",
            Self::Http => "http",
            Self::Pgbench => "pgbench",
            Self::All => "all",
        }
    }

    /// What it sends.
    #[must_use]
    pub fn mix(self) -> Mix {
        let kinds: &'static [(Kind, u32)] = match self {
            Self::Trades | Self::SkewedTrades | Self::Curve | Self::Pgbench => &[(Kind::Trade, 1)],
            Self::Holdings => &[(Kind::Holdings, 1)],
            Self::Summary => &[(Kind::Summary, 1)],
            Self::Instruments => &[(Kind::Instruments, 1)],
            Self::Http => &[(Kind::Health, 1)],
            Self::Mixed | Self::All => &[
                (Kind::Quotes, 40),
                (Kind::Instruments, 20),
                (Kind::Holdings, 15),
                (Kind::Summary, 15),
                (Kind::Trade, 10),
            ],
        };
        let spread = match self {
            Self::SkewedTrades => Spread::Skewed,
            _ => Spread::Uniform,
        };
        Mix { kinds, spread }
    }
}

/// How one drive sends.
#[derive(Debug, Clone, Copy)]
pub struct Load {
    /// Connections.
    pub clients: usize,
    /// Requests under way on each.
    pub pipeline: usize,
    /// Threads that send.
    pub threads: usize,
    /// When.
    pub arrivals: Arrivals,
    /// The time that counts.
    pub length: Duration,
}

/// What a drive has measured, and what server and database used meanwhile.
#[derive(Debug)]
pub struct Driven {
    /// The answers.
    pub measured: Measured,
    /// The time over which usage was measured.
    pub took: Duration,
    /// Of the server.
    pub server: Usage,
    /// Of the database, where it is another process.
    pub database: Option<Usage>,
    /// Processor time of the whole machine.
    pub machine_cpu: Duration,
    /// Bytes that the database's log grew by.
    pub log_bytes: Option<u64>,
}

impl Driven {
    /// Processor time that neither server nor database nor sending took.
    #[must_use]
    pub fn others_cpu(&self) -> Duration {
        let database = self.database.map_or(Duration::ZERO, |used| used.cpu);
        let ours = self.server.cpu + database + self.measured.driver_cpu;
        self.machine_cpu.saturating_sub(ours)
    }
}

/// The running parts that drives share.
#[derive(Debug)]
pub struct Stage<'a> {
    pub population: Population,
    pub symbols: Arc<[String]>,
    pub database: &'a Database,
    pub server: &'a LoadedServer,
    /// Different in each run, so that no idempotency key is ever used twice.
    pub run: u64,
    /// Drives so far.
    pub drives: u32,
}

impl Stage<'_> {
    /// Sends a scenario's requests and measures.
    ///
    /// # Errors
    /// When the server cannot be reached.
    pub async fn drive(&mut self, scenario: Scenario, load: Load) -> anyhow::Result<Driven> {
        self.drives += 1;
        let threads = load.threads.clamp(1, load.clients.max(1));
        ensure!(load.clients > 0, "--clients must be 1 or more");
        let mut drivers = Vec::with_capacity(threads);
        for thread in 0..threads {
            let (one, workload) = self.part(scenario, load, thread, threads)?;
            drivers.push(Driver::connect(one, workload)?);
        }
        let before = (self.server.usage()?, self.database.usage()?);
        let log_before = self.database.log_position()?;
        let machine_before = usage::of_machine().unwrap_or_default();
        let begin = tokio::time::Instant::now();
        let mut sending = JoinSet::new();
        for driver in drivers {
            sending.spawn_blocking(move || driver.run());
        }
        let mut measured = Measured::default();
        while let Some(part) = sending.join_next().await {
            measured.merge(&part??);
        }
        let took = begin.elapsed();
        let machine_after = usage::of_machine().unwrap_or_default();
        let server = self.server.usage()?.since(before.0);
        let database = self.database.usage()?;
        let log_after = self.database.log_position()?;
        Ok(Driven {
            measured,
            took,
            machine_cpu: machine_after.saturating_sub(machine_before),
            server,
            database: database.map(|after| after.since(before.1.unwrap_or_default())),
            log_bytes: log_after
                .zip(log_before)
                .map(|(after, before)| after.saturating_sub(before)),
        })
    }

    /// One thread's part of a drive.
    fn part(
        &self,
        scenario: Scenario,
        load: Load,
        thread: usize,
        threads: usize,
    ) -> anyhow::Result<(Drive, Workload)> {
        let number = u64::try_from(thread)?;
        let one = Drive {
            address: self.server.address(),
            clients: load.clients / threads + usize::from(thread < load.clients % threads),
            pipeline: load.pipeline,
            arrivals: match load.arrivals {
                Arrivals::AtOnce => Arrivals::AtOnce,
                Arrivals::PerSecond(rate) => {
                    Arrivals::PerSecond(rate / f64::from(u32::try_from(threads)?))
                }
            },
            warm_up: load.length / 5,
            length: load.length,
        };
        let prefix = format!("load-{:016x}-{:x}-{thread:x}", self.run, self.drives);
        let seed = self.run ^ (u64::from(self.drives) << 32) ^ number;
        let symbols = Arc::clone(&self.symbols);
        let workload = Workload::new(self.population, symbols, scenario.mix(), seed, prefix);
        Ok((one, workload))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scenarios_run_in_one_order_whatever_is_asked_for() {
        assert_eq!(Scenario::chosen(&[]), Scenario::EACH);
        assert_eq!(Scenario::chosen(&[Scenario::All]), Scenario::EACH);
        let asked = [Scenario::Mixed, Scenario::Trades];
        assert_eq!(
            Scenario::chosen(&asked),
            [Scenario::Trades, Scenario::Mixed]
        );
    }
}
