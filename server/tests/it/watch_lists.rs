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
