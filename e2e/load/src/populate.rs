//! Fills a database with players and their positions: real purchases, decided by the game's own
//! rules and written in large batches through the server's own store, so that the ledger holds.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use anyhow::{Context as _, ensure};
use domain::market::{Simulation, catalogue};
use domain::{Price, Timestamp};
use server::clock::{Clock, SystemClock};
use server::config::Config;
use server::market::{self, Markets};
use server::store::{Batch, MarketSource, NewPlayer, Store};
use tokio::sync::{Mutex, mpsc};
use tokio::task::JoinSet;
use tokio::time::Instant;

use super::population::Population;
use super::portfolio::{Listed, Maker, Moment};
use super::split::Split;

/// Players of one transaction.
const PLAYERS_AT_ONCE: u32 = 500;
/// Batches that are made ahead.
const AHEAD: usize = 2;
/// Instants at which the players bought.
const MOMENTS: i64 = 40;
const SECONDS_PER_DAY: i64 = 86_400;
const DAYS: i64 = 28;

/// Makes every player of a population, in the open league or in the games of a split. Several writers
/// help where the database takes them.
///
/// # Errors
/// When the store fails, or there are players already.
pub async fn populate(
    store: &Arc<dyn Store>,
    config: &Config,
    population: Population,
    split: Option<Split>,
    writers: usize,
) -> anyhow::Result<()> {
    let players = store.list_accounts(None, 1).await?;
    ensure!(players.is_empty(), "the database is not empty");
    let maker = Arc::new(maker(store, config, population, split).await?);
    let begin = Instant::now();
    let (sender, receiver) = mpsc::channel(AHEAD);
    let making = tokio::task::spawn_blocking(move || make_all(&maker, population.players, &sender));
    let receiver = Arc::new(Mutex::new(receiver));
    let written = Arc::new(AtomicU32::new(0));
    let mut writing = JoinSet::new();
    for _ in 0..writers.max(1) {
        let (store, receiver, written) = (Arc::clone(store), receiver.clone(), written.clone());
        writing.spawn(async move {
            while let Some((players, batch)) = next(&receiver).await {
                write(&*store, &players, &batch).await?;
                let count = u32::try_from(players.len())?;
                tell(
                    written.fetch_add(count, Ordering::Relaxed),
                    count,
                    population,
                    begin,
                );
            }
            anyhow::Ok(())
        });
    }
    while let Some(ended) = writing.join_next().await {
        ended??;
    }
    making.await??;
    Ok(())
}

type Made = (Vec<NewPlayer>, Arc<Batch>);

async fn next(receiver: &Mutex<mpsc::Receiver<Made>>) -> Option<Made> {
    receiver.lock().await.recv().await
}

fn make_all(maker: &Maker, players: u32, sender: &mpsc::Sender<Made>) -> anyhow::Result<()> {
    let mut first = 0;
    while first < players {
        let last = players.min(first + PLAYERS_AT_ONCE);
        // Nobody takes it: the writers have failed, and say why.
        if sender.blocking_send(maker.make(first..last)?).is_err() {
            return Ok(());
        }
        first = last;
    }
    Ok(())
}

async fn write(store: &dyn Store, players: &[NewPlayer], batch: &Arc<Batch>) -> anyhow::Result<()> {
    let made = store.create_players(players).await?;
    ensure!(made.is_ok(), "a name is taken: {made:?}");
    let left_out = store.commit_batch(batch).await?;
    ensure!(left_out.is_empty(), "accounts changed meanwhile");
    Ok(())
}

fn tell(before: u32, count: u32, population: Population, begin: Instant) {
    let tenth = |written: u32| u64::from(written) * 10 / u64::from(population.players.max(1));
    let written = before + count;
    if tenth(before) != tenth(written) {
        println!(
            "  {written} of {} players after {:.1} s",
            population.players,
            begin.elapsed().as_secs_f64()
        );
    }
}

async fn maker(
    store: &Arc<dyn Store>,
    config: &Config,
    population: Population,
    split: Option<Split>,
) -> anyhow::Result<Maker> {
    let clock: Arc<dyn Clock> = Arc::new(SystemClock::start());
    let now = clock.now();
    // The market of the seed, with instruments under the ids that the server will use.
    market::settle_first(&**store, &config.market, now).await?;
    Markets::open(Arc::clone(store), clock, &config.markets).await?;
    // The ledger has a part for each month; the first entries are up to a day older than the market's.
    store
        .prepare(now.plus_seconds(-(DAYS + 2) * SECONDS_PER_DAY))
        .await?;
    store.prepare(now).await?;
    let games = match split {
        Some(split) => split.make_games(&**store, &config.market, now).await?,
        None => {
            let mut games = store.list_games().await?;
            games.retain(|game| game.slug == "open");
            ensure!(!games.is_empty(), "there is no open league");
            games
        }
    };
    let rules = store.list_xp_rules().await?;
    let xp_rules = rules.into_iter().rfind(|one| one.effective_from <= now);
    let xp_rules = xp_rules.context("there are no XP rules")?.rules;
    let listed = listed(&**store).await?;
    let moments = moments(population.seed, now, &listed)?;
    Ok(Maker {
        population,
        games,
        xp_rules,
        listed,
        moments,
    })
}

/// What can be bought, in the order that a [`Population`] counts instruments in.
///
/// # Errors
/// When the store fails.
pub async fn listed(store: &dyn Store) -> anyhow::Result<Vec<Listed>> {
    let mut tradable = store.list_instruments(MarketSource::Simulated).await?;
    // Companies that come to the market later are not there from the start.
    let is_there = |symbol: &str| catalogue().iter().any(|one| one.symbol == symbol);
    tradable.retain(|one| one.tradable && is_there(one.symbol.as_str()));
    tradable.sort_by_key(|one| one.id);
    Ok(tradable
        .into_iter()
        .map(|one| Listed {
            id: one.id,
            symbol: one.symbol,
        })
        .collect())
}

/// Instants of the last weeks with the prices that the market had then.
fn moments(seed: u64, now: Timestamp, listed: &[Listed]) -> anyhow::Result<Vec<Moment>> {
    let simulation = Simulation::new(seed, catalogue());
    let first = now.plus_seconds(-DAYS * SECONDS_PER_DAY);
    let apart = (DAYS - 1) * SECONDS_PER_DAY / MOMENTS;
    let price_at = |one: &Listed, step: i64| -> anyhow::Result<Price> {
        let place = simulation.find_instrument(one.symbol.as_str());
        let price = place.and_then(|place| simulation.price(place, step));
        price.with_context(|| format!("{} has no price", one.symbol))
    };
    let moment = |number: i64| {
        let at = first.plus_seconds(number * apart);
        let prices = listed.iter().map(|one| price_at(one, at.seconds()));
        let prices = prices.collect::<anyhow::Result<_>>()?;
        Ok(Moment { at, prices })
    };
    (0..MOMENTS).map(moment).collect()
}
