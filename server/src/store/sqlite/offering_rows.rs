//! Rows of investments, written many at a time.

use domain::api::InvestmentState;
use domain::{PlayerId, Timestamp};
use rusqlite::Transaction;
use sqlx::sqlite::SqliteRow;
use sqlx::{SqliteConnection, SqlitePool};

use super::connection;
use crate::store::selection::Selection;
use crate::store::{Grant, InvestmentEnd, StoreResult};

pub(super) const STORE: &str = "
    insert into investments (
        player_id, investment_id, game_id, offering_id, instrument_id, at, shares, reserve, subscription_id, state
    )
    values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, 'pending')";
pub(super) const GRANT: &str = "
    update investments
    set state = 'processing',
        granted = g.value ->> 2,
        reason = g.value ->> 3
    from jsonb_each($1) g
    where investments.player_id = g.value ->> 0
    and investments.investment_id = g.value ->> 1
    and investments.state = 'pending'";
pub(super) const GRANTED: &str = "
    select player_id, sum(granted) as granted
    from investments
    where offering_id = $1
    and granted > 0
    and player_id in (select value ->> 0 from jsonb_each($2))
    group by player_id";
pub(super) const END: &str = "
    update investments
    set state = e.value ->> 2,
        seq = coalesce(e.value ->> 3, seq),
        reason = e.value ->> 4,
        ended_at = $3
    from jsonb_each($1) e
    where investments.player_id = e.value ->> 0
    and investments.investment_id = e.value ->> 1
    and investments.state = $2";

/// Writes the investments of a batch.
pub(super) fn write(
    transaction: &Transaction<'_>,
    selection: &Selection<'_>,
) -> rusqlite::Result<()> {
    let mut statement = transaction.prepare_cached(STORE)?;
    for investment in &selection.invested {
        statement.execute((
            investment.account.player.0,
            investment.id,
            investment.account.game.0,
            investment.offering,
            investment.instrument.0,
            investment.at.micros(),
            investment.shares,
            investment.reserve.units(),
            investment.subscription,
        ))?;
    }
    Ok(())
}

/// Returns how many were pending.
pub(super) async fn grant(
    transaction: &mut SqliteConnection,
    grants: &[Grant],
) -> StoreResult<usize> {
    let row = |grant: &Grant| {
        let reason = grant.reason.map(|reason| reason.as_str());
        (grant.player.0, grant.investment, grant.shares, reason)
    };
    let rows: Vec<_> = grants.iter().map(row).collect();
    Ok(connection::write(transaction, GRANT, &rows).await?)
}

pub(super) async fn granted(
    readers: &SqlitePool,
    offering: i64,
    players: &[PlayerId],
) -> StoreResult<Vec<SqliteRow>> {
    let players: Vec<_> = players.iter().map(|player| (player.0,)).collect();
    let found = sqlx::query(GRANTED)
        .bind(offering)
        .bind(connection::json(&players))
        .fetch_all(readers)
        .await?;
    Ok(found)
}

pub(super) async fn end(
    transaction: &mut SqliteConnection,
    from: InvestmentState,
    ends: &[InvestmentEnd],
    now: Timestamp,
) -> StoreResult<()> {
    let row = |end: &InvestmentEnd| {
        (
            end.player.0,
            end.investment,
            end.state.as_str(),
            end.seq,
            end.reason.map(|reason| reason.as_str()),
        )
    };
    let rows: Vec<_> = ends.iter().map(row).collect();
    sqlx::query(END)
        .bind(connection::json(&rows))
        .bind(from.as_str())
        .bind(now.micros())
        .execute(transaction)
        .await?;
    Ok(())
}
