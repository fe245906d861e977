//! The pages as the server sends them: complete without scripts, with the right status.
#![cfg(feature = "ssr")]
#![allow(clippy::unwrap_used, reason = "a test may stop at what cannot happen")]

#[path = "pages/api.rs"]
mod api;

use api::{COOKIE, api};
use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{Request, StatusCode, header};
use axum::response::{IntoResponse, Response};
use leptos::prelude::provide_context;
use tower::ServiceExt;
use web::PageAssets;
use web::api::InProcess;

/// A server that does nothing but render.
async fn render(request: Request<Body>) -> Response {
    // Fails where another test was first.
    any_spawner::Executor::init_tokio().ok();
    let (parts, body) = request.into_parts();
    let api = InProcess::new(api(), &parts);
    let context = move || {
        provide_context(api.clone());
        provide_context(PageAssets {
            styles: "main.css".into(),
            ..PageAssets::default()
        });
    };
    let render = leptos_axum::render_app_async_with_context(context, web::shell);
    render(Request::from_parts(parts, body))
        .await
        .into_response()
}

async fn page(path: &str, cookie: &str) -> (StatusCode, String) {
    let request = Request::get(path)
        .header(header::COOKIE, cookie)
        .body(Body::empty())
        .unwrap();
    let response = Router::new()
        .fallback(render)
        .oneshot(request)
        .await
        .unwrap();
    let status = response.status();
    let body = to_bytes(response.into_body(), 4 << 20).await.unwrap();
    (status, String::from_utf8(body.to_vec()).unwrap())
}

#[tokio::test]
async fn every_page_is_whole_without_scripts() {
    for (path, cookie, title) in [
        ("/", "", "Play the market"),
        ("/start", "", "Your first five minutes"),
        ("/glossary", "", "Limit order"),
        ("/look", "", "Deutsch"),
        ("/login", "", "Welcome back"),
        ("/register", "", "Create your account"),
        ("/register", "session=guest", "Keep what you have"),
        ("/profile", COOKIE, "Level 2"),
        ("/profile", "", "This page is yours once you play"),
        ("/market", "", "AURO"),
        ("/leaderboard", "", "Otter-25"),
        ("/leaderboard?measure=xp&page=2", COOKIE, "ada"),
    ] {
        let (status, html) = page(path, cookie).await;
        assert_eq!(status, StatusCode::OK, "{path}");
        assert!(html.contains(title), "{path} lacks {title}");
        assert_eq!(html.matches("<h1").count(), 1, "{path}");
        assert!(
            !html.contains("class=\"loading\""),
            "{path} waits for scripts"
        );
        assert!(
            !html.contains(" style=\""),
            "{path} has styles that the content policy forbids"
        );
    }
}

#[tokio::test]
async fn pages_of_a_game_lead_to_pages_of_that_game() {
    let (status, html) = page("/games/class-1/market", COOKIE).await;
    assert_eq!(status, StatusCode::OK);
    assert!(html.contains("Class 1b"), "the bar names the game");
    assert!(html.contains("/forms/join-game"), "one can join it");
    for link in [
        "\"/games/class-1/instruments/AURO\"",
        "\"/games/class-1/portfolio\"",
    ] {
        assert!(html.contains(link), "{link}");
    }
    for link in ["\"/market\"", "\"/instruments/AURO\"", "\"/portfolio\""] {
        assert!(!html.contains(link), "{link} leads out of the game");
    }
    let (_, open) = page("/market", COOKIE).await;
    assert!(open.contains("\"/instruments/AURO\"") && !open.contains("game-bar"));
}

#[tokio::test]
async fn the_list_of_games_leads_into_each() {
    let (status, html) = page("/games", COOKIE).await;
    assert_eq!(status, StatusCode::OK);
    assert!(html.contains("href=\"/games/class-1/market\"") && html.contains("href=\"/market\""));
    let offers = html.matches("/forms/join-game").count();
    assert_eq!(offers, 1, "only what was not joined is offered");
    let (_, visitor) = page("/games", "").await;
    assert!(!visitor.contains("/forms/join-game"));
}

#[tokio::test]
async fn a_player_sees_the_own_place_on_every_page_of_the_leaderboard() {
    let check = async |path: &str, cookie: &str, own: usize, around: bool| {
        let (_, html) = page(path, cookie).await;
        let mine = html.matches("data-me=\"true\"").count();
        assert_eq!(mine, own, "{path}");
        assert_eq!(html.contains("Around you"), around, "{path}");
        assert_eq!(
            html.contains("number 40") && html.contains("ahead of 33% of the others"),
            own > 0,
            "{path}"
        );
        html
    };
    let first = check("/leaderboard", COOKIE, 1, true).await;
    for words in ["Gold", "Silver", "Bronze", "60 players have traded"] {
        assert!(first.contains(words), "{words}");
    }
    for link in ["?period=week&amp;measure=xp\"", "&amp;page=2\""] {
        assert!(first.contains(link), "{link}");
    }
    check("/leaderboard?page=2", COOKIE, 1, false).await;
    check("/leaderboard", "", 0, false).await;
    // Who plays and has not traded is told how to get onto it.
    let (_, html) = page("/leaderboard", "session=guest").await;
    assert!(html.contains("after your first trade"));
}

#[tokio::test]
async fn what_is_not_there_is_404() {
    for path in ["/nowhere", "/instruments/NONE"] {
        assert_eq!(page(path, "").await.0, StatusCode::NOT_FOUND, "{path}");
    }
}

#[tokio::test]
async fn the_theme_of_the_cookie_is_the_theme_of_the_page() {
    assert!(
        page("/login", "theme=dark")
            .await
            .1
            .contains("data-theme=\"dark\"")
    );
    assert!(
        !page("/login", "theme=\"><script>")
            .await
            .1
            .contains("data-theme")
    );
}

#[tokio::test]
async fn the_bars_of_the_browser_have_the_colour_of_the_theme() {
    for (cookie, colours) in [
        ("theme=dark", &["#0c1511"][..]),
        ("theme=light", &["#e9f0e1"]),
        ("", &["#0c1511", "#e9f0e1"]),
    ] {
        let (_, html) = page("/login", cookie).await;
        for colour in ["#0c1511", "#e9f0e1"] {
            let told = html.contains(&format!("content=\"{colour}\""));
            assert_eq!(told, colours.contains(&colour), "{cookie} {colour}");
        }
        assert!(
            html.contains("property=\"og:title\""),
            "a link looks like nothing"
        );
    }
}

#[tokio::test]
async fn the_market_is_in_the_order_of_its_address() {
    // The list comes after the movers of the whole market, under the links that sort it.
    let list = |html: &str| html.split("Sort by").nth(1).unwrap().to_owned();
    let place = |html: &str, name: &str| list(html).find(name).unwrap();
    let (_, html) = page("/market?sort=name", "").await;
    assert!(place(&html, "Aurora Foods") < place(&html, "Halcyon Health"));
    // Halcyon Health rose by 3.9 %, Aurora Foods fell by 2.4 %.
    let (_, html) = page("/market", "").await;
    assert!(place(&html, "Halcyon Health") < place(&html, "Aurora Foods"));
    let (status, html) = page("/market?page=999", "").await;
    assert_eq!(status, StatusCode::OK);
    assert!(html.contains("There is one page."));
}

#[tokio::test]
async fn a_form_goes_on_to_pages_of_this_site_only() {
    for (next, kept) in [
        ("/portfolio", true),
        ("//evil.example", false),
        ("https://evil.example", false),
    ] {
        let (_, html) = page(&format!("/login?next={next}"), "").await;
        assert_eq!(html.contains(&format!("value=\"{next}\"")), kept, "{next}");
    }
}
