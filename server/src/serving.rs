//! One server for a folder: two on one SQLite file would not hear of each other, and both would write the
//! anchors beside it.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{self, Read as _, Seek as _, Write as _};
use std::path::PathBuf;

use crate::app::random_id;
use crate::config::{Config, DatabaseKind};

/// Its lock is held as long as a server runs, and gone when its process is.
const FILE: &str = "serving.lock";
/// Bytes of the number in it.
const NUMBER_MAX: u64 = 64;
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

/// A folder on which one server runs, until this is dropped.
#[derive(Debug)]
pub struct Place {
    /// The server's number: that of earlier runs on the folder, and of no other running server. `None` if it
    /// could not be kept.
    pub server: Option<i64>,
    _lock: File,
}

/// Claims the folder of the settings. Servers on PostgreSQL may share one; then it is the first one's.
///
/// # Errors
/// When another server runs on it, and the game is in it.
pub fn claim(config: &Config) -> Result<Option<Place>, Served> {
    let is_shared = config.database_kind() == Some(DatabaseKind::Postgres);
    let folder = config.data_dir.clone();
    let locked = fs::create_dir_all(&folder)
        .and_then(|()| open(&folder.join(FILE)))
        .map_err(TryLockError::Error)
        .and_then(|file| file.try_lock().map(|()| file));
    match locked {
        Ok(file) => Ok(Some(Place {
            server: number_in(&file).ok(),
            _lock: file,
        })),
        Err(_) if is_shared => Ok(None),
        Err(TryLockError::WouldBlock) => Err(Served { folder }),
        // A file system without locks has no other server found out.
        Err(TryLockError::Error(error)) => {
            tracing::warn!(%error, "whether another server runs on this folder is not known");
            Ok(None)
        }
    }
}

fn open(path: &std::path::Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.create(true).truncate(false).read(true).write(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, MODE);
    options.open(path)
}

/// The number in a file, or a new one that is written into it.
fn number_in(mut file: &File) -> io::Result<i64> {
    let mut text = String::new();
    file.take(NUMBER_MAX).read_to_string(&mut text)?;
    if let Ok(number) = text.trim().parse() {
        return Ok(number);
    }
    let number = random_id();
    file.set_len(0)?;
    file.rewind()?;
    file.write_all(number.to_string().as_bytes())?;
    file.sync_all()?;
    Ok(number)
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
        let first = claim(&config).unwrap().unwrap();
        let number = first.server;
        assert!(number.is_some());
        let told = claim(&config).unwrap_err().to_string();
        assert!(told.contains("already"), "{told}");
        let shared = Config {
            database_url: Some("postgres:///game".into()),
            ..config.clone()
        };
        assert!(claim(&shared).unwrap().is_none());
        drop(first);
        let again = claim(&config).unwrap().unwrap();
        assert_eq!(again.server, number, "it is the same server");
    }
}
