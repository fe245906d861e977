//! Interest on cash: each month that is over is paid once, however late and by however many servers.

use domain::{Fact, FactKind, GameRules, Money, Side};

use super::Database;
use super::hosted::Table;

/// Interest and the last day that it is for.
fn interest(fact: &Fact) -> Option<(String, String)> {
    match fact {
        Fact::Interest { cash, until } => Some((until.to_string(), cash.to_string())),
        _ => None,
    }
}

pub async fn cash_earns_interest_for_each_month_once(
    database: &dyn Database,
) -> anyhow::Result<()> {
    let rules = GameRules {
        cash_interest_bps: 365,
        ..GameRules::open_league()
    };
    let table = Table::open(database, rules).await?;
    // 3.65 % of 10,000 is a dollar a day. Half of the cash is spent for the last ten days of the month.
    table.at_noon("2026-11-21", 500);
    table.trade(1, Side::Buy).await?;
    table.at_noon("2027-01-15", 500);
    table.run_jobs(&[1, 2], FactKind::Interest, 2).await?;
    table.run_jobs(&[1, 2], FactKind::Interest, 2).await?;
    let paid = |until: &str, cash: &str| (until.to_owned(), cash.to_owned());
    let spent = table.facts(1, interest).await?;
    assert_eq!(
        spent,
        [paid("2026-11-30", "5.00"), paid("2026-12-31", "15.50")]
    );
    let saved = table.facts(2, interest).await?;
    assert_eq!(
        saved,
        [paid("2026-11-30", "10.00"), paid("2026-12-31", "31.00")]
    );
    assert_eq!(table.cash(2).await?, Some(Money::from_whole(10_041)));
    // The first two months earn interest themselves: 10,041 for 17 days.
    table.at_noon("2027-02-01", 500);
    table.run_jobs(&[1, 2], FactKind::Interest, 3).await?;
    let saved = table.facts(2, interest).await?;
    assert_eq!(
        saved,
        [
            paid("2026-11-30", "10.00"),
            paid("2026-12-31", "31.00"),
            paid("2027-01-31", "31.06")
        ]
    );
    table.close().await
}
