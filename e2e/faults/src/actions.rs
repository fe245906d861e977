//! A split and a dividend for very many holders of one instrument, while others trade and the servers are
//! killed in the middle: every holder gets each of them once.

mod holders;

use std::time::Duration;

use anyhow::{Context as _, ensure};
use e2e::database::DatabaseKind;
use rand::SeedableRng as _;
use rand::rngs::StdRng;
use tokio::time::{Instant, sleep};

use crate::fault::Fault;
use crate::trades::plan::Plan;
use crate::trades::{audit, sign_in};
use crate::traffic::Traffic;
use crate::world::World;

/// Players who trade all the time; the instrument is one of those that they trade.
const TRADERS: usize = 40;
/// New shares for an old one.
const RATIO: i64 = 2;
/// A quarter of a dollar for each share: the cash of whole shares is exact.
const PER_SHARE_UNITS: i64 = 2_500;
/// All holders have to have an action within this long.
const PATIENCE: Duration = Duration::from_secs(3_600);
/// Real time of the database's clock, in microseconds.
const NOW: &str = "cast(extract(epoch from clock_timestamp()) * 1000000 as bigint)";
/// How time passes in the open league's market.
const PACE: &str = "
    select cast(spec::json -> 'pace' ->> 'real' as bigint) as real_at,
           cast(spec::json -> 'pace' ->> 'market' as bigint) as market_at,
           cast(spec::json -> 'pace' ->> 'speed' as bigint) as speed
    from markets
    where market_id = 1";
const DAY_MICROS: i64 = 86_400_000_000;

/// What is to be run.
#[derive(Debug, Clone, Copy, clap::Args)]
pub struct Options {
    /// Holders of the instrument.
    #[arg(long, default_value_t = 1_000)]
    pub players: usize,
    /// How often servers are killed while an action is given; every third time all of them.
    #[arg(long, default_value_t = 2)]
    pub kills: u32,
    /// Market seconds in a second. The actions are announced up to three market days ahead.
    #[arg(long, default_value_t = 720)]
    pub speed: u32,
    /// Both on one day: the dividend is for the old shares. Otherwise it comes a day later, for the new ones.
    #[arg(long)]
    pub same_day: bool,
    /// Which server is killed when, and which trades others make.
    #[arg(long, default_value_t = 1)]
    pub seed: u64,
}

/// An action of the instrument that every holder is to get.
#[derive(Debug)]
struct Action {
    kind: &'static str,
    instrument: i64,
    /// When it takes effect, in microseconds of real time.
    due: i64,
    /// The key under which each account gets it.
    key: String,
}

/// Who is killed when.
#[derive(Debug)]
struct Kills {
    each: u32,
    made: u32,
    random: StdRng,
}

/// Runs two servers on one PostgreSQL, lets a split and a dividend fall due, kills, and adds up.
///
/// # Errors
/// When somebody does not get an action in time, or anything does not add up.
pub async fn run(options: Options) -> anyhow::Result<()> {
    let settings = [("MARKET__SPEED".to_owned(), options.speed.to_string())];
    let mut world = World::start_with(DatabaseKind::Postgres, &settings).await?;
    let done = give_to_all(&options, &mut world).await;
    done.with_context(|| format!("--seed {}\n{}", options.seed, world.tails()))
}

async fn give_to_all(options: &Options, world: &mut World) -> anyhow::Result<()> {
    let addresses = world.addresses();
    let first = addresses.first().context("there is no server")?;
    let traders = sign_in(first, TRADERS).await?;
    let symbols = holders::choose(traders.first().context("nobody trades")?).await?;
    let symbol = *symbols.first().context("the market has no instruments")?;
    let begin = Instant::now();
    holders::make(&addresses, options.players, symbol).await?;
    let made_s = begin.elapsed().as_secs_f64();
    let instrument = format!(
        "select instrument_id from instruments where universe = 'simulated' and symbol = '{symbol}'"
    );
    let instrument = world.number(&instrument).await?;
    let count = holders::remember(world, instrument).await?;
    ensure!(
        usize::try_from(count)? == options.players,
        "{count} of {} players hold {symbol}",
        options.players
    );
    println!(
        "{count} holders of {symbol}, made in {made_s:.0} s, {} servers, seed {}",
        addresses.len(),
        options.seed
    );
    let plan = Plan {
        seed: options.seed,
        players: traders.len(),
        symbols,
    };
    let mut traffic = Traffic::start(plan, traders, addresses, world.outages());
    let mut kills = Kills {
        each: options.kills,
        made: 0,
        random: StdRng::seed_from_u64(options.seed),
    };
    for action in announce(world, instrument, options.same_day).await? {
        action.wait(world).await?;
        let before = traffic.take_latencies();
        println!(
            "before the {}: {} orders took {}",
            action.kind,
            before.count(),
            before.summary()
        );
        give(world, &action, count, &mut kills).await?;
        let during = traffic.take_latencies();
        println!(
            "meanwhile: {} orders took {}",
            during.count(),
            during.summary()
        );
    }
    let answers = traffic.stop().await?;
    let paid_shares = if options.same_day { 1 } else { RATIO };
    holders::add_up(world, instrument, (RATIO, paid_shares * PER_SHARE_UNITS)).await?;
    for (player, answers) in traffic.players().iter().zip(&answers) {
        audit::check(player, answers).await?;
    }
    println!("what the others traded is in their ledgers once, and adds up");
    println!("{}", world.stop_and_verify().await?);
    traffic.nobody_complains()
}

/// Registers both actions ahead of their days, as a market registers its own: every server knows them a day
/// before they come.
async fn announce(world: &World, instrument: i64, same_day: bool) -> anyhow::Result<[Action; 2]> {
    // A server looks at the beginning of each day. If that is in the next moments, it may miss this one.
    let day = format!(
        "with pace as ({PACE})
         select (market_at + ({NOW} + 10000000 - real_at) * speed) / {DAY_MICROS} + 2 from pace"
    );
    let day = world.number(&day).await?;
    if same_day {
        return Ok([
            register(world, instrument, "dividend", day).await?,
            register(world, instrument, "split", day).await?,
        ]);
    }
    Ok([
        register(world, instrument, "split", day).await?,
        register(world, instrument, "dividend", day + 1).await?,
    ])
}

async fn register(
    world: &World,
    instrument: i64,
    kind: &'static str,
    day: i64,
) -> anyhow::Result<Action> {
    let (new, old, amount) = if kind == "split" {
        (RATIO, 1, 0)
    } else {
        (0, 0, PER_SHARE_UNITS)
    };
    // The instant at which the day begins, rounded up.
    let due = format!("real_at + ({day} * {DAY_MICROS} - market_at + speed - 1) / speed");
    let insert = format!(
        "with pace as ({PACE})
         insert into market_actions (market_id, instrument_id, day, kind, new_shares, old_shares, amount, price, \
         effective_at)
         select 1, {instrument}, {day}, '{kind}', {new}, {old}, {amount}, 10000, {due} from pace
         returning effective_at"
    );
    Ok(Action {
        kind,
        instrument,
        due: world.number(&insert).await?,
        key: format!("posting:action-1-{instrument:x}-{day:x}-{kind}"),
    })
}

impl Action {
    async fn wait(&self, world: &World) -> anyhow::Result<()> {
        let now = world.number(&format!("select {NOW}")).await?;
        let left = u64::try_from(self.due - now).unwrap_or(0);
        sleep(Duration::from_micros(left)).await;
        Ok(())
    }

    /// How many accounts have it.
    async fn given(&self, world: &World) -> anyhow::Result<i64> {
        let key = &self.key;
        let given =
            format!("select count(*) from postings where game_id = 1 and posting_key = '{key}'");
        world.number(&given).await
    }

    /// Whether the servers are done with it.
    async fn is_finished(&self, world: &World) -> anyhow::Result<bool> {
        let (instrument, kind) = (self.instrument, self.kind);
        let finished = format!(
            "select count(*) from market_actions where market_id = 1 and instrument_id = {instrument} \
             and kind = '{kind}' and finished_at is not null"
        );
        Ok(world.number(&finished).await? == 1)
    }

    /// After how long the last holder had it, by the ledger, in microseconds.
    async fn took(&self, world: &World) -> anyhow::Result<i64> {
        let (key, due) = (&self.key, self.due);
        let took = format!(
            "select coalesce(max(l.at), {due}) - {due} from postings p \
             join ledger l on l.player_id = p.player_id and l.game_id = p.game_id and l.seq = p.seq \
             join holders_before b on b.player_id = p.player_id \
             where p.game_id = 1 and p.posting_key = '{key}'"
        );
        world.number(&took).await
    }
}

/// Waits until an action is given, killing servers meanwhile.
async fn give(
    world: &mut World,
    action: &Action,
    holders: i64,
    kills: &mut Kills,
) -> anyhow::Result<()> {
    // Few holders have it soon; with many, looking often would cost the servers time.
    let pause = Duration::from_millis(if holders < 20_000 { 20 } else { 250 });
    let begin = Instant::now();
    let mut killed = 0_u32;
    while !action.is_finished(world).await? {
        let given = action.given(world).await?;
        ensure!(
            begin.elapsed() < PATIENCE,
            "{given} of {holders} holders have the {}",
            action.kind
        );
        let next = holders * i64::from(killed + 1) / i64::from(kills.each + 1);
        if killed < kills.each && given >= next.max(1) {
            killed += 1;
            println!(
                "{given:>9} have the {}  {}",
                action.kind,
                kills.kill(world).await?
            );
        }
        sleep(pause).await;
    }
    let micros = action.took(world).await?;
    let seconds = Duration::from_micros(u64::try_from(micros)?).as_secs_f64();
    let rate = holders * 1_000_000 / micros.max(1);
    println!(
        "{}: the last of {holders} holders had it {seconds:.1} s after it was due, {rate} a second; {killed} of \
         {} kills came in the middle",
        action.kind, kills.each
    );
    Ok(())
}

impl Kills {
    async fn kill(&mut self, world: &mut World) -> anyhow::Result<String> {
        self.made += 1;
        let fault = if self.made.is_multiple_of(3) {
            Fault::KillAll
        } else {
            Fault::KillServer
        };
        world.inflict(fault, &mut self.random).await
    }
}
