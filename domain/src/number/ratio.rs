//! Ratios that are only shown.

use std::fmt;
use std::str::FromStr;

use super::NumberError;
use super::text::{parse_units, write_units};
use crate::wire;

/// A ratio of two numbers, such as 1.25 for a Sharpe ratio, with 2 decimal places. It is only shown;
/// nothing is decided by it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub struct Ratio(i64);

impl Ratio {
    /// The ratio of so many hundredths.
    #[must_use]
    pub fn from_hundredths(hundredths: i64) -> Self {
        Self(hundredths)
    }

    /// The ratio as a whole number of hundredths.
    #[must_use]
    pub fn hundredths(self) -> i64 {
        self.0
    }
}

impl fmt::Display for Ratio {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write_units(f, self.0, 2, 2)
    }
}

impl FromStr for Ratio {
    type Err = NumberError;

    fn from_str(text: &str) -> Result<Self, NumberError> {
        parse_units(text, 2).map(Self)
    }
}

wire::as_string!(
    Ratio,
    "a ratio: a decimal number in quotes, such as \"1.25\"",
    "^-?[0-9]+([.][0-9]{1,2}0*)?$"
);
