//! `/api/v1/games/{game}/instruments/{symbol}/candles`: stretches of history of every length, and what a live
//! market reads from files.

use std::time::Duration;

use domain::api::{CandleView, RunStarted, RunView};
use domain::{
    CorporateAction, DatedAction, Day, InstrumentId, Money, Price, SplitRatio, Timestamp,
};
use reqwest::StatusCode;
use serde_json::json;
use server::operation::games::{CreateGameArgs, SourceArg, create_game};
use server::retention::{CandleFiles, Filed, FiledCandle};
use server::store::{InstrumentAction, InstrumentRecord, MarketSource, MonthCandle, Store};

use crate::app::{Player, TestApp, now};
use crate::store::trading::instrument;

const PATH: &str = "/api/v1/games/today/instruments/AAPL/candles";

fn instant(text: &str) -> Timestamp {
    text.parse().expect("it is an instant")
}

fn day(text: &str) -> Day {
    text.parse().expect("it is a day")
}

fn filed(at: &str, close: i32) -> FiledCandle {
    let price = Price::from_whole(close);
    FiledCandle {
        at: instant(at),
        open: price,
        high: price,
        low: price,
        close: price,
        volume: 10,
    }
}

/// What an instrument cost at the end of each candle: when it began, and its close.
fn closes(candles: &[CandleView]) -> Vec<(String, String)> {
    let shown = candles.iter().map(|candle| {
        let at = candle.at.to_string();
        (at[..16].to_owned(), candle.close.to_string())
    });
    shown.collect()
}

fn close(at: &str, price: &str) -> (String, String) {
    (at.to_owned(), price.to_owned())
}

async fn read(player: &Player, query: &str) -> Vec<CandleView> {
    let answer = player.get(&format!("{PATH}{query}")).await;
    answer.expect(StatusCode::OK)
}

/// A game on a live market, with an instrument that was split 2-for-1 on 20 March 2012.
async fn list_live(store: &dyn Store) -> InstrumentId {
    let aapl = InstrumentRecord {
        universe: MarketSource::Live,
        ..instrument(1, "AAPL")
    };
    let latest = filed("2020-11-20T00:00:00Z", 300).day(aapl.id);
    let split = InstrumentAction {
        instrument: aapl.id,
        dated: DatedAction {
            day: day("2012-03-20"),
            action: CorporateAction::Split(SplitRatio { new: 2, old: 1 }),
        },
    };
    let imported = store.import_history(&[aapl], &[latest], &[split]).await;
    imported.expect("the store works");
    let args = CreateGameArgs {
        from: None,
        slug: "today".parse().expect("it is a slug"),
        name: "Today".into(),
        market: None,
        source: SourceArg::Live,
        seed: None,
        speed: 1,
        currency: None,
        cash: Money::from_whole(10_000),
    };
    let game = create_game(store, &args, now()).await;
    game.expect("it can be made");
    let listed = store.list_instruments(MarketSource::Live).await;
    listed.expect("the store works")[0].id
}

#[tokio::test]
async fn old_days_of_a_live_market_are_read_from_their_files() {
    let app = TestApp::start().await;
    let store = app.store().await;
    let id = list_live(&*store).await;
    let files = CandleFiles::open(&app.folder().join("archive"));
    let march = vec![
        filed("2012-03-05T00:00:00Z", 100),
        filed("2012-03-20T00:00:00Z", 51),
        filed("2012-03-30T00:00:00Z", 55),
    ];
    let symbol = "AAPL".parse().expect("it is a symbol");
    let month = "2012-03".parse().expect("it is a month");
    let written = files.write(Filed::Days, symbol, month, march).await;
    written.expect("it is written");
    // Of an earlier month only the candle of the month is left.
    let price = Price::from_whole(80);
    let left = MonthCandle {
        instrument: id,
        month: day("2009-05-01"),
        open: price,
        high: price,
        low: price,
        close: price,
        volume: 200,
        average: price,
        days: 20,
    };
    let stored = store.store_months(&[left]).await;
    stored.expect("the store works");
    // A day that has been corrected since, and has not been moved again.
    let corrected = filed("2012-03-30T00:00:00Z", 56).day(id);
    let stored = store.store_candles(&[corrected]).await;
    stored.expect("the store works");

    let player = app.anonymous();
    let days = read(&player, "?from=2012-03-01&to=2012-12-31").await;
    let expected = [
        close("2012-03-05T00:00", "50.00"),
        close("2012-03-20T00:00", "51.00"),
        close("2012-03-30T00:00", "56.00"),
    ];
    assert_eq!(closes(&days), expected);
    assert_eq!(days[0].volume, 10);
    let days = read(&player, "?from=2012-03-01&to=2012-03-10&adjusted=false").await;
    assert_eq!(closes(&days), [close("2012-03-05T00:00", "100.00")]);
    let weeks = read(
        &player,
        "?from=2012-03-21&to=2012-04-30&resolution=week&adjusted=false",
    )
    .await;
    let expected = [
        close("2012-03-19T00:00", "51.00"),
        close("2012-03-26T00:00", "56.00"),
    ];
    assert_eq!(closes(&weeks), expected);
    let months = "?from=2009-01-01&to=2020-11-30&resolution=month";
    let expected = [
        close("2009-05-01T00:00", "40.00"),
        close("2012-03-01T00:00", "56.00"),
        close("2020-11-01T00:00", "300.00"),
    ];
    assert_eq!(closes(&read(&player, months).await), expected);
    let averages: Vec<_> = read(&player, months)
        .await
        .iter()
        .filter_map(|month| month.average)
        .map(|average| (average.price.to_string(), average.days))
        .collect();
    // Of March: 50, 51 and 56.
    let expected_averages = [("40.00", 20), ("52.3333", 3), ("300.00", 1)];
    let expected_averages = expected_averages.map(|(price, days)| (price.to_owned(), days));
    assert_eq!(averages, expected_averages);
    let chosen = "?from=2009-01-01&to=2020-11-30&resolution=auto";
    assert_eq!(closes(&read(&player, chosen).await), expected);
    let untouched = read(&player, &format!("{months}&adjusted=false")).await;
    assert_eq!(
        closes(&untouched)[..2],
        [
            close("2009-05-01T00:00", "80.00"),
            close("2012-03-01T00:00", "56.00")
        ]
    );
    // The chart of everything goes back as far.
    let all = read(&player, "?range=all").await;
    assert_eq!(closes(&all)[0], close("2012-03-05T00:00", "50.00"));

    let file = app
        .folder()
        .join("archive/candles/AAPL/days-2012-03.csv.gz");
    std::fs::write(file, "not what was written").expect("it can be changed");
    let damaged = player
        .get(&format!("{PATH}?from=2012-03-01&to=2012-03-31"))
        .await;
    assert_eq!(damaged.status, StatusCode::INTERNAL_SERVER_ERROR);
    store.close().await;
    app.stop().await;
}

#[tokio::test]
async fn minutes_and_hours_of_a_live_market_are_those_of_its_day() {
    let app = TestApp::start().await;
    let store = app.store().await;
    let id = list_live(&*store).await;
    let files = CandleFiles::open(&app.folder().join("archive"));
    let symbol = "AAPL".parse().expect("it is a symbol");
    let month = "2012-03".parse().expect("it is a month");
    // Midnight in New York is at five.
    let minutes = vec![
        filed("2012-03-05T04:59:00Z", 98),
        filed("2012-03-05T05:00:00Z", 100),
        filed("2012-03-06T04:30:00Z", 102),
        filed("2012-03-06T05:00:00Z", 104),
        // The last hour of the day before the split.
        filed("2012-03-20T03:30:00Z", 100),
        filed("2012-03-20T04:00:00Z", 50),
    ];
    let hours = vec![
        filed("2012-03-05T05:00:00Z", 101),
        filed("2012-03-06T04:00:00Z", 103),
    ];
    for (length, candles) in [(Filed::Minutes, minutes), (Filed::Hours, hours)] {
        let written = files.write(length, symbol, month, candles).await;
        written.expect("it is written");
    }
    // Not rolled up yet.
    for (when, dollars) in [("2012-03-07T15:00:00Z", 110), ("2012-03-07T15:59:59Z", 112)] {
        let price = Price::from_whole(dollars);
        let stored = store.record_price(id, instant(when), price).await;
        stored.expect("the store works");
    }

    let player = app.anonymous();
    let day = "?from=2012-03-05&to=2012-03-05&adjusted=false";
    let minutes = read(&player, &format!("{day}&resolution=minute")).await;
    let expected = [
        close("2012-03-05T05:00", "100.00"),
        close("2012-03-06T04:30", "102.00"),
    ];
    assert_eq!(closes(&minutes), expected);
    let chosen = read(&player, &format!("{day}&resolution=auto")).await;
    assert_eq!(chosen, minutes);
    let hours = read(&player, "?from=2012-03-05&to=2012-03-07&resolution=hour").await;
    let expected = [
        close("2012-03-05T05:00", "50.50"),
        close("2012-03-06T04:00", "51.50"),
        close("2012-03-07T15:00", "56.00"),
    ];
    assert_eq!(closes(&hours), expected);
    let split = "?from=2012-03-19&to=2012-03-20&resolution=minute";
    let expected = [
        close("2012-03-20T03:30", "50.00"),
        close("2012-03-20T04:00", "50.00"),
    ];
    assert_eq!(closes(&read(&player, split).await), expected);
    store.close().await;
    app.stop().await;
}

#[tokio::test]
async fn a_stretch_of_a_simulated_market_has_candles_of_each_length() {
    let app = TestApp::start().await;
    let symbol = app.symbol().await;
    let path = format!("/api/v1/games/open/instruments/{symbol}/candles");
    let player = app.anonymous();
    for (query, count, first) in [
        (
            "from=2018-03-05&to=2018-03-10&resolution=minute",
            6 * 1_440,
            "2018-03-05T00:00",
        ),
        (
            "from=2018-01-01&to=2018-12-31&resolution=hour",
            365 * 24,
            "2018-01-01T00:00",
        ),
        (
            "from=2018-01-01&to=2018-12-31&resolution=day",
            365,
            "2018-01-01T00:00",
        ),
        // A Thursday: the week is whole.
        (
            "from=2018-03-08&to=2018-03-18&resolution=week",
            2,
            "2018-03-05T00:00",
        ),
        (
            "from=2018-03-08&to=2019-02-01&resolution=month",
            12,
            "2018-03-01T00:00",
        ),
        (
            "from=2018-03-05&to=2018-03-05&resolution=auto",
            1_440,
            "2018-03-05T00:00",
        ),
        (
            "from=2018-03-05&to=2018-04-05&resolution=auto",
            32 * 24,
            "2018-03-05T00:00",
        ),
        (
            "from=2018-01-01&to=2018-12-31&resolution=auto",
            365,
            "2018-01-01T00:00",
        ),
        (
            "from=2018-01-01&to=2023-12-31&resolution=auto",
            313,
            "2018-01-01T00:00",
        ),
    ] {
        let answer = player.get(&format!("{path}?{query}")).await;
        let candles: Vec<CandleView> = answer.expect(StatusCode::OK);
        assert_eq!(candles.len(), count, "{query}");
        assert!(candles.is_sorted_by(|a, b| a.at < b.at), "{query}");
        assert_eq!(closes(&candles)[0].0, first, "{query}");
    }
    for (query, field) in [
        ("from=2018-03-05&to=2018-03-11&resolution=minute", "from"),
        ("from=2018-01-01&to=2019-01-02&resolution=hour", "from"),
        ("from=1990-01-01&to=2018-01-01&resolution=week", "from"),
        ("range=1d&resolution=minute", "range"),
    ] {
        let answer = player.get(&format!("{path}?{query}")).await;
        assert_eq!(answer.wrong_field(), field, "{query}");
    }
    app.stop().await;
}

#[tokio::test]
async fn candles_of_every_length_have_the_fall_that_a_headline_brought() {
    let app = TestApp::start().await;
    let player = app.guest().await;
    let started = player.post("/api/v1/scenarios/panic", &json!({})).await;
    let slug = started.expect::<RunStarted>(StatusCode::CREATED).slug;
    let run = format!("/api/v1/games/{slug}/scenario");
    let stepped = player.post(&run, &json!({ "days": 60 })).await;
    let today = stepped.expect::<RunView>(StatusCode::OK).day;
    let path = format!("/api/v1/games/{slug}/instruments/TQ.ALL/candles");
    // The market takes the days up within about a second.
    for _ in 0..1_000 {
        let candles: Vec<CandleView> = player.get(&path).await.expect(StatusCode::OK);
        if candles.last().is_some_and(|one| one.at.day() == today) {
            break;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    let mut last = Vec::new();
    for query in [
        "",
        "?range=1d",
        "?range=1w",
        "?range=all",
        "?resolution=hour",
        "?resolution=week",
        "?resolution=month",
    ] {
        let answer = player.get(&format!("{path}{query}")).await;
        let candles: Vec<CandleView> = answer.expect(StatusCode::OK);
        let close = candles.last().expect("there is one").close;
        last.push((query, close.units()));
    }
    // Two headlines have taken a quarter of every price.
    let (_, daily) = last[0];
    for (query, close) in &last {
        let apart = (close - daily).abs() * 100 / daily;
        assert!(apart < 3, "{query}: {last:?}");
    }
    app.stop().await;
}
