//! The migrations, compiled into the binary, and the statement that runs them.

use sqlx::postgres::PgConnectOptions;
use sqlx::{ConnectOptions as _, Connection as _};

use crate::store::StoreResult;
use crate::store::schema::{self, Listed};

const MIGRATIONS: [Listed; 10] = [
    (
        1,
        "players",
        include_str!("../../../../migrations/postgres/0001_players.sql"),
    ),
    (
        2,
        "games",
        include_str!("../../../../migrations/postgres/0002_games.sql"),
    ),
    (
        3,
        "market",
        include_str!("../../../../migrations/postgres/0003_market.sql"),
    ),
    (
        4,
        "accounts",
        include_str!("../../../../migrations/postgres/0004_accounts.sql"),
    ),
    (
        5,
        "ledger",
        include_str!("../../../../migrations/postgres/0005_ledger.sql"),
    ),
    (
        6,
        "resting_orders",
        include_str!("../../../../migrations/postgres/0006_resting_orders.sql"),
    ),
    (
        7,
        "retention",
        include_str!("../../../../migrations/postgres/0007_retention.sql"),
    ),
    (
        8,
        "answers",
        include_str!("../../../../migrations/postgres/0008_answers.sql"),
    ),
    (
        9,
        "order_index",
        include_str!("../../../../migrations/postgres/0009_order_index.sql"),
    ),
    (
        10,
        "reservations",
        include_str!("../../../../migrations/postgres/0010_reservations.sql"),
    ),
];

/// Brings the schema up to date. A database of a later version is refused, not changed; one that only
/// follows another cannot be, and what it follows has been.
///
/// On a connection of its own, on which nothing has to be quick; and under a lock, so that servers
/// that start at once follow each other.
pub(super) async fn run(options: &PgConnectOptions) -> StoreResult<()> {
    let mut connection = options.connect().await?;
    let follows: bool = sqlx::query_scalar("select pg_is_in_recovery()")
        .fetch_one(&mut connection)
        .await?;
    if follows {
        connection.close().await?;
        return Ok(());
    }
    let migrated = schema::migrator(&MIGRATIONS)
        .run_direct(None, &mut connection, false)
        .await;
    connection.close().await?;
    Ok(migrated?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_file_of_the_folder_is_run_and_opens_with_its_reason() {
        schema::tests::check("postgres", &MIGRATIONS);
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
