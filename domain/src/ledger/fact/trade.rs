//! The trade that a fact states, with what counters need to know about it.

use serde::{Deserialize, Serialize};

use crate::ledger::WordsDigest;
use crate::{IdempotencyKey, InstrumentId, Money, Price, Quantity, Reserve, Xp};

/// A trade of shares for cash.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Trade {
    /// The instrument.
    pub instrument: InstrumentId,
    /// Shares; always above zero.
    pub quantity: Quantity,
    /// Price of one share.
    pub price: Price,
    /// The fee, already inside `cash_change`.
    pub fee: Money,
    /// Change of the account's cash: below zero for a buy.
    pub cash_change: Money,
    /// Change of the position's cost basis: below zero for a sale.
    pub cost_basis_change: Money,
    /// Profit of a sale; zero for a buy.
    pub realized_profit: Money,
    /// XP that the player earned by it.
    pub xp: Xp,
    /// The order that caused it.
    pub key: IdempotencyKey,
    /// The player's reason.
    pub reason: Option<WordsDigest>,
    /// For an order that rested: what was reserved for it.
    pub released: Option<Reserve>,
    /// What counters need to know beyond the amounts.
    pub marks: TradeMarks,
}

/// What counters need to know about a trade beyond its amounts. Decided and stored with the trade, so that
/// counters can be recomputed from the ledger alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct TradeMarks {
    /// Whether it counts towards achievements ([`crate::XpRules::counts`]).
    pub counts: bool,
    /// Whether its reason is a real one ([`crate::progress::reason_lacks`]).
    pub is_reasoned: bool,
    /// The branch that the instrument belongs to.
    pub branch: Branch,
    /// For an order that rested: what it waited for.
    pub waited_for: Option<WaitedFor>,
}

/// The branch that an instrument belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub enum Branch {
    /// Unknown to the game, as for an imported instrument.
    #[default]
    Other,
    /// A sector, by its number in [`Branch::SECTORS`].
    Sector(u8),
    /// It is a fund.
    Fund,
}

impl Branch {
    /// The categories that are sectors. New ones go at the end: ledgers refer to them by number.
    pub const SECTORS: [&'static str; 8] = [
        "Food",
        "Technology",
        "Energy",
        "Health",
        "Travel",
        "Entertainment",
        "Home",
        "Industry",
    ];

    /// The branch of an instrument in a category.
    #[must_use]
    pub fn of_category(category: &str) -> Self {
        if category == "Funds" {
            return Self::Fund;
        }
        let place = Self::SECTORS.iter().position(|sector| *sector == category);
        let number = place.and_then(|place| u8::try_from(place).ok());
        number.map_or(Self::Other, Self::Sector)
    }
}

/// What a filled order had waited for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum WaitedFor {
    /// Its price or a better one.
    Limit,
    /// Its price or a worse one.
    Stop,
}
