//! Archive files: gzip around lines of JSON, written so that a file is whole or not there, and read
//! with everything in it checked.

use std::fs::File;
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

use domain::{AccountId, Hash, LedgerError};
use sha2::{Digest as _, Sha256};

use super::Month;

mod reader;
mod writer;

pub use reader::MonthReader;
pub(super) use writer::{MonthWriter, NotWritten};

/// What a file name ends with while the file is being written.
const UNFINISHED: &str = ".part";

/// A file that cannot be relied upon.
#[derive(Debug, thiserror::Error)]
#[error("{}: {damage}", path.display())]
pub struct BadFile {
    /// The file.
    pub path: PathBuf,
    /// What is wrong with it.
    pub damage: FileDamage,
}

/// What is wrong with a file.
#[derive(Debug, thiserror::Error)]
pub enum FileDamage {
    /// It is not where it should be.
    #[error("the file is missing")]
    Missing,
    /// The disk, or the compression, which has a checksum of its own.
    #[error("it cannot be read: {0}")]
    Io(#[from] io::Error),
    /// It does not begin as an archive that this server can read.
    #[error("it is not an archive of the ledger, or one of a later version")]
    NotAnArchive,
    /// Its entries were in another database.
    #[error("it is of another database ({found}; this one is {expected})")]
    OtherDatabase {
        /// This database.
        expected: String,
        /// That of the file.
        found: String,
    },
    /// It is of another month than its name says.
    #[error("it is of the month {found}")]
    OtherMonth {
        /// The month it is of.
        found: String,
    },
    /// A line that says nothing, or nothing that can be there.
    #[error("line {line} cannot be read")]
    Line {
        /// From 1.
        line: u64,
    },
    /// An entry that cannot follow those before it.
    #[error("account {account}: {error}")]
    Entry {
        /// The account.
        account: AccountId,
        /// Why not.
        error: LedgerError,
    },
    /// Entries that do not lead to the checkpoint.
    #[error("account {account}: its entries do not lead to its checkpoint")]
    Checkpoint {
        /// The account.
        account: AccountId,
    },
    /// Not what was written: as many accounts and entries, the same lines.
    #[error("its content is not what was written")]
    Content,
    /// Sound in itself, but not the file that the database knows of.
    #[error("it is not the file that was written: its SHA-256 is another one")]
    Hash,
}

/// What was written into a file, or read from it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Whole {
    /// Accounts with an entry in the month.
    pub accounts: u64,
    /// Entries.
    pub entries: u64,
    /// SHA-256 of the file.
    pub file_hash: Hash,
}

/// The file of a month.
#[must_use]
pub fn path_of(folder: &Path, month: Month) -> PathBuf {
    folder.join(format!("ledger-{month}.jsonl.gz"))
}

/// Where the file of a month is being written.
pub(super) fn unfinished_path_of(folder: &Path, month: Month) -> PathBuf {
    unfinished(path_of(folder, month))
}

/// Where a file is being written.
pub(super) fn unfinished(path: PathBuf) -> PathBuf {
    let mut path = path.into_os_string();
    path.push(UNFINISHED);
    path.into()
}

/// Reads a file to its end; what it holds when all of it is sound.
///
/// # Errors
/// What is wrong first.
pub fn check(path: &Path, database: &str, month: Month) -> Result<Whole, BadFile> {
    let mut reader = MonthReader::open(path, database, month)?;
    while reader.next_account()?.is_some() {
        while reader.next_entry()?.is_some() {}
    }
    reader.finish()
}

/// Gives a finished file its name, so that it is there after a crash, too.
pub(super) fn put_in_place(unfinished: &Path, path: &Path, folder: &Path) -> io::Result<()> {
    std::fs::rename(unfinished, path)?;
    File::open(folder)?.sync_all()
}

/// Passes bytes on and hashes them.
#[derive(Debug)]
struct Hashing<F> {
    inner: F,
    hasher: Sha256,
}

impl<F> Hashing<F> {
    fn new(inner: F) -> Self {
        let hasher = Sha256::new();
        Self { inner, hasher }
    }
}

impl<F: Read> Read for Hashing<F> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.inner.read(buffer)?;
        self.hasher.update(buffer.get(..count).unwrap_or_default());
        Ok(count)
    }
}

impl<F: Write> Write for Hashing<F> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let count = self.inner.write(bytes)?;
        self.hasher.update(bytes.get(..count).unwrap_or_default());
        Ok(count)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.inner.flush()
    }
}
