//! Pages and files: rendered without script, safe by their headers.

use reqwest::{Method, StatusCode};

use crate::app::{Answer, TestApp};

#[tokio::test]
async fn every_page_is_html_with_a_policy_of_its_own() {
    let app = TestApp::start().await;
    let browser = app.browser();
    let mut nonces = std::collections::BTreeSet::new();
    let pages = [
        "/",
        "/login",
        "/register",
        "/market",
        "/dashboard",
        "/week",
        "/portfolio",
        "/leaderboard",
        "/activity",
        "/achievements",
        "/progress",
        "/orders",
        "/profile",
    ];
    for page in pages {
        let answer = browser.get(page).await;
        assert!(
            !answer.status.is_server_error(),
            "{page}: {}",
            answer.status
        );
        assert_eq!(
            answer.header("content-type"),
            "text/html; charset=utf-8",
            "{page}"
        );
        let policy = answer.header("content-security-policy");
        let (_, rest) = policy.split_once("'nonce-").expect("there is a nonce");
        nonces.insert(rest.split('\'').next().expect("it ends").to_owned());
        let scripts = policy
            .split(';')
            .find(|part| part.trim().starts_with("script-src"));
        assert!(
            !scripts
                .expect("scripts are named")
                .contains("unsafe-inline"),
            "{policy}"
        );
        assert_eq!(answer.header("x-content-type-options"), "nosniff");
        assert_eq!(answer.header("referrer-policy"), "same-origin");
        assert_eq!(answer.header("cross-origin-opener-policy"), "same-origin");
        assert!(answer.headers.contains_key("permissions-policy"));
        assert_eq!(answer.header("cache-control"), "no-store");
    }
    assert_eq!(nonces.len(), pages.len());
    app.stop().await;
}

#[tokio::test]
async fn inline_scripts_carry_the_nonce_of_their_answer() {
    let app = TestApp::start().await;
    let answer = app.browser().get("/market").await;
    let policy = answer.header("content-security-policy");
    let nonce = policy
        .split("'nonce-")
        .nth(1)
        .and_then(|rest| rest.split('\'').next());
    let expected = format!("nonce=\"{}\"", nonce.expect("there is a nonce"));
    for script in answer.body.split("<script").skip(1) {
        let tag = script.split('>').next().unwrap_or_default();
        assert!(
            tag.contains("src=") || tag.contains(&expected),
            "<script{tag}>"
        );
    }
    assert!(!answer.body.contains(" onclick="));
    app.stop().await;
}

#[tokio::test]
async fn a_page_that_is_none_says_so() {
    let app = TestApp::start().await;
    for path in ["/nope", "/instruments/ZZZZZZZZ", "/a/b/c"] {
        let answer = app.browser().get(path).await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND, "{path}");
        assert_eq!(
            answer.header("content-type"),
            "text/html; charset=utf-8",
            "{path}"
        );
    }
    app.stop().await;
}

#[tokio::test]
async fn a_logged_in_player_sees_the_handle_in_the_first_html() {
    let app = TestApp::start().await;
    let browser = app.browser();
    let guest = browser
        .post("/api/v1/auth/guest", &serde_json::json!({}))
        .await;
    let guest: domain::api::AuthAnswer = guest.expect(StatusCode::CREATED);
    let answer = browser.get("/portfolio").await;
    assert_eq!(answer.status, StatusCode::OK);
    assert!(
        answer.body.contains(&guest.player.handle),
        "{}",
        answer.body
    );
    app.stop().await;
}

#[tokio::test]
async fn long_answers_are_compressed_for_those_who_ask() {
    let app = TestApp::start().await;
    let ask = async |path: &str, encoding: &str| {
        let request = app.anonymous().request(Method::GET, path);
        let response = request
            .header("accept-encoding", encoding)
            .send()
            .await
            .expect("it answers");
        response
            .headers()
            .get("content-encoding")
            .map(|value| value.to_str().unwrap_or("").to_owned())
    };
    assert_eq!(
        ask("/api/v1/games/open/quotes", "br").await.as_deref(),
        Some("br")
    );
    assert_eq!(ask("/market", "gzip").await.as_deref(), Some("gzip"));
    assert_eq!(ask("/health/ready", "gzip").await, None);
    assert_eq!(ask("/market", "identity").await, None);
    app.stop().await;
}

#[tokio::test]
async fn files_are_kept_for_ever_and_packed() {
    let app = TestApp::start().await;
    let anonymous = app.anonymous();
    for path in [
        "/assets/nope.js",
        "/assets/../manifest.json",
        "/assets/%2e%2e/manifest.json",
        "/assets/",
    ] {
        assert_eq!(
            anonymous.get(path).await.status,
            StatusCode::NOT_FOUND,
            "{path}"
        );
    }
    anonymous.get("/assets/%ff").await.error("not_found");
    assert!(
        anonymous
            .get("/robots.txt")
            .await
            .body
            .contains("Disallow: /api/")
    );
    // Before the site is built there are no files, and pages come without.
    let page = app.browser().get("/").await;
    let Some(script) = page.body.split("/assets/boot-").nth(1) else {
        return app.stop().await;
    };
    let path = format!(
        "/assets/boot-{}",
        script.split('"').next().expect("an attribute ends")
    );
    let answer = anonymous.get(&path).await;
    assert_eq!(answer.status, StatusCode::OK);
    assert_eq!(
        answer.header("content-type"),
        "text/javascript; charset=utf-8"
    );
    assert_eq!(
        answer.header("cache-control"),
        "public, max-age=31536000, immutable"
    );
    let known = anonymous
        .request(Method::GET, &path)
        .header("if-none-match", answer.header("etag"));
    assert_eq!(Answer::of(known).await.status, StatusCode::NOT_MODIFIED);
    assert!(page.body.contains("/manifest.webmanifest?language=en\""));
    let french = anonymous.get("/manifest.webmanifest?language=fr").await;
    assert_eq!(french.header("content-type"), "application/manifest+json");
    assert_eq!(french.header("cache-control"), "no-cache");
    assert!(french.body.contains("argent fictif"), "{}", french.body);
    let none = anonymous.get("/manifest.webmanifest?language=xx").await;
    assert!(none.body.contains("play money"), "{}", none.body);
    app.stop().await;
}

#[tokio::test]
async fn a_reason_in_an_address_cannot_end_its_field() {
    let app = TestApp::start().await;
    let browser = app.browser();
    browser.form("/forms/guest", &[]).await;
    let symbol = app.symbol().await;
    let path = format!("/instruments/{symbol}?reason=%3C%2Ftextarea%3E%3Cb%3Ehi");
    let page = browser.get(&path).await.body;
    assert!(page.contains("&lt;/textarea>&lt;b>hi"), "{page}");
    assert!(!page.contains("</textarea><b>hi"));
    app.stop().await;
}

#[tokio::test]
async fn the_pages_of_logging_in_say_what_is_so_before_anything_is_sent() {
    let app = TestApp::start().await;
    let (browser, stranger) = (app.browser(), app.browser());
    browser.form("/forms/guest", &[]).await;
    let page = browser.get("/login").await.body;
    assert!(page.contains("You are logged in as "), "{page}");
    let page = stranger.get("/login").await.body;
    assert!(!page.contains("You are logged in as "), "{page}");
    // This server has no mail.
    let page = stranger.get("/account/forgotten").await.body;
    assert!(page.contains("This server sends no mail"), "{page}");
    assert!(!page.contains("/forms/forgotten"), "{page}");
    app.stop().await;
}
