//! A basket of orders: decided as a whole before any order is placed, by the rules that apply to
//! each.

use std::collections::HashMap;

use serde::{Deserialize, Serialize};

use crate::{
    Account, Execution, GameRules, Order, Position, Quote, Rejection, Situation, Symbol, Timestamp,
    TradingDay, Xp, XpRules, execute,
};

/// What happens to a basket when some of its orders fail.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum BasketMode {
    /// Nothing is traded.
    #[default]
    AllOrNothing,
    /// The valid orders are traded, each decided after those before it.
    Possible,
}

/// Orders placed together: at most [`Basket::ORDERS_MAX`], without terms.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Basket {
    /// In the order in which they are decided.
    pub orders: Vec<Order>,
    /// What happens if one fails.
    pub mode: BasketMode,
}

impl Basket {
    /// The most orders in a basket.
    pub const ORDERS_MAX: usize = 100;
}

/// The account that a basket is decided on.
#[derive(Debug, Clone, Copy)]
pub struct BasketAccount<'a> {
    /// The account's cash and counts.
    pub account: &'a Account,
    /// The player's XP.
    pub xp: Xp,
    /// The game's rules.
    pub game: &'a GameRules,
    /// What actions earn.
    pub xp_rules: &'a XpRules,
    /// What the player has traded lately.
    pub traded: TradingDay,
    /// The instant of the trades.
    pub now: Timestamp,
}

/// What an order of a basket needs to know of its instrument.
#[derive(Debug, Clone, Default)]
pub struct Traded {
    /// The position in it; the default if there never was one.
    pub position: Position,
    /// The quote; none when it cannot be traded now.
    pub quote: Option<Quote>,
    /// Its category, if known.
    pub category: Option<String>,
}

/// Decides the orders one by one, each on the state that those before it left. A failed order changes
/// nothing, so the rest are decided as if it were absent.
#[must_use]
pub fn preview(
    orders: &[Order],
    on: BasketAccount<'_>,
    traded: impl Fn(Symbol) -> Traded,
) -> Vec<Result<Execution, Rejection>> {
    let mut account = *on.account;
    let mut xp = on.xp;
    let mut known: HashMap<Symbol, Traded> = HashMap::new();
    let mut outcomes = Vec::with_capacity(orders.len());
    for order in orders {
        let symbol = order.symbol();
        let instrument = known.entry(symbol).or_insert_with(|| traded(symbol));
        let outcome = execute(
            order,
            Situation {
                account: &account,
                position: &instrument.position,
                xp,
                quote: instrument.quote.as_ref(),
                category: instrument.category.as_deref(),
                game: on.game,
                xp_rules: on.xp_rules,
                traded: on.traded,
                now: on.now,
            },
        );
        if let Ok(execution) = &outcome {
            account = execution.account;
            xp = execution.xp;
            instrument.position = execution.position.clone();
        }
        outcomes.push(outcome);
    }
    outcomes
}
