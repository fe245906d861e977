//! The plan of every query that grows: on a populated database, each finds its rows by an index.

use private_postgres::{Options, PrivatePostgres};

use super::*;

const DATABASE: &str = "plans";

const QUERIES: [(&str, &str); 30] = [
    ("players::FIND", players::FIND),
    ("players::FIND_BY_NAME", players::FIND_BY_NAME),
    ("players::FREE_HANDLE", players::FREE_HANDLE),
    ("players::REGISTER_GUEST", players::REGISTER_GUEST),
    ("players::ADD_BONUS", players::ADD_BONUS),
    ("naming::FIND_HOLDERS", naming::FIND_HOLDERS),
    ("naming::FIND_NAMED", naming::FIND_NAMED),
    ("naming::FREE", naming::FREE),
    ("fetch::SESSIONS", fetch::SESSIONS),
    ("fetch::PORTFOLIOS", fetch::PORTFOLIOS),
    ("sessions::TOUCH", sessions::TOUCH),
    ("sessions::LIST", sessions::LIST),
    ("sessions::DELETE", sessions::DELETE),
    ("market::LIST_CANDLES", market::LIST_CANDLES),
    ("fetch::FOR_ORDERS", fetch::FOR_ORDERS),
    ("batch::COMMIT", batch::COMMIT),
    ("batch::FIND_CURRENT", batch::FIND_CURRENT),
    ("batch::FIND_CURRENT_XP", batch::FIND_CURRENT_XP),
    ("batch::FIND_ANSWERED", batch::FIND_ANSWERED),
    ("accounts::FIND", accounts::FIND),
    ("accounts::FIND_TICKET", accounts::FIND_TICKET),
    ("accounts::FIND_ORDER", accounts::FIND_ORDER),
    ("audit::LIST_POSITIONS", audit::LIST_POSITIONS),
    ("audit::FIND_XP", audit::FIND_XP),
    ("LIST_ORDERS", LIST_ORDERS),
    ("DELETE_EXPIRED", DELETE_EXPIRED),
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
];
/// Those whose rows come in the order of an index, so that a page costs no more than its own rows.
const ORDERED_QUERIES: [(&str, &str); 7] = [
    ("resting::LIST_OPEN", resting::LIST_OPEN),
    ("resting::LIST_ALL", resting::LIST_ALL),
    ("accounts::LIST_LEDGER", accounts::LIST_LEDGER),
    ("audit::LIST_ACCOUNTS", audit::LIST_ACCOUNTS),
    ("audit::LIST_ENTRIES", audit::LIST_ENTRIES),
    ("audit::LIST_FILLED_KEYS", audit::LIST_FILLED_KEYS),
    ("retention::LIST_UNARCHIVED", retention::LIST_UNARCHIVED),
];
/// Tables that are read from end to end on purpose, being small.
const SMALL: [&str; 5] = ["games", "xp_rules", "instruments", "last_quotes", "facts"];

/// Ten thousand players with ten positions, ten orders and ten entries in two months each.
const POPULATE: &str = "
    select prepare_ledger(0);
    insert into players (player_id, xp, created_at, handle, locale, base_currency)
    select n, 0, 0, 'player-' || n, 'en', 'USD' from generate_series(1, 10000) n;
    insert into player_names (player_id, name, kind)
    select n, 'player-' || n, 'handle' from generate_series(1, 10000) n;
    insert into sessions (player_id, session_id, created_at, last_seen_at, expires_at, token_hash, device)
    select n, n, 0, 0, n, sha256(''), '' from generate_series(1, 10000) n;
    insert into daily_bonuses (player_id, day, xp, collected_at)
    select n, 1, 50, 0 from generate_series(1, 10000) n;
    insert into accounts (player_id, game_id, cash, realized_profit, positions_held, version, head_hash)
    select n, 1, 0, 0, 10, 1, sha256('') from generate_series(1, 10000) n;
    insert into positions (player_id, game_id, instrument_id, quantity, cost_basis, realized_profit, trades_that_day, lots)
    select n, 1, i, 1, 1, 0, 0, '' from generate_series(1, 10000) n, generate_series(1, 10) i;
    insert into orders (player_id, game_id, at, filled, order_key, fingerprint, answer)
    select n, 1, i, true, 'order-' || i, sha256(''), '{}' from generate_series(1, 10000) n, generate_series(1, 10) i;
    insert into ledger (player_id, game_id, seq, at, cash_change, xp, kind, previous_hash)
    select n, 1, i, i * 500000000000, 0, 0, 'adjusted', sha256('') from generate_series(1, 10000) n, generate_series(1, 10) i;
    insert into resting_orders (
        player_id, game_id, instrument_id, placed_at, trigger_price, quantity, reserved_cash, reserved_quantity,
        order_key, side, trigger_kind
    )
    select n, 1, i, n, 1, 1, 0, 0, 'order-' || i, 'buy', 'limit'
    from generate_series(1, 10000) n, generate_series(1, 10) i;
    insert into instruments
    select n, true, 'simulated', 'S' || n, '', '', '', '', '', '' from generate_series(1, 100) n;
    insert into candles
    select n, day, 1, 1, 1, 1, 1 from generate_series(1, 100) n, generate_series(1, 700) day;
    vacuum analyze";

/// The steps of a statement's plan, as the store's connections have it.
fn plan(server: &PrivatePostgres, sql: &str) -> Vec<String> {
    let highest = (1..=99).rev().find(|n| sql.contains(&format!("${n}")));
    let nulls = vec!["null"; highest.unwrap_or(0)].join(", ");
    let values = if nulls.is_empty() {
        nulls
    } else {
        format!("({nulls})")
    };
    let planning = connection::PLANNING.map(|(name, value)| format!("set {name} = {value}; "));
    let planning = planning.concat();
    let explain = format!("{planning}prepare asked as {sql}; explain execute asked{values}");
    let steps = server.run(DATABASE, &explain).unwrap();
    steps.lines().map(str::to_owned).collect()
}

/// Whether a step reads a table that grows from end to end.
fn scans_a_table(step: &str) -> bool {
    let Some((_, table)) = step.split_once("Seq Scan on ") else {
        return false;
    };
    let table = table.split_whitespace().next().unwrap_or_default();
    !SMALL.contains(&table)
}

/// Whether a plan reads a table or an index from end to end.
fn reads_everything(plan: &[String]) -> bool {
    let count = |what: &str| plan.iter().filter(|step| step.contains(what)).count();
    let scans = count("Index Scan") + count("Index Only Scan");
    scans > count("Index Cond") || plan.iter().any(|step| scans_a_table(step))
}

fn sorts(step: &str) -> bool {
    step.contains("Sort  (cost")
}

fn check_all(server: &PrivatePostgres) {
    for (name, sql) in QUERIES.into_iter().chain(ORDERED_QUERIES) {
        let plan = plan(server, sql);
        assert!(!reads_everything(&plan), "{name}: {plan:#?}");
    }
    for (name, sql) in ORDERED_QUERIES {
        let plan = plan(server, sql);
        assert!(!plan.iter().any(|step| sorts(step)), "{name}: {plan:#?}");
    }
    // Whoever lists orders reads the answers of the page and no others.
    let orders = plan(server, LIST_ORDERS);
    let only = orders.iter().any(|step| step.contains("Index Only Scan"));
    assert!(only, "{orders:#?}");
}

#[tokio::test]
async fn no_query_that_grows_scans_a_table() {
    let server = PrivatePostgres::start(&Options::default()).unwrap();
    server.create_database(DATABASE, None).unwrap();
    let url = server.url(DATABASE);
    let store = PostgresStore::open(&url, &PostgresConfig::default())
        .await
        .unwrap();
    store.writer.close().await;
    store.readers.close().await;
    // A plan that was made while the tables were empty is used for a while when they are not.
    check_all(&server);
    for statement in POPULATE.split(';') {
        server.run(DATABASE, statement).unwrap();
    }
    check_all(&server);

    // The check itself works: these two read everything.
    let scan = plan(&server, "select * from ledger where reason = 'luck'");
    assert!(reads_everything(&scan), "{scan:#?}");
    let sort = plan(
        &server,
        "select * from orders where player_id = 1 order by answer",
    );
    assert!(sort.iter().any(|step| sorts(step)), "{sort:#?}");
}
