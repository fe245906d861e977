//! Duels.

use async_trait::async_trait;
use domain::duel::{DuelCourse, DuelRefusal, DuelResult, DuelSide};
use domain::{GameId, Money, PlayerId, Timestamp};

use super::{DatabaseStore, Row};
use crate::store::failure::corrupt;
use crate::store::rows::{Columns as _, instant, instant_or_none, small};
use crate::store::{DuelRecord, DuelSeat, DuelStore, StoreResult};

macro_rules! duel_columns {
    () => {
        "
    select duel_id, challenger_id, opponent_id, days, created_at, accepted_at, refusal, content,
        challenger_started_at, opponent_started_at, challenger_game, opponent_game,
        challenger_finished_at, challenger_worth, opponent_finished_at, opponent_worth
    from duels"
    };
}

const CREATE: &str = "
    insert into duels (duel_id, challenger_id, opponent_id, days, created_at)
    values ($1, $2, $3, $4, $5)";
pub(super) const FIND: &str = concat!(
    duel_columns!(),
    "
    where duel_id = $1"
);
pub(super) const LIST_MADE: &str = concat!(
    duel_columns!(),
    "
    where challenger_id = $1
    order by created_at desc, duel_id desc
    limit $2"
);
pub(super) const LIST_TAKEN: &str = concat!(
    duel_columns!(),
    "
    where opponent_id = $1
    order by created_at desc, duel_id desc
    limit $2"
);
pub(super) const ACCEPT: &str = "
    update duels
    set opponent_id = $2,
        accepted_at = $3
    where duel_id = $1
    and accepted_at is null
    and refusal is null
    and challenger_id <> $2
    and (opponent_id is null or opponent_id = $2)";
pub(super) const REFUSE: &str = "
    update duels
    set refusal = $2
    where duel_id = $1
    and accepted_at is null
    and refusal is null";
pub(super) const SETTLE: &str = "
    update duels
    set content = coalesce(content, $2)
    where duel_id = $1
    returning content";
pub(super) const START_CHALLENGER: &str = "
    update duels
    set challenger_started_at = $2
    where duel_id = $1
    and accepted_at is not null
    and challenger_game is null
    and (challenger_started_at is null or challenger_started_at < $3)";
pub(super) const START_OPPONENT: &str = "
    update duels
    set opponent_started_at = $2
    where duel_id = $1
    and accepted_at is not null
    and opponent_game is null
    and (opponent_started_at is null or opponent_started_at < $3)";
const GAME_OF_CHALLENGER: &str = "
    update duels
    set challenger_game = $2
    where duel_id = $1
    and challenger_game is null";
const GAME_OF_OPPONENT: &str = "
    update duels
    set opponent_game = $2
    where duel_id = $1
    and opponent_game is null";
const RESULT_OF_CHALLENGER: &str = "
    update duels
    set challenger_finished_at = $2,
        challenger_worth = $3
    where duel_id = $1
    and challenger_finished_at is null";
const RESULT_OF_OPPONENT: &str = "
    update duels
    set opponent_finished_at = $2,
        opponent_worth = $3
    where duel_id = $1
    and opponent_finished_at is null";
pub(super) const PRUNE: &str = "
    delete from duels
    where created_at <= (
        select max(page.created_at)
        from (
            select d.created_at
            from duels d
            where d.created_at < $1
            order by d.created_at
            limit $2
        ) page
    )";

fn result(row: &Row, at: &str, worth: &str) -> StoreResult<Option<DuelResult>> {
    let found = instant_or_none(row, at)?.zip(row.integer_or_none(worth)?);
    Ok(found.map(|(finished_at, worth)| DuelResult {
        finished_at,
        worth: Money::from_units(worth),
    }))
}

fn seat(row: &Row, at: &str, game: &str) -> StoreResult<DuelSeat> {
    Ok(DuelSeat {
        started_at: instant_or_none(row, at)?,
        game: row.integer_or_none(game)?.map(GameId),
    })
}

fn refusal(row: &Row) -> StoreResult<Option<DuelRefusal>> {
    match row.text_or_none("refusal")? {
        None => Ok(None),
        Some("declined") => Ok(Some(DuelRefusal::Declined)),
        Some("withdrawn") => Ok(Some(DuelRefusal::Withdrawn)),
        Some(_) => Err(corrupt("how a challenge was refused")),
    }
}

fn duel(row: &Row) -> StoreResult<DuelRecord> {
    let course = DuelCourse {
        created_at: instant(row, "created_at")?,
        accepted_at: instant_or_none(row, "accepted_at")?,
        refusal: refusal(row)?,
        results: [
            result(row, "challenger_finished_at", "challenger_worth")?,
            result(row, "opponent_finished_at", "opponent_worth")?,
        ],
    };
    Ok(DuelRecord {
        id: row.text("duel_id")?.to_owned(),
        challenger: PlayerId(row.integer("challenger_id")?),
        opponent: row.integer_or_none("opponent_id")?.map(PlayerId),
        days: small(row, "days", || "the days of a duel".to_owned())?,
        course,
        content: row.text_or_none("content")?.map(str::to_owned),
        seats: [
            seat(row, "challenger_started_at", "challenger_game")?,
            seat(row, "opponent_started_at", "opponent_game")?,
        ],
    })
}

#[async_trait]
impl DuelStore for DatabaseStore {
    async fn create_duel(&self, duel: &DuelRecord) -> StoreResult<()> {
        sqlx::query(CREATE)
            .bind(&duel.id)
            .bind(duel.challenger.0)
            .bind(duel.opponent.map(|player| player.0))
            .bind(i64::from(duel.days))
            .bind(duel.course.created_at.micros())
            .execute(&self.writer)
            .await?;
        Ok(())
    }

    async fn find_duel(&self, id: &str) -> StoreResult<Option<DuelRecord>> {
        let row = sqlx::query(FIND)
            .bind(id)
            .fetch_optional(&self.readers)
            .await?;
        row.as_ref().map(duel).transpose()
    }

    async fn list_duels(&self, player: PlayerId, limit: u32) -> StoreResult<Vec<DuelRecord>> {
        let mut found = Vec::new();
        // Two queries, each in the order of its index.
        for sql in [LIST_MADE, LIST_TAKEN] {
            let rows = sqlx::query(sql)
                .bind(player.0)
                .bind(i64::from(limit))
                .fetch_all(&self.readers)
                .await?;
            for row in &rows {
                found.push(duel(row)?);
            }
        }
        found.sort_by_key(|duel| std::cmp::Reverse(duel.course.created_at));
        found.truncate(usize::try_from(limit).unwrap_or(usize::MAX));
        Ok(found)
    }

    async fn accept_duel(&self, id: &str, player: PlayerId, at: Timestamp) -> StoreResult<bool> {
        let accepted = sqlx::query(ACCEPT)
            .bind(id)
            .bind(player.0)
            .bind(at.micros())
            .execute(&self.writer)
            .await?;
        Ok(accepted.rows_affected() == 1)
    }

    async fn refuse_duel(&self, id: &str, refusal: DuelRefusal) -> StoreResult<bool> {
        let refused = sqlx::query(REFUSE)
            .bind(id)
            .bind(match refusal {
                DuelRefusal::Declined => "declined",
                DuelRefusal::Withdrawn => "withdrawn",
            })
            .execute(&self.writer)
            .await?;
        Ok(refused.rows_affected() == 1)
    }

    async fn settle_duel(&self, id: &str, content: &str) -> StoreResult<Option<String>> {
        let settled = sqlx::query_scalar(SETTLE)
            .bind(id)
            .bind(content)
            .fetch_optional(&self.writer)
            .await?;
        Ok(settled)
    }

    async fn start_duel(
        &self,
        id: &str,
        side: DuelSide,
        now: Timestamp,
        lost_since: Timestamp,
    ) -> StoreResult<bool> {
        let started = sqlx::query(match side {
            DuelSide::Challenger => START_CHALLENGER,
            DuelSide::Opponent => START_OPPONENT,
        })
        .bind(id)
        .bind(now.micros())
        .bind(lost_since.micros())
        .execute(&self.writer)
        .await?;
        Ok(started.rows_affected() == 1)
    }

    async fn store_duel_game(&self, id: &str, side: DuelSide, game: GameId) -> StoreResult<()> {
        sqlx::query(match side {
            DuelSide::Challenger => GAME_OF_CHALLENGER,
            DuelSide::Opponent => GAME_OF_OPPONENT,
        })
        .bind(id)
        .bind(game.0)
        .execute(&self.writer)
        .await?;
        Ok(())
    }

    async fn store_duel_result(
        &self,
        id: &str,
        side: DuelSide,
        result: DuelResult,
    ) -> StoreResult<bool> {
        let stored = sqlx::query(match side {
            DuelSide::Challenger => RESULT_OF_CHALLENGER,
            DuelSide::Opponent => RESULT_OF_OPPONENT,
        })
        .bind(id)
        .bind(result.finished_at.micros())
        .bind(result.worth.units())
        .execute(&self.writer)
        .await?;
        Ok(stored.rows_affected() == 1)
    }

    async fn prune_duels(&self, before: Timestamp, limit: u32) -> StoreResult<u64> {
        let pruned = sqlx::query(PRUNE)
            .bind(before.micros())
            .bind(i64::from(limit))
            .execute(&self.writer)
            .await?;
        Ok(pruned.rows_affected())
    }
}
