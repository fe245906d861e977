//! `/api/v1/me/watch-lists` and a list that is shared.

use domain::api::WatchListView;
use reqwest::StatusCode;
use serde_json::json;

use crate::app::TestApp;

const LISTS: &str = "/api/v1/me/watch-lists";

#[tokio::test]
async fn a_player_keeps_lists_and_shares_one_by_its_address() {
    let app = TestApp::start().await;
    let (player, stranger) = (app.guest().await, app.guest().await);
    let made: WatchListView = player
        .post(LISTS, &json!({ "name": " Wheels " }))
        .await
        .expect(StatusCode::CREATED);
    assert_eq!((made.name.as_str(), made.shared), ("Wheels", false));
    let own = format!("{LISTS}/{}", made.id);
    let shared = format!("/api/v1/watch-lists/{}", made.id);
    let patch = json!({ "add": "WOBBL" });
    let changed: WatchListView = player.patch(&own, &patch).await.expect(StatusCode::OK);
    assert_eq!(changed.symbols.len(), 1);
    stranger.get(&shared).await.error("not_found");
    stranger.patch(&own, &patch).await.error("not_found");
    let open = json!({ "shared": true });
    let _: WatchListView = player.patch(&own, &open).await.expect(StatusCode::OK);
    let read: WatchListView = app.anonymous().get(&shared).await.expect(StatusCode::OK);
    assert_eq!(read.symbols, changed.symbols);
    let rows: domain::api::Page<domain::api::InstrumentRow> = player
        .get("/api/v1/games/open/instruments?symbols=WOBBL,ZZZZZ,PUFFN")
        .await
        .expect(StatusCode::OK);
    let symbols: Vec<_> = rows.items.iter().map(|row| row.symbol.as_str()).collect();
    assert_eq!(symbols, ["WOBBL", "PUFFN"]);
    for (body, field) in [
        (json!({ "add": "ZZZZZ" }), "add"),
        (json!({ "name": " " }), "name"),
        (json!({ "name": "x".repeat(41) }), "name"),
    ] {
        assert_eq!(
            player.patch(&own, &body).await.wrong_field(),
            field,
            "{body}"
        );
    }
    assert_eq!(player.delete(&own).await.status, StatusCode::NO_CONTENT);
    app.anonymous().get(&shared).await.error("not_found");
    for bad in ["none", "1-", "-1-2", "0-0"] {
        player
            .delete(&format!("{LISTS}/{bad}"))
            .await
            .error("not_found");
    }
    app.stop().await;
}

#[tokio::test]
async fn a_shared_list_shows_its_whole_address_and_a_company_is_put_on_it() {
    let app = TestApp::start().await;
    let browser = app.browser();
    browser.form("/forms/guest", &[]).await;
    browser
        .form("/forms/new-watch-list", &[("name", "Wheels")])
        .await;
    let lists: Vec<WatchListView> = browser.get(LISTS).await.expect(StatusCode::OK);
    let id = lists[0].id.as_str();
    let page = browser.get("/instruments/PUFFN").await.body;
    assert!(page.contains("/watch-lists?symbol=PUFFN"), "{page}");
    let page = browser.get("/watch-lists?symbol=PUFFN").await.body;
    assert!(page.contains("value=\"PUFFN\""), "{page}");
    browser
        .form("/forms/watch-list", &[("id", id), ("shared", "true")])
        .await;
    let page = browser.get("/watch-lists").await.body;
    let end = page.find(&format!("/watch-lists/{id}\""));
    let link = end.and_then(|end| page[..end].rsplit('"').next());
    assert!(
        link.is_some_and(|link| link.starts_with("http://")),
        "{link:?}"
    );
    app.stop().await;
}

#[tokio::test]
async fn a_player_has_twenty_lists_at_most() {
    let app = TestApp::start().await;
    let player = app.guest().await;
    for number in 0..20 {
        let made = player
            .post(LISTS, &json!({ "name": format!("List {number}") }))
            .await;
        assert_eq!(made.status, StatusCode::CREATED);
    }
    let refused = player.post(LISTS, &json!({ "name": "One more" })).await;
    assert_eq!(refused.wrong_field(), "name");
    app.stop().await;
}
