//! What achievements cost a trade: the engine in this process, with different numbers of definitions in turn.

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use anyhow::{Context as _, ensure};
use clap::Args;
use domain::api::OrderStatus;
use domain::progress::{AchievementDefinition, Achievements, Criterion};
use domain::{AccountId, GameId, Money, Order, Price, Quote, Side, Size, Symbol};
use server::clock::{Clock as _, SystemClock};
use server::config::EngineConfig;
use server::engine::{Engine, GameContext};
use server::market::{Catalogue, Listing, Market, OneMarket, Snapshot};
use server::store::{MarketSource, Store};
use tokio::task::JoinSet;
use tokio::time::Instant;

use super::population::Population;
use super::prepared::{Ground, Prepared};
use super::report::aligned;
use super::times::middle;

/// Numbers of definitions that are compared; the first is what the others are beside.
const NUMBERS: [usize; 3] = [0, 50, 500];
/// Orders on their way at the same time.
const AT_ONCE: u32 = 512;
/// The price of everything.
const PRICE: i32 = 50;
/// What an order is for, in dollars.
const AMOUNT: i32 = 5;

/// How to run.
#[derive(Debug, Args)]
pub struct Options {
    #[command(flatten)]
    ground: Ground,
    /// Seconds of trades with each number of definitions, in each round.
    #[arg(long, default_value_t = 5)]
    seconds: u64,
    /// How often each number has its turn.
    #[arg(long, default_value_t = 5)]
    rounds: usize,
}

/// Measures and prints.
///
/// # Errors
/// When an order fails, or the database cannot be made.
pub async fn measure(options: &Options) -> anyhow::Result<()> {
    let prepared = Prepared::new(&options.ground).await?;
    let population = options.ground.population;
    let store = prepared.database.store(population.seed).await?;
    let games = store.list_games().await?;
    let game = games.into_iter().find(|game| game.slug == "open");
    let game = game.context("there is no open league")?;
    let market = standing_market(&*store).await?;
    let desk = Desk {
        population,
        game: game.id,
        context: GameContext {
            rules: Arc::new(game.rules),
            market: Arc::clone(&market),
        },
        symbols: market
            .snapshot()
            .catalogue
            .instruments
            .iter()
            .map(|one| one.symbol)
            .collect(),
        run: rand::random(),
        next: AtomicU64::new(0),
    };
    let desk = Arc::new(desk);
    let lists = NUMBERS.map(definitions);
    let mut rates: HashMap<usize, Vec<f64>> = HashMap::new();
    let length = Duration::from_secs(options.seconds);
    // The first turn finds accounts that nobody remembers, and does not count.
    for round in 0..=options.rounds {
        for (number, list) in NUMBERS.into_iter().zip(&lists) {
            // A list lives as long as its engine, and this program as long as all of them.
            let list: &'static Achievements = Box::leak(Box::new(Achievements::new(list.clone())?));
            let rate = desk.turn(&store, list, length).await?;
            if round > 0 {
                rates.entry(number).or_default().push(rate);
            }
        }
    }
    store.close().await;
    println!(
        "orders of {} players on {}, {AT_ONCE} at once, {} rounds\n\n{}",
        population.players,
        options.ground.database.as_str(),
        options.rounds,
        aligned(&rows(&rates))
    );
    Ok(())
}

fn rows(rates: &HashMap<usize, Vec<f64>>) -> Vec<Vec<String>> {
    let titles = ["definitions", "trades/s", "beside none"];
    let mut rows = vec![titles.map(str::to_owned).to_vec()];
    let of = |number: usize| rates.get(&number).map(Vec::as_slice).unwrap_or_default();
    for number in NUMBERS {
        // Each turn beside the one without any in the same round: what slows the machine slows both.
        let pairs = of(number).iter().zip(of(0));
        let ratios = pairs.map(|(with, without)| with / without.max(f64::MIN_POSITIVE));
        rows.push(vec![
            number.to_string(),
            format!("{:.0}", middle(of(number).to_vec())),
            format!("{:.3}", middle(ratios.collect())),
        ]);
    }
    rows
}

/// So many definitions: the game's own, and after them the same again with other names and higher goals.
fn definitions(count: usize) -> Vec<AchievementDefinition> {
    let own = Achievements::standard().all();
    let numbered = own
        .iter()
        .cycle()
        .zip(0..count)
        .map(|(definition, number)| {
            let round = number / own.len().max(1);
            let mut definition = definition.clone();
            if round > 0 {
                definition.id = format!("{}-{round}", definition.id.as_str())
                    .parse()
                    .unwrap_or(definition.id);
                if let Criterion::AtLeast { value, .. } = &mut definition.criterion {
                    *value = value.saturating_mul(i64::try_from(round).unwrap_or(1) + 1);
                }
            }
            definition
        });
    numbered.collect()
}

/// A market whose prices stand still.
async fn standing_market(store: &dyn Store) -> anyhow::Result<Arc<Market>> {
    let at = SystemClock::start().now();
    let catalogue = Catalogue::new(store.list_instruments(MarketSource::Simulated).await?);
    let listings = catalogue.instruments.iter().map(|one| Listing {
        quote: Some(Quote {
            symbol: one.symbol,
            price: Price::from_whole(PRICE),
            at,
            stale: false,
            previous_close: None,
            foreign: None,
            halted_until: None,
        }),
        ..Listing::default()
    });
    let listings = listings.collect();
    Ok(Arc::new(Market::new(Snapshot {
        at,
        catalogue: Arc::new(catalogue),
        listings,
        ..Snapshot::default()
    })))
}

/// Who sends the orders, and where to.
struct Desk {
    population: Population,
    game: GameId,
    context: GameContext,
    symbols: Vec<Symbol>,
    /// Different in each run, so that no idempotency key is ever used twice.
    run: u32,
    /// Counts the orders.
    next: AtomicU64,
}

impl Desk {
    /// Trades a second of an engine with these achievements.
    async fn turn(
        self: &Arc<Self>,
        store: &Arc<dyn Store>,
        achievements: &'static Achievements,
        length: Duration,
    ) -> anyhow::Result<f64> {
        let config = EngineConfig::default();
        let started = Engine::start_with(
            Arc::clone(store) as _,
            Arc::new(OneMarket(Arc::clone(&self.context.market))),
            Arc::new(SystemClock::start()),
            &config,
            achievements,
        );
        let (engine, task) = started.await?;
        let begin = Instant::now();
        let mut traders = JoinSet::new();
        for _ in 0..AT_ONCE {
            let (desk, engine) = (Arc::clone(self), engine.clone());
            traders.spawn(async move {
                let mut filled = 0_u64;
                while begin.elapsed() < length {
                    filled += u64::from(desk.trade(&engine).await?);
                }
                anyhow::Ok(filled)
            });
        }
        let mut filled = 0;
        while let Some(done) = traders.join_next().await {
            filled += done??;
        }
        let seconds = begin.elapsed().as_secs_f64();
        drop(engine);
        task.shutdown().await;
        ensure!(filled > 0, "no order was filled");
        #[expect(clippy::cast_precision_loss, reason = "a rate for people to read")]
        let rate = filled as f64 / seconds;
        Ok(rate)
    }

    /// Buys or sells a little for the next player; whether it was filled.
    async fn trade(&self, engine: &Engine) -> anyhow::Result<bool> {
        let number = self.next.fetch_add(1, Ordering::Relaxed);
        let players = u64::from(self.population.players.max(1));
        // Every player buys first and sells the same in the next round.
        let (player, round) = (u32::try_from(number % players)?, number / players);
        let side = if round.is_multiple_of(2) {
            Side::Buy
        } else {
            Side::Sell
        };
        let place = self.population.instrument(player, 0, self.symbols.len());
        let symbol = *self
            .symbols
            .get(place)
            .context("there is nothing to trade")?;
        let key = format!("cost-{:08x}-{number:x}", self.run).parse()?;
        let size = Size::Amount(Money::from_whole(AMOUNT));
        let order = Order::new(key, symbol, side, size, None, None)?;
        let account = AccountId {
            player: self.population.id(player),
            game: self.game,
        };
        let view = engine.submit(account, order, self.context.clone()).await?;
        Ok(view.status == OrderStatus::Filled)
    }
}
