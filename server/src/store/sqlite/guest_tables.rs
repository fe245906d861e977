//! Checks that the removal of guests knows every table with players' rows, so that nobody is removed in
//! part.

use super::*;
use crate::store::Store as _;

/// Tables that the removal reads or deletes from.
const KNOWN: &[&str] = &[
    "players",
    "player_names",
    "sessions",
    "accounts",
    "awards",
    "orders",
    "resting_orders",
    "ledger",
    "ledger_checkpoints",
    "watch_lists",
    "subscriptions",
    "target_plans",
    "rebalancings",
    "privacy",
    "follows",
    "blocks",
    "reports",
    "board_openings",
    "game_members",
    "game_hosts",
    "log_heads",
    "notifications",
    "notification_settings",
    "price_alerts",
    "notes",
    "puzzle_attempts",
    "offline_starts",
    "offline_results",
    "strategy_follows",
];
/// Only a player who is left out for another reason can have rows here: a trade brings a second version of
/// the account and a place in final standings, only a reason can be stamped as good, an investment brings
/// an entry, a watched symbol is in a list, a grade belongs to a trade, a scenario is played in another
/// game, a title belongs to one, and only registered players have an account to protect.
const IMPLIED: &[&str] = &[
    "equity_points",
    "investments",
    "board_finals",
    "final_standings",
    "good_ones",
    "journal_grades",
    "positions",
    "words",
    "postings",
    "watched_symbols",
    "operators",
    "second_factors",
    "recovery_codes",
    "mail_links",
    "verified_emails",
    "logins",
    "scenario_runs",
    "offline_runs",
    "title_unlocks",
    "title_scores",
    "title_sessions",
];

#[tokio::test]
async fn every_table_of_the_players_is_known_to_the_removal_of_guests() {
    let folder = tempfile::tempdir().unwrap();
    let store = SqliteStore::open(folder.path().join("tables.db").to_str().unwrap())
        .await
        .unwrap();
    let mut tables: Vec<String> = sqlx::query_scalar(
        "select t.name from pragma_table_list t join pragma_table_info(t.name) c
         where t.type = 'table' and c.name = 'player_id'",
    )
    .fetch_all(&store.readers)
    .await
    .unwrap();
    tables.sort_unstable();
    let mut expected = [KNOWN, IMPLIED].concat();
    expected.sort_unstable();
    assert_eq!(tables, expected, "see both/guests.rs");
    store.close().await;
}
