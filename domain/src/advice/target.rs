//! Targets: what share an instrument, a category or a currency is to have of the money in a plan.

use std::collections::HashSet;
use std::fmt;

use serde::{Deserialize, Serialize};

use crate::{Currency, Money, Percent, Symbol};

/// What a target is for.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Aim {
    /// One instrument.
    Instrument(Symbol),
    /// All instruments of a category that have no target of their own.
    Category(String),
    /// All instruments that trade in a currency, unless they or their category have a target.
    Currency(Currency),
}

impl Aim {
    /// Whether it is for an instrument, were it the only target.
    #[must_use]
    pub fn covers(&self, symbol: Symbol, category: &str, currency: Currency) -> bool {
        match self {
            Self::Instrument(one) => *one == symbol,
            Self::Category(name) => name == category,
            Self::Currency(one) => *one == currency,
        }
    }

    /// The narrower it is, the lower.
    fn width(&self) -> u8 {
        match self {
            Self::Instrument(_) => 0,
            Self::Category(_) => 1,
            Self::Currency(_) => 2,
        }
    }
}

impl fmt::Display for Aim {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Instrument(symbol) => symbol.fmt(f),
            Self::Category(category) => category.fmt(f),
            Self::Currency(currency) => currency.fmt(f),
        }
    }
}

/// A target share.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Target {
    /// What it is for.
    pub aim: Aim,
    /// Percent of the money in the plan, 0 to 100. Zero means to sell it.
    pub share: Percent,
}

/// How a player wants to divide the money of an account. Anything that the targets leave stays in
/// cash. Holdings that no target covers are not part of the plan and are left alone.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct TargetPlan {
    /// The targets: at most 100, without duplicates.
    pub targets: Vec<Target>,
    /// How far a share may drift, in percentage points.
    pub absolute: Percent,
    /// How far a share may drift, in percent of its target. The smaller of the two applies.
    pub relative: Percent,
    /// The smallest trade that is worth proposing.
    pub trade_min: Money,
}

/// Why a plan is invalid.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PlanError {
    /// Without targets there is nothing to aim at.
    Empty,
    /// More than [`TargetPlan::TARGETS_MAX`].
    TooMany,
    /// A share below zero or above 100 %.
    Share,
    /// Two targets for the same thing.
    Twice,
    /// The shares add up to more than 100 %.
    Sum(Percent),
    /// A category without a name, or with a very long one.
    Category,
    /// `absolute` below zero or above 100.
    Absolute,
    /// `relative` below zero or above 100.
    Relative,
    /// The smallest trade is below zero.
    TradeMin,
}

impl PlanError {
    /// The invalid field.
    #[must_use]
    pub fn field(self) -> &'static str {
        match self {
            Self::Absolute => "absolute",
            Self::Relative => "relative",
            Self::TradeMin => "trade_min",
            _ => "targets",
        }
    }
}

impl fmt::Display for PlanError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Empty => f.write_str("must have at least one target"),
            Self::TooMany => write!(f, "must have at most {} targets", TargetPlan::TARGETS_MAX),
            Self::Share => f.write_str("must be shares from 0 to 100 percent"),
            Self::Twice => f.write_str("must not have two targets for the same thing"),
            Self::Sum(sum) => write!(f, "add up to {sum}%, and there is only 100%"),
            Self::Category => f.write_str("must name a category in 1 to 60 characters"),
            Self::Absolute => f.write_str("The points off a target must be from 0 to 100"),
            Self::Relative => f.write_str("The part of a target must be from 0 to 100 percent"),
            Self::TradeMin => f.write_str("must not be below zero"),
        }
    }
}

impl std::error::Error for PlanError {}

/// A hundred percent, in basis points.
pub(super) const WHOLE_BPS: i64 = 10_000;
/// Maximum length of a category in characters.
const CATEGORY_MAX: usize = 60;

impl TargetPlan {
    /// The most targets in a plan.
    pub const TARGETS_MAX: usize = 100;

    /// The widely used 5/25 rule: rebalance whatever has drifted by five points, or by a quarter of
    /// its target if that is less.
    #[must_use]
    pub fn new(targets: Vec<Target>) -> Self {
        Self {
            targets,
            absolute: Percent::from_basis_points(500),
            relative: Percent::from_basis_points(2_500),
            trade_min: Money::from_whole(10),
        }
    }

    /// Whether the plan can be followed.
    ///
    /// # Errors
    /// The first [`PlanError`].
    pub fn check(&self) -> Result<(), PlanError> {
        let is_share = |share: Percent| (0..=WHOLE_BPS).contains(&share.basis_points());
        if self.targets.is_empty() {
            return Err(PlanError::Empty);
        }
        if self.targets.len() > Self::TARGETS_MAX {
            return Err(PlanError::TooMany);
        }
        let mut seen = HashSet::new();
        for target in &self.targets {
            if let Aim::Category(name) = &target.aim
                && !(1..=CATEGORY_MAX).contains(&name.chars().count())
            {
                return Err(PlanError::Category);
            }
            if !is_share(target.share) {
                return Err(PlanError::Share);
            }
            if !seen.insert(&target.aim) {
                return Err(PlanError::Twice);
            }
        }
        let sum = self.sum_bps();
        if sum > WHOLE_BPS {
            return Err(PlanError::Sum(Percent::from_basis_points(sum)));
        }
        if !is_share(self.absolute) {
            return Err(PlanError::Absolute);
        }
        if !is_share(self.relative) {
            return Err(PlanError::Relative);
        }
        if self.trade_min.is_negative() {
            return Err(PlanError::TradeMin);
        }
        Ok(())
    }

    /// The share that stays in cash.
    #[must_use]
    pub fn cash(&self) -> Percent {
        Percent::from_basis_points(WHOLE_BPS.saturating_sub(self.sum_bps()).max(0))
    }

    /// How far a share may drift from its target, in percentage points: the smaller of both thresholds.
    #[must_use]
    pub fn band(&self, target: Percent) -> Percent {
        let relative = target
            .basis_points()
            .saturating_mul(self.relative.basis_points())
            .checked_div(WHOLE_BPS)
            .unwrap_or_default();
        Percent::from_basis_points(relative.min(self.absolute.basis_points()))
    }

    /// The place of the target that covers an instrument: its own, else its category's, else its currency's.
    #[must_use]
    pub fn find(&self, symbol: Symbol, category: &str, currency: Currency) -> Option<usize> {
        let targets = self.targets.iter().enumerate();
        let covering = targets.filter(|(_, one)| one.aim.covers(symbol, category, currency));
        let narrowest = covering.min_by_key(|(_, one)| one.aim.width());
        narrowest.map(|(place, _)| place)
    }

    fn sum_bps(&self) -> i64 {
        let shares = self.targets.iter();
        let shares = shares.map(|target| target.share.basis_points());
        shares.fold(0, i64::saturating_add)
    }
}
