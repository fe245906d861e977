//! Savings plans: each month is paid once, however late.

use domain::api::SubscriptionState;
use domain::{Fact, FactKind, InstrumentId, Money, PlayerId, Post, Posting};
use server::clock::Clock as _;
use server::market::Snapshot;
use server::store::{Plan, Subscription};

use super::Database;
use super::offerings::Table;
use super::trading::{LEAGUE, account, at};

fn plan(id: i64, new_money: bool, instrument: Option<InstrumentId>) -> Plan {
    Plan {
        id,
        game: LEAGUE,
        owner: PlayerId(1),
        shared: true,
        name: format!("Plan {id}"),
        amount: Money::from_whole(100),
        months: None,
        new_money,
        instrument,
        by_targets: false,
        strategy: None,
        created_at: at(0),
        retired_at: None,
    }
}

fn subscription(player: i64, plan: i64) -> Subscription {
    Subscription {
        account: account(player),
        id: plan * 10 + player,
        plan,
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

pub async fn months_are_caught_up_one_by_one_and_once(
    database: &dyn Database,
) -> anyhow::Result<()> {
    let mut table = Table::set(database).await?;
    for plan in [
        plan(1, true, None),
        plan(2, false, Some(table.acme)),
        plan(3, false, None),
    ] {
        table.store.create_plan(&plan).await?;
    }
    let rich = Subscription {
        amount: Some(Money::from_whole(6_000)),
        ..subscription(3, 3)
    };
    for new in [subscription(1, 1), subscription(2, 2), rich] {
        table.store.create_subscription(&new).await?;
    }
    // A month was posted when the server was killed; then it was away for 95 days of the market.
    let post = Post {
        key: "month-11-0".parse()?,
        posting: Posting::Contribute {
            subscription: 11,
            month: 0,
            cash: Money::from_whole(100),
        },
    };
    table
        .engine
        .post(account(1), post, table.game.clone())
        .await?;
    table.clock.set(at(95 * 86_400));
    let mut snapshot = Snapshot::clone(&table.market.snapshot());
    snapshot.at = table.clock.now();
    for quote in snapshot
        .listings
        .iter_mut()
        .filter_map(|one| one.quote.as_mut())
    {
        quote.at = snapshot.at;
    }
    let today = snapshot.at.day();
    table.market.swap(snapshot);
    for _ in 0..2 {
        table.restart().await?;
        table
            .run_jobs(|| async {
                let due = table
                    .store
                    .list_due_subscriptions(LEAGUE, today, 10)
                    .await?;
                Ok(due.is_empty())
            })
            .await?;
    }
    let money = Money::from_whole;
    let row = async |player, id| -> anyhow::Result<_> {
        let found = table.store.find_subscription(account(player), id).await?;
        Ok(found.expect("it was made"))
    };
    let paid = row(1, 11).await?.balance();
    assert_eq!(
        (paid.paid_months, paid.paid, paid.spendable),
        (4, money(400), money(400))
    );
    assert_eq!(paid.available, money(1_200));
    assert_eq!(table.count(1, FactKind::Contributed).await?, 4);
    let months: Vec<u32> = table
        .store
        .list_entries(account(1), 0, 100)
        .await?
        .iter()
        .filter_map(|row| match row.entry.fact {
            Fact::Contributed { month, .. } => Some(month),
            _ => None,
        })
        .collect();
    assert_eq!(months, [0, 1, 2, 3]);
    let bought = row(2, 22).await?.balance();
    assert_eq!((bought.paid_months, bought.paid), (4, money(400)));
    assert_eq!(bought.invested, money(400));
    assert_eq!(bought.spendable, Money::ZERO);
    assert_eq!(table.count(2, FactKind::Bought).await?, 4);
    // Cash for one month, and not for a second one beside it: the others come last.
    let poor = row(3, 33).await?;
    assert_eq!(poor.balance().paid_months, 1);
    assert_eq!(poor.subscription.skipped, 3);
    let listed = table.store.list_subscriptions(account(3), 10).await?;
    assert_eq!(listed, [poor]);
    table.close().await
}
