//! Puzzles: attempts and tallies.

use async_trait::async_trait;
use domain::PlayerId;
use domain::puzzle::Choices;

use super::{DatabaseStore, Row, connection};
use crate::store::failure::corrupt;
use crate::store::rows::{self, Columns as _};
use crate::store::{PuzzleAttempt, PuzzleStore, StoreResult};

pub(super) const FIND: &str = "
    select player_id, puzzle_id, choices, decided_at
    from puzzle_attempts
    where player_id = $1
    and puzzle_id = $2";
const BEGIN: &str = "
    insert into puzzle_attempts (player_id, puzzle_id, choices, decided_at)
    values ($1, $2, $3, $4)
    on conflict (player_id, puzzle_id) do nothing";
pub(super) const GO_ON: &str = "
    update puzzle_attempts
    set choices = $3,
        decided_at = $4
    where player_id = $1
    and puzzle_id = $2
    and choices = $5";
const COUNT: &str = "
    insert into puzzle_tallies (puzzle_id, choices, players)
    values ($1, $2, 1)
    on conflict (puzzle_id, choices) do update
    set players = puzzle_tallies.players + 1";
// Days begin with a digit, and all digits come before the colon.
pub(super) const LIST_FINISHED: &str = "
    select puzzle_id
    from puzzle_attempts
    where player_id = $1
    and puzzle_id < ':'
    and length(choices) = 5
    order by puzzle_id desc
    limit $2";
// At most 32 rows.
pub(super) const LIST_TALLIES: &str = "
    select choices, players
    from puzzle_tallies
    where puzzle_id = $1
    order by choices";

fn choices(row: &Row) -> StoreResult<Choices> {
    let choices = row.text("choices")?.parse();
    choices.map_err(|_| corrupt("the decisions of a puzzle"))
}

fn attempt(row: &Row) -> StoreResult<PuzzleAttempt> {
    Ok(PuzzleAttempt {
        player: PlayerId(row.integer("player_id")?),
        puzzle: row.text("puzzle_id")?.to_owned(),
        choices: choices(row)?,
        decided_at: rows::instant(row, "decided_at")?,
    })
}

fn tally(row: &Row) -> StoreResult<(Choices, u64)> {
    let players = u64::try_from(row.integer("players")?);
    Ok((
        choices(row)?,
        players.map_err(|_| corrupt("a tally of a puzzle"))?,
    ))
}

#[async_trait]
impl PuzzleStore for DatabaseStore {
    async fn find_attempt(
        &self,
        player: PlayerId,
        puzzle: &str,
    ) -> StoreResult<Option<PuzzleAttempt>> {
        let row = sqlx::query(FIND)
            .bind(player.0)
            .bind(puzzle)
            .fetch_optional(&self.readers)
            .await?;
        row.as_ref().map(attempt).transpose()
    }

    async fn store_choice(&self, attempt: &PuzzleAttempt) -> StoreResult<bool> {
        let choices = attempt.choices.to_string();
        let before = choices.get(..choices.len().saturating_sub(1));
        let mut transaction = connection::begin(&self.writer).await?;
        let is_first = attempt.choices.count() == 1;
        let query = sqlx::query(if is_first { BEGIN } else { GO_ON })
            .bind(attempt.player.0)
            .bind(&attempt.puzzle)
            .bind(&choices)
            .bind(attempt.decided_at.micros());
        let query = if is_first { query } else { query.bind(before) };
        let stored = query.execute(&mut *transaction).await?;
        let is_stored = stored.rows_affected() == 1;
        if is_stored && attempt.choices.are_complete() {
            sqlx::query(COUNT)
                .bind(&attempt.puzzle)
                .bind(&choices)
                .execute(&mut *transaction)
                .await?;
        }
        transaction.commit().await?;
        Ok(is_stored)
    }

    async fn list_finished_puzzles(
        &self,
        player: PlayerId,
        limit: u32,
    ) -> StoreResult<Vec<String>> {
        let found = sqlx::query(LIST_FINISHED)
            .bind(player.0)
            .bind(i64::from(limit))
            .fetch_all(&self.readers)
            .await?;
        let id = |row: &Row| Ok(row.text("puzzle_id")?.to_owned());
        found.iter().map(id).collect()
    }

    async fn list_tallies(&self, puzzle: &str) -> StoreResult<Vec<(Choices, u64)>> {
        let found = sqlx::query(LIST_TALLIES)
            .bind(puzzle)
            .fetch_all(&self.readers)
            .await?;
        found.iter().map(tally).collect()
    }
}
