//! Taxes: a sale pays at once, and what a year has paid too much comes back once.

use domain::tax::Taxes;
use domain::{Fact, FactKind, GameRules, Money, Side};

use super::Database;
use super::hosted::Table;

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

/// A tax and its year, in whole units.
fn taxed(fact: &Fact) -> Option<(i32, i64)> {
    match fact {
        Fact::Taxed { year, amount } => Some((*year, amount.units() / 10_000)),
        _ => None,
    }
}

pub async fn what_a_year_paid_too_much_comes_back_once(
    database: &dyn Database,
) -> anyhow::Result<()> {
    let table = Table::open(database, rules()).await?;
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
    table.run_jobs(&[1], FactKind::Taxed, 2).await?;
    table.run_jobs(&[1], FactKind::Taxed, 2).await?;
    // A quarter of 40 is due.
    assert_eq!(table.facts(1, taxed).await?, [(2026, 25), (2026, -15)]);
    assert_eq!(table.facts(2, taxed).await?, [(2026, 25)]);
    assert_eq!(table.cash(1).await?, Some(Money::from_whole(10_030)));
    table.close().await
}
