//! Notifications and players' notification preferences.

use std::collections::BTreeMap;

use async_trait::async_trait;
use domain::api::{Channels, NotificationKind};
use domain::{PlayerId, Timestamp};

use super::games::{read_json, write_json};
use super::{Connection, DatabaseStore, Row, connection, jobs};
use crate::store::failure::corrupt;
use crate::store::notifications::{
    LanePosition, NewNotification, NotificationChoices, NotificationRecord, NotificationStore,
    UNREAD_MAX,
};
use crate::store::rows::{self, Columns as _};
use crate::store::{StoreError, StoreResult};

const ADD: &str = "
    insert into notifications (player_id, cause, kind, data, at, in_app)
    values ($1, $2, $3, $4, $5, $6)
    on conflict (player_id, cause) do nothing";
const BEGIN_LANE: &str = "
    insert into notification_positions (lane, seq)
    values ($1, 0)
    on conflict (lane) do nothing";
const ADVANCE: &str = "
    update notification_positions
    set seq = $3
    where lane = $1
    and seq = $2";
const LIST_POSITIONS: &str = "
    select lane, seq
    from notification_positions
    order by lane";
pub(super) const LIST: &str = "
    select player_id, cause, kind, data, at, read_at
    from notifications
    where player_id = $1
    and in_app
    and (at, cause) < ($2, $3)
    order by at desc, cause desc
    limit $4";
pub(super) const FIND: &str = "
    select player_id, cause, kind, data, at, read_at
    from notifications
    where player_id = $1
    and cause = $2";
pub(super) const COUNT_UNREAD: &str = "
    select count(*)
    from (
        select 1
        from notifications
        where player_id = $1
        and read_at is null
        and in_app
        limit $2
    ) page";
pub(super) const READ: &str = "
    update notifications
    set read_at = $3
    where player_id = $1
    and at <= $2
    and read_at is null
    and in_app";
pub(super) const FIND_CHOICES: &str = "
    select player_id, choices, quiet_from, quiet_until
    from notification_settings
    where player_id = $1";
pub(super) const LIST_CHOICES: &str = "
    select player_id, choices, quiet_from, quiet_until
    from notification_settings
    where player_id > $1
    order by player_id
    limit $2";
const STORE_CHOICES: &str = "
    insert into notification_settings (player_id, choices, quiet_from, quiet_until)
    values ($1, $2, $3, $4)
    on conflict (player_id) do update
    set choices = excluded.choices,
        quiet_from = excluded.quiet_from,
        quiet_until = excluded.quiet_until";
pub(super) const LIST_OLD: &str = "
    select player_id, cause
    from notifications
    where at < $1
    order by at
    limit $2";
pub(super) const DELETE: &str = "
    delete from notifications
    where player_id = $1
    and cause = $2";
const PRUNE_POSITIONS: &str = "
    delete from notification_positions
    where lane not in (
        select lane
        from lanes
    )";

/// Writes notifications, with their mails, in the transaction that causes them. Returns how many are new.
pub(super) async fn add(transaction: &mut Connection, new: &[NewNotification]) -> StoreResult<u64> {
    let mut written = 0;
    for one in new {
        let added = sqlx::query(ADD)
            .bind(one.player.0)
            .bind(&one.cause)
            .bind(one.kind.as_str())
            .bind(&one.data)
            .bind(one.at.micros())
            .bind(one.in_app)
            .execute(&mut *transaction)
            .await?;
        if added.rows_affected() == 0 {
            continue;
        }
        written += 1;
        if let Some(mail) = &one.mail {
            jobs::enqueue(transaction, mail).await?;
        }
    }
    Ok(written)
}

#[async_trait]
impl NotificationStore for DatabaseStore {
    async fn add_notifications(&self, new: &[NewNotification]) -> StoreResult<u64> {
        let mut transaction = connection::begin(&self.writer).await?;
        let written = add(&mut transaction, new).await?;
        transaction.commit().await?;
        Ok(written)
    }

    async fn advance_notifications(
        &self,
        read: LanePosition,
        to: i64,
        new: &[NewNotification],
    ) -> StoreResult<bool> {
        let mut transaction = connection::begin(&self.writer).await?;
        if read.seq == 0 {
            sqlx::query(BEGIN_LANE)
                .bind(read.lane)
                .execute(&mut *transaction)
                .await?;
        }
        let advanced = sqlx::query(ADVANCE)
            .bind(read.lane)
            .bind(read.seq)
            .bind(to)
            .execute(&mut *transaction)
            .await?;
        if advanced.rows_affected() == 0 {
            transaction.rollback().await?;
            return Ok(false);
        }
        add(&mut transaction, new).await?;
        transaction.commit().await?;
        Ok(true)
    }

    async fn list_notification_positions(&self) -> StoreResult<Vec<LanePosition>> {
        let found = sqlx::query(LIST_POSITIONS).fetch_all(&self.readers).await?;
        let position = |row: &Row| {
            Ok(LanePosition {
                lane: row.integer("lane")?,
                seq: row.integer("seq")?,
            })
        };
        found.iter().map(position).collect()
    }

    async fn list_notifications(
        &self,
        player: PlayerId,
        before: Option<&(Timestamp, String)>,
        limit: u32,
    ) -> StoreResult<Vec<NotificationRecord>> {
        let (at, cause) = before.map_or((i64::MAX, ""), |(at, cause)| (at.micros(), cause));
        let found = sqlx::query(LIST)
            .bind(player.0)
            .bind(at)
            .bind(cause)
            .bind(i64::from(limit))
            .fetch_all(&self.readers)
            .await?;
        found.iter().map(record).collect()
    }

    async fn find_notification(
        &self,
        player: PlayerId,
        cause: &str,
    ) -> StoreResult<Option<NotificationRecord>> {
        let found = sqlx::query(FIND)
            .bind(player.0)
            .bind(cause)
            .fetch_optional(&self.readers)
            .await?;
        found.as_ref().map(record).transpose()
    }

    async fn count_unread(&self, player: PlayerId) -> StoreResult<u32> {
        let count: i64 = sqlx::query_scalar(COUNT_UNREAD)
            .bind(player.0)
            .bind(i64::from(UNREAD_MAX))
            .fetch_one(&self.readers)
            .await?;
        Ok(u32::try_from(count).unwrap_or(UNREAD_MAX))
    }

    async fn read_notifications(
        &self,
        player: PlayerId,
        until: Timestamp,
        now: Timestamp,
    ) -> StoreResult<u64> {
        let read = sqlx::query(READ)
            .bind(player.0)
            .bind(until.micros())
            .bind(now.micros())
            .execute(&self.writer)
            .await?;
        Ok(read.rows_affected())
    }

    async fn find_notification_choices(
        &self,
        player: PlayerId,
    ) -> StoreResult<NotificationChoices> {
        let row = sqlx::query(FIND_CHOICES)
            .bind(player.0)
            .fetch_optional(&self.readers)
            .await?;
        let found = row.as_ref().map(choices_of).transpose()?;
        Ok(found.unwrap_or_else(|| NotificationChoices::default_of(player)))
    }

    async fn list_notification_choices(
        &self,
        after: Option<PlayerId>,
        limit: u32,
    ) -> StoreResult<Vec<NotificationChoices>> {
        let found = sqlx::query(LIST_CHOICES)
            .bind(after.map_or(i64::MIN, |player| player.0))
            .bind(i64::from(limit))
            .fetch_all(&self.readers)
            .await?;
        found.iter().map(choices_of).collect()
    }

    async fn store_notification_choices(&self, choices: &NotificationChoices) -> StoreResult<()> {
        let named = choices.channels.iter();
        let named: BTreeMap<&str, Channels> = named
            .map(|(kind, channels)| (kind.as_str(), *channels))
            .collect();
        sqlx::query(STORE_CHOICES)
            .bind(choices.player.0)
            .bind(write_json(&named)?)
            .bind(choices.quiet.map(|(from, _)| i64::from(from)))
            .bind(choices.quiet.map(|(_, until)| i64::from(until)))
            .execute(&self.writer)
            .await?;
        Ok(())
    }

    async fn prune_notifications(&self, before: Timestamp, limit: u32) -> StoreResult<u64> {
        let mut transaction = connection::begin(&self.writer).await?;
        let old = sqlx::query(LIST_OLD)
            .bind(before.micros())
            .bind(i64::from(limit))
            .fetch_all(&mut *transaction)
            .await?;
        let mut pruned = 0;
        for row in &old {
            let deleted = sqlx::query(DELETE)
                .bind(row.integer("player_id")?)
                .bind(row.text("cause")?)
                .execute(&mut *transaction)
                .await?;
            pruned += deleted.rows_affected();
        }
        sqlx::query(PRUNE_POSITIONS)
            .execute(&mut *transaction)
            .await?;
        transaction.commit().await?;
        Ok(pruned)
    }
}

fn record(row: &Row) -> Result<NotificationRecord, StoreError> {
    let player = PlayerId(row.integer("player_id")?);
    let kind = NotificationKind::named(row.text("kind")?);
    Ok(NotificationRecord {
        player,
        cause: row.text("cause")?.to_owned(),
        kind: kind.ok_or_else(|| corrupt(format!("a notification of player {player}")))?,
        data: row.text("data")?.to_owned(),
        at: rows::instant(row, "at")?,
        read_at: rows::instant_or_none(row, "read_at")?,
    })
}

fn choices_of(row: &Row) -> StoreResult<NotificationChoices> {
    let player = PlayerId(row.integer("player_id")?);
    let chosen: BTreeMap<String, Channels> = read_json(row.text("choices")?, || {
        format!("what player {player} wants to be told")
    })?;
    // Skips kinds that only a later version knows.
    let known = chosen
        .into_iter()
        .filter_map(|(name, channels)| Some((NotificationKind::named(&name)?, channels)));
    let minute = |column| -> StoreResult<Option<u16>> {
        let minute = row.integer_or_none(column)?;
        Ok(minute.and_then(|minute| u16::try_from(minute).ok()))
    };
    Ok(NotificationChoices {
        player,
        channels: known.collect(),
        quiet: minute("quiet_from")?.zip(minute("quiet_until")?),
    })
}
