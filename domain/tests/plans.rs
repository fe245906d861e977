//! Months, balances and comparisons of savings plans.

#![allow(clippy::unwrap_used, reason = "a test may stop at what cannot happen")]

use domain::plan::{Balance, add_up, compare, month_day, months_due};
use domain::{Day, Money, Price};

fn day(text: &str) -> Day {
    text.parse().unwrap()
}

#[test]
fn a_month_is_paid_on_its_day_or_on_the_last_of_a_short_month() {
    for (month, expected) in [
        (0, "2027-01-31"),
        (1, "2027-02-28"),
        (2, "2027-03-31"),
        (3, "2027-04-30"),
        (13, "2028-02-29"),
        (24, "2029-01-31"),
    ] {
        assert_eq!(
            month_day(day("2027-01-31"), month),
            day(expected),
            "{month}"
        );
    }
}

#[test]
fn months_are_due_one_by_one_and_no_more_than_the_plan_has() {
    let start = day("2027-01-31");
    for (today, expected) in [
        ("2027-01-30", 0),
        ("2027-01-31", 1),
        ("2027-02-27", 1),
        ("2027-02-28", 2),
        ("2027-12-31", 12),
        ("2031-01-01", 12),
    ] {
        assert_eq!(
            months_due(start, 12, day(today).start()),
            expected,
            "{today}"
        );
    }
}

#[test]
fn a_balance_is_never_negative_and_never_more_than_was_paid() {
    let money = Money::from_whole;
    let balance = Balance::of(money(100), 12, 2, money(200), money(0));
    assert_eq!(
        (balance.available, balance.spendable),
        (money(1200), money(200))
    );
    let balance = Balance::of(money(10), 2, 2, money(20), money(500));
    assert_eq!((balance.available, balance.spendable), (money(0), money(0)));
    let short = Balance::of(money(50), 2, 3, money(300), money(10));
    assert_eq!(short.spendable, money(90));
}

#[test]
fn buying_month_by_month_buys_more_when_prices_fall() {
    let prices = [
        (day("2027-01-01"), "10".parse().unwrap()),
        (day("2027-02-01"), "5".parse().unwrap()),
        (day("2027-03-01"), "10".parse().unwrap()),
    ];
    let shown = compare(Money::from_whole(100), &prices);
    let last = shown.last().unwrap();
    assert_eq!(last.paid, Money::from_whole(300));
    assert_eq!(last.plan, Money::from_whole(400));
    assert_eq!(last.lump_sum, Money::from_whole(300));
    assert!(compare(Money::from_whole(100), &[]).is_empty());
}

#[test]
fn the_parts_of_a_plan_add_up_as_long_as_each_goes() {
    let day = |number| Day::from_number(20_000 + number);
    let price = |text: &str| -> Price { text.parse().unwrap() };
    let first = compare(
        Money::from_whole(30),
        &[(day(0), price("10")), (day(30), price("20"))],
    );
    let second = compare(
        Money::from_whole(70),
        &[
            (day(0), price("5")),
            (day(30), price("5")),
            (day(60), price("5")),
        ],
    );
    let whole = add_up(&[first, second]);
    assert_eq!(whole.len(), 2);
    assert_eq!(whole[1].paid, Money::from_whole(200));
    // 3 and 1.5 shares at 20, and 28 at 5.
    assert_eq!(whole[1].plan, Money::from_whole(230));
    // 6 shares at 20, and 42 at 5 which were bought with three months' money.
    assert_eq!(whole[1].lump_sum, Money::from_whole(330));
    assert!(add_up(&[]).is_empty());
}
