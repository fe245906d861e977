//! Rows of the market, written many at a time.

use domain::{InstrumentId, MarketId, Price};
use sqlx::SqliteConnection;

use super::connection;
use crate::store::{
    CandleRecord, InstrumentRecord, IntradayCandle, LastQuote, MonthCandle, StoreResult,
};

const STORE_INSTRUMENTS: &str = "
    insert into instruments (
        instrument_id, universe, symbol, name, category, currency, description, plain_words, fun_fact, tradable
    )
    select
        value ->> 0, value ->> 1, value ->> 2, value ->> 3, value ->> 4,
        value ->> 5, value ->> 6, value ->> 7, value ->> 8, value ->> 9
    from jsonb_each($1)
    where true
    on conflict (universe, symbol) do update
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
pub(super) const STORE_HOURS: &str = "
    insert into hour_candles (instrument_id, hour, open, high, low, close)
    select value ->> 0, value ->> 1, value ->> 2, value ->> 3, value ->> 4, value ->> 5
    from jsonb_each($1)
    where true
    on conflict (instrument_id, hour) do update
    set open = excluded.open,
        high = excluded.high,
        low = excluded.low,
        close = excluded.close";
pub(super) const STORE_MONTHS: &str = "
    insert into month_candles (instrument_id, month, open, high, low, close, volume, average, days)
    select
        value ->> 0, value ->> 1, value ->> 2, value ->> 3, value ->> 4,
        value ->> 5, value ->> 6, value ->> 7, value ->> 8
    from jsonb_each($1)
    where true
    on conflict (instrument_id, month) do update
    set open = excluded.open,
        high = excluded.high,
        low = excluded.low,
        close = excluded.close,
        volume = excluded.volume,
        average = excluded.average,
        days = excluded.days";
pub(super) const STORE_LAST_QUOTES: &str = "
    insert into last_quotes (market_id, instrument_id, price, at)
    select value ->> 0, value ->> 1, value ->> 2, value ->> 3
    from jsonb_each($1)
    where true
    on conflict (market_id, instrument_id) do update
    set price = excluded.price,
        at = excluded.at";

/// No lock needed: there is only one writer.
#[expect(
    clippy::unused_async,
    reason = "the other database has something to do"
)]
pub(super) async fn lock_instruments(_transaction: &mut SqliteConnection) -> StoreResult<()> {
    Ok(())
}

/// No lock needed: there is only one writer.
#[expect(
    clippy::unused_async,
    reason = "the other database has something to do"
)]
pub(super) async fn lock_games(_transaction: &mut SqliteConnection) -> StoreResult<()> {
    Ok(())
}

pub(super) async fn store_instruments(
    transaction: &mut SqliteConnection,
    instruments: &[InstrumentRecord],
) -> StoreResult<()> {
    let row = |record: &InstrumentRecord| {
        (
            record.id.0,
            record.universe.as_str(),
            record.symbol.to_string(),
            record.name.clone(),
            record.category.clone(),
            record.currency.clone(),
            record.description.clone(),
            record.plain_words.clone(),
            record.fun_fact.clone(),
            record.tradable,
        )
    };
    let rows: Vec<_> = instruments.iter().map(row).collect();
    connection::write(transaction, STORE_INSTRUMENTS, &rows).await?;
    Ok(())
}

pub(super) async fn store_candles(
    transaction: &mut SqliteConnection,
    candles: &[CandleRecord],
) -> StoreResult<()> {
    let row = |candle: &CandleRecord| {
        let [open, high, low, close] =
            [candle.open, candle.high, candle.low, candle.close].map(Price::units);
        (
            candle.instrument.0,
            candle.day.number(),
            open,
            high,
            low,
            close,
            candle.volume,
        )
    };
    let rows: Vec<_> = candles.iter().map(row).collect();
    connection::write(transaction, STORE_CANDLES, &rows).await?;
    Ok(())
}

pub(super) async fn store_hours(
    transaction: &mut SqliteConnection,
    instrument: InstrumentId,
    hours: &[IntradayCandle],
) -> StoreResult<()> {
    let row = |hour: &IntradayCandle| {
        let [open, high, low, close] =
            [hour.open, hour.high, hour.low, hour.close].map(Price::units);
        (instrument.0, hour.at.seconds(), open, high, low, close)
    };
    let rows: Vec<_> = hours.iter().map(row).collect();
    connection::write(transaction, STORE_HOURS, &rows).await?;
    Ok(())
}

pub(super) async fn store_months(
    transaction: &mut SqliteConnection,
    months: &[MonthCandle],
) -> StoreResult<()> {
    let row = |month: &MonthCandle| {
        let [open, high, low, close] =
            [month.open, month.high, month.low, month.close].map(Price::units);
        (
            month.instrument.0,
            month.month.number(),
            open,
            high,
            low,
            close,
            month.volume,
            month.average.units(),
            month.days,
        )
    };
    let rows: Vec<_> = months.iter().map(row).collect();
    connection::write(transaction, STORE_MONTHS, &rows).await?;
    Ok(())
}

pub(super) async fn store_last_quotes(
    transaction: &mut SqliteConnection,
    market: MarketId,
    quotes: &[LastQuote],
) -> StoreResult<()> {
    let row = |quote: &LastQuote| {
        (
            market.0,
            quote.instrument.0,
            quote.price.units(),
            quote.at.micros(),
        )
    };
    let rows: Vec<_> = quotes.iter().map(row).collect();
    connection::write(transaction, STORE_LAST_QUOTES, &rows).await?;
    Ok(())
}
