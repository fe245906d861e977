//! A hosted game with two members, on a market that moves as a test says.

use std::sync::Arc;

use domain::api::{HostSettings, HostedState, MemberStatus, OrderView, Visibility};
use domain::boards::Measure;
use domain::{
    AccountId, Day, Fact, FactKind, GameId, GameRules, MarketId, Money, Order, PlayerId, Price,
    Quantity, Side, Size,
};
use server::config::{EngineConfig, JobsConfig};
use server::engine::{Engine, EngineTask, GameContext};
use server::market::{Market, Snapshot};
use server::store::{HostedGame, Member, NewGame, NewGameMarket, Store};
use server::verify::verify;

use super::trading::{at, guest};
use super::{Database, worker};
use crate::engine::{only, standing_market};
use crate::fixture::ManualClock;

async fn game(store: &dyn Store, rules: &GameRules) -> anyhow::Result<GameId> {
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
        slug: "hosted".into(),
        name: "Hosted".into(),
        rules: rules.clone(),
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

/// A hosted game with two members and an engine, on a market that moves as it is told.
pub(super) struct Table {
    pub(super) store: Arc<dyn Store>,
    market: Arc<Market>,
    clock: Arc<ManualClock>,
    engine: Engine,
    engine_task: EngineTask,
    game: GameId,
    rules: GameRules,
    orders: std::cell::Cell<u32>,
}

impl Table {
    pub(super) async fn open(database: &dyn Database, rules: GameRules) -> anyhow::Result<Self> {
        let store = database.open().await?;
        let market = standing_market(&*store).await;
        let game = game(&*store, &rules).await?;
        let clock = ManualClock::at(at(0));
        let config = EngineConfig::default();
        let started = Engine::start(
            Arc::clone(&store) as _,
            only(&market),
            clock.clone(),
            &config,
        );
        let (engine, engine_task) = started.await?;
        Ok(Self {
            store,
            market,
            clock,
            engine,
            engine_task,
            game,
            rules,
            orders: std::cell::Cell::new(0),
        })
    }

    /// Stops the engine; the ledgers must be flawless.
    pub(super) async fn close(self) -> anyhow::Result<()> {
        self.engine_task.shutdown().await;
        verify(&*self.store, |finding| panic!("{finding}")).await?;
        Ok(())
    }

    pub(super) fn account(&self, player: i64) -> AccountId {
        let (player, game) = (PlayerId(player), self.game);
        AccountId { player, game }
    }

    /// It is noon of a day, and every price is another one.
    pub(super) fn at_noon(&self, day: &str, price: i32) {
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

    pub(super) async fn trade(&self, player: i64, side: Side) -> anyhow::Result<OrderView> {
        self.orders.set(self.orders.get() + 1);
        let key = format!("hosted-order-{}", self.orders.get()).parse()?;
        let size = Size::Quantity(Quantity::from_whole(10));
        let order = Order::new(key, "ACME".parse()?, side, size, None, None)?;
        let context = GameContext {
            rules: Arc::new(self.rules.clone()),
            market: Arc::clone(&self.market),
        };
        let submitted = self.engine.submit(self.account(player), order, context);
        Ok(submitted.await?)
    }

    /// What the facts of a player's ledger say, oldest first.
    pub(super) async fn facts<T>(
        &self,
        player: i64,
        read: impl Fn(&Fact) -> Option<T>,
    ) -> anyhow::Result<Vec<T>> {
        let rows = self
            .store
            .list_entries(self.account(player), 0, 1_000)
            .await?;
        Ok(rows
            .iter()
            .filter_map(|row| read(&row.entry.fact))
            .collect())
    }

    pub(super) async fn cash(&self, player: i64) -> anyhow::Result<Option<Money>> {
        let stored = self.store.find_account(self.account(player)).await?;
        Ok(stored.map(|stored| stored.record.account.cash))
    }

    /// A server starts, runs its jobs until each of the players has so many entries of a kind, and stops.
    pub(super) async fn run_jobs(
        &self,
        players: &[i64],
        kind: FactKind,
        entries: usize,
    ) -> anyhow::Result<()> {
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
            for player in players {
                let found = || self.facts(*player, |fact| (fact.kind() == kind).then_some(()));
                while found().await?.len() < entries {
                    tokio::task::yield_now().await;
                }
            }
            anyhow::Ok(())
        };
        tokio::time::timeout(std::time::Duration::from_secs(30), done).await??;
        worker.shutdown().await;
        Ok(())
    }
}
