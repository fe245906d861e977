//! One server for a folder: two on one SQLite file would not hear of each other, and both would write the
//! anchors beside it.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::path::PathBuf;

use crate::config::{Config, DatabaseKind};

/// Its lock is held as long as a server runs, and gone when its process is.
const FILE: &str = "serving.lock";
/// Only the owner's.
const MODE: u32 = 0o600;

/// Another server runs on the folder.
#[derive(Debug, thiserror::Error)]
#[error(
    "a server is running on the folder {} already. A game in one file has one server; stop that one, or \
     start as many as you like on PostgreSQL",
    folder.display()
)]
pub struct Served {
    folder: PathBuf,
}

/// Claims the folder of the settings; nothing is to be claimed with PostgreSQL.
///
/// # Errors
/// When another server runs on it.
pub fn claim(config: &Config) -> Result<Option<File>, Served> {
    if config.database_kind() == Some(DatabaseKind::Postgres) {
        return Ok(None);
    }
    let folder = config.data_dir.clone();
    let locked = fs::create_dir_all(&folder)
        .and_then(|()| open(&folder.join(FILE)))
        .map_err(TryLockError::Error)
        .and_then(|file| file.try_lock().map(|()| file));
    match locked {
        Ok(file) => Ok(Some(file)),
        Err(TryLockError::WouldBlock) => Err(Served { folder }),
        // A file system without locks has no other server found out.
        Err(TryLockError::Error(error)) => {
            tracing::warn!(%error, "whether another server runs on this folder is not known");
            Ok(None)
        }
    }
}

fn open(path: &std::path::Path) -> std::io::Result<File> {
    let mut options = OpenOptions::new();
    options.create(true).truncate(false).write(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, MODE);
    options.open(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_has_one_server_at_a_time() {
        let folder = tempfile::tempdir().unwrap();
        let config = Config {
            data_dir: folder.path().join("data"),
            ..Config::default()
        };
        let first = claim(&config).unwrap();
        assert!(first.is_some());
        let told = claim(&config).unwrap_err().to_string();
        assert!(told.contains("already"), "{told}");
        drop(first);
        claim(&config).unwrap();
    }
}
