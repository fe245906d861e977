//! The purchases that a sale can take its shares from, and what such a sale would do.

use serde::{Deserialize, Serialize};

use crate::tax::Gains;
use crate::{Day, Fill, Lot, Money, Quantity, Quote, Rejection, Symbol};

/// The purchases of an instrument that are still held.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct LotsView {
    /// Which instrument.
    pub symbol: Symbol,
    /// Its name.
    pub name: String,
    /// What it costs now; none when it cannot be traded.
    pub quote: Option<Quote>,
    /// Shares that are not set aside for waiting orders.
    pub free_quantity: Quantity,
    /// The purchases, oldest first.
    pub lots: Vec<LotRow>,
    /// What the requested sale would do; none when none was requested.
    pub sale: Option<LotSale>,
}

/// A purchase that is still held.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct LotRow {
    /// The part of the purchase that is still held.
    pub lot: Lot,
    /// The market day on which it was bought.
    pub day: Day,
    /// Value less cost; none without a price.
    pub gain: Option<Money>,
    /// Whether its shares have been held for more than a market year.
    pub is_long_term: bool,
    /// How many of its shares the sale would take.
    pub sells: Quantity,
}

/// What a sale of lots would do.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct LotSale {
    /// The outcome, if it is valid.
    pub fill: Option<Fill>,
    /// The cash after it, if it is valid.
    pub cash_after: Option<Money>,
    /// The profit on the specific shares that it sells, by holding period.
    pub gains: Option<Gains>,
    /// Why it is rejected.
    pub rejection: Option<Rejection>,
    /// The same in words.
    pub message: Option<String>,
}
