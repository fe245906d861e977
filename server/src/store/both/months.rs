//! Months of live markets, and the days that they are rolled up from.

use async_trait::async_trait;
use domain::{Day, InstrumentId, Price};

use super::instruments::ROWS_AT_ONCE;
use super::{DatabaseStore, Row, connection, market_rows};
use crate::store::rows::{self, Columns as _};
use crate::store::{MonthCandle, MonthStore, StoreResult};

pub(super) const LIST: &str = "
    select instrument_id, month, open, high, low, close, volume, average, days
    from month_candles
    where instrument_id = $1
    and month between $2 and $3
    order by month desc
    limit $4";
pub(super) const FIRST_DAY: &str = "
    select min(day) as earliest
    from candles
    where instrument_id = $1
    and day >= $2";
pub(super) const DELETE_DAYS: &str = "
    delete from candles
    where instrument_id = $1
    and day between $2 and $3";

fn month(row: &Row) -> StoreResult<MonthCandle> {
    let price = |column| row.integer(column).map(Price::from_units);
    Ok(MonthCandle {
        instrument: InstrumentId(row.integer("instrument_id")?),
        month: rows::day(row.integer("month")?)?,
        open: price("open")?,
        high: price("high")?,
        low: price("low")?,
        close: price("close")?,
        volume: row.integer("volume")?,
        average: price("average")?,
        days: row.integer("days")?,
    })
}

#[async_trait]
impl MonthStore for DatabaseStore {
    async fn list_months(
        &self,
        instrument: InstrumentId,
        (from, to): (Day, Day),
        limit: u32,
    ) -> StoreResult<Vec<MonthCandle>> {
        let rows = sqlx::query(LIST)
            .bind(instrument.0)
            .bind(i64::from(from.number()))
            .bind(i64::from(to.number()))
            .bind(i64::from(limit))
            .fetch_all(&self.readers)
            .await?;
        rows.iter().rev().map(month).collect()
    }

    async fn store_months(&self, months: &[MonthCandle]) -> StoreResult<()> {
        let mut transaction = connection::begin(&self.writer).await?;
        for some in months.chunks(ROWS_AT_ONCE) {
            market_rows::store_months(&mut transaction, some).await?;
        }
        transaction.commit().await?;
        Ok(())
    }

    async fn first_candle(&self, instrument: InstrumentId, from: Day) -> StoreResult<Option<Day>> {
        let row = sqlx::query(FIRST_DAY)
            .bind(instrument.0)
            .bind(i64::from(from.number()))
            .fetch_one(&self.readers)
            .await?;
        row.integer_or_none("earliest")?.map(rows::day).transpose()
    }

    async fn delete_candles(
        &self,
        instrument: InstrumentId,
        (from, to): (Day, Day),
    ) -> StoreResult<u64> {
        let deleted = sqlx::query(DELETE_DAYS)
            .bind(instrument.0)
            .bind(i64::from(from.number()))
            .bind(i64::from(to.number()))
            .execute(&self.writer)
            .await?;
        Ok(deleted.rows_affected())
    }
}
