//! Trading and levels, to the unit: the same figures natively and in WebAssembly.

#![allow(
    clippy::arithmetic_side_effects,
    clippy::expect_used,
    reason = "a test may stop at what cannot happen"
)]

mod support;

use std::fmt::Write as _;

use domain::{
    Closed, GameRules, Money, Order, PriceGuard, Progress, Quantity, Rejection, Side, Size,
    Timestamp,
};
use sha2::{Digest, Sha256};
use support::{NOON, Numbers, World, key, money, symbol};
#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

#[test]
fn a_purchase_takes_cash_and_adds_cost_fee_included() {
    let mut world = World::with_fees(25, money("1.50"));
    let execution = world.buy("3.5", "33.3333").expect("filled");
    // 3.5 × 33.3333 = 116.66655 → 116.6666; 25 bp of it = 0.29166650 → 0.2917; + 1.50
    assert_eq!(execution.fill.value, money("116.6666"));
    assert_eq!(execution.fill.fee, money("1.7917"));
    assert_eq!(world.account.cash, money("9881.5417"));
    assert_eq!(world.position.cost_basis, money("118.4583"));
    assert_eq!(
        world.position.average_cost().expect("shares").to_string(),
        "33.8452"
    );
}

#[test]
fn a_sale_realizes_profit_against_cost_basis() {
    let mut world = World::new(GameRules::open_league());
    world.buy("10", "100").expect("filled");
    world.buy("10", "110").expect("filled");
    let sale = world.sell("15", "120").expect("filled");
    // Average cost 105; first in, first out 10 at 100 and 5 at 110.
    assert_eq!(sale.fill.realized_profit, money("225"));
    assert_eq!(sale.fill.lot_profit, money("250"));
    assert_eq!(world.account.cash, money("9700"));
    assert_eq!(world.position.cost_basis, money("525"));
    assert_eq!(world.position.lots.len(), 1);
    assert_eq!(
        world
            .position
            .lots
            .first()
            .map(|lot| (lot.quantity, lot.cost)),
        Some((Quantity::from_whole(5), money("550")))
    );
    let rest = world.sell("5", "90").expect("filled");
    assert_eq!(rest.fill.realized_profit, money("-75"));
    assert_eq!(world.account.realized_profit, money("150"));
    assert_eq!(
        (world.position.quantity, world.position.cost_basis),
        (Quantity::ZERO, Money::ZERO)
    );
    assert_eq!(world.account.positions_held, 0);
    assert_eq!(
        world
            .position
            .unrealized_percent("50".parse().expect("a price")),
        None
    );
    world
        .buy("1", "100")
        .expect("buying again after selling all works");
    assert_eq!(world.account.positions_held, 1);
}

#[test]
fn a_rejection_says_why_with_the_numbers() {
    let check = |mut world: World, side, size, guard, expected: Rejection| {
        let before = world.clone();
        let order = Order::new(key(1), symbol(), side, size, guard, None).expect("an order");
        assert_eq!(
            world.trade(&order, "100".parse().expect("a price")),
            Err(expected)
        );
        assert_eq!(world, before, "a rejection changes nothing");
    };
    let open = || World::new(GameRules::open_league());
    let shares = |text: &str| Size::Quantity(text.parse().expect("a quantity"));
    check(
        open(),
        Side::Buy,
        shares("100.01"),
        None,
        Rejection::InsufficientCash {
            needed: money("10001"),
            available: money("10000"),
        },
    );
    check(
        open(),
        Side::Sell,
        shares("1"),
        None,
        Rejection::InsufficientQuantity {
            needed: Quantity::from_whole(1),
            available: Quantity::ZERO,
        },
    );
    check(
        open(),
        Side::Buy,
        shares("0.000001"),
        None,
        Rejection::TooSmall {
            minimum: money("1"),
        },
    );
    check(
        open(),
        Side::Buy,
        Size::Amount(money("0.0001")),
        None,
        Rejection::TooSmall {
            minimum: money("1"),
        },
    );
    check(
        open(),
        Side::Buy,
        shares("9223372036854.775807"),
        None,
        Rejection::TooLarge {
            maximum: money("1000000000"),
        },
    );
    let guard = PriceGuard {
        expected: "99".parse().expect("a price"),
        tolerance_bps: 100,
    };
    check(
        open(),
        Side::Buy,
        shares("1"),
        Some(guard),
        Rejection::PriceMoved {
            expected: guard.expected,
            actual: "100".parse().expect("a price"),
            tolerance_bps: 100,
        },
    );
    let whole = GameRules {
        fractional: false,
        ..GameRules::open_league()
    };
    check(
        World::new(whole),
        Side::Buy,
        shares("1.5"),
        None,
        Rejection::WholeSharesOnly {
            quantity: "1.5".parse().expect("a quantity"),
        },
    );
    let at = |seconds| Some(Timestamp::from_seconds(seconds));
    let closed = [
        (
            GameRules {
                opens_at: at(NOON + 1),
                ..GameRules::open_league()
            },
            Closed::NotYetOpen {
                opens_at: Timestamp::from_seconds(NOON + 1),
            },
        ),
        (
            GameRules {
                closes_at: at(NOON),
                ..GameRules::open_league()
            },
            Closed::Over {
                closed_at: Timestamp::from_seconds(NOON),
            },
        ),
        (
            GameRules {
                frozen: true,
                ..GameRules::open_league()
            },
            Closed::Frozen,
        ),
    ];
    for (game, closed) in closed {
        check(
            World::new(game),
            Side::Buy,
            shares("1"),
            None,
            Rejection::GameNotOpen { closed },
        );
    }
}

#[test]
fn a_better_price_than_expected_is_taken() {
    for (side, expected) in [(Side::Buy, "101"), (Side::Sell, "99")] {
        let mut world = World::new(GameRules::open_league());
        world.buy("1", "100").expect("filled");
        let guard = PriceGuard {
            expected: expected.parse().expect("a price"),
            tolerance_bps: 0,
        };
        let size = Size::Quantity(Quantity::from_whole(1));
        let order = Order::new(key(2), symbol(), side, size, Some(guard), None).expect("an order");
        assert!(
            world.trade(&order, "100".parse().expect("a price")).is_ok(),
            "{side:?}"
        );
    }
}

#[test]
fn a_position_with_many_purchases_stays_bounded_and_exact() {
    let mut world = World::with_fees(7, money("0.01"));
    for _ in 0..250 {
        world.now = world.now.plus_seconds(1);
        world.buy("0.1", "33.3333").expect("filled");
    }
    assert_eq!(world.position.lots.len(), domain::Position::LOTS_MAX);
    let lots = world.position.lots.iter();
    let (shares, cost) = lots.fold((Quantity::ZERO, Money::ZERO), |(shares, cost), lot| {
        (
            shares.checked_add(lot.quantity).expect("small"),
            cost.checked_add(lot.cost).expect("small"),
        )
    });
    assert_eq!(
        (shares, cost),
        (world.position.quantity, world.position.cost_basis)
    );
}

/// Ten thousand orders of every size at wild prices, reduced to one hash. It changes only when
/// the rules do: then look at why, and at every place that says what a trade does.
#[test]
fn ten_thousand_orders_end_the_same_everywhere() {
    let mut numbers = Numbers(20_261_121);
    let mut world = World::with_fees(15, money("0.05"));
    let mut hasher = Sha256::new();
    let mut filled = 0;
    for number in 0..10_000 {
        world.now = world
            .now
            .plus_seconds(i64::try_from(numbers.below(5_000)).expect("small"));
        let (order, price) = (numbers.order(number), numbers.price());
        let mut line = String::new();
        match world.trade(&order, price) {
            Ok(execution) => {
                filled += 1;
                let fill = execution.fill;
                let amounts = (
                    fill.value,
                    fill.fee,
                    fill.cash_change,
                    fill.cost_basis_change,
                );
                let profits = (fill.realized_profit, fill.lot_profit);
                let traded = (fill.side, fill.quantity, fill.price, fill.xp, fill.at);
                write!(line, "{traded:?}{amounts:?}{profits:?}").expect("memory");
            }
            Err(rejection) => write!(line, "{rejection:?}").expect("memory"),
        }
        hasher.update(line);
    }
    let hash = hex::encode(&hasher.finalize()[..8]);
    assert_eq!(
        (
            filled,
            hash.as_str(),
            world.account.cash.to_string().as_str(),
            world.xp
        ),
        (5_032, "08da813b3fcfd5d4", "505851134.0076", 1_061)
    );
}

#[test]
fn levels_are_exact_to_the_last_one() {
    let check = |xp, level, into, needed| {
        assert_eq!(
            Progress::of(xp),
            Progress {
                level,
                xp_into_level: into,
                xp_for_next_level: needed
            },
            "{xp} XP"
        );
    };
    check(0, 1, 0, 1_000);
    check(15_937, 11, 3, 2_593);
    check(1_000_000, 49, 39_850, 97_017);
    check(
        i64::MAX,
        362,
        458_222_249_863_783_347,
        876_514_978_699_100_264,
    );
}
