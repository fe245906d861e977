//! The file of anchors and its key.

use std::collections::BTreeMap;
use std::fs::{self, File, OpenOptions};
use std::io::{self, BufRead as _, BufReader, Read as _, Write as _};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};

use domain::{AccountId, Hash, LedgerHead, Timestamp};
use ring::signature::Ed25519KeyPair;

use super::line::{self, Anchor};
use crate::signing;

const ANCHORS: &str = "anchors.jsonl";
/// The file while it is rewritten.
const PART: &str = "anchors.jsonl.part";
/// Only the server may read or write them.
const MODE: u32 = 0o600;
/// Maximum bytes of a line: a thousand accounts take a tenth of it.
const LINE_MAX: u64 = 1_048_576;
/// Accounts per line when the file is rewritten.
const ACCOUNTS: usize = 1_000;
/// Size in bytes from which the file is rewritten.
const REWRITTEN_BEYOND: u64 = 64 * 1_048_576;

/// The file, for one that writes it.
#[derive(Debug)]
pub struct AnchorFile {
    file: File,
    key: Ed25519KeyPair,
    database: String,
    /// Hash of the last line.
    last: Hash,
    /// Where the last line ends.
    end: u64,
    folder: PathBuf,
    rewritten_beyond: u64,
}

impl AnchorFile {
    /// Opens the anchors of a database in a folder, creating file and key if missing. Truncates a partial
    /// line left by a crash. Moves anchors of another database aside.
    ///
    /// # Errors
    /// When the disk fails, or the key cannot be read.
    pub fn open(folder: &Path, database: &str) -> io::Result<Self> {
        let key = signing::read_or_create(folder)?;
        let keys = signing::public_keys(folder)?;
        let path = folder.join(ANCHORS);
        let (mut last, mut end, mut owner) = (Hash::default(), 0, None);
        for line in Lines::open(folder)? {
            let line = line?;
            last = line::hash(&line);
            end += line.len() as u64 + 1;
            let anchor = Anchor::read(&line, &keys);
            owner = anchor.map(|anchor| anchor.database).or(owner);
        }
        if let Some(other) = owner.filter(|owner| owner != database) {
            fs::rename(&path, folder.join(format!("anchors-of-{other}.jsonl")))?;
            (last, end) = (Hash::default(), 0);
        }
        let file = OpenOptions::new()
            .create(true)
            .append(true)
            .mode(MODE)
            .open(&path)?;
        file.set_len(end)?;
        sync_folder(folder)?;
        Ok(Self {
            file,
            key,
            database: database.to_owned(),
            last,
            end,
            folder: folder.to_owned(),
            rewritten_beyond: REWRITTEN_BEYOND,
        })
    }

    /// Rewrites the file whenever it is longer than this many bytes.
    #[must_use]
    pub fn rewrite_beyond(mut self, bytes: u64) -> Self {
        self.rewritten_beyond = bytes;
        self
    }

    /// Appends a line and makes it durable. A file that has become long is rewritten first.
    ///
    /// # Errors
    /// When the disk fails. The file is then unchanged.
    pub fn append(&mut self, at: Timestamp, heads: &[(AccountId, LedgerHead)]) -> io::Result<()> {
        if self.end > self.rewritten_beyond {
            self.rewrite(at)?;
        }
        self.append_line(at, heads)
    }

    fn append_line(&mut self, at: Timestamp, heads: &[(AccountId, LedgerHead)]) -> io::Result<()> {
        let anchor = Anchor::new(&self.database, at, self.last, heads);
        let line = anchor.sign(&self.key).ok_or(io::ErrorKind::InvalidData)?;
        let last = line::hash(line.as_bytes());
        let line = line + "\n";
        let written = self
            .file
            .write_all(line.as_bytes())
            .and_then(|()| self.file.sync_data());
        if let Err(error) = written {
            // A partial line would merge with the next one.
            self.file.set_len(self.end)?;
            return Err(error);
        }
        self.last = last;
        self.end += line.len() as u64;
        Ok(())
    }
}

impl AnchorFile {
    /// Keeps the latest anchor of each account, whose hash covers all earlier ones. A file with an altered
    /// line stays as it is, for `verify` to report.
    fn rewrite(&mut self, at: Timestamp) -> io::Result<()> {
        let Some(heads) = self.latest()? else {
            self.rewritten_beyond = self.end.saturating_mul(2);
            return Ok(());
        };
        let (path, part) = (self.folder.join(ANCHORS), self.folder.join(PART));
        let file = OpenOptions::new()
            .create(true)
            .append(true)
            .mode(MODE)
            .open(&part)?;
        let before = std::mem::replace(&mut self.file, file);
        let (last, end) = (self.last, self.end);
        (self.last, self.end) = (Hash::default(), 0);
        let written = self.file.set_len(0).and_then(|()| {
            let heads: Vec<_> = heads.into_iter().collect();
            heads
                .chunks(ACCOUNTS)
                .try_for_each(|page| self.append_line(at, page))
        });
        if let Err(error) = written.and_then(|()| fs::rename(&part, &path)) {
            (self.file, self.last, self.end) = (before, last, end);
            return Err(error);
        }
        self.rewritten_beyond = self.rewritten_beyond.max(self.end.saturating_mul(2));
        sync_folder(&self.folder)
    }

    /// The latest anchor of each account. `None` if a line was altered.
    fn latest(&self) -> io::Result<Option<BTreeMap<AccountId, LedgerHead>>> {
        let (mut heads, mut previous) = (BTreeMap::new(), Hash::default());
        let keys = signing::public_keys(&self.folder)?;
        for line in Lines::open(&self.folder)? {
            let line = line?;
            let anchor = Anchor::read(&line, &keys);
            let Some(anchor) = anchor.filter(|anchor| anchor.previous.0 == previous) else {
                return Ok(None);
            };
            heads.extend(anchor.heads());
            previous = line::hash(&line);
        }
        Ok(Some(heads))
    }
}

fn sync_folder(folder: &Path) -> io::Result<()> {
    File::open(folder)?.sync_all()
}

/// Every whole line, without its end.
pub(super) struct Lines(Option<BufReader<File>>);

impl Lines {
    /// The anchors of a folder. `None` if it has none.
    pub(super) fn open(folder: &Path) -> io::Result<Self> {
        match File::open(folder.join(ANCHORS)) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Self(None)),
            opened => Ok(Self(Some(BufReader::new(opened?)))),
        }
    }

    pub(super) fn path(folder: &Path) -> PathBuf {
        folder.join(ANCHORS)
    }
}

impl Iterator for Lines {
    type Item = io::Result<Vec<u8>>;

    fn next(&mut self) -> Option<Self::Item> {
        let reader = self.0.as_mut()?;
        let mut line = Vec::new();
        match reader.take(LINE_MAX).read_until(b'\n', &mut line) {
            Err(error) => Some(Err(error)),
            // A partial line is still being written, or never was completed.
            Ok(_) if line.pop_if(|last| *last == b'\n').is_none() => None,
            Ok(_) => Some(Ok(line)),
        }
    }
}
