//! Restoring a backup: verified, and never in the place of a game that is there.

use std::fmt::Display;
use std::fs::{self, OpenOptions};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};

use super::{BackupError, MODE, failed, name_of_part, postgres, sync_folder, verify_copy};
use crate::config::{Config, DatabaseKind};
use crate::store::sqlite::{Presence, SqliteStore};
use crate::verify::Verified;

/// What a log of another database is called, beside the file.
const LOGS: [&str; 2] = ["-wal", "-shm"];

/// Makes the database of the settings from a backup. The backup itself stays as it is, and the database
/// gets its name only when the copy was verified.
///
/// # Errors
/// A [`BackupError`]; then there is no database that was not there before. [`BackupError::InUse`] where
/// the settings name a database with a game in it.
pub async fn restore_backup(
    config: &Config,
    from: &Path,
    report: impl FnMut(&dyn Display),
) -> Result<Verified, BackupError> {
    if config.database_kind() == Some(DatabaseKind::Postgres) {
        return restore_dump(config, from, report).await;
    }
    let to = SqliteStore::file(&config.database()).map_err(BackupError::Copy)?;
    check_place(config, &to)?;
    if let Some(folder) = to.parent() {
        fs::create_dir_all(folder).map_err(failed(folder))?;
    }
    let part = name_of_part(&to)?;
    let copied = {
        let (from, part) = (from.to_owned(), part.clone());
        tokio::task::spawn_blocking(move || copy(&from, &part)).await
    };
    copied.unwrap_or_else(|_| Err(BackupError::Copy(sqlx::Error::WorkerCrashed.into())))?;
    let verified = verify_copy(&part, report).await?;
    fs::rename(&part, &to)
        .and_then(|()| sync_folder(&to))
        .map_err(failed(&to))?;
    Ok(verified)
}

/// Neither a game nor the log of one may be there.
fn check_place(config: &Config, to: &Path) -> Result<(), BackupError> {
    let presence = SqliteStore::presence(&config.database()).map_err(BackupError::Copy)?;
    if presence == Presence::Game {
        return Err(BackupError::InUse(config.database_name()));
    }
    for log in LOGS {
        let mut name = to.as_os_str().to_owned();
        name.push(log);
        let log = PathBuf::from(name);
        if log.exists() {
            return Err(BackupError::Exists(log));
        }
    }
    Ok(())
}

fn copy(from: &Path, part: &Path) -> Result<(), BackupError> {
    let mut reading = fs::File::open(from).map_err(failed(from))?;
    let created = OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(MODE)
        .open(part);
    let mut writing = created.map_err(failed(part))?;
    let copied = std::io::copy(&mut reading, &mut writing).and_then(|_| writing.sync_all());
    if copied.is_err() {
        fs::remove_file(part).ok();
    }
    copied.map_err(failed(part))
}

async fn restore_dump(
    config: &Config,
    from: &Path,
    mut report: impl FnMut(&dyn Display),
) -> Result<Verified, BackupError> {
    use crate::store::Store as _;
    use crate::store::postgres::PostgresStore;
    use crate::verify::verify;
    let url = config.database();
    let holds = PostgresStore::holds_game(&url).await;
    if holds.map_err(BackupError::Copy)? {
        return Err(BackupError::InUse(config.database_name()));
    }
    postgres::restore(&url, from).await?;
    let opened = PostgresStore::open(&url, &config.postgres).await;
    let store = opened.map_err(BackupError::Copy)?;
    let verified = verify(&store, |finding| report(finding)).await;
    store.close().await;
    verified.map_err(BackupError::Copy)
}
