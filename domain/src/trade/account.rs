//! What an account owns besides its positions, and what of it is free.

use serde::{Deserialize, Serialize};

use crate::{Money, Position, Rejection};

/// What an account owns besides its positions.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Account {
    /// Cash; never below zero.
    pub cash: Money,
    /// Profit of all sales so far.
    pub realized_profit: Money,
    /// Instruments with shares in the account.
    pub positions_held: u32,
    /// Of the cash, set aside for resting orders; never more than there is.
    #[serde(default)]
    pub reserved_cash: Money,
    /// Resting orders.
    #[serde(default)]
    pub open_orders: u32,
}

impl Account {
    /// Orders of an account that may rest at once.
    pub const OPEN_ORDERS_MAX: u32 = 50;

    /// A new account.
    #[must_use]
    pub fn opened_with(cash: Money) -> Self {
        Self {
            cash,
            realized_profit: Money::ZERO,
            positions_held: 0,
            reserved_cash: Money::ZERO,
            open_orders: 0,
        }
    }

    /// Cash that no resting order has set aside.
    #[must_use]
    pub fn free_cash(&self) -> Money {
        let free = self.cash.checked_sub(self.reserved_cash);
        free.unwrap_or_default().max(Money::ZERO)
    }

    /// What the account is worth with its positions at cost: the starting cash and the profit of all
    /// sales, or the cash where a host has given more. Known without reading any other position.
    #[must_use]
    pub fn book_value(&self, starting_cash: Money) -> Money {
        let earned = starting_cash.checked_add(self.realized_profit);
        earned.unwrap_or(self.cash).max(self.cash)
    }

    /// Counts the positions held after one of them changed; none beyond what can be counted.
    pub(crate) fn count_positions(&mut self, before: &Position, after: &Position) -> Option<()> {
        let (held, holds) = (before.quantity.is_positive(), after.quantity.is_positive());
        let opened = u32::from(holds && !held);
        let closed = u32::from(held && !holds);
        let count = self.positions_held.checked_add(opened)?;
        self.positions_held = count.checked_sub(closed)?;
        Some(())
    }

    /// Whether so much is free, and if not, why.
    pub(crate) fn check_free_cash(&self, needed: Money) -> Result<(), Rejection> {
        let (available, reserved) = (self.free_cash(), self.reserved_cash);
        if needed <= available {
            return Ok(());
        }
        Err(if reserved.is_zero() {
            Rejection::InsufficientCash { needed, available }
        } else {
            Rejection::InsufficientFreeCash {
                needed,
                available,
                reserved,
            }
        })
    }
}
