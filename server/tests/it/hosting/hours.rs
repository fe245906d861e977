//! Games that trade at certain hours only. The server's clock says noon, in UTC.

use domain::api::{OrderStatus, OrderView, Page, RulesView};
use domain::{Closed, Rejection};
use reqwest::StatusCode;
use serde_json::json;

use super::{PATIENCE, act, buy, create, join};
use crate::app::{TestApp, now, order};

#[tokio::test]
async fn orders_wait_until_the_trading_hours_begin() {
    let app = TestApp::start().await;
    let host = app.guest().await;
    let hours = json!({"hours_from": "13:00", "hours_to": "15:30"});
    let ticket = create(&host, hours).await;
    let (pupil, _) = join(&app, &ticket, "mia").await;
    let refused = buy(&pupil, &ticket, "100").await.error("game_not_open");
    let one_o_clock = now().day().start().plus_seconds(13 * 3_600);
    let closed = Closed::OutsideHours {
        opens_at: one_o_clock,
    };
    assert_eq!(refused.rejection, Some(Rejection::GameNotOpen { closed }));

    // A price that is there already does not fill it.
    let mut waits = order("MUFFN", "buy", json!({"quantity": "1"}));
    waits["trigger"] = json!({"limit": "1000"});
    let orders = format!("/api/v1/games/{}/orders", ticket.slug);
    let waiting: OrderView = pupil
        .post(&orders, &waits)
        .await
        .expect(StatusCode::CREATED);
    assert_eq!(waiting.status, OrderStatus::Resting);

    let change = json!({"action": "rules", "text": "We trade all day",
        "rules": {"fractional": true, "hours_from": "08:00", "hours_to": "18:00"}});
    act(&host, &ticket, change).await;
    let open_orders = format!("/api/v1/games/{}/open-orders", ticket.slug);
    let filled = async {
        loop {
            let open: Page<OrderView> = pupil.get(&open_orders).await.expect(StatusCode::OK);
            if open.items.is_empty() {
                break;
            }
            tokio::time::sleep(std::time::Duration::from_millis(20)).await;
        }
    };
    let filled = tokio::time::timeout(PATIENCE, filled).await;
    filled.expect("the waiting order is filled");
    let _: OrderView = buy(&pupil, &ticket, "100")
        .await
        .expect(StatusCode::CREATED);
    let path = format!("/api/v1/games/{}/rules", ticket.slug);
    let rules: RulesView = pupil.get(&path).await.expect(StatusCode::OK);
    let said = rules.rules.iter();
    let said = said.filter(|line| line.contains("every day from 08:00 to 18:00 (UTC)"));
    assert_eq!(said.count(), 1, "{:?}", rules.rules);
    app.stop().await;
}

#[tokio::test]
async fn hours_that_cannot_be_are_refused() {
    let app = TestApp::start().await;
    let host = app.guest().await;
    let body = json!({"name": "Year 9", "hours_from": "8 o'clock", "hours_to": "25:00"});
    let wrong = host
        .post("/api/v1/games", &body)
        .await
        .error("invalid_fields");
    assert!(wrong.message_of("hours_from").is_some() && wrong.message_of("hours_to").is_some());
    app.stop().await;
}
