//! What an X-ray needs to know of an account besides its holdings: its latest trades, and how its
//! shares have moved.

use std::collections::HashMap;

use domain::advice::{Holding, Together, XRay, x_ray};
use domain::api::XRayView;
use domain::statistics::{correlation, ratio, simple_returns};
use domain::{Branch, Fact, FactKind, InstrumentId, Money, Symbol, Timestamp, adjusted_price};

use super::Reading;
use crate::app::App;
use crate::error::{Error, Result};
use crate::market::DayCloses;
use crate::store::LedgerRow;

/// Entries that are looked through, the latest first.
const ENTRIES_MAX: u32 = 500;
/// Market days of trades.
const TRADES_DAYS: i32 = 30;
const DAY_S: i64 = 86_400;
/// Market days of prices.
const PRICES_DAYS: i32 = 60;
/// Days without which nothing is said of how shares move.
const RETURNS_MIN: usize = 20;
/// Holdings that are compared with each other, the largest.
const COMPARED_MAX: usize = 6;
/// A change of a price in a day that only a split explains, if nobody has asked for the splits.
const JUMP: f64 = 0.35;

/// Trades of the last market days.
#[derive(Debug, Default)]
struct Traded {
    fees: i64,
    value: i64,
    trades: u32,
    hasty: u32,
}

/// Looks at an account.
///
/// # Errors
/// When the store fails.
pub async fn look(app: &App, reading: &Reading) -> Result<XRayView> {
    let record = &reading.portfolio.account.record;
    let entries = app.store.list_ledger(record.id, None, ENTRIES_MAX).await?;
    let traded = traded(reading, &entries);
    let holdings = reading.holdings();
    let together = together(reading, &holdings).await?;
    let worth = holdings.iter().map(|holding| holding.value.units());
    let net_worth = worth.fold(record.account.cash.units(), i64::saturating_add);
    let findings = x_ray(&XRay {
        holdings: &holdings,
        cash: record.account.cash,
        fees: Money::from_units(traded.fees),
        traded: Money::from_units(traded.value),
        trades: traded.trades,
        hasty: traded.hasty,
        together,
        fund: fund(reading),
        currency: reading.game.rules.currency,
    });
    Ok(XRayView {
        net_worth: Money::from_units(net_worth),
        findings,
    })
}

fn traded(reading: &Reading, entries: &[LedgerRow]) -> Traded {
    let since = reading.snapshot.at.day().plus_days(-TRADES_DAYS).start();
    let mut traded = Traded::default();
    let mut bought_at: HashMap<InstrumentId, Timestamp> = HashMap::new();
    for row in entries.iter().rev() {
        let at = reading.market.time_at(row.entry.at);
        if let Fact::Converted(conversion) = &row.entry.fact
            && at >= since
        {
            traded.fees = traded.fees.saturating_add(conversion.cost.units());
        }
        let Some((_, trade)) = row.entry.fact.trade() else {
            continue;
        };
        let is_sale = row.entry.kind() == FactKind::Sold;
        let last = bought_at.get(&trade.instrument).copied();
        if !is_sale {
            bought_at.insert(trade.instrument, at);
        }
        if at < since {
            continue;
        }
        traded.trades += 1;
        traded.fees = traded.fees.saturating_add(trade.fee.units());
        let value = trade.cash_change.units().saturating_abs();
        traded.value = traded.value.saturating_add(value);
        if is_sale && last.is_some_and(|bought| at.seconds_since(bought) < DAY_S) {
            traded.hasty += 1;
        }
    }
    traded
}

/// A fund that can be bought in the game.
fn fund(reading: &Reading) -> Option<Symbol> {
    let mut instruments = reading.snapshot.catalogue.instruments.iter();
    let found = instruments.find(|instrument| {
        Branch::of_category(&instrument.category) == Branch::Fund
            && instrument.tradable
            && reading.game.rules.allows_category(&instrument.category)
            && reading.snapshot.quote(instrument.id).is_some()
    });
    found.map(|instrument| instrument.symbol)
}

async fn together(reading: &Reading, holdings: &[Holding]) -> Result<Option<Together>> {
    let mut largest: Vec<&Holding> = holdings.iter().collect();
    largest.sort_by_key(|holding| std::cmp::Reverse(holding.value));
    largest.truncate(COMPARED_MAX);
    if largest.len() < 2 {
        return Ok(None);
    }
    let today = reading.snapshot.at.day();
    let closes = reading
        .market
        .closes(today.plus_days(-PRICES_DAYS), today)
        .await;
    let closes = closes.map_err(Error::internal)?;
    let mut moves = Vec::new();
    for holding in &largest {
        moves.extend(adjusted_returns(reading, holding, &closes).await?);
    }
    let pairs = moves.iter().enumerate();
    let pairs =
        pairs.flat_map(|(place, one)| moves.iter().skip(place + 1).map(move |other| (one, other)));
    let found: Vec<f64> = pairs
        .filter_map(|(one, other)| correlation(one, other))
        .collect();
    let Some(mean) = mean(&found).and_then(ratio) else {
        return Ok(None);
    };
    Ok(Some(Together {
        mean,
        days: u32::try_from(moves.first().map_or(0, Vec::len)).unwrap_or_default(),
        least_alike: least_alike(reading, holdings, &moves, &closes),
    }))
}

fn mean(values: &[f64]) -> Option<f64> {
    let count = u32::try_from(values.len())
        .ok()
        .filter(|count| *count > 0)?;
    Some(values.iter().sum::<f64>() / f64::from(count))
}

/// The daily returns of a holding, in the shares of today.
async fn adjusted_returns(
    reading: &Reading,
    holding: &Holding,
    closes: &[DayCloses],
) -> Result<Option<Vec<f64>>> {
    let Some((_, instrument)) = reading.snapshot.catalogue.find(holding.symbol) else {
        return Ok(None);
    };
    let actions = reading.market.actions(instrument.id).await;
    let actions = actions.map_err(Error::internal)?;
    let today = reading.snapshot.at.day();
    let prices = closes.iter().map(|close| {
        let price = close.price(instrument.id)?;
        Some(adjusted_price(price, close.day, today, &actions).units() as f64)
    });
    Ok(returns(prices))
}

/// None when a price is missing, or there are few.
fn returns(prices: impl Iterator<Item = Option<f64>>) -> Option<Vec<f64>> {
    let prices: Vec<f64> = prices.collect::<Option<_>>()?;
    simple_returns(&prices).filter(|returns| returns.len() >= RETURNS_MIN)
}

/// The instrument that is not held and has moved least like what is.
fn least_alike(
    reading: &Reading,
    holdings: &[Holding],
    moves: &[Vec<f64>],
    closes: &[DayCloses],
) -> Option<Symbol> {
    let days = moves.first()?.len();
    let average = |day: usize| {
        let of_day: Vec<f64> = moves
            .iter()
            .filter_map(|one| one.get(day).copied())
            .collect();
        mean(&of_day)
    };
    let own: Vec<f64> = (0..days).map(average).collect::<Option<_>>()?;
    let rules = &reading.game.rules;
    let instruments = reading.snapshot.catalogue.instruments.iter();
    let others = instruments.filter(|instrument| {
        let is_held = holdings
            .iter()
            .any(|holding| holding.symbol == instrument.symbol);
        !is_held && instrument.tradable && rules.allows_category(&instrument.category)
    });
    let measured = others.filter_map(|instrument| {
        let prices = closes.iter().map(|close| close.price(instrument.id));
        let moved = returns(prices.map(|price| price.map(|price| price.units() as f64)))?;
        if moved.iter().any(|change| change.abs() > JUMP) {
            return None;
        }
        Some((correlation(&moved, &own)?, instrument.symbol))
    });
    let least = measured.min_by(|(one, _), (other, _)| one.total_cmp(other));
    least.map(|(_, symbol)| symbol)
}
