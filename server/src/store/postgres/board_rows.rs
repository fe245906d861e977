//! Many rows of the boards in one statement.

use domain::{AccountId, PlayerId};
use sqlx::PgPool;
use sqlx::postgres::PgRow;

use super::columns::column;
use crate::store::StoreResult;
use crate::store::boards::{FinalRow, FinalsOf, OpeningRecord};

pub(super) const PLAYERS: &str = "
    select p.player_id, p.region, p.created_at, coalesce(v.on_leaderboards, true) as on_leaderboards
    from unnest($1::bigint[]) j (player_id)
    join players p on p.player_id = j.player_id
    left join privacy v on v.player_id = p.player_id";
pub(super) const OPENINGS: &str = "
    select o.player_id, o.game_id, o.period, o.starts_at, o.net_worth, o.xp, o.peak, o.worst_fall_ppm, o.days,
        o.tier, o.cohort, o.days_invested, o.days_diversified, o.days_unhurried, o.trades
    from unnest($1::bigint[], $2::bigint[]) j (player_id, game_id)
    join board_openings o
        on o.player_id = j.player_id
        and o.game_id = j.game_id";
pub(super) const STORE_OPENINGS: &str = "
    insert into board_openings (
        player_id, game_id, period, starts_at, net_worth, xp, peak, worst_fall_ppm, days, tier, cohort,
        days_invested, days_diversified, days_unhurried, trades
    )
    select
        unnest($1::bigint[]), unnest($2::bigint[]), unnest($3::text[]), unnest($4::bigint[]),
        unnest($5::bigint[]), unnest($6::bigint[]), unnest($7::bigint[]), unnest($8::bigint[]),
        unnest($9::bigint[]), unnest($10::bigint[]), unnest($11::bigint[]), unnest($12::bigint[]),
        unnest($13::bigint[]), unnest($14::bigint[]), unnest($15::bigint[])
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
    select $4, $5, $6, $7, unnest($1::bigint[]), unnest($2::bigint[]), unnest($3::bigint[])
    on conflict do nothing";

pub(super) async fn players(readers: &PgPool, players: &[PlayerId]) -> StoreResult<Vec<PgRow>> {
    let rows = sqlx::query(PLAYERS)
        .bind(column(players, |player| player.0))
        .fetch_all(readers)
        .await?;
    Ok(rows)
}

pub(super) async fn openings(readers: &PgPool, accounts: &[AccountId]) -> StoreResult<Vec<PgRow>> {
    let rows = sqlx::query(OPENINGS)
        .bind(column(accounts, |account| account.player.0))
        .bind(column(accounts, |account| account.game.0))
        .fetch_all(readers)
        .await?;
    Ok(rows)
}

pub(super) async fn store_openings(writer: &PgPool, openings: &[OpeningRecord]) -> StoreResult<()> {
    // Sorted by account, so that two servers lock rows in the same order.
    let mut openings = openings.to_vec();
    openings.sort_unstable_by_key(|one| (one.account, one.period));
    let openings = &openings;
    sqlx::query(STORE_OPENINGS)
        .bind(column(openings, |one| one.account.player.0))
        .bind(column(openings, |one| one.account.game.0))
        .bind(column(openings, |one| one.period.as_str()))
        .bind(column(openings, |one| one.starts_at.micros()))
        .bind(column(openings, |one| one.net_worth.units()))
        .bind(column(openings, |one| one.xp))
        .bind(column(openings, |one| one.peak.units()))
        .bind(column(openings, |one| one.worst_fall_ppm))
        .bind(column(openings, |one| i64::from(one.days)))
        .bind(column(openings, |one| {
            one.league.map(|(tier, _)| i64::from(tier))
        }))
        .bind(column(openings, |one| {
            one.league.map(|(_, cohort)| i64::from(cohort))
        }))
        .bind(column(openings, |one| i64::from(one.days_invested)))
        .bind(column(openings, |one| i64::from(one.days_diversified)))
        .bind(column(openings, |one| i64::from(one.days_unhurried)))
        .bind(column(openings, |one| i64::from(one.trades)))
        .execute(writer)
        .await?;
    Ok(())
}

pub(super) async fn store_finals(
    writer: &PgPool,
    of: FinalsOf,
    rows: &[FinalRow],
) -> StoreResult<()> {
    sqlx::query(STORE_FINALS)
        .bind(column(rows, |row| row.rank))
        .bind(column(rows, |row| row.player.0))
        .bind(column(rows, |row| row.score))
        .bind(of.game.0)
        .bind(of.period.as_str())
        .bind(of.measure.as_str())
        .bind(of.starts_at.micros())
        .execute(writer)
        .await?;
    Ok(())
}
