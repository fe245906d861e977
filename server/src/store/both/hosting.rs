//! Hosted games, their hosts and notices.

use async_trait::async_trait;
use domain::api::{HostSettings, HostedState, NoticeKind};
use domain::{GameId, GameRules, PlayerId, Timestamp};

use super::games::{read_json, write_json};
use super::{Connection, DatabaseStore, Row, connection, games};
use crate::store::failure::corrupt;
use crate::store::rows::{self, Columns as _};
use crate::store::{
    Assignment, GameRecord, HostedGame, HostingStore, NewGame, Notice, StoreResult,
};

const LIST_GAMES: &str = "
    select game_id, owner_id, state, join_code, board_key, settings, created_at, settled_at
    from hosted_games
    order by game_id";
const CREATE: &str = "
    insert into hosted_games (game_id, owner_id, state, join_code, board_key, settings, created_at)
    values ($1, $2, $3, $4, $5, $6, $7)
    on conflict do nothing";
const UPDATE: &str = "
    update hosted_games
    set owner_id = $2, state = $3, join_code = $4, board_key = $5, settings = $6
    where game_id = $1";
const LIST_HOSTS: &str = "
    select game_id, player_id
    from game_hosts
    order by game_id, since, player_id";
const ADD_HOST: &str = "
    insert into game_hosts (game_id, player_id, since)
    values ($1, $2, $3)
    on conflict do nothing";
const REMOVE_HOST: &str = "
    delete from game_hosts
    where game_id = $1
    and player_id = $2";
// Locking the game's row serializes those who add to it.
const LOCK_GAME: &str = "
    update hosted_games
    set owner_id = owner_id
    where game_id = $1";
pub(super) const ADD_NOTICE: &str = "
    insert into game_notices (game_id, seq, at, effective_at, author_id, kind, text, rules, applied)
    select $1, coalesce(max(seq), 0) + 1, $2, $3, $4, $5, $6, $7, $8
    from game_notices
    where game_id = $1
    returning seq";
pub(super) const LIST_NOTICES: &str = "
    select game_id, seq, at, effective_at, author_id, kind, text, rules, applied
    from game_notices
    where game_id = $1
    order by seq desc
    limit $2";
pub(super) const LIST_ANNOUNCEMENTS: &str = "
    select game_id, seq, at, effective_at, author_id, kind, text, rules, applied
    from game_notices
    where at >= $1
    and (at, game_id, seq) > ($1, $2, $3)
    and kind = 'announcement'
    order by at, game_id, seq
    limit $4";
pub(super) const LIST_DUE: &str = "
    select game_id, seq, at, effective_at, author_id, kind, text, rules, applied
    from game_notices
    where not applied
    and effective_at <= $1
    order by effective_at, game_id, seq
    limit $2";
pub(super) const APPLY: &str = "
    update game_notices
    set applied = true
    where game_id = $1
    and seq = $2
    and not applied";
const FIND_RULES: &str = "
    select rules
    from games
    where game_id = $1";
const CHANGE_RULES: &str = "
    update games
    set rules = $2
    where game_id = $1";

pub(super) const ADD_ASSIGNMENT: &str = "
    insert into assignments (game_id, assignment_id, due_at, title, rule)
    select $1, coalesce(max(assignment_id), 0) + 1, $2, $3, $4
    from assignments
    where game_id = $1
    returning assignment_id";
pub(super) const LIST_ASSIGNMENTS: &str = "
    select assignment_id, due_at, title, rule
    from assignments
    where game_id = $1
    order by assignment_id
    limit $2";
const REMOVE_ASSIGNMENT: &str = "
    delete from assignments
    where game_id = $1
    and assignment_id = $2";

#[async_trait]
impl HostingStore for DatabaseStore {
    async fn list_hosted_games(&self) -> StoreResult<Vec<HostedGame>> {
        let rows = sqlx::query(LIST_GAMES).fetch_all(&self.readers).await?;
        rows.iter().map(read_game).collect()
    }

    async fn create_hosted_game(
        &self,
        new: &NewGame,
        hosted: &HostedGame,
    ) -> StoreResult<Option<GameRecord>> {
        let mut transaction = connection::begin(&self.writer).await?;
        let made = match games::create_in(&mut transaction, new).await? {
            Some(game) => {
                let created = sqlx::query(CREATE)
                    .bind(game.id.0)
                    .bind(hosted.owner.0)
                    .bind(hosted.state.as_str())
                    .bind(&hosted.join_code)
                    .bind(&hosted.board_key)
                    .bind(write_json(&hosted.settings)?)
                    .bind(hosted.created_at.micros())
                    .execute(&mut *transaction)
                    .await?;
                (created.rows_affected() == 1).then_some(game)
            }
            None => None,
        };
        if made.is_some() {
            transaction.commit().await?;
        } else {
            transaction.rollback().await?;
        }
        Ok(made)
    }

    async fn update_hosted_game(&self, hosted: &HostedGame) -> StoreResult<()> {
        sqlx::query(UPDATE)
            .bind(hosted.game.0)
            .bind(hosted.owner.0)
            .bind(hosted.state.as_str())
            .bind(&hosted.join_code)
            .bind(&hosted.board_key)
            .bind(write_json(&hosted.settings)?)
            .execute(&self.writer)
            .await?;
        Ok(())
    }

    async fn list_hosts(&self) -> StoreResult<Vec<(GameId, PlayerId)>> {
        let rows = sqlx::query(LIST_HOSTS).fetch_all(&self.readers).await?;
        let host = |row: &Row| {
            Ok((
                GameId(row.integer("game_id")?),
                PlayerId(row.integer("player_id")?),
            ))
        };
        rows.iter().map(host).collect()
    }

    async fn set_host(
        &self,
        game: GameId,
        player: PlayerId,
        since: Option<Timestamp>,
    ) -> StoreResult<()> {
        let statement = if since.is_some() {
            ADD_HOST
        } else {
            REMOVE_HOST
        };
        let mut query = sqlx::query(statement).bind(game.0).bind(player.0);
        if let Some(since) = since {
            query = query.bind(since.micros());
        }
        query.execute(&self.writer).await?;
        Ok(())
    }

    async fn add_notice(&self, notice: &Notice) -> StoreResult<i64> {
        let mut transaction = connection::begin(&self.writer).await?;
        sqlx::query(LOCK_GAME)
            .bind(notice.game.0)
            .execute(&mut *transaction)
            .await?;
        let rules = notice.rules.as_ref().map(write_json).transpose()?;
        let seq = sqlx::query_scalar(ADD_NOTICE)
            .bind(notice.game.0)
            .bind(notice.at.micros())
            .bind(notice.effective_at.micros())
            .bind(notice.author.0)
            .bind(notice.kind.as_str())
            .bind(&notice.text)
            .bind(rules)
            .bind(notice.applied)
            .fetch_one(&mut *transaction)
            .await?;
        if notice.applied {
            change_rules(&mut transaction, notice).await?;
        }
        transaction.commit().await?;
        Ok(seq)
    }

    async fn list_notices(&self, game: GameId, limit: u32) -> StoreResult<Vec<Notice>> {
        let rows = sqlx::query(LIST_NOTICES)
            .bind(game.0)
            .bind(i64::from(limit))
            .fetch_all(&self.readers)
            .await?;
        rows.iter().map(read_notice).collect()
    }

    async fn list_announcements(
        &self,
        after: (Timestamp, GameId, i64),
        limit: u32,
    ) -> StoreResult<Vec<Notice>> {
        let (at, game, seq) = after;
        let rows = sqlx::query(LIST_ANNOUNCEMENTS)
            .bind(at.micros())
            .bind(game.0)
            .bind(seq)
            .bind(i64::from(limit))
            .fetch_all(&self.readers)
            .await?;
        rows.iter().map(read_notice).collect()
    }

    async fn list_due_rules(&self, now: Timestamp, limit: u32) -> StoreResult<Vec<Notice>> {
        let rows = sqlx::query(LIST_DUE)
            .bind(now.micros())
            .bind(i64::from(limit))
            .fetch_all(&self.readers)
            .await?;
        rows.iter().map(read_notice).collect()
    }

    async fn apply_rules(&self, notice: &Notice) -> StoreResult<()> {
        let mut transaction = connection::begin(&self.writer).await?;
        let applied = sqlx::query(APPLY)
            .bind(notice.game.0)
            .bind(notice.seq)
            .execute(&mut *transaction)
            .await?;
        if applied.rows_affected() == 1 {
            let rules = match &notice.rules {
                Some(rules) => Some(beside_switches(&mut transaction, notice.game, rules).await?),
                None => None,
            };
            let notice = Notice {
                rules,
                ..notice.clone()
            };
            change_rules(&mut transaction, &notice).await?;
        }
        transaction.commit().await?;
        Ok(())
    }

    async fn add_assignment(&self, game: GameId, assignment: &Assignment) -> StoreResult<i64> {
        let mut transaction = connection::begin(&self.writer).await?;
        sqlx::query(LOCK_GAME)
            .bind(game.0)
            .execute(&mut *transaction)
            .await?;
        let id = sqlx::query_scalar(ADD_ASSIGNMENT)
            .bind(game.0)
            .bind(assignment.due_at.micros())
            .bind(&assignment.title)
            .bind(write_json(&assignment.rule)?)
            .fetch_one(&mut *transaction)
            .await?;
        transaction.commit().await?;
        Ok(id)
    }

    async fn list_assignments(&self, game: GameId, limit: u32) -> StoreResult<Vec<Assignment>> {
        let rows = sqlx::query(LIST_ASSIGNMENTS)
            .bind(game.0)
            .bind(i64::from(limit))
            .fetch_all(&self.readers)
            .await?;
        let one = |row: &Row| {
            let id = row.integer("assignment_id")?;
            let what = || format!("assignment {id} of game {game}");
            Ok(Assignment {
                id,
                title: row.text("title")?.to_owned(),
                due_at: rows::instant(row, "due_at")?,
                rule: read_json(row.text("rule")?, what)?,
            })
        };
        rows.iter().map(one).collect()
    }

    async fn remove_assignment(&self, game: GameId, id: i64) -> StoreResult<()> {
        sqlx::query(REMOVE_ASSIGNMENT)
            .bind(game.0)
            .bind(id)
            .execute(&self.writer)
            .await?;
        Ok(())
    }
}

/// Rules announced earlier, combined with what hosts may have switched since: a game that was closed or
/// frozen meanwhile stays so.
async fn beside_switches(
    transaction: &mut Connection,
    game: GameId,
    announced: &GameRules,
) -> StoreResult<GameRules> {
    let text: String = sqlx::query_scalar(FIND_RULES)
        .bind(game.0)
        .fetch_one(transaction)
        .await?;
    let now: GameRules = read_json(&text, || format!("the rules of game {game}"))?;
    Ok(GameRules {
        opens_at: now.opens_at,
        closes_at: now.closes_at,
        frozen: now.frozen,
        starting_cash: now.starting_cash,
        currency: now.currency,
        ..announced.clone()
    })
}

async fn change_rules(transaction: &mut Connection, notice: &Notice) -> StoreResult<()> {
    let Some(rules) = &notice.rules else {
        return Ok(());
    };
    sqlx::query(CHANGE_RULES)
        .bind(notice.game.0)
        .bind(write_json(rules)?)
        .execute(transaction)
        .await?;
    Ok(())
}

fn read_game(row: &Row) -> StoreResult<HostedGame> {
    let id = GameId(row.integer("game_id")?);
    let state = HostedState::named(row.text("state")?);
    let settings: HostSettings = read_json(row.text("settings")?, || {
        format!("the settings of hosted game {id}")
    })?;
    Ok(HostedGame {
        game: id,
        owner: PlayerId(row.integer("owner_id")?),
        state: state.ok_or_else(|| corrupt(format!("the state of hosted game {id}")))?,
        join_code: row.text_or_none("join_code")?.map(str::to_owned),
        board_key: row.text_or_none("board_key")?.map(str::to_owned),
        settings,
        created_at: rows::instant(row, "created_at")?,
        settled_at: rows::instant_or_none(row, "settled_at")?,
    })
}

fn read_notice(row: &Row) -> StoreResult<Notice> {
    let game = GameId(row.integer("game_id")?);
    let seq = row.integer("seq")?;
    let what = || format!("notice {seq} of game {game}");
    let rules = row.text_or_none("rules")?;
    let rules: Option<GameRules> = rules.map(|json| read_json(json, what)).transpose()?;
    Ok(Notice {
        game,
        seq,
        at: rows::instant(row, "at")?,
        effective_at: rows::instant(row, "effective_at")?,
        author: PlayerId(row.integer("author_id")?),
        kind: NoticeKind::named(row.text("kind")?).ok_or_else(|| corrupt(what()))?,
        text: row.text("text")?.to_owned(),
        rules,
        applied: row.boolean("applied")?,
    })
}
