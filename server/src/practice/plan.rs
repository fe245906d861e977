//! What a practice account would begin with: each holding of a file matched to an instrument, or left out with a
//! reason. Pure: from a file, the player's choices and one state of a market.

use std::collections::HashSet;

use domain::advice::Basket;
use domain::api::{
    ApiError, PracticeCompany, PracticeLine, PracticeMarket, PracticeOutcome, PracticeRequest,
    PracticeRow, PracticeView,
};
use domain::{Currency, GameRules, Money, Price, Quantity, Symbol};

use super::file::{Holding, Portfolio};
use super::nearest;
use crate::error::Result;
use crate::market::Snapshot;
use crate::store::InstrumentRecord;

/// The most that an account can begin with.
pub fn worth_max() -> Money {
    Money::from_whole(1_000_000_000)
}
/// Wrong lines that are shown.
const WRONG_MAX: usize = 100;
/// Rows that are shown: more than can be held.
const ROWS_MAX: usize = 300;
/// Companies to choose from.
const COMPANIES_MAX: usize = 2_000;
/// The fund of the whole invented market, for what nothing is known about.
const WHOLE_MARKET: &str = "TQ.ALL";

/// What would be created.
#[derive(Debug, Clone)]
pub struct Plan {
    /// As it is shown.
    pub view: PracticeView,
    /// What the account buys.
    pub purchases: Vec<(Symbol, Quantity)>,
}

/// Decides each holding of a portfolio.
///
/// # Errors
/// 422 when the whole is worth too much or a choice names no company.
pub fn plan(
    portfolio: &Portfolio,
    request: &PracticeRequest,
    snapshot: &Snapshot,
    currency: Currency,
) -> Result<Plan> {
    let mut rows = Vec::new();
    let mut purchases = Vec::new();
    let mut suggested = HashSet::new();
    let mut total = request.cash.or(portfolio.cash).unwrap_or_default();
    let cash = total;
    for holding in portfolio.holdings.iter().take(ROWS_MAX) {
        let choice = request.choices.get(&holding.written);
        let mut row = decide(holding, choice.map(|choice| choice.trim()), snapshot)?;
        if row.outcome == PracticeOutcome::Held && purchases.len() >= Basket::ORDERS_MAX {
            row = left_out(
                row,
                format!(
                    "An account begins with at most {} companies.",
                    Basket::ORDERS_MAX
                ),
            );
        }
        if row.outcome == PracticeOutcome::Held
            && let (Some(symbol), Some(quantity), Some(cost)) = (row.symbol, row.quantity, row.cost)
        {
            let sum = total.checked_add(cost).filter(|sum| *sum <= worth_max());
            let message = "is worth more than 1,000,000,000 in total: leave something out";
            total = sum.ok_or_else(|| ApiError::field("text", message))?;
            purchases.push((symbol, quantity));
        }
        if row.outcome == PracticeOutcome::Unknown {
            row.suggestion = suggest(holding, snapshot, &mut suggested);
        }
        row.reason = currency.in_words(row.reason);
        rows.push(row);
    }
    let is_open = rows
        .iter()
        .any(|row| row.outcome == PracticeOutcome::Unknown)
        || !request.choices.is_empty();
    let wrong = portfolio.wrong.iter().take(WRONG_MAX);
    let wrong = wrong.map(|(line, message)| PracticeLine {
        line: *line,
        message: message.clone(),
    });
    let more_wrong = portfolio.wrong.len().saturating_sub(WRONG_MAX);
    let view = PracticeView {
        format: portfolio.kind.words().to_owned(),
        // The caller knows which it is.
        market: PracticeMarket::Shared,
        markets: Vec::new(),
        notes: notes(portfolio, currency),
        wrong: wrong.collect(),
        more_wrong: more_wrong as u64,
        rows,
        currency,
        cash,
        starting_cash: total,
        companies: if is_open {
            companies(snapshot)
        } else {
            Vec::new()
        },
    };
    Ok(Plan { view, purchases })
}

fn notes(portfolio: &Portfolio, own: Currency) -> Vec<String> {
    let mut notes = Vec::new();
    let others = portfolio.currencies.iter().map(String::as_str);
    let others: Vec<&str> = others.filter(|one| *one != own.as_str()).collect();
    if !others.is_empty() {
        let all = others.join(", ");
        notes.push(format!(
            "Some prices are in {all}. This game has {own} only, so that is how these numbers are read."
        ));
    }
    let more = portfolio.holdings.len().saturating_sub(ROWS_MAX);
    if more > 0 {
        notes.push(format!(
            "{more} more holdings are left out: there are too many."
        ));
    }
    notes
}

/// The instrument with a symbol as a file writes it: some write a hyphen for the point in BRK.B.
pub fn find<'a>(snapshot: &'a Snapshot, written: &str) -> Option<&'a InstrumentRecord> {
    let symbol = written.to_uppercase();
    let with_point = symbol.replace('-', ".");
    let mut forms = [symbol, with_point].into_iter();
    forms.find_map(|form| Some(snapshot.catalogue.find(form.parse().ok()?)?.1))
}

fn decide(holding: &Holding, choice: Option<&str>, snapshot: &Snapshot) -> Result<PracticeRow> {
    let row = PracticeRow {
        line: holding.line,
        written: holding.written.clone(),
        name: holding.name.clone(),
        shares: holding.shares,
        outcome: PracticeOutcome::LeftOut,
        reason: String::new(),
        symbol: None,
        quantity: None,
        price: None,
        cost: None,
        suggestion: None,
    };
    if holding.shares.is_negative() {
        let reason =
            "More shares were sold than bought: earlier purchases are missing in the file.";
        return Ok(left_out(row, reason.to_owned()));
    }
    let own = find(snapshot, &holding.written);
    let (instrument, stands_in) = match choice {
        None => match own {
            Some(own) => (own, false),
            None => {
                let reason = "This market does not list it. Choose a company that stands for it, or leave it out.";
                return Ok(PracticeRow {
                    outcome: PracticeOutcome::Unknown,
                    reason: reason.to_owned(),
                    ..row
                });
            }
        },
        Some("") => return Ok(left_out(row, "You leave it out.".to_owned())),
        Some(named) => match find(snapshot, named) {
            Some(found) => (found, own.is_none_or(|own| own.id != found.id)),
            None => {
                let field = format!("choices.{}", holding.written);
                let message = format!("{named} is not a company of this market");
                return Err(ApiError::field(&field, message).into());
            }
        },
    };
    Ok(bought(row, holding, (instrument, stands_in), snapshot))
}

fn bought(
    row: PracticeRow,
    holding: &Holding,
    (instrument, stands_in): (&InstrumentRecord, bool),
    snapshot: &Snapshot,
) -> PracticeRow {
    let symbol = instrument.symbol;
    let quote = snapshot
        .quote(instrument.id)
        .filter(|_| instrument.tradable);
    let Some(price) = quote.map(|quote| quote.price) else {
        return left_out(row, format!("{symbol} cannot be traded now."));
    };
    let quantity = quantity(holding, price, stands_in);
    let rules = GameRules::open_league();
    let Some(cost) = price
        .cost_of(quantity)
        .filter(|cost| *cost <= rules.order_max)
    else {
        return left_out(row, "It is worth more than 1,000,000,000.".to_owned());
    };
    if cost < rules.order_min || !quantity.is_positive() {
        return left_out(row, format!("It is worth less than ${}.", rules.order_min));
    }
    let reason = match (stands_in, holding.price) {
        (false, _) => "The same shares.".to_owned(),
        (true, Some(_)) => format!(
            "{} stands for it, with as many shares as are worth the same.",
            instrument.name
        ),
        (true, None) => format!(
            "{} stands for it, with the same number of shares.",
            instrument.name
        ),
    };
    PracticeRow {
        outcome: PracticeOutcome::Held,
        reason,
        symbol: Some(symbol),
        quantity: Some(quantity),
        price: Some(price),
        cost: Some(cost),
        ..row
    }
}

/// As many shares as in the file; of a company that stands for another, as many as are worth the same.
fn quantity(holding: &Holding, price: Price, stands_in: bool) -> Quantity {
    let worth = holding.price.filter(|_| stands_in);
    let worth = worth.and_then(|price| price.value_of(holding.shares));
    let same = worth.and_then(|worth| worth.quantity_at(price));
    same.unwrap_or(holding.shares)
}

fn left_out(row: PracticeRow, reason: String) -> PracticeRow {
    PracticeRow {
        outcome: PracticeOutcome::LeftOut,
        reason,
        symbol: None,
        quantity: None,
        price: None,
        cost: None,
        ..row
    }
}

/// A company of the nearest category that is not suggested yet.
fn suggest(
    holding: &Holding,
    snapshot: &Snapshot,
    suggested: &mut HashSet<Symbol>,
) -> Option<Symbol> {
    let category = nearest::category(&holding.written, holding.name.as_deref());
    let Some(category) = category else {
        return find(snapshot, WHOLE_MARKET).map(|fund| fund.symbol);
    };
    let instruments = snapshot.catalogue.instruments.iter();
    let fitting = instruments
        .filter(|one| one.category == category && one.tradable && snapshot.quote(one.id).is_some());
    let fitting: Vec<Symbol> = fitting.map(|one| one.symbol).collect();
    let fresh = fitting.iter().find(|symbol| !suggested.contains(*symbol));
    let found = fresh.or(fitting.first()).copied();
    suggested.extend(found);
    found
}

fn companies(snapshot: &Snapshot) -> Vec<PracticeCompany> {
    let instruments = snapshot.catalogue.instruments.iter();
    let priced = instruments.filter(|one| one.tradable && snapshot.quote(one.id).is_some());
    let company = |one: &InstrumentRecord| PracticeCompany {
        symbol: one.symbol,
        name: one.name.clone(),
        category: one.category.clone(),
    };
    priced.take(COMPANIES_MAX).map(company).collect()
}
