//! Failures: maps a database error to the right kind of [`StoreError`].

use std::borrow::Cow;
use std::error::Error;

use sqlx::error::{DatabaseError, ErrorKind};
use sqlx::postgres::PgDatabaseError;

use super::{StoreError, StoreResult};

/// SQLite's primary result codes for transient failures. A full disk is one of them: nothing was
/// written, and there will be room again.
const BUSY: i32 = 5;
const LOCKED: i32 = 6;
const FULL: i32 = 13;
/// SQLite's primary result codes for a damaged file.
const CORRUPT: i32 = 11;
const NOT_A_DATABASE: i32 = 26;
/// PostgreSQL's code for a full disk.
const DISK_FULL: &str = "53100";
/// PostgreSQL's codes for damaged data and damaged indexes.
const DAMAGE: [&str; 2] = ["XX001", "XX002"];
/// PostgreSQL's codes for transient failures: a transaction that conflicted with another, a lock or a
/// statement that timed out, a read-only standby, a transaction that was idle too long.
const NOT_NOW: [&str; 6] = ["40001", "40P01", "55P03", "57014", "25006", "25P03"];
/// PostgreSQL's classes of transient codes: no connection, no resources (or no disk space), a server
/// that is stopping or starting. `57014` of the last is above; its other members belong here as well.
const NOT_NOW_CLASSES: [&str; 3] = ["08", "53", "57"];

impl From<sqlx::Error> for StoreError {
    fn from(error: sqlx::Error) -> Self {
        match error {
            sqlx::Error::PoolTimedOut
            | sqlx::Error::PoolClosed
            | sqlx::Error::WorkerCrashed
            | sqlx::Error::Io(_)
            // A proxy or load balancer in between closed the connection in the middle of the
            // handshake or a message.
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

/// Maps an error of the second SQLite driver to what the first would report.
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

/// Whether a database reports that its disk is full.
pub(super) fn is_full(error: &dyn DatabaseError) -> bool {
    let code = error.code();
    let code = code.as_deref().unwrap_or_default();
    match error.try_downcast_ref::<PgDatabaseError>() {
        Some(_) => code == DISK_FULL,
        None => code.parse::<i32>().is_ok_and(|code| code & 0xff == FULL),
    }
}

/// A full-disk error for another caller it affects.
pub(super) fn full_disk() -> StoreError {
    rusqlite::Error::SqliteFailure(rusqlite::ffi::Error::new(FULL), None).into()
}

/// Whether a database reports that it is itself damaged.
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

/// The extended code holds the primary one in its lowest byte.
fn is_busy(extended_code: Option<&str>) -> bool {
    let code = extended_code.and_then(|code| code.parse::<i32>().ok());
    code.is_some_and(|code| matches!(code & 0xff, BUSY | LOCKED | FULL))
}

/// An error for something in the database that cannot be parsed as what it should be.
pub(super) fn corrupt(what: impl Into<String>) -> StoreError {
    StoreError::Corrupt { what: what.into() }
}

/// An error for a write that contradicts itself; nothing is written.
pub(super) fn refused<T>(why: &'static str) -> StoreResult<T> {
    Err(StoreError::Database(sqlx::Error::Encode(why.into())))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_busy_database_is_one_to_try_again() {
        // Busy, busy because of a stale snapshot, locked, disk full.
        for code in ["5", "517", "6", "262", "13"] {
            assert!(is_busy(Some(code)), "{code}");
        }
        // A generic error, a damaged file, a violated unique constraint.
        for code in [Some("1"), Some("11"), Some("2067"), Some("x"), None] {
            assert!(!is_busy(code), "{code:?}");
        }
        // A deadlock, a lock timeout, a server that is starting, no connection left.
        for code in ["40P01", "55P03", "57P03", "53300", "08006"] {
            assert!(is_not_now(code), "{code}");
        }
        // A violated check, a violated unique constraint, a syntax error.
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
