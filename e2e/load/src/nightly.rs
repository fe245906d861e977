//! The nightly check of accounts with targets: how long it takes, its processor time, and what trades notice.

use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context as _, bail, ensure};
use clap::Args;
use domain::advice::TargetPlan;
use serde_json::json;
use server::clock::{Clock as _, SystemClock};
use server::store::jobs::{JobId, JobState, NewJob, Priority};
use tokio::time::{Instant, sleep};

use super::driver::{Arrivals, Drive, Driver};
use super::loaded_server::LoadedServer;
use super::measure::Measured;
use super::populate;
use super::prepared::{Ground, Prepared};
use super::skew::Spread;
use super::usage::Usage;
use super::workload::{Kind, Mix, Workload};

/// The job's kind.
const KIND: &str = "drifted_accounts";
const JOB: JobId = JobId(1);
/// The longest that the check may take (a requirement).
const PATIENCE: Duration = Duration::from_secs(4 * 3_600);
/// What it should take.
const GOAL: Duration = Duration::from_secs(600);
/// Connections that send the trades.
const TRADERS: usize = 16;
/// A server that has just started has other jobs to do.
const SETTLES: Duration = Duration::from_secs(10);

/// How to run.
#[derive(Debug, Args)]
pub struct Options {
    #[command(flatten)]
    ground: Ground,
    /// Trades a second that go on, before the check and meanwhile.
    #[arg(long, default_value_t = 200)]
    trades: u32,
    /// Seconds of trades before the check, which it is compared with.
    #[arg(long, default_value_t = 20)]
    seconds: u64,
}

/// Gives every account targets that it has drifted from, lets the check run, and prints.
///
/// # Errors
/// When anything fails, or the check takes longer than allowed.
pub async fn measure(options: &Options) -> anyhow::Result<()> {
    let prepared = Prepared::new(&options.ground).await?;
    let (database, population) = (&prepared.database, options.ground.population);
    let server = LoadedServer::start(database).await?;
    sleep(SETTLES).await;
    let store = database.store(population.seed).await?;
    let listed = populate::listed(&*store).await?;
    let run = Run {
        options,
        prepared: &prepared,
        server: &server,
        symbols: listed.iter().map(|one| one.symbol.to_string()).collect(),
        run: rand::random(),
    };
    let before = run.trade(0).await?;
    run.told("before", &before)?;
    database.run(&targets()?).await?;
    store.enqueue_job(&job()).await?;
    let (began, used) = (Instant::now(), run.usage()?);
    let mut meanwhile = Measured::default();
    let mut turn = 1;
    while store
        .find_job(JOB)
        .await?
        .is_some_and(|job| job.state == JobState::Ready)
    {
        ensure!(
            began.elapsed() < PATIENCE,
            "the check has not ended after {PATIENCE:?}"
        );
        let part = run.trade(turn).await?;
        // One after the other, not at the same time.
        let length = meanwhile.length + part.length;
        meanwhile.merge(&part);
        meanwhile.length = length;
        turn += 1;
    }
    let took = began.elapsed();
    run.told("meanwhile", &meanwhile)?;
    // A job that is done is forgotten; one that failed is kept.
    if let Some(job) = store.find_job(JOB).await? {
        bail!("the check ended as {:?}: {:?}", job.state, job.last_error);
    }
    let marked = store.list_target_plans(None, population.players).await?;
    let marked = marked
        .iter()
        .filter(|plan| plan.beyond_since.is_some())
        .count();
    store.close().await;
    let cpu = run.usage()?.saturating_sub(used);
    server.stop().await?;
    println!(
        "{} accounts with targets on {}: checked within {:.0} s, {marked} of them beyond; server and database used \
         {:.0} s of processor time, trades included (goal: {} s)",
        population.players,
        options.ground.database.as_str(),
        took.as_secs_f64(),
        cpu.as_secs_f64(),
        GOAL.as_secs()
    );
    Ok(())
}

/// Targets that nobody in a population meets: it holds other companies.
fn targets() -> anyhow::Result<String> {
    let plan = json!({
        "targets": [
            {"aim": {"instrument": "PUFFN"}, "share": "40"},
            {"aim": {"category": "Fund"}, "share": "30"},
        ],
        "absolute": "5", "relative": "25", "trade_min": "10",
    });
    let plan: TargetPlan = serde_json::from_value(plan)?;
    let plan = serde_json::to_string(&plan)?;
    Ok(format!(
        "insert into target_plans (player_id, game_id, plan, changed_at, beyond_since)
         select player_id, game_id, '{plan}', 0, null from accounts where game_id = 1"
    ))
}

fn job() -> NewJob {
    let now = SystemClock::start().now();
    NewJob {
        id: JOB,
        kind: KIND.into(),
        key: None,
        payload: "null".into(),
        version: 1,
        priority: Priority::Medium,
        run_at: now,
        max_attempts: 1,
        created_at: now,
    }
}

struct Run<'a> {
    options: &'a Options,
    prepared: &'a Prepared,
    server: &'a LoadedServer,
    symbols: Arc<[String]>,
    /// Different in each run, so that no idempotency key is ever used twice.
    run: u64,
}

impl Run<'_> {
    /// Trades at the fixed rate for as long as is chosen.
    async fn trade(&self, turn: u64) -> anyhow::Result<Measured> {
        let mix = Mix {
            kinds: &[(Kind::Trade, 1)],
            spread: Spread::Uniform,
        };
        let workload = Workload::new(
            self.options.ground.population,
            Arc::clone(&self.symbols),
            mix,
            self.run ^ (turn << 32),
            format!("nightly-{:016x}-{turn:x}", self.run),
        );
        let drive = Drive {
            address: self.server.address(),
            clients: TRADERS,
            pipeline: 1,
            arrivals: Arrivals::PerSecond(f64::from(self.options.trades)),
            warm_up: Duration::ZERO,
            length: Duration::from_secs(self.options.seconds),
        };
        let driver = Driver::connect(drive, workload)?;
        tokio::task::spawn_blocking(move || driver.run()).await?
    }

    fn told(&self, when: &str, measured: &Measured) -> anyhow::Result<()> {
        let latencies = measured.all_latencies();
        let figures = latencies.figures().context("no trade was filled")?;
        println!(
            "trades {when}: {:.0} a second, p50 {:.2} ms, p99 {:.2} ms, most {:.0} ms; errors {:?}",
            measured.per_second(Some(Kind::Trade)),
            figures.p50_ms,
            figures.p99_ms,
            figures.max_ms,
            measured.errors
        );
        Ok(())
    }

    /// Processor time of server and database so far.
    fn usage(&self) -> anyhow::Result<Duration> {
        let database = self.prepared.database.usage()?;
        let of = |usage: Usage| usage.cpu;
        Ok(self.server.usage()?.cpu + database.map(of).unwrap_or_default())
    }
}
