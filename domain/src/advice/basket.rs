//! A basket of orders: decided as a whole before any of it is placed, with the rules of each order.

use std::collections::HashMap;

use serde::{Deserialize, Serialize};

use crate::{
    Account, Execution, GameRules, Order, Position, Quote, Rejection, Situation, Symbol, Timestamp,
    TradingDay, Xp, XpRules, execute,
};

/// What happens to a basket of which not every order holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum BasketMode {
    /// Nothing is traded.
    #[default]
    AllOrNothing,
    /// The orders that hold are traded, each decided after those before it.
    Possible,
}

/// Orders that are placed together: at most [`Basket::ORDERS_MAX`], without terms.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Basket {
    /// In the order in which they are decided.
    pub orders: Vec<Order>,
    /// What happens if one does not hold.
    pub mode: BasketMode,
}

impl Basket {
    /// Orders of a basket.
    pub const ORDERS_MAX: usize = 100;
}

/// The account that a basket is decided on.
#[derive(Debug, Clone, Copy)]
pub struct BasketAccount<'a> {
    /// Cash and counts.
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
    /// The position in it; the default one when there never was any.
    pub position: Position,
    /// The quote; none when it is not tradable now.
    pub quote: Option<Quote>,
    /// Its category, if it is known.
    pub category: Option<String>,
}

/// Decides the orders one after the other, each on what those before it left. An order that does not
/// hold changes nothing, so what follows is decided as if it were not there.
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
