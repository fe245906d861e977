//! Sales of named lots, worked by hand.

use super::*;
use crate::Price;

fn at(day: i64) -> Timestamp {
    Timestamp::from_seconds(day.saturating_mul(86_400))
}

/// 10 for 100, 10 for 300, 10 for 200: 600 in all, on days 1, 2 and 3.
fn held() -> Position {
    [(1, 100), (2, 300), (3, 200)]
        .into_iter()
        .fold(Position::default(), |position, (day, cost)| {
            let (quantity, cost) = (Quantity::from_whole(10), Money::from_whole(cost));
            position.after_purchase(quantity, cost, at(day)).unwrap()
        })
}

fn chosen(lots: &[(i64, &str)]) -> LotChoice {
    let lots = lots.iter().map(|(day, quantity)| ChosenLot {
        acquired_at: at(*day),
        quantity: quantity.parse().unwrap(),
    });
    LotChoice::Chosen(lots.collect())
}

/// What lots a sale takes, and which are left: day, shares and cost of each.
fn check(shares: i32, choice: &LotChoice, taken: &[(i64, i32, i32)], left: &[(i64, i32, i32)]) {
    let (position, quantity) = (held(), Quantity::from_whole(shares));
    let proceeds = Price::from_whole(20).value_of(quantity).unwrap();
    let (after, sold) = position
        .after_sale(quantity, choice, proceeds, at(9))
        .unwrap();
    let shown = |lots: &[Lot]| -> Vec<(i64, String, String)> {
        lots.iter()
            .map(|lot| {
                let day = lot.acquired_at.seconds_since(at(0)) / 86_400;
                (day, lot.quantity.to_string(), lot.cost.to_string())
            })
            .collect()
    };
    let expected = |lots: &[(i64, i32, i32)]| -> Vec<(i64, String, String)> {
        lots.iter()
            .map(|(day, quantity, cost)| (*day, quantity.to_string(), format!("{cost}.00")))
            .collect()
    };
    assert_eq!(shown(&sold.lots), expected(taken), "{choice:?}");
    assert_eq!(shown(&after.lots), expected(left), "{choice:?}");
    // The average cost is the same whichever shares leave: 20 each.
    assert_eq!(
        sold.average_cost,
        Money::from_whole(shares.saturating_mul(20))
    );
    assert_eq!(position.lots_sold(quantity, choice), Some(sold.lots));
}

#[test]
fn a_sale_takes_the_lots_that_it_names() {
    check(
        15,
        &LotChoice::Oldest,
        &[(1, 10, 100), (2, 5, 150)],
        &[(2, 5, 150), (3, 10, 200)],
    );
    check(
        15,
        &LotChoice::HighestCost,
        &[(2, 10, 300), (3, 5, 100)],
        &[(1, 10, 100), (3, 5, 100)],
    );
    check(
        12,
        &chosen(&[(3, "10"), (1, "2")]),
        &[(3, 10, 200), (1, 2, 20)],
        &[(1, 8, 80), (2, 10, 300)],
    );
}

#[test]
fn among_equal_costs_the_older_lot_is_sold() {
    let double = (0..2).fold(Position::default(), |position, day| {
        let (quantity, cost) = (Quantity::from_whole(3), Money::from_whole(10));
        position.after_purchase(quantity, cost, at(day)).unwrap()
    });
    let taken = double.lots_sold(Quantity::from_whole(1), &LotChoice::HighestCost);
    assert_eq!(taken.unwrap().first().unwrap().acquired_at, at(0));
}

#[test]
fn lots_that_are_not_there_are_not_sold() {
    let (position, ten) = (held(), Quantity::from_whole(10));
    for lots in [
        &[(4, "10")][..],
        &[(1, "11")],
        &[(1, "9")],
        &[(1, "5"), (1, "5")],
        &[(1, "0"), (2, "10")],
        &[],
    ] {
        assert_eq!(position.lots_sold(ten, &chosen(lots)), None, "{lots:?}");
    }
    assert_eq!(
        position.lots_sold(Quantity::from_whole(31), &LotChoice::HighestCost),
        None
    );
    assert_eq!(position.shares_bought_at(at(2)), Some(ten));
    assert_eq!(position.shares_bought_at(at(4)), None);
}

#[test]
fn lots_of_one_instant_are_taken_in_their_order() {
    let (two, cost) = (Quantity::from_whole(2), Money::from_whole(8));
    let once = Position::default()
        .after_purchase(two, cost, at(1))
        .unwrap();
    let twice = once.after_purchase(two, cost, at(1)).unwrap();
    assert_eq!(twice.shares_bought_at(at(1)), Some(Quantity::from_whole(4)));
    let taken = twice
        .lots_sold(Quantity::from_whole(3), &chosen(&[(1, "3")]))
        .unwrap();
    let quantities: Vec<_> = taken.iter().map(|lot| lot.quantity).collect();
    assert_eq!(quantities, [two, Quantity::from_whole(1)]);
}
