//! Ties between players, privacy and reports.

use async_trait::async_trait;
use domain::api::{PrivacyView, ProfileVisibility, ReportKind};
use domain::{PlayerId, Timestamp};

use super::{DatabaseStore, Row, connection, notifications};
use crate::store::failure::corrupt;
use crate::store::rows::{self, Columns as _};
use crate::store::social::{
    OPEN_REPORTS_MAX, PrivacyChange, ReportRecord, ReportStore, SocialStore, TIES_MAX, Tie, Tied,
    Ties,
};
use crate::store::{NewNotification, StoreResult};

pub(super) const FIND_PRIVACY: &str = "
    select player_id, visibility, on_leaderboards, changed_at
    from privacy
    where player_id = $1";
const STORE_PRIVACY: &str = "
    insert into privacy (player_id, visibility, on_leaderboards, changed_at)
    values ($1, $2, $3, $4)
    on conflict (player_id) do update
    set visibility = excluded.visibility,
        on_leaderboards = excluded.on_leaderboards,
        changed_at = excluded.changed_at";
pub(super) const LIST_PRIVACY_CHANGES: &str = "
    select player_id, visibility, on_leaderboards, changed_at
    from privacy
    where (changed_at, player_id) > ($1, $2)
    order by changed_at, player_id
    limit $3";
const FOLLOW: &str = "
    insert into follows (player_id, followed_id, since)
    values ($1, $2, $3)
    on conflict do nothing";
pub(super) const COUNT_FOLLOWS: &str = "
    select count(*)
    from follows
    where player_id = $1";
pub(super) const UNFOLLOW: &str = "
    delete from follows
    where player_id = $1
    and followed_id = $2";
pub(super) const LIST_FOLLOWS: &str = "
    select followed_id as other_id, since
    from follows
    where player_id = $1
    order by followed_id
    limit $2";
pub(super) const LIST_FOLLOWERS: &str = "
    select player_id
    from follows
    where followed_id = $1
    order by player_id
    limit $2";
pub(super) const FIND_TIES: &str = "
    select
        exists (
            select 1
            from follows
            where player_id = $1
            and followed_id = $2
        ) as follows,
        exists (
            select 1
            from blocks
            where player_id = $1
            and blocked_id = $2
        ) as blocks";
const BLOCK: &str = "
    insert into blocks (player_id, blocked_id, since)
    values ($1, $2, $3)
    on conflict do nothing";
pub(super) const COUNT_BLOCKS: &str = "
    select count(*)
    from blocks
    where player_id = $1";
pub(super) const UNBLOCK: &str = "
    delete from blocks
    where player_id = $1
    and blocked_id = $2";
pub(super) const LIST_BLOCKS: &str = "
    select blocked_id as other_id, since
    from blocks
    where player_id = $1
    order by blocked_id
    limit $2";
pub(super) const COUNT_REPORTS: &str = "
    select count(*)
    from reports
    where player_id = $1
    and closed_at is null";
const CREATE_REPORT: &str = "
    insert into reports (player_id, report_id, reported_id, kind, words, at)
    values ($1, $2, $3, $4, $5, $6)";
pub(super) const LIST_REPORTS: &str = "
    select player_id, report_id, reported_id, kind, words, at
    from reports
    where closed_at is null
    and (at, report_id) > ($1, $2)
    order by at, report_id
    limit $3";
pub(super) const CLOSE_REPORT: &str = "
    update reports
    set closed_at = $2
    where report_id = $1
    and closed_at is null";

#[async_trait]
impl SocialStore for DatabaseStore {
    async fn find_privacy(&self, player: PlayerId) -> StoreResult<PrivacyView> {
        let row = sqlx::query(FIND_PRIVACY)
            .bind(player.0)
            .fetch_optional(&self.readers)
            .await?;
        let found = row.as_ref().map(read_privacy).transpose()?;
        Ok(found.map_or_else(PrivacyView::default, |found| found.privacy))
    }

    async fn store_privacy(&self, change: &PrivacyChange) -> StoreResult<()> {
        sqlx::query(STORE_PRIVACY)
            .bind(change.player.0)
            .bind(change.privacy.visibility.as_str())
            .bind(change.privacy.on_leaderboards)
            .bind(change.changed_at.micros())
            .execute(&self.writer)
            .await?;
        Ok(())
    }

    async fn list_privacy_changes(
        &self,
        after: (Timestamp, PlayerId),
        limit: u32,
    ) -> StoreResult<Vec<PrivacyChange>> {
        let found = sqlx::query(LIST_PRIVACY_CHANGES)
            .bind(after.0.micros())
            .bind(after.1.0)
            .bind(i64::from(limit))
            .fetch_all(&self.readers)
            .await?;
        found.iter().map(read_privacy).collect()
    }

    async fn follow(
        &self,
        player: PlayerId,
        tie: Tie,
        told: Option<&NewNotification>,
    ) -> StoreResult<Tied> {
        let mut transaction = connection::begin(&self.writer).await?;
        let before: i64 = sqlx::query_scalar(COUNT_FOLLOWS)
            .bind(player.0)
            .fetch_one(&mut *transaction)
            .await?;
        let made = sqlx::query(FOLLOW)
            .bind(player.0)
            .bind(tie.other.0)
            .bind(tie.since.micros())
            .execute(&mut *transaction)
            .await?;
        let tied = tied(made.rows_affected(), before);
        match tied {
            Tied::Full => transaction.rollback().await?,
            Tied::New => {
                notifications::add(&mut transaction, told.map_or(&[], std::slice::from_ref))
                    .await?;
                transaction.commit().await?;
            }
            Tied::Already => transaction.commit().await?,
        }
        Ok(tied)
    }

    async fn unfollow(&self, player: PlayerId, followed: PlayerId) -> StoreResult<bool> {
        let ended = sqlx::query(UNFOLLOW)
            .bind(player.0)
            .bind(followed.0)
            .execute(&self.writer)
            .await?;
        Ok(ended.rows_affected() > 0)
    }

    async fn list_follows(&self, player: PlayerId) -> StoreResult<Vec<Tie>> {
        let found = sqlx::query(LIST_FOLLOWS)
            .bind(player.0)
            .bind(i64::from(TIES_MAX))
            .fetch_all(&self.readers)
            .await?;
        found.iter().map(read_tie).collect()
    }

    async fn list_followers(&self, player: PlayerId) -> StoreResult<Vec<PlayerId>> {
        let found: Vec<i64> = sqlx::query_scalar(LIST_FOLLOWERS)
            .bind(player.0)
            .bind(i64::from(TIES_MAX))
            .fetch_all(&self.readers)
            .await?;
        Ok(found.into_iter().map(PlayerId).collect())
    }

    async fn find_ties(&self, player: PlayerId, other: PlayerId) -> StoreResult<Ties> {
        let row = sqlx::query(FIND_TIES)
            .bind(player.0)
            .bind(other.0)
            .fetch_one(&self.readers)
            .await?;
        Ok(Ties {
            follows: row.boolean("follows")?,
            blocks: row.boolean("blocks")?,
        })
    }

    async fn block(&self, player: PlayerId, tie: Tie) -> StoreResult<Tied> {
        let mut transaction = connection::begin(&self.writer).await?;
        let before: i64 = sqlx::query_scalar(COUNT_BLOCKS)
            .bind(player.0)
            .fetch_one(&mut *transaction)
            .await?;
        let made = sqlx::query(BLOCK)
            .bind(player.0)
            .bind(tie.other.0)
            .bind(tie.since.micros())
            .execute(&mut *transaction)
            .await?;
        let tied = tied(made.rows_affected(), before);
        if tied == Tied::Full {
            transaction.rollback().await?;
            return Ok(tied);
        }
        // In the order of ids, so that two players who block each other at once do not deadlock.
        let mut pairs = [(player, tie.other), (tie.other, player)];
        pairs.sort_unstable();
        for (follower, followed) in pairs {
            sqlx::query(UNFOLLOW)
                .bind(follower.0)
                .bind(followed.0)
                .execute(&mut *transaction)
                .await?;
        }
        transaction.commit().await?;
        Ok(tied)
    }

    async fn unblock(&self, player: PlayerId, blocked: PlayerId) -> StoreResult<bool> {
        let ended = sqlx::query(UNBLOCK)
            .bind(player.0)
            .bind(blocked.0)
            .execute(&self.writer)
            .await?;
        Ok(ended.rows_affected() > 0)
    }

    async fn list_blocks(&self, player: PlayerId) -> StoreResult<Vec<Tie>> {
        let found = sqlx::query(LIST_BLOCKS)
            .bind(player.0)
            .bind(i64::from(TIES_MAX))
            .fetch_all(&self.readers)
            .await?;
        found.iter().map(read_tie).collect()
    }
}

#[async_trait]
impl ReportStore for DatabaseStore {
    async fn create_report(&self, report: &ReportRecord) -> StoreResult<bool> {
        let mut transaction = connection::begin(&self.writer).await?;
        let open: i64 = sqlx::query_scalar(COUNT_REPORTS)
            .bind(report.player.0)
            .fetch_one(&mut *transaction)
            .await?;
        if open >= i64::from(OPEN_REPORTS_MAX) {
            transaction.rollback().await?;
            return Ok(false);
        }
        sqlx::query(CREATE_REPORT)
            .bind(report.player.0)
            .bind(report.id)
            .bind(report.reported.0)
            .bind(report.kind.as_str())
            .bind(report.words.as_deref())
            .bind(report.at.micros())
            .execute(&mut *transaction)
            .await?;
        transaction.commit().await?;
        Ok(true)
    }

    async fn list_reports(
        &self,
        after: (Timestamp, i64),
        limit: u32,
    ) -> StoreResult<Vec<ReportRecord>> {
        let found = sqlx::query(LIST_REPORTS)
            .bind(after.0.micros())
            .bind(after.1)
            .bind(i64::from(limit))
            .fetch_all(&self.readers)
            .await?;
        found.iter().map(read_report).collect()
    }

    async fn close_report(&self, report: i64, now: Timestamp) -> StoreResult<bool> {
        let closed = sqlx::query(CLOSE_REPORT)
            .bind(report)
            .bind(now.micros())
            .execute(&self.writer)
            .await?;
        Ok(closed.rows_affected() > 0)
    }
}

fn tied(written: u64, before: i64) -> Tied {
    match written {
        0 => Tied::Already,
        _ if before >= i64::from(TIES_MAX) => Tied::Full,
        _ => Tied::New,
    }
}

fn read_tie(row: &Row) -> StoreResult<Tie> {
    Ok(Tie {
        other: PlayerId(row.integer("other_id")?),
        since: rows::instant(row, "since")?,
    })
}

fn read_privacy(row: &Row) -> StoreResult<PrivacyChange> {
    let player = PlayerId(row.integer("player_id")?);
    let visibility = ProfileVisibility::named(row.text("visibility")?);
    let visibility =
        visibility.ok_or_else(|| corrupt(format!("the privacy of player {player}")))?;
    Ok(PrivacyChange {
        player,
        privacy: PrivacyView {
            visibility,
            on_leaderboards: row.boolean("on_leaderboards")?,
        },
        changed_at: rows::instant(row, "changed_at")?,
    })
}

fn read_report(row: &Row) -> StoreResult<ReportRecord> {
    let id = row.integer("report_id")?;
    let kind = ReportKind::named(row.text("kind")?);
    Ok(ReportRecord {
        id,
        player: PlayerId(row.integer("player_id")?),
        reported: PlayerId(row.integer("reported_id")?),
        kind: kind.ok_or_else(|| corrupt(format!("the kind of report {id}")))?,
        words: row.text_or_none("words")?.map(str::to_owned),
        at: rows::instant(row, "at")?,
    })
}
