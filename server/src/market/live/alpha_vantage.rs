//! Alpha Vantage: every value is a text, and refusals come with status 200.

use std::collections::BTreeMap;

use domain::{Symbol, Timestamp};
use serde_json::Value;

use super::hours::{Hours, close_of, day_in_new_york};
use super::number::{decimal, price, price_if_any, volume};
use super::provider::{
    Ask, Found, FoundDay, FoundProfile, FoundQuote, FoundRate, FoundSymbol, Provider, Refusal,
    Reply, Request,
};

/// The provider.
#[derive(Debug)]
pub(crate) struct AlphaVantage;

type Fields = serde_json::Map<String, Value>;

impl Provider for AlphaVantage {
    fn name(&self) -> &'static str {
        "alpha_vantage"
    }

    fn title(&self) -> &'static str {
        "Alpha Vantage"
    }

    fn request(&self, ask: &Ask) -> Option<Request> {
        let of = |function: &str, symbol: &Symbol| {
            let symbol = ("symbol", symbol.to_string());
            vec![("function", function.to_owned()), symbol]
        };
        let query = match ask {
            Ask::Quote(symbol) => of("GLOBAL_QUOTE", symbol),
            Ask::History(symbol) => of("TIME_SERIES_DAILY", symbol),
            Ask::Profile(symbol) => of("OVERVIEW", symbol),
            Ask::Search(words) => vec![
                ("function", "SYMBOL_SEARCH".to_owned()),
                ("keywords", words.clone()),
            ],
            Ask::Rate(from, to) => vec![
                ("function", "CURRENCY_EXCHANGE_RATE".to_owned()),
                ("from_currency", from.as_str().to_owned()),
                ("to_currency", to.as_str().to_owned()),
            ],
        };
        Some(Request {
            path: "/query",
            query,
        })
    }

    fn read(&self, ask: &Ask, reply: &Reply) -> Result<Found, Refusal> {
        let fields = fields(reply)?;
        match ask {
            Ask::Quote(symbol) => quote(&fields, *symbol, reply.at).map(Found::Quote),
            Ask::History(_) => history(&fields).map(Found::History),
            Ask::Profile(symbol) => profile(&fields, *symbol).map(Found::Profile),
            Ask::Search(_) => search(&fields).map(Found::Search),
            Ask::Rate(..) => rate(&fields).map(Found::Rate),
        }
    }
}

/// The object of a reply that is not a refusal.
fn fields(reply: &Reply) -> Result<Fields, Refusal> {
    match reply.status {
        200 => {}
        401 | 403 => return Err(Refusal::BadKey),
        429 => return Err(Refusal::TooFast),
        status => return Err(Refusal::Failed(status)),
    }
    let Ok(Value::Object(fields)) = serde_json::from_str(reply.body) else {
        return Err(Refusal::Garbled);
    };
    let told = |key: &str| fields.get(key).and_then(Value::as_str);
    if let Some(told) = told("Error Message") {
        let key = told.contains("apikey") || told.contains("API key");
        return Err(if key {
            Refusal::BadKey
        } else {
            Refusal::Unknown
        });
    }
    match told("Note").or_else(|| told("Information")) {
        Some(told) => Err(refusal(told)),
        None => Ok(fields),
    }
}

/// The meaning of a note, judging by the known texts.
fn refusal(told: &str) -> Refusal {
    let told = told.to_lowercase();
    if told.contains("demo") {
        return Refusal::BadKey;
    }
    if told.contains("spreading out") {
        return Refusal::TooFast;
    }
    // "25 requests per day" against "5 calls per minute".
    let limit = told.contains("rate limit") || told.contains("call frequency");
    let brief = told.contains("per second") || told.contains("per minute");
    match (limit, brief && !told.contains("per day")) {
        (true, true) => Refusal::TooFast,
        (true, false) => Refusal::DayIsSpent,
        (false, _) => Refusal::NotInPlan,
    }
}

fn object<'a>(fields: &'a Fields, key: &str) -> Result<&'a Fields, Refusal> {
    let object = fields.get(key).and_then(Value::as_object);
    object.ok_or(Refusal::Garbled)
}

fn text<'a>(fields: &'a Fields, key: &str) -> Result<&'a str, Refusal> {
    let text = fields.get(key).and_then(Value::as_str);
    text.ok_or(Refusal::Garbled)
}

fn quote(fields: &Fields, symbol: Symbol, now: Timestamp) -> Result<FoundQuote, Refusal> {
    let fields = object(fields, "Global Quote")?;
    if fields.is_empty() {
        return Err(Refusal::Unknown);
    }
    if text(fields, "01. symbol")? != symbol.as_str() {
        return Err(Refusal::Garbled);
    }
    let day = text(fields, "07. latest trading day")?;
    let day = day.parse().map_err(|_| Refusal::Garbled)?;
    // It gives only the day. While that day's trading is open, the price is the current one.
    let trading = matches!(Hours::at(now), Hours::Open { .. }) && day_in_new_york(now) == day;
    let at = if trading { now } else { close_of(day).min(now) };
    let part = |key: &str| {
        fields
            .get(key)
            .and_then(Value::as_str)
            .and_then(price_if_any)
    };
    Ok(FoundQuote {
        price: price(text(fields, "05. price")?)?,
        at,
        day,
        open: part("02. open"),
        high: part("03. high"),
        low: part("04. low"),
        volume: text(fields, "06. volume").ok().and_then(volume),
        previous_close: part("08. previous close"),
    })
}

fn history(fields: &Fields) -> Result<Vec<FoundDay>, Refusal> {
    let series = object(fields, "Time Series (Daily)")?;
    let by_day: BTreeMap<&String, &Value> = series.iter().collect();
    let day = |(day, values): (&String, &Value)| {
        let values = values.as_object().ok_or(Refusal::Garbled)?;
        Ok(FoundDay {
            day: day.parse().map_err(|_| Refusal::Garbled)?,
            open: price(text(values, "1. open")?)?,
            high: price(text(values, "2. high")?)?,
            low: price(text(values, "3. low")?)?,
            close: price(text(values, "4. close")?)?,
            volume: volume(text(values, "5. volume")?).ok_or(Refusal::Garbled)?,
        })
    };
    by_day.into_iter().map(day).collect()
}

fn profile(fields: &Fields, symbol: Symbol) -> Result<FoundProfile, Refusal> {
    if fields.is_empty() {
        return Err(Refusal::Unknown);
    }
    if text(fields, "Symbol")? != symbol.as_str() {
        return Err(Refusal::Garbled);
    }
    let known = |key: &str| {
        let text = text(fields, key).unwrap_or_default().trim();
        let missing = matches!(text, "None" | "-");
        if missing {
            String::new()
        } else {
            text.to_owned()
        }
    };
    Ok(FoundProfile {
        name: known("Name"),
        sector: known("Sector"),
        currency: known("Currency"),
        description: known("Description"),
    })
}

fn search(fields: &Fields) -> Result<Vec<FoundSymbol>, Refusal> {
    let matches = fields.get("bestMatches").and_then(Value::as_array);
    let symbol = |found: &Value| {
        let found = found.as_object().ok_or(Refusal::Garbled)?;
        Ok(FoundSymbol {
            symbol: text(found, "1. symbol")?.to_owned(),
            name: text(found, "2. name")?.to_owned(),
            currency: text(found, "8. currency")?.to_owned(),
        })
    };
    let matches = matches.ok_or(Refusal::Garbled)?;
    matches.iter().map(symbol).collect()
}

fn rate(fields: &Fields) -> Result<FoundRate, Refusal> {
    let fields = object(fields, "Realtime Currency Exchange Rate")?;
    let rate = decimal(text(fields, "5. Exchange Rate")?).filter(|rate| rate.is_sign_positive());
    let at = text(fields, "6. Last Refreshed")?.replace(' ', "T") + "Z";
    if text(fields, "7. Time Zone")? != "UTC" {
        return Err(Refusal::Garbled);
    }
    Ok(FoundRate {
        rate: rate
            .filter(|rate| !rate.is_zero())
            .ok_or(Refusal::Garbled)?,
        at: at.parse().map_err(|_| Refusal::Garbled)?,
    })
}

#[cfg(test)]
mod tests;
