//! Metrics: what a request leaves behind in them, and who may read them.

use reqwest::StatusCode;
use server::config::Secret;

use crate::app::{TestApp, order};

const TOKEN: &str = "a token of this test";

/// A series of a scrape; none when it is not there.
fn value(text: &str, series: &str) -> Option<f64> {
    let mut lines = text.lines();
    let found = lines.find_map(|line| line.strip_prefix(series)?.strip_prefix(' '));
    found.and_then(|value| value.parse().ok())
}

async fn scrape(app: &TestApp) -> String {
    let client = reqwest::Client::new();
    let request = client.get(app.url("/metrics")).bearer_auth(TOKEN);
    let answer = request.send().await.expect("the server answers");
    assert_eq!(answer.status(), StatusCode::OK);
    answer.text().await.expect("metrics are text")
}

async fn start() -> TestApp {
    TestApp::start_with(|config| config.metrics.token = Some(Secret::new(TOKEN))).await
}

#[tokio::test]
async fn requests_are_counted_by_route_status_and_cause() {
    let app = start().await;
    let stranger = app.anonymous();
    stranger.get("/api/v1/me").await;
    let symbol = app.symbol().await;
    stranger
        .get(&format!("/api/v1/games/open/instruments/{symbol}"))
        .await;
    stranger.get("/api/v1/games/open/instruments/NOPE").await;
    stranger.get("/no/such/page").await;
    let text = scrape(&app).await;
    for (series, expected) in [
        (
            r#"tickerquest_requests_total{method="GET",route="/api/v1/me",status="401",cause="unauthorized"}"#,
            1.0,
        ),
        (
            r#"tickerquest_requests_total{method="GET",route="/api/v1/games/{game}/instruments/{symbol}",status="200",cause=""}"#,
            1.0,
        ),
        (
            r#"tickerquest_requests_total{method="GET",route="/api/v1/games/{game}/instruments/{symbol}",status="404",cause="not_found"}"#,
            1.0,
        ),
        (
            r#"tickerquest_request_seconds_count{method="GET",route="/api/v1/me"}"#,
            1.0,
        ),
        (r#"tickerquest_database_up"#, 1.0),
    ] {
        assert_eq!(value(&text, series), Some(expected), "{series}\n{text}");
    }
    assert!(!text.contains(&symbol) && !text.contains("/no/such/page"));
    assert!(text.ends_with("# EOF\n"));
    app.stop().await;
}

#[tokio::test]
async fn ticks_of_markets_are_timed_and_the_room_is_told() {
    let app = start().await;
    let text = scrape(&app).await;
    let room = value(&text, "tickerquest_connections_max");
    assert!(room > Some(0.0), "the room for connections is known");
    let ticks = value(&text, "tickerquest_market_tick_seconds_count");
    assert!(ticks.is_some(), "{text}");
    app.stop().await;
}

#[tokio::test]
async fn an_order_is_counted_by_the_engine() {
    let app = start().await;
    let before = scrape(&app).await;
    assert_eq!(
        value(&before, "tickerquest_engine_batch_size_count"),
        Some(0.0)
    );
    let ada = app.registered("ada").await;
    let size = serde_json::json!({"quantity": "1"});
    let bought = ada.place(&order(&app.symbol().await, "buy", size)).await;
    assert_eq!(bought.status, StatusCode::CREATED, "{}", bought.body);
    let text = scrape(&app).await;
    assert!(value(&text, "tickerquest_engine_commit_seconds_count") >= Some(1.0));
    assert!(value(&text, "tickerquest_engine_ledger_entries_total") >= Some(1.0));
    assert_eq!(value(&text, "tickerquest_active_players"), Some(1.0));
    assert!(value(&text, "tickerquest_database_bytes") > Some(0.0));
    for cache in ["engine_accounts", "sessions", "portfolios"] {
        let of = |what: &str| value(&text, &format!("tickerquest_{cache}_cache_{what}_total"));
        let (hits, misses) = (of("hits"), of("misses"));
        assert!(hits.is_some() && misses.is_some(), "{cache}\n{text}");
    }
    let missed = value(&text, "tickerquest_engine_accounts_cache_misses_total");
    assert!(
        missed >= Some(1.0),
        "the first order of an account is fetched"
    );
    app.stop().await;
}

#[tokio::test]
async fn without_the_token_there_is_no_such_address() {
    let app = start().await;
    let stranger = app.anonymous();
    stranger.get("/metrics").await.error("not_found");
    app.stop().await;
    let app = TestApp::start().await;
    let answer = app.anonymous().get("/metrics").await;
    answer.error("not_found");
    app.stop().await;
}
