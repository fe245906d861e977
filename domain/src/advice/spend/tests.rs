//! Compares the search with brute force.
#![allow(
    clippy::arithmetic_side_effects,
    clippy::indexing_slicing,
    reason = "a test may stop at what cannot happen"
)]

use proptest::prelude::*;

use super::*;

fn left(wants: &[Want], counts: &[i64]) -> i128 {
    let lefts = wants.iter().zip(counts);
    lefts.map(|(want, count)| want.left(*count)).sum()
}

/// The smallest distance that any allowed purchase leaves.
fn brute_force(wants: &[Want], budget: i64, fees: Fees) -> i128 {
    let Some((want, rest)) = wants.split_first() else {
        return 0;
    };
    let counts = (0..=want.most).filter(|count| want.allows(*count));
    let fitting = counts.filter(|count| want.cost(*count, fees) <= budget);
    let lefts = fitting
        .map(|count| want.left(count) + brute_force(rest, budget - want.cost(count, fees), fees));
    lefts.min().unwrap_or(i128::MAX)
}

/// Up to six wants of at most five shares each.
fn any_wants() -> impl Strategy<Value = Vec<Want>> {
    let want = (1_i64..400_000, 0_i64..550, 0_i64..300).prop_map(|(price, part, least)| {
        let gap = price * part / 100;
        Want::new(gap, price, price * least / 100, i64::MAX)
    });
    prop::collection::vec(want, 0..=6)
}

fn any_fees() -> impl Strategy<Value = Fees> {
    (0_u32..200, 0_i64..5_000).prop_map(|(basis_points, fixed)| Fees {
        basis_points,
        fixed: Money::from_units(fixed),
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1_000))]

    #[test]
    fn up_to_six_purchases_are_as_good_as_trying_them_all(
        wants in any_wants(), percent in 0_i64..150, fees in any_fees()
    ) {
        let all: i64 = wants.iter().map(|want| want.gap).sum();
        let budget = all / 100 * percent;
        let counts = spend(&wants, budget, fees);
        prop_assert!(total(&wants, &counts, fees) <= budget);
        for (want, count) in wants.iter().zip(&counts) {
            prop_assert!(want.allows(*count));
        }
        prop_assert_eq!(left(&wants, &counts), brute_force(&wants, budget, fees));
    }

    #[test]
    fn many_purchases_stay_within_the_budget(
        gaps in prop::collection::vec((0_i64..50_000_000, 1_i64..9_000_000), 0..60),
        budget in 0_i64..900_000_000, fees in any_fees()
    ) {
        let wants: Vec<Want> = gaps
            .into_iter()
            .map(|(gap, price)| Want::new(gap, price, 100_000, i64::MAX))
            .collect();
        let counts = spend(&wants, budget, fees);
        prop_assert!(total(&wants, &counts, fees) <= budget);
        for (want, count) in wants.iter().zip(&counts) {
            prop_assert!(want.allows(*count));
            let one_more = want.above(*count).map(|next| want.cost(next, fees) - want.cost(*count, fees));
            let left = budget - total(&wants, &counts, fees);
            prop_assert!(one_more.is_none_or(|cost| cost > left), "money is left for one more");
        }
    }
}

#[test]
fn of_two_equally_near_counts_the_smaller_one_is_bought() {
    assert_eq!(nearest(150, 100), 1);
    assert_eq!(nearest(151, 100), 2);
    assert_eq!(nearest(-5, 100), 0);
}

#[test]
fn a_thousand_wants_are_answered_by_the_same_rules() {
    let wants: Vec<Want> = (1..=1_000)
        .map(|n| Want::new(n * 7_919, 10_000 + n, 10_000, i64::MAX))
        .collect();
    let counts = spend(&wants, 500_000_000, Fees::NONE);
    let spent = total(&wants, &counts, Fees::NONE);
    assert!((490_000_000..=500_000_000).contains(&spent), "{spent}");
}
