//! Reads the holdings of a portfolio from the files of trackers: which shares came and went, line by
//! line. Pure: no prices, no market.

use std::collections::HashMap;

use domain::{Money, Price, Quantity};
use rust_decimal::{Decimal, RoundingStrategy};

mod activities;
mod table;

/// The kind of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FileKind {
    /// Lines of symbol, shares and price.
    Plain,
    /// Ghostfolio's activities as CSV.
    GhostfolioCsv,
    /// Ghostfolio's activities as JSON.
    GhostfolioJson,
    /// Portfolio Performance's transactions.
    PortfolioPerformance,
    /// An exported ledger of this game.
    Ledger,
}

impl FileKind {
    /// Its name for people.
    #[must_use]
    pub fn words(self) -> &'static str {
        match self {
            Self::Plain => "a list of symbols and shares",
            Self::GhostfolioCsv => "activities from Ghostfolio (CSV)",
            Self::GhostfolioJson => "activities from Ghostfolio (JSON)",
            Self::PortfolioPerformance => "transactions from Portfolio Performance",
            Self::Ledger => "a ledger exported from this game",
        }
    }
}

/// A line that changes how many shares are held.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
struct Change {
    symbol: String,
    name: Option<String>,
    /// Bought above zero, sold below.
    shares: Decimal,
    price: Option<Decimal>,
    currency: Option<String>,
}

/// What a line says.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Said {
    /// Shares came or went.
    Shares(Change),
    /// Only cash changed.
    Cash(Decimal),
    /// Shares and cash changed.
    Both(Change, Decimal),
    /// Nothing that matters here.
    Nothing,
}

/// A holding after all lines.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Holding {
    /// The first line about it.
    pub line: u64,
    /// Its symbol as written.
    pub written: String,
    /// Its name.
    pub name: Option<String>,
    /// Shares; below zero when more were sold than bought.
    pub shares: Quantity,
    /// The latest price in the file.
    pub price: Option<Price>,
}

/// A file that was read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Portfolio {
    /// What it is.
    pub kind: FileKind,
    /// The holdings, in the order of their first lines. Those that were sold entirely are left out.
    pub holdings: Vec<Holding>,
    /// The cash that the file accounts for; none if it says nothing of cash.
    pub cash: Option<Money>,
    /// Lines that could not be used, by number.
    pub wrong: Vec<(u64, String)>,
    /// The currencies of its prices, as far as it names them.
    pub currencies: Vec<String>,
}

/// The most lines of a file.
const LINES_MAX: usize = 20_000;
/// The most characters of a symbol and of a name that are kept.
const SYMBOL_MAX: usize = 40;
const NAME_MAX: usize = 80;

/// Reads a file.
///
/// # Errors
/// In words: it is empty, too long, or has nothing that could be used.
pub fn read(text: &str) -> Result<Portfolio, String> {
    let text = text.trim_start_matches('\u{feff}');
    if text.trim().is_empty() {
        return Err("must not be empty: paste the lines of your file".to_owned());
    }
    let (kind, lines) = if text.trim_start().starts_with(['{', '[']) {
        (FileKind::GhostfolioJson, activities::read(text)?)
    } else {
        table::read(text)?
    };
    if lines.len() > LINES_MAX {
        return Err(format!("must have at most {LINES_MAX} lines"));
    }
    let portfolio = add_up(kind, lines);
    if portfolio.holdings.is_empty() && portfolio.wrong.is_empty() {
        return Err("has no shares that are still held".to_owned());
    }
    Ok(portfolio)
}

/// A line's number and what it says, or what is wrong with it.
type Line = (u64, Result<Said, String>);

#[derive(Debug)]
struct Sum {
    line: u64,
    change: Change,
}

fn add_up(kind: FileKind, lines: Vec<Line>) -> Portfolio {
    let mut sums: Vec<Sum> = Vec::new();
    let mut places: HashMap<String, usize> = HashMap::new();
    let mut cash: Option<Decimal> = None;
    let mut wrong = Vec::new();
    let mut currencies: Vec<String> = Vec::new();
    let mut in_cash = |amount: Decimal| {
        cash = Some(cash.unwrap_or_default().saturating_add(amount));
    };
    for (line, said) in lines {
        let change = match said {
            Ok(Said::Nothing) => continue,
            Ok(Said::Cash(amount)) => {
                in_cash(amount);
                continue;
            }
            Ok(Said::Both(change, amount)) => {
                in_cash(amount);
                change
            }
            Ok(Said::Shares(change)) => change,
            Err(message) => {
                wrong.push((line, message));
                continue;
            }
        };
        let currency = change.currency.clone();
        if let Some(currency) = currency.filter(|one| !currencies.contains(one)) {
            currencies.push(currency);
        }
        match places.get(&change.symbol).and_then(|at| sums.get_mut(*at)) {
            Some(sum) => {
                sum.change.shares = sum.change.shares.saturating_add(change.shares);
                sum.change.price = change.price.or(sum.change.price);
                sum.change.name = change.name.or(sum.change.name.take());
            }
            None => {
                places.insert(change.symbol.clone(), sums.len());
                sums.push(Sum { line, change });
            }
        }
    }
    let mut holdings = Vec::new();
    for Sum { line, change } in sums {
        let shares = Quantity::from_decimal(rounded(change.shares, Quantity::SCALE));
        match shares {
            Ok(shares) if shares.is_zero() => {}
            Ok(shares) => holdings.push(Holding {
                line,
                written: change.symbol,
                name: change.name,
                shares,
                price: change.price.and_then(price),
            }),
            Err(_) => wrong.push((line, format!("{} has too many shares", change.symbol))),
        }
    }
    let cash = cash.and_then(|cash| Money::from_decimal(rounded(cash, Money::SCALE)).ok());
    Portfolio {
        kind,
        holdings,
        cash: cash.map(|cash| cash.max(Money::ZERO)),
        wrong,
        currencies,
    }
}

fn rounded(number: Decimal, scale: u32) -> Decimal {
    number.round_dp_with_strategy(scale, RoundingStrategy::ToZero)
}

fn price(number: Decimal) -> Option<Price> {
    let price = Price::from_decimal(rounded(number, Price::SCALE)).ok()?;
    price.is_positive().then_some(price)
}

/// The first characters of a text, without what nobody can see.
fn cut(text: &str, characters: usize) -> String {
    let visible = text
        .chars()
        .filter(|c| *c == ' ' || !domain::text::is_invisible(*c));
    visible
        .take(characters)
        .collect::<String>()
        .trim()
        .to_owned()
}

fn symbol(text: &str) -> Result<String, String> {
    let symbol = cut(text, SYMBOL_MAX);
    if symbol.is_empty() {
        return Err("has no symbol".to_owned());
    }
    Ok(symbol)
}

fn name(text: &str) -> Option<String> {
    Some(cut(text, NAME_MAX)).filter(|name| !name.is_empty())
}

#[cfg(test)]
mod tests;
