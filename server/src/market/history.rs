//! Candles of the past and of the running day, for those who draw charts.

use domain::api::CandleView;
use domain::{Day, InstrumentId};

use super::Market;
use crate::store::{CandleRecord, Store, StoreResult};

/// Candles that one answer has.
const CANDLES_MAX: u32 = 10_000;

/// The daily candles of an instrument from day to day, both included, oldest first, at most the
/// latest 10,000. The running day is the last one, as far as it has come; what comes after it is
/// never shown, though a replay has it stored.
///
/// # Errors
/// When the store fails.
pub async fn candles(
    store: &dyn Store,
    market: &Market,
    instrument: InstrumentId,
    from: Day,
    to: Day,
) -> StoreResult<Vec<CandleView>> {
    let snapshot = market.snapshot();
    let today = snapshot.at.day();
    let yesterday = today.plus_days(-1);
    let finished = if from < today {
        store
            .list_past_candles(instrument, from, to.min(yesterday), CANDLES_MAX)
            .await?
    } else {
        Vec::new()
    };
    let mut views: Vec<CandleView> = finished.iter().map(view).collect();
    if (from..=to).contains(&today) {
        views.extend(
            snapshot
                .listing(instrument)
                .and_then(|listing| listing.today.clone()),
        );
    }
    Ok(views)
}

fn view(candle: &CandleRecord) -> CandleView {
    CandleView {
        at: candle.day.start(),
        open: candle.open,
        high: candle.high,
        low: candle.low,
        close: candle.close,
        volume: candle.volume,
    }
}
