//! Checks the plan of every query on growing tables: each finds its rows by a key or an index.

use sqlx::{AssertSqlSafe, Row};

use super::*;
use crate::store::Store as _;

const QUERIES: &[(&str, &str)] = &[
    ("snapshot::FIND_CHECKPOINT", snapshot::FIND_CHECKPOINT),
    ("snapshot::LIST_POSTINGS", snapshot::LIST_POSTINGS),
    ("players::FIND", players::FIND),
    ("players::FIND_BY_NAME", players::FIND_BY_NAME),
    ("players::FREE_HANDLE", players::FREE_HANDLE),
    ("players::REGISTER_GUEST", players::REGISTER_GUEST),
    ("players::STORE_LOCALE", players::STORE_LOCALE),
    ("guests::FIND_IDLE", guests::FIND_IDLE),
    ("guests::LOCK", guests::LOCK),
    ("operation::REVOKE", operation::REVOKE),
    ("protection::CONFIRM", protection::CONFIRM),
    ("protection::USE_STEP", protection::USE_STEP),
    ("protection::USE_CODE", protection::USE_CODE),
    ("protection::DELETE_CODES", protection::DELETE_CODES),
    ("protection::DELETE_FACTOR", protection::DELETE_FACTOR),
    ("protection::PRUNE_LOGINS", protection::PRUNE_LOGINS),
    ("identity::CHANGE_PASSWORD", identity::CHANGE_PASSWORD),
    ("identity::TAKE_LINK", identity::TAKE_LINK),
    ("identity::FIND_VERIFIED", identity::FIND_VERIFIED),
    ("identity::CHANGE_EMAIL", identity::CHANGE_EMAIL),
    ("identity::FREE_NAME", identity::FREE_NAME),
    ("identity::ERASE_PLAYER", identity::ERASE_PLAYER),
    ("identity::END_SESSIONS", identity::END_SESSIONS),
    ("identity::ERASE 0", identity::ERASE[0]),
    ("identity::ERASE 2", identity::ERASE[2]),
    ("identity::ERASE 3", identity::ERASE[3]),
    ("identity::ERASE 4", identity::ERASE[4]),
    ("identity::ERASE 6", identity::ERASE[6]),
    ("identity::ERASE 7", identity::ERASE[7]),
    ("identity::ERASE 8", identity::ERASE[8]),
    ("identity::ERASE 12", identity::ERASE[12]),
    ("identity::ERASE 13", identity::ERASE[13]),
    ("identity::ERASE 14", identity::ERASE[14]),
    ("identity::ERASE 15", identity::ERASE[15]),
    ("identity::ERASE 16", identity::ERASE[16]),
    ("operation::IS_OPERATOR", operation::IS_OPERATOR),
    ("guests::LOCK_ACCOUNTS", guests::LOCK_ACCOUNTS),
    ("fetch::HANDLES", fetch::HANDLES),
    ("fetch::SESSIONS", fetch::SESSIONS),
    ("fetch::PORTFOLIOS", fetch::PORTFOLIOS),
    ("puzzles::FIND", puzzles::FIND),
    ("puzzles::GO_ON", puzzles::GO_ON),
    ("scenarios::FIND", scenarios::FIND),
    ("scenarios::FIND_RUN", scenarios::FIND_RUN),
    ("scenarios::LIST_CLASS_CURVES", scenarios::LIST_CLASS_CURVES),
    ("scenarios::FINISH_RUN", scenarios::FINISH_RUN),
    ("log::FIND_HEAD", log::FIND_HEAD),
    ("log::FIND_NODE", log::FIND_NODE),
    ("log::FIND_CHECKPOINT", log::FIND_CHECKPOINT),
    ("hosting::ADD_NOTICE", hosting::ADD_NOTICE),
    ("hosting::ADD_ASSIGNMENT", hosting::ADD_ASSIGNMENT),
    ("hosting::APPLY", hosting::APPLY),
    ("offerings::FIND", offerings::FIND),
    ("offerings::COUNT_DECISION", offerings::COUNT_DECISION),
    ("offerings::SET_PRICE", offerings::SET_PRICE),
    ("offerings::SETTLE", offerings::SETTLE),
    ("offerings::COUNT", offerings::COUNT),
    ("offering_splits::LIST", offering_splits::LIST),
    ("offering_splits::ADJUST", offering_splits::ADJUST),
    ("offering_splits::MULTIPLY", offering_splits::MULTIPLY),
    ("investments::LIST_WAITING", investments::LIST_WAITING),
    ("investments::DEMAND", investments::DEMAND),
    ("investments::FIND_INVESTMENT", investments::FIND_INVESTMENT),
    ("offering_rows::GRANT", offering_rows::GRANT),
    ("offering_rows::GRANTED", offering_rows::GRANTED),
    ("offering_rows::END", offering_rows::END),
    ("savings::RETIRE_PLAN", savings::RETIRE_PLAN),
    ("savings::FIND_PLAN", savings::FIND_PLAN),
    ("savings::SUM_INVESTED", savings::SUM_INVESTED),
    ("savings::CHANGE", savings::CHANGE),
    ("savings::PAY", savings::PAY),
    ("roster::LIST_ROSTER", roster::LIST_ROSTER),
    ("roster::STORE_MEMBER", roster::STORE_MEMBER),
    ("roster::FIND_MEMBER", roster::FIND_MEMBER),
    ("roster::LIST_REASONS", roster::LIST_REASONS),
    ("roster::STAMP", roster::STAMP),
    ("roster::RENAME", roster::RENAME),
    ("roster::ERASE_WORDS", roster::ERASE_WORDS),
    ("sessions::TOUCH", sessions::TOUCH),
    ("sessions::LIST", sessions::LIST),
    ("sessions::DELETE", sessions::DELETE),
    ("sessions::DELETE_ALL", sessions::DELETE_ALL),
    ("DELETE_EXPIRED", DELETE_EXPIRED),
    ("variables::FIND", variables::FIND),
    (
        "instruments::LIST_INSTRUMENTS",
        instruments::LIST_INSTRUMENTS,
    ),
    ("market_rows::STORE_CANDLES", market_rows::STORE_CANDLES),
    ("instruments::LIST_CANDLES", instruments::LIST_CANDLES),
    (
        "instruments::LIST_UNIVERSE_CANDLES",
        instruments::LIST_UNIVERSE_CANDLES,
    ),
    ("instruments::CANDLE_RANGE", instruments::CANDLE_RANGE),
    (
        "market_rows::STORE_LAST_QUOTES",
        market_rows::STORE_LAST_QUOTES,
    ),
    ("markets::LIST_LAST_QUOTES", markets::LIST_LAST_QUOTES),
    ("markets::LIST_PACES", markets::LIST_PACES),
    ("actions::LIST_OF_INSTRUMENT", actions::LIST_OF_INSTRUMENT),
    ("actions::LIST_OF_UNIVERSE", actions::LIST_OF_UNIVERSE),
    ("actions::LIST_OPEN_ACTIONS", actions::LIST_OPEN_ACTIONS),
    ("actions::LIST_DUE_ACTIONS", actions::LIST_DUE_ACTIONS),
    ("actions::FINISH_ACTION", actions::FINISH_ACTION),
    ("actions::LIST_RESTING_BEFORE", actions::LIST_RESTING_BEFORE),
    ("targets::FIND", targets::FIND),
    ("targets::DELETE", targets::DELETE),
    ("targets::MARK", targets::MARK),
    ("targets::DELETE_OLD", targets::DELETE_OLD),
    ("targets::FIND_REBALANCING", targets::FIND_REBALANCING),
    ("targets::ADVANCE", targets::ADVANCE),
    ("watch_lists::LIST", watch_lists::LIST),
    ("watch_lists::LIST_SYMBOLS", watch_lists::LIST_SYMBOLS),
    ("watch_lists::CHANGE", watch_lists::CHANGE),
    ("watch_lists::REMOVE", watch_lists::REMOVE),
    ("watch_lists::DELETE", watch_lists::DELETE),
    ("action_rows::CLEAR", action_rows::CLEAR),
    ("action_rows::REGISTER", action_rows::REGISTER),
    ("fetch::FOR_ORDERS", fetch::FOR_ORDERS),
    ("batch::FIND_ANSWER", batch::FIND_ANSWER),
    ("batch::FIND_VERSION", batch::FIND_VERSION),
    ("batch::FIND_PROGRESS", batch::FIND_PROGRESS),
    ("batch_rows::UPDATE_PLAYER", batch_rows::UPDATE_PLAYER),
    ("batch_rows::APPEND_WORDS", batch_rows::APPEND_WORDS),
    ("batch_rows::APPEND_AWARD", batch_rows::APPEND_AWARD),
    ("batch_rows::APPEND_POSTING", batch_rows::APPEND_POSTING),
    ("done::POSTING", done::POSTING),
    ("done::AWARD", done::AWARD),
    ("equity::LATEST", equity::LATEST),
    ("equity::DASHBOARD", equity::DASHBOARD),
    ("equity::KEEP_LAST", equity::KEEP_LAST),
    ("equity::DELETE_OTHERS", equity::DELETE_OTHERS),
    ("feed::LATEST_SEQ", feed::LATEST_SEQ),
    ("providers::CLAIM_PROBE", providers::CLAIM_PROBE),
    ("PRUNE_OUTBOX", PRUNE_OUTBOX),
    ("notifications::LIST_OLD", notifications::LIST_OLD),
    ("notifications::DELETE", notifications::DELETE),
    ("notifications::LIST", notifications::LIST),
    ("notifications::FIND", notifications::FIND),
    ("notifications::COUNT_UNREAD", notifications::COUNT_UNREAD),
    ("notifications::READ", notifications::READ),
    ("notifications::FIND_CHOICES", notifications::FIND_CHOICES),
    ("notifications::LIST_CHOICES", notifications::LIST_CHOICES),
    ("hosting::LIST_ANNOUNCEMENTS", hosting::LIST_ANNOUNCEMENTS),
    ("alerts::LIST", alerts::LIST),
    ("alerts::LIST_OPEN", alerts::LIST_OPEN),
    ("alerts::DELETE", alerts::DELETE),
    ("alerts::MOVE", alerts::MOVE),
    ("journal::LIST_REASONS", journal::LIST_REASONS),
    ("journal::LIST_GRADES", journal::LIST_GRADES),
    ("journal::LIST_NOTES", journal::LIST_NOTES),
    ("journal::DELETE_NOTE", journal::DELETE_NOTE),
    ("batch::UPDATE_ACCOUNT", batch::UPDATE_ACCOUNT),
    ("batch::STORE_POSITION", batch::STORE_POSITION),
    ("ledger_rows::APPEND_ENTRY", ledger_rows::APPEND_ENTRY),
    ("batch::STORE_ANSWER", batch::STORE_ANSWER),
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
    ("jobs::FIND_BY_KEY", jobs::FIND_BY_KEY),
    ("jobs::EXTEND", jobs::EXTEND),
    ("jobs::DELETE_CLAIMED", jobs::DELETE_CLAIMED),
    ("jobs::FINISH", jobs::FINISH),
    ("jobs::RETRY_LATER", jobs::RETRY_LATER),
    ("jobs::GIVE_UP", jobs::GIVE_UP),
    ("jobs::RELEASE", jobs::RELEASE),
    ("jobs::TAKE_BACK", jobs::TAKE_BACK),
    ("jobs::FIND", jobs::FIND),
    ("jobs::RETRY", jobs::RETRY),
    ("jobs::DROP", jobs::DROP),
    ("job_rows::CLAIM", job_rows::CLAIM),
    ("job_rows::PRUNE", job_rows::PRUNE),
    ("progress::LIST_UNLOCK_KEYS", progress::LIST_UNLOCK_KEYS),
    ("social::FIND_PRIVACY", social::FIND_PRIVACY),
    ("social::UNFOLLOW", social::UNFOLLOW),
    ("social::FIND_TIES", social::FIND_TIES),
    ("social::COUNT_FOLLOWS", social::COUNT_FOLLOWS),
    ("social::COUNT_BLOCKS", social::COUNT_BLOCKS),
    ("social::COUNT_REPORTS", social::COUNT_REPORTS),
    ("social::UNBLOCK", social::UNBLOCK),
    ("social::CLOSE_REPORT", social::CLOSE_REPORT),
    ("board_rows::PLAYERS", board_rows::PLAYERS),
    ("board_rows::OPENINGS", board_rows::OPENINGS),
];
/// Queries whose rows come in the order of an index, so that a page costs no more than its own rows.
const ORDERED_QUERIES: &[(&str, &str)] = &[
    ("probe::LEDGER", probe::LEDGER),
    ("probe::ACCOUNTS", probe::ACCOUNTS),
    ("probe::ORDERS", probe::ORDERS),
    ("probe::PLAYERS", probe::PLAYERS),
    ("probe::AWARDS", probe::AWARDS),
    ("resting::LIST_OPEN", resting::LIST_OPEN),
    ("actions::LIST_HOLDERS", actions::LIST_HOLDERS),
    ("resting::LIST_ALL", resting::LIST_ALL),
    ("offerings::LIST", offerings::LIST),
    ("offerings::LIST_CLOSED", offerings::LIST_CLOSED),
    (
        "investments::LIST_INVESTMENTS",
        investments::LIST_INVESTMENTS,
    ),
    (
        "investments::LIST_OF_OFFERING",
        investments::LIST_OF_OFFERING,
    ),
    ("savings::LIST_SHARED", savings::LIST_SHARED),
    ("savings::LIST_OWN", savings::LIST_OWN),
    ("savings::LIST", savings::LIST),
    ("savings::LIST_DUE", savings::LIST_DUE),
    ("jobs::LIST", jobs::LIST),
    ("puzzles::LIST_FINISHED", puzzles::LIST_FINISHED),
    ("puzzles::LIST_TALLIES", puzzles::LIST_TALLIES),
    ("log::LIST_HEADS", log::LIST_HEADS),
    ("log::LIST_CHECKPOINTS", log::LIST_CHECKPOINTS),
    ("targets::LIST", targets::LIST),
    ("targets::LATEST", targets::LATEST),
    ("hosting::LIST_NOTICES", hosting::LIST_NOTICES),
    ("hosting::LIST_ASSIGNMENTS", hosting::LIST_ASSIGNMENTS),
    ("hosting::LIST_DUE", hosting::LIST_DUE),
    ("roster::LIST_STANDINGS", roster::LIST_STANDINGS),
    ("accounts::LIST_LEDGER", accounts::LIST_LEDGER),
    ("awards::LIST", awards::LIST),
    ("awards::LIST_AFTER", awards::LIST_AFTER),
    ("awards::LIST_UNLOCKS", awards::LIST_UNLOCKS),
    ("equity::LIST", equity::LIST),
    ("feed::LIST_OUTBOX", feed::LIST_OUTBOX),
    ("progress::LIST_PLAYERS", progress::LIST_PLAYERS),
    ("guests::LIST", guests::LIST),
    ("operation::LIST_OPERATORS", operation::LIST_OPERATORS),
    ("operation::LIST_ACTIONS", operation::LIST_ACTIONS),
    ("protection::LIST_LOGINS", protection::LIST_LOGINS),
    ("protection::OLDEST_KEPT", protection::OLDEST_KEPT),
    ("providers::LIST_ANSWERS", providers::LIST_ANSWERS),
    ("audit::LIST_ACCOUNTS", audit::LIST_ACCOUNTS),
    ("audit::LIST_ENTRIES", audit::LIST_ENTRIES),
    ("audit::LIST_POSITIONS", audit::LIST_POSITIONS),
    ("audit::LIST_ACCOUNTS_OF", audit::LIST_ACCOUNTS_OF),
    ("snapshot::LIST_ANSWERS", snapshot::LIST_ANSWERS),
    ("retention::LIST_UNARCHIVED", retention::LIST_UNARCHIVED),
    ("social::LIST_PRIVACY_CHANGES", social::LIST_PRIVACY_CHANGES),
    ("social::LIST_FOLLOWS", social::LIST_FOLLOWS),
    ("social::LIST_FOLLOWERS", social::LIST_FOLLOWERS),
    ("social::LIST_BLOCKS", social::LIST_BLOCKS),
    ("social::LIST_REPORTS", social::LIST_REPORTS),
    ("boards::LIST_FINALS", boards::LIST_FINALS),
    ("boards::LIST_CLOSED", boards::LIST_CLOSED),
];
/// Queries that sort or count within one account or player.
const ACCOUNT_QUERIES: &[(&str, &str)] = &[
    ("protection::FIND_FACTOR", protection::FIND_FACTOR),
    ("LIST_ORDERS", LIST_ORDERS),
    (
        "progress::LIST_LATEST_UNLOCKS",
        progress::LIST_LATEST_UNLOCKS,
    ),
    ("accounts::FIND_ORDER", accounts::FIND_ORDER),
];

async fn plan(store: &SqliteStore, sql: &str) -> Vec<String> {
    // `explain` of a constant of this crate.
    let explain = AssertSqlSafe(format!("explain query plan {sql}"));
    let rows = sqlx::query(explain).fetch_all(&store.writer).await.unwrap();
    rows.iter().map(|row| row.get("detail")).collect()
}

/// Whether a step reads a table in full. The rows of a batch itself, or of an already limited page, do
/// not count.
fn scans_a_table(step: &str) -> bool {
    let is_small = ["VIRTUAL TABLE", "(subquery", "SCAN page", "CONSTANT ROW"];
    step.starts_with("SCAN") && !is_small.iter().any(|small| step.contains(small))
}

#[tokio::test]
async fn no_query_that_grows_scans_a_table() {
    let folder = tempfile::tempdir().unwrap();
    let store = SqliteStore::open(folder.path().join("plans.db").to_str().unwrap())
        .await
        .unwrap();
    let ordered = [ORDERED_QUERIES, strategy_plans::ORDERED].concat();
    let all = [QUERIES, strategy_plans::QUERIES, &ordered, ACCOUNT_QUERIES].concat();
    for (name, sql) in &all {
        let plan = plan(&store, sql).await;
        assert!(
            !plan.iter().any(|step| scans_a_table(step)),
            "{name}: {plan:#?}"
        );
    }
    for (name, sql) in &ordered {
        let plan = plan(&store, sql).await;
        assert!(
            !plan.iter().any(|step| step.contains("TEMP B-TREE")),
            "{name}: {plan:#?}"
        );
    }
    // The check itself works: these two read everything.
    let scan = plan(&store, "select * from ledger where kind = 'luck'").await;
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
