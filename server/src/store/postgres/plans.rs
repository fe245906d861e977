//! Checks the plan of every query on growing tables: on a populated database, each uses an index.

use private_postgres::{Options, PrivatePostgres};

use super::*;

const DATABASE: &str = "plans";

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
    ("instruments::LIST_CANDLES", instruments::LIST_CANDLES),
    ("actions::LIST_OF_INSTRUMENT", actions::LIST_OF_INSTRUMENT),
    ("actions::LIST_HOLDERS", actions::LIST_HOLDERS),
    ("fetch::FOR_ORDERS", fetch::FOR_ORDERS),
    ("batch::UPDATE_ACCOUNTS", batch::UPDATE_ACCOUNTS),
    ("batch::UPDATE_PLAYERS", batch::UPDATE_PLAYERS),
    ("batch::STORE_POSITIONS", batch::STORE_POSITIONS),
    ("batch::STORE_ANSWERS", batch::STORE_ANSWERS),
    ("columns::APPEND_ENTRIES", columns::APPEND_ENTRIES),
    ("resting_rows::REMOVE", resting_rows::REMOVE),
    (
        "resting_rows::REPLACE_ANSWERS",
        resting_rows::REPLACE_ANSWERS,
    ),
    ("done::POSTINGS", done::POSTINGS),
    ("done::AWARDS", done::AWARDS),
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
    ("batch::FIND_CURRENT", batch::FIND_CURRENT),
    ("batch::FIND_CURRENT_PLAYERS", batch::FIND_CURRENT_PLAYERS),
    ("batch::FIND_ANSWERED", batch::FIND_ANSWERED),
    ("accounts::FIND", accounts::FIND),
    ("accounts::FIND_TICKET", accounts::FIND_TICKET),
    ("accounts::FIND_ORDER", accounts::FIND_ORDER),
    ("audit::LIST_POSITIONS", audit::LIST_POSITIONS),
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
        "retention_rows::LIST_ARCHIVED",
        retention_rows::LIST_ARCHIVED,
    ),
    (
        "retention_rows::DELETE_ARCHIVED",
        retention_rows::DELETE_ARCHIVED,
    ),
    ("markets::LIST_PACES", markets::LIST_PACES),
    ("targets::FIND", targets::FIND),
    ("targets::DELETE", targets::DELETE),
    ("targets::MARK", targets::MARK),
    ("targets::DELETE_OLD", targets::DELETE_OLD),
    ("targets::FIND_REBALANCING", targets::FIND_REBALANCING),
    ("targets::ADVANCE", targets::ADVANCE),
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
    (
        "progress::LIST_LATEST_UNLOCKS",
        progress::LIST_LATEST_UNLOCKS,
    ),
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
/// Tables that are deliberately read in full because they are small.
const SMALL: [&str; 6] = [
    "markets",
    "games",
    "xp_rules",
    "instruments",
    "last_quotes",
    "variables",
];

/// Ten thousand players with ten positions, ten orders and ten entries in two months each.
const POPULATE: &str = "
    select prepare_ledger(0);
    insert into players (player_id, xp, award_seq, award_hash, created_at, handle, locale, base_currency)
    select n, 0, 10, sha256(''), 0, 'player-' || n, 'en', 'USD' from generate_series(1, 10000) n;
    insert into player_names (player_id, name, kind)
    select n, 'player-' || n, 'handle' from generate_series(1, 10000) n;
    insert into sessions (player_id, session_id, created_at, last_seen_at, expires_at, token_hash, device)
    select n, n, 0, 0, n, sha256(''), '' from generate_series(1, 10000) n;
    insert into awards (player_id, seq, at, xp, rules_version, award_key, cause, previous_hash)
    select n, i, 0, 50, 1, 'daily:' || i, '', sha256('') from generate_series(1, 10000) n, generate_series(1, 10) i;
    insert into outbox (lane, seq, at, outcomes)
    select i, n, n, '' from generate_series(1, 10000) n, generate_series(1, 3) i;
    insert into postings (player_id, game_id, posting_key, seq)
    select n, 1, 'posting-1', 1 from generate_series(1, 10000) n;
    insert into accounts (player_id, game_id, cash, realized_profit, positions_held, version, head_hash)
    select n, 1, 0, 0, 10, 1, sha256('') from generate_series(1, 10000) n;
    insert into positions (player_id, game_id, instrument_id, quantity, cost_basis, realized_profit, trades_that_day, lots)
    select n, 1, i, 1, 1, 0, 0, '' from generate_series(1, 10000) n, generate_series(1, 10) i;
    insert into orders (player_id, game_id, at, filled, order_key, fingerprint, answer)
    select n, 1, i, true, 'order-' || i, sha256(''), '{}' from generate_series(1, 10000) n, generate_series(1, 10) i;
    insert into ledger (player_id, game_id, seq, at, kind, fact, previous_hash)
    select n, 1, i, i * 500000000000, 'adjusted', '', sha256('') from generate_series(1, 10000) n, generate_series(1, 10) i;
    insert into equity_points (player_id, game_id, day, net_worth, cash, flow, version)
    select n, 1, i, 0, 0, 0, 1 from generate_series(1, 10000) n, generate_series(1, 30) i;
    insert into resting_orders (player_id, game_id, instrument_id, placed_at, trigger_price, quantity, reserved_cash, reserved_quantity, order_key, side, trigger_kind)
    select n, 1, i, n, 1, 1, 0, 0, 'order-' || i, 'buy', 'limit'
    from generate_series(1, 10000) n, generate_series(1, 10) i;
    insert into target_plans (player_id, game_id, plan, changed_at)
    select n, 1, '{}', 0 from generate_series(1, 10000) n;
    insert into rebalancings (player_id, rebalancing_id, game_id, state, may_sell, created_at)
    select n, i, 1, 'pending', true, i from generate_series(1, 10000) n, generate_series(1, 10) i;
    insert into investments (player_id, investment_id, game_id, offering_id, instrument_id, at, shares, reserve, subscription_id, state)
    select n, i, 1, i, 1, i, 1, 0, i, 'pending' from generate_series(1, 10000) n, generate_series(1, 10) i;
    insert into plans (plan_id, game_id, owner_id, shared, name, amount, new_money, created_at)
    select n, 1, n, n % 100 = 0, 'Plan', 1, false, n from generate_series(1, 10000) n;
    insert into subscriptions (player_id, subscription_id, game_id, plan_id, state, created_at, start_day, skipped, paid_months, paid, bought, due_day)
    select n, i, 1, n, case i when 1 then 'active' else 'cancelled' end, 0, 0, 0, 0, 0, 0, n from generate_series(1, 10000) n, generate_series(1, 3) i;
    insert into scenario_runs (player_id, game_id, scenario_id, content, started_at, finished_at, net_worth, stars, curve) select n, i, 'scenario-' || n % 50, '{}', n, n, 1, 1, '[]' from generate_series(1, 10000) n, generate_series(1, 3) i;
    insert into game_members (player_id, game_id, joined_at, made_here, status) select n, n % 300 + 1, n, false, 'playing' from generate_series(1, 10000) n;
    insert into offline_starts (start_id, player_id, scenario_id, file, issued_at, due_at) select lpad(n || '-' || i, 32, '0'), n, 'scenario-' || n % 50, '{}', i, n from generate_series(1, 10000) n, generate_series(1, 3) i;
    insert into offline_results (scenario_id, player_id, start_id, starting_cash, net_worth, stars, trades, submitted_at) select 'scenario-' || i, n, n, 1, n, 1, 1, n from generate_series(1, 10000) n, generate_series(1, 3) i;
    insert into offline_runs (player_id, game_id, start_id, file, state) select n, i, lpad(i::text, 32, '0'), '{}', case n % 100 when 1 then 'waiting' else 'counted' end from generate_series(1, 10000) n, generate_series(1, 3) i;
    insert into duels (duel_id, challenger_id, opponent_id, days, created_at) select 'duel-000' || n, n % 1000 + 1, n % 1000 + 2, 20, n from generate_series(1, 10000) n;
    insert into strategies select n, n / 3, 1, 1, 'public', false, true, 'Name', '', '', 'bold', 1, n, n, 1, ' word' || n % 30 || ' ' from generate_series(1, 10000) n;
    insert into strategy_versions select n, i, n, n, '{}' from generate_series(1, 10000) n, generate_series(1, 3) i;
    insert into strategy_follows select n, i, 0 from generate_series(1, 10000) n, generate_series(1, 10) i;
    insert into privacy (player_id, changed_at, on_leaderboards, visibility) select n, n, true, 'public' from generate_series(1, 10000) n;
    insert into follows (player_id, followed_id, since)
    select n, n + i, 0 from generate_series(1, 10000) n, generate_series(1, 10) i;
    insert into blocks (player_id, blocked_id, since)
    select n, n + i, 0 from generate_series(1, 10000) n, generate_series(1, 10) i;
    insert into reports (player_id, report_id, reported_id, at, kind)
    select n, n, n + 1, n, 'other' from generate_series(1, 10000) n;
    insert into board_openings (player_id, game_id, starts_at, net_worth, xp, period)
    select n, 1, 0, 0, 0, period from generate_series(1, 10000) n, unnest(array['all', 'week', 'day']) period;
    insert into board_finals (game_id, starts_at, rank, player_id, score, period, measure)
    select 1, i, n, n, 0, 'week', 'xp' from generate_series(1, 1000) n, generate_series(1, 20) i;
    insert into instruments select n, true, 'simulated', 'S' || n, '', '', '', '', '', '' from generate_series(1, 100) n;
    insert into candles
    select n, day, 1, 1, 1, 1, 1 from generate_series(1, 100) n, generate_series(1, 700) day;
    insert into jobs (job_id, version, priority, run_at, attempts, max_attempts, token, created_at, started_at, ended_at, done, kind, unique_key, state, payload)
    select n, 1, n % 5, n, 0, 5, 0, n, null, case when n % 4 < 2 then n end, 0, 'kind-' || n % 20, 'key-' || n,
        case n % 4 when 0 then 'dead' when 1 then 'finished' else 'ready' end, '{}'
    from generate_series(1, 10000) n;
    vacuum analyze";

/// The steps of a statement's plan, as on the store's connections.
fn plan(server: &PrivatePostgres, sql: &str) -> Vec<String> {
    let highest = (1..=99).rev().find(|n| sql.contains(&format!("${n}")));
    let nulls = highest.map(|count| vec!["null"; count].join(", "));
    let values = nulls.map_or_else(String::new, |nulls| format!("({nulls})"));
    let planning = connection::PLANNING.map(|(name, value)| format!("set {name} = {value}; "));
    // The values are unknown: a custom plan would be made for nulls.
    let planning = planning.concat() + "set plan_cache_mode = force_generic_plan; ";
    let explain = format!("{planning}prepare asked as {sql}; explain execute asked{values}");
    let steps = server.run(DATABASE, &explain).unwrap();
    steps.lines().map(str::to_owned).collect()
}

/// Whether a step reads a growing table in full.
fn scans_a_table(step: &str) -> bool {
    let Some((_, table)) = step.split_once("Seq Scan on ") else {
        return false;
    };
    let table = table.split_whitespace().next().unwrap_or_default();
    !SMALL.contains(&table)
}

/// Whether a plan reads a table or an index in full.
fn reads_everything(plan: &[String]) -> bool {
    let count = |what: &str| plan.iter().filter(|step| step.contains(what)).count();
    let scans = count("Index Scan") + count("Index Only Scan");
    scans > count("Index Cond") || plan.iter().any(|step| scans_a_table(step))
}

fn sorts(step: &str) -> bool {
    step.contains("Sort  (cost")
}

fn check_all(server: &PrivatePostgres) {
    let ordered = [ORDERED_QUERIES, strategy_plans::ORDERED].concat();
    let plans = [QUERIES, strategy_plans::QUERIES, &ordered].concat();
    let plans = plans.iter().map(|(name, sql)| (name, plan(server, sql)));
    let bad: Vec<_> = plans.filter(|(_, plan)| reads_everything(plan)).collect();
    assert!(bad.is_empty(), "{bad:#?}");
    for (name, sql) in &ordered {
        let plan = plan(server, sql);
        assert!(!plan.iter().any(|step| sorts(step)), "{name}: {plan:#?}");
    }
    // Listing orders reads the answers on the page and no others.
    let orders = plan(server, LIST_ORDERS);
    let only = orders.iter().any(|step| step.contains("Index Only Scan"));
    assert!(only, "{orders:#?}");
}

#[tokio::test]
async fn no_query_that_grows_scans_a_table() {
    let server = PrivatePostgres::start(&Options::default()).unwrap();
    server.create_database(DATABASE, None).unwrap();
    let store = PostgresStore::open(&server.url(DATABASE), &PostgresConfig::default())
        .await
        .unwrap();
    store.writer.close().await;
    store.readers.close().await;
    // A plan made while the tables were empty stays in use for a while once they are not.
    check_all(&server);
    for statement in POPULATE.split(';') {
        server.run(DATABASE, statement).unwrap();
    }
    check_all(&server);
    // The check itself works: these two read everything.
    let scan = plan(&server, "select * from ledger where kind = 'luck'");
    assert!(reads_everything(&scan), "{scan:#?}");
    let sort = plan(
        &server,
        "select * from orders where player_id = 1 order by answer",
    );
    assert!(sort.iter().any(|step| sorts(step)), "{sort:#?}");
}
