//! The migrations, compiled into the binary, and the statement that runs them.

use sqlx::SqlitePool;

use crate::store::StoreResult;
use crate::store::schema::{self, Listed};

const MIGRATIONS: [Listed; 10] = [
    (
        1,
        "players",
        include_str!("../../../../migrations/sqlite/0001_players.sql"),
    ),
    (
        2,
        "games",
        include_str!("../../../../migrations/sqlite/0002_games.sql"),
    ),
    (
        3,
        "market",
        include_str!("../../../../migrations/sqlite/0003_market.sql"),
    ),
    (
        4,
        "accounts",
        include_str!("../../../../migrations/sqlite/0004_accounts.sql"),
    ),
    (
        5,
        "ledger",
        include_str!("../../../../migrations/sqlite/0005_ledger.sql"),
    ),
    (
        6,
        "resting_orders",
        include_str!("../../../../migrations/sqlite/0006_resting_orders.sql"),
    ),
    (
        7,
        "retention",
        include_str!("../../../../migrations/sqlite/0007_retention.sql"),
    ),
    (
        8,
        "answers",
        include_str!("../../../../migrations/sqlite/0008_answers.sql"),
    ),
    (
        9,
        "order_index",
        include_str!("../../../../migrations/sqlite/0009_order_index.sql"),
    ),
    (
        10,
        "reservations",
        include_str!("../../../../migrations/sqlite/0010_reservations.sql"),
    ),
];

/// Brings the schema up to date. A database of a later version is refused, not changed.
pub(super) async fn run(writer: &SqlitePool) -> StoreResult<()> {
    schema::migrator(&MIGRATIONS).run(writer).await?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_file_of_the_folder_is_run_and_opens_with_its_reason() {
        schema::tests::check("sqlite", &MIGRATIONS);
    }
}
