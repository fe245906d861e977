//! Commits a batch of orders: one transaction, however many orders there are, so that the cost of
//! making it durable is shared by all of them.

use std::collections::HashSet;

use domain::{AccountId, Day, PlayerId, Timestamp};
use rusqlite::{Connection, Transaction, TransactionBehavior};

use super::{batch_rows, done, ledger_rows, offering_rows, resting_rows};
use crate::store::failure::refused;
use crate::store::selection::{Answer, Found, Selection, accounts_of};
use crate::store::{AccountChange, Batch, PositionRecord, StoreResult, lots};

pub(super) const UPDATE_ACCOUNT: &str = "
    update accounts
    set cash = ?4,
        realized_profit = ?5,
        positions_held = ?6,
        version = ?7,
        head_hash = ?8,
        reserved_cash = ?9,
        open_orders = ?10,
        counters = ?11
    where player_id = ?1
    and game_id = ?2
    and version = ?3";
pub(super) const STORE_POSITION: &str = "
    insert into positions (
        player_id, game_id, instrument_id, quantity, cost_basis, realized_profit, lots, last_bought_at, traded_on,
        trades_that_day, reserved_quantity
    )
    values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)
    on conflict (player_id, game_id, instrument_id) do update
    set quantity = excluded.quantity,
        cost_basis = excluded.cost_basis,
        realized_profit = excluded.realized_profit,
        lots = excluded.lots,
        last_bought_at = excluded.last_bought_at,
        traded_on = excluded.traded_on,
        trades_that_day = excluded.trades_that_day,
        reserved_quantity = excluded.reserved_quantity";
pub(super) const STORE_ANSWER: &str = "
    insert into orders (player_id, game_id, order_key, at, filled, fingerprint, answer)
    values (?1, ?2, ?3, ?4, ?5, ?6, ?7)";
pub(super) const FIND_VERSION: &str = "
    select 1
    from accounts
    where player_id = ?1
    and game_id = ?2
    and version = ?3";
pub(super) const FIND_PROGRESS: &str = "
    select 1
    from players
    where player_id = ?1
    and xp = ?2
    and award_seq = ?3";
pub(super) const FIND_ANSWER: &str = "
    select 1
    from orders
    where player_id = ?1
    and game_id = ?2
    and order_key = ?3";

/// Commits it. Returns the accounts that another process has changed; nothing is written for them.
pub(super) fn commit(connection: &mut Connection, batch: &Batch) -> StoreResult<Vec<AccountId>> {
    let all = Selection::of(batch, &HashSet::new())?;
    if all.is_empty() {
        return Ok(Vec::new());
    }
    let transaction = begin(connection)?;
    let written = write(&transaction, &all);
    if matches!(written, Ok(true)) {
        transaction.commit()?;
        return Ok(Vec::new());
    }
    let refusal = match written {
        Err(error) if !is_refusal(&error) => return Err(error.into()),
        written => written.err(),
    };
    transaction.rollback()?;

    // Nobody else writes while this transaction checks and then writes.
    let transaction = begin(connection)?;
    let left_out = find_overtaken(&transaction, &all)?;
    if let Some(error) = refusal
        && left_out.is_empty()
    {
        return Err(error.into());
    }
    let rest = Selection::of(batch, &left_out)?;
    if !write(&transaction, &rest)? {
        return refused("an account was changed while nobody could");
    }
    transaction.commit()?;
    Ok(accounts_of(batch, &left_out))
}

/// Begins a write transaction, as `immediate`: a transaction that reads first and then writes fails at
/// once if another process has written meanwhile, without waiting for it.
fn begin(connection: &mut Connection) -> rusqlite::Result<Transaction<'_>> {
    connection.transaction_with_behavior(TransactionBehavior::Immediate)
}

/// Writes all of it. False if something is not as expected; the caller must then roll back.
fn write(transaction: &Transaction<'_>, selection: &Selection<'_>) -> rusqlite::Result<bool> {
    let expected = selection.unchanged.iter().copied();
    let as_expected = find_current(transaction, expected)?.len() == selection.unchanged.len()
        && update_accounts(transaction, &selection.accounts)?
        && batch_rows::update_players(transaction, &selection.players)?;
    if !as_expected {
        return Ok(false);
    }
    store_positions(transaction, &selection.positions)?;
    ledger_rows::append(transaction, &selection.entries)?;
    store_answers(transaction, &selection.answers)?;
    batch_rows::write(transaction, selection)?;
    resting_rows::write(transaction, selection)?;
    offering_rows::write(transaction, selection)?;
    if let Some(outbox) = &selection.outcomes {
        batch_rows::write_outbox(transaction, outbox)?;
    }
    Ok(true)
}

/// Whether the database refused a row. Writes based on an account that another process has changed are
/// invalid and may be refused before the version is checked.
fn is_refusal(error: &rusqlite::Error) -> bool {
    error.sqlite_error_code() == Some(rusqlite::ErrorCode::ConstraintViolation)
}

/// False if one of them does not have the expected version.
fn update_accounts(
    transaction: &Transaction<'_>,
    changes: &[&AccountChange],
) -> rusqlite::Result<bool> {
    let mut statement = transaction.prepare_cached(UPDATE_ACCOUNT)?;
    for change in changes {
        let (id, account) = (change.record.id, &change.record.account);
        let updated = statement.execute((
            id.player.0,
            id.game.0,
            change.expected_version,
            account.cash.units(),
            account.realized_profit.units(),
            account.positions_held,
            change.record.head.version,
            change.record.head.hash,
            account.reserved_cash.units(),
            account.open_orders,
            change.record.counters.to_bytes(),
        ))?;
        if updated != 1 {
            return Ok(false);
        }
    }
    Ok(true)
}

fn store_positions(
    transaction: &Transaction<'_>,
    positions: &[(AccountId, &PositionRecord)],
) -> rusqlite::Result<()> {
    let mut statement = transaction.prepare_cached(STORE_POSITION)?;
    for (account, record) in positions {
        let position = &record.position;
        statement.execute((
            account.player.0,
            account.game.0,
            record.instrument.0,
            position.quantity.units(),
            position.cost_basis.units(),
            position.realized_profit.units(),
            lots::encode(&position.lots),
            position.last_bought_at.map(Timestamp::micros),
            position.traded_on.map(Day::number),
            position.trades_that_day,
            position.reserved_quantity.units(),
        ))?;
    }
    Ok(())
}

fn store_answers(transaction: &Transaction<'_>, answers: &[Answer<'_>]) -> rusqlite::Result<()> {
    let mut statement = transaction.prepare_cached(STORE_ANSWER)?;
    for answer in answers {
        statement.execute((
            answer.account.player.0,
            answer.account.game.0,
            answer.key(),
            answer.view.at.micros(),
            answer.is_filled(),
            answer.fingerprint,
            &answer.bytes,
        ))?;
    }
    Ok(())
}

/// The players whom another process has changed, or done something for, since the batch was decided. A
/// rejected order does not change the account's version, so only its key reveals it.
fn find_overtaken(
    transaction: &Transaction<'_>,
    selection: &Selection<'_>,
) -> rusqlite::Result<HashSet<PlayerId>> {
    let mut found = Found {
        current: find_current(transaction, selection.expected())?,
        ..Found::default()
    };
    let mut statement = transaction.prepare_cached(FIND_PROGRESS)?;
    for change in &selection.players {
        let expected = (
            change.player.0,
            change.expected_xp,
            change.expected_award_seq,
        );
        if statement.exists(expected)? {
            found.current_players.insert(change.player);
        }
    }
    let mut statement = transaction.prepare_cached(FIND_ANSWER)?;
    for answer in &selection.answers {
        let account = answer.account;
        if statement.exists((account.player.0, account.game.0, answer.key()))? {
            found.done.insert(account.player);
        }
    }
    let mut statement = transaction.prepare_cached(done::POSTING)?;
    for (account, key, _) in &selection.postings {
        if statement.exists((account.player.0, account.game.0, key.as_str()))? {
            found.done.insert(account.player);
        }
    }
    let mut statement = transaction.prepare_cached(done::AWARD)?;
    for (player, award) in &selection.awards {
        if statement.exists((player.0, award.cause.key()))? {
            found.done.insert(*player);
        }
    }
    Ok(selection.overtaken(found))
}

/// Those of the accounts that have the expected version.
fn find_current<'c>(
    transaction: &Transaction<'_>,
    changes: impl Iterator<Item = &'c AccountChange>,
) -> rusqlite::Result<HashSet<AccountId>> {
    let mut current = HashSet::new();
    let mut statement = transaction.prepare_cached(FIND_VERSION)?;
    for change in changes {
        let id = change.record.id;
        if statement.exists((id.player.0, id.game.0, change.expected_version))? {
            current.insert(id);
        }
    }
    Ok(current)
}
