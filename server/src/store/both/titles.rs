//! Titles: keys, achievements of third-party programs, and what players did.

use async_trait::async_trait;
use domain::api::{KeyScope, TitleAchievement};
use domain::{AccountId, GameId, PlayerId, Timestamp};

use super::{Connection, DatabaseStore, Row, connection};
use crate::store::StoreResult;
use crate::store::rows::{self, Columns as _};
use crate::store::titles::{ApiKeyRecord, TitleProgress, TitleRecord, TitleScoreRow, TitleStore};

/// Maximum boards of one player.
const BOARDS_MAX: i64 = 20;
/// Maximum seconds of play per day.
const DAY_SECONDS: i64 = 86_400;
/// Maximum play sessions of one player per day.
const SESSIONS_A_DAY: i64 = 1_000;
/// Unlocks of one player that are read: as many as a title has achievements.
const UNLOCKS_MAX: i64 = 1_000;

const CREATE_KEY: &str = "
    insert into api_keys (game_id, key_id, name, scopes, token_hash, created_by, created_at)
    values ($1, $2, $3, $4, $5, $6, $7)";
pub(super) const LIST_KEYS: &str = "
    select game_id, key_id, name, scopes, token_hash, created_by, created_at, revoked_at
    from api_keys
    where game_id = $1
    and revoked_at is null
    order by key_id
    limit $2";
pub(super) const FIND_KEY: &str = "
    select game_id, key_id, name, scopes, token_hash, created_by, created_at, revoked_at
    from api_keys
    where game_id = $1
    and key_id = $2";
pub(super) const REVOKE_KEY: &str = "
    update api_keys
    set revoked_at = $3
    where game_id = $1
    and key_id = $2
    and revoked_at is null";
const DEFINE: &str = "
    insert into title_achievements (game_id, achievement, name, description, icon, points, created_at)
    values ($1, $2, $3, $4, $5, $6, $7)
    on conflict (game_id, achievement) do update
    set name = excluded.name, description = excluded.description, icon = excluded.icon, points = excluded.points";
pub(super) const LIST_ACHIEVEMENTS: &str = "
    select achievement, name, description, icon, points
    from title_achievements
    where game_id = $1
    order by achievement
    limit $2";
pub(super) const FIND_ACHIEVEMENT: &str = "
    select 1 as one
    from title_achievements
    where game_id = $1
    and achievement = $2";
const UNLOCK: &str = "
    insert into title_unlocks (player_id, game_id, achievement, at)
    values ($1, $2, $3, $4)
    on conflict (player_id, game_id, achievement) do nothing";
const SCORE: &str = "
    insert into title_scores (player_id, game_id, board, value, at)
    values ($1, $2, $3, $4, $5)
    on conflict (player_id, game_id, board) do update
    set value = excluded.value, at = excluded.at
    where title_scores.value < excluded.value";
const PLAY: &str = "
    insert into title_sessions (player_id, game_id, session, seconds, at)
    values ($1, $2, $3, $4, $5)
    on conflict (player_id, game_id, session) do nothing";
pub(super) const LIST_UNLOCKS: &str = "
    select achievement, at
    from title_unlocks
    where player_id = $1
    and game_id = $2
    order by achievement
    limit $3";
pub(super) const SUM_SESSIONS: &str = "
    select cast(coalesce(sum(seconds), 0) as bigint) as seconds
    from title_sessions
    where player_id = $1
    and game_id = $2";
pub(super) const COUNT_BOARDS: &str = "
    select count(*)
    from title_scores
    where player_id = $1
    and game_id = $2
    and board <> $3";
// Sessions that are told again do not count twice.
pub(super) const SUM_DAY: &str = "
    select cast(coalesce(sum(seconds), 0) as bigint) as seconds, count(*) as sessions
    from title_sessions
    where player_id = $1
    and game_id = $2
    and at >= $3
    and session <> $4";
pub(super) const LIST_SCORES: &str = "
    select player_id, board, value
    from title_scores
    where player_id = $1
    and game_id = $2
    order by board
    limit $3";
pub(super) const LIST_BEST: &str = "
    select player_id, board, value
    from title_scores
    where game_id = $1
    and board = $2
    order by value desc, at, player_id
    limit $3";

#[async_trait]
impl TitleStore for DatabaseStore {
    async fn create_api_key(&self, key: &ApiKeyRecord) -> StoreResult<()> {
        let scopes: Vec<&str> = key.scopes.iter().map(|scope| scope.as_str()).collect();
        sqlx::query(CREATE_KEY)
            .bind(key.game.0)
            .bind(key.id)
            .bind(&key.name)
            .bind(scopes.join(" "))
            .bind(key.token_hash.as_slice())
            .bind(key.created_by.0)
            .bind(key.created_at.micros())
            .execute(&self.writer)
            .await?;
        Ok(())
    }

    async fn list_api_keys(&self, game: GameId, limit: u32) -> StoreResult<Vec<ApiKeyRecord>> {
        let found = sqlx::query(LIST_KEYS)
            .bind(game.0)
            .bind(i64::from(limit))
            .fetch_all(&self.readers)
            .await?;
        let mut keys: Vec<ApiKeyRecord> = found.iter().map(key).collect::<StoreResult<_>>()?;
        keys.sort_by_key(|key| std::cmp::Reverse(key.created_at));
        Ok(keys)
    }

    async fn find_api_key(&self, game: GameId, id: i64) -> StoreResult<Option<ApiKeyRecord>> {
        let found = sqlx::query(FIND_KEY)
            .bind(game.0)
            .bind(id)
            .fetch_optional(&self.readers)
            .await?;
        found.as_ref().map(key).transpose()
    }

    async fn revoke_api_key(&self, game: GameId, id: i64, now: Timestamp) -> StoreResult<bool> {
        let done = sqlx::query(REVOKE_KEY)
            .bind(game.0)
            .bind(id)
            .bind(now.micros())
            .execute(&self.writer)
            .await?;
        Ok(done.rows_affected() > 0)
    }

    async fn define_title_achievements(
        &self,
        game: GameId,
        achievements: &[TitleAchievement],
        now: Timestamp,
    ) -> StoreResult<()> {
        let mut transaction = connection::begin(&self.writer).await?;
        for one in achievements {
            sqlx::query(DEFINE)
                .bind(game.0)
                .bind(&one.id)
                .bind(&one.name)
                .bind(&one.description)
                .bind(one.icon.as_deref())
                .bind(i64::from(one.points))
                .bind(now.micros())
                .execute(&mut *transaction)
                .await?;
        }
        transaction.commit().await?;
        Ok(())
    }

    async fn list_title_achievements(
        &self,
        game: GameId,
        limit: u32,
    ) -> StoreResult<Vec<TitleAchievement>> {
        let found = sqlx::query(LIST_ACHIEVEMENTS)
            .bind(game.0)
            .bind(i64::from(limit))
            .fetch_all(&self.readers)
            .await?;
        let mut all: Vec<TitleAchievement> =
            found.iter().map(achievement).collect::<StoreResult<_>>()?;
        all.sort_by(|one, other| one.name.cmp(&other.name));
        Ok(all)
    }

    async fn record_title_events(
        &self,
        game: GameId,
        records: &[TitleRecord],
        now: Timestamp,
    ) -> StoreResult<Vec<Option<bool>>> {
        let mut outcomes = Vec::with_capacity(records.len());
        let mut transaction = connection::begin(&self.writer).await?;
        for record in records {
            outcomes.push(write(&mut transaction, game, record, now).await?);
        }
        transaction.commit().await?;
        Ok(outcomes)
    }

    async fn find_title_progress(&self, account: AccountId) -> StoreResult<TitleProgress> {
        let unlocks = sqlx::query(LIST_UNLOCKS)
            .bind(account.player.0)
            .bind(account.game.0)
            .bind(UNLOCKS_MAX)
            .fetch_all(&self.readers)
            .await?;
        let unlock = |row: &Row| {
            let name = row.text("achievement")?.to_owned();
            Ok((name, rows::instant(row, "at")?))
        };
        let seconds = sqlx::query(SUM_SESSIONS)
            .bind(account.player.0)
            .bind(account.game.0)
            .fetch_one(&self.readers)
            .await?;
        let scores = sqlx::query(LIST_SCORES)
            .bind(account.player.0)
            .bind(account.game.0)
            .bind(BOARDS_MAX)
            .fetch_all(&self.readers)
            .await?;
        Ok(TitleProgress {
            unlocks: unlocks.iter().map(unlock).collect::<StoreResult<_>>()?,
            seconds: seconds.integer("seconds")?,
            scores: scores.iter().map(score).collect::<StoreResult<_>>()?,
        })
    }

    async fn list_title_best(
        &self,
        game: GameId,
        board: &str,
        limit: u32,
    ) -> StoreResult<Vec<TitleScoreRow>> {
        let found = sqlx::query(LIST_BEST)
            .bind(game.0)
            .bind(board)
            .bind(i64::from(limit))
            .fetch_all(&self.readers)
            .await?;
        found.iter().map(score).collect()
    }
}

async fn write(
    transaction: &mut Connection,
    game: GameId,
    record: &TitleRecord,
    now: Timestamp,
) -> StoreResult<Option<bool>> {
    let statement = match record {
        TitleRecord::Unlock {
            player,
            achievement,
        } => {
            let defined = sqlx::query(FIND_ACHIEVEMENT)
                .bind(game.0)
                .bind(achievement)
                .fetch_optional(&mut *transaction)
                .await?;
            if defined.is_none() {
                return Ok(None);
            }
            sqlx::query(UNLOCK)
                .bind(player.0)
                .bind(game.0)
                .bind(achievement)
        }
        TitleRecord::Score {
            player,
            board,
            value,
        } => {
            let others: i64 = sqlx::query_scalar(COUNT_BOARDS)
                .bind(player.0)
                .bind(game.0)
                .bind(board)
                .fetch_one(&mut *transaction)
                .await?;
            if others >= BOARDS_MAX {
                return Ok(None);
            }
            sqlx::query(SCORE)
                .bind(player.0)
                .bind(game.0)
                .bind(board)
                .bind(*value)
        }
        TitleRecord::Session {
            player,
            session,
            seconds,
        } => {
            let today = sqlx::query(SUM_DAY)
                .bind(player.0)
                .bind(game.0)
                .bind(now.day().start().micros())
                .bind(session)
                .fetch_one(&mut *transaction)
                .await?;
            let played = today
                .integer("seconds")?
                .saturating_add(i64::from(*seconds));
            if played > DAY_SECONDS || today.integer("sessions")? >= SESSIONS_A_DAY {
                return Ok(None);
            }
            sqlx::query(PLAY)
                .bind(player.0)
                .bind(game.0)
                .bind(session)
                .bind(i64::from(*seconds))
        }
    };
    let done = statement
        .bind(now.micros())
        .execute(&mut *transaction)
        .await?;
    Ok(Some(done.rows_affected() > 0))
}

fn key(row: &Row) -> StoreResult<ApiKeyRecord> {
    let scopes = row.text("scopes")?.split(' ');
    Ok(ApiKeyRecord {
        game: GameId(row.integer("game_id")?),
        id: row.integer("key_id")?,
        name: row.text("name")?.to_owned(),
        scopes: scopes.filter_map(KeyScope::named).collect(),
        token_hash: rows::hash(row, "token_hash", || "the hash of a key".to_owned())?,
        created_by: PlayerId(row.integer("created_by")?),
        created_at: rows::instant(row, "created_at")?,
        revoked_at: rows::instant_or_none(row, "revoked_at")?,
    })
}

fn achievement(row: &Row) -> StoreResult<TitleAchievement> {
    let id = row.text("achievement")?.to_owned();
    Ok(TitleAchievement {
        name: row.text("name")?.to_owned(),
        description: row.text("description")?.to_owned(),
        icon: row.text_or_none("icon")?.map(str::to_owned),
        points: rows::small(row, "points", || format!("the points of {id}"))?,
        id,
    })
}

fn score(row: &Row) -> StoreResult<TitleScoreRow> {
    Ok(TitleScoreRow {
        player: PlayerId(row.integer("player_id")?),
        board: row.text("board")?.to_owned(),
        value: row.integer("value")?,
    })
}
