//! `/api/v1/games/{game}/leaderboard` and the boards behind it.

use std::time::Duration;

use domain::api::{LeaderboardView, OrderView, PlayerView, StandingView, SummaryView};
use domain::boards::Measure;
use reqwest::{Method, StatusCode};
use serde_json::json;

use crate::app::{Answer, Player, TestApp, order};

mod boards;

const PATH: &str = "/api/v1/games/open/leaderboard";
/// Longer than anything takes; a test that needs it has failed.
const PATIENCE: Duration = Duration::from_secs(20);

/// The first answer that is as it should be.
async fn seen(
    player: &Player,
    query: &str,
    expected: impl Fn(&LeaderboardView) -> bool,
) -> LeaderboardView {
    let path = format!("{PATH}{query}");
    let ask = async {
        loop {
            let view: LeaderboardView = player.get(&path).await.expect(StatusCode::OK);
            if expected(&view) {
                return view;
            }
        }
    };
    let seen = tokio::time::timeout(PATIENCE, ask).await;
    seen.expect("the board becomes what it should be")
}

fn handles(rows: &[StandingView]) -> Vec<&str> {
    rows.iter().map(|row| row.handle.as_str()).collect()
}

/// A server whose prices stand still for longer than a test takes.
async fn calm() -> TestApp {
    TestApp::start_with(|config| config.markets.tick_ms = 60_000).await
}

async fn buy(player: &Player, symbol: &str) -> OrderView {
    let body = order(symbol, "buy", json!({"amount": "100"}));
    player.place(&body).await.expect(StatusCode::CREATED)
}

#[tokio::test]
async fn players_are_listed_from_their_first_trade_on_and_a_trade_changes_the_order() {
    let app = calm().await;
    let (ann, bob) = (app.registered("ann").await, app.registered("bob").await);
    let symbol = app.symbol().await;
    let empty = seen(&ann, "", |_| true).await;
    assert_eq!((empty.standings.meta.total, empty.me), (0, None));

    // A waiting order is no trade.
    let mut waiting = order(&symbol, "buy", json!({"amount": "1000"}));
    waiting["trigger"] = json!({"limit": "0.01"});
    let waits: OrderView = bob.place(&waiting).await.expect(StatusCode::CREATED);
    assert_eq!(waits.fill, None);
    buy(&ann, &symbol).await;
    let one = seen(&bob, "?measure=xp&around=me", |view| {
        view.standings.meta.total > 0
    })
    .await;
    assert_eq!(handles(&one.standings.items), ["ann"]);
    assert_eq!((one.me, one.around), (None, Vec::new()));

    buy(&bob, &symbol).await;
    let first = buy(&bob, &symbol).await;
    let two = seen(&bob, "?measure=xp&around=me", |view| {
        view.me.as_ref().map(|me| me.standing.xp) == first.xp_after
    })
    .await;
    assert_eq!(handles(&two.standings.items), ["bob", "ann"]);
    assert_eq!(two.around, two.standings.items);
    let own = two.me.expect("he has traded");
    assert_eq!((own.standing.rank, own.ahead_of_bps), (1, 10_000));
    assert!(own.standing.me && !two.standings.items[1].me);

    // What a waiting order unlocks is worth XP, too.
    let mut waiting = order(&symbol, "buy", json!({"amount": "1000"}));
    waiting["trigger"] = json!({"limit": "0.01"});
    ann.place(&waiting)
        .await
        .expect::<OrderView>(StatusCode::CREATED);
    buy(&ann, &symbol).await;
    let last = buy(&ann, &symbol).await;
    let turned = seen(&bob, "?measure=xp", |view| {
        Some(view.standings.items[0].xp) == last.xp_after
    })
    .await;
    assert_eq!(handles(&turned.standings.items), ["ann", "bob"]);
    assert_eq!(turned.me.map(|me| me.standing.rank), Some(2));
    app.stop().await;
}

#[tokio::test]
async fn the_board_says_what_the_summary_says() {
    let app = calm().await;
    let (guest, symbol) = (app.guest().await, app.symbol().await);
    buy(&guest, &symbol).await;
    let view = seen(&guest, "", |view| view.me.is_some()).await;
    let own = view.me.expect("it is there").standing;
    let summary = guest.get("/api/v1/games/open/summary").await;
    let summary: SummaryView = summary.expect(StatusCode::OK);
    let me: PlayerView = guest.get("/api/v1/me").await.expect(StatusCode::OK);
    assert_eq!(
        (own.handle, own.net_worth, own.return_percent, own.xp),
        (
            me.handle,
            summary.net_worth,
            summary.profit_percent,
            summary.xp
        )
    );
    assert_eq!((view.measure, view.measure_version), (Measure::NetWorth, 1));
    app.stop().await;
}

#[tokio::test]
async fn a_board_is_read_page_by_page_and_only_what_is_new_is_sent() {
    let app = calm().await;
    let symbol = app.symbol().await;
    for _ in 0..5 {
        buy(&app.guest().await, &symbol).await;
    }
    let nobody = app.anonymous();
    let all = seen(&nobody, "", |view| view.standings.meta.total == 5).await;
    let second = seen(&nobody, "?page=2&per_page=2", |_| true).await;
    assert_eq!(second.standings.items, all.standings.items[2..4]);
    assert_eq!((second.standings.meta.pages(), second.me), (3, None));
    assert!(second.around.is_empty());

    let answer = nobody.get(PATH).await;
    assert_eq!(answer.header("cache-control"), "private, max-age=1");
    let known = nobody
        .request(Method::GET, PATH)
        .header("if-none-match", answer.header("etag"));
    assert_eq!(Answer::of(known).await.status, StatusCode::NOT_MODIFIED);
    for (query, field) in [
        ("?measure=luck", "measure"),
        ("?period=year", "period"),
        ("?period=week&measure=net_worth", "period"),
        ("?of=ann", "of"),
        ("?around=ann", "around"),
        ("?per_page=101", "per_page"),
        ("?page=0", "page"),
    ] {
        let answer = nobody.get(&format!("{PATH}{query}")).await;
        assert_eq!(answer.wrong_field(), field);
    }
    nobody
        .get("/api/v1/games/nope/leaderboard")
        .await
        .error("not_found");
    app.stop().await;
}

#[tokio::test]
async fn friends_have_a_board_and_who_hides_is_on_none() {
    let app = calm().await;
    let (ann, bob) = (app.registered("ann").await, app.registered("bob").await);
    let (cyd, symbol) = (app.registered("cyd").await, app.symbol().await);
    for player in [&ann, &bob, &cyd] {
        buy(player, &symbol).await;
    }
    let week = "?period=week&measure=xp";
    seen(&ann, week, |view| view.standings.meta.total == 3).await;
    app.anonymous()
        .get(&format!("{PATH}?of=friends"))
        .await
        .error("unauthorized");
    assert_eq!(
        ann.get(&format!("{PATH}?of=region")).await.wrong_field(),
        "of"
    );
    let follow = json!({"handle": "bob"});
    ann.post("/api/v1/me/friends", &follow).await;
    let friends = format!("{week}&of=friends");
    let view = seen(&ann, &friends, |_| true).await;
    let mut names = handles(&view.standings.items);
    names.sort_unstable();
    assert_eq!((names, view.standings.meta.total), (vec!["ann", "bob"], 2));
    assert!(view.me.is_some_and(|me| me.standing.me));
    let alone = seen(&cyd, &friends, |_| true).await;
    assert_eq!(handles(&alone.standings.items), ["cyd"]);

    let hide = json!({"visibility": "public", "on_leaderboards": false});
    bob.post("/api/v1/me/privacy", &hide).await;
    let without = seen(&ann, week, |view| view.standings.meta.total == 2).await;
    assert!(!handles(&without.standings.items).contains(&"bob"));
    let view = seen(&ann, &friends, |_| true).await;
    assert_eq!(handles(&view.standings.items), ["ann"]);
    let own = seen(&bob, &format!("{week}&around=me"), |_| true).await;
    assert_eq!(own.me.map(|me| me.standing.handle).as_deref(), Some("bob"));
    assert_eq!(handles(&own.around), ["bob"]);
    app.stop().await;
}

/// A page as the server sends it, before and without any script.
#[tokio::test]
async fn the_page_shows_the_table_and_the_players_own_place_without_script() {
    let app = calm().await;
    let (browser, symbol) = (app.browser(), app.symbol().await);
    browser.post("/api/v1/auth/guest", &json!({})).await;
    let before = browser.get("/leaderboard").await;
    assert_eq!(before.status, StatusCode::OK);
    assert!(before.body.contains("Nobody has traded yet"));
    buy(&browser, &symbol).await;
    seen(&browser, "", |view| view.me.is_some()).await;
    let me: PlayerView = browser.get("/api/v1/me").await.expect(StatusCode::OK);
    let page = browser.get("/leaderboard?measure=xp").await.body;
    for words in ["number 1", "Gold", "1 player has traded", &me.handle] {
        assert!(page.contains(words), "{words}: {page}");
    }
    app.stop().await;
}
