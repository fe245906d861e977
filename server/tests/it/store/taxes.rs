//! Taxes: a sale pays at once, and what a year has paid too much comes back once.

use std::sync::Arc;

use domain::api::{HostSettings, HostedState, MemberStatus, OrderView, Visibility};
use domain::boards::Measure;
use domain::tax::Taxes;
use domain::{
    AccountId, Day, Fact, GameId, GameRules, MarketId, Money, Order, PlayerId, Price, Quantity,
    Side, Size,
};
use server::config::{EngineConfig, JobsConfig};
use server::engine::{Engine, GameContext};
use server::market::{Market, Snapshot};
use server::store::{HostedGame, Member, NewGame, NewGameMarket, Store};
use server::verify::verify;

use super::trading::{at, guest};
use super::{Database, worker};
use crate::engine::{only, standing_market};
use crate::fixture::ManualClock;

const TAXES: Taxes = Taxes {
    short_term_bps: 2_500,
    long_term_bps: 1_000,
};

fn rules() -> GameRules {
    GameRules {
        taxes: Some(TAXES),
        ..GameRules::open_league()
    }
}

/// A hosted game with taxes and two members.
async fn game(store: &dyn Store) -> anyhow::Result<GameId> {
    let hosted = HostedGame {
        game: GameId(0),
        owner: PlayerId(1),
        state: HostedState::Open,
        join_code: None,
        board_key: None,
        settings: HostSettings {
            visibility: Visibility::Code,
            approval: false,
            late_entry: true,
            measure: Measure::Return,
            time_zone: "UTC".into(),
        },
        created_at: at(0),
        settled_at: None,
    };
    let new = NewGame {
        slug: "taxed".into(),
        name: "Taxed".into(),
        rules: rules(),
        market: NewGameMarket::Shared(MarketId(1)),
    };
    let made = store.create_hosted_game(&new, &hosted).await?;
    let game = made.expect("the slug is free").id;
    for number in [1, 2] {
        let made = store.create_player(&guest(number)).await?;
        anyhow::ensure!(made.is_ok(), "guest {number}: {made:?}");
        let player = PlayerId(number);
        let account = AccountId { player, game };
        let cash = Money::from_whole(10_000);
        store.open_account(account, cash, at(0)).await?;
        let member = Member {
            account,
            status: MemberStatus::Playing,
            joined_at: at(0),
            made_here: false,
            team: None,
        };
        store.store_member(&member).await?;
    }
    Ok(game)
}

/// The game with an engine, on a market that moves as it is told.
struct Table {
    store: Arc<dyn Store>,
    market: Arc<Market>,
    clock: Arc<ManualClock>,
    engine: Engine,
    game: GameId,
    orders: std::cell::Cell<u32>,
}

impl Table {
    fn account(&self, player: i64) -> AccountId {
        let (player, game) = (PlayerId(player), self.game);
        AccountId { player, game }
    }

    /// It is noon of a day, and every price is another one.
    fn at_noon(&self, day: &str, price: i32) {
        let day: Day = day.parse().expect("a day");
        let now = day.start().plus_seconds(43_200);
        self.clock.set(now);
        let mut snapshot = Snapshot::clone(&self.market.snapshot());
        snapshot.at = now;
        let quotes = snapshot.listings.iter_mut();
        for quote in quotes.filter_map(|one| one.quote.as_mut()) {
            quote.price = Price::from_whole(price);
            quote.at = now;
        }
        self.market.swap(snapshot);
    }

    async fn trade(&self, player: i64, side: Side) -> anyhow::Result<OrderView> {
        self.orders.set(self.orders.get() + 1);
        let key = format!("tax-order-{}", self.orders.get()).parse()?;
        let size = Size::Quantity(Quantity::from_whole(10));
        let order = Order::new(key, "ACME".parse()?, side, size, None, None)?;
        let context = GameContext {
            rules: Arc::new(rules()),
            market: Arc::clone(&self.market),
        };
        let submitted = self.engine.submit(self.account(player), order, context);
        Ok(submitted.await?)
    }

    /// What the ledger says of taxes, in whole units.
    async fn taxed(&self, player: i64) -> anyhow::Result<Vec<(i32, i64)>> {
        let rows = self
            .store
            .list_entries(self.account(player), 0, 1_000)
            .await?;
        let taxed = rows.iter().filter_map(|row| match row.entry.fact {
            Fact::Taxed { year, amount } => Some((year, amount.units() / 10_000)),
            _ => None,
        });
        Ok(taxed.collect())
    }

    /// A server starts, runs its jobs until player 1 has so many entries of taxes, and stops.
    async fn run_jobs(&self, entries: usize) -> anyhow::Result<()> {
        self.clock.pass_seconds(120);
        let folder = tempfile::tempdir()?;
        let worker = worker::start(
            &self.store,
            Some(&self.engine),
            only(&self.market),
            &self.clock,
            (&JobsConfig::default(), folder.path()),
        );
        let done = async {
            while self.taxed(1).await?.len() < entries {
                tokio::task::yield_now().await;
            }
            anyhow::Ok(())
        };
        tokio::time::timeout(std::time::Duration::from_secs(30), done).await??;
        worker.shutdown().await;
        Ok(())
    }
}

pub async fn what_a_year_paid_too_much_comes_back_once(
    database: &dyn Database,
) -> anyhow::Result<()> {
    let store = database.open().await?;
    let market = standing_market(&*store).await;
    let game = game(&*store).await?;
    let clock = ManualClock::at(at(0));
    let config = EngineConfig::default();
    let started = Engine::start(
        Arc::clone(&store) as _,
        only(&market),
        clock.clone(),
        &config,
    );
    let (engine, task) = started.await?;
    let table = Table {
        store,
        market,
        clock,
        engine,
        game,
        orders: std::cell::Cell::new(0),
    };
    table.at_noon("2026-11-21", 10);
    for player in [1, 2] {
        table.trade(player, Side::Buy).await?;
    }
    // 100 gained: a quarter of it is paid at once.
    table.at_noon("2026-12-01", 20);
    for player in [1, 2] {
        let sold = table.trade(player, Side::Sell).await?;
        assert_eq!(sold.fill.map(|fill| fill.tax), Some(Money::from_whole(25)));
        assert_eq!(sold.cash_after, Some(Money::from_whole(10_075)));
        table.trade(player, Side::Buy).await?;
    }
    // 60 lost; one of the two buys the same shares again in January.
    table.at_noon("2026-12-20", 14);
    for player in [1, 2] {
        let sold = table.trade(player, Side::Sell).await?;
        assert_eq!(sold.fill.map(|fill| fill.tax), Some(Money::ZERO));
    }
    table.at_noon("2027-01-10", 14);
    table.trade(2, Side::Buy).await?;
    // The server was off on 31 January, and another one starts twice.
    table.at_noon("2027-03-05", 14);
    table.run_jobs(2).await?;
    table.run_jobs(2).await?;
    // A quarter of 40 is due.
    assert_eq!(table.taxed(1).await?, [(2026, 25), (2026, -15)]);
    assert_eq!(table.taxed(2).await?, [(2026, 25)]);
    let stored = table.store.find_account(table.account(1)).await?;
    let cash = stored.map(|stored| stored.record.account.cash);
    assert_eq!(cash, Some(Money::from_whole(10_030)));
    task.shutdown().await;
    verify(&*table.store, |finding| panic!("{finding}")).await?;
    Ok(())
}
