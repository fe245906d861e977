//! Retention rows: checkpoints, and the ledger's partitions, which are dropped as a whole.

use std::time::Duration;

use domain::{AccountId, LedgerEntry};
use sqlx::postgres::PgRow;
use sqlx::{PgConnection, PgPool};

use super::columns::{bind_entries, column};
use super::connection;
use crate::retention::Month;
use crate::store::retention::RetentionLock;
use crate::store::{StoreError, StoreResult};

/// The key of the advisory lock.
const LOCK: i64 = 0x7469_636b_6572_7265;
/// Attempts to drop a partition before its long-running reader is reported.
const DROPS_MAX: u32 = 50;
/// Pause between attempts.
const DROP_AGAIN: Duration = Duration::from_millis(100);

pub(super) const LIST_MONTHS: &str = "select list_ledger_months($1)";
// The players are named twice, here and below, so that the planner never chooses, and then caches, a
// full scan of a table that is small at the time.
pub(super) const LIST_CHECKPOINTS: &str = "
    select c.player_id, c.game_id, c.seq, c.state
    from unnest($1::bigint[], $2::bigint[]) a (player_id, game_id)
    join ledger_checkpoints c
        on c.player_id = a.player_id
        and c.game_id = a.game_id
    where c.player_id = any ($1)";
pub(super) const STORE_CHECKPOINTS: &str = "
    insert into ledger_checkpoints (player_id, game_id, seq, state)
    select *
    from unnest($1::bigint[], $2::bigint[], $3::bigint[], $4::text[])
    on conflict (player_id, game_id) do update
    set seq = excluded.seq,
        state = excluded.state
    where ledger_checkpoints.seq < excluded.seq";
pub(super) const DELETE_CHECKPOINTS: &str = "
    delete from ledger_checkpoints c
    using (select unnest($1::bigint[]) as player_id, unnest($2::bigint[]) as game_id) a
    where c.player_id = a.player_id
    and c.game_id = a.game_id";
// Covers only what is in no month's partition; the others are dropped as a whole.
pub(super) const LIST_ARCHIVED: &str = "
    select d.player_id, d.game_id, d.seq, d.at
    from ledger_default d
    join ledger_checkpoints c
        on c.player_id = d.player_id
        and c.game_id = d.game_id
        and c.seq >= d.seq
    where d.player_id = any ($1::bigint[])
    and c.player_id = any ($1::bigint[])
    limit $2";
pub(super) const DELETE_ARCHIVED: &str = "
    delete from ledger_default d
    using unnest($1::bigint[], $2::bigint[], $3::bigint[], $4::bigint[]) a (player_id, game_id, seq, at)
    where d.player_id = any ($1)
    and d.player_id = a.player_id
    and d.game_id = a.game_id
    and d.seq = a.seq
    and d.at = a.at";
const LIST_PARTITIONS: &str = "
    select cast(c.relname as text)
    from pg_inherits i
    join pg_class c on c.oid = i.inhrelid
    where i.inhparent = 'ledger'::regclass
    and c.relname like 'ledger\\_____\\___'
    and c.relname < $1
    order by c.relname";
const DROP_PARTITION: &str = "select drop_ledger_partition($1)";
const RESTORE_ENTRIES: &str = "
    insert into ledger (player_id, game_id, seq, at, instrument_id, kind, fact, previous_hash)
    select *
    from unnest(
        $1::bigint[], $2::bigint[], $3::bigint[], $4::bigint[], $5::bigint[], $6::text[], $7::bytea[], $8::bytea[]
    )
    on conflict (player_id, game_id, seq, at) do nothing";

/// A connection's lock, released when the connection closes, so also when the process ends.
pub(super) async fn lock(writer: &PgPool) -> StoreResult<Option<RetentionLock>> {
    let mut connection = writer.acquire().await?.detach();
    let locked: bool = sqlx::query_scalar("select pg_try_advisory_lock($1)")
        .bind(LOCK)
        .fetch_one(&mut connection)
        .await?;
    Ok(locked.then(|| Box::new(connection) as RetentionLock))
}

pub(super) async fn list_checkpoints(
    readers: &PgPool,
    accounts: &[AccountId],
) -> StoreResult<Vec<PgRow>> {
    let found = sqlx::query(LIST_CHECKPOINTS)
        .bind(column(accounts, |account| account.player.0))
        .bind(column(accounts, |account| account.game.0))
        .fetch_all(readers)
        .await?;
    Ok(found)
}

/// Player, game, `seq` and state of each.
pub(super) async fn store_checkpoints(
    transaction: &mut PgConnection,
    states: &[(i64, i64, i64, String)],
) -> StoreResult<()> {
    sqlx::query(STORE_CHECKPOINTS)
        .bind(column(states, |(player, ..)| *player))
        .bind(column(states, |(_, game, ..)| *game))
        .bind(column(states, |(_, _, seq, _)| *seq))
        .bind(column(states, |(.., state)| state.as_str()))
        .execute(transaction)
        .await?;
    Ok(())
}

pub(super) async fn delete_checkpoints(
    transaction: &mut PgConnection,
    accounts: &[AccountId],
) -> StoreResult<()> {
    sqlx::query(DELETE_CHECKPOINTS)
        .bind(column(accounts, |account| account.player.0))
        .bind(column(accounts, |account| account.game.0))
        .execute(transaction)
        .await?;
    Ok(())
}

/// Deletes entries that a checkpoint covers. An entry is never changed, so those that were listed are the
/// ones that go.
pub(super) async fn delete_archived(
    writer: &PgPool,
    accounts: &[AccountId],
    limit: u32,
) -> StoreResult<u64> {
    let found: Vec<(i64, i64, i64, i64)> = sqlx::query_as(LIST_ARCHIVED)
        .bind(column(accounts, |account| account.player.0))
        .bind(i64::from(limit))
        .fetch_all(writer)
        .await?;
    if found.is_empty() {
        return Ok(0);
    }
    let done = sqlx::query(DELETE_ARCHIVED)
        .bind(column(&found, |(player, ..)| *player))
        .bind(column(&found, |(_, game, ..)| *game))
        .bind(column(&found, |(_, _, seq, _)| *seq))
        .bind(column(&found, |(.., at)| *at))
        .execute(writer)
        .await?;
    Ok(done.rows_affected())
}

pub(super) async fn drop_archived(writer: &PgPool, before: Month) -> StoreResult<u64> {
    let name = format!("ledger_{before}").replace('-', "_");
    let partitions: Vec<String> = sqlx::query_scalar(LIST_PARTITIONS)
        .bind(name)
        .fetch_all(writer)
        .await?;
    let mut dropped = 0;
    for partition in partitions {
        dropped += u64::from(drop_partition(writer, &partition).await?);
    }
    Ok(dropped)
}

/// Every trade waits while the drop waits for a partition's lock, so it gives up soon and retries.
async fn drop_partition(writer: &PgPool, partition: &str) -> StoreResult<bool> {
    let mut tries = 1;
    loop {
        match try_to_drop(writer, partition).await {
            Err(StoreError::Unavailable(_)) if tries < DROPS_MAX => {
                tries += 1;
                tokio::time::sleep(DROP_AGAIN).await;
            }
            dropped => return dropped,
        }
    }
}

async fn try_to_drop(writer: &PgPool, partition: &str) -> StoreResult<bool> {
    let mut transaction = connection::begin_unhurried(writer).await?;
    let dropped = sqlx::query_scalar(DROP_PARTITION)
        .bind(partition)
        .fetch_one(&mut *transaction)
        .await?;
    transaction.commit().await?;
    Ok(dropped)
}

pub(super) async fn restore_entries(
    writer: &PgPool,
    entries: &[(AccountId, LedgerEntry)],
) -> StoreResult<()> {
    let entries: Vec<_> = entries
        .iter()
        .map(|(account, entry)| (*account, entry))
        .collect();
    bind_entries(sqlx::query(RESTORE_ENTRIES), &entries)
        .execute(writer)
        .await?;
    Ok(())
}
