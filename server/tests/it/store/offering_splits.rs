//! Splits of shares that are on offer: terms and investments are adjusted together, or all is called off.

use domain::api::{FailureReason, InvestmentState};
use domain::offering::AllocationRule;
use domain::{CorporateAction, DatedAction, MarketId, Money, Price, Quantity, SplitRatio};
use server::clock::Clock as _;
use server::store::MarketAction;

use super::Database;
use super::offerings::{OFFERING, Table};
use super::trading::{account, at};

/// The company has split its shares, and the market shows it.
async fn split(table: &Table, new: u32, old: u32) -> anyhow::Result<()> {
    let day = at(0).day().plus_days(1);
    let action = MarketAction {
        market: MarketId(1),
        instrument: table.acme,
        dated: DatedAction {
            day,
            action: CorporateAction::Split(SplitRatio { new, old }),
        },
        price: Price::from_whole(1),
        effective_at: at(300),
    };
    table.store.register_actions(&[action], at(0)).await?;
    table.clock.set(at(301));
    let mut snapshot = server::market::Snapshot::clone(&table.market.snapshot());
    snapshot.at = day.start().plus_seconds(1);
    snapshot.actions = vec![action].into();
    table.market.swap(snapshot);
    Ok(())
}

pub async fn a_split_multiplies_the_offering_and_what_waits_for_it(
    database: &dyn Database,
) -> anyhow::Result<()> {
    let table = Table::set(database).await?;
    // For $5 each; the first is allocated before the split.
    table.offer(25, AllocationRule::FirstCome).await?;
    table.invest(1, 10).await?;
    table.allocate().await?;
    table.invest(2, 10).await?;
    table.invest(3, 10).await?;
    split(&table, 4, 1).await?;
    table.allocate().await?;
    let offering = table.store.find_offering(OFFERING).await?;
    let offering = offering.expect("it is there");
    let terms = offering.terms;
    assert_eq!(
        (
            terms.shares,
            terms.maximum,
            offering.granted,
            offering.splits
        ),
        (100, 80, 100, 1)
    );
    assert_eq!(terms.price.units(), 12_500);
    let completed = InvestmentState::Completed;
    let whole = Quantity::from_whole;
    for (player, shares, paid) in [(2, 40, 50), (3, 20, 25)] {
        let outcome = table.outcome(player).await?;
        assert_eq!(outcome, (completed, None, whole(shares)), "player {player}");
        let found = table.store.find_account(account(player)).await?;
        let after = found.expect("the account was made").record.account;
        assert_eq!(after.reserved_cash, Money::ZERO);
        assert_eq!(
            after.cash,
            Money::from_whole(10_000 - paid),
            "player {player}"
        );
    }
    // The account that had its shares before is given the split as every holder is.
    table
        .run_jobs(|| async { Ok(table.outcome(1).await?.2 == whole(40)) })
        .await?;
    assert_eq!(table.outcome(2).await?.2, whole(40), "and nobody twice");
    table.close().await
}

pub async fn shares_that_are_joined_call_the_offering_off(
    database: &dyn Database,
) -> anyhow::Result<()> {
    let table = Table::set(database).await?;
    table.offer(25, AllocationRule::ProRata).await?;
    table.invest(1, 7).await?;
    split(&table, 1, 10).await?;
    table.allocate().await?;
    let called_off = Some(FailureReason::CalledOff);
    let outcome = table.outcome(1).await?;
    assert_eq!(
        outcome,
        (InvestmentState::Failed, called_off, Quantity::ZERO)
    );
    let found = table.store.find_account(account(1)).await?;
    let after = found.expect("the account was made").record.account;
    assert_eq!(after.free_cash(), Money::from_whole(10_000));
    table
        .run_jobs(|| async {
            let offering = table.store.find_offering(OFFERING).await?;
            Ok(offering.is_some_and(|one| one.settled_at.is_some()))
        })
        .await?;
    assert!(table.clock.now() < at(3_600));
    table.close().await
}
