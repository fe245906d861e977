//! Practice accounts: a game of the player's own that begins with the holdings of a real portfolio.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::{Currency, Money, Price, Quantity, Symbol};

/// What a practice game is played on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum PracticeMarket {
    /// The market of the open league.
    Shared,
    /// Real history, from a year before its end.
    Replay,
}

/// Holdings to begin with.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct PracticeRequest {
    /// The content of a file: lines of `symbol,shares,price`, Ghostfolio's activities as CSV or JSON,
    /// Portfolio Performance's transactions as CSV, or an exported `ledger.csv`.
    pub text: String,
    /// The market; none: whichever lists more of the symbols.
    #[serde(default)]
    pub market: Option<PracticeMarket>,
    /// Cash besides the holdings; none: that of the file, if it says any.
    #[serde(default)]
    pub cash: Option<Money>,
    /// For symbols as the file writes them: the company that stands for each. Empty leaves it out.
    #[serde(default)]
    pub choices: BTreeMap<String, String>,
}

/// What becomes of a holding.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum PracticeOutcome {
    /// The account begins with it.
    Held,
    /// The market does not list it, and no company was chosen for it: it is left out.
    Unknown,
    /// It is left out.
    LeftOut,
}

/// A holding of the file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PracticeRow {
    /// The first line of the file that is about it, from 1.
    pub line: u64,
    /// Its symbol as the file writes it.
    pub written: String,
    /// Its name, if the file says it.
    pub name: Option<String>,
    /// Shares held after all lines.
    pub shares: Quantity,
    /// What becomes of it.
    pub outcome: PracticeOutcome,
    /// Why, in words.
    pub reason: String,
    /// What the account holds for it.
    pub symbol: Option<Symbol>,
    /// Shares that the account begins with.
    pub quantity: Option<Quantity>,
    /// The current price of one.
    pub price: Option<Price>,
    /// What they cost.
    pub cost: Option<Money>,
    /// The company of the nearest category, for what the market does not list.
    pub suggestion: Option<Symbol>,
}

/// A line that could not be used.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PracticeLine {
    /// Its number, from 1.
    pub line: u64,
    /// What is wrong with it, in words.
    pub message: String,
}

/// A company that can stand for an unknown symbol.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PracticeCompany {
    /// Its symbol.
    pub symbol: Symbol,
    /// Its name.
    pub name: String,
    /// Its category.
    pub category: String,
}

/// What a practice account would begin with. Nothing is created yet.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PracticeView {
    /// What kind of file it is, in words.
    pub format: String,
    /// The market.
    pub market: PracticeMarket,
    /// The markets that this server has.
    pub markets: Vec<PracticeMarket>,
    /// The holdings, in the order of the file.
    pub rows: Vec<PracticeRow>,
    /// Lines that could not be used, the first 100.
    pub wrong: Vec<PracticeLine>,
    /// Further lines that could not be used.
    pub more_wrong: u64,
    /// Remarks on the whole file, in words.
    pub notes: Vec<String>,
    /// The currency of the market, which the game takes: that of every amount here.
    #[serde(default)]
    pub currency: Currency,
    /// Cash that remains besides the holdings.
    pub cash: Money,
    /// What the account starts with before the purchases: the cost of all holdings and the cash.
    pub starting_cash: Money,
    /// What can stand for unknown symbols. Empty if all are known.
    pub companies: Vec<PracticeCompany>,
}

/// A practice game that was created.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PracticeCreated {
    /// Its name in addresses.
    pub slug: String,
    /// Holdings that the account begins with.
    pub holdings: u32,
}
