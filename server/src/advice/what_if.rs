//! What-if on an account: its ledger told again, at the closes of its market.

use std::sync::Arc;

use domain::advice::{DatedFact, DayClose, Scenario, WhatIfPoint, what_if};
use domain::api::{WhatIfTrade, WhatIfView};
use domain::statistics::PastAccount;
use domain::{Day, FactKind, InstrumentId, Money, Price, Side};

use super::Reading;
use crate::app::App;
use crate::error::{Error, Result};
use crate::market::{DayCloses, Snapshot};

/// Entries that are told again, the latest.
const ENTRIES_MAX: u32 = 2_000;
/// Market days that are shown.
const DAYS_MAX: i32 = 366;
/// Trades that can be left out, the latest.
const TRADES_MAX: usize = 100;

/// The close of a day that is over, or the prices of the running one.
enum Close {
    Past(DayCloses),
    Now {
        day: Day,
        index: Option<Price>,
        snapshot: Arc<Snapshot>,
    },
}

impl DayClose for Close {
    fn day(&self) -> Day {
        match self {
            Self::Past(closes) => closes.day,
            Self::Now { day, .. } => *day,
        }
    }

    fn index(&self) -> Option<Price> {
        match self {
            Self::Past(closes) => closes.index,
            Self::Now { index, .. } => *index,
        }
    }

    fn price(&self, instrument: InstrumentId) -> Option<Price> {
        match self {
            Self::Past(closes) => closes.price(instrument),
            Self::Now { snapshot, .. } => snapshot.quote(instrument).map(|quote| quote.price),
        }
    }
}

/// Tells an account's history beside what it would have been.
///
/// # Errors
/// When the store fails.
pub async fn tell(app: &App, reading: &Reading, scenario: Scenario) -> Result<WhatIfView> {
    let record = &reading.portfolio.account.record;
    let version = record.head.version;
    let mut rows = app.store.list_ledger(record.id, None, ENTRIES_MAX).await?;
    // What came after the portfolio was read is not part of it.
    rows.retain(|row| row.entry.seq <= version);
    let shares = reading.portfolio.positions.iter();
    let shares = shares.map(|row| (row.instrument, row.position.quantity));
    let mut base = PastAccount::now(record.account.cash, shares);
    for row in &rows {
        base.undo(&row.entry.fact);
    }
    let entries: Vec<DatedFact> = rows
        .iter()
        .rev()
        .map(|row| DatedFact {
            seq: row.entry.seq,
            day: reading.market.time_at(row.entry.at).day(),
            fact: row.entry.fact.clone(),
        })
        .collect();
    let closes = closes(reading, &entries).await?;
    let told = what_if(&base, &entries, &closes, scenario);
    let last = told.points.last().copied();
    let zero = WhatIfPoint {
        day: reading.snapshot.at.day(),
        real: Money::ZERO,
        other: Money::ZERO,
    };
    let last = last.unwrap_or(zero);
    Ok(WhatIfView {
        real: last.real,
        other: last.other,
        difference: last.real.checked_sub(last.other).unwrap_or_default(),
        unpaid: told.unpaid,
        trades: trades(reading, &entries),
        points: told.points,
    })
}

/// The closes from the day before the first entry on, and the prices of now.
async fn closes(reading: &Reading, entries: &[DatedFact]) -> Result<Vec<Close>> {
    let today = reading.snapshot.at.day();
    let first = entries.first().map_or(today, |entry| entry.day);
    let from = first.plus_days(-1).max(today.plus_days(-DAYS_MAX));
    let closes = reading.market.closes(from, today).await;
    let closes = closes.map_err(Error::internal)?;
    let minutes = reading.market.list_minutes();
    let now = Close::Now {
        day: today,
        index: minutes.last().and_then(|minute| minute.index),
        snapshot: Arc::clone(&reading.snapshot),
    };
    Ok(closes.into_iter().map(Close::Past).chain([now]).collect())
}

/// The trades that can be left out, latest first.
fn trades(reading: &Reading, entries: &[DatedFact]) -> Vec<WhatIfTrade> {
    let trades = entries.iter().rev().filter_map(|entry| {
        let (_, trade) = entry.fact.trade()?;
        let (_, instrument) = reading.snapshot.catalogue.find_by_id(trade.instrument)?;
        let is_sale = entry.fact.kind() == FactKind::Sold;
        Some(WhatIfTrade {
            seq: entry.seq,
            day: entry.day,
            symbol: instrument.symbol,
            side: if is_sale { Side::Sell } else { Side::Buy },
            quantity: trade.quantity,
        })
    });
    trades.take(TRADES_MAX).collect()
}
