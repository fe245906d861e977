//! Orders that wait: `/api/v1/games/{game}/open-orders`, placing and cancelling them.

use domain::api::{
    CursorPage, LedgerEntryView, OrderStatus, OrderView, Page, SummaryView, TicketView,
};
use domain::{FactKind, Money};
use reqwest::StatusCode;
use serde_json::{Value, json};

use crate::app::{Player, TestApp, order};

const OPEN: &str = "/api/v1/games/open";

/// An order far from any price of the market.
fn waiting(symbol: &str, amount: &str) -> Value {
    let mut body = order(symbol, "buy", json!({ "amount": amount }));
    body["trigger"] = json!({"limit": "0.01"});
    body
}

fn key(body: &Value) -> &str {
    body["idempotency_key"].as_str().expect("keys are texts")
}

async fn open(player: &Player) -> Vec<OrderView> {
    let answer = player.get(&format!("{OPEN}/open-orders")).await;
    answer.expect::<Page<OrderView>>(StatusCode::OK).items
}

async fn summary(player: &Player) -> SummaryView {
    let answer = player.get(&format!("{OPEN}/summary")).await;
    answer.expect(StatusCode::OK)
}

#[tokio::test]
async fn an_order_that_waits_is_seen_everywhere_until_it_is_cancelled() {
    let app = TestApp::start().await;
    let (ada, symbol) = (app.guest().await, app.symbol().await);
    let body = waiting(&symbol, "1000");
    let placed = ada.place(&body).await;
    let view: OrderView = placed.expect(StatusCode::CREATED);
    assert_eq!(view.status, OrderStatus::Resting);
    let reserved = view.reserved.map(|reserved| reserved.cash);
    assert_eq!(reserved, Some(Money::from_whole(1_000)));
    assert_eq!(ada.place(&body).await.body, placed.body);

    let unlocked: Vec<_> = view.unlocked.iter().map(|one| &one.name[..]).collect();
    assert_eq!(unlocked, ["Leave a note"]);
    let waits = OrderView {
        unlocked: Vec::new(),
        ..view.clone()
    };
    assert_eq!(open(&ada).await, [waits]);
    let found = ada.get(&format!("{OPEN}/orders/{}", key(&body))).await;
    assert_eq!(found.expect::<OrderView>(StatusCode::OK), view);
    let now = summary(&ada).await;
    assert_eq!((now.cash, now.open_orders), (Money::from_whole(10_000), 1));
    assert_eq!(now.reserved_cash, Money::from_whole(1_000));
    let ticket = ada
        .get(&format!("{OPEN}/instruments/{symbol}/ticket"))
        .await;
    let ticket: TicketView = ticket.expect(StatusCode::OK);
    assert_eq!(ticket.account.free_cash(), Money::from_whole(9_000));

    // What is set aside cannot be spent.
    let all = ada
        .place(&order(&symbol, "buy", json!({"amount": "9001"})))
        .await;
    let error = all.error("insufficient_free_cash");
    assert!(error.rejection.is_some(), "{error:?}");
    ada.place(&waiting(&symbol, "9001"))
        .await
        .error("insufficient_free_cash");

    let path = format!("{OPEN}/orders/{}", key(&body));
    let cancelled: OrderView = ada.delete(&path).await.expect(StatusCode::OK);
    assert_eq!(cancelled.status, OrderStatus::Cancelled);
    let again: OrderView = ada.delete(&path).await.expect(StatusCode::OK);
    assert_eq!(again, cancelled);
    assert_eq!(open(&ada).await, []);
    assert_eq!(summary(&ada).await.reserved_cash, Money::ZERO);
    let ledger = ada.get(&format!("{OPEN}/ledger")).await;
    let ledger: CursorPage<LedgerEntryView> = ledger.expect(StatusCode::OK);
    let kinds: Vec<_> = ledger.items.iter().map(|entry| entry.kind).collect();
    let expected = [FactKind::Released, FactKind::Reserved, FactKind::Opened];
    assert_eq!(kinds, expected);
    let set_aside = ledger.items[1].reserved_cash_change;
    assert_eq!(set_aside, Some(Money::from_whole(1_000)));
    app.stop().await;
}

#[tokio::test]
async fn only_its_player_cancels_an_order_and_only_while_it_waits() {
    let app = TestApp::start().await;
    let (ada, bob, symbol) = (app.guest().await, app.guest().await, app.symbol().await);
    let body = waiting(&symbol, "10");
    ada.place(&body)
        .await
        .expect::<OrderView>(StatusCode::CREATED);
    let path = format!("{OPEN}/orders/{}", key(&body));
    bob.delete(&path).await.error("not_found");
    app.anonymous().delete(&path).await.error("unauthorized");
    app.anonymous()
        .get(&format!("{OPEN}/open-orders"))
        .await
        .error("unauthorized");
    assert_eq!(open(&bob).await, []);
    for key in ["no-such-order", "x"] {
        ada.delete(&format!("{OPEN}/orders/{key}"))
            .await
            .error("not_found");
    }
    // One whose price is there already is filled at once.
    let mut at_once = order(&symbol, "buy", json!({"amount": "10"}));
    at_once["trigger"] = json!({"stop": "0.01"});
    let filled: OrderView = ada.place(&at_once).await.expect(StatusCode::CREATED);
    assert_eq!(filled.status, OrderStatus::Filled);
    let path = format!("{OPEN}/orders/{}", key(&at_once));
    ada.delete(&path).await.error("order_not_open");
    app.stop().await;
}

#[tokio::test]
async fn terms_that_make_no_sense_are_refused_by_their_field() {
    let app = TestApp::start().await;
    let (ada, symbol) = (app.guest().await, app.symbol().await);
    let with = |fields: Value| {
        let mut body = order(&symbol, "buy", json!({"amount": "10"}));
        for (name, value) in fields.as_object().expect("fields") {
            body[name] = value.clone();
        }
        body
    };
    let limit = json!({"limit": "0.01"});
    for (fields, field) in [
        (json!({"trigger": {"limit": "0"}}), "trigger"),
        (json!({"trigger": {"limit": "-1"}}), "trigger"),
        (json!({"trigger": {"limit": 1}}), "trigger.limit"),
        (json!({"trigger": {"limit": "x"}}), "trigger.limit"),
        (json!({"trigger": {"market": "1"}}), "trigger.market"),
        (json!({"trigger": {"limit": "1", "stop": "1"}}), "trigger"),
        (json!({"expires_at": "2030-01-01T00:00:00Z"}), "expires_at"),
        (
            json!({"trigger": limit, "expires_at": "soon"}),
            "expires_at",
        ),
        (
            json!({"trigger": limit, "guard": {"expected": "1"}}),
            "guard",
        ),
    ] {
        let body = with(fields);
        assert_eq!(ada.place(&body).await.wrong_field(), field, "{body}");
    }
    let past = with(json!({"trigger": limit, "expires_at": "2020-01-01T00:00:00Z"}));
    ada.place(&past).await.error("already_expired");
    let mut sale = order(&symbol, "sell", json!({"quantity": "1"}));
    sale["trigger"] = json!({"limit": "99999"});
    ada.place(&sale).await.error("insufficient_quantity");
    for query in ["page=0", "per_page=1001", "page=x"] {
        let answer = ada.get(&format!("{OPEN}/open-orders?{query}")).await;
        assert!(answer.status == StatusCode::UNPROCESSABLE_ENTITY, "{query}");
    }
    app.stop().await;
}

#[tokio::test]
async fn no_more_orders_wait_than_may_and_they_come_in_pages() {
    let app = TestApp::start().await;
    let (ada, symbol) = (app.guest().await, app.symbol().await);
    for _ in 0..50 {
        let placed = ada.place(&waiting(&symbol, "10")).await;
        placed.expect::<OrderView>(StatusCode::CREATED);
    }
    ada.place(&waiting(&symbol, "10"))
        .await
        .error("too_many_open_orders");
    let page: Page<OrderView> = ada
        .get(&format!("{OPEN}/open-orders?page=2&per_page=20"))
        .await
        .expect(StatusCode::OK);
    assert_eq!((page.items.len(), page.meta.total), (20, 50));
    let newest = open(&ada).await;
    assert!(newest.is_sorted_by(|a, b| a.at >= b.at));
    let verified = server::verify::verify(&*app.store().await, |finding| panic!("{finding}")).await;
    assert!(verified.expect("the database can be read").is_sound());
    app.stop().await;
}

#[tokio::test]
async fn plain_forms_place_and_cancel() {
    let app = TestApp::start().await;
    let (ada, symbol) = (app.browser(), app.symbol().await);
    ada.form("/forms/guest", &[]).await;
    let fields = [
        ("game", "open"),
        ("symbol", symbol.as_str()),
        ("side", "buy"),
        ("unit", "amount"),
        ("size", "100"),
        ("trigger", "limit"),
        ("trigger_price", "0.01"),
        ("expires_at", ""),
        ("idempotency_key", "form-order-0001"),
    ];
    let placed = ada.form("/forms/order", &fields).await;
    assert_eq!(placed.status, StatusCode::SEE_OTHER);
    let expected = format!("/instruments/{symbol}?done=form-order-0001");
    assert_eq!(placed.header("location"), expected);
    assert_eq!(open(&ada).await.len(), 1);
    let cancelled = ada
        .form(
            "/forms/cancel-order",
            &[("game", "open"), ("key", "form-order-0001")],
        )
        .await;
    assert_eq!(cancelled.header("location"), "/orders");
    assert_eq!(open(&ada).await, []);
    app.stop().await;
}
