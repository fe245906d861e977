//! Backups: a copy of the database while players trade, verified before it gets its name.

use std::fmt::Display;
use std::fs::{self, File, OpenOptions};
use std::io;
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};

use crate::config::{Config, DatabaseKind};
use crate::store::postgres::PostgresStore;
use crate::store::sqlite::{Presence, SqliteStore};
use crate::store::{Store as _, StoreError, StoreResult};
use crate::verify::{Verified, verify, verify_database};

/// Only its owner reads a backup: it holds addresses and password hashes.
const MODE: u32 = 0o600;

mod postgres;
mod restore;
mod scheduled;

pub use restore::restore_backup;
pub use scheduled::{back_up_before_upgrade, back_up_now};

/// Why there is no backup.
#[derive(Debug, thiserror::Error)]
pub enum BackupError {
    /// The database is copied by programs that are not there.
    #[error(
        "this database is PostgreSQL, whose own programs copy it, and pg_dump or pg_restore is not \
         installed here (on Debian: postgresql-client). Back it up where it is with\n  \
         pg_dump --format=custom --file={} \"$DATABASE_URL\"\n\
         or all databases of its server with pg_basebackup; docs/backup.md says how to restore",
        .0.display()
    )]
    Postgres(PathBuf),
    /// A program of PostgreSQL's failed.
    #[error("{name} failed: {said}")]
    Program {
        /// The program.
        name: &'static str,
        /// What it said.
        said: String,
    },
    /// There is a game where the backup is to go.
    #[error(
        "the database {0} holds a game, and a restore never overwrites one. Stop its server and move \
         the database away first (docs/backup.md)"
    )]
    InUse(String),
    /// There is no game to copy.
    #[error("the database {0} is missing or empty: there is nothing to back up")]
    NoGame(String),
    /// A file of that name is there.
    #[error("{} exists; a backup never overwrites a file", .0.display())]
    Exists(PathBuf),
    /// The disk fails.
    #[error("{}: {source}", file.display())]
    File {
        /// The file.
        file: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// The database cannot be read, or the copy cannot be written.
    #[error("the database could not be copied: {0}")]
    Copy(#[source] StoreError),
    /// The copy is not sound, as the database may not be. It is kept for a look.
    #[error("the copy is damaged, so it stays at {}: {what}. Keep your earlier backups", file.display())]
    Damaged {
        /// Where it is.
        file: PathBuf,
        /// What is wrong with it.
        what: String,
    },
}

/// Copies the database of the settings into a new file, syncs it to the disk and verifies it. The file
/// gets its name only when all of that has succeeded.
///
/// # Errors
/// A [`BackupError`]; then there is no file of that name.
pub async fn back_up(
    config: &Config,
    to: &Path,
    report: impl FnMut(&dyn Display),
) -> Result<Verified, BackupError> {
    if config.database_kind() == Some(DatabaseKind::Postgres) {
        return back_up_postgres(config, to, report).await;
    }
    let part = copy_sqlite(config, to).await?;
    let verified = verify_copy(&part, report).await?;
    name_it(&part, to)?;
    Ok(verified)
}

/// As [`back_up`], but nobody looks into the copy's accounts: it stays what the database is.
async fn copy_of(config: &Config, to: &Path) -> Result<(), BackupError> {
    if config.database_kind() == Some(DatabaseKind::Postgres) {
        let part = name_of_part(to)?;
        postgres::dump(&config.database(), &part, to).await?;
        return name_it(&part, to);
    }
    let part = copy_sqlite(config, to).await?;
    check_file(&part)?;
    name_it(&part, to)
}

/// Dumps the database. What `pg_dump` has read is as sound as the database, which is verified.
async fn back_up_postgres(
    config: &Config,
    to: &Path,
    mut report: impl FnMut(&dyn Display),
) -> Result<Verified, BackupError> {
    if to.exists() {
        return Err(BackupError::Exists(to.to_owned()));
    }
    let part = name_of_part(to)?;
    postgres::dump(&config.database(), &part, to).await?;
    let opened = PostgresStore::open(&config.database(), &config.postgres).await;
    let store = opened.map_err(BackupError::Copy)?;
    let verified = verify(&store, |finding| report(finding)).await;
    store.close().await;
    let verified = verified.map_err(BackupError::Copy)?;
    if !verified.is_sound() {
        return Err(BackupError::Damaged {
            file: part,
            what: format!("{} findings", verified.findings),
        });
    }
    name_it(&part, to)?;
    Ok(verified)
}

/// Copies a SQLite database into a part, and syncs it.
async fn copy_sqlite(config: &Config, to: &Path) -> Result<PathBuf, BackupError> {
    let from = config.database();
    if SqliteStore::presence(&from).map_err(BackupError::Copy)? != Presence::Game {
        return Err(BackupError::NoGame(config.database_name()));
    }
    let part = name_of_part(to)?;
    let copied = {
        let (part, to) = (part.clone(), to.to_owned());
        tokio::task::spawn_blocking(move || copy(&from, &part, &to)).await
    };
    copied.unwrap_or_else(|_| Err(BackupError::Copy(sqlx::Error::WorkerCrashed.into())))?;
    Ok(part)
}

/// Gives a part its name, durably.
fn name_it(part: &Path, to: &Path) -> Result<(), BackupError> {
    fs::rename(part, to)
        .and_then(|()| sync_folder(to))
        .map_err(failed(to))
}

/// The name of the copy while it is made.
fn name_of_part(to: &Path) -> Result<PathBuf, BackupError> {
    let Some(name) = to.file_name() else {
        let source = io::Error::from(io::ErrorKind::InvalidInput);
        return Err(failed(to)(source));
    };
    let mut name = name.to_owned();
    name.push(".part");
    Ok(to.with_file_name(name))
}

fn copy(from: &str, part: &Path, to: &Path) -> Result<(), BackupError> {
    if to.exists() {
        return Err(BackupError::Exists(to.to_owned()));
    }
    let created = OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(MODE)
        .open(part);
    let file = created.map_err(|source| match source.kind() {
        io::ErrorKind::AlreadyExists => BackupError::Exists(part.to_owned()),
        _ => failed(part)(source),
    })?;
    let copied = SqliteStore::copy(from, part)
        .map_err(BackupError::Copy)
        .and_then(|()| file.sync_all().map_err(failed(part)));
    if copied.is_err() {
        // What is not whole is of no use; the next one begins anew.
        fs::remove_file(part).ok();
    }
    copied
}

/// Checks the file, then every account in it.
async fn verify_copy(
    part: &Path,
    report: impl FnMut(&dyn Display),
) -> Result<Verified, BackupError> {
    let damaged = |what: String| BackupError::Damaged {
        file: part.to_owned(),
        what,
    };
    check_file(part)?;
    let path = part.to_string_lossy();
    let store = SqliteStore::open(&path)
        .await
        .map_err(|error| damaged(error.to_string()))?;
    let verified = verify_whole(&store, report).await;
    store.close().await;
    let verified = verified.map_err(|error| damaged(error.to_string()))?;
    if !verified.is_sound() {
        return Err(damaged(format!("{} findings", verified.findings)));
    }
    File::open(part)
        .and_then(|file| file.sync_all())
        .map_err(failed(part))?;
    Ok(verified)
}

/// Lets SQLite check a file.
fn check_file(part: &Path) -> Result<(), BackupError> {
    let damaged = |what: String| BackupError::Damaged {
        file: part.to_owned(),
        what,
    };
    let problems = SqliteStore::problems(part).map_err(|error| damaged(error.to_string()))?;
    match problems.first() {
        Some(problem) => Err(damaged(problem.clone())),
        None => Ok(()),
    }
}

async fn verify_whole(
    store: &SqliteStore,
    mut report: impl FnMut(&dyn Display),
) -> StoreResult<Verified> {
    let of_database = verify_database(store, |damage| report(damage)).await?;
    let mut verified = verify(store, |finding| report(finding)).await?;
    verified.findings += of_database;
    Ok(verified)
}

/// Makes the name of a file durable.
fn sync_folder(file: &Path) -> io::Result<()> {
    let folder = file
        .parent()
        .filter(|folder| !folder.as_os_str().is_empty());
    File::open(folder.unwrap_or(Path::new(".")))?.sync_all()
}

fn failed(file: &Path) -> impl FnOnce(io::Error) -> BackupError {
    let file = file.to_owned();
    move |source| BackupError::File { file, source }
}
