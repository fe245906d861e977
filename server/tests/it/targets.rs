//! Targets, rebalancings and baskets.

use std::time::Duration;

use domain::api::CursorPage;
use domain::api::{
    AdviceState, AuthAnswer, BasketView, LedgerEntryView, LiveMessage, NotificationKind,
    NotificationsView, OrderStatus, PreviewedOrder, RebalancingView, SummaryView, TargetsView,
};
use domain::{FactKind, Money, Side};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use crate::app::{Answer, Player, TestApp, registration};
use crate::progress::run;

const TARGETS: &str = "/api/v1/games/open/targets";
const REBALANCINGS: &str = "/api/v1/games/open/rebalancings";
const NOTIFICATIONS: &str = "/api/v1/me/notifications";
const BASKETS: &str = "/api/v1/games/open/baskets";

async fn put(player: &Player, body: &Value) -> Answer {
    Answer::of(player.request(Method::PUT, TARGETS).json(body)).await
}

fn plan(shares: &[(&str, &str)]) -> Value {
    let target =
        |(symbol, share): &(&str, &str)| json!({"aim": {"instrument": symbol}, "share": share});
    let targets: Vec<_> = shares.iter().map(target).collect();
    json!({"targets": targets, "absolute": "5", "relative": "25", "trade_min": "10"})
}

/// Reads a rebalancing until it has ended.
async fn ended(player: &Player, id: &str) -> RebalancingView {
    let address = format!("{REBALANCINGS}/{id}");
    let read = async {
        loop {
            let view: RebalancingView = player.get(&address).await.expect(StatusCode::OK);
            if view.state.has_ended() {
                return view;
            }
            tokio::task::yield_now().await;
        }
    };
    let limit = Duration::from_secs(60);
    tokio::time::timeout(limit, read).await.expect("it ends")
}

#[tokio::test]
async fn targets_are_reached_by_the_orders_of_a_rebalancing() {
    let app = TestApp::start().await;
    let player = app.guest().await;
    let empty: TargetsView = player.get(TARGETS).await.expect(StatusCode::OK);
    assert_eq!((empty.plan, empty.rebalancing), (None, None));
    player
        .post(REBALANCINGS, &json!({}))
        .await
        .error("not_found");
    let set = plan(&[("PUFFN", "40"), ("WOBBL", "40")]);
    let stored: TargetsView = put(&player, &set).await.expect(StatusCode::OK);
    let allocation = stored.allocation.expect("there are targets");
    assert_eq!(allocation.base, Money::from_whole(10_000));
    assert!(allocation.is_beyond());
    let asked = player.post(REBALANCINGS, &json!({})).await;
    let asked: RebalancingView = asked.expect(StatusCode::ACCEPTED);
    let done = ended(&player, &asked.id).await;
    assert_eq!(done.state, AdviceState::Completed, "{done:?}");
    let proposal = done.proposal.expect("it is completed");
    assert_eq!(proposal.orders.len(), 2);
    assert!(
        proposal
            .orders
            .iter()
            .all(|order| order.side == Side::Buy && order.quantity.is_whole())
    );
    assert!(done.preview.iter().all(|preview| preview.fill.is_some()));
    assert!(!proposal.after.is_beyond());

    let place = format!("{REBALANCINGS}/{}/orders", asked.id);
    let stranger = app.guest().await;
    stranger.post(&place, &json!({})).await.error("not_found");
    let placed: BasketView = player
        .post(&place, &json!({}))
        .await
        .expect(StatusCode::CREATED);
    assert!(
        placed
            .orders
            .iter()
            .all(|order| order.status == OrderStatus::Filled)
    );
    let again: BasketView = player
        .post(&place, &json!({}))
        .await
        .expect(StatusCode::CREATED);
    assert_eq!(again, placed, "a repeat trades nothing");
    let after: TargetsView = player.get(TARGETS).await.expect(StatusCode::OK);
    assert!(after.rebalancing.expect("it is there").placed);
    let ledger: CursorPage<LedgerEntryView> = player
        .get("/api/v1/games/open/ledger")
        .await
        .expect(StatusCode::OK);
    let entries = ledger.items.iter();
    let bought = entries.filter(|entry| entry.kind == FactKind::Bought);
    assert_eq!(bought.count(), 2);
    assert_eq!(player.delete(TARGETS).await.status, StatusCode::NO_CONTENT);
    player.delete(TARGETS).await.error("not_found");
    app.stop().await;
}

#[tokio::test]
async fn targets_that_cannot_be_followed_name_their_field() {
    let app = TestApp::start().await;
    let player = app.guest().await;
    let mut narrow = plan(&[("PUFFN", "40")]);
    narrow["absolute"] = json!("101");
    for (body, field) in [
        (plan(&[("PUFFN", "60"), ("WOBBL", "60")]), "targets"),
        (plan(&[("ZZZZZ", "60")]), "targets"),
        (plan(&[]), "targets"),
        (plan(&[("PUFFN", "many")]), "targets[0].share"),
        (narrow, "absolute"),
    ] {
        assert_eq!(put(&player, &body).await.wrong_field(), field, "{body}");
    }
    app.stop().await;
}

#[tokio::test]
async fn a_basket_of_which_one_order_does_not_hold_trades_nothing_or_the_rest() {
    let app = TestApp::start().await;
    let player = app.guest().await;
    let orders = json!([
        {"symbol": "PUFFN", "side": "buy", "size": {"quantity": "1"}},
        {"symbol": "WOBBL", "side": "sell", "size": {"quantity": "1"}},
        {"symbol": "PUFFN", "side": "sell", "size": {"quantity": "1"}},
    ]);
    let basket =
        |key: &str, mode: &str| json!({"idempotency_key": key, "orders": orders, "mode": mode});
    let preview = format!("{BASKETS}/preview");
    let all = basket("basket-0001", "all_or_nothing");
    let previewed: Vec<PreviewedOrder> = player.post(&preview, &all).await.expect(StatusCode::OK);
    let holds: Vec<_> = previewed.iter().map(|one| one.fill.is_some()).collect();
    assert_eq!(
        holds,
        [true, false, true],
        "the sale is of what was bought before it"
    );
    let refused = player
        .post(BASKETS, &all)
        .await
        .error("insufficient_quantity");
    assert!(
        refused.message.starts_with("WOBBL: "),
        "{}",
        refused.message
    );
    let summary: SummaryView = player
        .get("/api/v1/games/open/summary")
        .await
        .expect(StatusCode::OK);
    assert_eq!(summary.version, 1, "nothing was written");

    let possible = basket("basket-0001", "possible");
    let placed: BasketView = player
        .post(BASKETS, &possible)
        .await
        .expect(StatusCode::CREATED);
    let statuses: Vec<_> = placed.orders.iter().map(|order| order.status).collect();
    assert_eq!(
        statuses,
        [
            OrderStatus::Filled,
            OrderStatus::Rejected,
            OrderStatus::Filled
        ]
    );
    let key = placed.orders[2].idempotency_key.to_string();
    assert_eq!(key, "basket-0001-3");
    let again: BasketView = player
        .post(BASKETS, &possible)
        .await
        .expect(StatusCode::CREATED);
    assert_eq!(again, placed);
    let mut other = possible.clone();
    other["orders"][0]["size"] = json!({"quantity": "2"});
    player
        .post(BASKETS, &other)
        .await
        .error("idempotency_key_reused");
    let none = json!({"idempotency_key": "basket-0002", "orders": []});
    assert_eq!(player.post(BASKETS, &none).await.wrong_field(), "orders");
    app.stop().await;
}

#[tokio::test]
async fn a_page_without_script_sets_targets_and_trades_back_to_them() {
    let app = TestApp::start().await;
    let browser = app.browser();
    browser.form("/forms/guest", &[]).await;
    let fields = [
        ("instrument:PUFFN", "50"),
        ("absolute", "5"),
        ("relative", "25"),
        ("trade_min", "10"),
        ("game", "open"),
    ];
    let saved = browser.form("/forms/targets", &fields).await;
    assert_eq!(saved.header("location"), "/targets");
    let page = browser.get("/targets").await;
    assert_eq!(page.status, StatusCode::OK);
    assert!(
        page.body.contains("Cash is furthest from its target"),
        "{}",
        page.body
    );
    let asked = browser
        .form(
            "/forms/rebalance",
            &[("game", "open"), ("may_sell", "true")],
        )
        .await;
    assert_eq!(asked.header("location"), "/targets#trades");
    let targets: TargetsView = browser.get(TARGETS).await.expect(StatusCode::OK);
    let id = targets.rebalancing.expect("it was asked for").id;
    ended(&browser, &id).await;
    let page = browser.get("/targets").await;
    assert!(
        page.body
            .contains("You have no PUFFN yet, and you want 50.00% in it."),
        "{}",
        page.body
    );
    let placed = browser
        .form("/forms/place-rebalancing", &[("game", "open"), ("id", &id)])
        .await;
    assert_eq!(placed.header("location"), "/targets#trades");
    let page = browser.get("/targets").await;
    assert!(
        page.body.contains("These orders were placed."),
        "{}",
        page.body
    );
    let mut wrong = fields;
    wrong[0].1 = "150";
    browser.form("/forms/targets", &wrong).await;
    let page = browser.get("/targets").await;
    let words = "The targets must be shares from 0 to 100 percent.";
    assert!(page.body.contains(words), "{}", page.body);
    app.stop().await;
}

#[tokio::test]
async fn the_nightly_check_marks_an_account_that_has_drifted_and_no_other() {
    let app = TestApp::start_with(|config| config.jobs.poll_ms = 1_000).await;
    let (drifted, steady) = (app.guest().await, app.guest().await);
    let _: TargetsView = put(&drifted, &plan(&[("PUFFN", "40")]))
        .await
        .expect(StatusCode::OK);
    let _: TargetsView = put(&steady, &plan(&[("PUFFN", "0")]))
        .await
        .expect(StatusCode::OK);
    run(&app, "drifted_accounts").await;
    let view: TargetsView = drifted.get(TARGETS).await.expect(StatusCode::OK);
    assert!(view.beyond_since.is_some());
    let view: TargetsView = steady.get(TARGETS).await.expect(StatusCode::OK);
    assert_eq!(view.beyond_since, None);
    let told = |list: NotificationsView| {
        let kinds = list.items.into_iter().map(|item| (item.kind, item.link));
        kinds.collect::<Vec<_>>()
    };
    let list = drifted.get(NOTIFICATIONS).await.expect(StatusCode::OK);
    assert_eq!(
        told(list),
        [(NotificationKind::Drifted, "/targets".to_owned())]
    );
    let list = steady.get(NOTIFICATIONS).await.expect(StatusCode::OK);
    assert_eq!(told(list), []);
    app.stop().await;
}

#[tokio::test]
async fn the_end_of_a_rebalancing_is_told_over_the_live_connection() {
    let app = TestApp::start().await;
    let mut body = registration("ann");
    body["session"] = json!("token");
    let answer = app.anonymous().post("/api/v1/auth/register", &body).await;
    let token = answer.expect::<AuthAnswer>(StatusCode::CREATED).token;
    let token = token.expect("a token was asked for");
    let player = app.program(&token);
    let mut socket = crate::live::connect_as(&app, &token).await;
    // The connection listens once it has said hello.
    crate::live::said(&mut socket).await;
    let _: TargetsView = put(&player, &plan(&[("PUFFN", "40")]))
        .await
        .expect(StatusCode::OK);
    let asked = player.post(REBALANCINGS, &json!({})).await;
    let asked: RebalancingView = asked.expect(StatusCode::ACCEPTED);
    let told = loop {
        if let LiveMessage::Rebalancing { id, state } = crate::live::said(&mut socket).await {
            break (id, state);
        }
    };
    assert_eq!(told, (asked.id, AdviceState::Completed));
    app.stop().await;
}
