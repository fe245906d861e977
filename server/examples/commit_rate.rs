//! How many orders a second a private PostgreSQL commits, in batches, with full durability:
//!
//! ```sh
//! cargo run --release -p server --example commit_rate -- 100000 1000
//! ```
//!
//! The first number is that of the players, each with ten positions; the second that of the orders
//! in a batch, each of another player.

use std::sync::Arc;
use std::time::Duration;

use domain::api::{OrderStatus, OrderView};
use domain::{
    AccountId, GameId, GameRules, Hash, InstrumentId, Money, Order, PlayerId, Price, Quantity,
    Quote, SessionId, Side, Situation, Size, Timestamp, XpRules, execute,
};
use private_postgres::{Options, PrivatePostgres};
use rand::RngExt as _;
use server::config::PostgresConfig;
use server::store::postgres::PostgresStore;
use server::store::{
    AccountChange, AccountRecord, AnsweredOrder, Batch, Fetched, InstrumentRecord, MarketKind,
    NewPlayer, OrderLookup, OrderStore, PlayerRecord, PositionRecord, SessionRecord, Store,
};
use tokio::time::Instant;

const GAME: GameId = GameId(1);
const INSTRUMENTS: i64 = 40;
const POSITIONS: i64 = 10;
const PLAYERS_AT_ONCE: i64 = 5_000;
const MEASURED: Duration = Duration::from_secs(10);

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let mut numbers = std::env::args().skip(1).map(|number| number.parse());
    let players: i64 = numbers.next().transpose()?.unwrap_or(100_000);
    let size: usize = numbers.next().transpose()?.unwrap_or(1_000).try_into()?;
    let settings = [
        ("shared_buffers", "1GB"),
        ("max_wal_size", "16GB"),
        ("checkpoint_timeout", "30min"),
        ("wal_compression", "lz4"),
    ];
    let options = Options {
        durable: true,
        settings: settings
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
            .into(),
        ..Options::default()
    };
    let server = PrivatePostgres::start(&options)?;
    server.create_database("game", None)?;
    let url = server.url("game");
    let store = PostgresStore::open(&url, &PostgresConfig::default()).await?;
    let now = Timestamp::from_seconds(1_795_262_400);
    store.prepare(now).await?;
    populate(&store, &server, players, now).await?;
    for lanes in [1, 2, 4] {
        measure(&store, &server, players, size, lanes).await?;
    }
    Ok(())
}

async fn populate(
    store: &PostgresStore,
    server: &PrivatePostgres,
    players: i64,
    now: Timestamp,
) -> anyhow::Result<()> {
    let instruments: Vec<_> = (1..=INSTRUMENTS)
        .map(|id| {
            Ok(InstrumentRecord {
                id: InstrumentId(id),
                market: MarketKind::Simulated,
                symbol: format!("S{id}").parse()?,
                name: String::new(),
                category: String::new(),
                currency: String::new(),
                description: String::new(),
                plain_words: String::new(),
                fun_fact: String::new(),
                tradable: true,
            })
        })
        .collect::<anyhow::Result<_>>()?;
    store.import_market(&instruments, &[]).await?;
    let start = Instant::now();
    for first in (1..=players).step_by(PLAYERS_AT_ONCE as usize) {
        let last = (first + PLAYERS_AT_ONCE - 1).min(players);
        let new: Vec<_> = (first..=last).map(|id| new_player(id, now)).collect();
        let made = store.create_players(&new).await?;
        anyhow::ensure!(made.is_ok(), "{made:?}");
    }
    let rate = players as f64 / start.elapsed().as_secs_f64();
    println!("{players} players: {rate:.0} a second");
    let positions = format!(
        "insert into positions select player_id, 1, 1 + (player_id + i * 4) % {INSTRUMENTS}, 10000000, 1000000, 0, 0, \
         null, null, int8send(0) || int8send(10000000) || int8send(1000000) \
         from accounts, generate_series(0, {POSITIONS} - 1) i"
    );
    server.run("game", &positions)?;
    server.run("game", "vacuum analyze")?;
    server.run("game", "checkpoint")?;
    println!("populated in {:.1} s", start.elapsed().as_secs_f64());
    Ok(())
}

fn new_player(id: i64, now: Timestamp) -> NewPlayer {
    NewPlayer {
        player: PlayerRecord {
            id: PlayerId(id),
            handle: format!("player-{id}"),
            email: None,
            password_hash: None,
            region: None,
            locale: "en".into(),
            base_currency: "USD".into(),
            xp: 0,
            bonus_day: None,
            created_at: now,
        },
        game: GAME,
        starting_cash: Money::from_whole(1_000_000),
        session: SessionRecord {
            player: PlayerId(id),
            id: SessionId(id),
            token_hash: Hash::default(),
            device: String::new(),
            created_at: now,
            last_seen_at: now,
            expires_at: now.plus_seconds(86_400),
        },
    }
}

/// Several lanes, each with accounts of its own, fetch, decide and commit one batch after the other.
async fn measure(
    store: &PostgresStore,
    server: &PrivatePostgres,
    players: i64,
    size: usize,
    lanes: i64,
) -> anyhow::Result<()> {
    let wal = "select pg_current_wal_insert_lsn() - '0/0'";
    let before: f64 = server.run("game", wal)?.parse()?;
    let start = Instant::now();
    let tasks: Vec<_> = (0..lanes)
        .map(|lane| tokio::spawn(run_lane(store.clone(), players, size, lane, lanes, start)))
        .collect();
    let mut sum = Times::default();
    for task in tasks {
        sum.add(task.await??);
    }
    let elapsed = start.elapsed().as_secs_f64();
    let after: f64 = server.run("game", wal)?.parse()?;
    let orders = sum.batches * size as f64;
    let per_batch = |time: Duration| time.as_secs_f64() * 1_000.0 / sum.batches;
    println!(
        "{lanes} lanes of {size}: {:.0} orders/s; a batch: fetch {:.1} ms, decide {:.1} ms, commit {:.1} ms; \
         {:.0} bytes of log an order",
        orders / elapsed,
        per_batch(sum.fetch),
        per_batch(sum.decide),
        per_batch(sum.commit),
        (after - before) / orders
    );
    Ok(())
}

#[derive(Default)]
struct Times {
    batches: f64,
    fetch: Duration,
    decide: Duration,
    commit: Duration,
}

impl Times {
    fn add(&mut self, other: Self) {
        self.batches += other.batches;
        self.fetch += other.fetch;
        self.decide += other.decide;
        self.commit += other.commit;
    }
}

async fn run_lane(
    store: PostgresStore,
    players: i64,
    size: usize,
    lane: i64,
    lanes: i64,
    start: Instant,
) -> anyhow::Result<Times> {
    let mut times = Times::default();
    let mut number = 0_u64;
    while start.elapsed() < MEASURED {
        let mut chosen = std::collections::BTreeSet::new();
        while chosen.len() < size {
            let player = rand::random_range(0..players / lanes) * lanes + lane + 1;
            chosen.insert(player.min(players));
        }
        number += 1;
        let lookups: Vec<_> = chosen
            .into_iter()
            .map(|player| {
                let held = rand::rng().random_range(0..POSITIONS);
                Ok(OrderLookup {
                    account: AccountId {
                        player: PlayerId(player),
                        game: GAME,
                    },
                    instrument: Some(InstrumentId(1 + (player + held * 4) % INSTRUMENTS)),
                    key: format!("{:032x}-{number}", rand::random::<u128>()).parse()?,
                })
            })
            .collect::<anyhow::Result<_>>()?;
        let begin = Instant::now();
        let fetched = store.fetch_for_orders(&lookups).await?;
        let decided = Instant::now();
        let batch = decide(&fetched, &lookups)?;
        let committing = Instant::now();
        let left_out = store.commit_batch(&Arc::new(batch)).await?;
        anyhow::ensure!(left_out.is_empty(), "{} left out", left_out.len());
        times.batches += 1.0;
        times.fetch += decided - begin;
        times.decide += committing - decided;
        times.commit += committing.elapsed();
    }
    Ok(times)
}

fn decide(fetched: &Fetched, lookups: &[OrderLookup]) -> anyhow::Result<Batch> {
    let at = Timestamp::from_seconds(1_795_262_500);
    let mut batch = Batch::default();
    for lookup in lookups {
        let id = lookup.account;
        let instrument = lookup.instrument.unwrap_or(InstrumentId(1));
        let symbol = format!("S{instrument}").parse()?;
        let trading = fetched
            .accounts
            .get(&id)
            .ok_or_else(|| anyhow::anyhow!("no account {id}"))?;
        let found = fetched.positions.get(&(id, instrument));
        let position = found.cloned().unwrap_or_default();
        let size = Size::Quantity(Quantity::from_whole(1));
        let side = if rand::random() {
            Side::Buy
        } else {
            Side::Sell
        };
        let order = Order::new(lookup.key.clone(), symbol, side, size, None, None)?;
        let quote = Quote {
            symbol,
            price: Price::from_whole(10),
            at,
            stale: false,
            previous_close: None,
        };
        let situation = Situation {
            account: &trading.record.account,
            position: &position,
            xp: trading.xp,
            quote: Some(&quote),
            game: &GameRules::open_league(),
            xp_rules: &XpRules::default(),
            now: at,
        };
        let mut view = OrderView::unfilled(&order, OrderStatus::Rejected, at);
        match execute(&order, situation) {
            Err(rejection) => view.rejection = Some(rejection),
            Ok(done) => {
                let head = trading.record.head;
                let entry = head.executed(&done, instrument, order.key(), None);
                view.status = OrderStatus::Filled;
                view.fill = Some(done.fill);
                view.cash_after = Some(done.account.cash);
                view.position_after = Some((&done.position).into());
                view.xp_after = Some(done.xp);
                batch.accounts.push(AccountChange {
                    expected_version: head.version,
                    record: AccountRecord {
                        id,
                        account: done.account,
                        head: entry.head(),
                    },
                    expected_xp: trading.xp,
                    xp_gained: done.fill.xp,
                });
                let position = done.position;
                let record = PositionRecord {
                    instrument,
                    position,
                };
                batch.positions.push((id, record));
                batch.entries.push((id, entry));
            }
        }
        let fingerprint = [7; 32];
        batch
            .answers
            .push((id, AnsweredOrder { fingerprint, view }));
    }
    Ok(batch)
}
