//! The migrations, compiled into the binary, and the statement that runs them.

use sqlx::SqlitePool;

use crate::store::StoreResult;
use crate::store::schema::{self, Listed};

pub(super) const MIGRATIONS: &[Listed] = &[
    (
        1,
        "players_and_games",
        include_str!("../../../../migrations/sqlite/0001_players_and_games.sql"),
    ),
    (
        2,
        "trading",
        include_str!("../../../../migrations/sqlite/0002_trading.sql"),
    ),
    (
        3,
        "jobs",
        include_str!("../../../../migrations/sqlite/0003_jobs.sql"),
    ),
    (
        5,
        "social",
        include_str!("../../../../migrations/sqlite/0005_social.sql"),
    ),
    (
        6,
        "boards",
        include_str!("../../../../migrations/sqlite/0006_boards.sql"),
    ),
    (
        7,
        "equity",
        include_str!("../../../../migrations/sqlite/0007_equity.sql"),
    ),
    (
        8,
        "actions_and_watch_lists",
        include_str!("../../../../migrations/sqlite/0008_actions_and_watch_lists.sql"),
    ),
    (
        9,
        "price_providers",
        include_str!("../../../../migrations/sqlite/0009_price_providers.sql"),
    ),
    (
        10,
        "hosting",
        include_str!("../../../../migrations/sqlite/0010_hosting.sql"),
    ),
    (
        11,
        "offerings",
        include_str!("../../../../migrations/sqlite/0011_offerings.sql"),
    ),
    (
        12,
        "targets",
        include_str!("../../../../migrations/sqlite/0012_targets.sql"),
    ),
    (
        13,
        "notifications",
        include_str!("../../../../migrations/sqlite/0013_notifications.sql"),
    ),
    (
        14,
        "proof",
        include_str!("../../../../migrations/sqlite/0014_proof.sql"),
    ),
    (
        15,
        "operation",
        include_str!("../../../../migrations/sqlite/0015_operation.sql"),
    ),
    (
        16,
        "strategies",
        include_str!("../../../../migrations/sqlite/0016_strategies.sql"),
    ),
    (
        17,
        "puzzles",
        include_str!("../../../../migrations/sqlite/0017_puzzles.sql"),
    ),
    (
        18,
        "duels",
        include_str!("../../../../migrations/sqlite/0018_duels.sql"),
    ),
    (
        19,
        "titles",
        include_str!("../../../../migrations/sqlite/0019_titles.sql"),
    ),
    (
        20,
        "offerings_and_splits",
        include_str!("../../../../migrations/sqlite/0020_offerings_and_splits.sql"),
    ),
    (
        21,
        "subscriptions_and_authors",
        include_str!("../../../../migrations/sqlite/0021_subscriptions_and_authors.sql"),
    ),
    (
        22,
        "price_ranges",
        include_str!("../../../../migrations/sqlite/0022_price_ranges.sql"),
    ),
    (
        23,
        "market_paces",
        include_str!("../../../../migrations/sqlite/0023_market_paces.sql"),
    ),
    (
        24,
        "months_on_clusters",
        include_str!("../../../../migrations/sqlite/0024_months_on_clusters.sql"),
    ),
    (
        25,
        "minute_candles",
        include_str!("../../../../migrations/sqlite/0025_minute_candles.sql"),
    ),
    (
        26,
        "candle_rollups",
        include_str!("../../../../migrations/sqlite/0026_candle_rollups.sql"),
    ),
    (
        27,
        "job_holders",
        include_str!("../../../../migrations/sqlite/0027_job_holders.sql"),
    ),
];

/// Brings the schema up to date. A database of a later version is refused, not changed.
pub(super) async fn run(writer: &SqlitePool) -> StoreResult<()> {
    schema::migrator(MIGRATIONS).run(writer).await?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_file_of_the_folder_is_run_and_opens_with_its_reason() {
        schema::tests::check("sqlite", MIGRATIONS);
    }
}
