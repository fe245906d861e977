//! Rejections in words.

use super::*;

#[test]
fn amounts_are_told_in_groups_of_three_digits() {
    let [needed, available] = [1_000_000, 950].map(crate::Money::from_whole);
    let rejection = Rejection::InsufficientCash { needed, available };
    let words = "You have $950.00 and this order costs $1,000,000.00.";
    assert_eq!(rejection.to_string(), words);
}

#[test]
fn cash_is_rounded_down_and_what_an_order_needs_up() {
    let [needed, available] = [11_670_005, 11_670_004].map(crate::Money::from_units);
    let rejection = Rejection::InsufficientCash { needed, available };
    let words = "You have $1,167.00 and this order costs $1,167.01.";
    assert_eq!(rejection.to_string(), words);
    let rejection = Rejection::AmountBelowFee {
        amount: crate::Money::from_units(20_001),
        fee: crate::Money::from_units(20_002),
    };
    let words = "The fee alone is $2.01, so $2.00 buys nothing.";
    assert_eq!(rejection.to_string(), words);
}

#[test]
fn a_time_is_told_to_the_minute_and_with_its_zone() {
    let at = "2026-11-21T09:30:59.123456Z".parse::<Timestamp>();
    let Ok(at) = at else {
        panic!("{at:?}");
    };
    let check = |rejection: Rejection, words: &str| assert_eq!(rejection.to_string(), words);
    check(
        Rejection::AlreadyExpired { expires_at: at },
        "This order would have ended on 2026-11-21 at 09:30 UTC, which is past.",
    );
    check(
        Rejection::GameNotOpen {
            closed: Closed::NotYetOpen { opens_at: at },
        },
        "This game opens on 2026-11-21 at 09:30 UTC.",
    );
    check(
        Rejection::GameNotOpen {
            closed: Closed::Over { closed_at: at },
        },
        "This game ended on 2026-11-21 at 09:30 UTC.",
    );
}
