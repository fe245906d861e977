//! Price alerts.

use async_trait::async_trait;
use domain::api::AlertSide;
use domain::{GameId, InstrumentId, PlayerId, Price, Timestamp};

use super::{DatabaseStore, Row, connection, notifications};
use crate::store::alerts::{AlertRecord, AlertState, AlertStore};
use crate::store::failure::corrupt;
use crate::store::rows::{self, Columns as _};
use crate::store::{NewNotification, StoreResult};

const CREATE: &str = "
    insert into price_alerts (
        player_id, alert_id, game_id, instrument_id, side, price, repeats, state, times, created_at, told_at
    )
    values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)";
pub(super) const LIST: &str = "
    select player_id, alert_id, game_id, instrument_id, side, price, repeats, state, times, created_at, told_at
    from price_alerts
    where player_id = $1
    order by alert_id
    limit $2";
pub(super) const LIST_OPEN: &str = "
    select player_id, alert_id, game_id, instrument_id, side, price, repeats, state, times, created_at, told_at
    from price_alerts
    where state <> 'ended'
    and (player_id, alert_id) > ($1, $2)
    order by player_id, alert_id
    limit $3";
pub(super) const DELETE: &str = "
    delete from price_alerts
    where player_id = $1
    and alert_id = $2";
pub(super) const MOVE: &str = "
    update price_alerts
    set state = $5, times = $6, told_at = $7
    where player_id = $1
    and alert_id = $2
    and state = $3
    and times = $4";

#[async_trait]
impl AlertStore for DatabaseStore {
    async fn create_alert(&self, alert: &AlertRecord) -> StoreResult<()> {
        sqlx::query(CREATE)
            .bind(alert.player.0)
            .bind(alert.id)
            .bind(alert.game.0)
            .bind(alert.instrument.0)
            .bind(alert.side.as_str())
            .bind(alert.price.units())
            .bind(alert.repeats)
            .bind(alert.state.as_str())
            .bind(i64::from(alert.times))
            .bind(alert.created_at.micros())
            .bind(alert.told_at.map(Timestamp::micros))
            .execute(&self.writer)
            .await?;
        Ok(())
    }

    async fn list_alerts(&self, player: PlayerId, limit: u32) -> StoreResult<Vec<AlertRecord>> {
        let found = sqlx::query(LIST)
            .bind(player.0)
            .bind(i64::from(limit))
            .fetch_all(&self.readers)
            .await?;
        found.iter().map(record).collect()
    }

    async fn delete_alert(&self, player: PlayerId, id: i64) -> StoreResult<bool> {
        let deleted = sqlx::query(DELETE)
            .bind(player.0)
            .bind(id)
            .execute(&self.writer)
            .await?;
        Ok(deleted.rows_affected() > 0)
    }

    async fn list_open_alerts(
        &self,
        after: Option<(PlayerId, i64)>,
        limit: u32,
    ) -> StoreResult<Vec<AlertRecord>> {
        let (player, id) = after.map_or((i64::MIN, i64::MIN), |(player, id)| (player.0, id));
        let found = sqlx::query(LIST_OPEN)
            .bind(player)
            .bind(id)
            .bind(i64::from(limit))
            .fetch_all(&self.readers)
            .await?;
        found.iter().map(record).collect()
    }

    async fn move_alert(
        &self,
        before: &AlertRecord,
        now: &AlertRecord,
        told: Option<&NewNotification>,
    ) -> StoreResult<bool> {
        let mut transaction = connection::begin(&self.writer).await?;
        let moved = sqlx::query(MOVE)
            .bind(before.player.0)
            .bind(before.id)
            .bind(before.state.as_str())
            .bind(i64::from(before.times))
            .bind(now.state.as_str())
            .bind(i64::from(now.times))
            .bind(now.told_at.map(Timestamp::micros))
            .execute(&mut *transaction)
            .await?;
        if moved.rows_affected() == 0 {
            transaction.rollback().await?;
            return Ok(false);
        }
        if let Some(told) = told {
            notifications::add(&mut transaction, std::slice::from_ref(told)).await?;
        }
        transaction.commit().await?;
        Ok(true)
    }
}

fn record(row: &Row) -> StoreResult<AlertRecord> {
    let id = row.integer("alert_id")?;
    let unreadable = || corrupt(format!("the price alert {id}"));
    Ok(AlertRecord {
        player: PlayerId(row.integer("player_id")?),
        id,
        game: GameId(row.integer("game_id")?),
        instrument: InstrumentId(row.integer("instrument_id")?),
        side: AlertSide::named(row.text("side")?).ok_or_else(unreadable)?,
        price: Price::from_units(row.integer("price")?),
        repeats: row.boolean("repeats")?,
        state: AlertState::from_stored(row.text("state")?).ok_or_else(unreadable)?,
        times: rows::small(row, "times", || format!("the times of price alert {id}"))?,
        created_at: rows::instant(row, "created_at")?,
        told_at: rows::instant_or_none(row, "told_at")?,
    })
}
