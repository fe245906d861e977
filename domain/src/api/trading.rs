//! Orders, holdings, summary and ledger of an account.

use serde::{Deserialize, Serialize};

use crate::{
    Account, EntryKind, Fill, GameId, GameRules, IdempotencyKey, Lot, Money, Order, OrderError,
    Percent, Position, Price, PriceGuard, Progress, Quantity, Quote, Rejection, Reserve,
    RestingOrder, Side, Size, Symbol, Terms, Timestamp, Trigger, Xp, XpRules,
};

/// A game.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct GameView {
    /// Its id.
    pub id: GameId,
    /// Its name in addresses; `open` is the open league.
    pub slug: String,
    /// Its name for people.
    pub name: String,
    /// Its rules.
    pub rules: GameRules,
}

/// Places an order: at the current quote, or, with a trigger, to rest until its price comes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct OrderRequest {
    /// The client's name for the order: sending it again is safe and gets the first answer.
    pub idempotency_key: IdempotencyKey,
    /// What to trade.
    pub symbol: Symbol,
    /// Buy or sell.
    pub side: Side,
    /// How much.
    pub size: Size,
    /// The price that was seen; without it any price is taken.
    #[serde(default)]
    pub guard: Option<PriceGuard>,
    /// Why, in the player's words; at most 500 characters.
    #[serde(default)]
    #[cfg_attr(feature = "openapi", schema(max_length = 500))]
    pub reason: Option<String>,
    /// The price that the order waits for; without it the order is filled at once or not at all.
    /// It takes the place of the guard.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub trigger: Option<Trigger>,
    /// When a waiting order ends unfilled; without it, it is good till cancelled.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expires_at: Option<Timestamp>,
}

impl OrderRequest {
    /// The order that is asked for.
    ///
    /// # Errors
    /// An [`OrderError`] that names the wrong field.
    pub fn order(&self) -> Result<Order, OrderError> {
        let key = self.idempotency_key.clone();
        let order = Order::new(
            key,
            self.symbol,
            self.side,
            self.size,
            self.guard,
            self.reason.as_deref(),
        )?;
        let expires_at = self.expires_at;
        match self.trigger {
            Some(trigger) => order.on_terms(Terms {
                trigger,
                expires_at,
            }),
            None if expires_at.is_some() => Err(OrderError::Expiry),
            None => Ok(order),
        }
    }
}

/// What became of an order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum OrderStatus {
    /// It was filled.
    Filled,
    /// It was not, and never will be.
    Rejected,
    /// It waits for its price.
    Resting,
    /// Its player has cancelled it.
    Cancelled,
    /// Its time was over before its price came.
    Expired,
}

/// An order and what became of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct OrderView {
    /// The client's name for it.
    pub idempotency_key: IdempotencyKey,
    /// What was to be traded.
    pub symbol: Symbol,
    /// Buy or sell.
    pub side: Side,
    /// How much.
    pub size: Size,
    /// When the server decided it.
    pub at: Timestamp,
    /// What became of it.
    pub status: OrderStatus,
    /// The fill, when it was filled.
    pub fill: Option<Fill>,
    /// Why it was not.
    pub rejection: Option<Rejection>,
    /// Cash after it.
    pub cash_after: Option<Money>,
    /// The position in the instrument after it.
    pub position_after: Option<PositionView>,
    /// The player's XP after it.
    pub xp_after: Option<Xp>,
    /// The price that it waits for, or has waited for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub trigger: Option<Trigger>,
    /// When it ends unfilled.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expires_at: Option<Timestamp>,
    /// While it waits: what is set aside for it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reserved: Option<Reserve>,
}

impl OrderView {
    /// An order of which nothing is known but what it asks for.
    #[must_use]
    pub fn unfilled(order: &Order, status: OrderStatus, at: Timestamp) -> Self {
        Self {
            idempotency_key: order.key().clone(),
            symbol: order.symbol(),
            side: order.side(),
            size: order.size(),
            at,
            status,
            fill: None,
            rejection: None,
            cash_after: None,
            position_after: None,
            xp_after: None,
            trigger: order.terms().map(|terms| terms.trigger),
            expires_at: order.terms().and_then(|terms| terms.expires_at),
            reserved: None,
        }
    }

    /// An order that waits.
    #[must_use]
    pub fn resting(resting: &RestingOrder) -> Self {
        Self {
            reserved: Some(resting.reserve),
            ..Self::unfilled(&resting.order, OrderStatus::Resting, resting.placed_at)
        }
    }
}

/// A position, without its lots.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PositionView {
    /// Shares held.
    pub quantity: Quantity,
    /// What they cost.
    pub cost_basis: Money,
    /// What one of them cost on average.
    pub average_cost: Option<Price>,
    /// Profit of all sales so far.
    pub realized_profit: Money,
}

impl From<&Position> for PositionView {
    fn from(position: &Position) -> Self {
        Self {
            quantity: position.quantity,
            cost_basis: position.cost_basis,
            average_cost: position.average_cost(),
            realized_profit: position.realized_profit,
        }
    }
}

/// Everything that an order ticket needs to predict an order: the arguments of [`crate::place`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct TicketView {
    /// The account's version: the ticket was true at it.
    pub version: i64,
    /// Cash, realized profit, positions held.
    pub account: Account,
    /// The position in the instrument.
    pub position: Position,
    /// The player's XP.
    pub xp: Xp,
    /// The quote.
    pub quote: Option<Quote>,
    /// The game's rules.
    pub game: GameRules,
    /// What actions earn.
    pub xp_rules: XpRules,
    /// The server's clock.
    pub now: Timestamp,
}

/// A position, valued.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct HoldingView {
    /// The instrument.
    pub symbol: Symbol,
    /// Its name.
    pub name: String,
    /// Its category.
    pub category: String,
    /// Shares, cost and realized profit.
    pub position: PositionView,
    /// The quote that it is valued by; none when there is no price at all.
    pub quote: Option<Quote>,
    /// Worth at the quote; at cost when there is none.
    pub value: Money,
    /// Value less cost.
    pub unrealized_profit: Money,
    /// The same in percent; none over a zero cost.
    pub unrealized_percent: Option<Percent>,
    /// The purchases still held, oldest first.
    pub lots: Vec<Lot>,
}

impl HoldingView {
    /// Values a position at a quote.
    #[must_use]
    pub fn new(
        symbol: Symbol,
        name: &str,
        category: &str,
        position: &Position,
        quote: Option<Quote>,
    ) -> Self {
        let value = position.worth(quote.as_ref());
        let unrealized_profit = value.checked_sub(position.cost_basis).unwrap_or_default();
        Self {
            symbol,
            name: name.to_owned(),
            category: category.to_owned(),
            position: position.into(),
            quote,
            value,
            unrealized_profit,
            unrealized_percent: unrealized_profit.percent_of(position.cost_basis),
            lots: position.lots.clone(),
        }
    }
}

/// An account at a glance.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SummaryView {
    /// The game.
    pub game: GameView,
    /// Cash.
    pub cash: Money,
    /// Of the cash, set aside for open orders.
    #[serde(default)]
    pub reserved_cash: Money,
    /// Orders that wait for their price.
    #[serde(default)]
    pub open_orders: u32,
    /// Worth of all positions.
    pub market_value: Money,
    /// Cost of all positions.
    pub invested: Money,
    /// Cash and positions.
    pub net_worth: Money,
    /// Net worth less starting cash.
    pub profit: Money,
    /// The same in percent of the starting cash.
    pub profit_percent: Option<Percent>,
    /// Value less cost of what is held.
    pub unrealized_profit: Money,
    /// Profit of what was sold.
    pub realized_profit: Money,
    /// Instruments held.
    pub positions_held: u32,
    /// The player's XP.
    pub xp: Xp,
    /// Level and progress.
    pub progress: Progress,
    /// The account's version.
    pub version: i64,
    /// The instant of the valuation.
    pub at: Timestamp,
}

/// A ledger entry, with the instrument by its symbol.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct LedgerEntryView {
    /// Its place in the ledger, from 1.
    pub seq: i64,
    /// When.
    pub at: Timestamp,
    /// What kind of fact.
    pub kind: EntryKind,
    /// Change of cash.
    pub cash_change: Money,
    /// XP earned.
    pub xp: Xp,
    /// The instrument of an order.
    pub symbol: Option<Symbol>,
    /// Change of the shares held.
    pub quantity_change: Option<Quantity>,
    /// Price of one share; of an order that was only placed or ended, its trigger.
    pub price: Option<Price>,
    /// The fee, inside `cash_change`.
    pub fee: Option<Money>,
    /// Profit of a sale.
    pub realized_profit: Option<Money>,
    /// Change of the cash that is set aside for open orders.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reserved_cash_change: Option<Money>,
    /// Change of the shares that are set aside for open orders.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reserved_quantity_change: Option<Quantity>,
    /// The player's reason.
    pub reason: Option<String>,
    /// SHA-256 of the entry before, in hexadecimal.
    pub previous_hash: String,
}
