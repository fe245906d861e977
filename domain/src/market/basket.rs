//! The index: what a basket of shares, bought at the origin and never touched, is worth.

#![allow(
    clippy::arithmetic_side_effects,
    reason = "a price is at most 404 times its start, so a basket's worth stays below 2^53 as Q44"
)]

/// A fixed number of shares of some instruments.
///
/// The shares of each are worth its weight at the origin, so the index is weighted by the size
/// of the companies, and anyone can recompute it from the quotes alone.
#[derive(Debug, Clone)]
pub(super) struct Basket {
    /// Instrument and shares of it: share times start price is the weight, Q44.
    holdings: Vec<(usize, i64)>,
}

impl Basket {
    /// Of so many instruments: index, weight and start price in units.
    pub(super) fn new(members: &[(usize, u32, i64)]) -> Self {
        let weights: i64 = members
            .iter()
            .map(|(_, weight, _)| i64::from(*weight))
            .sum();
        let shares = |(instrument, weight, start): &(usize, u32, i64)| {
            // In i128: a weight is below 2^32, and 2^32 * 2^44 is beyond an i64.
            let whole = i128::from(weights) * i128::from(*start);
            let share = (i128::from(*weight) << 44) / whole.max(1);
            (*instrument, share as i64)
        };
        Self {
            holdings: members.iter().map(shares).collect(),
        }
    }

    /// The shares of an instrument in it.
    pub(super) fn shares(&self, instrument: usize) -> Option<i64> {
        self.holdings
            .iter()
            .find(|(member, _)| *member == instrument)
            .map(|(_, shares)| *shares)
    }

    /// What its worth is counted from: nothing, or one when it holds nothing.
    pub(super) fn start_worth(&self) -> i64 {
        if self.holdings.is_empty() { 1 << 44 } else { 0 }
    }

    /// Its worth as Q44, one at the origin (or one for ever when it is empty).
    pub(super) fn worth(&self, prices: &[i64]) -> i64 {
        let worth = |(instrument, shares): &(usize, i64)| {
            prices.get(*instrument).copied().unwrap_or_default() * shares
        };
        self.start_worth() + self.holdings.iter().map(worth).sum::<i64>()
    }
}

/// So many units times a basket's worth.
pub(super) fn scaled(units: i64, worth_q44: i64) -> i64 {
    // 2^30 * 2^53 needs an i128; the result is below 2^39.
    ((i128::from(units) * i128::from(worth_q44) + (1 << 43)) >> 44) as i64
}
