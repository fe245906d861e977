//! Backups that the server makes by itself, under names that say when, and how many of them stay.

use std::fs;
use std::path::{Path, PathBuf};

use domain::Timestamp;

use super::{BackupError, back_up, copy_of, failed};
use crate::config::{Config, DatabaseKind};

/// What the names of scheduled backups begin with. Nothing else is ever deleted.
const SCHEDULED: &str = "scheduled-";
const BEFORE_UPGRADE: &str = "before-upgrade-";
/// Entries of the folder that are looked at.
const LOOKED_AT_MAX: usize = 10_000;

/// Where backups are.
#[must_use]
pub fn folder(config: &Config) -> PathBuf {
    let of_data = || config.data_dir.join("backups");
    config.backup.folder.clone().unwrap_or_else(of_data)
}

/// Makes a backup named by its time, and then deletes the oldest ones that are too many.
///
/// # Errors
/// A [`BackupError`]; then nothing is deleted.
pub async fn back_up_now(config: &Config, now: Timestamp) -> Result<PathBuf, BackupError> {
    let folder = folder(config);
    let file = name(config, &folder, SCHEDULED, now)?;
    back_up(config, &file, |finding| {
        tracing::error!(event = "backup_damaged", %finding, "a backup");
    })
    .await?;
    delete_old(&folder, config.backup.keep.max(1))?;
    Ok(file)
}

/// Copies the database before its schema is changed. The copy is checked by the database's own means: the
/// program that would verify it would change it, too.
///
/// # Errors
/// A [`BackupError`].
pub async fn back_up_before_upgrade(
    config: &Config,
    now: Timestamp,
) -> Result<PathBuf, BackupError> {
    let file = name(config, &folder(config), BEFORE_UPGRADE, now)?;
    copy_of(config, &file).await?;
    Ok(file)
}

fn name(
    config: &Config,
    folder: &Path,
    what: &str,
    now: Timestamp,
) -> Result<PathBuf, BackupError> {
    fs::create_dir_all(folder).map_err(failed(folder))?;
    // As file names allow it on every system: 2026-11-29T00-43-05Z.
    let at = now.to_string().replace(':', "-");
    let at = at.split('.').next().unwrap_or_default();
    let ending = match config.database_kind() {
        Some(DatabaseKind::Postgres) => "dump",
        Some(DatabaseKind::Sqlite) | None => "db",
    };
    Ok(folder.join(format!("{what}{at}Z.{ending}")))
}

/// Names sort by time.
fn delete_old(folder: &Path, keep: usize) -> Result<(), BackupError> {
    let entries = fs::read_dir(folder).map_err(failed(folder))?;
    let names = entries.take(LOOKED_AT_MAX).filter_map(|entry| {
        let name = entry.ok()?.file_name().into_string().ok()?;
        let is_whole = name.ends_with(".db") || name.ends_with(".dump");
        (name.starts_with(SCHEDULED) && is_whole).then_some(name)
    });
    let mut names: Vec<String> = names.collect();
    names.sort_unstable();
    let too_many = names.len().saturating_sub(keep);
    for name in names.iter().take(too_many) {
        let file = folder.join(name);
        fs::remove_file(&file).map_err(failed(&file))?;
        tracing::info!(event = "backup_deleted", file = %file.display(), "an old backup was deleted");
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_oldest_scheduled_backups_are_deleted() {
        let folder = tempfile::tempdir().unwrap();
        let all = [
            "before-upgrade-2020-01-01T00-00-00Z.db",
            "my own copy.db",
            "scheduled-2026-11-27T00-00-00Z.db",
            "scheduled-2026-11-28T00-00-00Z.db",
            "scheduled-2026-11-29T00-00-00Z.db",
            "scheduled-2026-11-30T00-00-00Z.db.part",
        ];
        for name in all {
            fs::write(folder.path().join(name), "").unwrap();
        }
        delete_old(folder.path(), 2).unwrap();
        let entries = fs::read_dir(folder.path()).unwrap();
        let mut left: Vec<String> = entries
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        left.sort_unstable();
        assert_eq!(left, [all[0], all[1], all[3], all[4], all[5]]);
    }
}
