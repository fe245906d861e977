//! How the money of an account is allocated now, compared with what its player wants.

use serde::{Deserialize, Serialize};

use super::target::WHOLE_BPS;
use super::{Aim, TargetPlan};
use crate::{Currency, Money, Percent, Price, Quantity, Symbol};

/// A holding, or an instrument that could be bought, with a quantity of zero.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Holding {
    /// The instrument.
    pub symbol: Symbol,
    /// Its category.
    pub category: String,
    /// The currency it trades in.
    pub currency: Currency,
    /// Shares held.
    pub quantity: Quantity,
    /// Shares that can be sold now: neither set aside for an order nor still within the minimum
    /// holding time.
    pub sellable: Quantity,
    /// What they cost.
    pub cost_basis: Money,
    /// What they are worth.
    pub value: Money,
    /// The price of one share; none while it is not traded.
    pub price: Option<Price>,
}

impl Holding {
    /// The place of the target that covers it.
    #[must_use]
    pub fn target(&self, plan: &TargetPlan) -> Option<usize> {
        plan.find(self.symbol, &self.category, self.currency)
    }
}

/// One slice of the money.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Slice {
    /// What it is invested in; none: cash.
    pub aim: Option<Aim>,
    /// What it is worth.
    pub value: Money,
    /// What it would be worth at its target.
    pub goal: Money,
    /// Its share of the money in the plan.
    pub share: Percent,
    /// The share that the player wants.
    pub target: Percent,
    /// How far the share is from its target, in percentage points; below zero when there is too little.
    pub drift: Percent,
    /// How far it may drift, in percentage points.
    pub band: Percent,
    /// Whether it has drifted further than `band` allows.
    pub is_beyond: bool,
}

/// How the money is allocated.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Allocation {
    /// The money in the plan: free cash, and holdings that a target covers.
    pub base: Money,
    /// One for each target, in the same order.
    pub slices: Vec<Slice>,
    /// Free cash.
    pub cash: Slice,
    /// The value of holdings that no target covers. They are left alone.
    pub outside: Money,
}

impl Allocation {
    /// Compares holdings and free cash with a plan.
    #[must_use]
    pub fn of(plan: &TargetPlan, holdings: &[Holding], free_cash: Money) -> Self {
        let mut values = vec![0_i64; plan.targets.len()];
        let mut outside = 0_i64;
        for holding in holdings {
            let slot = match holding.target(plan) {
                Some(place) => values.get_mut(place),
                None => Some(&mut outside),
            };
            if let Some(slot) = slot {
                *slot = slot.saturating_add(holding.value.units());
            }
        }
        let cash = free_cash.units().max(0);
        let base = values.iter().copied().fold(cash, i64::saturating_add);
        let slices = plan.targets.iter().zip(values).map(|(target, value)| {
            let band = plan.band(target.share);
            slice(Some(target.aim.clone()), value, target.share, band, base)
        });
        Self {
            base: Money::from_units(base),
            slices: slices.collect(),
            // Whole shares always leave a remainder, so a relative threshold makes no sense for
            // cash.
            cash: slice(None, cash, plan.cash(), plan.absolute, base),
            outside: Money::from_units(outside),
        }
    }

    /// Whether anything has drifted further than it may.
    #[must_use]
    pub fn is_beyond(&self) -> bool {
        self.cash.is_beyond || self.slices.iter().any(|slice| slice.is_beyond)
    }
}

fn slice(aim: Option<Aim>, value: i64, target: Percent, band: Percent, base: i64) -> Slice {
    let goal = i128::from(base)
        .saturating_mul(i128::from(target.basis_points()))
        .checked_div(i128::from(WHOLE_BPS))
        .unwrap_or_default();
    let goal = i64::try_from(goal).unwrap_or(i64::MAX);
    let (value, base) = (Money::from_units(value), Money::from_units(base));
    let share = value.percent_of(base).unwrap_or_default();
    let drift = share.basis_points().saturating_sub(target.basis_points());
    Slice {
        aim,
        value,
        goal: Money::from_units(goal),
        share,
        target,
        drift: Percent::from_basis_points(drift),
        band,
        is_beyond: drift.saturating_abs() > band.basis_points(),
    }
}
