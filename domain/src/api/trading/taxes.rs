//! The taxes of an account.

use serde::{Deserialize, Serialize};

use crate::tax::{TaxYear, Taxes};
use crate::{Day, Money};

/// The taxes that an account has paid, by market year.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct TaxesView {
    /// The rates; none: the game takes no taxes.
    pub taxes: Option<Taxes>,
    /// The current market day.
    pub today: Day,
    /// The years with sales, and the current one; latest first.
    pub years: Vec<TaxYearView>,
    /// Whether the years are complete: not when the account has very many entries, or old ones are archived.
    pub is_complete: bool,
}

/// A year of the market.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct TaxYearView {
    /// Which one.
    pub year: i32,
    /// The market day on which overpaid tax is refunded.
    pub settles_on: Day,
    /// Whether that day has passed.
    pub is_final: bool,
    /// What is known about it.
    pub sums: TaxYear,
    /// What would be refunded if nothing more were traded.
    pub to_return: Money,
}
