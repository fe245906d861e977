//! Losses worked by hand. The window is that of 26 U.S.C. § 1091(a): 30 days before and after.

use super::*;
use crate::Timestamp;

const TODAY: i32 = 20_000;

fn lot(days_ago: i32, shares: i32, cost: i32) -> (Day, Lot) {
    let lot = Lot {
        acquired_at: Timestamp::from_seconds(0),
        quantity: Quantity::from_whole(shares),
        cost: Money::from_whole(cost),
    };
    (Day::from_number(TODAY.saturating_sub(days_ago)), lot)
}

fn at_20(lots: &[(Day, Lot)]) -> Option<Harvest> {
    let fees = Fees {
        basis_points: 10,
        fixed: Money::from_whole(1),
    };
    let rate = Percent::from_basis_points(2_500);
    let today = Day::from_number(TODAY);
    harvest(
        "ACME".parse().unwrap(),
        lots,
        Price::from_whole(20),
        fees,
        rate,
        today,
    )
}

#[test]
fn a_loss_saves_the_rate_less_two_fees() {
    // 100 shares for 4,000 are worth 2,000: 2,000 × 25 % is 500; each fee is 2 + 1.
    let found = at_20(&[lot(90, 100, 4_000)]).unwrap();
    assert_eq!(found.loss, Money::from_whole(2_000));
    assert_eq!(found.saving, Money::from_whole(500));
    assert_eq!(found.costs, Money::from_whole(6));
    assert_eq!(
        (found.net, found.is_advised),
        (Money::from_whole(494), true)
    );
    assert_eq!(found.void_until, None);
    assert_eq!(found.buy_again, Day::from_number(TODAY.saturating_add(31)));
}

#[test]
fn the_purchases_with_a_loss_are_sold_and_the_others_kept() {
    // The first lost 100 and the second 50; the third gained, and is kept.
    let lots = [lot(90, 10, 300), lot(80, 10, 250), lot(70, 10, 100)];
    let found = at_20(&lots).unwrap();
    assert_eq!(found.quantity, Quantity::from_whole(20));
    assert_eq!(found.loss, Money::from_whole(150));
    // So is a gain that comes before the loss.
    let found = at_20(&[lot(90, 10, 100), lot(80, 10, 400)]).unwrap();
    assert_eq!(found.loss, Money::from_whole(200));
    let sells: Vec<bool> = found.lots.iter().map(|lot| lot.sells).collect();
    assert_eq!(sells, [false, true]);
    assert_eq!(at_20(&[lot(90, 10, 100)]), None);
    assert_eq!(at_20(&[]), None);
}

#[test]
fn shares_bought_within_thirty_days_make_the_loss_void() {
    let until = |days_ago| {
        at_20(&[lot(90, 100, 4_000), lot(days_ago, 1, 10)])
            .unwrap()
            .void_until
    };
    assert_eq!(until(30), Some(Day::from_number(TODAY.saturating_add(1))));
    assert_eq!(until(31), None);
    // If sold with the rest, they do not disallow the loss.
    let found = at_20(&[lot(90, 100, 4_000), lot(3, 1, 30)]).unwrap();
    assert_eq!(
        (found.quantity, found.void_until),
        (Quantity::from_whole(101), None)
    );
}

#[test]
fn a_small_benefit_is_not_advised() {
    // 500 × 25 % is 125, less 2 × 1.50: more than 100, and more than a tenth of 500.
    assert!(at_20(&[lot(90, 25, 1_000)]).unwrap().is_advised);
    // 410 × 25 % is 102.50, less fees: below 100.
    assert!(!at_20(&[lot(90, 25, 910)]).unwrap().is_advised);
    // 1,000 × 25 % is 250, but the position is worth 10,000.
    assert!(!at_20(&[lot(90, 500, 11_000)]).unwrap().is_advised);
}
