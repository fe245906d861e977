//! Corporate actions: registered, given to every holder once, and read back.

mod waiting;

use std::sync::Arc;

use domain::api::OrderStatus;
use domain::{
    AccountId, CorporateAction, DatedAction, Day, Fact, FactKind, InstrumentId, MarketId, Money,
    Order, PlayerId, Price, Quantity, ReleaseCause, Replay, Side, Size, SplitRatio, Terms, Trigger,
};
use server::clock::Clock as _;
use server::config::{EngineConfig, JobsConfig};
use server::engine::{Engine, EngineTask, GameContext};
use server::market::{Market, Snapshot};
use server::store::{InstrumentAction, MarketAction, MarketSource, Store};
use server::verify::verify;

use super::trading::{LEAGUE, account, at, guest};
use super::{Database, worker};
use crate::engine::{game_on, only, standing_market};
use crate::fixture::ManualClock;

pub use waiting::{
    a_delisting_pays_each_holder_once_and_ends_what_waited,
    what_waits_ends_once_at_a_split_though_the_server_was_killed_in_the_middle,
};

const MARKET: MarketId = MarketId(1);

/// The day after the story's.
fn next_day() -> Day {
    at(0).day().plus_days(1)
}

fn two_for_one() -> CorporateAction {
    CorporateAction::Split(SplitRatio { new: 2, old: 1 })
}

fn action(instrument: InstrumentId, action: CorporateAction) -> MarketAction {
    MarketAction {
        market: MARKET,
        instrument,
        dated: DatedAction {
            day: next_day(),
            action,
        },
        price: Price::from_whole(5),
        effective_at: next_day().start(),
    }
}

/// Players 1 to 4 in a game with an engine, on a market that stands still.
struct Table {
    store: Arc<dyn Store>,
    market: Arc<Market>,
    clock: Arc<ManualClock>,
    engine: Engine,
    task: EngineTask,
    game: GameContext,
    acme: InstrumentId,
}

impl Table {
    async fn set(database: &dyn Database) -> anyhow::Result<Self> {
        let store = database.open().await?;
        let market = standing_market(&*store).await;
        for player in 1..=4 {
            let made = store.create_player(&guest(player)).await?;
            anyhow::ensure!(made.is_ok(), "guest {player}: {made:?}");
        }
        let clock = ManualClock::at(at(0));
        let (engine, task) = start(&store, &market, &clock).await?;
        let (_, acme) = market
            .snapshot()
            .catalogue
            .find("ACME".parse()?)
            .map_or_else(
                || anyhow::bail!("ACME is listed"),
                |(place, record)| Ok((place, record.id)),
            )?;
        let game = game_on(&market);
        Ok(Self {
            store,
            market,
            clock,
            engine,
            task,
            game,
            acme,
        })
    }

    /// The server is killed and starts again.
    async fn restart(&mut self) -> anyhow::Result<()> {
        let (engine, task) = start(&self.store, &self.market, &self.clock).await?;
        self.engine = engine;
        std::mem::replace(&mut self.task, task).shutdown().await;
        Ok(())
    }

    async fn order(
        &self,
        player: i64,
        key: &str,
        side: Side,
        shares: i32,
        limit: Option<i32>,
    ) -> anyhow::Result<OrderStatus> {
        let size = Size::Quantity(Quantity::from_whole(shares));
        let order = Order::new(key.parse()?, "ACME".parse()?, side, size, None, None)?;
        let order = match limit {
            Some(limit) => order.on_terms(Terms {
                trigger: Trigger::Limit(Price::from_whole(limit)),
                expires_at: None,
            })?,
            None => order,
        };
        let answer = self
            .engine
            .submit(account(player), order, self.game.clone());
        Ok(answer.await?.status)
    }

    /// The next day begins, with an action and a price.
    async fn dawn(&self, action: MarketAction, price: i32) -> anyhow::Result<()> {
        self.store.register_actions(&[action], at(0)).await?;
        let now = self.clock.now().max(next_day().start().plus_seconds(10));
        self.clock.set(now);
        let mut snapshot = Snapshot::clone(&self.market.snapshot());
        snapshot.at = now;
        snapshot.actions = Arc::from([action]);
        for quote in snapshot
            .listings
            .iter_mut()
            .filter_map(|one| one.quote.as_mut())
        {
            quote.price = Price::from_whole(price);
            quote.at = now;
        }
        self.market.swap(snapshot);
        Ok(())
    }

    /// Runs the server's jobs until no action is due.
    async fn run_jobs(&self) -> anyhow::Result<()> {
        // The next instant of the job's schedule has come.
        self.clock.pass_seconds(60);
        let folder = tempfile::tempdir()?;
        let worker = worker::start(
            &self.store,
            Some(&self.engine),
            only(&self.market),
            &self.clock,
            (&JobsConfig::default(), folder.path()),
        );
        let done = async {
            let late = next_day().plus_days(1).start();
            while !self.store.list_due_actions(late, 10).await?.is_empty() {
                tokio::task::yield_now().await;
            }
            anyhow::Ok(())
        };
        tokio::time::timeout(std::time::Duration::from_secs(30), done).await??;
        worker.shutdown().await;
        Ok(())
    }

    /// How many orders of an account a corporate action has ended.
    async fn ended_by_action(&self, id: AccountId) -> anyhow::Result<usize> {
        let rows = self.store.list_entries(id, 0, 1_000).await?;
        let by_action = |fact: &Fact| {
            let Fact::Released { cause, .. } = fact else {
                return false;
            };
            *cause == ReleaseCause::CorporateAction
        };
        Ok(rows.iter().filter(|row| by_action(&row.entry.fact)).count())
    }

    /// How often an account was split or paid, and its shares; the store says what its ledger says.
    async fn given(&self, id: AccountId, kind: FactKind) -> anyhow::Result<(usize, Quantity)> {
        let rows = self.store.list_entries(id, 0, 1_000).await?;
        let mut replay = Replay::new(id);
        for row in &rows {
            replay.apply(&row.entry)?;
        }
        let stored = self
            .store
            .find_account(id)
            .await?
            .expect("the account was made");
        assert_eq!(stored.record.account, replay.account);
        let times = rows.iter().filter(|row| row.entry.kind() == kind).count();
        let positions = self.store.list_positions(id).await?;
        let held = positions.iter().find(|one| one.instrument == self.acme);
        Ok((
            times,
            held.map_or(Quantity::ZERO, |one| one.position.quantity),
        ))
    }
}

async fn start(
    store: &Arc<dyn Store>,
    market: &Arc<Market>,
    clock: &Arc<ManualClock>,
) -> anyhow::Result<(Engine, EngineTask)> {
    let config = EngineConfig::default();
    let started = Engine::start(Arc::clone(store) as _, only(market), clock.clone(), &config);
    Ok(started.await?)
}

pub async fn everyone_has_a_split_once_though_the_server_was_killed_in_the_middle(
    database: &dyn Database,
) -> anyhow::Result<()> {
    let mut table = Table::set(database).await?;
    for player in 1..=3 {
        let bought = table
            .order(player, "before-the-split", Side::Buy, 10, None)
            .await?;
        assert_eq!(bought, OrderStatus::Filled);
    }
    let split = action(table.acme, two_for_one());
    table.dawn(split, 5).await?;
    // One trades before its turn: first its ten shares become twenty, and then it buys at the new price.
    table
        .order(1, "after-the-split", Side::Buy, 1, None)
        .await?;
    // One had none and buys now: its shares are new ones.
    table
        .order(4, "after-the-split", Side::Buy, 7, None)
        .await?;
    // The job has given it to one when the server is killed.
    table
        .engine
        .apply(account(2), split, table.game.clone())
        .await?;
    table.restart().await?;
    table.run_jobs().await?;
    table
        .engine
        .apply(account(3), split, table.game.clone())
        .await?;
    let shares = Quantity::from_whole;
    let expected = [
        (1, shares(21)),
        (1, shares(20)),
        (1, shares(20)),
        (0, shares(7)),
    ];
    for (player, expected) in (1..).zip(expected) {
        let given = table.given(account(player), FactKind::Split).await?;
        assert_eq!(given, expected, "player {player}");
    }
    let holders = table
        .store
        .list_holders(LEAGUE, table.acme, PlayerId(1), 2)
        .await?;
    assert_eq!(holders, [account(2), account(3)]);
    table.task.shutdown().await;
    verify(&*table.store, |finding| panic!("{finding}")).await?;
    Ok(())
}

pub async fn a_split_ends_the_orders_that_waited_and_a_dividend_does_not(
    database: &dyn Database,
) -> anyhow::Result<()> {
    let table = Table::set(database).await?;
    table
        .order(1, "holds-ten-shares", Side::Buy, 10, None)
        .await?;
    table
        .order(1, "waits-to-sell-four", Side::Sell, 4, Some(50))
        .await?;
    table
        .order(2, "waits-to-buy-one", Side::Buy, 1, Some(1))
        .await?;
    let per_share = "0.25".parse()?;
    let dividend = action(table.acme, CorporateAction::Dividend { per_share });
    table.dawn(dividend, 10).await?;
    table.run_jobs().await?;
    let paid = table.given(account(1), FactKind::Dividend).await?;
    assert_eq!(paid, (1, Quantity::from_whole(10)));
    assert_eq!(table.store.list_open_orders(account(1), 10).await?.len(), 1);

    let split = action(table.acme, two_for_one());
    table.dawn(split, 5).await?;
    // Shares that an order holds cannot be split, so nothing is traded until it has ended.
    let refused = table
        .order(1, "too-early-by-a-moment", Side::Buy, 1, None)
        .await?;
    assert_eq!(refused, OrderStatus::Rejected);
    table.run_jobs().await?;
    for (player, key) in [(1, "waits-to-sell-four"), (2, "waits-to-buy-one")] {
        let order = table
            .store
            .find_order(account(player), &key.parse()?)
            .await?;
        let status = order.map(|order| order.view.status);
        assert_eq!(status, Some(OrderStatus::Cancelled), "player {player}");
    }
    let given = table.given(account(1), FactKind::Split).await?;
    assert_eq!(given, (1, Quantity::from_whole(20)));
    table.task.shutdown().await;
    verify(&*table.store, |finding| panic!("{finding}")).await?;
    Ok(())
}

pub async fn an_action_that_has_come_keeps_its_instant(
    database: &dyn Database,
) -> anyhow::Result<()> {
    let store = database.open().await?;
    super::trading::open_game(&*store, 0).await?;
    let first = action(InstrumentId(1), two_for_one());
    let later = MarketAction {
        effective_at: first.effective_at.plus_seconds(60),
        ..first
    };
    store.register_actions(&[first], at(0)).await?;
    store.register_actions(&[later], at(1)).await?;
    assert_eq!(store.list_open_actions(MARKET, 10).await?, [later]);
    store.register_actions(&[first], later.effective_at).await?;
    assert_eq!(store.list_open_actions(MARKET, 10).await?, [later]);
    assert!(
        store
            .list_due_actions(first.effective_at, 10)
            .await?
            .is_empty()
    );
    assert_eq!(
        store.list_due_actions(later.effective_at, 10).await?,
        [later]
    );
    store.finish_action(&later, later.effective_at).await?;
    store.register_actions(&[later], at(2)).await?;
    assert!(store.list_open_actions(MARKET, 10).await?.is_empty());
    Ok(())
}

pub async fn imported_actions_replace_those_of_the_instrument(
    database: &dyn Database,
) -> anyhow::Result<()> {
    let store = database.open().await?;
    let [mut ibm, mut dell] =
        [(1, "IBM"), (2, "DELL")].map(|(id, symbol)| super::trading::instrument(id, symbol));
    ibm.universe = MarketSource::Replay;
    dell.universe = MarketSource::Replay;
    let on = |instrument, day, action| InstrumentAction {
        instrument,
        dated: DatedAction {
            day: Day::from_number(day),
            action,
        },
    };
    let paid = CorporateAction::Dividend {
        per_share: Price::from_whole(1),
    };
    let records = [ibm.clone(), dell.clone()];
    let first = [
        on(ibm.id, 5, paid),
        on(ibm.id, 9, two_for_one()),
        on(dell.id, 7, paid),
    ];
    store.import_history(&records, &[], &first).await?;
    let until = Day::from_number(8);
    let listed = store.list_instrument_actions(ibm.id, until, 10).await?;
    assert_eq!(listed, [first[0].dated], "the split is yet to come");
    let again = [on(ibm.id, 6, paid)];
    store.import_history(&[ibm], &[], &again).await?;
    let mut all = store
        .list_universe_actions(
            MarketSource::Replay,
            Day::from_number(0),
            Day::from_number(20),
        )
        .await?;
    all.sort_by_key(|one| one.instrument);
    assert_eq!(all, [again[0], first[2]]);
    Ok(())
}
