//! Trading: the one function that decides what an order does, for the server that executes it
//! and for the page that previews it.

use serde::{Deserialize, Serialize};

use crate::{
    GameRules, Money, Order, Position, Price, PriceGuard, Progress, Quantity, Rejection, Side,
    Size, Symbol, Timestamp, TradeFacts, Xp, XpRules,
};

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
}

impl Account {
    /// A new account.
    #[must_use]
    pub fn opened_with(cash: Money) -> Self {
        Self {
            cash,
            realized_profit: Money::ZERO,
            positions_held: 0,
        }
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

/// Decides an order. The server executes exactly this; the page previews exactly this.
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
        check_price(order.side(), guard, quote.price)?;
    }
    match order.side() {
        Side::Buy => buy(order, quote.price, situation),
        Side::Sell => sell(order, quote.price, situation),
    }
}

fn check_price(side: Side, guard: PriceGuard, actual: Price) -> Result<(), Rejection> {
    let bps = i128::from(guard.tolerance_bps);
    let expected = i128::from(guard.expected.units()).saturating_mul(10_000);
    let slack = i128::from(guard.expected.units()).saturating_mul(bps);
    let actual_scaled = i128::from(actual.units()).saturating_mul(10_000);
    let moved = match side {
        Side::Buy => actual_scaled > expected.saturating_add(slack),
        Side::Sell => actual_scaled < expected.saturating_sub(slack),
    };
    if moved {
        return Err(Rejection::PriceMoved {
            expected: guard.expected,
            actual,
            tolerance_bps: guard.tolerance_bps,
        });
    }
    Ok(())
}

fn buy(order: &Order, price: Price, situation: Situation<'_>) -> Result<Execution, Rejection> {
    let game = situation.game;
    let too_large = Rejection::TooLarge {
        maximum: game.order_max,
    };
    let quantity = match order.size() {
        Size::Quantity(quantity) => quantity,
        Size::Amount(amount) => quantity_for(amount, price, game).ok_or(Rejection::TooSmall {
            minimum: game.order_min,
        })?,
    };
    check_fraction(quantity, game)?;
    let value = price.cost_of(quantity).ok_or(too_large)?;
    check_value(value, game)?;
    let fee = game.fees.of(value).ok_or(too_large)?;
    let cost = value.checked_add(fee).ok_or(too_large)?;
    let available = situation.account.cash;
    let cash = available
        .checked_sub(cost)
        .filter(|cash| !cash.is_negative());
    let cash = cash.ok_or(Rejection::InsufficientCash {
        needed: cost,
        available,
    })?;
    let position = situation
        .position
        .after_purchase(quantity, cost, situation.now)
        .ok_or(too_large)?;

    let was_held = situation.position.quantity.is_positive();
    let never_traded = situation.position.traded_on.is_none();
    let xp = situation.xp_rules.for_trade(TradeFacts {
        side: Side::Buy,
        now: situation.now,
        repeats: situation.position.trades_on(situation.now.day()),
        reason: order.reason(),
        diversifies: never_traded && situation.account.positions_held > 0,
        last_bought_at: situation.position.last_bought_at,
        newest_sold_bought_at: None,
    });
    let positions_held = situation
        .account
        .positions_held
        .saturating_add(u32::from(!was_held));
    Ok(Execution {
        fill: Fill {
            symbol: order.symbol(),
            side: Side::Buy,
            quantity,
            price,
            value,
            fee,
            cash_change: cost.negated(),
            cost_basis_change: cost,
            realized_profit: Money::ZERO,
            realized_profit_fifo: Money::ZERO,
            xp,
            at: situation.now,
        },
        account: Account {
            cash,
            positions_held,
            ..*situation.account
        },
        position,
        xp: situation.xp.saturating_add(xp),
    })
}

fn sell(order: &Order, price: Price, situation: Situation<'_>) -> Result<Execution, Rejection> {
    let game = situation.game;
    let too_large = Rejection::TooLarge {
        maximum: game.order_max,
    };
    let too_small = Rejection::TooSmall {
        minimum: game.order_min,
    };
    let quantity = match order.size() {
        Size::Quantity(quantity) => quantity,
        Size::Amount(amount) => whole_if_needed(amount.quantity_at(price).ok_or(too_large)?, game),
    };
    if !quantity.is_positive() {
        return Err(too_small);
    }
    let available = situation.position.quantity;
    if quantity > available {
        return Err(Rejection::InsufficientQuantity {
            needed: quantity,
            available,
        });
    }
    let sells_all = quantity == available;
    let value = price.value_of(quantity).ok_or(too_large)?;
    if !sells_all {
        check_fraction(quantity, game)?;
        check_value(value, game)?;
    } else if value > game.order_max {
        return Err(too_large);
    }
    let fee = game.fees.of(value).ok_or(too_large)?;
    let proceeds = value.checked_sub(fee).ok_or(too_large)?;
    let available_cash = situation.account.cash;
    let cash = available_cash.checked_add(proceeds).ok_or(too_large)?;
    if cash.is_negative() {
        // Only where the fee is larger than all that the sale brings and the account has.
        return Err(Rejection::InsufficientCash {
            needed: proceeds.negated(),
            available: available_cash,
        });
    }
    let (position, sold) = situation
        .position
        .after_sale(quantity, proceeds, situation.now)
        .ok_or(too_large)?;
    let realized_profit = proceeds.checked_sub(sold.average_cost).ok_or(too_large)?;

    let xp = situation.xp_rules.for_trade(TradeFacts {
        side: Side::Sell,
        now: situation.now,
        repeats: situation.position.trades_on(situation.now.day()),
        reason: order.reason(),
        diversifies: false,
        last_bought_at: situation.position.last_bought_at,
        newest_sold_bought_at: sold.newest_bought_at,
    });
    Ok(Execution {
        fill: Fill {
            symbol: order.symbol(),
            side: Side::Sell,
            quantity,
            price,
            value,
            fee,
            cash_change: proceeds,
            cost_basis_change: sold.average_cost.negated(),
            realized_profit,
            realized_profit_fifo: proceeds.checked_sub(sold.fifo_cost).ok_or(too_large)?,
            xp,
            at: situation.now,
        },
        account: Account {
            cash,
            realized_profit: situation
                .account
                .realized_profit
                .checked_add(realized_profit)
                .ok_or(too_large)?,
            positions_held: situation
                .account
                .positions_held
                .saturating_sub(u32::from(sells_all)),
        },
        position,
        xp: situation.xp.saturating_add(xp),
    })
}

/// The most shares whose cost with the fee is covered by an amount.
fn quantity_for(amount: Money, price: Price, game: &GameRules) -> Option<Quantity> {
    let after_fixed = amount.checked_sub(game.fees.fixed)?;
    if !after_fixed.is_positive() {
        return None;
    }
    // value × (10000 + bps) / 10000 ≤ after_fixed, in whole units of Money, rounded down.
    let scaled = i128::from(after_fixed.units()).checked_mul(10_000)?;
    let divisor = i128::from(game.fees.basis_points).checked_add(10_000)?;
    let value = Money::from_units(i64::try_from(scaled.checked_div(divisor)?).ok()?);
    let quantity = whole_if_needed(value.quantity_at(price)?, game);
    quantity.is_positive().then_some(quantity)
}

fn whole_if_needed(quantity: Quantity, game: &GameRules) -> Quantity {
    if game.fractional {
        quantity
    } else {
        quantity.whole_shares()
    }
}

fn check_fraction(quantity: Quantity, game: &GameRules) -> Result<(), Rejection> {
    if game.fractional || quantity.is_whole() {
        Ok(())
    } else {
        Err(Rejection::WholeSharesOnly { quantity })
    }
}

fn check_value(value: Money, game: &GameRules) -> Result<(), Rejection> {
    if value < game.order_min {
        return Err(Rejection::TooSmall {
            minimum: game.order_min,
        });
    }
    if value > game.order_max {
        return Err(Rejection::TooLarge {
            maximum: game.order_max,
        });
    }
    Ok(())
}
