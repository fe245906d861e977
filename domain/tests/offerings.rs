//! Dividing an offering, against a model that draws share by share.
#![cfg(not(target_arch = "wasm32"))]
#![allow(
    clippy::arithmetic_side_effects,
    clippy::unwrap_used,
    reason = "a test may stop at what cannot happen"
)]

use std::collections::BTreeMap;

use domain::offering::{
    AllocationRule, Ask, Demand, Draw, DrawError, DrawnInvestment, InvestmentError, OfferingTerms,
    PriceRange, allocate, draw_place, preview, seed_digest,
};
use domain::{PlayerId, SplitRatio, Timestamp};
use proptest::prelude::*;

fn terms(rule: AllocationRule) -> OfferingTerms {
    OfferingTerms {
        price: "12.5".parse().unwrap(),
        range: None,
        shares: 100,
        minimum: 2,
        maximum: 40,
        rule,
        opens_at: Timestamp::from_seconds(100),
        closes_at: Timestamp::from_seconds(200),
    }
}

/// Gives shares away one at a time: in turn as asked for, or first all that everybody is sure of and
/// then one to each in the order of the draw.
fn model(rule: AllocationRule, available: u32, maximum: u32, seed: u64, asks: &[Ask]) -> Vec<u32> {
    let mut of_player: BTreeMap<PlayerId, u32> = BTreeMap::new();
    let mut wanted = Vec::new();
    for ask in asks {
        let mut shares = 0;
        while shares < ask.shares && of_player.get(&ask.player).copied().unwrap_or(0) < maximum {
            *of_player.entry(ask.player).or_default() += 1;
            shares += 1;
        }
        wanted.push(shares);
    }
    let demand: u64 = wanted.iter().map(|shares| u64::from(*shares)).sum();
    let mut got = vec![0; asks.len()];
    let mut left = available;
    if rule == AllocationRule::FirstCome || demand <= u64::from(available) {
        for (got, wanted) in got.iter_mut().zip(&wanted) {
            while *got < *wanted && left > 0 {
                *got += 1;
                left -= 1;
            }
        }
        return got;
    }
    for (got, wanted) in got.iter_mut().zip(&wanted) {
        // The largest number that is not above the fair fraction.
        while u128::from(*got + 1) * u128::from(demand)
            <= u128::from(*wanted) * u128::from(available)
        {
            *got += 1;
            left -= 1;
        }
    }
    let mut order: Vec<usize> = (0..asks.len()).filter(|n| wanted[*n] > 0).collect();
    order.sort_by_key(|n| draw_place(seed, asks[*n].investment));
    for n in order {
        if left > 0 {
            got[n] += 1;
            left -= 1;
        }
    }
    got
}

proptest! {
    #[test]
    fn shares_are_divided_as_the_model_does_and_never_oversold(
        pro_rata: bool,
        available in 0_u32..300,
        maximum in 1_u32..80,
        seed: u64,
        asked in proptest::collection::vec((1_i64..12, 0_u32..60), 0..30),
    ) {
        let rule = if pro_rata { AllocationRule::ProRata } else { AllocationRule::FirstCome };
        let asks: Vec<Ask> = asked
            .iter()
            .zip(1..)
            .map(|((player, shares), investment)| Ask {
                investment,
                player: PlayerId(*player),
                shares: *shares,
            })
            .collect();
        let got = allocate(rule, available, maximum, seed, &asks);
        prop_assert_eq!(&got, &model(rule, available, maximum, seed, &asks));
        prop_assert!(got.iter().sum::<u32>() <= available, "shares are oversold");
        prop_assert!(got.iter().zip(&asks).all(|(got, ask)| *got <= ask.shares));
        let mut each: BTreeMap<PlayerId, u32> = BTreeMap::new();
        for (got, ask) in got.iter().zip(&asks) {
            *each.entry(ask.player).or_default() += got;
        }
        prop_assert!(each.values().all(|shares| *shares <= maximum));
    }

    #[test]
    fn the_draw_depends_on_seed_and_number_and_not_on_the_order_of_asking(
        seed: u64, shares in 1_u32..9, count in 2_usize..12, available in 1_u32..9,
    ) {
        let asks: Vec<Ask> = (1..).take(count).map(|investment| Ask {
            investment, player: PlayerId(investment), shares,
        }).collect();
        let mut turned = asks.clone();
        turned.reverse();
        let forth = allocate(AllocationRule::ProRata, available, 100, seed, &asks);
        let mut back = allocate(AllocationRule::ProRata, available, 100, seed, &turned);
        back.reverse();
        prop_assert_eq!(forth, back);
    }
}

#[test]
fn a_known_seed_draws_known_winners() {
    let asks: Vec<Ask> = (1..=8)
        .map(|investment| Ask {
            investment,
            player: PlayerId(investment),
            shares: 5,
        })
        .collect();
    let got = allocate(AllocationRule::ProRata, 3, 5, 42, &asks);
    let winners: Vec<usize> = (1..)
        .zip(&got)
        .filter(|(_, got)| **got > 0)
        .map(|(n, _)| n)
        .collect();
    let mut expected: Vec<i64> = (1..=8).collect();
    expected.sort_by_key(|n| draw_place(42, *n));
    let mut expected: Vec<usize> = expected[..3]
        .iter()
        .map(|n| usize::try_from(*n).unwrap())
        .collect();
    expected.sort_unstable();
    assert_eq!(winners, expected);
    assert_eq!(seed_digest(42).len(), 64);
    assert_ne!(seed_digest(42), seed_digest(43));
}

#[test]
fn an_investment_keeps_to_the_window_and_the_limits() {
    let terms = terms(AllocationRule::FirstCome);
    let at = Timestamp::from_seconds;
    let check = |shares, asked, granted, seconds| terms.check(shares, asked, granted, at(seconds));
    assert_eq!(check(4, 0, 0, 150), Ok("50".parse().unwrap()));
    assert_eq!(check(4, 0, 0, 99), Err(InvestmentError::NotOpenYet));
    assert_eq!(check(4, 0, 0, 200), Err(InvestmentError::Closed));
    assert_eq!(check(4, 0, 100, 150), Err(InvestmentError::SoldOut));
    assert_eq!(
        check(1, 0, 0, 150),
        Err(InvestmentError::BelowMinimum { minimum: 2 })
    );
    let above = InvestmentError::AboveMaximum {
        maximum: 40,
        asked: 30,
    };
    assert_eq!(check(11, 30, 0, 150), Err(above));
    assert!(above.to_string().contains("at most 10 more"));
    assert!(check(10, 30, 0, 150).is_ok());
}

#[test]
fn a_preview_tells_three_outcomes() {
    let others = Demand {
        granted: 0,
        sizes: vec![(20, 7), (10, 2)],
    };
    let shown = preview(&terms(AllocationRule::ProRata), 40, &others).unwrap();
    assert_eq!(shown.reserved, "500".parse().unwrap());
    assert_eq!(shown.undersold.shares, 40);
    // 40 of 200 shares asked for, of 100 there are.
    assert_eq!((shown.now.shares, shown.now.one_more_bps), (20, 0));
    // 40 × 100 / 360 is 11 and a bit. Seven get 5, two get 2, and one of 160 gets 44: 6 shares are
    // drawn among 11.
    assert_eq!(shown.oversubscribed.shares, 11);
    assert_eq!(shown.oversubscribed.one_more_bps, 5_454);
    let first = preview(&terms(AllocationRule::FirstCome), 40, &others).unwrap();
    assert_eq!(first.now.shares, 0);
}

#[test]
fn a_draw_that_was_changed_is_found_out() {
    let seed = 7;
    let asks: Vec<Ask> = (1..=5)
        .map(|number| Ask {
            investment: number,
            player: PlayerId(number),
            shares: 30,
        })
        .collect();
    let granted = allocate(AllocationRule::ProRata, 100, 40, seed, &asks);
    let range = PriceRange {
        low: "10".parse().unwrap(),
        high: "14".parse().unwrap(),
    };
    let draw = Draw {
        seed_digest: seed_digest(seed),
        seed: seed.to_string(),
        shares: 100,
        maximum: 40,
        price: "12".parse().unwrap(),
        range: Some(range),
        investments: (asks.iter().zip(&granted))
            .map(|(ask, granted)| DrawnInvestment {
                id: ask.investment.to_string(),
                player: u32::try_from(ask.player.0).unwrap(),
                asked: ask.shares,
                granted: *granted,
            })
            .collect(),
    };
    assert_eq!(draw.check(), Ok(()));
    let changed = |change: &dyn Fn(&mut Draw)| {
        let mut changed = draw.clone();
        change(&mut changed);
        changed.check().unwrap_err()
    };
    let other_seed = changed(&|draw| draw.seed = "8".into());
    assert_eq!(other_seed, DrawError::Seed);
    let dearer = changed(&|draw| draw.price = range.high);
    assert_eq!(dearer, DrawError::Price(draw.price));
    let favoured = changed(&|draw| draw.investments[2].granted += 1);
    assert!(matches!(favoured, DrawError::Investment { .. }));
    let unread = changed(&|draw| draw.investments[0].id = "x".into());
    assert_eq!(unread, DrawError::Number("x".into()));
}

#[test]
fn a_split_makes_more_and_cheaper_shares_and_never_a_dearer_offering() {
    let terms = OfferingTerms {
        price: "10.01".parse().unwrap(),
        range: None,
        shares: 500,
        minimum: 2,
        maximum: 50,
        rule: AllocationRule::FirstCome,
        opens_at: Timestamp::from_seconds(0),
        closes_at: Timestamp::from_seconds(60),
    };
    let split = |new, old| terms.split(SplitRatio { new, old });
    let (after, factor) = split(3, 1).unwrap();
    assert_eq!(
        (factor, after.shares, after.minimum, after.maximum),
        (3, 1_500, 6, 150)
    );
    assert_eq!(after.price.units(), 33_366);
    assert!(after.cost_of(21).unwrap() <= terms.cost_of(7).unwrap());
    assert_eq!(split(4, 2).unwrap().1, 2);
    assert_eq!(split(1, 1).unwrap().0, terms);
    let found_by_demand = OfferingTerms {
        range: Some(PriceRange {
            low: "8".parse().unwrap(),
            high: terms.price,
        }),
        ..terms
    };
    let halved = found_by_demand
        .split(SplitRatio { new: 2, old: 1 })
        .unwrap()
        .0;
    let range = halved.range.unwrap();
    assert_eq!(
        (range.low, range.high),
        ("4".parse().unwrap(), halved.price)
    );
    for (new, old) in [(1, 10), (3, 2), (0, 1), (1, 0), (3_000_000, 1)] {
        assert_eq!(split(new, old), None, "{new}:{old}");
    }
}
