//! Instruments and their candles.

use std::collections::{HashMap, HashSet};

use async_trait::async_trait;
use domain::{Day, InstrumentId};

use super::{Connection, DatabaseStore, Pool, action_rows, connection, market_rows, replica};
use crate::store::rows::{self, Columns as _};
use crate::store::{
    CandleRecord, InstrumentAction, InstrumentRecord, InstrumentStore, MarketSource, StoreResult,
};

/// Rows per statement, so that two years of candles are not one text in memory.
pub(super) const ROWS_AT_ONCE: usize = 4_096;

pub(super) const LIST_INSTRUMENTS: &str = "
    select instrument_id, universe, symbol, name, category, currency, description, plain_words, fun_fact, tradable
    from instruments
    where universe = $1
    order by symbol";
const LIST_IDS: &str = "
    select instrument_id, universe, symbol
    from instruments";
pub(super) const LIST_CANDLES: &str = "
    select instrument_id, day, open, high, low, close, volume
    from candles
    where instrument_id = $1
    and day between $2 and $3
    order by day desc
    limit $4";
pub(super) const LIST_UNIVERSE_CANDLES: &str = "
    select c.instrument_id, c.day, c.open, c.high, c.low, c.close, c.volume
    from instruments i
    join candles c on c.instrument_id = i.instrument_id
    where i.universe = $1
    and c.day between $2 and $3
    order by c.instrument_id, c.day";
// The first and last candle of each instrument are the ends of its key range, found without reading
// the rest.
pub(super) const CANDLE_RANGE: &str = "
    select min(first_day) as first_day, max(latest_day) as latest_day
    from (
        select
            (select min(day) from candles c where c.instrument_id = i.instrument_id) as first_day,
            (select max(day) from candles c where c.instrument_id = i.instrument_id) as latest_day
        from instruments i
        where i.universe = $1
    ) ends";

#[async_trait]
impl InstrumentStore for DatabaseStore {
    async fn list_instruments(&self, universe: MarketSource) -> StoreResult<Vec<InstrumentRecord>> {
        list_instruments(&self.readers, universe).await
    }

    async fn import_market(
        &self,
        instruments: &[InstrumentRecord],
        candles: &[CandleRecord],
    ) -> StoreResult<()> {
        import(&self.writer, instruments, candles, None).await
    }

    async fn store_candles(&self, candles: &[CandleRecord]) -> StoreResult<()> {
        store_candles(&self.writer, candles).await
    }

    async fn list_candles(
        &self,
        instrument: InstrumentId,
        from: Day,
        to: Day,
        limit: u32,
    ) -> StoreResult<Vec<CandleRecord>> {
        list_candles(&self.readers, instrument, from, to, limit).await
    }

    async fn list_past_candles(
        &self,
        instrument: InstrumentId,
        from: Day,
        to: Day,
        limit: u32,
    ) -> StoreResult<Vec<CandleRecord>> {
        replica::list_past_candles(self, instrument, from, to, limit).await
    }

    async fn list_universe_candles(
        &self,
        universe: MarketSource,
        from: Day,
        to: Day,
    ) -> StoreResult<Vec<CandleRecord>> {
        list_universe_candles(&self.readers, universe, from, to).await
    }

    async fn candle_range(&self, universe: MarketSource) -> StoreResult<Option<(Day, Day)>> {
        candle_range(&self.readers, universe).await
    }
}

pub(super) async fn list_instruments(
    readers: &Pool,
    universe: MarketSource,
) -> StoreResult<Vec<InstrumentRecord>> {
    let rows = sqlx::query(LIST_INSTRUMENTS)
        .bind(universe.as_str())
        .fetch_all(readers)
        .await?;
    rows.iter().map(rows::instrument).collect()
}

pub(super) async fn import(
    writer: &Pool,
    instruments: &[InstrumentRecord],
    candles: &[CandleRecord],
    actions: Option<&[InstrumentAction]>,
) -> StoreResult<()> {
    let mut transaction = connection::begin(writer).await?;
    market_rows::lock_instruments(&mut transaction).await?;
    let ids = choose_ids(&mut transaction, instruments).await?;
    let stored = |id: InstrumentId| ids.get(&id).copied().unwrap_or(id);
    let instruments = instruments.iter().map(|record| InstrumentRecord {
        id: stored(record.id),
        ..record.clone()
    });
    let instruments = Vec::from_iter(instruments);
    let candles = candles.iter().map(|candle| CandleRecord {
        instrument: stored(candle.instrument),
        ..*candle
    });
    for some in instruments.chunks(ROWS_AT_ONCE) {
        market_rows::store_instruments(&mut transaction, some).await?;
    }
    for some in Vec::from_iter(candles).chunks(ROWS_AT_ONCE) {
        market_rows::store_candles(&mut transaction, some).await?;
    }
    if let Some(actions) = actions {
        let whose: Vec<InstrumentId> = instruments.iter().map(|record| record.id).collect();
        action_rows::clear(&mut transaction, &whose).await?;
        let actions = actions.iter().map(|action| InstrumentAction {
            instrument: stored(action.instrument),
            ..*action
        });
        for some in Vec::from_iter(actions).chunks(ROWS_AT_ONCE) {
            action_rows::store(&mut transaction, some).await?;
        }
    }
    transaction.commit().await?;
    Ok(())
}

pub(super) async fn store_candles(writer: &Pool, candles: &[CandleRecord]) -> StoreResult<()> {
    let mut transaction = connection::begin(writer).await?;
    for some in candles.chunks(ROWS_AT_ONCE) {
        market_rows::store_candles(&mut transaction, some).await?;
    }
    transaction.commit().await?;
    Ok(())
}

pub(super) async fn list_candles(
    readers: &Pool,
    instrument: InstrumentId,
    from: Day,
    to: Day,
    limit: u32,
) -> StoreResult<Vec<CandleRecord>> {
    let rows = sqlx::query(LIST_CANDLES)
        .bind(instrument.0)
        .bind(i64::from(from.number()))
        .bind(i64::from(to.number()))
        .bind(i64::from(limit))
        .fetch_all(readers)
        .await?;
    rows.iter().rev().map(rows::candle).collect()
}

pub(super) async fn list_universe_candles(
    readers: &Pool,
    universe: MarketSource,
    from: Day,
    to: Day,
) -> StoreResult<Vec<CandleRecord>> {
    let rows = sqlx::query(LIST_UNIVERSE_CANDLES)
        .bind(universe.as_str())
        .bind(i64::from(from.number()))
        .bind(i64::from(to.number()))
        .fetch_all(readers)
        .await?;
    rows.iter().map(rows::candle).collect()
}

pub(super) async fn candle_range(
    readers: &Pool,
    universe: MarketSource,
) -> StoreResult<Option<(Day, Day)>> {
    let row = sqlx::query(CANDLE_RANGE)
        .bind(universe.as_str())
        .fetch_one(readers)
        .await?;
    let day = |column: &str| -> StoreResult<Option<Day>> {
        row.integer_or_none(column)?.map(rows::day).transpose()
    };
    Ok(day("first_day")?.zip(day("latest_day")?))
}

/// The id under which each instrument is stored: the one it already has, otherwise the given one, or
/// the next free one if another instrument has that.
async fn choose_ids(
    transaction: &mut Connection,
    instruments: &[InstrumentRecord],
) -> StoreResult<HashMap<InstrumentId, InstrumentId>> {
    let stored = sqlx::query(LIST_IDS).fetch_all(transaction).await?;
    let mut known = HashMap::new();
    let mut used = HashSet::new();
    for row in &stored {
        let id = row.integer("instrument_id")?;
        let universe = rows::source(row.text("universe")?)?;
        known.insert((universe, row.text("symbol")?.to_owned()), id);
        used.insert(id);
    }
    let highest = used
        .iter()
        .copied()
        .chain(instruments.iter().map(|instrument| instrument.id.0))
        .max();
    let mut latest_free = highest.unwrap_or(0);
    let mut choose = |instrument: &InstrumentRecord| {
        let name = (instrument.universe, instrument.symbol.to_string());
        let id = *known.entry(name).or_insert_with(|| {
            if used.insert(instrument.id.0) {
                return instrument.id.0;
            }
            latest_free = latest_free.saturating_add(1);
            latest_free
        });
        (instrument.id, InstrumentId(id))
    };
    Ok(instruments.iter().map(&mut choose).collect())
}
