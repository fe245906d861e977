//! Retention: whole months of the ledger move from the database into files, and back.
//!
//! `docs/retention.md` describes the commands and the files. In short: the file of a month is written,
//! made durable, read back and checked; then the database notes it; then, account by account, a
//! checkpoint is stored and what it covers is deleted. Each step can be taken again, so that an
//! archive that was interrupted anywhere is finished by the next one; and the database itself refuses
//! to delete an entry that no checkpoint covers.
//!
//! An account's entries go into files in the order of their chain. When clocks disagreed at the turn
//! of a month, a file has the few entries of the next month that come between those of its own.
//!
//! Files are read and written by the calling task: this is the work of a command, not of a server.
//!
//! Candles of live markets leave the database in files of their own ([`CandleFiles`]), which stay readable.

use std::path::PathBuf;
use std::time::Duration;

use domain::{AccountId, LedgerError};

use crate::store::{RetentionLock, Store, StoreError};

mod archive;
mod candles;
mod checkpoint;
mod file;
mod format;
mod month;
mod restore;
mod state;

pub use archive::{Archived, archive};
pub use candles::{CandleFiles, Filed, FiledCandle};
pub use checkpoint::{Checkpoint, Trades};
pub use file::{BadFile, FileDamage, MonthReader, Whole, check, path_of};
pub use month::Month;
pub use restore::{Restored, restore};
pub use state::{Hex, OpenState, PositionState, State};

/// The fact that tells this database from all others.
pub(crate) const DATABASE_VARIABLE: &str = "archive.database";
/// Attempts to take the lock: its holder may be about to release it.
const LOCK_TRIES: u32 = 20;
/// From one time to the next.
const LOCK_AGAIN: Duration = Duration::from_millis(50);
/// Accounts whose checkpoints are moved in one transaction.
const ACCOUNTS_AT_ONCE: usize = 200;
/// Entries that one transaction deletes or puts back.
const ENTRIES_AT_ONCE: u32 = 2_000;
/// Entries that one query reads.
const PAGE: u32 = 1_000;

/// What `archive` is told.
#[derive(Debug, Clone, clap::Args)]
pub struct ArchiveArgs {
    /// The months before this one are archived, such as 2026-01.
    #[arg(long, value_name = "YYYY-MM")]
    pub before: Month,
    /// The folder of the files; without it `archive` in the data folder.
    #[arg(long, value_name = "DIR")]
    pub to: Option<PathBuf>,
}

/// What `restore` is told.
#[derive(Debug, Clone, clap::Args)]
pub struct RestoreArgs {
    /// A backup, or the folder of archived months.
    #[arg(value_name = "FILE or DIR")]
    pub from: PathBuf,
}

/// Why a month was not moved. What was moved before it stays moved, and nothing is lost.
#[derive(Debug, thiserror::Error)]
pub enum RetentionError {
    /// The database.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// A file.
    #[error(transparent)]
    File(#[from] BadFile),
    /// Someone else is at it.
    #[error("the ledger is being archived, restored or verified with its archive: try again later")]
    Busy,
    /// The month may still get entries.
    #[error("{0} has not begun for an hour yet: months before it may still get entries")]
    NotOver(Month),
    /// A file of that name exists, and this database has no record of it.
    #[error("{} is there already, and is not what would be written: move it away", .0.display())]
    Taken(PathBuf),
    /// The ledger is damaged. It is not archived, so that the damage can be looked at.
    #[error("account {account}: {error}; `verify` tells more")]
    Damaged {
        /// The account.
        account: AccountId,
        /// The entry that does not follow.
        error: LedgerError,
    },
    /// The file and the database do not meet.
    #[error(
        "account {account} is at entry {stored}, and the archive of {month} is of {before} to {after}"
    )]
    Apart {
        /// The account.
        account: AccountId,
        /// The month.
        month: Month,
        /// Its checkpoint in the database.
        stored: i64,
        /// Where the file begins.
        before: i64,
        /// Where the file ends.
        after: i64,
    },
    /// Months come back in the order in which they went, backwards.
    #[error("{missing} has to be restored before {month}, and its file is not there")]
    NewerMissing {
        /// The later month, whose file is missing.
        missing: Month,
        /// A month whose file is there.
        month: Month,
    },
}

/// The name that tells this database from all others, made when it is first asked for.
pub(crate) async fn database_name(store: &dyn Store) -> Result<String, StoreError> {
    // Only a database that has never archived anything has none, and only then something is written.
    if let Some(name) = store.find_variable(DATABASE_VARIABLE).await? {
        return Ok(name);
    }
    let name = format!("{:032x}", rand::random::<u128>());
    store.store_variable_once(DATABASE_VARIABLE, &name).await
}

/// Keeps others from moving months meanwhile.
pub(crate) async fn lock(store: &dyn Store) -> Result<RetentionLock, RetentionError> {
    for _ in 0..LOCK_TRIES {
        if let Some(lock) = store.lock_retention().await? {
            return Ok(lock);
        }
        tokio::time::sleep(LOCK_AGAIN).await;
    }
    Err(RetentionError::Busy)
}
