//! The migrations, compiled into the binary, and the statement that runs them.

use sqlx::postgres::PgConnectOptions;
use sqlx::{ConnectOptions as _, Connection as _};

use super::cluster;
use crate::store::StoreResult;
use crate::store::schema::{self, Listed};

pub(super) const MIGRATIONS: &[Listed] = &[
    (
        1,
        "players_and_games",
        include_str!("../../../../migrations/postgres/0001_players_and_games.sql"),
    ),
    (
        2,
        "trading",
        include_str!("../../../../migrations/postgres/0002_trading.sql"),
    ),
    (
        3,
        "jobs",
        include_str!("../../../../migrations/postgres/0003_jobs.sql"),
    ),
    (
        5,
        "social",
        include_str!("../../../../migrations/postgres/0005_social.sql"),
    ),
    (
        6,
        "boards",
        include_str!("../../../../migrations/postgres/0006_boards.sql"),
    ),
    (
        7,
        "equity",
        include_str!("../../../../migrations/postgres/0007_equity.sql"),
    ),
    (
        8,
        "actions_and_watch_lists",
        include_str!("../../../../migrations/postgres/0008_actions_and_watch_lists.sql"),
    ),
    (
        9,
        "price_providers",
        include_str!("../../../../migrations/postgres/0009_price_providers.sql"),
    ),
    (
        10,
        "hosting",
        include_str!("../../../../migrations/postgres/0010_hosting.sql"),
    ),
    (
        11,
        "offerings",
        include_str!("../../../../migrations/postgres/0011_offerings.sql"),
    ),
    (
        12,
        "targets",
        include_str!("../../../../migrations/postgres/0012_targets.sql"),
    ),
    (
        13,
        "notifications",
        include_str!("../../../../migrations/postgres/0013_notifications.sql"),
    ),
    (
        14,
        "proof",
        include_str!("../../../../migrations/postgres/0014_proof.sql"),
    ),
    (
        15,
        "operation",
        include_str!("../../../../migrations/postgres/0015_operation.sql"),
    ),
    (
        16,
        "strategies",
        include_str!("../../../../migrations/postgres/0016_strategies.sql"),
    ),
    (
        17,
        "puzzles",
        include_str!("../../../../migrations/postgres/0017_puzzles.sql"),
    ),
    (
        18,
        "duels",
        include_str!("../../../../migrations/postgres/0018_duels.sql"),
    ),
    (
        19,
        "titles",
        include_str!("../../../../migrations/postgres/0019_titles.sql"),
    ),
    (
        20,
        "offerings_and_splits",
        include_str!("../../../../migrations/postgres/0020_offerings_and_splits.sql"),
    ),
    (
        21,
        "subscriptions_and_authors",
        include_str!("../../../../migrations/postgres/0021_subscriptions_and_authors.sql"),
    ),
    (
        22,
        "price_ranges",
        include_str!("../../../../migrations/postgres/0022_price_ranges.sql"),
    ),
    (
        23,
        "market_paces",
        include_str!("../../../../migrations/postgres/0023_market_paces.sql"),
    ),
    (
        24,
        "months_on_clusters",
        include_str!("../../../../migrations/postgres/0024_months_on_clusters.sql"),
    ),
    (
        25,
        "minute_candles",
        include_str!("../../../../migrations/postgres/0025_minute_candles.sql"),
    ),
    (
        26,
        "candle_rollups",
        include_str!("../../../../migrations/postgres/0026_candle_rollups.sql"),
    ),
    (
        27,
        "job_holders",
        include_str!("../../../../migrations/postgres/0027_job_holders.sql"),
    ),
];

/// Brings the schema up to date, and spreads it over the cluster if the database has the extension Citus.
/// Refuses a database of a later version without changing it. Skips a standby, which cannot be changed and
/// whose primary has been migrated.
///
/// Runs on a connection of its own without the usual timeouts, and under a lock, so that servers that
/// start at once take turns.
pub(super) async fn run(options: &PgConnectOptions) -> StoreResult<()> {
    let mut connection = options.connect().await?;
    let follows: bool = sqlx::query_scalar("select pg_is_in_recovery()")
        .fetch_one(&mut connection)
        .await?;
    if follows {
        connection.close().await?;
        return Ok(());
    }
    let migrated = schema::migrator(MIGRATIONS)
        .run_direct(None, &mut connection, false)
        .await;
    let spread = match migrated {
        Ok(()) => cluster::spread(&mut connection).await,
        Err(error) => Err(error.into()),
    };
    connection.close().await?;
    spread
}

/// Whether the schema exists, in any version.
pub(super) async fn have_run(options: &PgConnectOptions) -> StoreResult<bool> {
    let mut connection = options.connect().await?;
    let there = sqlx::query_scalar("select to_regclass('players') is not null")
        .fetch_one(&mut connection)
        .await?;
    connection.close().await?;
    Ok(there)
}

/// Versions of the migrations applied to a game's database; all of ours for a standby, which is not
/// migrated.
pub(super) async fn applied(options: &PgConnectOptions) -> StoreResult<Vec<i64>> {
    let mut connection = options.connect().await?;
    let follows: bool = sqlx::query_scalar("select pg_is_in_recovery()")
        .fetch_one(&mut connection)
        .await?;
    let applied = if follows {
        MIGRATIONS.iter().map(|(version, ..)| *version).collect()
    } else {
        sqlx::query_scalar("select version from _sqlx_migrations")
            .fetch_all(&mut connection)
            .await?
    };
    connection.close().await?;
    Ok(applied)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_file_of_the_folder_is_run_and_opens_with_its_reason() {
        schema::tests::check("postgres", MIGRATIONS);
    }

    #[test]
    fn both_databases_have_the_same_migrations() {
        let names = |folder: &str| {
            let folder = format!("{}/../migrations/{folder}", env!("CARGO_MANIFEST_DIR"));
            let files = std::fs::read_dir(folder).unwrap();
            let mut names: Vec<_> = files.map(|file| file.unwrap().file_name()).collect();
            names.sort();
            names
        };
        assert_eq!(names("postgres"), names("sqlite"));
    }
}
