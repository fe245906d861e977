//! Rows of investments, written many at a time.

use domain::api::InvestmentState;
use domain::{PlayerId, Timestamp};
use sqlx::postgres::PgRow;
use sqlx::{PgConnection, PgPool};

use super::columns::column;
use crate::store::selection::Selection;
use crate::store::{Grant, InvestmentEnd, StoreResult};

const STORE: &str = "
    insert into investments (
        player_id, investment_id, game_id, offering_id, instrument_id, at, shares, reserve, subscription_id, state
    )
    select
        unnest($1::bigint[]), unnest($2::bigint[]), unnest($3::bigint[]), unnest($4::bigint[]),
        unnest($5::bigint[]), unnest($6::bigint[]), unnest($7::bigint[]), unnest($8::bigint[]),
        unnest($9::bigint[]), 'pending'";
pub(super) const GRANT: &str = "
    update investments i
    set state = 'processing',
        granted = g.shares,
        reason = g.reason
    from (
        select
            unnest($1::bigint[]) as player_id, unnest($2::bigint[]) as investment_id, unnest($3::bigint[]) as shares,
            unnest($4::text[]) as reason
    ) g
    where i.player_id = g.player_id
    and i.investment_id = g.investment_id
    and i.state = 'pending'";
pub(super) const GRANTED: &str = "
    select player_id, cast(sum(granted) as bigint) as granted
    from investments
    where offering_id = $1
    and granted > 0
    and player_id = any ($2::bigint[])
    group by player_id";
pub(super) const END: &str = "
    update investments i
    set state = e.state,
        seq = coalesce(e.seq, i.seq),
        reason = e.reason,
        ended_at = $7
    from (
        select
            unnest($1::bigint[]) as player_id, unnest($2::bigint[]) as investment_id, unnest($3::text[]) as state,
            unnest($4::bigint[]) as seq, unnest($5::text[]) as reason
    ) e
    where i.player_id = e.player_id
    and i.investment_id = e.investment_id
    and i.state = $6";

/// Writes the investments of a batch.
pub(super) async fn write(
    transaction: &mut PgConnection,
    selection: &Selection<'_>,
) -> Result<(), sqlx::Error> {
    let invested = &selection.invested;
    if invested.is_empty() {
        return Ok(());
    }
    sqlx::query(STORE)
        .bind(column(invested, |one| one.account.player.0))
        .bind(column(invested, |one| one.id))
        .bind(column(invested, |one| one.account.game.0))
        .bind(column(invested, |one| one.offering))
        .bind(column(invested, |one| one.instrument.0))
        .bind(column(invested, |one| one.at.micros()))
        .bind(column(invested, |one| i64::from(one.shares)))
        .bind(column(invested, |one| one.reserve.units()))
        .bind(column(invested, |one| one.subscription))
        .execute(transaction)
        .await?;
    Ok(())
}

/// Returns how many were pending.
pub(super) async fn grant(transaction: &mut PgConnection, grants: &[Grant]) -> StoreResult<usize> {
    let done = sqlx::query(GRANT)
        .bind(column(grants, |grant| grant.player.0))
        .bind(column(grants, |grant| grant.investment))
        .bind(column(grants, |grant| i64::from(grant.shares)))
        .bind(column(grants, |grant| {
            grant.reason.map(|reason| reason.as_str())
        }))
        .execute(transaction)
        .await?;
    Ok(usize::try_from(done.rows_affected()).unwrap_or(usize::MAX))
}

pub(super) async fn granted(
    readers: &PgPool,
    offering: i64,
    players: &[PlayerId],
) -> StoreResult<Vec<PgRow>> {
    let found = sqlx::query(GRANTED)
        .bind(offering)
        .bind(column(players, |player| player.0))
        .fetch_all(readers)
        .await?;
    Ok(found)
}

pub(super) async fn end(
    transaction: &mut PgConnection,
    from: InvestmentState,
    ends: &[InvestmentEnd],
    now: Timestamp,
) -> StoreResult<()> {
    sqlx::query(END)
        .bind(column(ends, |end| end.player.0))
        .bind(column(ends, |end| end.investment))
        .bind(column(ends, |end| end.state.as_str()))
        .bind(column(ends, |end| end.seq))
        .bind(column(ends, |end| end.reason.map(|reason| reason.as_str())))
        .bind(from.as_str())
        .bind(now.micros())
        .execute(transaction)
        .await?;
    Ok(())
}
