//! Failures: which kind of [`StoreError`] an error of a database is.

use std::borrow::Cow;
use std::error::Error;

use sqlx::error::{DatabaseError, ErrorKind};
use sqlx::postgres::PgDatabaseError;

use super::{StoreError, StoreResult};

/// SQLite's primary result codes that say: not now. A full disk is one as well: nothing was written,
/// and there will be room again.
const BUSY: i32 = 5;
const LOCKED: i32 = 6;
const FULL: i32 = 13;
/// SQLite's primary result codes of a damaged file.
const CORRUPT: i32 = 11;
const NOT_A_DATABASE: i32 = 26;
/// PostgreSQL's code of a full disk.
const DISK_FULL: &str = "53100";
/// PostgreSQL's codes of damaged data and damaged indexes.
const DAMAGE: [&str; 2] = ["XX001", "XX002"];
/// PostgreSQL's codes that say so: a transaction that another one got in the way of, a lock or a
/// statement that took too long, a standby that does not write, a transaction that waited too long.
const NOT_NOW: [&str; 6] = ["40001", "40P01", "55P03", "57014", "25006", "25P03"];
/// Its classes of codes that say so: no connection, no resources (or no room on the disk), a server
/// that stops or starts. `57014` of the last is above, and its other members belong here as well.
const NOT_NOW_CLASSES: [&str; 3] = ["08", "53", "57"];

impl From<sqlx::Error> for StoreError {
    fn from(error: sqlx::Error) -> Self {
        match error {
            sqlx::Error::PoolTimedOut
            | sqlx::Error::PoolClosed
            | sqlx::Error::WorkerCrashed
            | sqlx::Error::Io(_)
            // Whoever stands in between (a proxy, a load balancer) hung up in the middle of a
            // greeting or a message.
            | sqlx::Error::Protocol(_)
            | sqlx::Error::Tls(_) => Self::Unavailable(error),
            sqlx::Error::Database(ref refused) if is_for_now(refused.as_ref()) => {
                Self::Unavailable(error)
            }
            sqlx::Error::ColumnDecode { ref index, .. } => {
                corrupt(format!("a value of column {index}"))
            }
            sqlx::Error::Decode(_) => corrupt("a value"),
            _ => Self::Database(error),
        }
    }
}

impl From<rusqlite::Error> for StoreError {
    fn from(error: rusqlite::Error) -> Self {
        sqlx::Error::Database(Box::new(FileFailure {
            message: error.to_string(),
            error,
        }))
        .into()
    }
}

/// What SQLite says to its other driver, told as the first one tells it.
#[derive(Debug, thiserror::Error)]
#[error("{message}")]
struct FileFailure {
    message: String,
    error: rusqlite::Error,
}

impl DatabaseError for FileFailure {
    fn message(&self) -> &str {
        &self.message
    }

    fn code(&self) -> Option<Cow<'_, str>> {
        let failure = self.error.sqlite_error()?;
        Some(failure.extended_code.to_string().into())
    }

    fn as_error(&self) -> &(dyn Error + Send + Sync + 'static) {
        self
    }

    fn as_error_mut(&mut self) -> &mut (dyn Error + Send + Sync + 'static) {
        self
    }

    fn into_error(self: Box<Self>) -> Box<dyn Error + Send + Sync + 'static> {
        self
    }

    fn kind(&self) -> ErrorKind {
        ErrorKind::Other
    }
}

/// Whether a database says that its disk is full.
pub(super) fn is_full(error: &dyn DatabaseError) -> bool {
    let code = error.code();
    let code = code.as_deref().unwrap_or_default();
    match error.try_downcast_ref::<PgDatabaseError>() {
        Some(_) => code == DISK_FULL,
        None => code.parse::<i32>().is_ok_and(|code| code & 0xff == FULL),
    }
}

/// A full disk, told to someone else whom it concerns.
pub(super) fn full_disk() -> StoreError {
    rusqlite::Error::SqliteFailure(rusqlite::ffi::Error::new(FULL), None).into()
}

/// Whether a database says that it is damaged itself.
pub(super) fn is_damage(error: &dyn DatabaseError) -> bool {
    let code = error.code();
    let code = code.as_deref().unwrap_or_default();
    match error.try_downcast_ref::<PgDatabaseError>() {
        Some(_) => DAMAGE.contains(&code),
        None => code
            .parse::<i32>()
            .is_ok_and(|code| matches!(code & 0xff, CORRUPT | NOT_A_DATABASE)),
    }
}

fn is_for_now(refused: &dyn DatabaseError) -> bool {
    match refused.try_downcast_ref::<PgDatabaseError>() {
        Some(refused) => is_not_now(refused.code()),
        None => is_busy(refused.code().as_deref()),
    }
}

fn is_not_now(code: &str) -> bool {
    NOT_NOW.contains(&code) || NOT_NOW_CLASSES.iter().any(|class| code.starts_with(class))
}

/// The extended code carries the primary one in its lowest byte.
fn is_busy(extended_code: Option<&str>) -> bool {
    let code = extended_code.and_then(|code| code.parse::<i32>().ok());
    code.is_some_and(|code| matches!(code & 0xff, BUSY | LOCKED | FULL))
}

/// What the database holds cannot be read as what it should be.
pub(super) fn corrupt(what: impl Into<String>) -> StoreError {
    StoreError::Corrupt { what: what.into() }
}

/// What was to be written contradicts itself, so nothing of it is.
pub(super) fn refused<T>(why: &'static str) -> StoreResult<T> {
    Err(StoreError::Database(sqlx::Error::Encode(why.into())))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_busy_database_is_one_to_try_again() {
        // Busy, busy with a stale snapshot, locked, a full disk.
        for code in ["5", "517", "6", "262", "13"] {
            assert!(is_busy(Some(code)), "{code}");
        }
        // An error, a damaged file, a unique name that is taken.
        for code in [Some("1"), Some("11"), Some("2067"), Some("x"), None] {
            assert!(!is_busy(code), "{code:?}");
        }
        // A deadlock, a lock that was waited for too long, a server that starts, no connection left.
        for code in ["40P01", "55P03", "57P03", "53300", "08006"] {
            assert!(is_not_now(code), "{code}");
        }
        // A check that fails, a name that is taken, a statement that is wrong.
        for code in ["23514", "23505", "42601", "TQ001", ""] {
            assert!(!is_not_now(code), "{code}");
        }
        let full = rusqlite::ffi::Error::new(rusqlite::ffi::SQLITE_FULL);
        let full = rusqlite::Error::SqliteFailure(full, None);
        let full = StoreError::from(full);
        assert!(matches!(full, StoreError::Unavailable(_)));
        assert!(full.is_full_disk() && full.again().is_full_disk());
        assert!(!StoreError::from(sqlx::Error::PoolTimedOut).is_full_disk());
        assert!(matches!(
            StoreError::from(rusqlite::Error::QueryReturnedNoRows),
            StoreError::Database(_)
        ));
        assert!(matches!(
            StoreError::from(sqlx::Error::PoolTimedOut),
            StoreError::Unavailable(_)
        ));
        assert!(matches!(
            StoreError::from(sqlx::Error::Protocol("half a message".into())),
            StoreError::Unavailable(_)
        ));
        assert!(matches!(
            StoreError::from(sqlx::Error::RowNotFound),
            StoreError::Database(_)
        ));
    }
}
