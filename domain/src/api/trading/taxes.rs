//! The taxes of an account.

use serde::{Deserialize, Serialize};

use crate::tax::{TaxYear, Taxes};
use crate::{Day, Money};

/// What an account has paid of taxes, year by year of its market.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct TaxesView {
    /// The rates; none: the game takes no taxes.
    pub taxes: Option<Taxes>,
    /// The market day that it is.
    pub today: Day,
    /// The years with sales, and the one that it is; latest first.
    pub years: Vec<TaxYearView>,
    /// Whether the years say all: not where the account has very many entries, or old ones are in an
    /// archive.
    pub is_complete: bool,
}

/// A year of the market.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct TaxYearView {
    /// Which one.
    pub year: i32,
    /// The day of the market on which what was paid too much comes back.
    pub settles_on: Day,
    /// Whether that day has come.
    pub is_final: bool,
    /// What is known of it.
    pub sums: TaxYear,
    /// What would come back if nothing more were traded.
    pub to_return: Money,
}
