//! The effect of splits on offerings that are not settled.

use async_trait::async_trait;
use domain::{DatedAction, Day, InstrumentId, MarketId, Timestamp};

use super::{DatabaseStore, connection};
use crate::store::actions::instrument_action;
use crate::store::{OfferingSplit, OfferingSplitStore, StoreResult};

pub(super) const LIST: &str = "
    select instrument_id, day, kind, new_shares, old_shares, amount
    from market_actions
    where market_id = $1
    and day > $2
    and instrument_id = $3
    and kind in ('split', 'delisting')
    and effective_at <= $4
    order by day
    limit 100";
pub(super) const ADJUST: &str = "
    update offerings
    set version = version + 1,
        splits = splits + 1,
        counted_on = $3,
        price = $4,
        price_low = $6,
        price_high = $7,
        shares = shares * $5,
        minimum = minimum * $5,
        maximum = maximum * $5,
        granted = granted * $5
    where offering_id = $1
    and version = $2";
pub(super) const MULTIPLY: &str = "
    update investments
    set shares = shares * $2,
        granted = granted * $2
    where offering_id = $1";

#[async_trait]
impl OfferingSplitStore for DatabaseStore {
    async fn list_share_changes(
        &self,
        market: MarketId,
        instrument: InstrumentId,
        after: Day,
        now: Timestamp,
    ) -> StoreResult<Vec<DatedAction>> {
        let found = sqlx::query(LIST)
            .bind(market.0)
            .bind(i64::from(after.number()))
            .bind(instrument.0)
            .bind(now.micros())
            .fetch_all(&self.readers)
            .await?;
        let dated = |row| instrument_action(row).map(|action| action.dated);
        found.iter().map(dated).collect()
    }

    async fn split_offering(&self, split: &OfferingSplit) -> StoreResult<bool> {
        let mut transaction = connection::begin(&self.writer).await?;
        let adjusted = sqlx::query(ADJUST)
            .bind(split.offering)
            .bind(split.version)
            .bind(i64::from(split.day.number()))
            .bind(split.price.units())
            .bind(i64::from(split.factor))
            .bind(split.range.map(|range| range.low.units()))
            .bind(split.range.map(|range| range.high.units()))
            .execute(&mut *transaction)
            .await?;
        if adjusted.rows_affected() == 0 {
            transaction.rollback().await?;
            return Ok(false);
        }
        sqlx::query(MULTIPLY)
            .bind(split.offering)
            .bind(i64::from(split.factor))
            .execute(&mut *transaction)
            .await?;
        transaction.commit().await?;
        Ok(true)
    }
}
