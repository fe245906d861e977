//! Minutes of live markets.

use async_trait::async_trait;
use domain::{InstrumentId, Price, Timestamp};

use super::{DatabaseStore, Row};
use crate::store::rows::Columns as _;
use crate::store::{MinuteCandle, MinuteStore, StoreResult};

const MINUTE_S: i64 = 60;

const RECORD: &str = "
    insert into minute_candles (instrument_id, minute, open, high, low, close)
    values ($1, $2, $3, $3, $3, $3)
    on conflict (instrument_id, minute) do update
    set high = case when excluded.high > minute_candles.high then excluded.high else minute_candles.high end,
        low = case when excluded.low < minute_candles.low then excluded.low else minute_candles.low end,
        close = excluded.close";
pub(super) const LIST: &str = "
    select minute, open, high, low, close
    from minute_candles
    where instrument_id = $1
    and minute between $2 and $3
    order by minute desc
    limit $4";
pub(super) const PRUNE: &str = "
    delete from minute_candles
    where minute <= (
        select max(page.minute)
        from (
            select m.minute
            from minute_candles m
            where m.minute < $1
            order by m.minute
            limit $2
        ) page
    )";

fn minute(row: &Row) -> StoreResult<MinuteCandle> {
    let price = |column| row.integer(column).map(Price::from_units);
    Ok(MinuteCandle {
        at: Timestamp::from_seconds(row.integer("minute")?),
        open: price("open")?,
        high: price("high")?,
        low: price("low")?,
        close: price("close")?,
    })
}

/// When the minute of an instant begins.
fn minute_of(at: Timestamp) -> i64 {
    let seconds = at.seconds();
    seconds.saturating_sub(seconds.rem_euclid(MINUTE_S))
}

#[async_trait]
impl MinuteStore for DatabaseStore {
    async fn record_price(
        &self,
        instrument: InstrumentId,
        at: Timestamp,
        price: Price,
    ) -> StoreResult<()> {
        sqlx::query(RECORD)
            .bind(instrument.0)
            .bind(minute_of(at))
            .bind(price.units())
            .execute(&self.writer)
            .await?;
        Ok(())
    }

    async fn list_minutes(
        &self,
        instrument: InstrumentId,
        from: Timestamp,
        to: Timestamp,
        limit: u32,
    ) -> StoreResult<Vec<MinuteCandle>> {
        let rows = sqlx::query(LIST)
            .bind(instrument.0)
            .bind(from.seconds())
            .bind(to.seconds())
            .bind(i64::from(limit))
            .fetch_all(&self.readers)
            .await?;
        rows.iter().rev().map(minute).collect()
    }

    async fn prune_minutes(&self, before: Timestamp, limit: u32) -> StoreResult<u64> {
        let pruned = sqlx::query(PRUNE)
            .bind(before.seconds())
            .bind(i64::from(limit))
            .execute(&self.writer)
            .await?;
        Ok(pruned.rows_affected())
    }
}
