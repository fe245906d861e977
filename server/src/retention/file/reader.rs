//! Reads the file of a month, account by account, and checks all of it on the way.

use std::fs::File;
use std::io::{self, BufRead as _, BufReader, ErrorKind, Read as _};
use std::path::{Path, PathBuf};

use domain::{AccountId, LedgerEntry};
use flate2::bufread::GzDecoder;
use sha2::{Digest as _, Sha256};

use super::super::checkpoint::Checkpoint;
use super::super::format::{End, Header, Line, VERSION};
use super::super::state::{Hex, State};
use super::{BadFile, FileDamage, Hashing, Whole};
use crate::retention::Month;

/// Bytes that a line may have: an account with thousands of positions, each of many lots.
const LINE_MAX_BYTES: u64 = 64 * 1024 * 1024;

type Compressed = BufReader<Hashing<File>>;

/// A file that is being read.
#[derive(Debug)]
pub struct MonthReader {
    path: PathBuf,
    lines: BufReader<GzDecoder<Compressed>>,
    line: Vec<u8>,
    line_number: u64,
    content: Sha256,
    accounts: u64,
    entries: u64,
    current: Option<(AccountId, Checkpoint)>,
    end: Option<End>,
}

impl MonthReader {
    /// Opens the file of a month of a database.
    ///
    /// # Errors
    /// When it is missing, or is something else.
    pub fn open(path: &Path, database: &str, month: Month) -> Result<Self, BadFile> {
        let bad = |damage| BadFile {
            path: path.to_owned(),
            damage,
        };
        let file = File::open(path).map_err(|error| {
            bad(match error.kind() {
                ErrorKind::NotFound => FileDamage::Missing,
                _ => FileDamage::Io(error),
            })
        })?;
        let compressed = BufReader::new(Hashing::new(file));
        let mut reader = Self {
            path: path.to_owned(),
            lines: BufReader::new(GzDecoder::new(compressed)),
            line: Vec::new(),
            line_number: 0,
            content: Sha256::new(),
            accounts: 0,
            entries: 0,
            current: None,
            end: None,
        };
        let header = reader.header().map_err(bad)?;
        if header.database != database {
            return Err(bad(FileDamage::OtherDatabase {
                expected: database.to_owned(),
                found: header.database,
            }));
        }
        if header.month != month.to_string() {
            let found = header.month;
            return Err(bad(FileDamage::OtherMonth { found }));
        }
        Ok(reader)
    }

    /// The next account, as it was before its first entry of the file; none after the last one. All
    /// entries of the one before have to be read.
    ///
    /// # Errors
    /// When the file is damaged.
    pub fn next_account(&mut self) -> Result<Option<(AccountId, Checkpoint)>, BadFile> {
        let next = self.read_account();
        next.map_err(|damage| self.bad(damage))
    }

    /// The next entry of the account; none after its last one, when [`MonthReader::checkpoint`] is
    /// the account after it.
    ///
    /// # Errors
    /// When the file is damaged.
    pub fn next_entry(&mut self) -> Result<Option<LedgerEntry>, BadFile> {
        let next = self.read_entry();
        next.map_err(|damage| self.bad(damage))
    }

    /// The account that is read, after the latest of its entries.
    #[must_use]
    pub fn checkpoint(&self) -> Option<&Checkpoint> {
        self.current.as_ref().map(|(_, checkpoint)| checkpoint)
    }

    /// What was in the file, when all of it has been read.
    ///
    /// # Errors
    /// When there is more behind its end, or it was not read to its end.
    pub fn finish(self) -> Result<Whole, BadFile> {
        let path = self.path.clone();
        let whole = self.read_to_end();
        whole.map_err(|damage| BadFile { path, damage })
    }

    fn bad(&self, damage: FileDamage) -> BadFile {
        let path = self.path.clone();
        BadFile { path, damage }
    }

    fn header(&mut self) -> Result<Header, FileDamage> {
        match self.next_line() {
            Ok(Line::Archive(header)) if header.version == VERSION => Ok(header),
            Ok(_) | Err(FileDamage::Line { .. }) => Err(FileDamage::NotAnArchive),
            Err(damage) => Err(damage),
        }
    }

    fn read_account(&mut self) -> Result<Option<(AccountId, Checkpoint)>, FileDamage> {
        if self.end.is_some() {
            return Ok(None);
        }
        let opening = match self.next_line()? {
            Line::Account(opening) => opening,
            Line::End(end) => {
                self.end = Some(end);
                return Ok(None);
            }
            _ => return Err(self.unreadable()),
        };
        let account = opening.account();
        let in_order = self
            .current
            .as_ref()
            .is_none_or(|(before, _)| *before < account);
        let before = match opening.before {
            None => Some(Checkpoint::before_first(account)),
            Some(state) => Checkpoint::of_state(account, &state),
        };
        let before = before.filter(|_| in_order);
        let before = before.ok_or_else(|| self.unreadable())?;
        self.accounts += 1;
        self.current = Some((account, before.clone()));
        Ok(Some((account, before)))
    }

    fn read_entry(&mut self) -> Result<Option<LedgerEntry>, FileDamage> {
        let line = self.next_line()?;
        let unreadable = self.unreadable();
        let Some((account, checkpoint)) = &mut self.current else {
            return Err(unreadable);
        };
        match line {
            Line::Entry(entry) => {
                let entry = entry.after(checkpoint.replay.head);
                let account = *account;
                let applied = checkpoint.apply(&entry);
                applied.map_err(|error| FileDamage::Entry { account, error })?;
                self.entries += 1;
                Ok(Some(entry))
            }
            Line::Checkpoint(state) => {
                let reached = leads_to(*account, checkpoint, &state);
                let account = *account;
                reached
                    .then_some(None)
                    .ok_or(FileDamage::Checkpoint { account })
            }
            _ => Err(unreadable),
        }
    }

    fn read_to_end(mut self) -> Result<Whole, FileDamage> {
        let Some(end) = &self.end else {
            return Err(self.unreadable());
        };
        let content = Hex(self.content.clone().finalize().into());
        let same =
            (end.accounts, end.entries, end.sha256) == (self.accounts, self.entries, content);
        // The decompressor checks its own sum when it finds the end.
        if !same || self.lines.read(&mut [0])? != 0 {
            return Err(FileDamage::Content);
        }
        let mut compressed = self.lines.into_inner().into_inner();
        if io::copy(&mut compressed, &mut io::sink())? != 0 {
            return Err(FileDamage::Content);
        }
        Ok(Whole {
            accounts: self.accounts,
            entries: self.entries,
            file_hash: compressed.into_inner().hasher.finalize().into(),
        })
    }

    fn next_line(&mut self) -> Result<Line, FileDamage> {
        self.line.clear();
        self.line_number += 1;
        let mut bounded = self.lines.by_ref().take(LINE_MAX_BYTES);
        bounded.read_until(b'\n', &mut self.line)?;
        let line = match self.line.strip_suffix(b"\n") {
            Some(text) => serde_json::from_slice(text).ok(),
            None => None,
        };
        let line = line.ok_or_else(|| self.unreadable())?;
        if !matches!(line, Line::End(_)) {
            self.content.update(&self.line);
        }
        Ok(line)
    }

    fn unreadable(&self) -> FileDamage {
        FileDamage::Line {
            line: self.line_number,
        }
    }
}

fn leads_to(account: AccountId, reached: &Checkpoint, state: &State) -> bool {
    Checkpoint::of_state(account, state).as_ref() == Some(reached)
}
