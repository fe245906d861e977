//! Ghostfolio's activities as JSON.

use rust_decimal::Decimal;
use serde_json::Value;

use super::{Change, Line, Said};

/// The activities of a file, numbered from 1.
///
/// # Errors
/// In words: it is not JSON, or has no activities.
pub(super) fn read(text: &str) -> Result<Vec<Line>, String> {
    let file: Value = serde_json::from_str(text)
        .map_err(|error| format!("is not JSON: line {} is broken", error.line()))?;
    let list = file.get("activities").unwrap_or(&file);
    let list = list.as_array().ok_or(
        "has no list of activities: export them in Ghostfolio, or paste lines of symbol,shares,price",
    )?;
    Ok((1..).zip(list.iter().map(one)).collect())
}

fn one(activity: &Value) -> Result<Said, String> {
    let text = |field: &str| activity.get(field).and_then(Value::as_str);
    let kind = text("type").ok_or("has no type such as BUY")?;
    let sign = match kind.to_ascii_uppercase().as_str() {
        "BUY" => Decimal::ONE,
        "SELL" => -Decimal::ONE,
        _ => return Ok(Said::Nothing),
    };
    let profile = activity.get("SymbolProfile");
    let of_profile = |field: &str| {
        profile
            .and_then(|one| one.get(field))
            .and_then(Value::as_str)
    };
    let symbol = text("symbol").or_else(|| of_profile("symbol"));
    let shares = number(activity, "quantity").ok_or("has no quantity")?;
    Ok(Said::Shares(Change {
        symbol: super::symbol(symbol.unwrap_or_default())?,
        name: of_profile("name").and_then(super::name),
        shares: shares.saturating_mul(sign),
        price: number(activity, "unitPrice"),
        currency: text("currency").map(str::to_owned),
    }))
}

fn number(activity: &Value, field: &str) -> Option<Decimal> {
    let written = match activity.get(field)? {
        Value::Number(number) => number.to_string(),
        Value::String(text) => text.clone(),
        _ => return None,
    };
    let plain = written.parse().ok();
    plain.or_else(|| Decimal::from_scientific(&written).ok())
}
