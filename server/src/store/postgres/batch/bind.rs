//! Binds the rows of a batch as one array per column.

use crate::store::lots;
use crate::store::postgres::columns::{Statement, column};
use crate::store::selection::Selection;

pub(super) fn bind_accounts<'q>(
    statement: Statement<'q>,
    selection: &'q Selection<'_>,
) -> Statement<'q> {
    let accounts = &selection.accounts;
    statement
        .bind(column(accounts, |change| change.record.id.player.0))
        .bind(column(accounts, |change| change.record.id.game.0))
        .bind(column(accounts, |change| change.expected_version))
        .bind(column(accounts, |change| {
            change.record.account.cash.units()
        }))
        .bind(column(accounts, |change| {
            change.record.account.realized_profit.units()
        }))
        .bind(column(accounts, |change| {
            i64::from(change.record.account.positions_held)
        }))
        .bind(column(accounts, |change| change.record.head.version))
        .bind(column(accounts, |change| &change.record.head.hash[..]))
        .bind(column(accounts, |change| {
            change.record.account.reserved_cash.units()
        }))
        .bind(column(accounts, |change| {
            i64::from(change.record.account.open_orders)
        }))
        .bind(column(accounts, |change| change.record.counters.to_bytes()))
}

pub(super) fn bind_positions<'q>(
    statement: Statement<'q>,
    selection: &'q Selection<'_>,
) -> Statement<'q> {
    let positions = &selection.positions;
    statement
        .bind(column(positions, |(account, _)| account.player.0))
        .bind(column(positions, |(account, _)| account.game.0))
        .bind(column(positions, |(_, record)| record.instrument.0))
        .bind(column(positions, |(_, record)| {
            record.position.quantity.units()
        }))
        .bind(column(positions, |(_, record)| {
            record.position.cost_basis.units()
        }))
        .bind(column(positions, |(_, record)| {
            record.position.realized_profit.units()
        }))
        .bind(column(positions, |(_, record)| {
            i64::from(record.position.trades_that_day)
        }))
        .bind(column(positions, |(_, record)| {
            record.position.last_bought_at.map(|at| at.micros())
        }))
        .bind(column(positions, |(_, record)| {
            record.position.traded_on.map(|day| i64::from(day.number()))
        }))
        .bind(column(positions, |(_, record)| {
            lots::encode(&record.position.lots)
        }))
        .bind(column(positions, |(_, record)| {
            record.position.reserved_quantity.units()
        }))
}

pub(super) fn bind_answers<'q>(
    statement: Statement<'q>,
    selection: &'q Selection<'_>,
) -> Statement<'q> {
    let answers = &selection.answers;
    statement
        .bind(column(answers, |answer| answer.account.player.0))
        .bind(column(answers, |answer| answer.account.game.0))
        .bind(column(answers, |answer| answer.view.at.micros()))
        .bind(column(answers, |answer| answer.is_filled()))
        .bind(column(answers, |answer| answer.key()))
        .bind(column(answers, |answer| &answer.fingerprint[..]))
        .bind(column(answers, |answer| &answer.bytes[..]))
}
