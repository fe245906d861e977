//! `/api/v1/games/{game}/instruments` and what belongs to it: categories, candles, quotes.

use domain::Quote;
use domain::api::{
    CandleView, ChartMark, ChartMarkKind, GameView, InstrumentDetail, InstrumentRow,
    MarketOverview, OrderView, Page,
};
use reqwest::StatusCode;
use serde_json::json;

use crate::app::{Player, TestApp, order, registration};

const OPEN: &str = "/api/v1/games/open";

#[tokio::test]
async fn a_game_is_found_by_its_slug() {
    let app = TestApp::start().await;
    let game: GameView = app.anonymous().get(OPEN).await.expect(StatusCode::OK);
    assert_eq!(
        (game.slug.as_str(), game.rules.starting_cash.units()),
        ("open", 100_000_000)
    );
    app.anonymous()
        .get("/api/v1/games/nope")
        .await
        .error("not_found");
    app.anonymous()
        .get("/api/v1/games/nope/quotes")
        .await
        .error("not_found");
    app.stop().await;
}

#[tokio::test]
async fn instruments_come_in_pages() {
    let app = TestApp::start().await;
    let page = async |query: &str| {
        let answer = app
            .anonymous()
            .get(&format!("{OPEN}/instruments{query}"))
            .await;
        answer.expect::<Page<InstrumentRow>>(StatusCode::OK)
    };
    let first = page("").await;
    assert_eq!(
        (first.items.len(), first.meta.page, first.meta.per_page),
        (20, 1, 20)
    );
    assert!(first.items.is_sorted_by_key(|row| row.symbol));
    let second = page("?page=2&per_page=7").await;
    assert_eq!(
        second.items[0],
        InstrumentRow {
            quote: second.items[0].quote,
            change_percent: second.items[0].change_percent,
            ..first.items[7].clone()
        }
    );
    assert_eq!(second.meta.total, first.meta.total);
    assert!(page("?page=4294967295&per_page=100").await.items.is_empty());
    assert!(first.items[0].quote.is_some() && first.items[0].sparkline.len() == 30);
    for query in [
        "?page=0",
        "?page=x",
        "?per_page=101",
        "?per_page=0",
        "?per_page=1.5",
        "?page=-1",
    ] {
        let answer = app
            .anonymous()
            .get(&format!("{OPEN}/instruments{query}"))
            .await;
        assert!(query.contains(&answer.wrong_field()), "{query}");
    }
    app.stop().await;
}

#[tokio::test]
async fn instruments_are_found_by_their_words() {
    let app = TestApp::start().await;
    let all: Page<InstrumentRow> = app
        .anonymous()
        .get(&format!("{OPEN}/instruments?per_page=100"))
        .await
        .expect(StatusCode::OK);
    let one = &all.items[5];
    let word = one
        .name
        .split(' ')
        .next()
        .expect("a name has a word")
        .to_uppercase();
    let find = async |query: String| {
        let answer = app
            .anonymous()
            .get(&format!("{OPEN}/instruments?{query}"))
            .await;
        answer.expect::<Page<InstrumentRow>>(StatusCode::OK)
    };
    assert!(
        find(format!("query={word}"))
            .await
            .items
            .iter()
            .any(|row| row.symbol == one.symbol)
    );
    let category = find(format!(
        "category={}&per_page=100",
        one.category.replace(' ', "+")
    ))
    .await;
    assert!(
        category
            .items
            .iter()
            .all(|row| row.category == one.category)
    );
    assert!(!category.items.is_empty() && category.meta.total < all.meta.total);
    assert!(find("query=xyzzy+bakery".into()).await.items.is_empty());
    for query in [
        "query=x".to_owned(),
        format!("query={}", "x".repeat(51)),
        "query=%20x%20".to_owned(),
    ] {
        let answer = app
            .anonymous()
            .get(&format!("{OPEN}/instruments?{query}"))
            .await;
        assert_eq!(answer.wrong_field(), "query");
    }
    let categories: Vec<String> = app
        .anonymous()
        .get(&format!("{OPEN}/categories"))
        .await
        .expect(StatusCode::OK);
    assert!(categories.is_sorted() && categories.contains(&one.category));
    app.stop().await;
}

#[tokio::test]
async fn a_search_forgives_errors_and_a_list_has_an_order() {
    let app = TestApp::start().await;
    let names = async |query: &str| {
        let path = format!("{OPEN}/instruments?{query}");
        let page: Page<InstrumentRow> = app.anonymous().get(&path).await.expect(StatusCode::OK);
        page.items
    };
    for query in [
        "pufin",
        "airline",
        "islands+puffin",
        "PUFFN",
        "Pufinwing+Airwais",
    ] {
        let found = names(&format!("query={query}")).await;
        assert!(
            found.iter().any(|row| row.symbol.as_str() == "PUFFN"),
            "{query}"
        );
    }
    assert_eq!(names("query=PUFFN").await[0].symbol.as_str(), "PUFFN");
    let by_name = names("sort=name&per_page=100").await;
    assert!(by_name.is_sorted_by_key(|row| row.name.to_lowercase()));
    let movers = names("sort=movers").await;
    let moved = |row: &InstrumentRow| row.change_percent.map(domain::Percent::magnitude);
    assert!(movers.is_sorted_by(|a, b| moved(a) >= moved(b)));
    let refused = app
        .anonymous()
        .get(&format!("{OPEN}/instruments?sort=luck"))
        .await;
    assert_eq!(refused.wrong_field(), "sort");
    app.stop().await;
}

#[tokio::test]
async fn the_market_is_told_at_a_glance() {
    let app = TestApp::start().await;
    let told: MarketOverview = app
        .anonymous()
        .get(&format!("{OPEN}/market"))
        .await
        .expect(StatusCode::OK);
    assert_eq!(told.speed, 60);
    assert_eq!(told.index.map(|index| index.sparkline.len()), Some(30));
    assert!(told.sectors.len() >= 12 && told.change_percent.is_some());
    assert!(told.risers.len() <= 5 && told.fallers.len() <= 5);
    assert!(told.risers.iter().all(|row| {
        row.change_percent
            .is_some_and(|change| !change.is_negative())
    }));
    app.stop().await;
}

#[tokio::test]
async fn a_range_of_history_has_candles_of_its_own_length() {
    let app = TestApp::start().await;
    let path = format!("{OPEN}/instruments/{}/candles", app.symbol().await);
    let anonymous = app.anonymous();
    for (range, count, seconds) in [
        ("1d", 280..=288, 300),
        ("1w", 330..=336, 1_800),
        ("1m", 31..=31, 86_400),
        ("1y", 366..=366, 86_400),
        ("all", 560..=1_000, 7 * 86_400),
    ] {
        let candles: Vec<CandleView> = anonymous
            .get(&format!("{path}?range={range}"))
            .await
            .expect(StatusCode::OK);
        assert!(count.contains(&candles.len()), "{range}: {}", candles.len());
        let apart = candles[10].at.seconds() - candles[9].at.seconds();
        assert_eq!(apart, seconds, "{range}");
    }
    let both = anonymous
        .get(&format!("{path}?range=1d&from=2026-01-01"))
        .await;
    assert_eq!(both.wrong_field(), "range");
    app.stop().await;
}

#[tokio::test]
async fn an_instrument_is_told_with_its_dividends_and_its_logo() {
    let app = TestApp::start().await;
    let anonymous = app.anonymous();
    let detail: InstrumentDetail = anonymous
        .get(&format!("{OPEN}/instruments/TEAPT"))
        .await
        .expect(StatusCode::OK);
    assert_eq!(detail.actions.len(), 40);
    assert!(detail.actions.is_sorted_by(|a, b| a.day >= b.day));
    assert!(
        detail
            .figures
            .is_some_and(|figures| !figures.dividend_percent.is_negative())
    );
    let logo = anonymous
        .get(&format!("{OPEN}/instruments/TEAPT/logo"))
        .await;
    assert_eq!(logo.status, StatusCode::OK);
    assert!(logo.body.starts_with("<svg"), "{}", logo.body);
    app.stop().await;
}

#[tokio::test]
async fn a_chart_marks_what_happened_and_only_the_players_own_trades() {
    let app = TestApp::start().await;
    let marks = async |player: &Player| {
        let path = format!("{OPEN}/instruments/TEAPT/chart-marks");
        let answer = player.get(&path).await;
        answer.expect::<Vec<ChartMark>>(StatusCode::OK)
    };
    let is_trade = |mark: &ChartMark| {
        let kinds = [ChartMarkKind::Bought, ChartMarkKind::Sold];
        kinds.contains(&mark.kind)
    };
    let (ada, ben) = (app.browser(), app.browser());
    for (browser, handle) in [(&ada, "ada"), (&ben, "ben")] {
        let body = registration(handle);
        let made = browser.post("/api/v1/auth/register", &body).await;
        assert_eq!(made.status, StatusCode::CREATED, "{}", made.body);
    }
    for (side, size) in [("buy", "3"), ("sell", "1")] {
        let body = order("TEAPT", side, json!({"quantity": size}));
        let done: OrderView = ada.place(&body).await.expect(StatusCode::CREATED);
        assert!(done.fill.is_some());
    }
    let other = order("BOLTW", "buy", json!({"quantity": "1"}));
    assert_eq!(ada.place(&other).await.status, StatusCode::CREATED);

    let own = marks(&ada).await;
    assert!(own.is_sorted_by_key(|mark| mark.at));
    let traded: Vec<&ChartMark> = own.iter().filter(|mark| is_trade(mark)).collect();
    let [bought, sold] = traded.as_slice() else {
        panic!("a purchase and a sale: {traded:?}");
    };
    assert!(
        bought.text.starts_with("You bought 3 shares at $"),
        "{}",
        bought.text
    );
    assert!(
        sold.text.starts_with("You sold 1 share at $"),
        "{}",
        sold.text
    );
    for visitor in [&ben, &app.anonymous()] {
        let seen = marks(visitor).await;
        assert!(!seen.iter().any(is_trade));
        assert!(seen.iter().any(|mark| mark.kind == ChartMarkKind::Dividend));
    }

    let page = ada.get("/instruments/TEAPT").await.body;
    assert!(page.contains("The marks as a table"));
    assert!(page.contains(&bought.text) && page.contains("A dividend of $"));
    let page = ben.get("/instruments/TEAPT").await.body;
    assert!(!page.contains("You bought 3 shares at"));
    app.stop().await;
}

#[tokio::test]
async fn a_symbol_is_malformed_or_unknown_or_told_of() {
    let app = TestApp::start().await;
    let symbol = app.symbol().await;
    let anonymous = app.anonymous();
    let detail: InstrumentDetail = anonymous
        .get(&format!("{OPEN}/instruments/{symbol}"))
        .await
        .expect(StatusCode::OK);
    assert_eq!(detail.instrument.symbol.as_str(), symbol);
    assert!(!detail.plain_words.is_empty() && !detail.fun_fact.is_empty());
    for path in ["", "/candles"] {
        anonymous
            .get(&format!("{OPEN}/instruments/ZZZZZZZZ{path}"))
            .await
            .error("not_found");
        for bad in ["aapl", "TOOLONG99", "A%20B", "%C3%89", "A%2FB"] {
            anonymous
                .get(&format!("{OPEN}/instruments/{bad}{path}"))
                .await
                .error("invalid_symbol");
        }
    }
    anonymous
        .get(&format!("{OPEN}/instruments/%FF"))
        .await
        .error("malformed_request");
    app.stop().await;
}

#[tokio::test]
async fn candles_are_of_the_days_that_were_asked_for() {
    let app = TestApp::start().await;
    let path = format!("{OPEN}/instruments/{}/candles", app.symbol().await);
    let anonymous = app.anonymous();
    let all: Vec<CandleView> = anonymous.get(&path).await.expect(StatusCode::OK);
    assert!(all.len() >= 40, "{}", all.len());
    assert!(all.is_sorted_by_key(|candle| candle.at));
    let (from, to) = (all[3].at.day(), all[9].at.day());
    let some: Vec<CandleView> = anonymous
        .get(&format!("{path}?from={from}&to={to}"))
        .await
        .expect(StatusCode::OK);
    assert_eq!(some, all[3..=9]);
    for (query, field) in [
        ("?from=2026-13-01", "from"),
        ("?to=yesterday", "to"),
        ("?from=2020-01-02&to=2020-01-01", "from"),
        ("?from=2020-01-01&to=2021-01-01", "from"),
    ] {
        assert_eq!(
            anonymous.get(&format!("{path}{query}")).await.wrong_field(),
            field,
            "{query}"
        );
    }
    let year: Vec<CandleView> = anonymous
        .get(&format!("{path}?from=2010-01-02&to=2011-01-01"))
        .await
        .expect(StatusCode::OK);
    assert!(year.is_empty());
    app.stop().await;
}

#[tokio::test]
async fn quotes_are_of_the_symbols_that_were_asked_for() {
    let app = TestApp::start().await;
    let anonymous = app.anonymous();
    let all: Vec<Quote> = anonymous
        .get(&format!("{OPEN}/quotes"))
        .await
        .expect(StatusCode::OK);
    let (a, b) = (all[0].symbol, all[1].symbol);
    let two: Vec<Quote> = anonymous
        .get(&format!("{OPEN}/quotes?symbols={b},{a}"))
        .await
        .expect(StatusCode::OK);
    assert_eq!(
        two.iter().map(|quote| quote.symbol).collect::<Vec<_>>(),
        [b, a]
    );
    anonymous
        .get(&format!("{OPEN}/quotes?symbols={a},ZZZZZZZZ"))
        .await
        .error("not_found");
    anonymous
        .get(&format!("{OPEN}/quotes?symbols={a},,"))
        .await
        .error("invalid_symbol");
    let many = vec![a.as_str(); 101].join(",");
    let answer = anonymous
        .get(&format!("{OPEN}/quotes?symbols={many}"))
        .await;
    assert_eq!(answer.wrong_field(), "symbols");
    app.stop().await;
}
