//! Years of savings plans that are caught up after a stop, while the servers are killed again and again:
//! every month of every player is paid once.

use std::time::Duration;

use anyhow::{Context as _, ensure};
use e2e::api::Player;
use e2e::database::DatabaseKind;
use rand::SeedableRng as _;
use rand::rngs::StdRng;
use reqwest::Client;
use tokio::task::JoinSet;
use tokio::time::{Instant, sleep};

use crate::fault::Fault;
use crate::world::World;

/// Players that are made at once.
const AT_ONCE: usize = 32;
/// What a month brings: one dollar, so that cash tells the months.
const AMOUNT_UNITS: i64 = 10_000;
const LOOK_EVERY: Duration = Duration::from_secs(1);
/// All months have to be paid within this long.
const PATIENCE: Duration = Duration::from_secs(3_600);

/// What is to be run.
#[derive(Debug, Clone, Copy, clap::Args)]
pub struct Options {
    /// Players with a plan each.
    #[arg(long, default_value_t = 1_000)]
    pub players: usize,
    /// Months that are due at once.
    #[arg(long, default_value_t = 60)]
    pub months: u32,
    /// How often servers are killed; every third time all of them.
    #[arg(long, default_value_t = 4)]
    pub kills: u32,
    /// Which server is killed when.
    #[arg(long, default_value_t = 1)]
    pub seed: u64,
}

impl Options {
    fn due(&self) -> anyhow::Result<i64> {
        Ok(i64::try_from(self.players)? * i64::from(self.months))
    }
}

/// Runs two servers on one PostgreSQL, lets years of months fall due, kills, and adds up.
///
/// # Errors
/// When months are not paid in time, or anything does not add up.
pub async fn run(options: Options) -> anyhow::Result<()> {
    let mut world = World::start(DatabaseKind::Postgres, false).await?;
    let done = catch_up(&options, &mut world).await;
    done.with_context(|| format!("--seed {}\n{}", options.seed, world.tails()))
}

async fn catch_up(options: &Options, world: &mut World) -> anyhow::Result<()> {
    let addresses = world.addresses();
    let first = addresses.first().context("there is no server")?;
    make_players(first, options.players).await?;
    let due = options.due()?;
    println!(
        "{} players, {} months each by {} servers, seed {}",
        options.players,
        options.months,
        addresses.len(),
        options.seed
    );
    world.run_sql(plan(options.months)).await?;
    let begin = Instant::now();
    world.run_sql(subscriptions(options.months)).await?;
    let mut random = StdRng::seed_from_u64(options.seed);
    let mut kills = 0;
    loop {
        let paid = "select coalesce(sum(paid_months), 0) from subscriptions";
        let paid = world.number(paid).await?;
        if paid >= due {
            break;
        }
        ensure!(
            begin.elapsed() < PATIENCE,
            "{paid} of {due} months are paid"
        );
        if kills < options.kills
            && paid >= due * i64::from(kills + 1) / i64::from(options.kills + 1)
        {
            kills += 1;
            let fault = if kills % 3 == 0 {
                Fault::KillAll
            } else {
                Fault::KillServer
            };
            println!(
                "{paid:>9} months paid  {}",
                world.inflict(fault, &mut random).await?
            );
        }
        sleep(LOOK_EVERY).await;
    }
    let seconds = begin.elapsed().as_secs_f64();
    println!("{due} months paid in {seconds:.0} s");
    add_up(world, options).await?;
    println!("{}", world.stop_and_verify().await?);
    Ok(())
}

async fn make_players(address: &str, count: usize) -> anyhow::Result<()> {
    let client = Client::builder().timeout(Duration::from_secs(15)).build()?;
    let mut makers = JoinSet::new();
    for maker in 0..AT_ONCE {
        let (client, address) = (client.clone(), address.to_owned());
        let players = (maker..count).step_by(AT_ONCE).count();
        makers.spawn(async move {
            for _ in 0..players {
                Player::guest(&client, &address).await?;
            }
            anyhow::Ok(())
        });
    }
    while let Some(made) = makers.join_next().await {
        made??;
    }
    Ok(())
}

/// A plan of new money in the open league.
fn plan(months: u32) -> String {
    format!(
        "insert into plans (plan_id, game_id, owner_id, shared, name, amount, months, new_money, created_at)
         values (77, 1, 0, true, 'Many months', {AMOUNT_UNITS}, {months}, true, 0)"
    )
}

/// Everybody has been in it for that many months, and none is paid. The open league's market began today.
fn subscriptions(months: u32) -> String {
    let start = format!(
        "cast(date_trunc('month', now() - interval '{months} months') as date) - date '1970-01-01'"
    );
    format!(
        "insert into subscriptions (player_id, subscription_id, game_id, plan_id, state, created_at, start_day, \
         skipped, paid_months, paid, bought, due_day)
         select player_id, 7, 1, 77, 'active', 0, {start}, 0, 0, 0, 0, {start} from accounts where game_id = 1"
    )
}

/// Compares what the subscriptions say with the ledgers and the cash of all accounts.
async fn add_up(world: &World, options: &Options) -> anyhow::Result<()> {
    let due = options.due()?;
    let entries = "select count(*) from ledger where kind = 'contributed'";
    let entries = world.number(entries).await?;
    ensure!(
        entries == due,
        "{entries} payments are in the ledgers, not {due}"
    );
    let cash = 100_000_000 + i64::from(options.months) * AMOUNT_UNITS;
    let wrong = format!("select count(*) from accounts where game_id = 1 and cash <> {cash}");
    let wrong = world.number(&wrong).await?;
    ensure!(
        wrong == 0,
        "{wrong} accounts have other cash than {cash} units"
    );
    let open = "select count(*) from subscriptions where state <> 'finished'";
    let open = world.number(open).await?;
    ensure!(open == 0, "{open} subscriptions are not finished");
    println!("each month is in its ledger once, and the cash of all accounts is exact");
    Ok(())
}
