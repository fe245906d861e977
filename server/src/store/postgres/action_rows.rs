//! Rows of corporate actions, written many at a time. Of several for the same thing, the last one
//! counts.

use domain::{InstrumentId, Timestamp};
use sqlx::PgConnection;

use super::columns::column;
use crate::store::actions::parts;
use crate::store::{InstrumentAction, MarketAction, StoreResult};

pub(super) const CLEAR: &str = "
    delete from instrument_actions
    where instrument_id = any($1::bigint[])";
pub(super) const STORE: &str = "
    insert into instrument_actions (instrument_id, day, kind, new_shares, old_shares, amount)
    select distinct on (instrument_id, day, kind) instrument_id, day, kind, new_shares, old_shares, amount
    from unnest(
        $1::bigint[], $2::bigint[], $3::text[], $4::bigint[], $5::bigint[], $6::bigint[]
    ) with ordinality c (instrument_id, day, kind, new_shares, old_shares, amount, place)
    order by instrument_id, day, kind, place desc
    on conflict (instrument_id, day, kind) do update
    set new_shares = excluded.new_shares,
        old_shares = excluded.old_shares,
        amount = excluded.amount";
// The condition on $10 is in the select: Citus refuses parameters in the conflict's.
pub(super) const REGISTER: &str = "
    insert into market_actions (
        market_id, instrument_id, day, kind, new_shares, old_shares, amount, price, effective_at
    )
    select distinct on (market_id, day, instrument_id, kind)
        market_id, instrument_id, day, kind, new_shares, old_shares, amount, price, effective_at
    from unnest(
        $1::bigint[], $2::bigint[], $3::bigint[], $4::text[], $5::bigint[], $6::bigint[], $7::bigint[], $8::bigint[],
        $9::bigint[]
    ) with ordinality c (
        market_id, instrument_id, day, kind, new_shares, old_shares, amount, price, effective_at, place
    )
    where not exists (
        select 1
        from market_actions m
        where m.market_id = c.market_id
        and m.day = c.day
        and m.instrument_id = c.instrument_id
        and m.kind = c.kind
        and m.effective_at <= $10
    )
    order by market_id, day, instrument_id, kind, place desc
    on conflict (market_id, day, instrument_id, kind) do update
    set effective_at = excluded.effective_at
    where market_actions.finished_at is null";

pub(super) async fn clear(
    transaction: &mut PgConnection,
    instruments: &[InstrumentId],
) -> StoreResult<()> {
    sqlx::query(CLEAR)
        .bind(column(instruments, |id| id.0))
        .execute(transaction)
        .await?;
    Ok(())
}

pub(super) async fn store(
    transaction: &mut PgConnection,
    actions: &[InstrumentAction],
) -> StoreResult<()> {
    let part = |action: &InstrumentAction| parts(action.dated.action);
    sqlx::query(STORE)
        .bind(column(actions, |action| action.instrument.0))
        .bind(column(actions, |action| {
            i64::from(action.dated.day.number())
        }))
        .bind(column(actions, |action| part(action).0))
        .bind(column(actions, |action| part(action).1))
        .bind(column(actions, |action| part(action).2))
        .bind(column(actions, |action| part(action).3))
        .execute(transaction)
        .await?;
    Ok(())
}

pub(super) async fn register(
    transaction: &mut PgConnection,
    actions: &[MarketAction],
    now: Timestamp,
) -> StoreResult<()> {
    let part = |action: &MarketAction| parts(action.dated.action);
    sqlx::query(REGISTER)
        .bind(column(actions, |action| action.market.0))
        .bind(column(actions, |action| action.instrument.0))
        .bind(column(actions, |action| {
            i64::from(action.dated.day.number())
        }))
        .bind(column(actions, |action| part(action).0))
        .bind(column(actions, |action| part(action).1))
        .bind(column(actions, |action| part(action).2))
        .bind(column(actions, |action| part(action).3))
        .bind(column(actions, |action| action.price.units()))
        .bind(column(actions, |action| action.effective_at.micros()))
        .bind(now.micros())
        .execute(transaction)
        .await?;
    Ok(())
}
