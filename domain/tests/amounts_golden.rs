//! Orders for an amount of money, and what is left of it, to the unit.

#![allow(
    clippy::arithmetic_side_effects,
    clippy::expect_used,
    reason = "a test may stop at what cannot happen"
)]

mod support;

use domain::{GameRules, Money, Quantity, Rejection, Side, Size};
use support::{World, money, order};
#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

#[test]
fn an_amount_buys_what_it_covers_with_the_fee() {
    let mut world = World::with_fees(100, money("0.50"));
    let size = Size::Amount(money("1000"));
    let execution = world
        .trade(&order(1, Side::Buy, size), "7".parse().expect("a price"))
        .expect("filled");
    let spent = execution.fill.cash_change.negated();
    assert_eq!(execution.fill.quantity.to_string(), "141.371985");
    assert_eq!(spent, money("1000"));

    let mut whole = World::new(GameRules {
        fractional: false,
        ..GameRules::open_league()
    });
    let execution = whole
        .trade(&order(1, Side::Buy, size), "7".parse().expect("a price"))
        .expect("filled");
    assert_eq!(execution.fill.quantity, Quantity::from_whole(142));
}

#[test]
fn an_order_for_exactly_the_least_amount_is_taken() {
    for price in ["3", "33.3333", "7.77", "182.4017"] {
        let mut world = World::new(GameRules::open_league());
        let price = price.parse().expect("a price");
        let buy = order(1, Side::Buy, Size::Amount(money("1")));
        world.trade(&buy, price).expect("1.00 is the least");
        world.buy("10", "3").expect("filled");
        let sell = order(2, Side::Sell, Size::Amount(money("1")));
        world.trade(&sell, price).expect("1.00 is the least");
        let less = order(3, Side::Buy, Size::Amount(money("0.9999")));
        let minimum = money("1");
        assert_eq!(
            world.trade(&less, price),
            Err(Rejection::TooSmall { minimum })
        );
    }
}

#[test]
fn an_amount_that_comes_to_nothing_says_why() {
    let whole = GameRules {
        fractional: false,
        fees: domain::Fees {
            basis_points: 100,
            fixed: money("5"),
        },
        ..GameRules::open_league()
    };
    let mut world = World::new(whole);
    let price = "100".parse().expect("a price");
    let mut refused = |side, amount| {
        let order = order(1, side, Size::Amount(money(amount)));
        world.trade(&order, price).expect_err("nothing is traded")
    };
    let one = Quantity::from_whole(1);
    assert_eq!(
        refused(Side::Buy, "105.9999"),
        Rejection::BelowOneShare {
            amount: money("105.9999"),
            needed: money("106"),
            quantity: one,
        }
    );
    assert_eq!(
        refused(Side::Sell, "99.99"),
        Rejection::BelowOneShare {
            amount: money("99.99"),
            needed: money("100"),
            quantity: one,
        }
    );
    assert_eq!(
        refused(Side::Buy, "5"),
        Rejection::AmountBelowFee {
            amount: money("5"),
            fee: money("5"),
        }
    );
    let enough = order(1, Side::Buy, Size::Amount(money("106")));
    let execution = world.trade(&enough, price).expect("enough for one");
    assert_eq!(execution.fill.quantity, one);

    let mut open = World::new(GameRules::open_league());
    let dear = "2000000".parse().expect("a price");
    let order = order(1, Side::Buy, Size::Amount(money("1.5")));
    assert_eq!(
        open.trade(&order, dear),
        Err(Rejection::BelowOneShare {
            amount: money("1.5"),
            needed: money("2"),
            quantity: Quantity::from_units(1),
        })
    );
}

#[test]
fn a_hundred_dollars_of_shares_are_worth_what_they_cost() {
    for price in ["3", "33.3333", "7.77", "182.4017"] {
        let mut world = World::new(GameRules::open_league());
        let price = price.parse().expect("a price");
        let buy = order(1, Side::Buy, Size::Amount(money("100")));
        world.trade(&buy, price).expect("filled");
        let position = &world.position;
        assert_eq!(position.value(price), Some(position.cost_basis));
        assert_eq!(position.unrealized_profit(price), Some(Money::ZERO));
    }
}

#[test]
fn a_loss_that_the_market_made_is_shown() {
    let mut world = World::new(GameRules::open_league());
    world.buy("10", "33.3333").expect("filled");
    let lower = "33.3332".parse().expect("a price");
    assert_eq!(
        world.position.unrealized_profit(lower),
        Some(money("-0.001"))
    );
}

#[test]
fn a_sale_of_everything_may_be_small() {
    let mut world = World::new(GameRules::open_league());
    world.buy("1", "100").expect("filled");
    assert!(world.sell("1", "0.01").is_ok());
}
