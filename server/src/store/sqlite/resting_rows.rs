//! Orders that start or stop resting, as a batch writes them.

use rusqlite::Transaction;

use crate::store::RestingRecord;
use crate::store::resting::{size_columns, trigger_kind};
use crate::store::selection::{Answer, Selection};

pub(super) const STORE: &str = "
    insert into resting_orders (
        player_id, game_id, order_key, instrument_id, side, quantity, amount, trigger_kind, trigger_price, expires_at,
        reserved_cash, reserved_quantity, placed_at, reason, salt
    )
    values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15)";
pub(super) const REMOVE: &str = "
    delete from resting_orders
    where player_id = ?1
    and game_id = ?2
    and order_key = ?3";
pub(super) const REPLACE_ANSWER: &str = "
    update orders
    set at = ?4,
        filled = ?5,
        answer = ?6
    where player_id = ?1
    and game_id = ?2
    and order_key = ?3";

/// Writes a batch's changes to resting orders.
pub(super) fn write(
    transaction: &Transaction<'_>,
    selection: &Selection<'_>,
) -> rusqlite::Result<()> {
    for record in &selection.rested {
        store(transaction, record)?;
    }
    for ended in &selection.ended {
        end(transaction, ended)?;
    }
    Ok(())
}

fn store(transaction: &Transaction<'_>, record: &RestingRecord) -> rusqlite::Result<()> {
    let (order, terms) = (&record.resting.order, record.resting.terms);
    let (quantity, amount) = size_columns(order.size());
    transaction.prepare_cached(STORE)?.execute((
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
        record.salt,
    ))?;
    Ok(())
}

fn end(transaction: &Transaction<'_>, ended: &Answer<'_>) -> rusqlite::Result<()> {
    let account = ended.account;
    let key = (account.player.0, account.game.0, ended.key());
    transaction.prepare_cached(REMOVE)?.execute(key)?;
    transaction.prepare_cached(REPLACE_ANSWER)?.execute((
        account.player.0,
        account.game.0,
        ended.key(),
        ended.view.at.micros(),
        ended.is_filled(),
        &ended.bytes,
    ))?;
    Ok(())
}
