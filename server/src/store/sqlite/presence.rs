//! What exists at a database file's path before it is opened: a game, nothing, or files left over from
//! a game.

use std::fs;
use std::path::{Path, PathBuf};

use super::{connection, copying};
use crate::store::{StoreError, StoreResult};

/// Maximum folder entries examined.
const LOOKED_AT_MAX: usize = 10_000;
/// Files and folders that only a server with a game creates.
const OF_A_GAME: [&str; 4] = ["anchors.jsonl", "anchor.key", "archive", "backups"];
/// Prefix of the names of archived months.
const ARCHIVED_MONTH: &str = "ledger-";

/// What exists at a database's path.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Presence {
    /// A database with a schema.
    Game,
    /// Nothing: a new game can begin.
    Nothing,
    /// No database, but files left over from a game, by name.
    Remains(Vec<PathBuf>),
}

/// Examines a database's path without changing any files.
pub(super) fn look(url_or_path: &str) -> StoreResult<Presence> {
    let options = connection::locate(url_or_path)?;
    let file = options.get_filename();
    let bytes = match fs::metadata(file) {
        Ok(metadata) => Some(metadata.len()),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => None,
        Err(error) => return Err(StoreError::Database(sqlx::Error::Io(error))),
    };
    if bytes.is_some_and(|bytes| bytes > 0) && has_schema(file)? {
        return Ok(Presence::Game);
    }
    let mut remains = remains_beside(file);
    if bytes.is_some() {
        remains.insert(0, file.to_owned());
    }
    Ok(if remains.is_empty() {
        Presence::Nothing
    } else {
        Presence::Remains(remains)
    })
}

/// Whether the database has any table, including what is in its log.
fn has_schema(file: &Path) -> StoreResult<bool> {
    let connection = copying::open(file)?;
    let tables: i64 =
        connection.query_row("select count(*) from sqlite_schema", (), |row| row.get(0))?;
    Ok(tables > 0)
}

/// What a game with this database file has left in its folder.
fn remains_beside(file: &Path) -> Vec<PathBuf> {
    let folder = file
        .parent()
        .filter(|folder| !folder.as_os_str().is_empty());
    let stem = file.file_stem().and_then(|stem| stem.to_str());
    remains_in(folder.unwrap_or(Path::new(".")), |name| {
        let is_file = Path::new(name).file_name() == file.file_name();
        // A copy or part of it: `tickerquest.db-wal`, `tickerquest.db.bak`, `tickerquest-monday.db`.
        !is_file && stem.is_some_and(|stem| name.starts_with(stem)) && name.contains(".db")
    })
}

/// What a game has left in a folder: what only games create, and what `is_other` recognizes.
pub(crate) fn remains_in(folder: &Path, is_other: impl Fn(&str) -> bool) -> Vec<PathBuf> {
    let Ok(entries) = fs::read_dir(folder) else {
        return Vec::new();
    };
    let mut remains: Vec<_> = entries
        .take(LOOKED_AT_MAX)
        .filter_map(Result::ok)
        .filter(|entry| {
            let name = entry.file_name();
            let name = name.to_string_lossy();
            let of_a_game = OF_A_GAME.contains(&&*name) || name.starts_with(ARCHIVED_MONTH);
            (of_a_game || is_other(&name)) && !is_empty_folder(&entry.path())
        })
        .map(|entry| entry.path())
        .collect();
    remains.sort();
    remains
}

fn is_empty_folder(path: &Path) -> bool {
    path.is_dir() && fs::read_dir(path).is_ok_and(|mut entries| entries.next().is_none())
}

#[cfg(test)]
mod tests {
    use rusqlite::Connection;

    use super::*;

    fn look_at(file: &Path) -> Presence {
        look(file.to_str().unwrap()).unwrap()
    }

    #[test]
    fn a_game_begins_only_where_none_was() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("game.db");
        fs::write(folder.path().join("notes.txt"), "of somebody else").unwrap();
        fs::create_dir(folder.path().join("archive")).unwrap();
        assert_eq!(look_at(&file), Presence::Nothing);
        assert_eq!(
            look_at(&folder.path().join("no/folder/game.db")),
            Presence::Nothing
        );
        for left in [
            "game.db",
            "game.db-wal",
            "game.db-shm",
            "game.db.bak",
            "game-2026-11-28.db",
            "anchors.jsonl",
            "archive/ledger-2026-08.jsonl.gz",
            "ledger-2026-08.jsonl.gz",
        ] {
            let path = folder.path().join(left);
            fs::write(&path, "").unwrap();
            let first = folder.path().join(left.split('/').next().unwrap());
            assert_eq!(look_at(&file), Presence::Remains(vec![first]), "{left}");
            fs::remove_file(&path).unwrap();
        }
    }

    #[test]
    fn a_database_without_its_log_is_no_game() {
        let folder = tempfile::tempdir().unwrap();
        let count = |folder: &Path| fs::read_dir(folder).unwrap().count();
        let (file, copy) = (
            folder.path().join("game.db"),
            folder.path().join("copy/game.db"),
        );
        let connection = Connection::open(&file).unwrap();
        connection
            .pragma_update(None, "journal_mode", "wal")
            .unwrap();
        connection
            .execute_batch("create table players (player_id integer)")
            .unwrap();
        assert_eq!(look_at(&file), Presence::Game);
        assert!(
            folder.path().join("game.db-wal").exists(),
            "the log is left as it is"
        );
        fs::create_dir(copy.parent().unwrap()).unwrap();
        fs::copy(&file, &copy).unwrap();
        assert!(fs::metadata(&copy).unwrap().len() > 0);
        assert_eq!(look_at(&copy), Presence::Remains(vec![copy.clone()]));
        assert_eq!(count(copy.parent().unwrap()), 1, "no log is left behind");
    }
}
