//! Moves of the ledger between the database and files.

use async_trait::async_trait;
use domain::{AccountId, LedgerEntry, Timestamp};

use super::{Connection, DatabaseStore, connection, retention_rows};
use crate::retention::{Checkpoint, Month};
use crate::store::failure::corrupt;
use crate::store::retention::{AccountCheckpoint, ArchivedMonth, Retention, RetentionLock};
use crate::store::rows::{self, Columns as _, entry_columns};
use crate::store::{StoreError, StoreResult};

pub(super) const LIST_UNARCHIVED: &str = concat!(
    "
    select l.player_id, l.game_id, ",
    entry_columns!(),
    "
    from ledger l
    where (l.player_id, l.game_id, l.seq) > ($1, $2, $3)
    and l.at < $4
    and l.seq > coalesce((
        select c.seq
        from ledger_checkpoints c
        where c.player_id = l.player_id
        and c.game_id = l.game_id
    ), 0)
    order by l.player_id, l.game_id, l.seq
    limit $5"
);
const LIST_ARCHIVED_MONTHS: &str = "
    select month, accounts, entries, file_hash
    from ledger_archives
    order by month";
const STORE_ARCHIVED_MONTH: &str = "
    insert into ledger_archives (month, accounts, entries, file_hash)
    values ($1, $2, $3, $4)";
const DELETE_ARCHIVED_MONTH: &str = "
    delete from ledger_archives
    where month = $1";

#[async_trait]
impl Retention for DatabaseStore {
    async fn lock_retention(&self) -> StoreResult<Option<RetentionLock>> {
        retention_rows::lock(&self.writer).await
    }

    async fn list_ledger_months(&self, before: Month) -> StoreResult<Vec<Month>> {
        let mut transaction = connection::begin_unhurried(&self.readers).await?;
        let found = sqlx::query_scalar::<_, String>(retention_rows::LIST_MONTHS)
            .bind(before.start().micros())
            .fetch_all(&mut *transaction)
            .await?;
        transaction.rollback().await?;
        let mut months = found
            .iter()
            .map(|text| month(text))
            .collect::<StoreResult<Vec<_>>>()?;
        months.sort_unstable();
        months.dedup();
        Ok(months)
    }

    async fn list_unarchived(
        &self,
        before: Timestamp,
        after: Option<(AccountId, i64)>,
        limit: u32,
    ) -> StoreResult<Vec<(AccountId, LedgerEntry)>> {
        let (player, game, seq) = after.map_or((i64::MIN, i64::MIN, 0), |(account, seq)| {
            (account.player.0, account.game.0, seq)
        });
        let mut transaction = connection::begin_unhurried(&self.readers).await?;
        let found = sqlx::query(LIST_UNARCHIVED)
            .bind(player)
            .bind(game)
            .bind(seq)
            .bind(before.micros())
            .bind(i64::from(limit))
            .fetch_all(&mut *transaction)
            .await?;
        transaction.rollback().await?;
        let entry = |row| {
            let account = rows::account_id(row)?;
            Ok((account, rows::entry(row, account)?))
        };
        found.iter().map(entry).collect()
    }

    async fn list_archived_months(&self) -> StoreResult<Vec<ArchivedMonth>> {
        let found = sqlx::query(LIST_ARCHIVED_MONTHS)
            .fetch_all(&self.readers)
            .await?;
        found.iter().map(archived_month).collect()
    }

    async fn store_archived_month(&self, archived: &ArchivedMonth) -> StoreResult<()> {
        sqlx::query(STORE_ARCHIVED_MONTH)
            .bind(archived.month.to_string())
            .bind(count(archived.accounts))
            .bind(count(archived.entries))
            .bind(&archived.file_hash[..])
            .execute(&self.writer)
            .await?;
        Ok(())
    }

    async fn delete_archived_month(&self, month: Month) -> StoreResult<()> {
        sqlx::query(DELETE_ARCHIVED_MONTH)
            .bind(month.to_string())
            .execute(&self.writer)
            .await?;
        Ok(())
    }

    async fn list_checkpoints(
        &self,
        accounts: &[AccountId],
    ) -> StoreResult<Vec<AccountCheckpoint>> {
        let found = retention_rows::list_checkpoints(&self.readers, accounts).await?;
        found.iter().map(checkpoint).collect()
    }

    async fn store_checkpoints(&self, checkpoints: &[AccountCheckpoint]) -> StoreResult<()> {
        let mut transaction = connection::begin(&self.writer).await?;
        store(&mut transaction, checkpoints).await?;
        transaction.commit().await?;
        Ok(())
    }

    async fn return_checkpoints(
        &self,
        accounts: &[AccountId],
        checkpoints: &[AccountCheckpoint],
    ) -> StoreResult<()> {
        let mut transaction = connection::begin(&self.writer).await?;
        retention_rows::delete_checkpoints(&mut transaction, accounts).await?;
        store(&mut transaction, checkpoints).await?;
        transaction.commit().await?;
        Ok(())
    }

    async fn delete_archived(&self, accounts: &[AccountId], limit: u32) -> StoreResult<u64> {
        retention_rows::delete_archived(&self.writer, accounts, limit).await
    }

    async fn drop_archived(&self, before: Month) -> StoreResult<u64> {
        retention_rows::drop_archived(&self.writer, before).await
    }

    async fn restore_entries(&self, entries: &[(AccountId, LedgerEntry)]) -> StoreResult<()> {
        retention_rows::restore_entries(&self.writer, entries).await
    }
}

async fn store(transaction: &mut Connection, checkpoints: &[AccountCheckpoint]) -> StoreResult<()> {
    let states = checkpoints
        .iter()
        .map(|(account, checkpoint)| {
            let state = serde_json::to_string(&checkpoint.state());
            let state =
                state.map_err(|error| StoreError::Database(sqlx::Error::Encode(error.into())))?;
            Ok((account.player.0, account.game.0, checkpoint.seq(), state))
        })
        .collect::<StoreResult<Vec<_>>>()?;
    retention_rows::store_checkpoints(transaction, &states).await
}

pub(super) fn checkpoint(row: &super::Row) -> StoreResult<AccountCheckpoint> {
    let account = rows::account_id(row)?;
    let state = serde_json::from_str(row.text("state")?).ok();
    let checkpoint = state.and_then(|state| Checkpoint::of_state(account, &state));
    let seq = row.integer("seq")?;
    // Two columns hold the same value: deleting uses one of them, verifying the other.
    let checkpoint = checkpoint.filter(|checkpoint| checkpoint.seq() == seq);
    let checkpoint =
        checkpoint.ok_or_else(|| corrupt(format!("the checkpoint of account {account}")))?;
    Ok((account, checkpoint))
}

fn archived_month(row: &super::Row) -> StoreResult<ArchivedMonth> {
    let text = row.text("month")?;
    let number = |column| {
        let number = row.integer(column)?;
        u64::try_from(number).map_err(|_| corrupt(format!("the {column} of the archive {text}")))
    };
    let file_hash = row.bytes("file_hash")?;
    Ok(ArchivedMonth {
        month: month(text)?,
        accounts: number("accounts")?,
        entries: number("entries")?,
        file_hash: file_hash
            .try_into()
            .map_err(|_| corrupt(format!("the hash of the archive {text}")))?,
    })
}

fn month(text: &str) -> StoreResult<Month> {
    let month = text.parse();
    month.map_err(|_| corrupt(format!("the month \"{text:.16}\" of the ledger")))
}

fn count(count: u64) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}
