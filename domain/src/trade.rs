//! Trading: the one function that decides what an order does, for the server that executes it
//! and for the page that previews it.

use serde::{Deserialize, Serialize};

use crate::progress::reason_lacks;
use crate::{
    Conversion, Foreign, GameRules, Money, Order, Position, Price, Progress, Quantity, Rejection,
    Side, Size, Symbol, Timestamp, TradeFacts, TradeMarks, TradeSize, TradingDay, Xp, XpRules,
};

mod account;
pub(crate) mod limits;
pub(crate) mod pricing;

pub use account::Account;
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
    /// The source has failed since, or its exchange is closed: this is the last known price, and
    /// orders are not filled at it.
    pub stale: bool,
    /// The previous day's close, for computing the day's change.
    pub previous_close: Option<Price>,
    /// The currency it trades in, when that is not the game's. `price` is converted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub foreign: Option<Foreign>,
    /// When its trading goes on after a halt, on the market's clock; none unless it is halted. Until then `price`
    /// only indicates what its first trade would pay.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub halted_until: Option<Timestamp>,
}

impl Quote {
    /// Whether orders are filled at it.
    #[must_use]
    pub fn is_fresh(&self) -> bool {
        !self.stale && self.halted_until.is_none()
    }
}

/// Everything that an order's outcome depends on.
#[derive(Debug, Clone, Copy)]
pub struct Situation<'a> {
    /// The account that trades.
    pub account: &'a Account,
    /// Its position in the instrument; the default if it never had one.
    pub position: &'a Position,
    /// The player's XP.
    pub xp: Xp,
    /// The current quote; none when the instrument cannot be traded now.
    pub quote: Option<&'a Quote>,
    /// The instrument's category; none when unknown. A game that restricts categories then refuses to buy.
    pub category: Option<&'a str>,
    /// The game's rules.
    pub game: &'a GameRules,
    /// What actions earn.
    pub xp_rules: &'a XpRules,
    /// What the player has traded lately, across all accounts.
    pub traded: TradingDay,
    /// The instant of the trade.
    pub now: Timestamp,
}

impl<'a> Situation<'a> {
    /// What decides what a trade costs.
    pub(crate) fn terms(&self) -> pricing::Terms<'a> {
        pricing::Terms {
            game: self.game,
            foreign: self.quote.and_then(|quote| quote.foreign),
        }
    }
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
    /// Price times quantity, rounded according to the side.
    pub value: Money,
    /// The fee.
    pub fee: Money,
    /// The change in the account's cash: below zero for a buy.
    pub cash_change: Money,
    /// The change in the position's cost basis: below zero for a sale.
    pub cost_basis_change: Money,
    /// For a sale: proceeds less fee less average cost; zero for a buy.
    pub realized_profit: Money,
    /// For a sale: the same, but against the cost of the specific lots sold; zero for a buy.
    pub lot_profit: Money,
    /// The tax that a game with taxes immediately takes from the gain of a sale, on top of
    /// `cash_change`.
    #[serde(default)]
    pub tax: Money,
    /// The money that a trade abroad changed; its cost comes on top of `cash_change`.
    #[serde(default)]
    pub conversion: Option<Conversion>,
    /// XP earned.
    pub xp: Xp,
    /// When.
    pub at: Timestamp,
}

impl Fill {
    /// Everything that changed the account's cash: with the conversion and the tax.
    #[must_use]
    pub fn cash_change_in_all(&self) -> Money {
        let conversion = self.conversion.map_or(0, |one| one.cost.units());
        let taken = conversion.saturating_add(self.tax.units());
        Money::from_units(self.cash_change.units().saturating_sub(taken))
    }
}

/// The outcome of a filled order: the fill, and the state after it.
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
    /// What the counters need to know about it. The caller sets the sector, because it knows the
    /// instrument.
    pub marks: TradeMarks,
}

impl Execution {
    /// Level and progress after it.
    #[must_use]
    pub fn progress(&self) -> Progress {
        Progress::of(self.xp)
    }
}

/// Decides an order at the current quote. The server executes exactly this; the page previews
/// exactly this. Orders that wait for their price are decided by [`crate::place`].
///
/// # Errors
/// The [`Rejection`] to show the player.
///
/// # Examples
/// ```
/// use domain::*;
/// let order = Order::new("first-order".parse()?, "ACME".parse()?, Side::Buy, Size::Quantity("3".parse()?), None, None)?;
/// let now = Timestamp::from_seconds(1_795_262_400);
/// let quote = Quote { symbol: order.symbol(), price: "100".parse()?, at: now, stale: false, previous_close: None, foreign: None, halted_until: None };
/// let execution = execute(&order, Situation {
///     account: &Account::opened_with(Money::from_whole(10_000)),
///     position: &Position::default(),
///     xp: 0,
///     quote: Some(&quote),
///     category: None,
///     game: &GameRules::open_league(),
///     xp_rules: &XpRules::default(),
///     traded: TradingDay::default(),
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
    check_age(quote, situation.now)?;
    if let Some(guard) = order.guard() {
        pricing::check_guard(order.side(), guard, quote.price)?;
    }
    execute_at(order, order.size(), quote.price, situation)
}

/// The last known price may be out of date, and that of a halted instrument is no offer, so orders are not
/// filled at them.
fn check_age(quote: &Quote, now: Timestamp) -> Result<(), Rejection> {
    if let Some(halted_until) = quote.halted_until {
        return Err(Rejection::Halted {
            symbol: quote.symbol,
            halted_until,
        });
    }
    if !quote.stale {
        return Ok(());
    }
    Err(Rejection::StaleQuote {
        symbol: quote.symbol,
        quoted_at: quote.at,
        age_s: u64::try_from(now.seconds_since(quote.at)).unwrap_or_default(),
    })
}

/// Executes a given quantity of an order at a price, within the free cash and shares.
pub(crate) fn execute_at(
    order: &Order,
    size: Size,
    price: Price,
    situation: Situation<'_>,
) -> Result<Execution, Rejection> {
    let terms = situation.terms();
    match order.side() {
        Side::Buy => buy(order, pricing::purchase(size, price, terms)?, situation),
        Side::Sell => sell(
            order,
            pricing::sale(size, price, situation.position, terms)?,
            situation,
        ),
    }
}

fn buy(order: &Order, priced: Priced, situation: Situation<'_>) -> Result<Execution, Rejection> {
    let too_large = Rejection::TooLarge {
        maximum: situation.game.order_max,
    };
    let cost = priced.value.checked_add(priced.fee).ok_or(too_large)?;
    let taken = cost.checked_add(priced.conversion_cost());
    let taken = taken.ok_or(too_large)?;
    situation.account.check_free_cash(taken)?;
    let cash = situation.account.cash.checked_sub(taken).ok_or(too_large)?;
    limits::check_purchase(order.symbol(), priced.price, cost, situation)?;
    let before = situation.position;
    let position = before
        .after_purchase(priced.quantity, cost, situation.now)
        .ok_or(too_large)?;

    let facts = TradeFacts {
        diversifies: before.traded_on.is_none() && situation.account.positions_held > 0,
        ..facts(order, priced.value, situation)
    };
    let xp = situation.xp_rules.for_trade(facts);
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
        marks: marks(situation.xp_rules, facts),
    })
}

fn sell(order: &Order, priced: Priced, situation: Situation<'_>) -> Result<Execution, Rejection> {
    let too_large = Rejection::TooLarge {
        maximum: situation.game.order_max,
    };
    limits::check_sale(situation)?;
    let proceeds = priced.value.checked_sub(priced.fee).ok_or(too_large)?;
    let conversion = priced.conversion_cost();
    let changed = proceeds.checked_sub(conversion).ok_or(too_large)?;
    let lots = order.lots();
    limits::check_lots(lots, situation.position)?;
    let sale = situation
        .position
        .after_sale(priced.quantity, lots, proceeds, situation.now);
    let (position, sold) = sale.ok_or(too_large)?;
    let lot_cost = sold.lot_cost().ok_or(too_large)?;
    let tax = match situation.game.taxes {
        Some(taxes) => taxes.of_sale(&sold.lots, proceeds).ok_or(too_large)?,
        None => Money::ZERO,
    };
    let brings = changed.checked_sub(tax).ok_or(too_large)?;
    // Above zero only where the costs exceed the proceeds of the sale.
    situation.account.check_free_cash(brings.negated())?;
    let cash = situation.account.cash.checked_add(brings);
    let cash = cash.ok_or(too_large)?;
    let realized_profit = proceeds.checked_sub(sold.average_cost).ok_or(too_large)?;
    let total_profit = situation
        .account
        .realized_profit
        .checked_add(realized_profit)
        .ok_or(too_large)?;

    let facts = TradeFacts {
        newest_sold_bought_at: sold.newest_bought_at(),
        ..facts(order, priced.value, situation)
    };
    let xp = situation.xp_rules.for_trade(facts);
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
        lot_profit: proceeds.checked_sub(lot_cost).ok_or(too_large)?,
        tax,
        xp,
        ..plain_fill(order, priced, situation.now)
    };
    Ok(Execution {
        fill,
        account,
        position,
        xp: situation.xp.saturating_add(xp),
        marks: marks(situation.xp_rules, facts),
    })
}

/// What affects the XP of buys and sales alike.
fn facts(order: &Order, value: Money, situation: Situation<'_>) -> TradeFacts {
    let net_worth = situation.account.book_value(situation.game.starting_cash);
    TradeFacts {
        side: order.side(),
        now: situation.now,
        repeats: situation.position.trades_on(situation.now.day()),
        is_reasoned: order
            .reason()
            .is_some_and(|reason| reason_lacks(reason).is_none()),
        diversifies: false,
        last_bought_at: situation.position.last_bought_at,
        newest_sold_bought_at: None,
        size: Some(TradeSize { value, net_worth }),
        traded: situation.traded,
    }
}

fn marks(rules: &XpRules, facts: TradeFacts) -> TradeMarks {
    TradeMarks {
        counts: rules.counts(facts),
        is_reasoned: facts.is_reasoned,
        ..TradeMarks::default()
    }
}

/// A fill without any effects yet.
fn plain_fill(order: &Order, priced: Priced, now: Timestamp) -> Fill {
    let Priced {
        quantity,
        price,
        value,
        fee,
        conversion,
    } = priced;
    let sold = |conversion: Conversion| Conversion {
        amount: conversion.amount.negated(),
        ..conversion
    };
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
        lot_profit: Money::ZERO,
        tax: Money::ZERO,
        conversion: match order.side() {
            Side::Buy => conversion,
            Side::Sell => conversion.map(sold),
        },
        xp: 0,
        at: now,
    }
}
