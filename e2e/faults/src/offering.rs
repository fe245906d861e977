//! Many investments in one offering while the servers are killed again and again: no share is sold twice,
//! every investor gets shares or the money back, and the cash of each is exact.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use anyhow::{Context as _, bail, ensure};
use domain::api::{InvestmentRequest, InvestmentState, InvestmentView, OfferingDetail};
use domain::{IdempotencyKey, Money};
use e2e::api::{CallError, Player};
use e2e::database::DatabaseKind;
use rand::SeedableRng as _;
use rand::rngs::StdRng;
use tokio::task::JoinSet;
use tokio::time::{Instant, sleep};

use crate::fault::Fault;
use crate::figures::Latencies;
use crate::trades::sign_in;
use crate::world::World;

/// The offering's number.
const OFFERING: i64 = 77;
/// A share costs one dollar, so that cash tells the shares.
const PRICE_UNITS: i64 = 10_000;
/// What investors ask for, by turns: 10 shares in the mean.
const SIZES: [u32; 5] = [4, 7, 10, 13, 16];
/// An investment that has no answer after this long is a failure.
const GIVE_UP: Duration = Duration::from_secs(120);
/// All investments have to end within this long.
const PATIENCE: Duration = Duration::from_secs(600);
const PAUSE: Duration = Duration::from_millis(100);

/// What is to be run.
#[derive(Debug, Clone, Copy, clap::Args)]
pub struct Options {
    /// Investors.
    #[arg(long, default_value_t = 250)]
    pub players: usize,
    /// Investments, at most 1,000 for each of them. They ask for 10 shares in the mean.
    #[arg(long, default_value_t = 5_000)]
    pub investments: usize,
    /// Shares on offer; by default nine for each investment, so that not everybody gets some.
    #[arg(long)]
    pub shares: Option<u32>,
    /// Requests under way at once.
    #[arg(long, default_value_t = 100)]
    pub at_once: usize,
    /// How often servers are killed; every third time all of them.
    #[arg(long, default_value_t = 6)]
    pub kills: usize,
    /// Which server is killed when.
    #[arg(long, default_value_t = 1)]
    pub seed: u64,
}

/// What is known of a run while it goes on.
#[derive(Debug, Default)]
struct Progress {
    next: AtomicUsize,
    answered: AtomicUsize,
    sold_out: AtomicUsize,
    retries: AtomicUsize,
}

/// Runs two servers on one PostgreSQL, invests, kills, and adds up.
///
/// # Errors
/// When an investment gets no answer or does not end, or anything does not add up.
pub async fn run(options: Options) -> anyhow::Result<()> {
    let mut world = World::start(DatabaseKind::Postgres, false).await?;
    let done = invest_through(&options, &mut world).await;
    done.with_context(|| format!("--seed {}\n{}", options.seed, world.tails()))
}

async fn invest_through(options: &Options, world: &mut World) -> anyhow::Result<()> {
    let addresses = world.addresses();
    let first = addresses.first().context("there is no server")?;
    let players = Arc::new(sign_in(first, options.players).await?);
    let shares = match options.shares {
        Some(shares) => shares,
        None => u32::try_from(options.investments.saturating_mul(9))?,
    };
    world.run_sql(offer(shares)).await?;
    println!(
        "{} investments of {} players in {shares} shares by {} servers, {} at a time, seed {}",
        options.investments,
        players.len(),
        addresses.len(),
        options.at_once,
        options.seed
    );
    look_at_it(&players, &addresses, options.at_once).await?;
    let progress = Arc::new(Progress::default());
    let begin = Instant::now();
    let mut workers = JoinSet::new();
    for worker in 0..options.at_once {
        let at = addresses.get(worker % addresses.len().max(1));
        let at = at.context("there is no server")?.clone();
        let (players, progress) = (Arc::clone(&players), Arc::clone(&progress));
        workers.spawn(work(players, at, progress, options.investments));
    }
    let mut random = StdRng::seed_from_u64(options.seed);
    for kill in 1..=options.kills {
        // Spread over the run; the last ones hit the allocation.
        let until = options.investments * kill / (options.kills + 1);
        while progress.answered.load(Ordering::Relaxed) < until && !workers.is_empty() {
            sleep(Duration::from_millis(5)).await;
        }
        let fault = if kill % 3 == 0 {
            Fault::KillAll
        } else {
            Fault::KillServer
        };
        let told = world.inflict(fault, &mut random).await?;
        println!("{kill:>4}  {told}");
    }
    let mut latencies = Vec::new();
    while let Some(worker) = workers.join_next().await {
        latencies.push(worker??);
    }
    let asked_s = begin.elapsed().as_secs_f64();
    println!(
        "{} answered in {asked_s:.1} s, {} of them that all is sold, {} sent again; answers took {}",
        progress.answered.load(Ordering::Relaxed),
        progress.sold_out.load(Ordering::Relaxed),
        progress.retries.load(Ordering::Relaxed),
        Latencies::merged(&latencies).summary()
    );
    let taken = options.investments - progress.sold_out.load(Ordering::Relaxed);
    add_up(&players, taken, shares).await?;
    println!(
        "everything had ended {:.1} s after the first investment",
        begin.elapsed().as_secs_f64()
    );
    println!("{}", world.stop_and_verify().await?);
    Ok(())
}

/// An offering in the open league, whose window stays open for an hour.
fn offer(shares: u32) -> String {
    let now = "cast(extract(epoch from now()) * 1000000 as bigint)";
    let later = format!("{now} + 3600000000");
    format!(
        "insert into offerings (offering_id, game_id, instrument_id, created_by, created_at, opens_at, closes_at, \
         price, shares, minimum, maximum, rule, title, story, seed, granted, version, settled_at)
         select {OFFERING}, 1, min(instrument_id), 0, {now}, {now}, {later}, {PRICE_UNITS}, {shares}, 1, {shares}, \
         'first_come', 'Many investments', '', 1, 0, 0, null from instruments where universe = 'simulated'"
    )
}

/// Everybody reads the offering before investing, as players do.
async fn look_at_it(
    players: &Arc<Vec<Player>>,
    addresses: &[String],
    at_once: usize,
) -> anyhow::Result<()> {
    let mut readers = JoinSet::new();
    for reader in 0..at_once {
        let at = addresses.get(reader % addresses.len().max(1));
        let at = at.context("there is no server")?.clone();
        let players = Arc::clone(players);
        readers.spawn(async move {
            for player in players.iter().skip(reader).step_by(at_once) {
                let path = format!("offerings/{OFFERING}");
                player.at(&at).get::<OfferingDetail>(&path).await?;
            }
            anyhow::Ok(())
        });
    }
    while let Some(read) = readers.join_next().await {
        read??;
    }
    Ok(())
}

async fn work(
    players: Arc<Vec<Player>>,
    address: String,
    progress: Arc<Progress>,
    investments: usize,
) -> anyhow::Result<Latencies> {
    let mut latencies = Latencies::default();
    loop {
        let number = progress.next.fetch_add(1, Ordering::Relaxed);
        if number >= investments {
            return Ok(latencies);
        }
        let player = players
            .get(number % players.len().max(1))
            .context("nobody invests")?
            .at(&address);
        let begin = Instant::now();
        if !insist(&player, &request(number)?, &progress).await? {
            progress.sold_out.fetch_add(1, Ordering::Relaxed);
        }
        latencies.add(begin.elapsed());
        progress.answered.fetch_add(1, Ordering::Relaxed);
    }
}

fn request(number: usize) -> anyhow::Result<InvestmentRequest> {
    let key: IdempotencyKey = format!("investment-{number}").parse()?;
    let shares = SIZES.get(number / 3 % SIZES.len()).copied().unwrap_or(1);
    Ok(InvestmentRequest {
        idempotency_key: key,
        shares,
        subscription: None,
    })
}

/// Sends one investment, always under the same key, until it is answered. False when all is sold.
async fn insist(
    player: &Player,
    request: &InvestmentRequest,
    progress: &Progress,
) -> anyhow::Result<bool> {
    let begin = Instant::now();
    let path = format!("offerings/{OFFERING}/investments");
    loop {
        match player.post::<InvestmentView>(&path, request).await {
            Ok(_) => return Ok(true),
            Err(CallError::Refused(error)) if error.code.as_str() == "not_possible" => {
                return Ok(false);
            }
            Err(error) if error.may_pass() && begin.elapsed() < GIVE_UP => {
                progress.retries.fetch_add(1, Ordering::Relaxed);
                sleep(PAUSE).await;
            }
            Err(error) => bail!("{}: {error}", request.idempotency_key),
        }
    }
}

/// Waits until every investment has ended, and compares shares and cash of every investor with the
/// offering.
async fn add_up(players: &[Player], taken: usize, shares: u32) -> anyhow::Result<()> {
    let begin = Instant::now();
    let (mut granted, mut count, mut completed, mut failed) = (0_u64, 0_usize, 0_usize, 0_usize);
    let mut counted = 0;
    // How often, and how many shares had been decided on.
    let mut reasons: BTreeMap<&str, (u32, u64)> = BTreeMap::new();
    for player in players {
        let mine = ended(player, begin).await?;
        let mut got = 0;
        for one in &mine.mine {
            count += 1;
            match one.state {
                InvestmentState::Completed => {
                    completed += 1;
                    got += u64::from(one.granted.unwrap_or(0));
                }
                InvestmentState::Failed => {
                    failed += 1;
                    let why = one.reason.map_or("no reason", |reason| reason.as_str());
                    let (times, lost) = reasons.entry(why).or_insert((0, 0));
                    *times += 1;
                    *lost += u64::from(one.granted.unwrap_or(0));
                }
                other => bail!("an investment ended as {}", other.as_str()),
            }
        }
        granted += got;
        counted = mine.offering.granted;
        let cash = player.summary().await?.cash;
        let left = Money::from_units(100_000_000 - i64::try_from(got)? * PRICE_UNITS);
        ensure!(cash == left, "{got} shares left ${cash}, not ${left}");
    }
    println!("failed, and shares that were decided on all the same: {reasons:?}");
    ensure!(
        count == taken,
        "{taken} investments were taken, and {count} are there"
    );
    ensure!(
        granted == u64::from(counted),
        "{granted} shares are held, {counted} counted"
    );
    ensure!(counted <= shares, "{counted} of {shares} shares are sold");
    println!(
        "{count} investments: {completed} completed, {failed} failed; {granted} of {shares} shares sold; \
         the cash of all {} investors is exact",
        players.len()
    );
    Ok(())
}

async fn ended(player: &Player, begin: Instant) -> anyhow::Result<OfferingDetail> {
    loop {
        let answer: Result<OfferingDetail, _> = player.get(&format!("offerings/{OFFERING}")).await;
        match answer {
            Ok(detail) if detail.mine.iter().all(|one| one.ended_at.is_some()) => {
                return Ok(detail);
            }
            Ok(_) => {}
            Err(error) if error.may_pass() => {}
            Err(error) => bail!("{error}"),
        }
        ensure!(begin.elapsed() < PATIENCE, "an investment does not end");
        sleep(PAUSE).await;
    }
}
