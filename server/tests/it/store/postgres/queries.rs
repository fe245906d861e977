//! How many statements a question takes: sqlx tells each that it sends.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use domain::api::SubscriptionState;
use domain::{Money, PlayerId};
use server::store::{Plan, Subscription};
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Metadata, Subscriber};

use super::PrivateDatabase;
use crate::store::Database as _;
use crate::store::trading::{LEAGUE, account, at, open_game};

/// Counts the statements that are sent on this thread.
#[derive(Clone, Default)]
struct Counter(Arc<AtomicUsize>);

impl Subscriber for Counter {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        metadata.target() == "sqlx::query"
    }

    fn new_span(&self, _: &Attributes<'_>) -> Id {
        Id::from_u64(1)
    }

    fn record(&self, _: &Id, _: &Record<'_>) {}

    fn record_follows_from(&self, _: &Id, _: &Id) {}

    fn event(&self, _: &Event<'_>) {
        self.0.fetch_add(1, Ordering::Relaxed);
    }

    fn enter(&self, _: &Id) {}

    fn exit(&self, _: &Id) {}
}

fn plan(id: i64) -> Plan {
    Plan {
        id,
        game: LEAGUE,
        owner: PlayerId(1),
        shared: false,
        name: format!("Plan {id}"),
        amount: Money::from_whole(10),
        months: None,
        new_money: false,
        instrument: None,
        by_targets: false,
        strategy: None,
        created_at: at(0),
        retired_at: None,
    }
}

fn subscription(id: i64) -> Subscription {
    Subscription {
        account: account(1),
        id,
        plan: id,
        amount: None,
        state: SubscriptionState::Active,
        created_at: at(0),
        start: at(0).day(),
        skipped: 0,
        paid_months: 0,
        paid: Money::ZERO,
        bought: Money::ZERO,
    }
}

#[tokio::test]
async fn the_list_of_subscriptions_takes_two_queries_however_long_it_is() -> anyhow::Result<()> {
    let database = PrivateDatabase::empty()?;
    let store = database.open().await?;
    open_game(&*store, 1).await?;
    let mut made = 0;
    for wanted in [10_i64, 50, 1_000] {
        for id in made + 1..=wanted {
            store.create_plan(&plan(id)).await?;
            store.create_subscription(&subscription(id)).await?;
        }
        made = wanted;
        let counter = Counter::default();
        let counting = tracing::subscriber::set_default(counter.clone());
        let listed = store.list_subscriptions(account(1), 1_000).await?;
        drop(counting);
        assert_eq!(i64::try_from(listed.len())?, wanted);
        let queries = counter.0.load(Ordering::Relaxed);
        assert_eq!(queries, 2, "for {wanted} subscriptions");
    }
    store.close().await;
    Ok(())
}
