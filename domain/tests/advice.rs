//! Targets, drift and rebalancing, as a player sees them.

#![cfg(not(target_arch = "wasm32"))]
#![allow(
    clippy::arithmetic_side_effects,
    clippy::unwrap_used,
    reason = "a test may stop at what cannot happen"
)]

use domain::advice::{
    Aim, Allocation, Holding, PlanError, Portfolio, Proposal, Target, TargetPlan, rebalance,
};
use domain::{Fees, GameRules, Money, Percent, Price, Quantity, Side};
use proptest::prelude::*;

fn target(name: &str, share: &str) -> Target {
    let aim = match name.parse() {
        Ok(symbol) => Aim::Instrument(symbol),
        Err(_) => Aim::Category(name.to_owned()),
    };
    Target {
        aim,
        share: share.parse().unwrap(),
    }
}

fn holding(symbol: &str, shares: &str, price: &str) -> Holding {
    let (quantity, price): (Quantity, Price) = (shares.parse().unwrap(), price.parse().unwrap());
    Holding {
        symbol: symbol.parse().unwrap(),
        category: "Things".to_owned(),
        currency: domain::Currency::DOLLAR,
        quantity,
        sellable: quantity,
        cost_basis: price.cost_of(quantity).unwrap(),
        value: price.value_of(quantity).unwrap(),
        price: Some(price),
    }
}

fn propose(
    plan: &TargetPlan,
    holdings: &[Holding],
    cash: i32,
    rules: &GameRules,
    may_sell: bool,
) -> Proposal {
    let portfolio = Portfolio {
        holdings,
        free_cash: Money::from_whole(cash),
        realized_profit: Money::ZERO,
        rules,
    };
    rebalance(plan, portfolio, may_sell)
}

fn orders(proposal: &Proposal) -> Vec<String> {
    let orders = proposal.orders.iter();
    orders
        .map(|order| {
            format!(
                "{} {} {}",
                order.side.as_str(),
                order.quantity,
                order.symbol
            )
        })
        .collect()
}

#[test]
fn new_cash_buys_what_is_short_before_anything_is_sold() {
    let plan = TargetPlan::new(vec![target("AAA", "50"), target("BBB", "50")]);
    let holdings = [holding("AAA", "60", "10"), holding("BBB", "40", "10")];
    let proposal = propose(&plan, &holdings, 200, &GameRules::open_league(), true);
    assert_eq!(orders(&proposal), ["buy 20 BBB"]);
    assert_eq!(
        proposal.orders[0].reason,
        "BBB is only 33.33% of your plan, and you want 50.00%. Your cash pays for it, so nothing has to be sold."
    );
    assert!(!proposal.after.is_beyond());
}

#[test]
fn without_cash_the_excess_is_sold_and_pays_for_what_is_short() {
    let plan = TargetPlan::new(vec![target("AAA", "50"), target("BBB", "50")]);
    let holdings = [holding("AAA", "80", "10"), holding("BBB", "20", "10")];
    let rules = GameRules::open_league();
    let proposal = propose(&plan, &holdings, 0, &rules, true);
    assert_eq!(orders(&proposal), ["sell 30 AAA", "buy 30 BBB"]);
    let only_buying = propose(&plan, &holdings, 0, &rules, false);
    assert!(only_buying.orders.is_empty());
    assert_eq!(only_buying.notes.len(), 1, "{:?}", only_buying.notes);
}

#[test]
fn within_its_thresholds_nothing_is_sold() {
    let plan = TargetPlan::new(vec![target("AAA", "50"), target("BBB", "50")]);
    let holdings = [holding("AAA", "54", "10"), holding("BBB", "46", "10")];
    let proposal = propose(&plan, &holdings, 0, &GameRules::open_league(), true);
    assert!(proposal.orders.is_empty(), "{:?}", proposal.orders);
}

#[test]
fn a_target_of_zero_sells_everything_and_what_is_not_in_the_plan_stays() {
    let plan = TargetPlan::new(vec![target("AAA", "0"), target("BBB", "100")]);
    let holdings = [
        holding("AAA", "2.5", "100"),
        holding("BBB", "1", "50"),
        holding("CCC", "9", "1000"),
    ];
    let proposal = propose(&plan, &holdings, 0, &GameRules::open_league(), true);
    assert_eq!(orders(&proposal), ["sell 2.5 AAA", "buy 5 BBB"]);
    assert_eq!(proposal.before.outside, Money::from_whole(9_000));
}

#[test]
fn trades_below_the_smallest_are_left_out() {
    let mut plan = TargetPlan::new(vec![target("AAA", "50"), target("BBB", "50")]);
    plan.trade_min = Money::from_whole(500);
    let holdings = [holding("AAA", "80", "10"), holding("BBB", "20", "10")];
    let proposal = propose(&plan, &holdings, 0, &GameRules::open_league(), true);
    assert!(proposal.orders.is_empty(), "{:?}", proposal.orders);
}

#[test]
fn a_category_is_bought_where_it_is_held() {
    let plan = TargetPlan::new(vec![target("Things with wheels", "60")]);
    let mut bike = holding("BIKE", "10", "10");
    bike.category = "Things with wheels".to_owned();
    let mut cart = holding("CART", "30", "10");
    cart.category.clone_from(&bike.category);
    let proposal = propose(&plan, &[bike, cart], 600, &GameRules::open_league(), true);
    assert_eq!(orders(&proposal), ["buy 5 BIKE", "buy 15 CART"]);
    assert_eq!(proposal.after.cash.share, "40".parse().unwrap());
}

#[test]
fn the_smaller_threshold_counts() {
    let plan = TargetPlan::new(vec![target("AAA", "50"), target("BBB", "8")]);
    let band = |share: &str| plan.band(share.parse().unwrap()).to_string();
    assert_eq!((band("50"), band("8")), ("5.00".into(), "2.00".into()));
    let holdings = [holding("AAA", "50", "10"), holding("BBB", "11", "10")];
    let allocation = Allocation::of(&plan, &holdings, Money::from_whole(390));
    let beyond: Vec<_> = allocation
        .slices
        .iter()
        .map(|slice| slice.is_beyond)
        .collect();
    assert_eq!(beyond, [false, true]);
    assert_eq!(allocation.slices[1].drift.to_string(), "3.00");
}

#[test]
fn a_plan_that_cannot_be_followed_is_refused() {
    let check = |targets: Vec<Target>, error| {
        assert_eq!(TargetPlan::new(targets).check(), Err(error));
    };
    check(vec![], PlanError::Empty);
    check(
        vec![target("AAA", "50"), target("AAA", "10")],
        PlanError::Twice,
    );
    check(vec![target("AAA", "-1")], PlanError::Share);
    check(
        vec![target("AAA", "60"), target("BBB", "60")],
        PlanError::Sum(Percent::from_basis_points(12_000)),
    );
    check(vec![target("AAA", "1"); 101], PlanError::TooMany);
    assert_eq!(TargetPlan::new(vec![target("AAA", "50")]).check(), Ok(()));
}

#[test]
fn a_thousand_holdings_are_rebalanced() {
    let targets = (0..100).map(|n| target(&format!("S{n}"), "1")).collect();
    let plan = TargetPlan::new(targets);
    let holdings: Vec<_> = (0..1_000)
        .map(|n| {
            holding(
                &format!("S{n}"),
                &format!("{}", n % 7),
                &format!("{}", 5 + n % 90),
            )
        })
        .collect();
    let proposal = propose(&plan, &holdings, 100_000, &GameRules::open_league(), true);
    assert!(proposal.orders.len() > 50);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(500))]

    #[test]
    fn orders_never_cost_more_than_there_is_and_never_sell_more_than_is_held(
        held in prop::collection::vec((0_i32..200, 1_i64..3_000_000, 0_i64..40), 1..9),
        cash in 0_i64..2_000_000_000, basis_points in 0_u32..100, fixed in 0_i64..50_000,
        may_sell in any::<bool>()
    ) {
        let mut sum = 0;
        let mut targets = Vec::new();
        let mut holdings = Vec::new();
        for (n, (shares, price, share)) in held.into_iter().enumerate() {
            let name = format!("S{n}");
            let share = share.min(100 - sum);
            sum += share;
            targets.push(target(&name, &share.to_string()));
            holdings.push(holding(&name, &shares.to_string(), &Price::from_units(price).to_string()));
        }
        let fees = Fees { basis_points, fixed: Money::from_units(fixed) };
        let rules = GameRules { fees, ..GameRules::open_league() };
        let plan = TargetPlan::new(targets);
        let free_cash = Money::from_units(cash);
        let portfolio = Portfolio { holdings: &holdings, free_cash, realized_profit: Money::ZERO, rules: &rules };
        let proposal = rebalance(&plan, portfolio, may_sell);
        let mut left = cash;
        for order in &proposal.orders {
            let held = holdings.iter().find(|holding| holding.symbol == order.symbol).unwrap();
            match order.side {
                Side::Buy => left -= order.value.units() + order.fee.units(),
                Side::Sell => {
                    prop_assert!(order.quantity <= held.sellable && may_sell);
                    left += order.value.units() - order.fee.units();
                }
            }
            prop_assert!(left >= 0, "after {:?}", order);
            prop_assert!(order.quantity.is_whole());
        }
        prop_assert_eq!(proposal.after.cash.value, Money::from_units(left));
    }
}
