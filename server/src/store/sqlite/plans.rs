//! The plan of every query that grows: each finds its rows by a key or an index.

use sqlx::{AssertSqlSafe, Row};

use super::*;
use crate::store::Store as _;

const QUERIES: [(&str, &str); 39] = [
    ("players::FIND", players::FIND),
    ("players::FIND_BY_NAME", players::FIND_BY_NAME),
    ("players::FREE_HANDLE", players::FREE_HANDLE),
    ("players::REGISTER_GUEST", players::REGISTER_GUEST),
    ("players::ADD_BONUS", players::ADD_BONUS),
    ("fetch::SESSIONS", fetch::SESSIONS),
    ("fetch::PORTFOLIOS", fetch::PORTFOLIOS),
    ("sessions::TOUCH", sessions::TOUCH),
    ("sessions::LIST", sessions::LIST),
    ("sessions::DELETE", sessions::DELETE),
    ("DELETE_EXPIRED", DELETE_EXPIRED),
    ("games::FIND_FACT", games::FIND_FACT),
    ("market::LIST_INSTRUMENTS", market::LIST_INSTRUMENTS),
    ("market_rows::STORE_CANDLES", market_rows::STORE_CANDLES),
    ("market::LIST_CANDLES", market::LIST_CANDLES),
    ("market::LIST_MARKET_CANDLES", market::LIST_MARKET_CANDLES),
    ("market::CANDLE_RANGE", market::CANDLE_RANGE),
    (
        "market_rows::STORE_LAST_QUOTES",
        market_rows::STORE_LAST_QUOTES,
    ),
    ("market::LIST_LAST_QUOTES", market::LIST_LAST_QUOTES),
    ("fetch::FOR_ORDERS", fetch::FOR_ORDERS),
    ("batch::FIND_ANSWER", batch::FIND_ANSWER),
    ("batch::FIND_VERSION", batch::FIND_VERSION),
    ("batch::FIND_XP", batch::FIND_XP),
    ("batch::UPDATE_ACCOUNT", batch::UPDATE_ACCOUNT),
    ("batch::STORE_POSITION", batch::STORE_POSITION),
    ("ledger_rows::APPEND_ENTRY", ledger_rows::APPEND_ENTRY),
    ("batch::STORE_ANSWER", batch::STORE_ANSWER),
    ("batch::ADD_XP", batch::ADD_XP),
    ("ledger_rows::APPEND_ENTRIES", ledger_rows::APPEND_ENTRIES),
    ("accounts::FIND", accounts::FIND),
    ("accounts::FIND_TICKET", accounts::FIND_TICKET),
    ("resting_rows::STORE", resting_rows::STORE),
    ("resting_rows::REMOVE", resting_rows::REMOVE),
    ("resting_rows::REPLACE_ANSWER", resting_rows::REPLACE_ANSWER),
    (
        "retention_rows::LIST_CHECKPOINTS",
        retention_rows::LIST_CHECKPOINTS,
    ),
    (
        "retention_rows::STORE_CHECKPOINTS",
        retention_rows::STORE_CHECKPOINTS,
    ),
    (
        "retention_rows::DELETE_CHECKPOINTS",
        retention_rows::DELETE_CHECKPOINTS,
    ),
    (
        "retention_rows::DELETE_ARCHIVED",
        retention_rows::DELETE_ARCHIVED,
    ),
    ("retention_rows::FIND_ENTRIES", retention_rows::FIND_ENTRIES),
];
/// Those whose rows come in the order of an index, so that a page costs no more than its own rows.
const ORDERED_QUERIES: [(&str, &str); 8] = [
    ("resting::LIST_OPEN", resting::LIST_OPEN),
    ("resting::LIST_ALL", resting::LIST_ALL),
    ("accounts::LIST_LEDGER", accounts::LIST_LEDGER),
    ("audit::LIST_ACCOUNTS", audit::LIST_ACCOUNTS),
    ("audit::LIST_ENTRIES", audit::LIST_ENTRIES),
    ("audit::LIST_POSITIONS", audit::LIST_POSITIONS),
    ("audit::LIST_FILLED_KEYS", audit::LIST_FILLED_KEYS),
    ("retention::LIST_UNARCHIVED", retention::LIST_UNARCHIVED),
];
/// Those that sort or count within one account or player.
const ACCOUNT_QUERIES: [(&str, &str); 3] = [
    ("LIST_ORDERS", LIST_ORDERS),
    ("accounts::FIND_ORDER", accounts::FIND_ORDER),
    ("audit::FIND_XP", audit::FIND_XP),
];

async fn plan(store: &SqliteStore, sql: &str) -> Vec<String> {
    // `explain` of a constant of this crate.
    let explain = AssertSqlSafe(format!("explain query plan {sql}"));
    let rows = sqlx::query(explain).fetch_all(&store.writer).await.unwrap();
    rows.iter().map(|row| row.get("detail")).collect()
}

/// Whether a step reads a table from end to end; the rows of a batch itself, or of a page that was
/// cut before, do not count.
fn scans_a_table(step: &str) -> bool {
    let is_small = ["VIRTUAL TABLE", "(subquery", "SCAN page"];
    step.starts_with("SCAN") && !is_small.iter().any(|small| step.contains(small))
}

#[tokio::test]
async fn no_query_that_grows_scans_a_table() {
    let folder = tempfile::tempdir().unwrap();
    let store = SqliteStore::open(folder.path().join("plans.db").to_str().unwrap())
        .await
        .unwrap();
    for (name, sql) in QUERIES
        .into_iter()
        .chain(ORDERED_QUERIES)
        .chain(ACCOUNT_QUERIES)
    {
        let plan = plan(&store, sql).await;
        assert!(
            !plan.iter().any(|step| scans_a_table(step)),
            "{name}: {plan:#?}"
        );
    }
    for (name, sql) in ORDERED_QUERIES {
        let plan = plan(&store, sql).await;
        assert!(
            !plan.iter().any(|step| step.contains("TEMP B-TREE")),
            "{name}: {plan:#?}"
        );
    }
    // The check itself works: these two read everything.
    let scan = plan(&store, "select * from ledger where reason = 'luck'").await;
    assert!(scan.iter().any(|step| scans_a_table(step)), "{scan:#?}");
    let sort = plan(
        &store,
        "select * from orders where player_id = 1 order by answer",
    )
    .await;
    assert!(
        sort.iter().any(|step| step.contains("TEMP B-TREE")),
        "{sort:#?}"
    );
    store.close().await;
}
