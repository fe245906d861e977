//! Spreading new money by targets: what lies furthest below its target gets the most, and nothing is
//! sold. So a savings plan buys by targets, or by a strategy.

use super::{Allocation, Holding, TargetPlan};
use crate::{Money, Symbol};

/// How an amount is spread over instruments: in proportion to what each target lacks once the amount is
/// there, rounded down; what rounding leaves over goes to the first. Parts below `least` are left out,
/// and what they would have got goes to the others. `holdings` names also what could be bought; for a
/// category it is the holding that is worth most, of what has a price.
///
/// Empty when no target lacks anything, or nothing can be bought.
#[must_use]
pub fn top_up(
    plan: &TargetPlan,
    holdings: &[Holding],
    amount: Money,
    least: Money,
) -> Vec<(Symbol, Money)> {
    let slices = Allocation::of(plan, holdings, amount).slices;
    let mut wants: Vec<(Symbol, i128)> = Vec::new();
    for (place, slice) in slices.iter().enumerate() {
        let missing =
            i128::from(slice.goal.units()).saturating_sub(i128::from(slice.value.units()));
        let covered = holdings
            .iter()
            .filter(|one| one.price.is_some() && one.target(plan) == Some(place));
        let best = covered.max_by_key(|one| (one.value, std::cmp::Reverse(one.symbol)));
        if let Some(best) = best.filter(|_| missing > 0) {
            wants.push((best.symbol, missing));
        }
    }
    wants.sort_by_key(|(symbol, missing)| (std::cmp::Reverse(*missing), *symbol));
    loop {
        let parts = shared_out(&wants, amount);
        if parts.last().is_none_or(|(_, part)| *part >= least) {
            return parts;
        }
        // The smallest is the last one.
        wants.pop();
    }
}

/// All of the amount, in proportion to what is missing.
fn shared_out(wants: &[(Symbol, i128)], amount: Money) -> Vec<(Symbol, Money)> {
    let all = wants.iter().map(|(_, missing)| *missing);
    let all = all.fold(0_i128, i128::saturating_add).max(1);
    let whole = i128::from(amount.units());
    let mut left = whole;
    let mut parts: Vec<(Symbol, i128)> = wants
        .iter()
        .map(|(symbol, missing)| {
            let part = whole.saturating_mul(*missing).checked_div(all).unwrap_or(0);
            left = left.saturating_sub(part);
            (*symbol, part)
        })
        .collect();
    if let Some((_, first)) = parts.first_mut() {
        *first = first.saturating_add(left);
    }
    let money = |part| Money::from_units(i64::try_from(part).unwrap_or(0));
    let parts = parts.into_iter();
    parts.map(|(symbol, part)| (symbol, money(part))).collect()
}

#[cfg(test)]
mod tests {
    use super::super::{Aim, Target};
    use super::*;
    use crate::{Currency, Price, Quantity};

    fn holding(symbol: &str, category: &str, value: i32, price: Option<i32>) -> Holding {
        Holding {
            symbol: symbol.parse().unwrap(),
            category: category.to_owned(),
            currency: Currency::DOLLAR,
            quantity: Quantity::ZERO,
            sellable: Quantity::ZERO,
            cost_basis: Money::ZERO,
            value: Money::from_whole(value),
            price: price.map(Price::from_whole),
        }
    }

    fn plan(targets: &[(Aim, &str)]) -> TargetPlan {
        let target = |(aim, share): &(Aim, &str)| Target {
            aim: aim.clone(),
            share: share.parse().unwrap(),
        };
        TargetPlan {
            targets: targets.iter().map(target).collect(),
            absolute: "5".parse().unwrap(),
            relative: "25".parse().unwrap(),
            trade_min: Money::from_whole(1),
        }
    }

    fn shown(parts: &[(Symbol, Money)]) -> Vec<String> {
        let each = parts.iter();
        each.map(|(symbol, part)| format!("{symbol} {}", part.units()))
            .collect()
    }

    #[test]
    fn what_lacks_most_gets_most_and_all_of_the_amount_is_spread() {
        let one = |symbol: &str| Aim::Instrument(symbol.parse().unwrap());
        let plan = plan(&[
            (one("AAA"), "50"),
            (one("BBB"), "30"),
            (Aim::Category("Food".into()), "20"),
        ]);
        let holdings = [
            holding("AAA", "Shops", 300, Some(10)),
            holding("BBB", "Shops", 0, Some(20)),
            holding("FFF", "Food", 0, Some(5)),
            holding("EEE", "Food", 50, Some(50)),
            holding("ZZZ", "Energy", 500, Some(1)),
        ];
        let least = Money::from_whole(1);
        // Of 450 the goals are 225, 135 and 90: AAA lacks nothing, BBB 135 and food 40.
        let parts = top_up(&plan, &holdings, Money::from_whole(100), least);
        assert_eq!(
            shown(&parts),
            ["BBB 771429", "EEE 228571"].map(str::to_owned).to_vec()
        );
        let sum: i64 = parts.iter().map(|(_, part)| part.units()).sum();
        assert_eq!(sum, Money::from_whole(100).units());
        // A part that is too small goes to the others.
        let parts = top_up(
            &plan,
            &holdings,
            Money::from_whole(100),
            Money::from_whole(30),
        );
        assert_eq!(shown(&parts), ["BBB 1000000".to_owned()]);
    }

    #[test]
    fn nothing_is_bought_that_has_no_price() {
        let plan = plan(&[(Aim::Category("Food".into()), "100")]);
        let nothing = [holding("FFF", "Food", 0, None)];
        assert!(top_up(&plan, &nothing, Money::from_whole(10), Money::ZERO).is_empty());
        assert!(top_up(&plan, &[], Money::from_whole(10), Money::ZERO).is_empty());
    }
}
