//! What a split of its shares makes of an offering that is not settled.

use super::OfferingTerms;
use crate::{Price, SplitRatio};

impl OfferingTerms {
    /// The same offering in new shares, and how many new shares one old share is. Counts grow by that
    /// number, and the price is divided by it, rounded down, so that nobody pays more than was reserved.
    ///
    /// None when an old share is no whole number of new ones, or the counts cannot be that large: then
    /// the offering is called off.
    #[must_use]
    pub fn split(&self, ratio: SplitRatio) -> Option<(Self, u32)> {
        if ratio.new.checked_rem(ratio.old)? != 0 {
            return None;
        }
        let factor = ratio.new.checked_div(ratio.old).filter(|of| *of > 0)?;
        let shares = self.shares.checked_mul(factor)?;
        let units = self.price.units().checked_div(i64::from(factor))?;
        let price = Price::from_units(units);
        if shares > Self::SHARES_MAX || !price.is_positive() {
            return None;
        }
        let range = match self.range {
            None => None,
            Some(range) => Some(range.split(factor)?),
        };
        let split = Self {
            price,
            range,
            shares,
            minimum: self.minimum.checked_mul(factor)?,
            maximum: self.maximum.checked_mul(factor)?,
            ..*self
        };
        Some((split, factor))
    }
}
