//! Orders that rest: what is set aside for them, and that each is filled, cancelled or ended once,
//! whoever is there to do it.

use std::sync::Arc;
use std::time::Duration;

use domain::api::{OrderStatus, OrderView};
use domain::{
    Account, InstrumentId, Money, Order, Price, Quantity, Side, Size, Terms, Timestamp, Trigger,
};
use futures_util::future::join_all;
use server::config::EngineConfig;
use server::engine::{Engine, EngineTask};
use server::market::Market;
use server::store::{RestingPlace, Store};
use server::verify::{Damage, Finding, verify};

use super::Database;
use super::trading::{account, guest, key, stored_account};
use crate::engine::{game_on, only, standing_market, symbol};
use crate::fixture::{ManualClock, noon};

mod set_aside;

pub use set_aside::*;

/// After so long it hangs: a machine that others keep busy takes less.
const SETTLED_WITHIN: Duration = Duration::from_secs(120);

/// A game server without its HTTP.
struct Server {
    store: Arc<dyn Store>,
    market: Arc<Market>,
    clock: Arc<ManualClock>,
    engine: Engine,
    task: EngineTask,
}

impl Server {
    async fn start(database: &dyn Database) -> anyhow::Result<Self> {
        let store = database.open().await?;
        let market = standing_market(&*store).await;
        Self::start_in(store, market).await
    }

    async fn start_in(store: Arc<dyn Store>, market: Arc<Market>) -> anyhow::Result<Self> {
        let clock = ManualClock::at(noon());
        let config = EngineConfig::default();
        let parts = (Arc::clone(&store), Arc::clone(&market), clock.clone());
        let (engine, task) = Engine::start(parts.0, only(&parts.1), parts.2, &config).await?;
        Ok(Self {
            store,
            market,
            clock,
            engine,
            task,
        })
    }

    async fn submit(&self, order: &Order) -> anyhow::Result<OrderView> {
        let game = game_on(&self.market);
        Ok(self.engine.submit(account(1), order.clone(), game).await?)
    }

    async fn rest(&self, order: &Order) -> anyhow::Result<OrderView> {
        let view = self.submit(order).await?;
        anyhow::ensure!(view.status == OrderStatus::Resting, "{view:?}");
        Ok(view)
    }

    async fn cancel(&self, order: &str) -> anyhow::Result<OrderView> {
        let open = self.store.list_open_orders(account(1), 50).await?;
        let record = open.into_iter().find(|record| *record.key() == key(order));
        let record = record.ok_or_else(|| anyhow::anyhow!("{order} is not open"))?;
        let game = game_on(&self.market);
        Ok(self.engine.cancel(record, game).await?)
    }

    /// The shares of the first instrument cost so much from now on.
    fn show(&self, price: i32) {
        show(&self.market, price);
    }

    /// What becomes of an order that the engine does something with on its own.
    async fn settled(&self, order: &str) -> anyhow::Result<OrderView> {
        let settled = async {
            loop {
                let found = self.store.find_order(account(1), &key(order)).await?;
                let view = found.ok_or_else(|| anyhow::anyhow!("no {order}"))?.view;
                if view.status != OrderStatus::Resting {
                    return anyhow::Ok(view);
                }
                tokio::time::sleep(Duration::from_millis(1)).await;
            }
        };
        tokio::time::timeout(SETTLED_WITHIN, settled).await?
    }

    async fn account(&self) -> anyhow::Result<Account> {
        stored_account(&*self.store, 1).await
    }
}

fn show(market: &Market, price: i32) {
    let mut snapshot = (*market.snapshot()).clone();
    let quotes = snapshot.listings.iter_mut();
    for quote in quotes.filter_map(|listing| listing.quote.as_mut()) {
        if quote.symbol == symbol("ACME") {
            quote.price = Price::from_whole(price);
        }
    }
    market.swap(snapshot);
}

fn waiting(order: &str, side: Side, shares: i32, trigger: Trigger) -> Order {
    ending(order, side, shares, trigger, None)
}

fn ending(
    order: &str,
    side: Side,
    shares: i32,
    trigger: Trigger,
    expires_at: Option<Timestamp>,
) -> Order {
    let size = Size::Quantity(Quantity::from_whole(shares));
    let order = Order::new(
        key(order),
        symbol("ACME"),
        side,
        size,
        None,
        Some("It is \"cheap\" then."),
    );
    let terms = Terms {
        trigger,
        expires_at,
    };
    let order = order.and_then(|order| order.on_terms(terms));
    order.expect("the story's orders are well-formed")
}

fn limit(price: i32) -> Trigger {
    Trigger::Limit(Price::from_whole(price))
}

fn stop(price: i32) -> Trigger {
    Trigger::Stop(Price::from_whole(price))
}

async fn sound(store: &dyn Store) -> anyhow::Result<()> {
    verify(store, |finding| panic!("{finding}")).await?;
    Ok(())
}

pub async fn an_order_rests_until_its_price_comes(database: &dyn Database) -> anyhow::Result<()> {
    let server = Server::start(database).await?;
    anyhow::ensure!(server.store.create_player(&guest(1)).await?.is_ok());
    let buy = waiting("limit-buy", Side::Buy, 5, limit(8));
    let rests = server.rest(&buy).await?;
    assert_eq!(
        rests.reserved.map(|set| set.cash),
        Some(Money::from_whole(40))
    );
    assert_eq!(
        server.submit(&buy).await?,
        rests,
        "a repeat is not another order"
    );
    let waits = server.account().await?;
    let set_aside = (waits.cash, waits.reserved_cash, waits.open_orders);
    let whole = Money::from_whole;
    assert_eq!(set_aside, (whole(10_000), whole(40), 1));
    let open = server.store.list_open_orders(account(1), 50).await?;
    assert_eq!(open.len(), 1);
    let placed = OrderView {
        unlocked: rests.unlocked.clone(),
        ..OrderView::resting(&open[0].resting)
    };
    assert_eq!(placed, rests);
    assert_eq!(open[0].resting.order, buy);
    sound(&*server.store).await?;

    server.show(9);
    server.show(7);
    let filled = server.settled("limit-buy").await?;
    let fill = filled.fill.expect("it was filled");
    assert_eq!(
        fill.price,
        Price::from_whole(7),
        "the better price is taken"
    );
    assert_eq!(server.submit(&buy).await?, filled);
    let after = server.account().await?;
    let left = (after.cash, after.reserved_cash, after.open_orders);
    assert_eq!(left, (whole(9_965), Money::ZERO, 0));

    let sale = waiting("stop-sale", Side::Sell, 5, stop(6));
    server.rest(&sale).await?;
    let held = server.store.list_positions(account(1)).await?;
    assert_eq!(held[0].position.free_quantity(), Quantity::ZERO);
    sound(&*server.store).await?;
    server.show(5);
    assert_eq!(
        server.settled("stop-sale").await?.status,
        OrderStatus::Filled
    );
    sound(&*server.store).await?;
    server.task.shutdown().await;
    Ok(())
}

pub async fn an_open_order_is_cancelled_or_ends_with_its_time(
    database: &dyn Database,
) -> anyhow::Result<()> {
    let server = Server::start(database).await?;
    anyhow::ensure!(server.store.create_player(&guest(1)).await?.is_ok());
    let tomorrow = noon().plus_seconds(86_400);
    let until = |order| ending(order, Side::Buy, 5, limit(8), Some(tomorrow));
    server.rest(&until("is-cancelled")).await?;
    server.rest(&until("runs-out")).await?;
    server
        .rest(&waiting("waits-on", Side::Buy, 5, limit(8)))
        .await?;
    let cancelled = server.cancel("is-cancelled").await?;
    assert_eq!(cancelled.status, OrderStatus::Cancelled);
    assert_eq!(server.account().await?.reserved_cash, Money::from_whole(80));
    assert_eq!(server.submit(&until("is-cancelled")).await?, cancelled);
    server.clock.set(tomorrow);
    let expired = server.settled("runs-out").await?;
    assert_eq!(
        (expired.status, expired.at),
        (OrderStatus::Expired, tomorrow)
    );
    assert_eq!(server.account().await?.open_orders, 1);
    let all = RestingPlace::before(noon());
    let left = server.store.list_resting_orders(&all, 10).await?;
    assert_eq!(left.len(), 1);
    assert_eq!(left[0].key(), &key("waits-on"));
    let none = server
        .store
        .list_resting_orders(&left[0].place(), 10)
        .await?;
    assert_eq!(none, []);
    sound(&*server.store).await?;
    server.task.shutdown().await;

    let gone = "update orders set order_key = 'gone-order' where order_key = 'is-cancelled'";
    database.run(gone).await?;
    let mut found = Vec::new();
    verify(&*server.store, |finding| found.push(finding.damage.clone())).await?;
    let expected = [
        Damage::AnswerColumns {
            key: key("gone-order"),
        },
        Damage::AnswerWithoutEntry {
            key: key("gone-order"),
            status: OrderStatus::Cancelled,
        },
        Damage::ReleaseWithoutOrder {
            seq: 5,
            key: key("is-cancelled"),
        },
    ];
    assert_eq!(found, expected);
    Ok(())
}

pub async fn a_server_that_starts_knows_the_orders_that_rest(
    database: &dyn Database,
) -> anyhow::Result<()> {
    let first = Server::start(database).await?;
    anyhow::ensure!(first.store.create_player(&guest(1)).await?.is_ok());
    for number in 0..30 {
        let order = format!("order-{number:04}");
        first.rest(&waiting(&order, Side::Buy, 1, limit(8))).await?;
    }
    first.task.shutdown().await;

    let store = database.open().await?;
    let market = standing_market(&*store).await;
    show(&market, 8);
    let second = Server::start_in(store, market).await?;
    for number in 0..30 {
        let filled = second.settled(&format!("order-{number:04}")).await?;
        assert_eq!(filled.status, OrderStatus::Filled);
    }
    let after = second.account().await?;
    assert_eq!(
        (after.cash, after.open_orders),
        (Money::from_whole(9_760), 0)
    );
    sound(&*second.store).await?;
    second.task.shutdown().await;
    Ok(())
}

pub async fn of_two_servers_one_fills_an_order(database: &dyn Database) -> anyhow::Result<()> {
    const ORDERS: usize = 40;
    let placing = Server::start(database).await?;
    anyhow::ensure!(placing.store.create_player(&guest(1)).await?.is_ok());
    let orders: Vec<String> = (0..ORDERS).map(|n| format!("order-{n:04}")).collect();
    for order in &orders {
        placing
            .rest(&waiting(order, Side::Buy, 1, limit(8)))
            .await?;
    }
    // The other one reads them when it starts; then both see the price at once, while the player
    // cancels some.
    let other = Server::start(database).await?;
    placing.show(8);
    other.show(8);
    let cancel = async |order: &String| match placing.cancel(order).await {
        Ok(view) => Ok(view),
        Err(_) => placing.settled(order).await,
    };
    let (cancelled, settled) = tokio::join!(
        join_all(orders.iter().take(ORDERS / 4).map(cancel)),
        join_all(orders.iter().map(|order| other.settled(order)))
    );
    for (one, same) in cancelled.into_iter().zip(&settled) {
        let same = same.as_ref().map_err(|error| anyhow::anyhow!("{error}"))?;
        assert_eq!(&one?, same);
    }
    let mut filled = 0;
    for view in settled {
        match view?.status {
            OrderStatus::Filled => filled += 1,
            OrderStatus::Cancelled => {}
            other => panic!("{other:?}"),
        }
    }
    let after = placing.account().await?;
    assert_eq!(after.cash, Money::from_whole(10_000 - 8 * filled));
    assert_eq!((after.reserved_cash, after.open_orders), (Money::ZERO, 0));
    sound(&*other.store).await?;
    placing.task.shutdown().await;
    other.task.shutdown().await;
    Ok(())
}
