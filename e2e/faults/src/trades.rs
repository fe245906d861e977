//! Many players who trade at once, through a server that may be killed on the way.

pub mod audit;
pub mod plan;

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use anyhow::{Context as _, bail};
use domain::api::OrderRequest;
use e2e::api::{CallError, Player};
use e2e::server::{GameServer, Setup};
use reqwest::Client;
use tokio::task::JoinSet;
use tokio::time::{Instant, sleep};

use self::plan::{Answer, Plan};
use crate::figures::Latencies;

/// Requests that are under way at once.
const CONCURRENCY: usize = 64;
/// An order that has no answer after this long is a failure.
const GIVE_UP: Duration = Duration::from_secs(120);
const PAUSE: Duration = Duration::from_millis(100);

/// What is to be run.
#[derive(Debug, Clone, Copy, clap::Args)]
pub struct Options {
    /// How many players trade.
    #[arg(long, default_value_t = 100)]
    pub players: usize,
    /// How many orders they send together.
    #[arg(long, default_value_t = 10_000)]
    pub trades: usize,
    /// Kill the server in the middle and start it again on the same data.
    #[arg(long)]
    pub kill: bool,
    /// Which players trade what.
    #[arg(long, default_value_t = 1)]
    pub seed: u64,
}

/// What is known of a run while it goes on.
#[derive(Debug, Default)]
struct Progress {
    next: AtomicUsize,
    answered: AtomicUsize,
    retries: AtomicUsize,
}

/// What one worker brings home: for each order its player and its answer.
#[derive(Debug, Default)]
struct Harvest {
    answers: Vec<(usize, Answer)>,
    latencies: Latencies,
}

/// Sends the orders, then checks every answer that was given against the ledger, and the ledger
/// against itself.
///
/// # Errors
/// When an order got no answer, or anything does not add up.
pub async fn run(options: Options) -> anyhow::Result<()> {
    let mut server = GameServer::start(Setup::LIVELY).await?;
    let players = Arc::new(sign_in(&server.address(), options.players).await?);
    let symbols = players.first().context("nobody plays")?.symbols().await?;
    let plan = Arc::new(Plan {
        seed: options.seed,
        players: players.len(),
        symbols,
    });
    let progress = Arc::new(Progress::default());
    println!(
        "{} players, {} orders, {CONCURRENCY} at a time, seed {}",
        players.len(),
        options.trades,
        options.seed
    );

    let begin = Instant::now();
    let mut workers = JoinSet::new();
    for _ in 0..CONCURRENCY {
        workers.spawn(work(
            plan.clone(),
            players.clone(),
            progress.clone(),
            options.trades,
        ));
    }
    if options.kill {
        kill_halfway(&mut server, &progress, options.trades).await?;
    }
    let (mut answers, mut latencies): (Vec<Vec<Answer>>, _) =
        (vec![Vec::new(); players.len()], Vec::new());
    while let Some(harvest) = workers.join_next().await {
        let harvest = harvest??;
        for (player, answer) in harvest.answers {
            answers
                .get_mut(player)
                .context("every order has a player")?
                .push(answer);
        }
        latencies.push(harvest.latencies);
    }
    let took = begin.elapsed();

    report(&answers, &Latencies::merged(&latencies), &progress, took);
    for (player, answers) in players.iter().zip(&answers) {
        audit::check(player, answers).await?;
    }
    println!(
        "every answer is in the ledger exactly once, cash and shares add up, and no XP is lost"
    );
    println!("{}", server.stop_and_verify().await?);
    Ok(())
}

/// Lets so many guests in.
///
/// # Errors
/// When the server refuses one.
pub async fn sign_in(address: &str, count: usize) -> anyhow::Result<Vec<Player>> {
    let client = Client::builder().timeout(Duration::from_secs(15)).build()?;
    let mut players = Vec::with_capacity(count);
    for _ in 0..count {
        players.push(Player::guest(&client, address).await?);
    }
    Ok(players)
}

/// Takes the next order again and again until there are no more.
async fn work(
    plan: Arc<Plan>,
    players: Arc<Vec<Player>>,
    progress: Arc<Progress>,
    trades: usize,
) -> anyhow::Result<Harvest> {
    let mut harvest = Harvest::default();
    loop {
        let number = progress.next.fetch_add(1, Ordering::Relaxed);
        if number >= trades {
            return Ok(harvest);
        }
        let (player, order) = plan.order(number)?;
        let sender = players.get(player).context("every order has a player")?;
        let begin = Instant::now();
        let answer = insist(sender, &order, &progress).await?;
        harvest.latencies.add(begin.elapsed());
        harvest.answers.push((player, answer));
        progress.answered.fetch_add(1, Ordering::Relaxed);
    }
}

/// Sends one order, always under the same key, until it is answered.
async fn insist(
    player: &Player,
    order: &OrderRequest,
    progress: &Progress,
) -> anyhow::Result<Answer> {
    let begin = Instant::now();
    loop {
        match player.place(order).await {
            Ok(view) => return Ok(Answer::Filled(Box::new(view))),
            Err(CallError::Refused(error)) if error.rejection.is_some() => {
                return Ok(Answer::Rejected(order.idempotency_key.clone(), error.code));
            }
            Err(error) if error.may_pass() && begin.elapsed() < GIVE_UP => {
                progress.retries.fetch_add(1, Ordering::Relaxed);
                sleep(PAUSE).await;
            }
            Err(error) => bail!("order {}: {error}", order.idempotency_key),
        }
    }
}

async fn kill_halfway(
    server: &mut GameServer,
    progress: &Progress,
    trades: usize,
) -> anyhow::Result<()> {
    while progress.answered.load(Ordering::Relaxed) < trades / 2 {
        sleep(Duration::from_millis(1)).await;
    }
    let answered = progress.answered.load(Ordering::Relaxed);
    server.kill();
    let begin = Instant::now();
    server.restart().await?;
    println!(
        "killed after {answered} answers; ready again after {:.1} s",
        begin.elapsed().as_secs_f64()
    );
    Ok(())
}

fn report(answers: &[Vec<Answer>], latencies: &Latencies, progress: &Progress, took: Duration) {
    let mut by_outcome = BTreeMap::new();
    for answer in answers.iter().flatten() {
        *by_outcome.entry(answer.outcome()).or_insert(0_usize) += 1;
    }
    let all: usize = by_outcome.values().sum();
    let seconds = took.as_secs_f64();
    #[expect(clippy::cast_precision_loss, reason = "a rate for people to read")]
    let rate = all as f64 / seconds;
    println!(
        "{all} answers in {seconds:.1} s ({rate:.0} a second), {} retries",
        progress.retries.load(Ordering::Relaxed)
    );
    for (outcome, count) in by_outcome {
        println!("  {outcome}: {count}");
    }
    println!("answers took {}", latencies.summary());
}
