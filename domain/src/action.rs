//! Corporate actions: what a company does that changes every holding of its shares.

use serde::{Deserialize, Serialize};

use crate::{Day, Price, SplitRatio};

/// What a company does to its shares.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum CorporateAction {
    /// It gives new shares for old ones.
    Split(SplitRatio),
    /// It pays each share.
    Dividend {
        /// What each share receives.
        per_share: Price,
    },
    /// It leaves the market.
    Delisting {
        /// What each share pays out; may be zero.
        price: Price,
    },
}

/// A corporate action and its day. Prices reflect it from the first instant of that day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DatedAction {
    /// The first day that trades without the dividend, or with the new shares.
    pub day: Day,
    /// What happens.
    pub action: CorporateAction,
}

/// The kind of a corporate action.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum ActionKind {
    /// New shares for old ones.
    Split,
    /// Cash for each share.
    Dividend,
    /// The end of trading.
    Delisting,
}

impl ActionKind {
    /// Its name on the wire and in the database.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Split => "split",
            Self::Dividend => "dividend",
            Self::Delisting => "delisting",
        }
    }
}

impl CorporateAction {
    /// Its kind.
    #[must_use]
    pub fn kind(self) -> ActionKind {
        match self {
            Self::Split(_) => ActionKind::Split,
            Self::Dividend { .. } => ActionKind::Dividend,
            Self::Delisting { .. } => ActionKind::Delisting,
        }
    }

    /// The ratio of a split.
    #[must_use]
    pub fn ratio(self) -> Option<SplitRatio> {
        match self {
            Self::Split(ratio) => Some(ratio),
            Self::Dividend { .. } | Self::Delisting { .. } => None,
        }
    }

    /// Whether it cancels orders that wait for a price: after a split or a delisting, the price they name no
    /// longer means the same.
    #[must_use]
    pub fn ends_orders(self) -> bool {
        !matches!(self, Self::Dividend { .. })
    }
}

impl SplitRatio {
    /// Converts a price from before the split to new shares, rounded half up and at least the smallest price;
    /// unchanged when the ratio has a zero.
    #[must_use]
    pub fn adjust(self, price: Price) -> Price {
        let (new, old) = (i128::from(self.new), i128::from(self.old));
        if new == 0 || old == 0 || !price.is_positive() {
            return price;
        }
        let doubled = i128::from(price.units())
            .saturating_mul(old)
            .saturating_mul(2)
            .saturating_add(new);
        let units = doubled.div_euclid(new.saturating_mul(2)).max(1);
        Price::from_units(i64::try_from(units).unwrap_or(i64::MAX))
    }
}

/// The price of a day in the shares of a later day: adjusted for each split after `day`, up to and
/// including `until`. `actions` come in any order.
///
/// ```
/// use domain::{CorporateAction, DatedAction, Day, Price, SplitRatio, adjusted_price};
/// let split = DatedAction {
///     day: Day::from_number(10),
///     action: CorporateAction::Split(SplitRatio { new: 2, old: 1 }),
/// };
/// let adjusted = |day| {
///     adjusted_price(Price::from_whole(50), Day::from_number(day), Day::from_number(20), &[split])
/// };
/// assert_eq!(adjusted(9), Price::from_whole(25));
/// assert_eq!(adjusted(10), Price::from_whole(50));
/// ```
#[must_use]
pub fn adjusted_price(price: Price, day: Day, until: Day, actions: &[DatedAction]) -> Price {
    actions
        .iter()
        .filter(|dated| day < dated.day && dated.day <= until)
        .filter_map(|dated| dated.action.ratio())
        .fold(price, |price, ratio| ratio.adjust(price))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_price_from_before_a_split_is_told_in_new_shares() {
        let check = |new, old, price: &str, expected: &str| {
            let adjusted = SplitRatio { new, old }.adjust(price.parse().unwrap());
            assert_eq!(adjusted.to_string(), expected);
        };
        check(2, 1, "100", "50.00");
        check(3, 1, "100", "33.3333");
        check(1, 10, "0.5", "5.00");
        check(10_000, 1, "0.01", "0.0001");
        check(0, 1, "5", "5.00");
        check(1, 0, "5", "5.00");
    }
}
