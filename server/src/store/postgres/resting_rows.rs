//! Orders that start or stop resting, as a batch writes them.

use sqlx::PgConnection;

use super::columns::column;
use crate::store::resting::{size_columns, trigger_kind};
use crate::store::selection::Selection;

const STORE: &str = "
    insert into resting_orders (
        player_id, game_id, instrument_id, placed_at, expires_at, trigger_price, quantity, amount, reserved_cash,
        reserved_quantity, order_key, side, trigger_kind, reason, salt
    )
    select
        unnest($1::bigint[]), unnest($2::bigint[]), unnest($3::bigint[]), unnest($4::bigint[]),
        unnest($5::bigint[]), unnest($6::bigint[]), unnest($7::bigint[]), unnest($8::bigint[]),
        unnest($9::bigint[]), unnest($10::bigint[]), unnest($11::text[]), unnest($12::text[]),
        unnest($13::text[]), unnest($14::text[]), unnest($15::bytea[])";
pub(super) const REMOVE: &str = "
    delete from resting_orders r
    using (
        select unnest($1::bigint[]) as player_id, unnest($2::bigint[]) as game_id, unnest($3::text[]) as order_key
    ) e
    where r.player_id = e.player_id
    and r.game_id = e.game_id
    and r.order_key = e.order_key";
pub(super) const REPLACE_ANSWERS: &str = "
    update orders o
    set at = e.at,
        filled = e.filled,
        answer = e.answer
    from (
        select
            unnest($1::bigint[]) as player_id, unnest($2::bigint[]) as game_id, unnest($3::bigint[]) as at,
            unnest($4::boolean[]) as filled, unnest($5::text[]) as order_key, unnest($6::bytea[]) as answer
    ) e
    where o.player_id = e.player_id
    and o.game_id = e.game_id
    and o.order_key = e.order_key";

/// Writes a batch's changes to resting orders.
pub(super) async fn write(
    transaction: &mut PgConnection,
    selection: &Selection<'_>,
) -> Result<(), sqlx::Error> {
    if !selection.rested.is_empty() {
        store(&mut *transaction, selection).await?;
    }
    if !selection.ended.is_empty() {
        end(transaction, selection).await?;
    }
    Ok(())
}

async fn store(
    transaction: &mut PgConnection,
    selection: &Selection<'_>,
) -> Result<(), sqlx::Error> {
    let rested = &selection.rested;
    sqlx::query(STORE)
        .bind(column(rested, |record| record.account.player.0))
        .bind(column(rested, |record| record.account.game.0))
        .bind(column(rested, |record| record.instrument.0))
        .bind(column(rested, |record| record.resting.placed_at.micros()))
        .bind(column(rested, |record| {
            record.resting.terms.expires_at.map(|at| at.micros())
        }))
        .bind(column(rested, |record| {
            record.resting.terms.trigger.price().units()
        }))
        .bind(column(rested, |record| {
            size_columns(record.resting.order.size()).0
        }))
        .bind(column(rested, |record| {
            size_columns(record.resting.order.size()).1
        }))
        .bind(column(rested, |record| record.resting.reserve.cash.units()))
        .bind(column(rested, |record| {
            record.resting.reserve.quantity.units()
        }))
        .bind(column(rested, |record| record.key().as_str()))
        .bind(column(rested, |record| {
            record.resting.order.side().as_str()
        }))
        .bind(column(rested, |record| {
            trigger_kind(record.resting.terms.trigger)
        }))
        .bind(column(rested, |record| record.resting.order.reason()))
        .bind(column(rested, |record| {
            record.salt.as_ref().map(|salt| &salt[..])
        }))
        .execute(transaction)
        .await?;
    Ok(())
}

async fn end(transaction: &mut PgConnection, selection: &Selection<'_>) -> Result<(), sqlx::Error> {
    let ended = &selection.ended;
    sqlx::query(REMOVE)
        .bind(column(ended, |answer| answer.account.player.0))
        .bind(column(ended, |answer| answer.account.game.0))
        .bind(column(ended, |answer| answer.key()))
        .execute(&mut *transaction)
        .await?;
    sqlx::query(REPLACE_ANSWERS)
        .bind(column(ended, |answer| answer.account.player.0))
        .bind(column(ended, |answer| answer.account.game.0))
        .bind(column(ended, |answer| answer.view.at.micros()))
        .bind(column(ended, |answer| answer.is_filled()))
        .bind(column(ended, |answer| answer.key()))
        .bind(column(ended, |answer| &answer.bytes[..]))
        .execute(transaction)
        .await?;
    Ok(())
}
