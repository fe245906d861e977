//! How pages look: chosen by plain forms, kept in cookies.

use crate::app::TestApp;

#[tokio::test]
async fn a_theme_is_kept() {
    let app = TestApp::start().await;
    let answer = app
        .browser()
        .form("/forms/theme", &[("theme", "dark"), ("next", "/market")])
        .await;
    assert_eq!(answer.header("location"), "/market");
    assert!(answer.header("set-cookie").starts_with("theme=dark;"));
    let answer = app
        .browser()
        .form("/forms/theme", &[("theme", "auto")])
        .await;
    assert!(answer.header("set-cookie").starts_with("theme=;"));
    app.stop().await;
}

#[tokio::test]
async fn a_skin_is_kept_and_drawn_by_the_server() {
    let app = TestApp::start().await;
    let browser = app.browser();
    let answer = browser
        .form("/forms/skin", &[("skin", "plain"), ("next", "/look")])
        .await;
    assert_eq!(answer.header("location"), "/look");
    assert!(answer.header("set-cookie").starts_with("skin=plain;"));
    let page = browser.get("/market").await.body;
    assert!(page.contains(r#" data-skin="plain""#), "{page}");
    let answer = browser
        .form("/forms/skin", &[("skin", "\"><script>")])
        .await;
    assert!(answer.header("set-cookie").starts_with("skin=;"));
    app.stop().await;
}
