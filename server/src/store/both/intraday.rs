//! Minutes and hours of live markets.

use async_trait::async_trait;
use domain::{InstrumentId, Price, Timestamp};

use super::instruments::ROWS_AT_ONCE;
use super::{DatabaseStore, Row, connection, market_rows};
use crate::store::rows::Columns as _;
use crate::store::{CandleLength, IntradayCandle, IntradayStore, StoreResult};

const RECORD: &str = "
    insert into minute_candles (instrument_id, minute, open, high, low, close)
    values ($1, $2, $3, $3, $3, $3)
    on conflict (instrument_id, minute) do update
    set high = case when excluded.high > minute_candles.high then excluded.high else minute_candles.high end,
        low = case when excluded.low < minute_candles.low then excluded.low else minute_candles.low end,
        close = excluded.close";
pub(super) const LIST_MINUTES: &str = "
    select minute as second, open, high, low, close
    from minute_candles
    where instrument_id = $1
    and minute between $2 and $3
    order by minute desc
    limit $4";
pub(super) const LIST_HOURS: &str = "
    select hour as second, open, high, low, close
    from hour_candles
    where instrument_id = $1
    and hour between $2 and $3
    order by hour desc
    limit $4";
pub(super) const FIRST_MINUTE: &str = "
    select min(minute) as earliest
    from minute_candles
    where instrument_id = $1
    and minute >= $2";
pub(super) const FIRST_HOUR: &str = "
    select min(hour) as earliest
    from hour_candles
    where instrument_id = $1
    and hour >= $2";
pub(super) const DELETE_MINUTES: &str = "
    delete from minute_candles
    where instrument_id = $1
    and minute between $2 and (
        select max(page.minute)
        from (
            select m.minute
            from minute_candles m
            where m.instrument_id = $1
            and m.minute >= $2
            and m.minute < $3
            order by m.minute
            limit $4
        ) page
    )";
pub(super) const DELETE_HOURS: &str = "
    delete from hour_candles
    where instrument_id = $1
    and hour between $2 and (
        select max(page.hour)
        from (
            select h.hour
            from hour_candles h
            where h.instrument_id = $1
            and h.hour >= $2
            and h.hour < $3
            order by h.hour
            limit $4
        ) page
    )";

fn candle(row: &Row) -> StoreResult<IntradayCandle> {
    let price = |column| row.integer(column).map(Price::from_units);
    Ok(IntradayCandle {
        at: Timestamp::from_seconds(row.integer("second")?),
        open: price("open")?,
        high: price("high")?,
        low: price("low")?,
        close: price("close")?,
    })
}

#[async_trait]
impl IntradayStore for DatabaseStore {
    async fn record_price(
        &self,
        instrument: InstrumentId,
        at: Timestamp,
        price: Price,
    ) -> StoreResult<()> {
        sqlx::query(RECORD)
            .bind(instrument.0)
            .bind(CandleLength::Minute.begin_of(at).seconds())
            .bind(price.units())
            .execute(&self.writer)
            .await?;
        Ok(())
    }

    async fn list_intraday(
        &self,
        length: CandleLength,
        instrument: InstrumentId,
        (from, to): (Timestamp, Timestamp),
        limit: u32,
    ) -> StoreResult<Vec<IntradayCandle>> {
        let statement = match length {
            CandleLength::Minute => LIST_MINUTES,
            CandleLength::Hour => LIST_HOURS,
        };
        let rows = sqlx::query(statement)
            .bind(instrument.0)
            .bind(from.seconds())
            .bind(to.seconds())
            .bind(i64::from(limit))
            .fetch_all(&self.readers)
            .await?;
        rows.iter().rev().map(candle).collect()
    }

    async fn first_intraday(
        &self,
        length: CandleLength,
        instrument: InstrumentId,
        from: Timestamp,
    ) -> StoreResult<Option<Timestamp>> {
        let statement = match length {
            CandleLength::Minute => FIRST_MINUTE,
            CandleLength::Hour => FIRST_HOUR,
        };
        let row = sqlx::query(statement)
            .bind(instrument.0)
            .bind(from.seconds())
            .fetch_one(&self.readers)
            .await?;
        let earliest = row.integer_or_none("earliest")?;
        Ok(earliest.map(Timestamp::from_seconds))
    }

    async fn store_hours(
        &self,
        instrument: InstrumentId,
        hours: &[IntradayCandle],
    ) -> StoreResult<()> {
        let mut transaction = connection::begin(&self.writer).await?;
        for some in hours.chunks(ROWS_AT_ONCE) {
            market_rows::store_hours(&mut transaction, instrument, some).await?;
        }
        transaction.commit().await?;
        Ok(())
    }

    async fn delete_intraday(
        &self,
        length: CandleLength,
        instrument: InstrumentId,
        (from, until): (Timestamp, Timestamp),
        limit: u32,
    ) -> StoreResult<u64> {
        let statement = match length {
            CandleLength::Minute => DELETE_MINUTES,
            CandleLength::Hour => DELETE_HOURS,
        };
        let deleted = sqlx::query(statement)
            .bind(instrument.0)
            .bind(from.seconds())
            .bind(until.seconds())
            .bind(i64::from(limit))
            .execute(&self.writer)
            .await?;
        Ok(deleted.rows_affected())
    }
}
