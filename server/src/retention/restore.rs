//! Restores months: from files back into the database.

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use domain::{AccountId, LedgerEntry};

use super::file::MonthReader;
use super::{
    ACCOUNTS_AT_ONCE, BadFile, Checkpoint, ENTRIES_AT_ONCE, FileDamage, Month, RetentionError,
    check, database_name, lock, path_of,
};
use crate::store::{ArchivedMonth, Store};

/// A month that is in the database again. Its file stays.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Restored {
    /// Which one.
    pub month: Month,
    /// The file that it came from.
    pub file: PathBuf,
    /// Entries in it.
    pub entries: u64,
}

/// Moves the months whose files are in a folder back into the database, latest first, and tells
/// each.
///
/// # Errors
/// A [`RetentionError`]. Called again, it goes on where it was.
pub async fn restore(
    store: &dyn Store,
    folder: &Path,
    mut report: impl FnMut(&Restored),
) -> Result<(), RetentionError> {
    let lock = lock(store).await?;
    let database = database_name(store).await?;
    let mut archived = store.list_archived_months().await?;
    archived.reverse();
    let is_there = |archived: &ArchivedMonth| path_of(folder, archived.month).exists();
    let missing = archived.iter().position(|archived| !is_there(archived));
    let (there, others) = archived.split_at(missing.unwrap_or(archived.len()));
    if let Some((missing, older)) = others.split_first()
        && let Some(older) = older.iter().find(|archived| is_there(archived))
    {
        return Err(RetentionError::NewerMissing {
            missing: missing.month,
            month: older.month,
        });
    }
    for archived in there {
        let work = Work {
            store,
            database: &database,
            month: archived.month,
            file: path_of(folder, archived.month),
        };
        work.restore(archived).await?;
        report(&Restored {
            month: archived.month,
            file: work.file,
            entries: archived.entries,
        });
    }
    drop(lock);
    Ok(())
}

/// The restoring of one month.
struct Work<'a> {
    store: &'a dyn Store,
    database: &'a str,
    month: Month,
    file: PathBuf,
}

impl Work<'_> {
    async fn restore(&self, archived: &ArchivedMonth) -> Result<(), RetentionError> {
        if check(&self.file, self.database, self.month)?.file_hash != archived.file_hash {
            return Err(RetentionError::File(BadFile {
                path: self.file.clone(),
                damage: FileDamage::Hash,
            }));
        }
        self.store.prepare(self.month.start()).await?;
        self.put_back_entries().await?;
        self.return_checkpoints().await?;
        self.store.delete_archived_month(self.month).await?;
        Ok(())
    }

    async fn put_back_entries(&self) -> Result<(), RetentionError> {
        let limit = usize::try_from(ENTRIES_AT_ONCE).unwrap_or(usize::MAX);
        let mut reader = self.open()?;
        let mut entries: Vec<(AccountId, LedgerEntry)> = Vec::with_capacity(limit);
        while let Some((account, _)) = reader.next_account()? {
            while let Some(entry) = reader.next_entry()? {
                entries.push((account, entry));
                if entries.len() == limit {
                    self.store.restore_entries(&entries).await?;
                    entries.clear();
                }
            }
        }
        self.store.restore_entries(&entries).await?;
        Ok(())
    }

    async fn return_checkpoints(&self) -> Result<(), RetentionError> {
        let mut reader = self.open()?;
        let mut accounts = Vec::with_capacity(ACCOUNTS_AT_ONCE);
        while let Some((account, before)) = reader.next_account()? {
            while reader.next_entry()?.is_some() {}
            let after = reader.checkpoint().map_or(0, Checkpoint::seq);
            accounts.push((account, before, after));
            if accounts.len() == ACCOUNTS_AT_ONCE {
                self.return_accounts(std::mem::take(&mut accounts)).await?;
            }
        }
        self.return_accounts(accounts).await
    }

    async fn return_accounts(
        &self,
        accounts: Vec<(AccountId, Checkpoint, i64)>,
    ) -> Result<(), RetentionError> {
        let ids: Vec<_> = accounts.iter().map(|(account, ..)| *account).collect();
        let stored = self.store.list_checkpoints(&ids).await?;
        let stored: HashMap<_, _> = stored
            .into_iter()
            .map(|(account, checkpoint)| (account, checkpoint.seq()))
            .collect();
        let mut moved = Vec::with_capacity(accounts.len());
        let mut back = Vec::with_capacity(accounts.len());
        for (account, before, after) in accounts {
            let stored = stored.get(&account).copied().unwrap_or(0);
            if stored > after {
                return Err(RetentionError::Apart {
                    account,
                    month: self.month,
                    stored,
                    before: before.seq(),
                    after,
                });
            }
            if stored > before.seq() {
                moved.push(account);
                back.extend((before.seq() > 0).then_some((account, before)));
            }
        }
        self.store.return_checkpoints(&moved, &back).await?;
        Ok(())
    }

    fn open(&self) -> Result<MonthReader, BadFile> {
        MonthReader::open(&self.file, self.database, self.month)
    }
}
