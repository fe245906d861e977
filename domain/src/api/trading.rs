//! Orders, holdings, summary and ledger of an account.

use serde::{Deserialize, Serialize};

use crate::{
    Account, EntryKind, Fill, GameId, GameRules, IdempotencyKey, Lot, Money, Order, OrderError,
    Percent, Position, Price, PriceGuard, Progress, Quantity, Quote, Rejection, Side, Size, Symbol,
    Timestamp, Xp, XpRules,
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

/// Places an order at the current quote.
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
    pub reason: Option<String>,
}

impl OrderRequest {
    /// The order that is asked for.
    ///
    /// # Errors
    /// An [`OrderError`] that names the wrong field.
    pub fn order(&self) -> Result<Order, OrderError> {
        let key = self.idempotency_key.clone();
        Order::new(
            key,
            self.symbol,
            self.side,
            self.size,
            self.guard,
            self.reason.as_deref(),
        )
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

/// Everything that an order ticket needs to predict an order: the arguments of [`crate::execute`].
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
        let value = quote
            .and_then(|quote| position.value(quote.price))
            .unwrap_or(position.cost_basis);
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
    /// The instrument of a trade.
    pub symbol: Option<Symbol>,
    /// Change of the shares held.
    pub quantity_change: Option<Quantity>,
    /// Price of one share.
    pub price: Option<Price>,
    /// The fee, inside `cash_change`.
    pub fee: Option<Money>,
    /// Profit of a sale.
    pub realized_profit: Option<Money>,
    /// The player's reason.
    pub reason: Option<String>,
    /// SHA-256 of the entry before, in hexadecimal.
    pub previous_hash: String,
}
