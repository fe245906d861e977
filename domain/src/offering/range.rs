//! A price that is found by demand.

use serde::{Deserialize, Serialize};

use crate::Price;

/// Units of a cent: a found price is of whole cents.
const CENT: i64 = 100;

/// Between which prices the demand finds one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PriceRange {
    /// The lowest.
    pub low: Price,
    /// The highest, which is reserved.
    pub high: Price,
}

impl PriceRange {
    /// The price at which shares are sold when so many are asked for: the lowest as long as there is
    /// one for each that is asked for, the highest when twice as many or more are asked for, and in
    /// between in proportion, rounded up to a whole cent.
    ///
    /// ```
    /// use domain::offering::PriceRange;
    /// let range = PriceRange { low: "10".parse()?, high: "14".parse()? };
    /// assert_eq!(range.price(90, 100), range.low);
    /// assert_eq!(range.price(150, 100), "12".parse()?);
    /// assert_eq!(range.price(500, 100), range.high);
    /// # Ok::<(), domain::NumberError>(())
    /// ```
    #[must_use]
    pub fn price(self, demand: u64, shares: u32) -> Price {
        let shares = u64::from(shares);
        let beyond = demand.saturating_sub(shares).min(shares);
        let width = self.high.units().saturating_sub(self.low.units());
        let rise = i128::from(width).saturating_mul(i128::from(beyond));
        let rise = rise.checked_div(i128::from(shares)).unwrap_or(0);
        let rise = i64::try_from(rise).unwrap_or(width);
        let units = up_to_cents(self.low.units().saturating_add(rise));
        Price::from_units(units.min(self.high.units()))
    }

    /// The range in new shares of which one old share makes so many; rounded down as the price is.
    #[must_use]
    pub(super) fn split(self, factor: u32) -> Option<Self> {
        let part = |price: Price| price.units().checked_div(i64::from(factor));
        let (low, high) = (part(self.low)?, part(self.high)?);
        (low > 0).then(|| Self {
            low: Price::from_units(low),
            high: Price::from_units(high),
        })
    }
}

/// Rounds up to whole cents.
fn up_to_cents(units: i64) -> i64 {
    match units.rem_euclid(CENT) {
        0 => units,
        over => units.saturating_sub(over).saturating_add(CENT),
    }
}
