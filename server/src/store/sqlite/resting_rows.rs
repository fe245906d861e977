//! Orders that begin and cease to rest, as a batch writes them.

use serde::Serialize;
use sqlx::SqliteConnection;

use super::connection;
use super::hex::hex;
use crate::store::RestingRecord;
use crate::store::resting::{size_columns, trigger_kind};
use crate::store::selection::{Answer, Selection};

pub(super) const STORE: &str = "
    insert into resting_orders (
        player_id, game_id, order_key, instrument_id, side, quantity, amount, trigger_kind, trigger_price, expires_at,
        reserved_cash, reserved_quantity, placed_at, reason
    )
    select
        value ->> 0, value ->> 1, value ->> 2, value ->> 3, value ->> 4, value ->> 5, value ->> 6, value ->> 7,
        value ->> 8, value ->> 9, value ->> 10, value ->> 11, value ->> 12, value ->> 13
    from jsonb_each($1)";
pub(super) const REMOVE: &str = "
    delete from resting_orders
    where (player_id, game_id, order_key) in (
        select value ->> 0, value ->> 1, value ->> 2
        from jsonb_each($1)
    )";
pub(super) const REPLACE_ANSWERS: &str = "
    update orders
    set at = j.value ->> 3,
        filled = j.value ->> 4,
        answer = unhex(j.value ->> 5)
    from jsonb_each($1) j
    where orders.player_id = j.value ->> 0
    and orders.game_id = j.value ->> 1
    and orders.order_key = j.value ->> 2";

/// Writes what a batch changes of the orders that rest.
pub(super) async fn write(
    transaction: &mut SqliteConnection,
    selection: &Selection<'_>,
) -> Result<(), sqlx::Error> {
    let rested: Vec<_> = selection
        .rested
        .iter()
        .map(|record| resting_row(record))
        .collect();
    connection::write(transaction, STORE, &rested).await?;
    let ended: Vec<_> = selection.ended.iter().map(ended_row).collect();
    connection::write(transaction, REMOVE, &ended).await?;
    connection::write(transaction, REPLACE_ANSWERS, &ended).await?;
    Ok(())
}

/// The columns of [`STORE`].
fn resting_row(record: &RestingRecord) -> impl Serialize + use<'_> {
    let (order, terms) = (&record.resting.order, record.resting.terms);
    let (quantity, amount) = size_columns(order.size());
    (
        record.account.player.0,
        record.account.game.0,
        order.key().as_str(),
        record.instrument.0,
        order.side().as_str(),
        quantity,
        amount,
        trigger_kind(terms.trigger),
        terms.trigger.price().units(),
        terms.expires_at.map(|at| at.micros()),
        record.resting.reserve.cash.units(),
        record.resting.reserve.quantity.units(),
        record.resting.placed_at.micros(),
        order.reason(),
    )
}

/// Player, game, key, instant, whether filled, answer.
fn ended_row<'a>(ended: &'a Answer<'_>) -> impl Serialize + use<'a> {
    (
        ended.account.player.0,
        ended.account.game.0,
        ended.key(),
        ended.view.at.micros(),
        ended.is_filled(),
        hex(&ended.bytes),
    )
}
