//! Trading: the one function that decides what an order does, for the server that executes it
//! and for the page that previews it.

use serde::{Deserialize, Serialize};

use crate::{
    GameRules, Money, Order, Position, Price, Progress, Quantity, Rejection, Side, Size, Symbol,
    Timestamp, TradeFacts, Xp, XpRules,
};

pub(crate) mod pricing;

use pricing::Priced;

/// The current price of an instrument and when it was true.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Quote {
    /// Which instrument.
    pub symbol: Symbol,
    /// The price of one share.
    pub price: Price,
    /// When the source said so.
    pub at: Timestamp,
    /// The source has failed since: this is the last known price.
    pub stale: bool,
    /// The close of the day before, to tell the day's change by.
    pub previous_close: Option<Price>,
}

/// What an account owns besides its positions.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Account {
    /// Cash; never below zero.
    pub cash: Money,
    /// Profit of all sales so far.
    pub realized_profit: Money,
    /// Instruments of which shares are held.
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

/// Everything that an order's outcome depends on.
#[derive(Debug, Clone, Copy)]
pub struct Situation<'a> {
    /// The account that trades.
    pub account: &'a Account,
    /// Its position in the instrument; the default one when it never had any.
    pub position: &'a Position,
    /// The player's XP.
    pub xp: Xp,
    /// The current quote; none when the instrument is not tradable now.
    pub quote: Option<&'a Quote>,
    /// The game's rules.
    pub game: &'a GameRules,
    /// What actions earn.
    pub xp_rules: &'a XpRules,
    /// The instant of the trade.
    pub now: Timestamp,
}

/// What happened: a filled order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Fill {
    /// Which instrument.
    pub symbol: Symbol,
    /// Bought or sold.
    pub side: Side,
    /// Shares.
    pub quantity: Quantity,
    /// Price of one share.
    pub price: Price,
    /// Price times quantity, rounded as the side says.
    pub value: Money,
    /// What the trade cost besides.
    pub fee: Money,
    /// What the account's cash changed by: below zero for a buy.
    pub cash_change: Money,
    /// What the position's cost basis changed by: below zero for a sale.
    pub cost_basis_change: Money,
    /// For a sale: proceeds less fee less average cost; zero for a buy.
    pub realized_profit: Money,
    /// For a sale: the same, against the cost of the oldest lots; zero for a buy.
    pub realized_profit_fifo: Money,
    /// XP earned.
    pub xp: Xp,
    /// When.
    pub at: Timestamp,
}

/// The outcome of an order that is filled: the fill, and the state after it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Execution {
    /// What happened.
    pub fill: Fill,
    /// The account after it.
    pub account: Account,
    /// The position after it.
    pub position: Position,
    /// The player's XP after it.
    pub xp: Xp,
}

impl Execution {
    /// Level and progress after it.
    #[must_use]
    pub fn progress(&self) -> Progress {
        Progress::of(self.xp)
    }
}

/// Decides an order at the current quote. The server executes exactly this; the page previews
/// exactly this. One that waits for its price is decided by [`crate::place`].
///
/// # Errors
/// The [`Rejection`] that the player is told.
///
/// # Examples
/// ```
/// use domain::*;
/// let order = Order::new("first-order".parse()?, "ACME".parse()?, Side::Buy, Size::Quantity("3".parse()?), None, None)?;
/// let now = Timestamp::from_seconds(1_795_262_400);
/// let quote = Quote { symbol: order.symbol(), price: "100".parse()?, at: now, stale: false, previous_close: None };
/// let execution = execute(&order, Situation {
///     account: &Account::opened_with(Money::from_whole(10_000)),
///     position: &Position::default(),
///     xp: 0,
///     quote: Some(&quote),
///     game: &GameRules::open_league(),
///     xp_rules: &XpRules::default(),
///     now,
/// })?;
/// assert_eq!(execution.account.cash, Money::from_whole(9_700));
/// assert_eq!(execution.xp, 10);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn execute(order: &Order, situation: Situation<'_>) -> Result<Execution, Rejection> {
    situation
        .game
        .check_open(situation.now)
        .map_err(|closed| Rejection::GameNotOpen { closed })?;
    let quote = situation.quote.ok_or(Rejection::NotTradable {
        symbol: order.symbol(),
    })?;
    if let Some(guard) = order.guard() {
        pricing::check_guard(order.side(), guard, quote.price)?;
    }
    execute_at(order, order.size(), quote.price, situation)
}

/// Executes so much of an order at a price, within what is free.
pub(crate) fn execute_at(
    order: &Order,
    size: Size,
    price: Price,
    situation: Situation<'_>,
) -> Result<Execution, Rejection> {
    let Situation { position, game, .. } = situation;
    match order.side() {
        Side::Buy => buy(order, pricing::purchase(size, price, game)?, situation),
        Side::Sell => sell(
            order,
            pricing::sale(size, price, position, game)?,
            situation,
        ),
    }
}

fn buy(order: &Order, priced: Priced, situation: Situation<'_>) -> Result<Execution, Rejection> {
    let too_large = Rejection::TooLarge {
        maximum: situation.game.order_max,
    };
    let cost = priced.value.checked_add(priced.fee).ok_or(too_large)?;
    situation.account.check_free_cash(cost)?;
    let cash = situation.account.cash.checked_sub(cost).ok_or(too_large)?;
    let before = situation.position;
    let position = before
        .after_purchase(priced.quantity, cost, situation.now)
        .ok_or(too_large)?;

    let xp = situation.xp_rules.for_trade(TradeFacts {
        diversifies: before.traded_on.is_none() && situation.account.positions_held > 0,
        ..facts(order, situation)
    });
    let opened = u32::from(before.quantity.is_zero());
    let account = Account {
        cash,
        positions_held: situation.account.positions_held.saturating_add(opened),
        ..*situation.account
    };
    let fill = Fill {
        cash_change: cost.negated(),
        cost_basis_change: cost,
        xp,
        ..plain_fill(order, priced, situation.now)
    };
    Ok(Execution {
        fill,
        account,
        position,
        xp: situation.xp.saturating_add(xp),
    })
}

fn sell(order: &Order, priced: Priced, situation: Situation<'_>) -> Result<Execution, Rejection> {
    let too_large = Rejection::TooLarge {
        maximum: situation.game.order_max,
    };
    let proceeds = priced.value.checked_sub(priced.fee).ok_or(too_large)?;
    // Above zero only where the fee is larger than all that the sale brings.
    situation.account.check_free_cash(proceeds.negated())?;
    let cash = situation.account.cash.checked_add(proceeds);
    let cash = cash.ok_or(too_large)?;
    let sale = situation
        .position
        .after_sale(priced.quantity, proceeds, situation.now);
    let (position, sold) = sale.ok_or(too_large)?;
    let realized_profit = proceeds.checked_sub(sold.average_cost).ok_or(too_large)?;
    let total_profit = situation
        .account
        .realized_profit
        .checked_add(realized_profit)
        .ok_or(too_large)?;

    let xp = situation.xp_rules.for_trade(TradeFacts {
        newest_sold_bought_at: sold.newest_bought_at,
        ..facts(order, situation)
    });
    let closed = u32::from(position.quantity.is_zero());
    let account = Account {
        cash,
        realized_profit: total_profit,
        positions_held: situation.account.positions_held.saturating_sub(closed),
        ..*situation.account
    };
    let fill = Fill {
        cash_change: proceeds,
        cost_basis_change: sold.average_cost.negated(),
        realized_profit,
        realized_profit_fifo: proceeds.checked_sub(sold.fifo_cost).ok_or(too_large)?,
        xp,
        ..plain_fill(order, priced, situation.now)
    };
    Ok(Execution {
        fill,
        account,
        position,
        xp: situation.xp.saturating_add(xp),
    })
}

/// What bears on the XP of buys and sales alike.
fn facts<'a>(order: &'a Order, situation: Situation<'_>) -> TradeFacts<'a> {
    TradeFacts {
        side: order.side(),
        now: situation.now,
        repeats: situation.position.trades_on(situation.now.day()),
        reason: order.reason(),
        diversifies: false,
        last_bought_at: situation.position.last_bought_at,
        newest_sold_bought_at: None,
    }
}

/// A fill that changes nothing yet.
fn plain_fill(order: &Order, priced: Priced, now: Timestamp) -> Fill {
    let Priced {
        quantity,
        price,
        value,
        fee,
    } = priced;
    Fill {
        symbol: order.symbol(),
        side: order.side(),
        quantity,
        price,
        value,
        fee,
        cash_change: Money::ZERO,
        cost_basis_change: Money::ZERO,
        realized_profit: Money::ZERO,
        realized_profit_fifo: Money::ZERO,
        xp: 0,
        at: now,
    }
}
