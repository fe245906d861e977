//! Real faults on real databases: servers, database, connections and disk fail again and again
//! under a steady load, and in the end every answer must be in the ledger exactly once.

use std::collections::BTreeMap;
use std::sync::atomic::Ordering;
use std::time::Duration;

use anyhow::{Context as _, ensure};
use e2e::database::DatabaseKind;
use rand::SeedableRng as _;
use rand::rngs::StdRng;
use tokio::time::Instant;

use self::fault::{Deck, Fault};
use self::traffic::Traffic;
use self::world::World;
use crate::trades::plan::{Answer, Plan};
use crate::trades::{audit, sign_in};

pub mod actions;
pub mod class;
pub mod disk;
pub mod fault;
pub mod figures;
pub mod hot_account;
pub mod notifications;
pub mod offering;
pub mod outages;
pub mod plans;
pub mod proxy;
pub mod sink;
pub mod trades;
pub mod traffic;
pub mod world;

/// Answers for each worker before the next fault: a load that runs, not one that just begins.
const STEADY: usize = 20;

/// What is to be run.
#[derive(Debug, Clone, clap::Args)]
pub struct Options {
    /// On which database.
    #[arg(long, value_enum, default_value_t = DatabaseKind::Postgres)]
    pub database: DatabaseKind,
    /// Faults in all; every kind comes before any comes again.
    #[arg(long, default_value_t = 18)]
    pub rounds: usize,
    /// Seconds after which no further fault is begun.
    #[arg(long, default_value_t = 300)]
    pub seconds: u64,
    /// Which faults when, and which players trade what.
    #[arg(long, default_value_t = 1)]
    pub seed: u64,
    /// How many players trade.
    #[arg(long, default_value_t = 40)]
    pub players: usize,
    /// Only these kinds of faults.
    #[arg(long, value_enum, value_delimiter = ',')]
    pub only: Vec<Fault>,
    /// All kinds but these.
    #[arg(long, value_enum, value_delimiter = ',')]
    pub without: Vec<Fault>,
}

impl Options {
    fn kinds(&self) -> anyhow::Result<Vec<Fault>> {
        let known = Fault::of(self.database);
        for fault in self.only.iter().chain(&self.without) {
            ensure!(
                known.contains(fault),
                "{} has no fault {}",
                self.database.as_str(),
                fault.as_str()
            );
        }
        let wanted = |fault: &Fault| {
            (self.only.is_empty() || self.only.contains(fault)) && !self.without.contains(fault)
        };
        let kinds: Vec<Fault> = known.iter().copied().filter(wanted).collect();
        ensure!(!kinds.is_empty(), "no kind of fault is left");
        Ok(kinds)
    }
}

/// Makes faults under load until there were enough, then compares what every player was told with
/// the ledger, and the ledger with itself.
///
/// # Errors
/// When a client was told anything but an answer or a clear "try again", when an order got no
/// answer, when anything does not start again, or when anything does not add up.
pub async fn run(options: Options) -> anyhow::Result<()> {
    let kinds = options.kinds()?;
    let mut world = World::start(options.database, kinds.contains(&Fault::DiskFull)).await?;
    let done = trade_through(&options, kinds, &mut world).await;
    done.with_context(|| format!("--seed {}\n{}", options.seed, world.tails()))
}

async fn trade_through(
    options: &Options,
    kinds: Vec<Fault>,
    world: &mut World,
) -> anyhow::Result<()> {
    let addresses = world.addresses();
    let first = addresses.first().context("there is no server")?;
    let players = sign_in(first, options.players).await?;
    let symbols = players.first().context("nobody plays")?.symbols().await?;
    let plan = Plan {
        seed: options.seed,
        players: players.len(),
        symbols,
    };
    println!(
        "{}: {} servers, {} players, seed {}",
        options.database.as_str(),
        addresses.len(),
        players.len(),
        options.seed
    );
    let mut traffic = Traffic::start(plan, players, addresses, world.outages());
    let mut random = StdRng::seed_from_u64(options.seed);
    let made = make_faults(options, Deck::new(kinds), world, &mut traffic, &mut random).await?;

    let answers = traffic.stop().await?;
    report(&made, &answers, &traffic);
    for (player, answers) in traffic.players().iter().zip(&answers) {
        audit::check(player, answers).await?;
    }
    println!(
        "every answer is in the ledger exactly once, cash and shares add up, and no XP is lost"
    );
    println!("{}", world.stop_and_verify().await?);
    traffic.nobody_complains()
}

/// How often each kind was made.
async fn make_faults(
    options: &Options,
    mut deck: Deck,
    world: &mut World,
    traffic: &mut Traffic,
    random: &mut StdRng,
) -> anyhow::Result<BTreeMap<&'static str, usize>> {
    let mut made = BTreeMap::new();
    let begin = Instant::now();
    for round in 1..=options.rounds {
        if begin.elapsed() > Duration::from_secs(options.seconds) {
            println!("{} s are over", options.seconds);
            break;
        }
        traffic.flows(STEADY).await?;
        let fault = deck.draw(random).context("there is no fault to make")?;
        let told = world
            .inflict(fault, random)
            .await
            .with_context(|| format!("fault {round}, {}", fault.as_str()))?;
        let back = traffic
            .flows(1)
            .await
            .with_context(|| format!("after fault {round}, {}: {told}", fault.as_str()))?;
        world.all_live()?;
        *made.entry(fault.as_str()).or_insert(0) += 1;
        println!(
            "{round:>4}  {:<13} {told}; answers again after {:.1} s",
            fault.as_str(),
            back.as_secs_f64()
        );
    }
    Ok(made)
}

fn report(made: &BTreeMap<&'static str, usize>, answers: &[Vec<Answer>], traffic: &Traffic) {
    let told: Vec<String> = made
        .iter()
        .map(|(fault, count)| format!("{count} {fault}"))
        .collect();
    println!("faults: {}", told.join(", "));
    let mut outcomes = BTreeMap::new();
    for answer in answers.iter().flatten() {
        *outcomes.entry(answer.outcome()).or_insert(0_usize) += 1;
    }
    let told: Vec<String> = outcomes
        .iter()
        .map(|(outcome, count)| format!("{count} {outcome}"))
        .collect();
    let counts = traffic.counts();
    let of = |count: &std::sync::atomic::AtomicUsize| count.load(Ordering::Relaxed);
    println!(
        "orders: {} answered: {}",
        of(&counts.answered),
        told.join(", ")
    );
    println!(
        "        {} in doubt at first, {} of them had been decided; all settled by retries",
        of(&counts.doubtful),
        of(&counts.decided)
    );
    println!(
        "        {} repeated and answered the same; accounts looked at {} times",
        of(&counts.repeated),
        of(&counts.read)
    );
    println!(
        "errors: {} of 503, {} of 504, {} requests lost with a killed server",
        of(&counts.unavailable),
        of(&counts.timed_out),
        of(&counts.lost)
    );
}
