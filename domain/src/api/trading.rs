//! Orders, holdings, summary and ledger of an account.

mod lots;
mod order;
mod taxes;

use serde::{Deserialize, Serialize};

pub use lots::{LotRow, LotSale, LotsView};
pub use order::{OrderRequest, OrderStatus, OrderView, QuestDone, UnlockView};
pub use taxes::{TaxYearView, TaxesView};

use crate::{
    Account, Conversion, FactKind, GameId, GameRules, Lot, LotChoice, Money, Percent, Position,
    Price, Progress, Quantity, Quote, ReleaseCause, Side, SplitRatio, Symbol, Timestamp,
    TradingDay, Xp, XpRules, holding_value,
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
    /// Further pages of it that the requesting player may visit; empty for others.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub links: Vec<GameLink>,
    /// Whether the requesting player can join it directly.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub can_join: bool,
}

/// A link within a game that not every player gets.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct GameLink {
    /// The page's address within the game, such as `/host`.
    pub path: String,
    /// Its label.
    pub label: String,
}

/// A game in the list of games.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct GameRow {
    /// The game.
    pub game: GameView,
    /// Whether the player has an account in it.
    pub joined: bool,
}

/// A position, without its lots.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PositionView {
    /// Shares held.
    pub quantity: Quantity,
    /// Their total cost.
    pub cost_basis: Money,
    /// Their average cost per share.
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
    /// The account's version that this ticket reflects.
    pub version: i64,
    /// Cash, realized profit, positions held.
    pub account: Account,
    /// The position in the instrument.
    pub position: Position,
    /// The player's XP.
    pub xp: Xp,
    /// The quote.
    pub quote: Option<Quote>,
    /// The instrument's category.
    #[serde(default)]
    pub category: Option<String>,
    /// The game's rules.
    pub game: GameRules,
    /// What actions earn.
    pub xp_rules: XpRules,
    /// What the player has traded lately, across all accounts.
    pub traded: TradingDay,
    /// The achievements that a trade large enough to count would unlock.
    #[serde(default)]
    pub would_unlock: WouldUnlock,
    /// The server's clock.
    pub now: Timestamp,
}

/// Names of the achievements that a trade would unlock, by kind of trade.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct WouldUnlock {
    /// A purchase.
    pub buy: Vec<String>,
    /// A purchase with a real reason.
    pub buy_reasoned: Vec<String>,
    /// A sale.
    pub sell: Vec<String>,
    /// A sale with a real reason.
    pub sell_reasoned: Vec<String>,
}

impl WouldUnlock {
    /// The ones for an order.
    #[must_use]
    pub fn of(&self, side: Side, is_reasoned: bool) -> &[String] {
        match (side, is_reasoned) {
            (Side::Buy, false) => &self.buy,
            (Side::Buy, true) => &self.buy_reasoned,
            (Side::Sell, false) => &self.sell,
            (Side::Sell, true) => &self.sell_reasoned,
        }
    }
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
    /// The quote used to value it; none when there is no price at all.
    pub quote: Option<Quote>,
    /// Value at the quote, or at cost when there is none.
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

    /// The same holding at a newer quote, valued as [`Position::value`] does.
    #[must_use]
    pub fn at_quote(&self, quote: Quote) -> Self {
        let PositionView {
            quantity,
            cost_basis,
            ..
        } = self.position;
        let value = holding_value(quote.price, quantity, cost_basis, self.lots.len());
        let value = value.unwrap_or(self.value);
        let unrealized_profit = value.checked_sub(cost_basis).unwrap_or_default();
        Self {
            quote: Some(quote),
            value,
            unrealized_profit,
            unrealized_percent: unrealized_profit.percent_of(cost_basis),
            ..self.clone()
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
    /// The part of the cash set aside for open orders.
    #[serde(default)]
    pub reserved_cash: Money,
    /// Orders that wait for their price.
    #[serde(default)]
    pub open_orders: u32,
    /// Value of all positions.
    pub market_value: Money,
    /// Cost of all positions.
    pub invested: Money,
    /// Cash and positions.
    pub net_worth: Money,
    /// Net worth less starting cash.
    pub profit: Money,
    /// The same in percent of the starting cash.
    pub profit_percent: Option<Percent>,
    /// Unrealized profit: value less cost of all holdings.
    pub unrealized_profit: Money,
    /// Realized profit: profit of all sales.
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
    pub kind: FactKind,
    /// Change of cash.
    pub cash_change: Money,
    /// XP earned.
    pub xp: Xp,
    /// Why a trade earned its XP, in a sentence.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub xp_reason: Option<String>,
    /// Since when the rules that say so have applied.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub xp_rules_since: Option<Timestamp>,
    /// The instrument of an order.
    pub symbol: Option<Symbol>,
    /// Change of the shares held.
    pub quantity_change: Option<Quantity>,
    /// Price of one share; for a waiting order, its trigger.
    pub price: Option<Price>,
    /// The fee, inside `cash_change`.
    pub fee: Option<Money>,
    /// Profit of a sale.
    pub realized_profit: Option<Money>,
    /// Which shares a sale took, if not the oldest.
    #[serde(default, skip_serializing_if = "LotChoice::is_oldest")]
    pub lots: LotChoice,
    /// Change of the cash that is set aside for open orders.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reserved_cash_change: Option<Money>,
    /// Change of the shares that are set aside for open orders.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reserved_quantity_change: Option<Quantity>,
    /// Why something that waited ended.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub release_cause: Option<ReleaseCause>,
    /// For a split: new shares for old ones.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub split: Option<SplitRatio>,
    /// The money that a trade abroad changed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub conversion: Option<Conversion>,
    /// The player's reason, or the host's; none when there is none or it was erased.
    pub reason: Option<String>,
    /// SHA-256 of the previous entry, in hexadecimal.
    pub previous_hash: String,
}
