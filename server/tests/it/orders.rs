//! `/api/v1/games/{game}/orders` and what follows from them: holdings, summary, ledger, ticket.

use domain::api::{
    CursorPage, HoldingView, LedgerEntryView, OrderView, Page, SummaryView, TicketView,
};
use domain::{FactKind, Money};
use reqwest::StatusCode;
use serde_json::{Value, json};

use crate::app::{Player, TestApp, order};

const OPEN: &str = "/api/v1/games/open";

async fn summary(player: &Player) -> SummaryView {
    player
        .get(&format!("{OPEN}/summary"))
        .await
        .expect(StatusCode::OK)
}

async fn ledger(player: &Player) -> Vec<LedgerEntryView> {
    let answer = player.get(&format!("{OPEN}/ledger?limit=100")).await;
    answer
        .expect::<CursorPage<LedgerEntryView>>(StatusCode::OK)
        .items
}

#[tokio::test]
async fn a_purchase_is_seen_everywhere_at_once() {
    let app = TestApp::start().await;
    let (ada, symbol) = (app.registered("ada").await, app.symbol().await);
    let before = summary(&ada).await;
    assert_eq!(
        (before.cash, before.positions_held, before.xp),
        (Money::from_whole(10_000), 0, 0)
    );

    let body = order(&symbol, "buy", json!({"quantity": "2.5"}));
    let bought: OrderView = ada.place(&body).await.expect(StatusCode::CREATED);
    let fill = bought.fill.expect("it was filled");
    let cash = before.cash.checked_add(fill.cash_change);
    assert_eq!(bought.cash_after, cash);

    let after = summary(&ada).await;
    assert_eq!(
        (Some(after.cash), after.positions_held, after.xp),
        (cash, 1, fill.xp + bought.extra_xp())
    );
    assert_eq!(
        after.cash.checked_add(after.market_value),
        Some(after.net_worth)
    );
    assert_eq!(after.invested, fill.value);

    let holdings: Page<HoldingView> = ada
        .get(&format!("{OPEN}/holdings"))
        .await
        .expect(StatusCode::OK);
    assert_eq!(
        (
            holdings.items.len(),
            holdings.meta.total,
            holdings.meta.per_page
        ),
        (1, 1, 50)
    );
    assert_eq!(holdings.items[0].position.quantity, fill.quantity);
    assert_eq!(holdings.items[0].lots.len(), 1);

    let entries = ledger(&ada).await;
    let kinds: Vec<_> = entries
        .iter()
        .map(|entry| (entry.seq, entry.kind))
        .collect();
    assert_eq!(kinds, [(2, FactKind::Bought), (1, FactKind::Opened)]);
    assert_eq!(
        entries[0].symbol.map(|symbol| symbol.to_string()),
        Some(symbol.clone())
    );

    let ticket: TicketView = ada
        .get(&format!("{OPEN}/instruments/{symbol}/ticket"))
        .await
        .expect(StatusCode::OK);
    assert_eq!(
        (ticket.version, ticket.position.quantity, ticket.xp),
        (2, fill.quantity, fill.xp + bought.extra_xp())
    );
    assert!(ticket.quote.is_some());

    let sold = ada
        .place(&order(&symbol, "sell", json!({"quantity": "2.5"})))
        .await;
    sold.expect::<OrderView>(StatusCode::CREATED);
    let holdings: Page<HoldingView> = ada
        .get(&format!("{OPEN}/holdings"))
        .await
        .expect(StatusCode::OK);
    assert!(holdings.items.is_empty());
    assert_eq!(summary(&ada).await.positions_held, 0);
    app.stop().await;
}

#[tokio::test]
async fn a_repeat_gets_the_first_answer_to_the_letter() {
    let app = TestApp::start().await;
    let (ada, symbol) = (app.guest().await, app.symbol().await);
    let buy = order(&symbol, "buy", json!({"amount": "100"}));
    let first = ada.place(&buy).await;
    assert_eq!(first.status, StatusCode::CREATED, "{}", first.body);
    let repeat = ada.place(&buy).await;
    assert_eq!(
        (repeat.status, &repeat.body),
        (StatusCode::CREATED, &first.body)
    );
    let mut other = buy.clone();
    other["size"] = json!({"amount": "101"});
    ada.place(&other).await.error("idempotency_key_reused");
    assert_eq!(summary(&ada).await.version, 2);

    let too_much = order(&symbol, "buy", json!({"amount": "1000000"}));
    let refused = ada.place(&too_much).await;
    let error = refused.error("insufficient_cash");
    assert!(error.rejection.is_some(), "{error:?}");
    assert_eq!(ada.place(&too_much).await.body, refused.body);

    let key = buy["idempotency_key"].as_str().expect("keys are texts");
    let found: OrderView = ada
        .get(&format!("{OPEN}/orders/{key}"))
        .await
        .expect(StatusCode::OK);
    assert_eq!(Some(found), serde_json::from_str(&first.body).ok());
    ada.get(&format!("{OPEN}/orders/no-such-order"))
        .await
        .error("not_found");
    ada.get(&format!("{OPEN}/orders/x"))
        .await
        .error("not_found");
    app.guest()
        .await
        .get(&format!("{OPEN}/orders/{key}"))
        .await
        .error("not_found");
    app.stop().await;
}

#[tokio::test]
async fn a_rejection_says_why_with_the_numbers() {
    let app = TestApp::start().await;
    let (ada, symbol) = (app.guest().await, app.symbol().await);
    let refuse = async |body: Value, code: &str| ada.place(&body).await.error(code);
    refuse(
        order(&symbol, "sell", json!({"quantity": "1"})),
        "insufficient_quantity",
    )
    .await;
    refuse(
        order(&symbol, "buy", json!({"amount": "0.01"})),
        "too_small",
    )
    .await;
    refuse(
        order("ZZZZZZZZ", "buy", json!({"quantity": "1"})),
        "not_tradable",
    )
    .await;
    let mut guarded = order(&symbol, "buy", json!({"quantity": "1"}));
    guarded["guard"] = json!({"expected": "0.01"});
    let moved = refuse(guarded, "price_moved").await;
    assert!(
        matches!(moved.rejection, Some(domain::Rejection::PriceMoved { .. })),
        "{moved:?}"
    );
    assert_eq!(summary(&ada).await.version, 1);
    app.stop().await;
}

#[tokio::test]
async fn an_order_that_makes_no_sense_is_refused_by_its_field() {
    let app = TestApp::start().await;
    let (ada, symbol) = (app.guest().await, app.symbol().await);
    let good = order(&symbol, "buy", json!({"quantity": "1"}));
    let check = async |field: &str, value: Value, wrong: &str| {
        let mut body = good.clone();
        body[field] = value.clone();
        assert_eq!(
            ada.place(&body).await.wrong_field(),
            wrong,
            "{field}: {value}"
        );
    };
    check("size", json!({"quantity": "0"}), "size").await;
    check("size", json!({"quantity": "-1"}), "size").await;
    check("size", json!({"quantity": 1}), "size.quantity").await;
    check("size", json!({"quantity": "0.0000001"}), "size.quantity").await;
    check("size", json!({"amount": "9".repeat(40)}), "size.amount").await;
    check("size", json!({"shares": "1"}), "size.shares").await;
    check("size", json!({"quantity": "1", "amount": "1"}), "size").await;
    check("side", json!("hold"), "side").await;
    check("symbol", json!("aapl"), "symbol").await;
    check("idempotency_key", json!("short"), "idempotency_key").await;
    check("guard", json!({"expected": "0"}), "guard").await;
    check(
        "guard",
        json!({"expected": "1", "tolerance_bps": -1}),
        "guard.tolerance_bps",
    )
    .await;
    check(
        "guard",
        json!({"expected": "1", "tolerance_bps": 10_001}),
        "guard",
    )
    .await;
    check("reason", json!("x".repeat(501)), "reason").await;
    check("reason", json!(7), "reason").await;
    check("hurry", json!(true), "hurry").await;
    app.stop().await;
}

#[tokio::test]
async fn lists_that_grow_are_read_by_cursor() {
    let app = TestApp::start().await;
    let (ada, symbol) = (app.guest().await, app.symbol().await);
    for _ in 0..5 {
        let bought = ada
            .place(&order(&symbol, "buy", json!({"amount": "10"})))
            .await;
        bought.expect::<OrderView>(StatusCode::CREATED);
    }
    let mut keys = Vec::new();
    let mut cursor = String::new();
    loop {
        let answer = ada.get(&format!("{OPEN}/orders?limit=2{cursor}")).await;
        let page: CursorPage<OrderView> = answer.expect(StatusCode::OK);
        keys.extend(
            page.items
                .into_iter()
                .map(|order| order.idempotency_key.to_string()),
        );
        match page.next {
            Some(next) => cursor = format!("&cursor={next}"),
            None => break,
        }
    }
    let distinct: std::collections::BTreeSet<_> = keys.iter().collect();
    assert_eq!((keys.len(), distinct.len()), (5, 5));

    let first: CursorPage<LedgerEntryView> = ada
        .get(&format!("{OPEN}/ledger?limit=4"))
        .await
        .expect(StatusCode::OK);
    let next = first.next.expect("there are six entries");
    let rest: CursorPage<LedgerEntryView> = ada
        .get(&format!("{OPEN}/ledger?limit=4&cursor={next}"))
        .await
        .expect(StatusCode::OK);
    let seqs: Vec<i64> = first
        .items
        .iter()
        .chain(&rest.items)
        .map(|entry| entry.seq)
        .collect();
    assert_eq!((seqs, rest.next), (vec![6, 5, 4, 3, 2, 1], None));
    for (path, field) in [
        ("orders?cursor=x", "cursor"),
        ("orders?cursor=1.x", "cursor"),
        ("ledger?cursor=-1", "cursor"),
        ("ledger?limit=101", "limit"),
        ("orders?limit=0", "limit"),
    ] {
        assert_eq!(
            ada.get(&format!("{OPEN}/{path}")).await.wrong_field(),
            field,
            "{path}"
        );
    }
    assert_eq!(
        ada.get(&format!("{OPEN}/holdings?per_page=1001"))
            .await
            .wrong_field(),
        "per_page"
    );
    app.stop().await;
}

#[tokio::test]
async fn a_hundred_orders_at_once_end_in_an_exact_sum() {
    let app = TestApp::start().await;
    let (ada, symbol) = (app.guest().await, app.symbol().await);
    let orders = (0..100).map(|_| {
        let (ada, body) = (ada.clone(), order(&symbol, "buy", json!({"amount": "150"})));
        tokio::spawn(async move { ada.place(&body).await })
    });
    let mut spent = Money::ZERO;
    let mut filled = 0;
    for answer in orders.collect::<Vec<_>>() {
        let answer = answer.await.expect("no order panics");
        if answer.status == StatusCode::CREATED {
            let bought: OrderView = answer.expect(StatusCode::CREATED);
            let change = bought.fill.expect("it was filled").cash_change;
            spent = spent.checked_add(change).expect("sums of a test are small");
            filled += 1;
        } else {
            answer.error("insufficient_cash");
        }
    }
    assert!((60..100).contains(&filled), "{filled}");
    let after = summary(&ada).await;
    assert_eq!(
        Some(after.cash),
        Money::from_whole(10_000).checked_add(spent)
    );
    assert_eq!(after.version, filled + 1);
    assert!(!after.cash.is_negative());
    app.stop().await;
}

#[tokio::test]
async fn requests_of_a_player_are_limited_and_counted_in_headers() {
    let app = TestApp::start_with(|config| {
        config.limits.requests_per_minute = 60;
        config.limits.request_burst = 3;
    })
    .await;
    let (ada, eve) = (app.guest().await, app.guest().await);
    for remaining in ["2", "1", "0"] {
        let answer = ada.get("/api/v1/me").await;
        assert_eq!(answer.status, StatusCode::OK);
        assert_eq!(answer.header("ratelimit-limit"), "60");
        assert_eq!(answer.header("ratelimit-remaining"), remaining);
        assert!(answer.headers.contains_key("ratelimit-reset"));
    }
    let refused = ada.get("/api/v1/me").await;
    assert_eq!(refused.error("rate_limited").retry_after_seconds, Some(1));
    assert_eq!(refused.header("retry-after"), "1");
    assert_eq!(eve.get("/api/v1/me").await.status, StatusCode::OK);
    app.stop().await;
}
