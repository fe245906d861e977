//! What leaderboards store in the database.

use std::collections::HashMap;

use async_trait::async_trait;
use domain::boards::{Measure, Period};
use domain::{AccountId, GameId, Money, PlayerId, Timestamp};

use super::{DatabaseStore, Row, board_rows};
use crate::store::StoreResult;
use crate::store::boards::{
    BoardPeriod, BoardPlayer, BoardStore, FinalRow, FinalsOf, OpeningRecord,
};
use crate::store::failure::corrupt;
use crate::store::rows::{self, Columns as _};

const LIST_PERIODS: &str = "
    select game_id, period, starts_at
    from board_periods
    order by game_id, period";
const STORE_PERIOD: &str = "
    insert into board_periods (game_id, period, starts_at)
    values ($1, $2, $3)
    on conflict (game_id, period) do update
    set starts_at = excluded.starts_at
    where board_periods.starts_at < excluded.starts_at";
pub(super) const LIST_FINALS: &str = "
    select rank, player_id, score
    from board_finals
    where game_id = $1
    and period = $2
    and measure = $3
    and starts_at = $4
    and rank > $5
    order by rank
    limit $6";
pub(super) const LIST_CLOSED: &str = "
    select starts_at
    from board_finals
    where game_id = $1
    and period = $2
    and measure = $3
    and starts_at < $4
    and rank = 1
    order by starts_at desc
    limit $5";

#[async_trait]
impl BoardStore for DatabaseStore {
    async fn find_board_players(
        &self,
        players: &[PlayerId],
    ) -> StoreResult<HashMap<PlayerId, BoardPlayer>> {
        let found = board_rows::players(&self.readers, players).await?;
        found.iter().map(read_player).collect()
    }

    async fn find_openings(&self, accounts: &[AccountId]) -> StoreResult<Vec<OpeningRecord>> {
        let found = board_rows::openings(&self.readers, accounts).await?;
        found.iter().map(read_opening).collect()
    }

    async fn store_openings(&self, openings: &[OpeningRecord]) -> StoreResult<()> {
        board_rows::store_openings(&self.writer, openings).await
    }

    async fn list_board_periods(&self) -> StoreResult<Vec<BoardPeriod>> {
        let found = sqlx::query(LIST_PERIODS).fetch_all(&self.readers).await?;
        let period = |row: &Row| {
            Ok(BoardPeriod {
                game: GameId(row.integer("game_id")?),
                period: read_period(row)?,
                starts_at: rows::instant(row, "starts_at")?,
            })
        };
        found.iter().map(period).collect()
    }

    async fn store_board_period(&self, period: &BoardPeriod) -> StoreResult<()> {
        sqlx::query(STORE_PERIOD)
            .bind(period.game.0)
            .bind(period.period.as_str())
            .bind(period.starts_at.micros())
            .execute(&self.writer)
            .await?;
        Ok(())
    }

    async fn store_finals(&self, of: FinalsOf, rows: &[FinalRow]) -> StoreResult<()> {
        board_rows::store_finals(&self.writer, of, rows).await
    }

    async fn list_finals(
        &self,
        of: FinalsOf,
        after: i64,
        limit: u32,
    ) -> StoreResult<Vec<FinalRow>> {
        let found = sqlx::query(LIST_FINALS)
            .bind(of.game.0)
            .bind(of.period.as_str())
            .bind(of.measure.as_str())
            .bind(of.starts_at.micros())
            .bind(after)
            .bind(i64::from(limit))
            .fetch_all(&self.readers)
            .await?;
        let row = |row: &Row| {
            Ok(FinalRow {
                rank: row.integer("rank")?,
                player: PlayerId(row.integer("player_id")?),
                score: row.integer("score")?,
            })
        };
        found.iter().map(row).collect()
    }

    async fn list_closed_periods(
        &self,
        game: GameId,
        period: Period,
        measure: Measure,
        before: Timestamp,
        limit: u32,
    ) -> StoreResult<Vec<Timestamp>> {
        let found: Vec<i64> = sqlx::query_scalar(LIST_CLOSED)
            .bind(game.0)
            .bind(period.as_str())
            .bind(measure.as_str())
            .bind(before.micros())
            .bind(i64::from(limit))
            .fetch_all(&self.readers)
            .await?;
        Ok(found.into_iter().map(Timestamp::from_micros).collect())
    }
}

fn read_player(row: &Row) -> StoreResult<(PlayerId, BoardPlayer)> {
    let player = BoardPlayer {
        region: row.text_or_none("region")?.map(str::to_owned),
        created_at: rows::instant(row, "created_at")?,
        on_leaderboards: row.boolean("on_leaderboards")?,
    };
    Ok((PlayerId(row.integer("player_id")?), player))
}

fn read_opening(row: &Row) -> StoreResult<OpeningRecord> {
    let account = rows::account_id(row)?;
    let count =
        |column: &str| rows::small(row, column, || format!("an opening of account {account}"));
    let tier = row.integer_or_none("tier")?;
    let league = tier.zip(row.integer_or_none("cohort")?);
    let league =
        league.map(|(tier, cohort)| Some((u8::try_from(tier).ok()?, u32::try_from(cohort).ok()?)));
    let league = league
        .map(|league| league.ok_or_else(|| corrupt(format!("the league of account {account}"))));
    Ok(OpeningRecord {
        account,
        period: read_period(row)?,
        starts_at: rows::instant(row, "starts_at")?,
        net_worth: Money::from_units(row.integer("net_worth")?),
        xp: row.integer("xp")?,
        peak: Money::from_units(row.integer("peak")?),
        worst_fall_ppm: row.integer("worst_fall_ppm")?,
        days: count("days")?,
        days_invested: count("days_invested")?,
        days_diversified: count("days_diversified")?,
        days_unhurried: count("days_unhurried")?,
        trades: count("trades")?,
        league: league.transpose()?,
    })
}

fn read_period(row: &Row) -> StoreResult<Period> {
    let period = Period::named(row.text("period")?);
    period.ok_or_else(|| corrupt("a period of a leaderboard".to_owned()))
}
