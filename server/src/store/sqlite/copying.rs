//! Consistent copies of a database file while the server writes to it.

use std::path::Path;

use rusqlite::config::DbConfig;
use rusqlite::{Connection, OpenFlags};

use super::connection;
use crate::store::StoreResult;

/// Maximum problems reported for a damaged file.
const PROBLEMS_MAX: i64 = 10;

/// Copies the database into an empty file, as of one moment and including what is still in its log.
/// Players keep trading meanwhile. Does not sync the copy to disk.
pub(super) fn copy(url_or_path: &str, to: &Path) -> StoreResult<()> {
    let options = connection::locate(url_or_path)?;
    let connection = open(options.get_filename())?;
    let to = to.to_string_lossy();
    connection.execute("vacuum into ?1", (&to,))?;
    Ok(())
}

/// The damage that SQLite finds in a file; empty if it is intact.
pub(super) fn problems(file: &Path) -> StoreResult<Vec<String>> {
    let connection = open(file)?;
    let mut check = connection.prepare(&format!("pragma quick_check({PROBLEMS_MAX})"))?;
    let told = check.query_map((), |row| row.get::<_, String>(0))?;
    let mut problems = told.collect::<rusqlite::Result<Vec<_>>>()?;
    problems.retain(|problem| problem != "ok");
    Ok(problems)
}

/// Versions of the migrations applied to a game's database.
pub(super) fn applied(file: &Path) -> StoreResult<Vec<i64>> {
    let connection = open(file)?;
    let mut select = connection.prepare("select version from _sqlx_migrations")?;
    let versions = select.query_map((), |row| row.get(0))?;
    Ok(versions.collect::<rusqlite::Result<_>>()?)
}

/// Opens an existing file. On close, an already existing log is left as it is, and a new one is removed.
pub(super) fn open(file: &Path) -> StoreResult<Connection> {
    let mut log = file.as_os_str().to_owned();
    log.push("-wal");
    let has_log = std::fs::metadata(log).is_ok_and(|log| log.len() > 0);
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(file, flags)?;
    connection.busy_timeout(connection::WAIT_MAX)?;
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, has_log)?;
    Ok(connection)
}
