//! Many rows of the boards in one statement.

use domain::{AccountId, PlayerId};
use sqlx::SqlitePool;
use sqlx::sqlite::SqliteRow;

use super::connection;
use crate::store::StoreResult;
use crate::store::boards::{FinalRow, FinalsOf, OpeningRecord};

pub(super) const PLAYERS: &str = "
    select p.player_id, p.region, p.created_at, coalesce(v.on_leaderboards, 1) as on_leaderboards
    from jsonb_each($1) j
    cross join players p on p.player_id = j.value
    left join privacy v on v.player_id = p.player_id";
pub(super) const OPENINGS: &str = "
    select o.player_id, o.game_id, o.period, o.starts_at, o.net_worth, o.xp, o.peak, o.worst_fall_ppm, o.days,
        o.tier, o.cohort, o.days_invested, o.days_diversified, o.days_unhurried, o.trades
    from jsonb_each($1) j
    cross join board_openings o
        on o.player_id = j.value ->> 0
        and o.game_id = j.value ->> 1";
pub(super) const STORE_OPENINGS: &str = "
    insert into board_openings (
        player_id, game_id, period, starts_at, net_worth, xp, peak, worst_fall_ppm, days, tier, cohort,
        days_invested, days_diversified, days_unhurried, trades
    )
    select value ->> 0, value ->> 1, value ->> 2, value ->> 3, value ->> 4, value ->> 5, value ->> 6,
        value ->> 7, value ->> 8, value ->> 9, value ->> 10, value ->> 11, value ->> 12,
        value ->> 13, value ->> 14
    from jsonb_each($1)
    where true
    on conflict (player_id, game_id, period) do update
    set starts_at = excluded.starts_at,
        net_worth = excluded.net_worth,
        xp = excluded.xp,
        peak = excluded.peak,
        worst_fall_ppm = excluded.worst_fall_ppm,
        days = excluded.days,
        tier = excluded.tier,
        cohort = excluded.cohort,
        days_invested = excluded.days_invested,
        days_diversified = excluded.days_diversified,
        days_unhurried = excluded.days_unhurried,
        trades = excluded.trades
    where board_openings.starts_at < excluded.starts_at";
pub(super) const STORE_FINALS: &str = "
    insert into board_finals (game_id, period, measure, starts_at, rank, player_id, score)
    select $2, $3, $4, $5, value ->> 0, value ->> 1, value ->> 2
    from jsonb_each($1)
    where true
    on conflict do nothing";

pub(super) async fn players(
    readers: &SqlitePool,
    players: &[PlayerId],
) -> StoreResult<Vec<SqliteRow>> {
    let players: Vec<i64> = players.iter().map(|player| player.0).collect();
    let rows = sqlx::query(PLAYERS)
        .bind(connection::json(&players))
        .fetch_all(readers)
        .await?;
    Ok(rows)
}

pub(super) async fn openings(
    readers: &SqlitePool,
    accounts: &[AccountId],
) -> StoreResult<Vec<SqliteRow>> {
    let accounts: Vec<_> = accounts
        .iter()
        .map(|account| (account.player.0, account.game.0))
        .collect();
    let rows = sqlx::query(OPENINGS)
        .bind(connection::json(&accounts))
        .fetch_all(readers)
        .await?;
    Ok(rows)
}

pub(super) async fn store_openings(
    writer: &SqlitePool,
    openings: &[OpeningRecord],
) -> StoreResult<()> {
    let rows: Vec<_> = openings
        .iter()
        .map(|one| {
            (
                one.account.player.0,
                one.account.game.0,
                one.period.as_str(),
                one.starts_at.micros(),
                one.net_worth.units(),
                one.xp,
                one.peak.units(),
                one.worst_fall_ppm,
                one.days,
                one.league.map(|(tier, _)| tier),
                one.league.map(|(_, cohort)| cohort),
                one.days_invested,
                one.days_diversified,
                one.days_unhurried,
                one.trades,
            )
        })
        .collect();
    sqlx::query(STORE_OPENINGS)
        .bind(connection::json(&rows))
        .execute(writer)
        .await?;
    Ok(())
}

pub(super) async fn store_finals(
    writer: &SqlitePool,
    of: FinalsOf,
    rows: &[FinalRow],
) -> StoreResult<()> {
    let rows: Vec<_> = rows
        .iter()
        .map(|row| (row.rank, row.player.0, row.score))
        .collect();
    sqlx::query(STORE_FINALS)
        .bind(connection::json(&rows))
        .bind(of.game.0)
        .bind(of.period.as_str())
        .bind(of.measure.as_str())
        .bind(of.starts_at.micros())
        .execute(writer)
        .await?;
    Ok(())
}
