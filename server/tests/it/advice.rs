//! X-ray, what-if, and luck or skill.

use std::time::Duration;

use domain::advice::{FindingKind, Grade};
use domain::api::{
    AdviceState, LossesView, LuckView, OrderView, SummaryView, TicketSlip, WhatIfView, XRayView,
};
use reqwest::{Method, StatusCode};
use serde_json::json;

use crate::app::{Answer, Player, TestApp, order};

const X_RAY: &str = "/api/v1/games/open/x-ray";
const WHAT_IF: &str = "/api/v1/games/open/what-if";
const LUCK: &str = "/api/v1/games/open/luck";

async fn buy(player: &Player, symbol: &str, amount: &str) {
    let order = order(symbol, "buy", json!({"amount": amount}));
    let _: OrderView = player.place(&order).await.expect(StatusCode::CREATED);
}

#[tokio::test]
async fn an_x_ray_names_the_company_with_too_much_in_it() {
    let app = TestApp::start().await;
    let player = app.guest().await;
    let empty: XRayView = player.get(X_RAY).await.expect(StatusCode::OK);
    let kinds: Vec<_> = empty.findings.iter().map(|finding| finding.kind).collect();
    assert!(kinds.contains(&FindingKind::IdleCash) && !kinds.contains(&FindingKind::Concentration));
    buy(&player, "PUFFN", "8000").await;
    buy(&player, "WOBBL", "1000").await;
    let found: XRayView = player.get(X_RAY).await.expect(StatusCode::OK);
    let kinds: Vec<_> = found.findings.iter().map(|finding| finding.kind).collect();
    for kind in [
        FindingKind::Sectors,
        FindingKind::Fees,
        FindingKind::Churn,
        FindingKind::Correlation,
    ] {
        assert!(kinds.contains(&kind), "{kinds:?}");
    }
    let first = &found.findings[0];
    assert_eq!(
        (first.kind, first.grade),
        (FindingKind::Concentration, Grade::Act)
    );
    assert!(
        first.headline.contains("PUFFN") && first.remedy.is_some(),
        "{first:?}"
    );
    app.anonymous().get(X_RAY).await.error("unauthorized");
    app.stop().await;
}

#[tokio::test]
async fn doing_nothing_would_have_kept_the_starting_cash() {
    let app = TestApp::start().await;
    let player = app.guest().await;
    buy(&player, "PUFFN", "4000").await;
    let told: WhatIfView = player.get(WHAT_IF).await.expect(StatusCode::OK);
    assert_eq!(told.other.to_string(), "10000.00");
    assert_eq!(told.trades.len(), 1);
    let first = told.points.first().expect("the day before the opening");
    assert_eq!(first.real, first.other);
    let without = format!("{WHAT_IF}?scenario=without&seq={}", told.trades[0].seq);
    let without: WhatIfView = player.get(&without).await.expect(StatusCode::OK);
    assert_eq!(without.other.to_string(), "10000.00");
    let rewind = format!("{WHAT_IF}?scenario=rewind&day={}", told.trades[0].day);
    let rewind: WhatIfView = player.get(&rewind).await.expect(StatusCode::OK);
    assert_eq!(rewind.difference.to_string(), "0.00");
    let index: WhatIfView = player
        .get(&format!("{WHAT_IF}?scenario=index"))
        .await
        .expect(StatusCode::OK);
    assert!(index.other.is_positive());
    for (query, field) in [
        ("scenario=luck", "scenario"),
        ("scenario=rewind", "day"),
        ("scenario=without", "seq"),
        ("scenario=without&seq=one", "seq"),
    ] {
        let refused = player.get(&format!("{WHAT_IF}?{query}")).await;
        assert_eq!(refused.wrong_field(), field, "{query}");
    }
    let summary: SummaryView = player
        .get("/api/v1/games/open/summary")
        .await
        .expect(StatusCode::OK);
    assert_eq!(summary.version, 2, "nothing is traded by asking");
    app.stop().await;
}

#[tokio::test]
async fn decisions_are_played_on_a_thousand_other_markets() {
    let app = TestApp::start().await;
    let player = app.guest().await;
    player.post(LUCK, &json!({})).await.error("not_possible");
    buy(&player, "PUFFN", "4000").await;
    let asked: LuckView = player
        .post(LUCK, &json!({}))
        .await
        .expect(StatusCode::ACCEPTED);
    let address = format!("{LUCK}/{}", asked.id);
    app.guest().await.get(&address).await.error("not_found");
    let read = async {
        loop {
            let view: LuckView = player.get(&address).await.expect(StatusCode::OK);
            if view.state.has_ended() {
                return view;
            }
            tokio::task::yield_now().await;
        }
    };
    let limit = Duration::from_secs(120);
    let ended = tokio::time::timeout(limit, read).await.expect("it ends");
    assert_eq!(ended.state, AdviceState::Completed);
    let report = ended.report.expect("it is completed");
    let counted: u32 = report.bars.iter().map(|bar| bar.markets).sum();
    assert_eq!((counted, report.markets), (1_000, 1_000));
    assert!(report.low <= report.middle && report.middle <= report.high);
    app.stop().await;
}

#[tokio::test]
async fn losses_are_counted_at_a_rate_that_is_a_percentage() {
    let app = TestApp::start().await;
    let player = app.guest().await;
    let losses = "/api/v1/games/open/losses";
    let empty: LossesView = player.get(losses).await.expect(StatusCode::OK);
    assert_eq!(
        (empty.rate.to_string(), empty.losses.len()),
        ("25.00".into(), 0)
    );
    for (query, field) in [
        ("rate=101", "rate"),
        ("rate=much", "rate"),
        ("tax=1", "tax"),
    ] {
        let refused = player.get(&format!("{losses}?{query}")).await;
        assert_eq!(refused.wrong_field(), field, "{query}");
    }
    app.stop().await;
}

#[tokio::test]
async fn the_pages_tell_it_in_words() {
    let app = TestApp::start().await;
    let browser = app.browser();
    browser.form("/forms/guest", &[]).await;
    buy(&browser, "PUFFN", "8000").await;
    for (page, words) in [
        ("/x-ray", "All eggs in one basket?"),
        (
            "/what-if",
            "Had you never bought anything, you would have $10,000.00 now.",
        ),
        (
            "/what-if?scenario=index",
            "All your money in the whole market would be worth",
        ),
        ("/losses", "This game has no taxes"),
        ("/luck", "Play my decisions 1,000 times"),
    ] {
        let answer = browser.get(page).await;
        assert_eq!(answer.status, StatusCode::OK, "{page}");
        assert!(answer.body.contains(words), "{page}: {}", answer.body);
    }
    let asked = browser.form("/forms/luck", &[("game", "open")]).await;
    assert!(asked.header("location").starts_with("/luck?id="));
    let page = browser.get(asked.header("location")).await;
    assert_eq!(page.status, StatusCode::OK);
    // Whoever leaves the page and comes back finds the same check.
    let again = browser.get("/luck").await.body;
    assert!(!again.contains("Play my decisions 1,000 times"), "{again}");
    app.stop().await;
}

#[tokio::test]
async fn the_pages_speak_the_language_of_the_reader() {
    let app = TestApp::start().await;
    let browser = app.browser();
    browser.form("/forms/guest", &[]).await;
    buy(&browser, "PUFFN", "8000").await;
    for (page, language, words) in [
        ("/x-ray", "de", "stecken in PUFFN, deiner größten Firma."),
        ("/x-ray", "fr", "Tous les œufs dans le même panier ?"),
        ("/what-if", "de", "hättest du jetzt 10.000,00\u{a0}$."),
        ("/losses", "es", "Este juego no tiene impuestos"),
        ("/luck", "pt", "Jogar minhas decisões 1.000 vezes"),
        ("/targets", "de", "Ein Ziel ist der Anteil, den eine Firma"),
        ("/past-leaderboards", "fr", "Rien n’est encore terminé"),
    ] {
        let request = browser.request(Method::GET, page);
        let answer = Answer::of(request.header("accept-language", language)).await;
        assert!(answer.body.contains(words), "{page}: {}", answer.body);
        let lang = format!("<html lang=\"{language}\"");
        assert!(answer.body.contains(&lang), "{page}");
    }
    app.stop().await;
}

#[tokio::test]
async fn what_is_sold_at_a_loss_is_replaced_by_what_moved_most_like_it() {
    let app = TestApp::start().await;
    let player = app.guest().await;
    // A fee of a tenth makes every purchase a loss at once.
    let game = json!({"name": "Fees", "fee_bps": 1000, "late_entry": true, "fractional": true,
        "market": "shared"});
    let ticket: TicketSlip = player
        .post("/api/v1/games", &game)
        .await
        .expect(StatusCode::CREATED);
    let game = format!("/api/v1/games/{}", ticket.slug);
    let joined = player.post(&format!("{game}/join"), &json!({})).await;
    assert!(joined.status.is_success(), "{}", joined.body);
    for symbol in ["PUFFN", "WOBBL"] {
        let bought = order(symbol, "buy", json!({"amount": "4000"}));
        let bought = player.post(&format!("{game}/orders"), &bought).await;
        assert_eq!(bought.status, StatusCode::CREATED, "{}", bought.body);
    }
    let found: LossesView = player
        .get(&format!("{game}/losses"))
        .await
        .expect(StatusCode::OK);
    assert_eq!(found.losses.len(), 2);
    for loss in &found.losses {
        let replacement = loss.replacement.expect("there is another of its kind");
        assert!(
            !["PUFFN", "WOBBL"].contains(&replacement.as_str()),
            "{replacement}"
        );
        let alike = loss.alike.expect("a year of prices is known");
        assert!(
            alike.days > 300 && alike.same_days <= alike.days,
            "{alike:?}"
        );
        assert!(alike.correlation.hundredths() < 99, "{alike:?}");
    }
    app.stop().await;
}
