//! The index: what a basket of shares, bought at the origin and never touched, is worth.

#![allow(
    clippy::arithmetic_side_effects,
    reason = "a price is at most 404 times its start, so a basket's worth stays below 2^53 as Q44"
)]

/// A fixed number of shares of some instruments.
///
/// The shares of each are worth its weight at the origin, so the index is weighted by the size of
/// the companies, and anyone can recompute it from the quotes alone. When a company leaves the
/// market, its money buys more of all the others.
#[derive(Debug, Clone)]
pub(super) struct Basket {
    /// Holdings by the step from which they apply, earliest first; never empty.
    eras: Vec<Holdings>,
}

/// The holdings of a basket from a step on.
#[derive(Debug, Clone, Default)]
pub(super) struct Holdings {
    from: i64,
    /// The part with constant value, Q44.
    cash: i64,
    /// Instrument and shares of it: share times start price is the weight, Q44.
    shares: Vec<(usize, i64)>,
}

static NOTHING: Holdings = Holdings {
    from: i64::MIN,
    cash: 0,
    shares: Vec::new(),
};

impl Basket {
    /// From each instrument's index, weight and start price in units. An empty basket is worth one for ever.
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
        let first = Holdings {
            from: i64::MIN,
            cash: if members.is_empty() { 1 << 44 } else { 0 },
            shares: members.iter().map(shares).collect(),
        };
        Self { eras: vec![first] }
    }

    /// The holdings at a step.
    pub(super) fn at(&self, step: i64) -> &Holdings {
        let begun = self.eras.partition_point(|era| era.from <= step);
        let era = begun.checked_sub(1).and_then(|last| self.eras.get(last));
        era.unwrap_or(&NOTHING)
    }

    /// Sells an instrument at a step and buys more of everything else. The step must be later than any
    /// earlier sale; `prices` are those of that step.
    pub(super) fn sell(&mut self, instrument: usize, step: i64, prices: &[i64]) {
        let held = self.at(step).clone();
        if held.of(instrument).is_none() {
            return;
        }
        let whole = i128::from(held.worth(prices));
        let mut kept = Holdings {
            from: step,
            cash: 0,
            shares: held.shares,
        };
        kept.shares.retain(|(member, _)| *member != instrument);
        let rest = i128::from(kept.worth(prices)).max(1);
        for (_, share) in &mut kept.shares {
            *share = (i128::from(*share) * whole / rest) as i64;
        }
        // The rounding remainder, or everything when nothing else is held.
        kept.cash = whole as i64 - kept.worth(prices);
        self.eras.push(kept);
    }
}

impl Holdings {
    /// The instruments held.
    pub(super) fn members(&self) -> impl Iterator<Item = usize> {
        self.shares.iter().map(|(instrument, _)| *instrument)
    }

    /// The shares held of an instrument.
    pub(super) fn of(&self, instrument: usize) -> Option<i64> {
        self.shares
            .iter()
            .find(|(member, _)| *member == instrument)
            .map(|(_, shares)| *shares)
    }

    /// The constant part of their value, Q44.
    pub(super) fn cash(&self) -> i64 {
        self.cash
    }

    /// Their value as Q44, one at the origin.
    pub(super) fn worth(&self, prices: &[i64]) -> i64 {
        let worth = |(instrument, shares): &(usize, i64)| {
            prices.get(*instrument).copied().unwrap_or_default() * shares
        };
        self.cash + self.shares.iter().map(worth).sum::<i64>()
    }
}

/// Multiplies units by a basket's value.
pub(super) fn scaled(units: i64, worth_q44: i64) -> i64 {
    // 2^30 * 2^53 needs an i128; the result is below 2^39.
    ((i128::from(units) * i128::from(worth_q44) + (1 << 43)) >> 44) as i64
}
