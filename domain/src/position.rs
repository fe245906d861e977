//! Positions: how many shares of an instrument an account holds and what they cost, both as a
//! weighted average and as first-in, first-out lots.

use serde::{Deserialize, Serialize};

use crate::{Day, LotChoice, Money, Percent, Price, Quantity, Quote, Timestamp};

mod lots;
mod split;

/// What is still held of one purchase inside a position.
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
    /// How many of them are set aside for resting sales; never more than are held.
    #[serde(default)]
    pub reserved_quantity: Quantity,
    /// Their total cost by weighted average, fees included.
    pub cost_basis: Money,
    /// Profit of all sales so far: proceeds, less fees, less average cost.
    pub realized_profit: Money,
    /// The purchases still held, oldest first.
    pub lots: Vec<Lot>,
    /// The latest purchase, even if its shares have been sold since.
    pub last_bought_at: Option<Timestamp>,
    /// The day of the latest trade.
    pub traded_on: Option<Day>,
    /// Trades on that day.
    pub trades_that_day: u32,
}

/// What a sale takes out of a position.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sold {
    /// Cost of the shares by weighted average.
    pub average_cost: Money,
    /// The lots, or parts of them, that the sale took.
    pub lots: Vec<Lot>,
}

impl Position {
    /// The most lots that a position keeps. A further purchase merges the two oldest: shares and
    /// costs are added, and the older date is kept. This bounds the size of a position.
    pub const LOTS_MAX: usize = 200;

    /// Shares that are not set aside for resting orders.
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

    /// What the shares are worth at a price, as [`holding_value`] rounds it. Selling them brings
    /// [`Price::value_of`], which may be lower by a few units in the fourth decimal place.
    #[must_use]
    pub fn value(&self, price: Price) -> Option<Money> {
        holding_value(price, self.quantity, self.cost_basis, self.lots.len())
    }

    /// Value at a quote; the cost if there is no quote or the value exceeds [`Money`].
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

    /// How many trades of this instrument were already made on a day.
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
        self.counting_a_trade(now)
            .after_acquisition(quantity, cost, now)
    }

    /// The position after shares came in, by a purchase or otherwise; none when an amount is beyond
    /// its type.
    #[must_use]
    pub fn after_acquisition(
        &self,
        quantity: Quantity,
        cost: Money,
        now: Timestamp,
    ) -> Option<Self> {
        let mut after = self.clone();
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
    /// more is sold than held, when it has no such lots, or when an amount is beyond its type.
    #[must_use]
    pub fn after_sale(
        &self,
        quantity: Quantity,
        lots: &LotChoice,
        proceeds: Money,
        now: Timestamp,
    ) -> Option<(Self, Sold)> {
        self.counting_a_trade(now)
            .disposed_of(quantity, lots, proceeds)
    }

    /// The position after shares left it other than by a sale, oldest first, in return for `proceeds`. None
    /// when more would leave than are held.
    #[must_use]
    pub fn after_disposal(&self, quantity: Quantity, proceeds: Money) -> Option<Self> {
        let (after, _) = self.disposed_of(quantity, &LotChoice::Oldest, proceeds)?;
        Some(after)
    }

    fn disposed_of(
        &self,
        quantity: Quantity,
        choice: &LotChoice,
        proceeds: Money,
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
        let mut after = self.clone();
        after.quantity = left;
        after.cost_basis = self.cost_basis.checked_sub(average_cost)?;
        after.realized_profit = self
            .realized_profit
            .checked_add(proceeds.checked_sub(average_cost)?)?;
        let lots = lots::take(&mut after.lots, quantity, choice)?;
        Some((after, Sold { average_cost, lots }))
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

/// What shares are worth at a price, such that rounding alone never shows as a loss: at their
/// purchase price they are worth what they cost.
///
/// The value rounds up, as the cost did. The cost has been rounded more often: up by less than one unit
/// (0.0001) in each purchase, and again in each partial sale. So a value that falls short of the cost by at
/// most one unit per lot, plus one for the sales, is set to the cost. It never determines any cash.
///
/// ```
/// use domain::{Money, Price, Quantity, holding_value};
/// let (price, part): (Price, Quantity) = ("1".parse()?, "0.10001".parse()?);
/// assert_eq!(price.cost_of(part), Some("0.1001".parse()?));
/// // Two purchases cost 0.2002, though 0.20002 shares cost 0.2001 at once.
/// let (shares, cost): (Quantity, Money) = ("0.20002".parse()?, "0.2002".parse()?);
/// assert_eq!(price.cost_of(shares), Some("0.2001".parse()?));
/// assert_eq!(holding_value(price, shares, cost, 2), Some(cost));
/// # Ok::<(), domain::NumberError>(())
/// ```
#[must_use]
pub fn holding_value(
    price: Price,
    quantity: Quantity,
    cost_basis: Money,
    lots: usize,
) -> Option<Money> {
    let value = price.cost_of(quantity)?;
    let roundings = i64::try_from(lots).ok()?.checked_add(1)?;
    let at_most = value.checked_add(Money::from_units(roundings))?;
    let by_rounding = !quantity.is_zero() && value < cost_basis && cost_basis <= at_most;
    Some(if by_rounding { cost_basis } else { value })
}
