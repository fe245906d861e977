//! Retention rows: checkpoints, and the entries that they cover.

use std::collections::HashSet;
use std::fs::{File, TryLockError};
use std::path::Path;

use domain::{AccountId, LedgerEntry};
use sqlx::sqlite::SqliteRow;
use sqlx::{SqliteConnection, SqlitePool};

use super::{connection, ledger_rows};
use crate::retention::Month;
use crate::store::retention::RetentionLock;
use crate::store::{StoreError, StoreResult, rows};

pub(super) const LIST_MONTHS: &str = "
    select distinct strftime('%Y-%m', at / 1000000, 'unixepoch')
    from ledger
    where at < $1";
pub(super) const LIST_CHECKPOINTS: &str = "
    select c.player_id, c.game_id, c.seq, c.state
    from jsonb_each($1) j
    cross join ledger_checkpoints c
        on c.player_id = j.value ->> 0
        and c.game_id = j.value ->> 1";
pub(super) const STORE_CHECKPOINTS: &str = "
    insert into ledger_checkpoints (player_id, game_id, seq, state)
    select value ->> 0, value ->> 1, value ->> 2, value ->> 3
    from jsonb_each($1)
    where true
    on conflict (player_id, game_id) do update
    set seq = excluded.seq,
        state = excluded.state
    where ledger_checkpoints.seq < excluded.seq";
pub(super) const DELETE_CHECKPOINTS: &str = "
    delete from ledger_checkpoints
    where (player_id, game_id) in (
        select value ->> 0, value ->> 1
        from jsonb_each($1)
    )";
pub(super) const DELETE_ARCHIVED: &str = "
    delete from ledger
    where (player_id, game_id, seq) in (
        select l.player_id, l.game_id, l.seq
        from jsonb_each($1) j
        cross join ledger_checkpoints c
            on c.player_id = j.value ->> 0
            and c.game_id = j.value ->> 1
        cross join ledger l
            on l.player_id = c.player_id
            and l.game_id = c.game_id
            and l.seq <= c.seq
        limit $2
    )";
pub(super) const FIND_ENTRIES: &str = "
    select l.player_id, l.game_id, l.seq
    from jsonb_each($1) j
    cross join ledger l
        on l.player_id = j.value ->> 0
        and l.game_id = j.value ->> 1
        and l.seq = j.value ->> 2";

/// A lock on the database's folder, which the system releases when the process ends.
pub(super) async fn lock(writer: &SqlitePool) -> StoreResult<Option<RetentionLock>> {
    let options = writer.connect_options();
    let folder = options.get_filename().parent();
    // A bare file name is in the working directory.
    let folder = folder.filter(|folder| !folder.as_os_str().is_empty());
    let folder = folder.unwrap_or(Path::new(".")).to_owned();
    let locked = tokio::task::spawn_blocking(move || try_lock(&folder)).await;
    let locked = locked.map_err(|error| StoreError::Database(sqlx::Error::Io(error.into())))?;
    locked.map_err(|error| StoreError::Database(sqlx::Error::Io(error)))
}

fn try_lock(folder: &Path) -> std::io::Result<Option<RetentionLock>> {
    let folder = File::open(folder)?;
    match folder.try_lock() {
        Ok(()) => Ok(Some(Box::new(folder))),
        Err(TryLockError::WouldBlock) => Ok(None),
        Err(TryLockError::Error(error)) => Err(error),
    }
}

pub(super) async fn list_checkpoints(
    readers: &SqlitePool,
    accounts: &[AccountId],
) -> StoreResult<Vec<SqliteRow>> {
    let found = sqlx::query(LIST_CHECKPOINTS)
        .bind(json(accounts))
        .fetch_all(readers)
        .await?;
    Ok(found)
}

/// Player, game, `seq` and state of each.
pub(super) async fn store_checkpoints(
    transaction: &mut SqliteConnection,
    states: &[(i64, i64, i64, String)],
) -> StoreResult<()> {
    connection::write(transaction, STORE_CHECKPOINTS, states).await?;
    Ok(())
}

pub(super) async fn delete_checkpoints(
    transaction: &mut SqliteConnection,
    accounts: &[AccountId],
) -> StoreResult<()> {
    sqlx::query(DELETE_CHECKPOINTS)
        .bind(json(accounts))
        .execute(transaction)
        .await?;
    Ok(())
}

pub(super) async fn delete_archived(
    writer: &SqlitePool,
    accounts: &[AccountId],
    limit: u32,
) -> StoreResult<u64> {
    let mut transaction = connection::begin(writer).await?;
    let done = sqlx::query(DELETE_ARCHIVED)
        .bind(json(accounts))
        .bind(i64::from(limit))
        .execute(&mut *transaction)
        .await?;
    transaction.commit().await?;
    Ok(done.rows_affected())
}

/// The ledger has no partitions, so nothing is dropped as a whole.
#[expect(
    clippy::unused_async,
    reason = "the other database has something to do"
)]
pub(super) async fn drop_archived(_writer: &SqlitePool, _before: Month) -> StoreResult<u64> {
    Ok(0)
}

pub(super) async fn restore_entries(
    writer: &SqlitePool,
    entries: &[(AccountId, LedgerEntry)],
) -> StoreResult<()> {
    let place = |account: &AccountId, seq: i64| (account.player.0, account.game.0, seq);
    let places: Vec<_> = entries
        .iter()
        .map(|(account, entry)| place(account, entry.seq))
        .collect();
    let mut transaction = connection::begin(writer).await?;
    // Looked up first: the table refuses a duplicate entry regardless of any conflict clause.
    let found = sqlx::query(FIND_ENTRIES)
        .bind(connection::json(&places))
        .fetch_all(&mut *transaction)
        .await?;
    let there = found
        .iter()
        .map(|row| {
            use rows::Columns as _;
            Ok(place(&rows::account_id(row)?, row.integer("seq")?))
        })
        .collect::<StoreResult<HashSet<_>>>()?;
    let missing: Vec<_> = entries
        .iter()
        .filter(|(account, entry)| !there.contains(&place(account, entry.seq)))
        .map(|(account, entry)| ledger_rows::entry_row(*account, entry))
        .collect();
    connection::write(&mut transaction, ledger_rows::APPEND_ENTRIES, &missing).await?;
    transaction.commit().await?;
    Ok(())
}

fn json(accounts: &[AccountId]) -> String {
    let pairs: Vec<_> = accounts
        .iter()
        .map(|account| (account.player.0, account.game.0))
        .collect();
    connection::json(&pairs)
}
