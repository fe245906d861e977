//! The databases that a run can be asked for.

use clap::ValueEnum;
use serde::{Deserialize, Serialize};

/// Which kind of database.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum DatabaseKind {
    /// One file, in the server's process.
    Sqlite,
    /// A private PostgreSQL, started and stopped by the run.
    Postgres,
}

impl DatabaseKind {
    /// As it is asked for.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Sqlite => "sqlite",
            Self::Postgres => "postgres",
        }
    }
}
