//! What shows a player's patience: storms sat out, falls held through, weeks ahead of the index.

use std::collections::HashMap;
use std::sync::Arc;

use domain::progress::{DayStand, Deed, falls_held, steady_days, storms, weeks_ahead};
use domain::{AccountId, Day, FactKind, InstrumentId, MarketId, Price, Timestamp};

use crate::app::{App, Game};
use crate::jobs::JobError;
use crate::market::Market;
use crate::store::{EquityRecord, Portfolio, PositionRecord};

/// Seconds between two walks, with a margin for a late one.
const LOOK_BACK_S: i64 = 26 * 3_600;
/// Additional market days before those: a long streak needs them, and their deeds are reported again.
const DAYS_BEFORE: i32 = 40;
/// Maximum market days of prices examined.
const DAYS_MAX: i32 = 400;
/// Maximum closes read per account.
const STANDS_MAX: u32 = 400;
/// Latest ledger entries searched for sales on a stormy day.
const ENTRIES_MAX: u32 = 200;
/// Maximum rows of prices cached during a walk.
const REMEMBERED_MAX: usize = 5_000;

/// The closing prices that a walk has read, in today's shares.
#[derive(Debug, Default)]
pub(super) struct PastPrices(HashMap<(MarketId, InstrumentId), Closes>);

type Closes = Arc<[(Day, Price)]>;

impl PastPrices {
    async fn of(
        &mut self,
        game: &Game,
        market: &Market,
        instrument: InstrumentId,
    ) -> Result<Closes, JobError> {
        let name = (game.record.market, instrument);
        if let Some(known) = self.0.get(&name) {
            return Ok(Arc::clone(known));
        }
        let today = market.snapshot().at.day();
        let from = today.plus_days(-DAYS_MAX);
        let candles = market.adjusted_candles(instrument, from, today.plus_days(-1));
        let candles = candles.await?.into_iter();
        let closes: Closes = candles.map(|one| (one.at.day(), one.close)).collect();
        if self.0.len() >= REMEMBERED_MAX {
            self.0.clear();
        }
        self.0.insert(name, Arc::clone(&closes));
        Ok(closes)
    }
}

/// The patience that an account shows.
pub(super) struct Patience {
    /// [`steady_days`] up to now.
    pub(super) steady_days: u32,
    /// What was recently completed. Each deed counts once, however often it is reported.
    pub(super) deeds: Vec<Deed>,
}

impl Patience {
    pub(super) async fn of(
        app: &App,
        portfolio: &Portfolio,
        game: &Game,
        now: Timestamp,
        prices: &mut PastPrices,
    ) -> Result<Self, JobError> {
        let id = portfolio.account.record.id;
        let market = app.market_of(game).await.map_err(anyhow::Error::from)?;
        // A market whose pace was changed meanwhile has no earlier time, so older days are reported again.
        let before = market.time_at(now.plus_seconds(-LOOK_BACK_S)).day();
        let from = before.plus_days(-DAYS_BEFORE);
        let points = app.store.list_equity(id, from, STANDS_MAX).await?;
        let stands: Vec<_> = points.iter().map(stand).collect();
        let mut deeds = Vec::new();
        for week in weeks_ahead(&stands) {
            deeds.push(Deed::WeekAhead {
                game: id.game,
                week,
            });
        }
        for storm in storms(&stands) {
            if !has_sold(app, id, storm.after, storm.until).await? {
                deeds.push(Deed::SatOutStorm {
                    game: id.game,
                    on: storm.day,
                });
            }
        }
        for record in portfolio.positions.iter() {
            falls(app, game, &market, record, (from, prices), &mut deeds).await?;
        }
        Ok(Self {
            steady_days: steady_days(&stands),
            deeds,
        })
    }
}

fn stand(point: &EquityRecord) -> DayStand {
    DayStand {
        day: point.day,
        value: point.net_worth,
        cash: point.cash,
        flow: point.flow,
        index: point.index,
        version: point.version,
    }
}

/// Whether a range of a ledger, excluding its first entry, has a sale. A range too far back to be read
/// counts as having one.
async fn has_sold(app: &App, id: AccountId, after: i64, until: i64) -> Result<bool, JobError> {
    if after == until {
        return Ok(false);
    }
    let before = until.saturating_add(1);
    let rows = app.store.list_ledger(id, Some(before), ENTRIES_MAX).await?;
    let reaches = rows
        .last()
        .is_none_or(|row| row.entry.seq <= after.saturating_add(1));
    let mut those = rows.iter().filter(|row| row.entry.seq > after);
    Ok(!reaches || those.any(|row| row.entry.kind() == FactKind::Sold))
}

async fn falls(
    app: &App,
    game: &Game,
    market: &Market,
    record: &PositionRecord,
    (since, prices): (Day, &mut PastPrices),
    deeds: &mut Vec<Deed>,
) -> Result<(), JobError> {
    let bought = record.position.lots.iter().map(|lot| lot.acquired_at).min();
    let instruments = app.markets.instruments();
    let found = instruments.find_by_id(record.instrument);
    let Some((bought, (_, instrument))) = bought.zip(found) else {
        return Ok(());
    };
    let from = market.time_at(bought).day();
    let closes = prices.of(game, market, record.instrument).await?;
    let first = closes.partition_point(|(day, _)| *day < from);
    let held = closes.get(first..).unwrap_or_default();
    let falls = falls_held(held).into_iter();
    deeds.extend(
        falls
            .filter(|fall| fall.recovered >= since)
            .map(|fall| Deed::HeldFall {
                game: game.record.id,
                symbol: instrument.symbol,
                low: fall.low,
                percent: fall.percent,
            }),
    );
    Ok(())
}
