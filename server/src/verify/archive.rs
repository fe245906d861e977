//! Verifies a database together with the files of its archive: each account from its first entry.

use std::collections::HashMap;
use std::fmt;
use std::path::Path;

use domain::AccountId;

use super::past::ArchivedAccount;
use super::{Damage, Finding, Limits, Verified, walk};
use crate::retention::{
    BadFile, Checkpoint, FileDamage, Month, MonthReader, RetentionError, check, database_name,
    lock, path_of,
};
use crate::store::{AccountRecord, ArchivedMonth, Store, StoreResult};

/// What is wrong with a file or with an account.
#[derive(Debug)]
pub enum ArchiveFinding {
    /// With a file.
    File(BadFile),
    /// With an account.
    Account(Finding),
}

impl fmt::Display for ArchiveFinding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::File(bad) => bad.fmt(f),
            Self::Account(finding) => finding.fmt(f),
        }
    }
}

/// Checks every file of the archive, and every account as [`super::verify`] does, but from its first
/// entry on, through the files and into the database. When a file is not sound, the accounts are
/// checked from their checkpoints, as without an archive.
///
/// # Errors
/// When the store or the disk fails, or months are being moved. Damage is no error: it is reported.
pub async fn verify_with_archive(
    store: &dyn Store,
    folder: &Path,
    limits: Limits,
    mut report: impl FnMut(&ArchiveFinding),
) -> Result<Verified, RetentionError> {
    let lock = lock(store).await?;
    let database = database_name(store).await?;
    let months = store.list_archived_months().await?;
    let bad: Vec<_> = months
        .iter()
        .filter_map(|archived| check_file(folder, &database, archived).err())
        .collect();
    let mut files = if bad.is_empty() {
        Some(Files::open(folder, &database, &months)?)
    } else {
        None
    };
    let count = u64::try_from(bad.len()).unwrap_or(u64::MAX);
    for bad in bad {
        report(&ArchiveFinding::File(bad));
    }
    let mut strays = Vec::new();
    let past = |accounts: &[AccountRecord]| match &mut files {
        None => Ok(None),
        Some(files) => files.of_player(accounts, &mut strays).map(Some),
    };
    let tell = |finding: &Finding| report(&ArchiveFinding::Account(finding.clone()));
    let mut verified = walk::<RetentionError>(store, limits, past, tell).await?;
    if let Some(files) = &mut files {
        files.strays_before(None, &mut strays)?;
    }
    verified.findings += count;
    for account in strays {
        verified.findings += 1;
        let damage = Damage::AccountMissing;
        report(&ArchiveFinding::Account(Finding { account, damage }));
    }
    drop(lock);
    Ok(verified)
}

/// The first and the last month of the ledger that is in files, and how many there are. What
/// [`super::verify`] cannot see.
///
/// # Errors
/// When the store fails.
pub async fn archived_months(store: &dyn Store) -> StoreResult<Option<(Month, Month, usize)>> {
    let months = store.list_archived_months().await?;
    let (first, last) = (months.first(), months.last());
    Ok(first
        .zip(last)
        .map(|(first, last)| (first.month, last.month, months.len())))
}

fn check_file(folder: &Path, database: &str, archived: &ArchivedMonth) -> Result<(), BadFile> {
    let path = path_of(folder, archived.month);
    let whole = check(&path, database, archived.month)?;
    if whole.file_hash == archived.file_hash {
        return Ok(());
    }
    let damage = FileDamage::Hash;
    Err(BadFile { path, damage })
}

/// The files of all months, each read up to the same account.
struct Files(Vec<Ahead>);

/// A file and the account that comes next in it, as it was before.
struct Ahead {
    month: Month,
    reader: MonthReader,
    next: Option<(AccountId, Checkpoint)>,
}

impl Files {
    fn open(folder: &Path, database: &str, months: &[ArchivedMonth]) -> Result<Self, BadFile> {
        let open = |archived: &ArchivedMonth| {
            let month = archived.month;
            let mut reader = MonthReader::open(&path_of(folder, month), database, month)?;
            let next = reader.next_account()?;
            Ok(Ahead {
                month,
                reader,
                next,
            })
        };
        months.iter().map(open).collect::<Result<_, _>>().map(Self)
    }

    /// What the files say of a player's accounts.
    fn of_player(
        &mut self,
        accounts: &[AccountRecord],
        strays: &mut Vec<AccountId>,
    ) -> Result<HashMap<AccountId, ArchivedAccount>, RetentionError> {
        let mut archived = HashMap::with_capacity(accounts.len());
        for record in accounts {
            self.strays_before(Some(record.id), strays)?;
            archived.insert(record.id, self.read(record.id)?);
        }
        Ok(archived)
    }

    /// Notes accounts that are in files and not in the database.
    fn strays_before(
        &mut self,
        account: Option<AccountId>,
        strays: &mut Vec<AccountId>,
    ) -> Result<(), BadFile> {
        let first = |files: &Self| files.0.iter().filter_map(Ahead::account).min();
        while let Some(stray) = first(self).filter(|first| account.is_none_or(|id| *first < id)) {
            self.read(stray)?;
            strays.push(stray);
        }
        Ok(())
    }

    /// Reads an account through all files.
    fn read(&mut self, account: AccountId) -> Result<ArchivedAccount, BadFile> {
        let mut archived = ArchivedAccount::none(account);
        for ahead in &mut self.0 {
            let Some((_, before)) = ahead.next.take_if(|(next, _)| *next == account) else {
                continue;
            };
            if archived.last() != Some(&before) {
                archived.gap.get_or_insert(ahead.month);
            }
            while ahead.reader.next_entry()?.is_some() {}
            archived.stages.extend(ahead.reader.checkpoint().cloned());
            ahead.next = ahead.reader.next_account()?;
        }
        Ok(archived)
    }
}

impl Ahead {
    fn account(&self) -> Option<AccountId> {
        self.next.as_ref().map(|(account, _)| *account)
    }
}
