//! A deterministic simulation of the trade engine: two servers on one store, their clients and their
//! market, on one thread whose clock stands still whenever somebody has something to do. Whatever
//! takes time or can fail asks a seeded generator, so a seed is a run, and a run that finds something
//! can be had again.
//!
//! After every commit the whole of what it touched is checked against a replay of its ledger.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use futures_util::future::join_all;
use rand::rngs::StdRng;
use rand::{RngExt as _, SeedableRng as _};

mod clients;
mod clock;
#[cfg(test)]
mod jobs;
mod market;
mod servers;
mod store;
mod world;

use clients::Client;
use clock::SimulatedClock;
use market::{SimulatedMarket, move_prices};
use servers::{Servers, crash_now_and_then};
use world::World;

/// What happened in a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Summary {
    /// Fetches, commits and answers, failed ones included.
    pub steps: u64,
    /// Orders that were answered at last.
    pub answers: u64,
    /// Entries of all ledgers.
    pub entries: u64,
    /// Commits that left somebody out.
    pub races: u64,
    /// Calls of the store that failed.
    pub faults: u64,
    /// Servers that were killed.
    pub crashes: u64,
    /// The last hash of every ledger, folded into one number: the same for the same run.
    pub digest: u64,
}

/// What a run consists of.
#[derive(Debug, Clone, Copy)]
pub struct Plan {
    /// Accounts, one for each player.
    pub accounts: i64,
    /// Clients of each account.
    pub clients: u32,
    /// Orders of each client.
    pub orders: u32,
}

impl Plan {
    /// Small enough for a test, large enough that everything meets everything.
    pub const SMALL: Self = Self {
        accounts: 6,
        clients: 3,
        orders: 40,
    };
}

/// A seeded generator that several parts draw from, one after the other.
#[derive(Debug, Clone)]
struct Chance(Arc<Mutex<StdRng>>);

impl Chance {
    fn new(seed: u64) -> Self {
        Self(Arc::new(Mutex::new(StdRng::seed_from_u64(seed))))
    }

    fn lock(&self) -> MutexGuard<'_, StdRng> {
        // There is only one thread, and a generator is never half changed.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn below(&self, end: u64) -> u64 {
        self.lock().random_range(0..end.max(1))
    }

    fn happens(&self, percent: u64) -> bool {
        self.below(100) < percent
    }

    /// Waits up to so many milliseconds.
    async fn linger(&self, most_ms: u64) {
        let micros = self.below(most_ms.saturating_mul(1_000).saturating_add(1));
        tokio::time::sleep(Duration::from_micros(micros)).await;
    }
}

/// Runs a seed to its end.
///
/// # Errors
/// What did not hold.
pub fn run(seed: u64, plan: Plan) -> anyhow::Result<Summary> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_time()
        .start_paused(true)
        .build()?;
    runtime.block_on(play(seed, plan))
}

async fn play(seed: u64, plan: Plan) -> anyhow::Result<Summary> {
    let chance = Chance::new(seed);
    let world = World::new(plan.accounts);
    let market = SimulatedMarket::new();
    let servers = Servers::start(&world, &market, &chance).await?;
    let moving = tokio::spawn(move_prices(market.clone(), chance.clone()));
    let crashing = tokio::spawn(crash_now_and_then(servers.clone(), chance.clone()));
    let mut clients = Vec::new();
    for account in world.accounts() {
        for number in 0..plan.clients {
            let name = format!("client-{}-{number}", account.player.0);
            let draws = Chance::new(chance.below(u64::MAX));
            clients.push(Client::new(name, account, servers.clone(), draws));
        }
    }
    let played = join_all(clients.into_iter().map(|client| client.play(plan.orders))).await;
    crashing.abort();
    moving.abort();
    servers.shutdown().await;
    let mut answered = Vec::new();
    for one in played {
        answered.extend(one?);
    }
    world.check_at_the_end(&answered)
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn whatever_fails_nothing_is_lost_or_done_twice() {
        for seed in 0..12 {
            let summary = run(seed, Plan::SMALL);
            let summary = summary.unwrap_or_else(|error| panic!("seed {seed}: {error:#}"));
            println!("seed {seed}: {summary:?}");
            assert!(summary.faults > 0 && summary.entries > 0, "{summary:?}");
        }
    }

    #[test]
    fn a_seed_is_a_run() {
        let run = |seed| run(seed, Plan::SMALL).expect("the run holds");
        let runs: Vec<Summary> = (1..=6).map(run).collect();
        for (seed, first) in (1..).zip(&runs) {
            assert_eq!(run(seed), *first, "seed {seed}");
        }
        let digests: HashSet<u64> = runs.iter().map(|summary| summary.digest).collect();
        assert_eq!(digests.len(), runs.len());
    }
}
