//! Instruments, their candles and their last quotes.

use std::collections::{HashMap, HashSet};

use domain::{Day, InstrumentId};

use super::{Connection, Pool, connection, market_rows};
use crate::store::rows::{self, Columns as _};
use crate::store::{CandleRecord, InstrumentRecord, LastQuote, MarketKind, StoreResult};

/// Rows that one statement takes, so that two years of candles are not one text in memory.
const ROWS_AT_ONCE: usize = 4_096;

pub(super) const LIST_INSTRUMENTS: &str = "
    select instrument_id, market, symbol, name, category, currency, description, plain_words, fun_fact, tradable
    from instruments
    where market = $1
    order by symbol";
const LIST_IDS: &str = "
    select instrument_id, market, symbol
    from instruments";
pub(super) const LIST_CANDLES: &str = "
    select instrument_id, day, open, high, low, close, volume
    from candles
    where instrument_id = $1
    and day between $2 and $3
    order by day desc
    limit $4";
pub(super) const LIST_MARKET_CANDLES: &str = "
    select c.instrument_id, c.day, c.open, c.high, c.low, c.close, c.volume
    from instruments i
    join candles c on c.instrument_id = i.instrument_id
    where i.market = $1
    and c.day between $2 and $3
    order by c.instrument_id, c.day";
// The ends of each instrument's candles are the ends of the key, found without reading the rest.
pub(super) const CANDLE_RANGE: &str = "
    select min(first_day) as first_day, max(latest_day) as latest_day
    from (
        select
            (select min(day) from candles c where c.instrument_id = i.instrument_id) as first_day,
            (select max(day) from candles c where c.instrument_id = i.instrument_id) as latest_day
        from instruments i
        where i.market = $1
    ) ends";
pub(super) const LIST_LAST_QUOTES: &str = "
    select q.instrument_id, q.price, q.at
    from instruments i
    join last_quotes q on q.instrument_id = i.instrument_id
    where i.market = $1
    order by q.instrument_id";

pub(super) async fn list_instruments(
    readers: &Pool,
    market: MarketKind,
) -> StoreResult<Vec<InstrumentRecord>> {
    let rows = sqlx::query(LIST_INSTRUMENTS)
        .bind(market.as_str())
        .fetch_all(readers)
        .await?;
    rows.iter().map(rows::instrument).collect()
}

pub(super) async fn import(
    writer: &Pool,
    instruments: &[InstrumentRecord],
    candles: &[CandleRecord],
) -> StoreResult<()> {
    let mut transaction = connection::begin(writer).await?;
    market_rows::lock_instruments(&mut transaction).await?;
    let ids = choose_ids(&mut transaction, instruments).await?;
    let stored = |id: InstrumentId| ids.get(&id).copied().unwrap_or(id);
    let instruments = instruments.iter().map(|record| InstrumentRecord {
        id: stored(record.id),
        ..record.clone()
    });
    let candles = candles.iter().map(|candle| CandleRecord {
        instrument: stored(candle.instrument),
        ..*candle
    });
    for some in Vec::from_iter(instruments).chunks(ROWS_AT_ONCE) {
        market_rows::store_instruments(&mut transaction, some).await?;
    }
    for some in Vec::from_iter(candles).chunks(ROWS_AT_ONCE) {
        market_rows::store_candles(&mut transaction, some).await?;
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

pub(super) async fn store_last_quotes(writer: &Pool, quotes: &[LastQuote]) -> StoreResult<()> {
    let mut transaction = connection::begin(writer).await?;
    for some in quotes.chunks(ROWS_AT_ONCE) {
        market_rows::store_last_quotes(&mut transaction, some).await?;
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

pub(super) async fn list_market_candles(
    readers: &Pool,
    market: MarketKind,
    from: Day,
    to: Day,
) -> StoreResult<Vec<CandleRecord>> {
    let rows = sqlx::query(LIST_MARKET_CANDLES)
        .bind(market.as_str())
        .bind(i64::from(from.number()))
        .bind(i64::from(to.number()))
        .fetch_all(readers)
        .await?;
    rows.iter().map(rows::candle).collect()
}

pub(super) async fn candle_range(
    readers: &Pool,
    market: MarketKind,
) -> StoreResult<Option<(Day, Day)>> {
    let row = sqlx::query(CANDLE_RANGE)
        .bind(market.as_str())
        .fetch_one(readers)
        .await?;
    let day = |column: &str| -> StoreResult<Option<Day>> {
        row.integer_or_none(column)?.map(rows::day).transpose()
    };
    Ok(day("first_day")?.zip(day("latest_day")?))
}

pub(super) async fn list_last_quotes(
    readers: &Pool,
    market: MarketKind,
) -> StoreResult<Vec<LastQuote>> {
    let rows = sqlx::query(LIST_LAST_QUOTES)
        .bind(market.as_str())
        .fetch_all(readers)
        .await?;
    rows.iter().map(rows::last_quote).collect()
}

/// The id under which each instrument is stored: the one that it has already, else the given one,
/// else, where another instrument has that, the next free one.
async fn choose_ids(
    transaction: &mut Connection,
    instruments: &[InstrumentRecord],
) -> StoreResult<HashMap<InstrumentId, InstrumentId>> {
    let stored = sqlx::query(LIST_IDS).fetch_all(transaction).await?;
    let mut known = HashMap::new();
    let mut used = HashSet::new();
    for row in &stored {
        let id = row.integer("instrument_id")?;
        let market = rows::market(row.text("market")?)?;
        known.insert((market, row.text("symbol")?.to_owned()), id);
        used.insert(id);
    }
    let highest = used
        .iter()
        .copied()
        .chain(instruments.iter().map(|instrument| instrument.id.0))
        .max();
    let mut latest_free = highest.unwrap_or(0);
    let mut choose = |instrument: &InstrumentRecord| {
        let name = (instrument.market, instrument.symbol.to_string());
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
