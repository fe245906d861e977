//! Archives months: from the database into files.

use std::collections::HashMap;
use std::io;
use std::path::{Path, PathBuf};

use domain::{AccountId, LedgerEntry, Timestamp};
use tokio::time::Instant;

use super::file::{MonthReader, MonthWriter, NotWritten, put_in_place, unfinished_path_of};
use super::{
    ACCOUNTS_AT_ONCE, BadFile, Checkpoint, ENTRIES_AT_ONCE, FileDamage, Month, PAGE,
    RetentionError, Whole, check, database_name, lock, path_of,
};
use crate::store::{ArchivedMonth, Store};

/// Seconds into the next month after which no entry of a month is expected any more.
const OVER_AFTER: i64 = 3_600;

/// A month that is in a file now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Archived {
    /// Which one.
    pub month: Month,
    /// Its file.
    pub file: PathBuf,
    /// Accounts with an entry in it.
    pub accounts: u64,
    /// Entries in it.
    pub entries: u64,
}

/// Moves the months before one into files of a folder, oldest first, and tells each.
///
/// # Errors
/// A [`RetentionError`]. Nothing is lost: called again, it goes on where it was.
pub async fn archive(
    store: &dyn Store,
    folder: &Path,
    before: Month,
    now: Timestamp,
    mut report: impl FnMut(&Archived),
) -> Result<(), RetentionError> {
    if now < before.start().plus_seconds(OVER_AFTER) {
        return Err(RetentionError::NotOver(before));
    }
    std::fs::create_dir_all(folder).map_err(|error| of_file(folder, error))?;
    let lock = lock(store).await?;
    let database = database_name(store).await?;
    for month in store.list_ledger_months(before).await? {
        let work = Work {
            store,
            folder,
            database: &database,
            month,
            file: path_of(folder, month),
        };
        if let Some(whole) = work.file_of_month().await? {
            work.move_out().await?;
            report(&Archived {
                month,
                file: work.file.clone(),
                accounts: whole.accounts,
                entries: whole.entries,
            });
        }
        store.drop_archived(month.next()).await?;
    }
    drop(lock);
    Ok(())
}

/// The archiving of one month.
struct Work<'a> {
    store: &'a dyn Store,
    folder: &'a Path,
    database: &'a str,
    month: Month,
    file: PathBuf,
}

impl Work<'_> {
    /// Sees to it that the month is in a file that the database knows of. None when there is nothing
    /// to be put into one.
    async fn file_of_month(&self) -> Result<Option<Whole>, RetentionError> {
        let known = self.store.list_archived_months().await?;
        if let Some(known) = known.iter().find(|known| known.month == self.month) {
            let whole = check(&self.file, self.database, self.month)?;
            return if whole.file_hash == known.file_hash {
                Ok(Some(whole))
            } else {
                Err(self.bad(FileDamage::Hash))
            };
        }
        let unfinished = unfinished_path_of(self.folder, self.month);
        let whole = self.write(&unfinished).await?;
        if whole.entries == 0 {
            std::fs::remove_file(&unfinished).map_err(|error| of_file(&unfinished, error))?;
            return Ok(None);
        }
        if check(&unfinished, self.database, self.month)? != whole {
            return Err(self.bad(FileDamage::Hash));
        }
        if self.file.exists() {
            // Of an archive that was interrupted before the database knew of it.
            let there = check(&self.file, self.database, self.month);
            if there.ok() != Some(whole) {
                return Err(RetentionError::Taken(self.file.clone()));
            }
        }
        let placed = put_in_place(&unfinished, &self.file, self.folder);
        placed.map_err(|error| of_file(&self.file, error))?;
        let archived = ArchivedMonth {
            month: self.month,
            accounts: whole.accounts,
            entries: whole.entries,
            file_hash: whole.file_hash,
        };
        self.store.store_archived_month(&archived).await?;
        Ok(Some(whole))
    }

    async fn write(&self, path: &Path) -> Result<Whole, RetentionError> {
        let failed = |error| of_file(path, error);
        let mut writer = MonthWriter::begin(path, self.database, self.month).map_err(failed)?;
        let end = self.month.next().start();
        let mut after = None;
        loop {
            let page = self.store.list_unarchived(end, after, PAGE).await?;
            let Some((account, last)) = page.last() else {
                break;
            };
            after = Some((*account, last.seq));
            self.write_page(&mut writer, &page).await?;
        }
        writer.finish().map_err(failed)
    }

    async fn write_page(
        &self,
        writer: &mut MonthWriter,
        page: &[(AccountId, LedgerEntry)],
    ) -> Result<(), RetentionError> {
        let mut begun = writer.current().map(|(account, _)| account);
        let accounts: Vec<_> = page.iter().map(|(account, _)| *account).collect();
        let new: Vec<_> = accounts
            .chunk_by(PartialEq::eq)
            .filter_map(|same| same.first().copied())
            .filter(|account| begun != Some(*account))
            .collect();
        let checkpoints = self.store.list_checkpoints(&new).await?;
        let mut checkpoints: HashMap<_, _> = checkpoints.into_iter().collect();
        for (account, entry) in page {
            if begun != Some(*account) {
                begun = Some(*account);
                let before = checkpoints.remove(account);
                let before = before.unwrap_or_else(|| Checkpoint::before_first(*account));
                let opened = writer.account(*account, before);
                opened.map_err(|error| of_file(&self.file, error))?;
            }
            self.write_up_to(writer, *account, entry).await?;
        }
        Ok(())
    }

    /// Writes an entry and those between it and the one before, which are of another month: some
    /// clock was ahead of another.
    async fn write_up_to(
        &self,
        writer: &mut MonthWriter,
        account: AccountId,
        entry: &LedgerEntry,
    ) -> Result<(), RetentionError> {
        let mut written = writer.current().map_or(0, |(_, seq)| seq);
        while written.saturating_add(1) < entry.seq {
            let missing = entry.seq.saturating_sub(written).saturating_sub(1);
            let limit = u32::try_from(missing).unwrap_or(PAGE).min(PAGE);
            let between = self.store.list_entries(account, written, limit).await?;
            let Some(last) = between.last() else { break };
            written = last.entry.seq;
            for row in &between {
                self.write_entry(writer, account, &row.entry)?;
            }
        }
        if written < entry.seq {
            self.write_entry(writer, account, entry)?;
        }
        Ok(())
    }

    fn write_entry(
        &self,
        writer: &mut MonthWriter,
        account: AccountId,
        entry: &LedgerEntry,
    ) -> Result<(), RetentionError> {
        writer.entry(entry).map_err(|error| match error {
            NotWritten::Io(error) => of_file(&self.file, error),
            NotWritten::Ledger(error) => RetentionError::Damaged { account, error },
        })
    }

    /// Stores the checkpoints of the file and deletes what they cover.
    async fn move_out(&self) -> Result<(), RetentionError> {
        let mut reader = MonthReader::open(&self.file, self.database, self.month)?;
        let mut accounts = Vec::with_capacity(ACCOUNTS_AT_ONCE);
        while let Some((account, before)) = reader.next_account()? {
            while reader.next_entry()?.is_some() {}
            if let Some(after) = reader.checkpoint() {
                accounts.push((account, before.seq(), after.clone()));
            }
            if accounts.len() == ACCOUNTS_AT_ONCE {
                self.move_accounts(std::mem::take(&mut accounts)).await?;
            }
        }
        self.move_accounts(accounts).await
    }

    async fn move_accounts(
        &self,
        accounts: Vec<(AccountId, i64, Checkpoint)>,
    ) -> Result<(), RetentionError> {
        let began = Instant::now();
        let ids: Vec<_> = accounts.iter().map(|(account, ..)| *account).collect();
        let stored = self.store.list_checkpoints(&ids).await?;
        let stored: HashMap<_, _> = stored
            .into_iter()
            .map(|(account, checkpoint)| (account, checkpoint.seq()))
            .collect();
        let mut forward = Vec::with_capacity(accounts.len());
        for (account, before, after) in accounts {
            let stored = stored.get(&account).copied().unwrap_or(0);
            if stored == before {
                forward.push((account, after));
            } else if stored < after.seq() {
                return Err(RetentionError::Apart {
                    account,
                    month: self.month,
                    stored,
                    before,
                    after: after.seq(),
                });
            }
        }
        self.store.store_checkpoints(&forward).await?;
        give_way(began).await;
        loop {
            let began = Instant::now();
            let deleted = self.store.delete_archived(&ids, ENTRIES_AT_ONCE).await?;
            if deleted < u64::from(ENTRIES_AT_ONCE) {
                return Ok(());
            }
            give_way(began).await;
        }
    }

    fn bad(&self, damage: FileDamage) -> RetentionError {
        let path = self.file.clone();
        BadFile { path, damage }.into()
    }
}

/// Half of the time belongs to those who trade.
async fn give_way(began: Instant) {
    tokio::time::sleep(began.elapsed()).await;
}

fn of_file(path: &Path, error: io::Error) -> RetentionError {
    let path = path.to_owned();
    let damage = FileDamage::Io(error);
    BadFile { path, damage }.into()
}
