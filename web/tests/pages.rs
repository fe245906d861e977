//! The pages as the server sends them: complete without scripts, with the right status.
#![cfg(feature = "ssr")]
#![allow(clippy::unwrap_used, reason = "a test may stop at what cannot happen")]

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::Path;
use axum::http::{Request, StatusCode, header};
use axum::response::{IntoResponse, Json, Response};
use axum::routing::get;
use domain::api::{
    ApiError, ErrorCode, GameView, InstrumentRow, Page, PageMeta, PlayerView, SessionView,
    SummaryView,
};
use domain::{GameId, GameRules, Money, PlayerId, Price, Progress, Quote, SessionId, Timestamp};
use leptos::prelude::provide_context;
use tower::ServiceExt;
use web::PageAssets;
use web::api::InProcess;

const COOKIE: &str = "session=somebody";

fn now() -> Timestamp {
    Timestamp::from_seconds(1_795_262_400)
}

fn player(guest: bool) -> PlayerView {
    PlayerView {
        id: PlayerId(7),
        handle: if guest {
            "Guest-4821".into()
        } else {
            "ada".into()
        },
        email: (!guest).then(|| "ada@example.org".into()),
        guest,
        region: None,
        locale: "en".into(),
        base_currency: "USD".into(),
        xp: 1_420,
        progress: Progress::of(1_420),
        daily_bonus: Some(50),
        created_at: now(),
    }
}

fn summary() -> SummaryView {
    let cash = Money::from_whole(8_250);
    SummaryView {
        game: GameView {
            id: GameId(1),
            slug: "open".into(),
            name: "Open league".into(),
            rules: GameRules::open_league(),
        },
        cash,
        reserved_cash: Money::ZERO,
        open_orders: 0,
        market_value: Money::ZERO,
        invested: Money::ZERO,
        net_worth: cash,
        profit: Money::ZERO,
        profit_percent: None,
        unrealized_profit: Money::ZERO,
        realized_profit: Money::ZERO,
        positions_held: 0,
        xp: 1_420,
        progress: Progress::of(1_420),
        version: 1,
        at: now(),
    }
}

fn instruments() -> Page<InstrumentRow> {
    let names = [
        "Aurora Foods",
        "Blue Harbor",
        "Cinder Energy",
        "Dune Travel",
        "Elm & Oak",
        "Fable Media",
        "Granite",
        "Halcyon Health",
    ];
    let items = names.iter().enumerate().map(|(index, name)| {
        let index = i32::try_from(index).unwrap();
        let symbol = name
            .chars()
            .filter(char::is_ascii_alphabetic)
            .take(4)
            .collect::<String>()
            .to_uppercase()
            .parse()
            .unwrap();
        let price = Price::from_whole(40 + index * 17);
        let previous_close = Some(Price::from_whole(41 + index * 16));
        InstrumentRow {
            symbol,
            name: (*name).into(),
            category: "Food".into(),
            currency: "USD".into(),
            quote: Some(Quote {
                symbol,
                price,
                at: now(),
                stale: false,
                previous_close,
            }),
            change_percent: previous_close.and_then(|earlier| price.percent_since(earlier)),
            sparkline: (0..30)
                .map(|day| Price::from_whole(30 + (day * (7 + index)) % 11 + day))
                .collect(),
        }
    });
    let items: Vec<_> = items.collect();
    Page {
        meta: PageMeta {
            page: 1,
            per_page: 20,
            total: 8,
        },
        items,
    }
}

fn refused(code: ErrorCode) -> Response {
    let status = StatusCode::from_u16(code.status()).unwrap();
    (status, Json(ApiError::new(code, "There is no such thing."))).into_response()
}

async fn me(request: Request<Body>) -> Response {
    match request
        .headers()
        .get(header::COOKIE)
        .and_then(|cookie| cookie.to_str().ok())
    {
        Some(cookie) if cookie.contains("session=guest") => Json(player(true)).into_response(),
        Some(cookie) if cookie.contains(COOKIE) => Json(player(false)).into_response(),
        _ => refused(ErrorCode::Unauthorized),
    }
}

fn session(id: i64, device: &str) -> SessionView {
    SessionView {
        id: SessionId(id),
        device: device.into(),
        created_at: now(),
        last_seen_at: now(),
        expires_at: now(),
        current: id == 1,
    }
}

/// An API with a market, one player and nothing else.
fn api() -> Router {
    let sessions = || async {
        Json(vec![
            session(1, "Mozilla/5.0 (X11; Linux x86_64) Firefox/140.0"),
            session(2, "Mozilla/5.0 (iPad) Safari/604"),
        ])
    };
    Router::new()
        .route("/api/v1/me", get(me))
        .route("/api/v1/me/sessions", get(sessions))
        .route(
            "/api/v1/games/open/summary",
            get(|| async { Json(summary()) }),
        )
        .route(
            "/api/v1/games/open/categories",
            get(|| async { Json(vec!["Food"]) }),
        )
        .route(
            "/api/v1/games/open/instruments",
            get(|| async { Json(instruments()) }),
        )
        .route(
            "/api/v1/games/open/instruments/{symbol}",
            get(|Path(_): Path<String>| async { refused(ErrorCode::NotFound) }),
        )
        .fallback(|| async { refused(ErrorCode::Unavailable) })
}

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
        ("/login", "", "Welcome back"),
        ("/register", "", "Create your account"),
        ("/register", "session=guest", "Keep what you have"),
        ("/profile", COOKIE, "Level 2"),
        ("/profile", "", "This page is yours once you play"),
        ("/market", "", "AURO"),
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
async fn a_form_that_was_refused_says_why_and_keeps_what_was_typed() {
    let (_, html) = page(
        "/login?error=wrong_credentials&message=No%20such%20%3Cplayer%3E.&login=ada",
        "",
    )
    .await;
    assert!(html.contains("No such &lt;player&gt;."));
    assert!(html.contains("value=\"ada\""));
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
