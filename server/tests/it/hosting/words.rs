//! The pages of a game in the language of whoever reads them.

use reqwest::Method;
use serde_json::json;

use super::{act, create, join};
use crate::app::{Answer, TestApp};

#[tokio::test]
async fn the_pages_of_a_game_speak_the_language_of_the_reader() {
    let app = TestApp::start().await;
    let host = app.browser();
    host.form("/forms/guest", &[]).await;
    let ticket = create(&host, json!({})).await;
    join(&app, &ticket, "mia").await;
    let given = json!({"action": "assign", "text": "Own a company",
        "at": "2099-01-01T08:00", "assignment": {"companies": 1, "reasons": 2}});
    act(&host, &ticket, given).await;
    for (page, language, words) in [
        ("host", "de", "Dabei: 1"),
        ("host", "de", "Halte 1 Firma, schreibe 2 Gründe."),
        ("host", "fr", "à rendre 1 janv. 2099, 08:00"),
        ("rules", "de", "Alle beginnen mit 5.000,00\u{a0}$."),
        ("rules", "es", "Las reglas ahora"),
    ] {
        let request = host.request(Method::GET, &format!("/games/{}/{page}", ticket.slug));
        let answer = Answer::of(request.header("accept-language", language)).await;
        assert!(answer.body.contains(words), "{page}: {}", answer.body);
    }
    app.stop().await;
}
