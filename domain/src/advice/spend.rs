//! The heart of the rebalancer: which whole shares to buy with a budget so that every holding comes as
//! close to its goal as it can.
//!
//! It minimizes the sum of squared distances to the goals. With a budget this is a knapsack, so an
//! exact answer takes a search: a few holdings are searched exhaustively. With many, the first step
//! finds the level at which all shortfalls are equal; then single shares are added, and finally
//! pairs are exchanged.

use crate::{Fees, Money};

/// How much of one instrument could be bought. Amounts are in units of [`Money`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Want {
    /// How far below its goal the holding is; above zero.
    gap: i64,
    /// What a share costs; above zero.
    price: i64,
    /// The fewest shares that are worth an order.
    least: i64,
    /// The most shares that bring it closer; zero when none do.
    most: i64,
    /// What changing the money for it costs, in basis points.
    conversion_bps: u32,
}

/// The most instruments to search exhaustively.
const EXACT_MAX: usize = 8;
/// The most steps of that search, after which the best answer so far is used.
const STEPS_MAX: u32 = 300_000;
/// The most pairs to try exchanging.
const PAIRS_MAX: usize = 40_000;

impl Want {
    /// The want of a holding that is `gap` below its goal. `spend_max` is the most that the game allows to
    /// spend on it, and `trade_min` the smallest order.
    pub(super) fn new(gap: i64, price: i64, trade_min: i64, spend_max: i64) -> Self {
        let price = price.max(1);
        let least = trade_min.max(1).saturating_add(price.saturating_sub(1));
        let least = shares_for(least, price);
        // One more share brings it closer while more than half its price is missing.
        let closer = nearest(gap.max(0), price);
        let most = closer.min(shares_for(spend_max.max(0), price));
        Self {
            gap,
            price,
            least,
            most: if most < least { 0 } else { most },
            conversion_bps: 0,
        }
    }

    /// The same, with what changing the money costs.
    pub(super) fn converted_for(self, conversion_bps: u32) -> Self {
        Self {
            conversion_bps,
            ..self
        }
    }

    fn value(&self, count: i64) -> i64 {
        self.price.saturating_mul(count)
    }

    fn cost(&self, count: i64, fees: Fees) -> i64 {
        if count == 0 {
            return 0;
        }
        let value = Money::from_units(self.value(count));
        let fees = Fees {
            basis_points: fees.basis_points.saturating_add(self.conversion_bps),
            ..fees
        };
        let cost = fees.of(value).and_then(|fee| value.checked_add(fee));
        cost.map_or(i64::MAX, Money::units)
    }

    /// The remaining squared distance.
    fn left(&self, count: i64) -> i128 {
        let distance = i128::from(self.gap).saturating_sub(i128::from(self.value(count)));
        distance.saturating_mul(distance)
    }

    fn allows(&self, count: i64) -> bool {
        count == 0 || (self.least..=self.most).contains(&count)
    }

    /// The next allowed number of shares.
    fn above(&self, count: i64) -> Option<i64> {
        let next = count.saturating_add(1).max(self.least);
        (next <= self.most).then_some(next)
    }

    /// The number of shares beyond which one more would lower the distance by no more than `level`.
    fn at_level(&self, level: i64) -> i64 {
        nearest(self.gap.saturating_sub(level), self.price).clamp(0, self.most)
    }
}

/// The most whole shares that an amount can buy.
fn shares_for(amount: i64, price: i64) -> i64 {
    amount.checked_div(price).unwrap_or_default()
}

/// The number of shares worth closest to an amount; the smaller one on a tie.
pub(super) fn nearest(amount: i64, price: i64) -> i64 {
    let doubled = i128::from(amount).saturating_mul(2);
    let price = i128::from(price.max(1));
    let count = doubled
        .saturating_add(price)
        .saturating_sub(1)
        .checked_div_euclid(price.saturating_mul(2))
        .unwrap_or_default();
    i64::try_from(count).unwrap_or(i64::MAX).max(0)
}

/// How many shares of each to buy, for at most `budget` including fees.
pub(super) fn spend(wants: &[Want], budget: i64, fees: Fees) -> Vec<i64> {
    let mut counts = level_off(wants, budget, fees);
    fill_up(wants, &mut counts, budget, fees);
    exchange(wants, &mut counts, budget, fees);
    fill_up(wants, &mut counts, budget, fees);
    top_up(wants, &mut counts, budget, fees);
    let open: Vec<usize> = (0..wants.len())
        .filter(|place| wants.get(*place).is_some_and(|want| want.most > 0))
        .collect();
    if open.len() <= EXACT_MAX {
        search(wants, &open, &mut counts, budget, fees);
    }
    counts
}

fn total(wants: &[Want], counts: &[i64], fees: Fees) -> i64 {
    let costs = wants.iter().zip(counts);
    let costs = costs.map(|(want, count)| want.cost(*count, fees));
    costs.fold(0, i64::saturating_add)
}

/// The purchases that leave the same shortfall everywhere, as low as the budget allows.
fn level_off(wants: &[Want], budget: i64, fees: Fees) -> Vec<i64> {
    let at = |level: i64| -> Vec<i64> {
        let count = |want: &Want| Some(want.at_level(level)).filter(|count| want.allows(*count));
        wants.iter().map(|want| count(want).unwrap_or(0)).collect()
    };
    let fits = |level: i64| total(wants, &at(level), fees) <= budget;
    let mut low = 0_i64;
    let mut high = wants.iter().map(|want| want.gap).max().unwrap_or(0).max(0);
    if fits(low) {
        return at(low);
    }
    // Invariant: `high` fits, `low` does not.
    while high.saturating_sub(low) > 1 {
        let middle = low.midpoint(high);
        if fits(middle) {
            high = middle;
        } else {
            low = middle;
        }
    }
    let counts = at(high);
    if total(wants, &counts, fees) <= budget {
        counts
    } else {
        vec![0; wants.len()]
    }
}

/// Adds shares one by one while they fit, each where it helps most.
fn fill_up(wants: &[Want], counts: &mut [i64], budget: i64, fees: Fees) {
    let mut left = budget.saturating_sub(total(wants, counts, fees));
    for _ in 0..wants.len().saturating_mul(4) {
        let steps = wants.iter().zip(counts.iter()).enumerate();
        let steps = steps.filter_map(|(place, (want, count))| {
            let next = want.above(*count)?;
            let cost = want
                .cost(next, fees)
                .saturating_sub(want.cost(*count, fees));
            let gain = want.left(*count).saturating_sub(want.left(next));
            (cost <= left && gain > 0).then_some((gain, place, next, cost))
        });
        // The first one on a tie, so that the result is deterministic.
        let best = steps.max_by_key(|(gain, place, ..)| (*gain, std::cmp::Reverse(*place)));
        let Some((_, place, next, cost)) = best else {
            return;
        };
        if let Some(count) = counts.get_mut(place) {
            *count = next;
        }
        left = left.saturating_sub(cost);
    }
}

/// Buys what still fits, in the order of the wants: [`fill_up`] takes a bounded number of steps.
fn top_up(wants: &[Want], counts: &mut [i64], budget: i64, fees: Fees) {
    let mut left = budget.saturating_sub(total(wants, counts, fees));
    for (want, count) in wants.iter().zip(counts) {
        let now = want.cost(*count, fees);
        let at_best = count.saturating_add(shares_for(left.max(0), want.price));
        let mut more = at_best.min(want.most);
        // Fees reduce it by a few shares.
        while more > *count && want.cost(more, fees).saturating_sub(now) > left {
            let excess = want
                .cost(more, fees)
                .saturating_sub(now)
                .saturating_sub(left);
            more = more.saturating_sub(shares_for(excess, want.price).max(1));
        }
        if more > *count && want.allows(more) {
            left = left.saturating_sub(want.cost(more, fees).saturating_sub(now));
            *count = more;
        }
    }
}

/// Swaps a share of one for shares of another where that comes closer to the goals.
fn exchange(wants: &[Want], counts: &mut [i64], budget: i64, fees: Fees) {
    let places = wants.len().min(PAIRS_MAX.isqrt());
    let mut left = budget.saturating_sub(total(wants, counts, fees));
    for from in 0..places {
        for to in 0..places {
            let (Some(giver), Some(taker)) = (wants.get(from), wants.get(to)) else {
                continue;
            };
            let (Some(&given), Some(&taken)) = (counts.get(from), counts.get(to)) else {
                continue;
            };
            let fewer = given.saturating_sub(1);
            let (true, Some(more)) = (from != to && given > 0, taker.above(taken)) else {
                continue;
            };
            let fewer = if giver.allows(fewer) { fewer } else { 0 };
            let freed = giver
                .cost(given, fees)
                .saturating_sub(giver.cost(fewer, fees));
            let cost = taker
                .cost(more, fees)
                .saturating_sub(taker.cost(taken, fees));
            let before = giver.left(given).saturating_add(taker.left(taken));
            let after = giver.left(fewer).saturating_add(taker.left(more));
            let rest = left.saturating_add(freed).saturating_sub(cost);
            if rest >= 0 && after < before {
                left = rest;
                for (place, count) in [(from, fewer), (to, more)] {
                    if let Some(slot) = counts.get_mut(place) {
                        *slot = count;
                    }
                }
            }
        }
    }
}

/// Searches everything that could beat `counts`.
struct Search<'a> {
    wants: Vec<&'a Want>,
    fees: Fees,
    best: i128,
    best_counts: Vec<i64>,
    counts: Vec<i64>,
    steps: u32,
}

fn search(wants: &[Want], open: &[usize], counts: &mut [i64], budget: i64, fees: Fees) {
    let mut order: Vec<usize> = open.to_vec();
    // Expensive shares first: cheap ones can use up the remainder.
    order.sort_by_key(|place| std::cmp::Reverse(wants.get(*place).map(|want| want.price)));
    let open_wants: Vec<&Want> = order.iter().filter_map(|place| wants.get(*place)).collect();
    let now: Vec<i64> = order
        .iter()
        .filter_map(|place| counts.get(*place).copied())
        .collect();
    let lefts = open_wants.iter().zip(&now);
    let best = lefts.fold(0_i128, |sum, (want, count)| {
        sum.saturating_add(want.left(*count))
    });
    let mut search = Search {
        counts: vec![0; open_wants.len()],
        wants: open_wants,
        fees,
        best,
        best_counts: now,
        steps: 0,
    };
    search.descend(0, budget, 0);
    for (place, count) in order.iter().zip(&search.best_counts) {
        if let Some(slot) = counts.get_mut(*place) {
            *slot = *count;
        }
    }
}

impl Search<'_> {
    /// Tries the counts of the want at `depth` and of those after it.
    fn descend(&mut self, depth: usize, budget: i64, so_far: i128) {
        let Some(want) = self.wants.get(depth).copied() else {
            if so_far < self.best {
                self.best = so_far;
                self.best_counts.clone_from(&self.counts);
            }
            return;
        };
        // Works outwards from where the remaining budget is spread evenly.
        let center = want.at_level(self.even_shortfall(depth, budget));
        for count in (0..=center).rev() {
            let fits = want.value(count) <= budget;
            // The level is rounded, so one share fewer than the first count may be better.
            if fits && !self.try_count(depth, want, count, budget, so_far) && count < center {
                break;
            }
        }
        for count in center.saturating_add(1)..=want.most {
            if !self.try_count(depth, want, count, budget, so_far) {
                break;
            }
        }
        // Zero is allowed where few shares are not.
        self.try_count(depth, want, 0, budget, so_far);
    }

    /// False when neither this count nor any further out can be better.
    fn try_count(
        &mut self,
        depth: usize,
        want: &Want,
        count: i64,
        budget: i64,
        so_far: i128,
    ) -> bool {
        self.steps = self.steps.saturating_add(1);
        if self.steps > STEPS_MAX {
            return false;
        }
        let next = depth.saturating_add(1);
        let rest = budget.saturating_sub(want.value(count));
        let sum = so_far.saturating_add(want.left(count));
        if rest < 0 || sum.saturating_add(self.least_left(next, rest)) >= self.best {
            return false;
        }
        let rest = budget.saturating_sub(want.cost(count, self.fees));
        if rest >= 0 && want.allows(count) {
            if let Some(slot) = self.counts.get_mut(depth) {
                *slot = count;
            }
            self.descend(next, rest, sum);
        }
        true
    }

    /// The shortfall of the wants from `depth` on, beyond a budget.
    fn missing(&self, depth: usize, budget: i64) -> (i128, i128) {
        let rest = self.wants.get(depth..).unwrap_or_default();
        let gaps = rest.iter().map(|want| i128::from(want.gap));
        let missing = gaps.fold(0, i128::saturating_add);
        let number = i128::try_from(rest.len()).unwrap_or(i128::MAX);
        (
            missing.saturating_sub(i128::from(budget)).max(0),
            number.max(1),
        )
    }

    /// A lower bound on the remaining distance of the wants from `depth` on: with fractional shares
    /// and no fees.
    fn least_left(&self, depth: usize, budget: i64) -> i128 {
        let (missing, number) = self.missing(depth, budget);
        missing
            .saturating_mul(missing)
            .checked_div(number)
            .unwrap_or_default()
    }

    fn even_shortfall(&self, depth: usize, budget: i64) -> i64 {
        let (missing, number) = self.missing(depth, budget);
        let even = missing.checked_div(number).unwrap_or_default();
        i64::try_from(even).unwrap_or(i64::MAX)
    }
}

#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests;
