//! Failures: which kind of [`StoreError`] an error of the database is.

use crate::store::StoreError;

/// SQLite's primary result codes that say: not now.
const BUSY: i32 = 5;
const LOCKED: i32 = 6;

impl From<sqlx::Error> for StoreError {
    fn from(error: sqlx::Error) -> Self {
        match error {
            sqlx::Error::PoolTimedOut | sqlx::Error::PoolClosed | sqlx::Error::WorkerCrashed => {
                Self::Unavailable(error)
            }
            sqlx::Error::Database(ref refused) if is_busy(refused.code().as_deref()) => {
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

/// The extended code carries the primary one in its lowest byte.
fn is_busy(extended_code: Option<&str>) -> bool {
    let code = extended_code.and_then(|code| code.parse::<i32>().ok());
    code.is_some_and(|code| matches!(code & 0xff, BUSY | LOCKED))
}

/// What the database holds cannot be read as what it should be.
pub(super) fn corrupt(what: impl Into<String>) -> StoreError {
    StoreError::Corrupt { what: what.into() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_busy_database_is_one_to_try_again() {
        // Busy, busy with a stale snapshot, locked.
        for code in ["5", "517", "6", "262"] {
            assert!(is_busy(Some(code)), "{code}");
        }
        // An error, a full disk, a unique name that is taken.
        for code in [Some("1"), Some("13"), Some("2067"), Some("x"), None] {
            assert!(!is_busy(code), "{code:?}");
        }
        assert!(matches!(
            StoreError::from(sqlx::Error::PoolTimedOut),
            StoreError::Unavailable(_)
        ));
        assert!(matches!(
            StoreError::from(sqlx::Error::RowNotFound),
            StoreError::Database(_)
        ));
    }
}
