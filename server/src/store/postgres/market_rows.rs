//! Rows of the market, written many at a time. Of several rows with the same key, the last one wins.

use domain::{InstrumentId, MarketId, Price};
use sqlx::PgConnection;

use super::columns::column;
use crate::store::{
    CandleRecord, InstrumentRecord, IntradayCandle, LastQuote, MonthCandle, StoreResult,
};

// Choosing new ids requires seeing everyone else's. Readers are not blocked.
const LOCK_INSTRUMENTS: &str = "lock table instruments in share row exclusive mode";
// Choosing a new id requires seeing everyone else's.
const LOCK_GAMES: &str = "lock table games in share row exclusive mode";
const STORE_INSTRUMENTS: &str = "
    insert into instruments (
        instrument_id, universe, symbol, name, category, currency, description, plain_words, fun_fact, tradable
    )
    select distinct on (universe, symbol)
        instrument_id, universe, symbol, name, category, currency, description, plain_words, fun_fact, tradable
    from unnest(
        $1::bigint[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[], $9::text[],
        $10::boolean[]
    ) with ordinality c (
        instrument_id, universe, symbol, name, category, currency, description, plain_words, fun_fact, tradable, place
    )
    order by universe, symbol, place desc
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
    select distinct on (instrument_id, day) instrument_id, day, open, high, low, close, volume
    from unnest(
        $1::bigint[], $2::bigint[], $3::bigint[], $4::bigint[], $5::bigint[], $6::bigint[], $7::bigint[]
    ) with ordinality c (instrument_id, day, open, high, low, close, volume, place)
    order by instrument_id, day, place desc
    on conflict (instrument_id, day) do update
    set open = excluded.open,
        high = excluded.high,
        low = excluded.low,
        close = excluded.close,
        volume = excluded.volume";
pub(super) const STORE_HOURS: &str = "
    insert into hour_candles (instrument_id, hour, open, high, low, close)
    select $1::bigint, hour, open, high, low, close
    from unnest($2::bigint[], $3::bigint[], $4::bigint[], $5::bigint[], $6::bigint[])
        c (hour, open, high, low, close)
    on conflict (instrument_id, hour) do update
    set open = excluded.open,
        high = excluded.high,
        low = excluded.low,
        close = excluded.close";
pub(super) const STORE_MONTHS: &str = "
    insert into month_candles (instrument_id, month, open, high, low, close, volume, average, days)
    select instrument_id, month, open, high, low, close, volume, average, days
    from unnest(
        $1::bigint[], $2::bigint[], $3::bigint[], $4::bigint[], $5::bigint[], $6::bigint[], $7::bigint[],
        $8::bigint[], $9::bigint[]
    ) c (instrument_id, month, open, high, low, close, volume, average, days)
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
    select distinct on (instrument_id) $1, instrument_id, price, at
    from unnest($2::bigint[], $3::bigint[], $4::bigint[]) with ordinality c (instrument_id, price, at, place)
    order by instrument_id, place desc
    on conflict (market_id, instrument_id) do update
    set price = excluded.price,
        at = excluded.at";

pub(super) async fn lock_instruments(transaction: &mut PgConnection) -> StoreResult<()> {
    sqlx::query(LOCK_INSTRUMENTS).execute(transaction).await?;
    Ok(())
}

pub(super) async fn lock_games(transaction: &mut PgConnection) -> StoreResult<()> {
    sqlx::query(LOCK_GAMES).execute(transaction).await?;
    Ok(())
}

pub(super) async fn store_instruments(
    transaction: &mut PgConnection,
    instruments: &[InstrumentRecord],
) -> StoreResult<()> {
    sqlx::query(STORE_INSTRUMENTS)
        .bind(column(instruments, |record| record.id.0))
        .bind(column(instruments, |record| record.universe.as_str()))
        .bind(column(instruments, |record| record.symbol.as_str()))
        .bind(column(instruments, |record| record.name.as_str()))
        .bind(column(instruments, |record| record.category.as_str()))
        .bind(column(instruments, |record| record.currency.as_str()))
        .bind(column(instruments, |record| record.description.as_str()))
        .bind(column(instruments, |record| record.plain_words.as_str()))
        .bind(column(instruments, |record| record.fun_fact.as_str()))
        .bind(column(instruments, |record| record.tradable))
        .execute(transaction)
        .await?;
    Ok(())
}

pub(super) async fn store_candles(
    transaction: &mut PgConnection,
    candles: &[CandleRecord],
) -> StoreResult<()> {
    let prices = |price: fn(&CandleRecord) -> Price| column(candles, |one| price(one).units());
    sqlx::query(STORE_CANDLES)
        .bind(column(candles, |candle| candle.instrument.0))
        .bind(column(candles, |candle| i64::from(candle.day.number())))
        .bind(prices(|candle| candle.open))
        .bind(prices(|candle| candle.high))
        .bind(prices(|candle| candle.low))
        .bind(prices(|candle| candle.close))
        .bind(column(candles, |candle| candle.volume))
        .execute(transaction)
        .await?;
    Ok(())
}

pub(super) async fn store_hours(
    transaction: &mut PgConnection,
    instrument: InstrumentId,
    hours: &[IntradayCandle],
) -> StoreResult<()> {
    let prices = |price: fn(&IntradayCandle) -> Price| column(hours, |one| price(one).units());
    sqlx::query(STORE_HOURS)
        .bind(instrument.0)
        .bind(column(hours, |hour| hour.at.seconds()))
        .bind(prices(|hour| hour.open))
        .bind(prices(|hour| hour.high))
        .bind(prices(|hour| hour.low))
        .bind(prices(|hour| hour.close))
        .execute(transaction)
        .await?;
    Ok(())
}

pub(super) async fn store_months(
    transaction: &mut PgConnection,
    months: &[MonthCandle],
) -> StoreResult<()> {
    let prices = |price: fn(&MonthCandle) -> Price| column(months, |one| price(one).units());
    sqlx::query(STORE_MONTHS)
        .bind(column(months, |month| month.instrument.0))
        .bind(column(months, |month| i64::from(month.month.number())))
        .bind(prices(|month| month.open))
        .bind(prices(|month| month.high))
        .bind(prices(|month| month.low))
        .bind(prices(|month| month.close))
        .bind(column(months, |month| month.volume))
        .bind(prices(|month| month.average))
        .bind(column(months, |month| month.days))
        .execute(transaction)
        .await?;
    Ok(())
}

pub(super) async fn store_last_quotes(
    transaction: &mut PgConnection,
    market: MarketId,
    quotes: &[LastQuote],
) -> StoreResult<()> {
    sqlx::query(STORE_LAST_QUOTES)
        .bind(market.0)
        .bind(column(quotes, |quote| quote.instrument.0))
        .bind(column(quotes, |quote| quote.price.units()))
        .bind(column(quotes, |quote| quote.at.micros()))
        .execute(transaction)
        .await?;
    Ok(())
}
