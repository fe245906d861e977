//! Findings for simple portfolios.

use super::*;
use crate::{Currency, Quantity};

fn holding(symbol: &str, category: &str, value: i32) -> Holding {
    Holding {
        symbol: symbol.parse().unwrap(),
        category: category.into(),
        currency: Currency::DOLLAR,
        quantity: Quantity::from_whole(1),
        sellable: Quantity::from_whole(1),
        cost_basis: Money::ZERO,
        value: Money::from_whole(value),
        price: None,
    }
}

fn look(holdings: &[Holding], cash: i32) -> XRay<'_> {
    XRay {
        holdings,
        cash: Money::from_whole(cash),
        fees: Money::ZERO,
        traded: Money::ZERO,
        trades: 0,
        hasty: 0,
        together: None,
        fund: Some("FUND".parse().unwrap()),
        currency: Currency::DOLLAR,
    }
}

fn find(findings: &[Finding], kind: FindingKind) -> &Finding {
    findings.iter().find(|one| one.kind == kind).unwrap()
}

#[test]
fn a_company_with_most_of_the_money_is_to_be_sold_down_to_a_fifth() {
    let holdings = [
        holding("AAA", "Food", 8_000),
        holding("BBB", "Travel", 1_000),
    ];
    let findings = x_ray(&look(&holdings, 1_000));
    let found = find(&findings, FindingKind::Concentration);
    assert_eq!((found.grade, found.figure.as_str()), (Grade::Act, "80.00%"));
    assert!(found.why.contains("$2,000.00"), "{}", found.why);
    let remedy = Remedy::Sell {
        symbol: "AAA".parse().unwrap(),
        amount: Money::from_whole(6_000),
    };
    assert_eq!(found.remedy, Some(remedy));
    assert_eq!(
        findings.first().unwrap().grade,
        Grade::Act,
        "urgent ones first"
    );
}

#[test]
fn a_fund_is_no_single_company_and_no_sector() {
    let holdings = [holding("FUND", "Funds", 9_000)];
    let findings = x_ray(&look(&holdings, 1_000));
    let kinds: Vec<_> = findings.iter().map(|finding| finding.kind).collect();
    assert!(!kinds.contains(&FindingKind::Concentration), "{kinds:?}");
    assert!(findings.iter().all(|finding| finding.grade == Grade::Good));
}

#[test]
fn an_empty_account_has_only_its_cash_to_look_at() {
    let findings = x_ray(&look(&[], 10_000));
    let cash = find(&findings, FindingKind::IdleCash);
    assert_eq!((cash.grade, cash.figure.as_str()), (Grade::Act, "100.00%"));
    let amount = Money::from_whole(7_500);
    let symbol = "FUND".parse().unwrap();
    assert_eq!(cash.remedy, Some(Remedy::Buy { symbol, amount }));
    assert_eq!(x_ray(&look(&[], 0)), []);
}

#[test]
fn trading_everything_four_times_a_month_is_churn() {
    let holdings = [holding("FUND", "Funds", 1_000)];
    let busy = XRay {
        traded: Money::from_whole(4_000),
        trades: 40,
        hasty: 12,
        fees: Money::from_whole(20),
        ..look(&holdings, 0)
    };
    let findings = x_ray(&busy);
    assert_eq!(find(&findings, FindingKind::Churn).grade, Grade::Act);
    let fees = find(&findings, FindingKind::Fees);
    assert_eq!(fees.grade, Grade::Act);
    assert!(fees.why.contains("24.00%"), "{}", fees.why);
}

#[test]
fn shares_that_move_together_are_told_with_one_that_does_not() {
    let holdings = [holding("AAA", "Food", 500), holding("BBB", "Food", 500)];
    let alike = XRay {
        together: Some(Together {
            mean: Ratio::from_hundredths(83),
            days: 60,
            least_alike: Some("CCC".parse().unwrap()),
        }),
        ..look(&holdings, 0)
    };
    let findings = x_ray(&alike);
    let found = find(&findings, FindingKind::Correlation);
    assert_eq!((found.grade, found.figure.as_str()), (Grade::Act, "0.83"));
    assert!(found.remedy.is_some());
}
