//! Financial Modeling Prep: answers are arrays with JSON numbers; some refusals are plain text.

use domain::{Symbol, Timestamp};
use serde::Deserialize;
use serde_json::value::RawValue;

use super::hours::day_in_new_york;
use super::number::{decimal, digits, price, price_if_any, volume};
use super::provider::{
    Ask, Found, FoundDay, FoundProfile, FoundQuote, FoundRate, FoundSymbol, Provider, Refusal,
    Reply, Request,
};

/// The provider.
#[derive(Debug)]
pub(crate) struct FinancialModelingPrep;

impl Provider for FinancialModelingPrep {
    fn name(&self) -> &'static str {
        "financial_modeling_prep"
    }

    fn title(&self) -> &'static str {
        "Financial Modeling Prep"
    }

    fn request(&self, ask: &Ask) -> Option<Request> {
        let of = |path, symbol: String| (path, ("symbol", symbol));
        let (path, parameter) = match ask {
            Ask::Quote(symbol) => of("/quote", symbol.to_string()),
            Ask::History(symbol) => of("/historical-price-eod/full", symbol.to_string()),
            Ask::Profile(symbol) => of("/profile", symbol.to_string()),
            Ask::Search(words) => ("/search-name", ("query", words.clone())),
            Ask::Rate(from, to) => of("/quote", format!("{}{}", from.as_str(), to.as_str())),
        };
        Some(Request {
            path,
            query: vec![parameter],
        })
    }

    fn read(&self, ask: &Ask, reply: &Reply) -> Result<Found, Refusal> {
        match ask {
            Ask::Quote(symbol) => quote(reply, *symbol).map(Found::Quote),
            Ask::History(symbol) => history(reply, *symbol).map(Found::History),
            Ask::Profile(symbol) => profile(reply, *symbol).map(Found::Profile),
            Ask::Search(_) => search(reply).map(Found::Search),
            Ask::Rate(..) => rate(reply).map(Found::Rate),
        }
    }
}

#[derive(Deserialize)]
struct Quoted<'a> {
    symbol: String,
    #[serde(borrow)]
    price: &'a RawValue,
    open: Option<&'a RawValue>,
    #[serde(rename = "dayHigh")]
    high: Option<&'a RawValue>,
    #[serde(rename = "dayLow")]
    low: Option<&'a RawValue>,
    volume: Option<&'a RawValue>,
    #[serde(rename = "previousClose")]
    previous_close: Option<&'a RawValue>,
    timestamp: i64,
}

#[derive(Deserialize)]
struct Traded<'a> {
    symbol: String,
    date: String,
    #[serde(borrow)]
    open: &'a RawValue,
    high: &'a RawValue,
    low: &'a RawValue,
    close: &'a RawValue,
    volume: &'a RawValue,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Profiled {
    symbol: String,
    company_name: String,
    currency: Option<String>,
    sector: Option<String>,
    description: Option<String>,
}

#[derive(Deserialize)]
struct Listed {
    symbol: String,
    name: String,
    currency: Option<String>,
}

#[derive(Deserialize)]
struct Refused {
    #[serde(rename = "Error Message")]
    message: String,
}

/// The rows of a reply that is not a refusal.
fn rows<'a, T: Deserialize<'a>>(reply: &Reply<'a>) -> Result<Vec<T>, Refusal> {
    match reply.status {
        200 => {}
        401 => return Err(Refusal::BadKey),
        402 => return Err(Refusal::NotInPlan),
        // Legacy endpoints, and what the plan does not include.
        403 => return Err(Refusal::NotInPlan),
        429 => return Err(limit(reply.body)),
        status => return Err(Refusal::Failed(status)),
    }
    if let Ok(refused) = serde_json::from_str::<Refused>(reply.body) {
        return Err(refusal(&refused.message));
    }
    if reply.body.starts_with("Premium") || reply.body.starts_with("Special Endpoint") {
        return Err(Refusal::NotInPlan);
    }
    serde_json::from_str(reply.body).map_err(|_| Refusal::Garbled)
}

/// The meaning of an error message with status 200, judging by the known texts.
fn refusal(told: &str) -> Refusal {
    if told.contains("Limit Reach") {
        return limit(told);
    }
    if told.contains("Invalid API KEY") {
        return Refusal::BadKey;
    }
    let of_plan = [
        "Premium",
        "Special Endpoint",
        "Legacy Endpoint",
        "Exclusive",
    ];
    if of_plan.iter().any(|text| told.contains(text)) {
        return Refusal::NotInPlan;
    }
    Refusal::Garbled
}

/// "Limit Reach" is used both for the calls of a day and for the gigabytes of a month.
fn limit(told: &str) -> Refusal {
    if told.contains("Limit Reach") {
        Refusal::DayIsSpent
    } else {
        Refusal::TooFast
    }
}

/// The single row, about what was requested.
fn one<'a, T: Deserialize<'a>>(reply: &Reply<'a>) -> Result<T, Refusal> {
    let rows = rows::<T>(reply)?;
    rows.into_iter().next().ok_or(Refusal::Unknown)
}

fn about(symbol: Symbol, told: &str) -> Result<(), Refusal> {
    if told == symbol.as_str() {
        return Ok(());
    }
    Err(Refusal::Garbled)
}

fn quote(reply: &Reply, symbol: Symbol) -> Result<FoundQuote, Refusal> {
    let row: Quoted = one(reply)?;
    about(symbol, &row.symbol)?;
    let part = |raw: Option<&RawValue>| raw.and_then(|raw| price_if_any(digits(raw)));
    // Clamped, so that a clock ahead of ours makes no price look more recent.
    let at = Timestamp::from_seconds(row.timestamp).min(reply.at);
    Ok(FoundQuote {
        price: price(digits(row.price))?,
        at,
        day: day_in_new_york(at),
        open: part(row.open),
        high: part(row.high),
        low: part(row.low),
        volume: row.volume.and_then(|raw| volume(digits(raw))),
        previous_close: part(row.previous_close),
    })
}

fn history(reply: &Reply, symbol: Symbol) -> Result<Vec<FoundDay>, Refusal> {
    let rows: Vec<Traded> = rows(reply)?;
    let day = |row: &Traded| {
        about(symbol, &row.symbol)?;
        Ok(FoundDay {
            day: row.date.parse().map_err(|_| Refusal::Garbled)?,
            open: price(digits(row.open))?,
            high: price(digits(row.high))?,
            low: price(digits(row.low))?,
            close: price(digits(row.close))?,
            volume: volume(digits(row.volume)).ok_or(Refusal::Garbled)?,
        })
    };
    let mut days = rows.iter().map(day).collect::<Result<Vec<_>, _>>()?;
    if days.is_empty() {
        return Err(Refusal::Unknown);
    }
    days.sort_by_key(|day| day.day);
    Ok(days)
}

fn profile(reply: &Reply, symbol: Symbol) -> Result<FoundProfile, Refusal> {
    let row: Profiled = one(reply)?;
    about(symbol, &row.symbol)?;
    Ok(FoundProfile {
        name: row.company_name,
        sector: row.sector.unwrap_or_default(),
        currency: row.currency.unwrap_or_default(),
        description: row.description.unwrap_or_default(),
    })
}

fn search(reply: &Reply) -> Result<Vec<FoundSymbol>, Refusal> {
    let rows: Vec<Listed> = rows(reply)?;
    let symbol = |row: Listed| FoundSymbol {
        symbol: row.symbol,
        name: row.name,
        currency: row.currency.unwrap_or_default(),
    };
    Ok(rows.into_iter().map(symbol).collect())
}

fn rate(reply: &Reply) -> Result<FoundRate, Refusal> {
    let row: Quoted = one(reply)?;
    let rate = decimal(digits(row.price)).filter(|rate| rate.is_sign_positive());
    Ok(FoundRate {
        rate: rate
            .filter(|rate| !rate.is_zero())
            .ok_or(Refusal::Garbled)?,
        at: Timestamp::from_seconds(row.timestamp).min(reply.at),
    })
}

#[cfg(test)]
mod tests;
