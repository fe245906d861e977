//! Writes the file of a month.

use std::fs::File;
use std::io::{self, BufWriter, Write as _};
use std::path::Path;

use domain::{AccountId, LedgerEntry, LedgerError};
use flate2::Compression;
use flate2::write::GzEncoder;
use sha2::{Digest as _, Sha256};

use super::super::checkpoint::Checkpoint;
use super::super::format::{End, Entry, Header, Line, Opening, VERSION};
use super::super::state::Hex;
use super::{Hashing, Whole};
use crate::retention::Month;

/// A file that is being written. It counts only when [`MonthWriter::finish`] has succeeded.
#[derive(Debug)]
pub(in crate::retention) struct MonthWriter {
    gzip: GzEncoder<Hashing<BufWriter<File>>>,
    content: Sha256,
    accounts: u64,
    entries: u64,
    /// The account whose entries are being written, as it is after the latest.
    current: Option<(AccountId, Checkpoint)>,
}

/// Why an entry was not written.
#[derive(Debug, thiserror::Error)]
pub(in crate::retention) enum NotWritten {
    #[error(transparent)]
    Io(#[from] io::Error),
    #[error(transparent)]
    Ledger(#[from] LedgerError),
}

impl MonthWriter {
    /// Begins a file, over whatever an earlier attempt has left there.
    pub(in crate::retention) fn begin(
        path: &Path,
        database: &str,
        month: Month,
    ) -> io::Result<Self> {
        let file = BufWriter::new(File::create(path)?);
        let mut writer = Self {
            gzip: GzEncoder::new(Hashing::new(file), Compression::default()),
            content: Sha256::new(),
            accounts: 0,
            entries: 0,
            current: None,
        };
        writer.line(&Line::Archive(Header {
            version: VERSION,
            database: database.to_owned(),
            month: month.to_string(),
        }))?;
        Ok(writer)
    }

    /// The account whose entries are being written, and the last one of them.
    pub(in crate::retention) fn current(&self) -> Option<(AccountId, i64)> {
        let (account, checkpoint) = self.current.as_ref()?;
        Some((*account, checkpoint.seq()))
    }

    /// Ends the account before and begins another, as it was before its next entry.
    pub(in crate::retention) fn account(
        &mut self,
        account: AccountId,
        before: Checkpoint,
    ) -> io::Result<()> {
        self.end_account()?;
        self.line(&Line::Account(Opening {
            player: account.player.0,
            game: account.game.0,
            before: (before.seq() > 0).then(|| before.state()),
        }))?;
        self.accounts += 1;
        self.current = Some((account, before));
        Ok(())
    }

    /// Writes the next entry of the account; one that cannot follow those before is refused.
    pub(in crate::retention) fn entry(&mut self, entry: &LedgerEntry) -> Result<(), NotWritten> {
        if let Some((_, checkpoint)) = &mut self.current {
            checkpoint.apply(entry)?;
        }
        self.line(&Line::Entry(Entry::of(entry)))?;
        self.entries += 1;
        Ok(())
    }

    /// Ends the file and waits until it is on disk.
    pub(in crate::retention) fn finish(mut self) -> io::Result<Whole> {
        self.end_account()?;
        let (accounts, entries) = (self.accounts, self.entries);
        let sha256 = Hex(self.content.clone().finalize().into());
        self.line(&Line::End(End {
            accounts,
            entries,
            sha256,
        }))?;
        let hashing = self.gzip.finish()?;
        let file_hash = hashing.hasher.finalize().into();
        let file = hashing.inner.into_inner().map_err(io::Error::from)?;
        file.sync_all()?;
        Ok(Whole {
            accounts,
            entries,
            file_hash,
        })
    }

    fn end_account(&mut self) -> io::Result<()> {
        match self.current.take() {
            Some((_, checkpoint)) => self.line(&Line::Checkpoint(checkpoint.state())),
            None => Ok(()),
        }
    }

    fn line(&mut self, line: &Line) -> io::Result<()> {
        let mut text = serde_json::to_vec(line)?;
        text.push(b'\n');
        self.content.update(&text);
        self.gzip.write_all(&text)
    }
}
