//! The API behind the pages: a market, one player and nothing else.

use axum::Router;
use axum::body::Body;
use axum::extract::{Path, RawQuery};
use axum::http::{Request, StatusCode, header};
use axum::response::{IntoResponse, Json, Response};
use axum::routing::get;
use domain::api::{
    ApiError, ErrorCode, GameRow, GameView, IndexView, InstrumentRow, LeaderboardView,
    MarketOverview, OwnStandingView, Page, PageMeta, PlayerView, SectorView, SessionView,
    StandingView, SummaryView,
};
use domain::boards::{Measure, Period};
use domain::{GameId, GameRules, Money, PlayerId, Price, Progress, Quote, SessionId, Timestamp};

pub(super) const COOKIE: &str = "session=somebody";

fn now() -> Timestamp {
    Timestamp::from_seconds(1_795_262_400)
}

fn player(guest: bool) -> PlayerView {
    PlayerView {
        time_zone: "UTC".to_owned(),
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
        unread_notifications: 0,
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
            links: Vec::new(),
            can_join: false,
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
                foreign: None,
                halted_until: None,
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

/// The instruments by name, or those that have moved most first; none far beyond the last page.
fn sorted(query: Option<String>) -> Page<InstrumentRow> {
    let (mut page, query) = (instruments(), query.unwrap_or_default());
    if query.contains("sort=movers") {
        page.items.reverse();
    }
    if query.contains("page=999") {
        page.items.clear();
    }
    page
}

fn standing(rank: u64, me: bool) -> StandingView {
    StandingView {
        rank,
        handle: if me {
            "ada".into()
        } else {
            format!("Otter-{rank}")
        },
        net_worth: Money::from_whole(12_000),
        return_percent: Money::from_whole(2_000).percent_of(Money::from_whole(10_000)),
        rise: rank.is_multiple_of(3).then_some(2),
        xp: 1_420,
        level: 2,
        worst_fall_percent: Money::from_whole(300)
            .percent_of(Money::from_whole(10_000))
            .unwrap_or_default(),
        reasons: 7,
        process: Some(640),
        me,
    }
}

/// A board of 60 players; the player who asks, if one does, is number 40.
fn leaderboard(query: &str, playing: bool) -> LeaderboardView {
    let page = if query.contains("&page=2") { 2 } else { 1 };
    let rows = |from: u64| (from..from + 25).map(|rank| standing(rank, playing && rank == 40));
    LeaderboardView {
        measure: if query.contains("measure=xp") {
            Measure::Xp
        } else {
            Measure::NetWorth
        },
        measure_version: 1,
        period: Period::Week,
        starts_at: now(),
        region: None,
        as_of: now(),
        standings: Page {
            items: rows(u64::from(page - 1) * 25 + 1).collect(),
            meta: PageMeta {
                page,
                per_page: 25,
                total: 60,
            },
        },
        me: playing.then(|| OwnStandingView {
            standing: standing(40, true),
            ahead_of_bps: 3_389,
        }),
        around: (37..=43)
            .filter(|_| playing)
            .map(|rank| standing(rank, rank == 40))
            .collect(),
        league: None,
    }
}

async fn leaderboard_of(request: Request<Body>) -> Response {
    let cookie = request.headers().get(header::COOKIE);
    let cookie = cookie.and_then(|cookie| cookie.to_str().ok());
    let playing = cookie.is_some_and(|cookie| cookie.contains(COOKIE));
    let query = request.uri().query().unwrap_or_default();
    Json(leaderboard(query, playing)).into_response()
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
pub(super) fn api() -> Router {
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
            "/api/v1/games/open/market",
            get(|| async { Json(overview()) }),
        )
        .route(
            "/api/v1/games/class-1/market",
            get(|| async { Json(overview()) }),
        )
        .route(
            "/api/v1/games/open/instruments",
            get(|RawQuery(query): RawQuery| async { Json(sorted(query)) }),
        )
        .route(
            "/api/v1/games/open/instruments/{symbol}",
            get(|Path(_): Path<String>| async { refused(ErrorCode::NotFound) }),
        )
        .route("/api/v1/games", get(|| async { Json(games()) }))
        .route("/api/v1/games/class-1", get(|| async { Json(class()) }))
        .route(
            "/api/v1/games/class-1/summary",
            get(|| async { refused(ErrorCode::NotFound) }),
        )
        .route(
            "/api/v1/games/class-1/categories",
            get(|| async { Json(vec!["Food"]) }),
        )
        .route(
            "/api/v1/games/class-1/instruments",
            get(|| async { Json(instruments()) }),
        )
        .route("/api/v1/games/open/leaderboard", get(leaderboard_of))
        .fallback(|| async { refused(ErrorCode::Unavailable) })
}

fn overview() -> MarketOverview {
    let moved = Price::from_whole(101).percent_since(Price::from_whole(100));
    MarketOverview {
        at: now(),
        speed: 60,
        change_percent: moved,
        index: Some(IndexView {
            level: Price::from_whole(1_200),
            change_percent: moved,
            sparkline: (0..30).map(|day| Price::from_whole(1_170 + day)).collect(),
        }),
        sectors: vec![SectorView {
            category: "Food".into(),
            count: 8,
            change_percent: moved,
        }],
        risers: instruments().items.into_iter().take(5).collect(),
        fallers: Vec::new(),
        coming_reports: Vec::new(),
        live: None,
    }
}

fn class() -> GameView {
    GameView {
        id: GameId(2),
        slug: "class-1".into(),
        name: "Class 1b".into(),
        rules: GameRules::open_league(),
        links: Vec::new(),
        can_join: true,
    }
}

fn games() -> Page<GameRow> {
    let row = |game, joined| GameRow { game, joined };
    Page {
        items: vec![row(summary().game, true), row(class(), false)],
        meta: PageMeta {
            page: 1,
            per_page: 50,
            total: 2,
        },
    }
}
