//! Instruments, their candles and their last quotes.

use std::collections::{HashMap, HashSet};

use domain::{Day, InstrumentId, Price};
use sqlx::{Row, SqliteConnection, SqlitePool};

use super::{connection, rows};
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
const STORE_INSTRUMENTS: &str = "
    insert into instruments (
        instrument_id, market, symbol, name, category, currency, description, plain_words, fun_fact, tradable
    )
    select
        value ->> 0, value ->> 1, value ->> 2, value ->> 3, value ->> 4,
        value ->> 5, value ->> 6, value ->> 7, value ->> 8, value ->> 9
    from jsonb_each($1)
    where true
    on conflict (market, symbol) do update
    set name = excluded.name,
        category = excluded.category,
        currency = excluded.currency,
        description = excluded.description,
        plain_words = excluded.plain_words,
        fun_fact = excluded.fun_fact,
        tradable = excluded.tradable";
pub(super) const STORE_CANDLES: &str = "
    insert into candles (instrument_id, day, open, high, low, close, volume)
    select value ->> 0, value ->> 1, value ->> 2, value ->> 3, value ->> 4, value ->> 5, value ->> 6
    from jsonb_each($1)
    where true
    on conflict (instrument_id, day) do update
    set open = excluded.open,
        high = excluded.high,
        low = excluded.low,
        close = excluded.close,
        volume = excluded.volume";
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
    )";
pub(super) const STORE_LAST_QUOTES: &str = "
    insert into last_quotes (instrument_id, price, at)
    select value ->> 0, value ->> 1, value ->> 2
    from jsonb_each($1)
    where true
    on conflict (instrument_id) do update
    set price = excluded.price,
        at = excluded.at";
pub(super) const LIST_LAST_QUOTES: &str = "
    select q.instrument_id, q.price, q.at
    from instruments i
    join last_quotes q on q.instrument_id = i.instrument_id
    where i.market = $1
    order by q.instrument_id";

pub(super) async fn list_instruments(
    readers: &SqlitePool,
    market: MarketKind,
) -> StoreResult<Vec<InstrumentRecord>> {
    let rows = sqlx::query(LIST_INSTRUMENTS)
        .bind(market.as_str())
        .fetch_all(readers)
        .await?;
    rows.iter().map(rows::instrument).collect()
}

pub(super) async fn import(
    writer: &SqlitePool,
    instruments: &[InstrumentRecord],
    candles: &[CandleRecord],
) -> StoreResult<()> {
    let mut transaction = connection::begin(writer).await?;
    let ids = choose_ids(&mut transaction, instruments).await?;
    let rows: Vec<_> = instruments
        .iter()
        .map(|record| instrument_row(record, ids[&record.id]))
        .collect();
    for some in rows.chunks(ROWS_AT_ONCE) {
        sqlx::query(STORE_INSTRUMENTS)
            .bind(connection::json(some))
            .execute(&mut *transaction)
            .await?;
    }
    let stored = |id: InstrumentId| ids.get(&id).copied().unwrap_or(id);
    insert_candles(&mut transaction, candles, stored).await?;
    transaction.commit().await?;
    Ok(())
}

pub(super) async fn store_candles(
    writer: &SqlitePool,
    candles: &[CandleRecord],
) -> StoreResult<()> {
    let mut transaction = connection::begin(writer).await?;
    insert_candles(&mut transaction, candles, |id| id).await?;
    transaction.commit().await?;
    Ok(())
}

pub(super) async fn list_candles(
    readers: &SqlitePool,
    instrument: InstrumentId,
    from: Day,
    to: Day,
    limit: u32,
) -> StoreResult<Vec<CandleRecord>> {
    let rows = sqlx::query(LIST_CANDLES)
        .bind(instrument.0)
        .bind(from.number())
        .bind(to.number())
        .bind(limit)
        .fetch_all(readers)
        .await?;
    rows.iter().rev().map(rows::candle).collect()
}

pub(super) async fn list_market_candles(
    readers: &SqlitePool,
    market: MarketKind,
    from: Day,
    to: Day,
) -> StoreResult<Vec<CandleRecord>> {
    let rows = sqlx::query(LIST_MARKET_CANDLES)
        .bind(market.as_str())
        .bind(from.number())
        .bind(to.number())
        .fetch_all(readers)
        .await?;
    rows.iter().map(rows::candle).collect()
}

pub(super) async fn candle_range(
    readers: &SqlitePool,
    market: MarketKind,
) -> StoreResult<Option<(Day, Day)>> {
    let row = sqlx::query(CANDLE_RANGE)
        .bind(market.as_str())
        .fetch_one(readers)
        .await?;
    let day = |column: &str| -> StoreResult<Option<Day>> {
        row.try_get::<Option<i64>, _>(column)?
            .map(rows::day)
            .transpose()
    };
    Ok(day("first_day")?.zip(day("latest_day")?))
}

pub(super) async fn store_last_quotes(
    writer: &SqlitePool,
    quotes: &[LastQuote],
) -> StoreResult<()> {
    let mut transaction = connection::begin(writer).await?;
    for some in quotes.chunks(ROWS_AT_ONCE) {
        let rows: Vec<_> = some
            .iter()
            .map(|quote| (quote.instrument.0, quote.price.units(), quote.at.micros()))
            .collect();
        sqlx::query(STORE_LAST_QUOTES)
            .bind(connection::json(&rows))
            .execute(&mut *transaction)
            .await?;
    }
    transaction.commit().await?;
    Ok(())
}

pub(super) async fn list_last_quotes(
    readers: &SqlitePool,
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
    transaction: &mut SqliteConnection,
    instruments: &[InstrumentRecord],
) -> StoreResult<HashMap<InstrumentId, InstrumentId>> {
    let stored = sqlx::query(LIST_IDS).fetch_all(transaction).await?;
    let mut known = HashMap::new();
    let mut used = HashSet::new();
    for row in &stored {
        let id: i64 = row.try_get("instrument_id")?;
        let market = rows::market(row.try_get("market")?)?;
        known.insert((market, row.try_get::<String, _>("symbol")?), id);
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

type InstrumentRow<'a> = (
    i64,
    &'a str,
    &'a str,
    &'a str,
    &'a str,
    &'a str,
    &'a str,
    &'a str,
    &'a str,
    bool,
);

fn instrument_row(record: &InstrumentRecord, id: InstrumentId) -> InstrumentRow<'_> {
    (
        id.0,
        record.market.as_str(),
        record.symbol.as_str(),
        &record.name,
        &record.category,
        &record.currency,
        &record.description,
        &record.plain_words,
        &record.fun_fact,
        record.tradable,
    )
}

async fn insert_candles(
    transaction: &mut SqliteConnection,
    candles: &[CandleRecord],
    stored: impl Fn(InstrumentId) -> InstrumentId,
) -> StoreResult<()> {
    for some in candles.chunks(ROWS_AT_ONCE) {
        let row = |candle: &CandleRecord| {
            let [open, high, low, close] =
                [candle.open, candle.high, candle.low, candle.close].map(Price::units);
            (
                stored(candle.instrument).0,
                candle.day.number(),
                open,
                high,
                low,
                close,
                candle.volume,
            )
        };
        let rows: Vec<_> = some.iter().map(row).collect();
        sqlx::query(STORE_CANDLES)
            .bind(connection::json(&rows))
            .execute(&mut *transaction)
            .await?;
    }
    Ok(())
}
