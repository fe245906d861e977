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
    /// Shares that no waiting order has set aside.
    pub free_quantity: Quantity,
    /// The purchases, oldest first.
    pub lots: Vec<LotRow>,
    /// What the sale that was asked about would do; none when none was.
    pub sale: Option<LotSale>,
}

/// A purchase that is still held.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct LotRow {
    /// The purchase, as much of it as is still held.
    pub lot: Lot,
    /// The market day on which it was bought.
    pub day: Day,
    /// Worth less cost; none without a price.
    pub gain: Option<Money>,
    /// Whether its shares have been held for more than a market year.
    pub is_long_term: bool,
    /// Shares that the sale would take of it.
    pub sells: Quantity,
}

/// What a sale of lots would do.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct LotSale {
    /// What would happen, if it holds.
    pub fill: Option<Fill>,
    /// The cash after it, if it holds.
    pub cash_after: Option<Money>,
    /// The profit on the very shares that it sells, by how long they were held.
    pub gains: Option<Gains>,
    /// Why it does not hold.
    pub rejection: Option<Rejection>,
    /// The same in words.
    pub message: Option<String>,
}
