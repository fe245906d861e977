//! Orders that begin and cease to rest, as a batch writes them.

use super::columns::{Statement, column};
use crate::store::resting::{size_columns, trigger_kind};
use crate::store::selection::Selection;

/// The columns of [`bind`]'s first fourteen values.
macro_rules! resting_values {
    () => {
        "player_id, game_id, instrument_id, placed_at, expires_at, trigger_price, quantity, amount, reserved_cash, \
         reserved_quantity, order_key, side, trigger_kind, reason"
    };
}
pub(super) use resting_values;

/// The orders that begin to rest, fourteen values; then those that end: player, game, instant,
/// whether filled, key, answer.
pub(super) fn bind<'q>(statement: Statement<'q>, selection: &'q Selection<'_>) -> Statement<'q> {
    let Selection { rested, ended, .. } = selection;
    statement
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
        .bind(column(ended, |answer| answer.account.player.0))
        .bind(column(ended, |answer| answer.account.game.0))
        .bind(column(ended, |answer| answer.view.at.micros()))
        .bind(column(ended, |answer| answer.is_filled()))
        .bind(column(ended, |answer| answer.key()))
        .bind(column(ended, |answer| &answer.bytes[..]))
}
