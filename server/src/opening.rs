//! Opening the database of the settings, without ever beginning a new game unnoticed.

use std::path::PathBuf;
use std::sync::Arc;

use crate::backup::{BackupError, back_up_before_upgrade};
use crate::clock::{Clock as _, SystemClock};
use crate::config::{Config, DatabaseKind};
use crate::store::postgres::PostgresStore;
use crate::store::sqlite::{Presence, SqliteStore, remains_in};
use crate::store::{Store, StoreError};

/// Why a database was not opened.
#[derive(Debug, thiserror::Error)]
pub enum OpeningError {
    /// There is no game in the database, and files of an earlier one are there.
    #[error(
        "the database {database} holds no game, but files of a game are here: {}. To go on with \
         that game, restore its database from a backup (docs/backup.md). To begin a new game, move the \
         old files away, or start once with --new-game (TICKERQUEST_NEW_GAME=true)",
        names(remains)
    )]
    Lost {
        /// The database.
        database: String,
        /// What the earlier game has left.
        remains: Vec<PathBuf>,
    },
    /// There is no game in the database.
    #[error("the database {database} is missing or empty: there is no game in it")]
    NoGame {
        /// The database.
        database: String,
    },
    /// A later version of the program has changed the database.
    #[error(
        "the database {database} is of a later version of Tickerquest (its schema has the migration \
         {version}, which this program does not know). Nothing was changed. Install that version again, \
         or restore the backup that was made before the upgrade (docs/backup.md)"
    )]
    Later {
        /// The database.
        database: String,
        /// The latest migration that it has had.
        version: i64,
    },
    /// There is no backup of what is about to be changed.
    #[error(
        "the database {database} has to be brought up to date, and it could not be backed up before: \
         {source}. Nothing was changed. To go on with a backup of your own, set \
         backup.before_upgrade = false (TICKERQUEST_BACKUP__BEFORE_UPGRADE=false) for this start"
    )]
    NoBackup {
        /// The database.
        database: String,
        /// Why.
        source: BackupError,
    },
    /// The database cannot be worked with.
    #[error("the database {database} cannot be opened: {cause}{}", advice(cause))]
    Store {
        /// The database.
        database: String,
        /// Why.
        cause: StoreError,
    },
}

/// What to do about a cause that does not say so itself.
fn advice(cause: &StoreError) -> &'static str {
    if cause.to_string().contains("UnsupportedCertVersion") {
        ". Its certificate is of an old form (X.509 version 1) that is not accepted. Give the database a \
         certificate of version 3. Only where nobody can listen on the way to it, you may add \
         ?sslmode=disable to its address instead"
    } else {
        ""
    }
}

fn names(paths: &[PathBuf]) -> String {
    let told: Vec<_> = paths
        .iter()
        .take(3)
        .map(|path| path.display().to_string())
        .collect();
    told.join(", ")
}

/// Opens the database of the settings and brings its schema up to date. Where there is none, a new
/// game begins, which the log says.
///
/// # Errors
/// When it cannot be opened, or holds no game although one was played here.
pub async fn open_store(config: &Config) -> Result<Arc<dyn Store>, OpeningError> {
    let database = config.database_name();
    let presence = presence(config).await.map_err(failed(&database))?;
    match presence {
        Presence::Game => return open_game(config).await,
        Presence::Nothing => {}
        Presence::Remains(_) if config.new_game => {}
        Presence::Remains(remains) => return Err(OpeningError::Lost { database, remains }),
    }
    let store = open(config).await?;
    tracing::warn!(
        event = "database_created",
        %database,
        "a new game begins: the database was created"
    );
    Ok(store)
}

/// Opens the database of the settings, which must hold a game, and brings its schema up to date.
///
/// # Errors
/// When it cannot be opened or holds no game.
pub async fn open_existing_store(config: &Config) -> Result<Arc<dyn Store>, OpeningError> {
    let database = config.database_name();
    match presence(config).await.map_err(failed(&database))? {
        Presence::Game => open_game(config).await,
        Presence::Nothing | Presence::Remains(_) => Err(OpeningError::NoGame { database }),
    }
}

async fn presence(config: &Config) -> Result<Presence, StoreError> {
    let url = config.database();
    if config.database_kind() != Some(DatabaseKind::Postgres) {
        return SqliteStore::presence(&url);
    }
    if PostgresStore::holds_game(&url).await? {
        return Ok(Presence::Game);
    }
    let remains = remains_in(&config.data_dir, |_| false);
    Ok(if remains.is_empty() {
        Presence::Nothing
    } else {
        Presence::Remains(remains)
    })
}

/// Opens a database with a game in it; backs it up first where its schema is about to be changed.
async fn open_game(config: &Config) -> Result<Arc<dyn Store>, OpeningError> {
    let database = config.database_name();
    let url = config.database();
    let state = match config.database_kind() {
        Some(DatabaseKind::Postgres) => PostgresStore::schema_state(&url).await,
        Some(DatabaseKind::Sqlite) | None => SqliteStore::schema_state(&url),
    };
    let state = state.map_err(failed(&database))?;
    if let Some(version) = state.unknown.iter().copied().max() {
        return Err(OpeningError::Later { database, version });
    }
    if !state.pending.is_empty() && config.backup.before_upgrade {
        let now = SystemClock::start().now();
        match back_up_before_upgrade(config, now).await {
            Ok(file) => tracing::warn!(
                event = "backed_up_before_upgrade",
                file = %file.display(),
                "the database was backed up and is now brought up to date"
            ),
            Err(source) => return Err(OpeningError::NoBackup { database, source }),
        }
    }
    open(config).await
}

async fn open(config: &Config) -> Result<Arc<dyn Store>, OpeningError> {
    let url = config.database();
    let opened: Result<Arc<dyn Store>, StoreError> = match config.database_kind() {
        Some(DatabaseKind::Postgres) => PostgresStore::open(&url, &config.postgres)
            .await
            .map(|store| Arc::new(store) as _),
        Some(DatabaseKind::Sqlite) | None => SqliteStore::open(&url)
            .await
            .map(|store| Arc::new(store) as _),
    };
    opened.map_err(failed(&config.database_name()))
}

fn failed(database: &str) -> impl FnOnce(StoreError) -> OpeningError {
    let database = database.to_owned();
    move |cause| OpeningError::Store { database, cause }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_old_certificate_is_explained_and_no_cause_is_told_twice() {
        let old = "invalid peer certificate: Other(OtherError(UnsupportedCertVersion))";
        let cause = StoreError::Unavailable(sqlx::Error::Protocol(old.to_owned()));
        let error = failed("postgres://db/game")(cause);
        let told = error.to_string();
        assert!(told.contains("?sslmode=disable"), "{told}");
        assert_eq!(told.matches("UnsupportedCertVersion").count(), 1);
        assert!(std::error::Error::source(&error).is_none(), "told once");
        let other =
            failed("postgres://db/game")(StoreError::Unavailable(sqlx::Error::PoolTimedOut));
        assert!(!other.to_string().contains("sslmode"));
    }
}
