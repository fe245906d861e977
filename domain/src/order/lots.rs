//! Which purchases a sale takes its shares from.

use serde::{Deserialize, Serialize};

use crate::{Order, OrderError, Quantity, Side, Size, Timestamp};

/// Which lots a sale takes. It decides which shares leave and what is taxed; the profit that a game
/// ranks by stays that of the average cost.
///
/// New variants go to the end: the place of a variant is part of the bytes that are hashed.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum LotChoice {
    /// The oldest first: first in, first out.
    #[default]
    Oldest,
    /// Those with the highest cost of a share first; among equal ones the older.
    HighestCost,
    /// These, so many shares of each.
    Chosen(Vec<ChosenLot>),
}

/// Shares of one lot.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct ChosenLot {
    /// When the lot was bought, which names it. Lots of the same instant are taken in their order.
    pub acquired_at: Timestamp,
    /// Shares to take of it.
    pub quantity: Quantity,
}

impl LotChoice {
    /// Lots that an order may name.
    pub const CHOSEN_MAX: usize = 50;

    /// Whether it is the one that needs no mention.
    #[must_use]
    pub fn is_oldest(&self) -> bool {
        *self == Self::Oldest
    }

    /// The shares of all chosen lots together; none where no lots are named, or where they are not
    /// 1 to 50, each named once with shares above zero.
    #[must_use]
    pub fn chosen_quantity(&self) -> Option<Quantity> {
        let Self::Chosen(lots) = self else {
            return None;
        };
        let mut sum = Quantity::ZERO;
        for (place, lot) in lots.iter().enumerate() {
            let mut earlier = lots.iter().take(place);
            let is_named = earlier.any(|one| one.acquired_at == lot.acquired_at);
            if is_named || !lot.quantity.is_positive() {
                return None;
            }
            sum = sum.checked_add(lot.quantity)?;
        }
        (1..=Self::CHOSEN_MAX).contains(&lots.len()).then_some(sum)
    }
}

impl Order {
    /// The same order, as a sale of lots that are not the oldest.
    ///
    /// # Errors
    /// An [`OrderError`] when the order buys, or when chosen lots do not add up to its shares.
    pub fn from_lots(self, lots: LotChoice) -> Result<Self, OrderError> {
        if self.side() == Side::Buy && !lots.is_oldest() {
            return Err(OrderError::LotsOfPurchase);
        }
        if matches!(lots, LotChoice::Chosen(_)) {
            let sum = lots.chosen_quantity().ok_or(OrderError::LotsUnclear)?;
            if self.size() != Size::Quantity(sum) {
                return Err(OrderError::LotsSum);
            }
        }
        Ok(Self { lots, ..self })
    }

    /// Which lots a sale takes.
    #[must_use]
    pub fn lots(&self) -> &LotChoice {
        &self.lots
    }
}
