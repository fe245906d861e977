//! Positions: how many shares of an instrument an account holds and what they cost, as one
//! weighted average and as lots, first in, first out.

use serde::{Deserialize, Serialize};

use crate::{Day, Money, Percent, Price, Quantity, Quote, Timestamp};

/// One purchase inside a position, as much of it as is still held.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Lot {
    /// When it was bought.
    pub acquired_at: Timestamp,
    /// Shares still held of it.
    pub quantity: Quantity,
    /// What these shares cost, fee included.
    pub cost: Money,
}

/// An account's shares of one instrument.
///
/// A position whose shares are all sold keeps its realized profit and its count of trades.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Position {
    /// Shares held; never below zero.
    pub quantity: Quantity,
    /// Of these, set aside for resting sales; never more than are held.
    #[serde(default)]
    pub reserved_quantity: Quantity,
    /// What they cost in all, by weighted average, fees included.
    pub cost_basis: Money,
    /// Profit of all sales so far: what they brought, less fees, less their average cost.
    pub realized_profit: Money,
    /// The purchases still held, oldest first.
    pub lots: Vec<Lot>,
    /// The latest purchase, also when its shares are sold.
    pub last_bought_at: Option<Timestamp>,
    /// The day of the latest trade.
    pub traded_on: Option<Day>,
    /// Trades on that day.
    pub trades_that_day: u32,
}

/// What leaves a position in a sale.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sold {
    /// Cost of the shares by weighted average.
    pub average_cost: Money,
    /// Cost of the shares first in, first out.
    pub fifo_cost: Money,
    /// When the newest of the shares sold (first in, first out) was bought.
    pub newest_bought_at: Option<Timestamp>,
}

impl Position {
    /// Lots that a position keeps apart. A further purchase joins the two oldest into one, with
    /// their shares and costs added and the older date, so that a position has a bounded size.
    pub const LOTS_MAX: usize = 200;

    /// Shares that no resting order has set aside.
    #[must_use]
    pub fn free_quantity(&self) -> Quantity {
        let free = self.quantity.checked_sub(self.reserved_quantity);
        free.unwrap_or_default().max(Quantity::ZERO)
    }

    /// Cost basis of one share, rounded half to even; none without shares.
    #[must_use]
    pub fn average_cost(&self) -> Option<Price> {
        self.cost_basis.average_price(self.quantity)
    }

    /// What the shares are worth at a price, rounded down.
    #[must_use]
    pub fn value(&self, price: Price) -> Option<Money> {
        price.value_of(self.quantity)
    }

    /// Value at a quote; without one, or beyond what money can be, what it cost.
    #[must_use]
    pub fn worth(&self, quote: Option<&Quote>) -> Money {
        let value = quote.and_then(|quote| self.value(quote.price));
        value.unwrap_or(self.cost_basis)
    }

    /// Value less cost basis.
    #[must_use]
    pub fn unrealized_profit(&self, price: Price) -> Option<Money> {
        self.value(price)?.checked_sub(self.cost_basis)
    }

    /// Unrealized profit in percent of the cost basis; none over a zero cost.
    #[must_use]
    pub fn unrealized_percent(&self, price: Price) -> Option<Percent> {
        self.unrealized_profit(price)?.percent_of(self.cost_basis)
    }

    /// Trades of this instrument already made on a day.
    #[must_use]
    pub fn trades_on(&self, day: Day) -> u32 {
        if self.traded_on == Some(day) {
            self.trades_that_day
        } else {
            0
        }
    }

    /// The position after a purchase; none when an amount is beyond its type.
    #[must_use]
    pub fn after_purchase(&self, quantity: Quantity, cost: Money, now: Timestamp) -> Option<Self> {
        let mut after = self.counting_a_trade(now);
        after.quantity = self.quantity.checked_add(quantity)?;
        after.cost_basis = self.cost_basis.checked_add(cost)?;
        after.last_bought_at = Some(now);
        after.lots.push(Lot {
            acquired_at: now,
            quantity,
            cost,
        });
        if after.lots.len() > Self::LOTS_MAX {
            let oldest = after.lots.remove(0);
            let second = after.lots.first_mut()?;
            second.acquired_at = oldest.acquired_at;
            second.quantity = second.quantity.checked_add(oldest.quantity)?;
            second.cost = second.cost.checked_add(oldest.cost)?;
        }
        Some(after)
    }

    /// The position after a sale that brought `proceeds` (less fees), and what left it. None when
    /// more is sold than held, or when an amount is beyond its type.
    #[must_use]
    pub fn after_sale(
        &self,
        quantity: Quantity,
        proceeds: Money,
        now: Timestamp,
    ) -> Option<(Self, Sold)> {
        let left = self
            .quantity
            .checked_sub(quantity)
            .filter(|left| !left.is_negative())?;
        let average_cost = if left.is_zero() {
            self.cost_basis
        } else {
            self.cost_basis
                .share_rounded_down(quantity, self.quantity)?
        };
        let mut after = self.counting_a_trade(now);
        after.quantity = left;
        after.cost_basis = self.cost_basis.checked_sub(average_cost)?;
        after.realized_profit = self
            .realized_profit
            .checked_add(proceeds.checked_sub(average_cost)?)?;
        let (fifo_cost, newest_bought_at) = take_oldest(&mut after.lots, quantity)?;
        Some((
            after,
            Sold {
                average_cost,
                fifo_cost,
                newest_bought_at,
            },
        ))
    }

    fn counting_a_trade(&self, now: Timestamp) -> Self {
        let day = now.day();
        Self {
            traded_on: Some(day),
            trades_that_day: self.trades_on(day).saturating_add(1),
            ..self.clone()
        }
    }
}

/// Takes so many shares out of the oldest lots; their cost, and when the newest of them was bought.
fn take_oldest(lots: &mut Vec<Lot>, quantity: Quantity) -> Option<(Money, Option<Timestamp>)> {
    let mut missing = quantity;
    let mut cost = Money::ZERO;
    let mut newest = None;
    let mut emptied: usize = 0;
    for lot in lots.iter_mut() {
        if !missing.is_positive() {
            break;
        }
        newest = newest.max(Some(lot.acquired_at));
        if lot.quantity <= missing {
            missing = missing.checked_sub(lot.quantity)?;
            cost = cost.checked_add(lot.cost)?;
            emptied = emptied.saturating_add(1);
        } else {
            let part = lot.cost.share_rounded_down(missing, lot.quantity)?;
            lot.quantity = lot.quantity.checked_sub(missing)?;
            lot.cost = lot.cost.checked_sub(part)?;
            cost = cost.checked_add(part)?;
            missing = Quantity::ZERO;
        }
    }
    lots.drain(..emptied);
    missing.is_zero().then_some((cost, newest))
}
