//! A whole server on two databases, over HTTP.

use domain::PlayerId;
use domain::api::{AuthAnswer, HoldingView, OrderView, Page};
use private_postgres::{Options, Stop};
use reqwest::StatusCode;
use serde_json::{Value, json};
use server::config::PostgresConfig;
use server::store::{place_of, sharded};
use server::verify::verify;

use super::gone::Servers;
use crate::app::{PASSWORD, Player, TestApp, order, registration};
use crate::store::postgres::insist;

const OPEN: &str = "/api/v1/games/open";

/// A guest whose rows are in a database, and who it is.
async fn guest_in(app: &TestApp, place: usize) -> (Player, PlayerId) {
    let body = json!({"session": "token"});
    loop {
        let answer = app.anonymous().post("/api/v1/auth/guest", &body).await;
        let auth: AuthAnswer = answer.expect(StatusCode::CREATED);
        if place_of(auth.player.id, 2) == place {
            let token = auth.token.expect("a token was asked for");
            return (app.program(&token), auth.player.id);
        }
    }
}

async fn holdings(player: &Player) -> Page<HoldingView> {
    let answer = player.get(&format!("{OPEN}/holdings")).await;
    answer.expect(StatusCode::OK)
}

#[tokio::test]
async fn a_game_in_two_databases_is_played_as_in_one() -> anyhow::Result<()> {
    let servers = Servers::start(&Options::default())?;
    let addresses = servers.addresses();
    let app = TestApp::start_with(|config| {
        config.database_url = Some(addresses.join(" "));
        config.postgres.acquire_timeout_ms = 500;
    })
    .await;
    let symbol = app.symbol().await;
    let mut players = Vec::new();
    for place in [0, 1] {
        let (player, id) = guest_in(&app, place).await;
        let body = order(&symbol, "buy", json!({"quantity": "2"}));
        let bought: OrderView = player.place(&body).await.expect(StatusCode::CREATED);
        let again: OrderView = player.place(&body).await.expect(StatusCode::CREATED);
        assert_eq!(bought, again);
        assert_eq!(holdings(&player).await.items.len(), 1);

        // The guest registers, and logs in by either name.
        let handle = format!("ada-{place}");
        let names = registration(&handle);
        let upgraded = player.post("/api/v1/auth/upgrade", &names).await;
        let upgraded: AuthAnswer = upgraded.expect(StatusCode::OK);
        assert_eq!(upgraded.player.id, id);
        let taken = app.anonymous().post("/api/v1/auth/register", &names).await;
        taken.error("email_taken");
        for login in [handle.to_uppercase(), format!("{handle}@example.org")] {
            let body = json!({"login": login, "password": PASSWORD, "session": "token"});
            let answer = app.anonymous().post("/api/v1/auth/login", &body).await;
            let auth: AuthAnswer = answer.expect(StatusCode::OK);
            assert_eq!(auth.player.id, id);
            let logged_in = app.program(&auth.token.expect("a token was asked for"));
            assert_eq!(holdings(&logged_in).await.items.len(), 1);
        }
        players.push(player);
    }

    // One database is gone: its players are told, the others play, and the server stays in service.
    servers.0[1].stop(Stop::Immediate)?;
    let sell = || order(&symbol, "sell", json!({"quantity": "1"}));
    players[1].place(&sell()).await.error("unavailable");
    let answer = players[1].get(&format!("{OPEN}/holdings")).await;
    answer.error("unavailable");
    for _ in 0..3 {
        let body = order(&symbol, "buy", json!({"quantity": "1"}));
        let _: OrderView = players[0].place(&body).await.expect(StatusCode::CREATED);
    }
    assert_eq!(holdings(&players[0]).await.items.len(), 1);
    let _: Value = app
        .anonymous()
        .get("/health/ready")
        .await
        .expect(StatusCode::OK);

    servers.0[1].start_again()?;
    let body = sell();
    while players[1].place(&body).await.status == StatusCode::SERVICE_UNAVAILABLE {}
    let _: OrderView = players[1].place(&body).await.expect(StatusCode::CREATED);
    app.stop().await;
    let store = sharded::open(&addresses, &PostgresConfig::default()).await?;
    let verified = insist(|| verify(&*store, |finding| panic!("{finding}"))).await?;
    assert_eq!(verified.orders, 6);
    Ok(())
}
