//! Gains and holding periods worked by hand.

use super::*;
use crate::Timestamp;

fn day(text: &str) -> Day {
    text.parse().unwrap()
}

#[test]
fn a_year_ends_on_its_anniversary() {
    // IRS Publication 550: "If you bought investment property on February 5, 2024, and sold it on
    // February 5, 2025, your holding period is not more than 1 year and you have a short-term capital
    // gain or loss. If you sold it on February 6, 2025, your holding period is more than 1 year".
    assert!(!is_long_term(day("2024-02-05"), day("2025-02-05")));
    assert!(is_long_term(day("2024-02-05"), day("2025-02-06")));
    assert!(!is_long_term(day("2024-02-29"), day("2025-03-01")));
    assert!(is_long_term(day("2024-02-29"), day("2025-03-02")));
    assert!(!is_long_term(day("2026-01-01"), day("2026-01-01")));
}

#[test]
fn a_sale_gains_lot_by_lot() {
    let lot = |days: i64, shares: i32, cost: i32| Lot {
        acquired_at: Timestamp::from_seconds(days.saturating_mul(86_400)),
        quantity: Quantity::from_whole(shares),
        cost: Money::from_whole(cost),
    };
    let lots = [lot(1, 3, 30), lot(400, 7, 140)];
    let is_old = |lot: &Lot| lot.acquired_at.day().number() < 100;
    // 150 for 10 shares: 45 and 105.
    let gains = Gains::of_sale(&lots, Money::from_whole(150), is_old).unwrap();
    assert_eq!(gains.long_term, Money::from_whole(15));
    assert_eq!(gains.short_term, Money::from_whole(-35));
    assert_eq!(gains.total(), Some(Money::from_whole(-20)));
    // What cannot be divided is the last one's: 0.0001 among 10 shares.
    let gains = Gains::of_sale(&lots, Money::from_units(1), is_old).unwrap();
    assert_eq!(gains.long_term, Money::from_whole(-30));
    assert_eq!(gains.short_term, Money::from_units(-1_399_999));
}
