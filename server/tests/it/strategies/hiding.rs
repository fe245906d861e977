//! Reports of strategies, and hiding them.

use domain::api::{OperatorView, StrategyView};
use reqwest::StatusCode;
use serde_json::{Value, json};
use server::clock::{Clock as _, SystemClock};

use super::{address, names, publish, put, request};
use crate::app::TestApp;

#[tokio::test]
async fn an_operator_reads_a_report_hides_the_strategy_and_shows_it_again() {
    let app = TestApp::start().await;
    let (author, player) = (app.registered("ada").await, app.guest().await);
    let operator = app.registered("olga").await;
    let view = publish(&author, &request("Rude words", "public")).await;
    let own = address(&view);
    let reports = format!("{own}/reports");
    let said = json!({"words": "The name is rude."});
    let reported: Value = player
        .post(&reports, &said)
        .await
        .expect(StatusCode::CREATED);
    assert_eq!(reported, json!({"reported": "Rude words"}));
    assert_eq!(author.post(&reports, &said).await.wrong_field(), "words");
    let nothing = json!({"words": " "});
    assert_eq!(player.post(&reports, &nothing).await.wrong_field(), "words");
    let store = app.store().await;
    let record = store.find_player_by_login("olga").await.expect("it reads");
    let record = record.expect("she is registered");
    let now = SystemClock::start().now();
    store
        .grant_operator(record.id, now)
        .await
        .expect("she operates");
    let page: OperatorView = operator
        .get("/api/v1/operator")
        .await
        .expect(StatusCode::OK);
    let words = page.reports[0].words.clone().unwrap_or_default();
    let expected = format!(
        "Strategy {} “Rude words”: The name is rude.",
        view.strategy.id
    );
    assert_eq!(
        (words, page.reports[0].reported.as_str()),
        (expected, "ada")
    );
    let act = |action: &str| json!({"action": action, "id": view.strategy.id});
    player
        .post("/api/v1/operator", &act("hide_strategy"))
        .await
        .error("forbidden");
    let _: OperatorView = operator
        .post("/api/v1/operator", &act("hide_strategy"))
        .await
        .expect(StatusCode::OK);
    player.get(&own).await.error("not_found");
    assert!(names(&player, "?text=rude").await.is_empty());
    let hidden: StrategyView = author.get(&own).await.expect(StatusCode::OK);
    assert!(hidden.hidden);
    // The author cannot bring it back.
    let _: StrategyView = put(&author, &own, &request("Kind words", "public"))
        .await
        .expect(StatusCode::OK);
    player.get(&own).await.error("not_found");
    assert!(names(&player, "").await.is_empty());
    let _: OperatorView = operator
        .post("/api/v1/operator", &act("show_strategy"))
        .await
        .expect(StatusCode::OK);
    assert_eq!(names(&player, "?text=kind").await, ["Kind words"]);
    store.close().await;
    app.stop().await;
}
