//! Live markets, on a stand-in for the providers.

use std::sync::Arc;

use domain::Timestamp;
use domain::api::{MarketOverview, OrderStatus, RateView};
use reqwest::StatusCode;
use server::clock::Clock as _;
use server::market::{self, HistoryRange, Markets};
use server::operation::games::{CreateGameArgs, SourceArg, create_game};
use server::retention::CandleFiles;
use server::store::{AnswerKind, MarketSource};

use super::{FIRST, quick};
use crate::app::TestApp;
use crate::fixture::{ManualClock, Stage};

mod faults;
mod history;
mod stage;
mod stand_in;

use stage::{LiveStage, list, live, symbol, trading_hours};
use stand_in::{Mood, StandIn, Who};

#[tokio::test]
async fn prices_come_from_the_first_provider_with_their_time_and_history() {
    let live = LiveStage::start(|_| {}).await;
    live.received(2).await;
    let quote = live
        .until("AAPL", |quote| quote.is_some_and(|quote| !quote.stale))
        .await;
    let quote = quote.expect("it has a price");
    assert_eq!(
        (quote.price.to_string(), quote.stale),
        ("272.11".into(), false)
    );
    assert!(quote.at >= trading_hours() && quote.at <= live.clock.now());
    assert_eq!(
        quote
            .previous_close
            .map(|price| price.to_string())
            .as_deref(),
        Some("266.18")
    );
    live.until("MSFT", |quote| quote.is_some_and(|quote| !quote.stale))
        .await;

    let snapshot = live.market.snapshot();
    let (place, instrument) = snapshot
        .catalogue
        .find(symbol("AAPL"))
        .expect("it is listed");
    assert_eq!(
        (instrument.name.as_str(), instrument.category.as_str()),
        ("The AAPL Company", "Technology")
    );
    let closes: Vec<String> = snapshot.listings[place]
        .closes
        .iter()
        .map(ToString::to_string)
        .collect();
    assert_eq!(closes.first().map(String::as_str), Some("261.54"));
    let today = snapshot.at.day();
    let candles = live
        .market
        .candles(instrument.id, today.plus_days(-2), today)
        .await;
    let candles = candles.expect("the store works");
    let told: Vec<String> = candles
        .iter()
        .map(|candle| candle.close.to_string())
        .collect();
    // The provider has corrected the close of the day before.
    assert_eq!(told, ["261.54", "266.18", "272.11"]);
    // Within the day there is the one price that came, and no path that nobody told.
    let within = live.market.history(instrument.id, HistoryRange::Day).await;
    let within: Vec<String> = within
        .expect("the store works")
        .iter()
        .map(|candle| format!("{} {}", candle.open, candle.close))
        .collect();
    assert_eq!(within, ["272.11 272.11"]);
    let asked = live.stand_in.asked(Who::Fmp);
    assert_eq!(asked.len(), 2, "each is asked for once: {asked:?}");
    assert_eq!(live.order().await, (OrderStatus::Filled, None));
    live.close().await;
}

#[tokio::test]
async fn an_old_price_is_shown_and_fills_nothing_until_there_is_a_new_one() {
    let live = LiveStage::start(|_| {}).await;
    live.received(2).await;
    live.until("AAPL", |quote| quote.is_some_and(|quote| !quote.stale))
        .await;
    let told_at = live.quote("AAPL").expect("it has a price").at;
    for who in [Who::Fmp, Who::AlphaVantage] {
        live.stand_in.set_mood(who, Mood::says("garbage"));
    }
    let stale = live
        .until("AAPL", |quote| quote.is_some_and(|quote| quote.stale))
        .await;
    let stale = stale.expect("it has a price");
    assert_eq!(stale.price.to_string(), "272.11", "the last known one");
    let age_s = live.clock.now().seconds_since(stale.at);
    assert!(stale.at >= told_at && age_s > 900, "{age_s}");
    let (status, rejection) = live.order().await;
    assert_eq!(status, OrderStatus::Rejected);
    let rejection = rejection.expect("it says why");
    assert_eq!(rejection.code(), "stale_quote");
    assert!(
        rejection.to_string().contains("is 15 minutes old"),
        "{rejection}"
    );

    live.stand_in.set_price("AAPL", "280");
    live.stand_in.set_mood(Who::AlphaVantage, Mood::Answers);
    let fresh = live
        .until("AAPL", |quote| quote.is_some_and(|quote| !quote.stale))
        .await;
    assert_eq!(
        fresh.map(|quote| quote.price.to_string()).as_deref(),
        Some("280.00")
    );
    assert_eq!(live.order().await, (OrderStatus::Filled, None));
    live.close().await;
}

#[tokio::test]
async fn when_the_exchange_closes_the_last_price_stands_and_fills_nothing() {
    let live = LiveStage::start(|_| {}).await;
    live.received(2).await;
    live.until("AAPL", |quote| quote.is_some_and(|quote| !quote.stale))
        .await;
    let close: Timestamp = "2026-11-25T21:00:00Z".parse().expect("it is an instant");
    live.clock.set(close.plus_seconds(-2));
    live.stand_in.set_price("AAPL", "281");
    let last = live
        .until("AAPL", |quote| {
            quote.is_some_and(|quote| quote.price.to_string() == "281.00")
        })
        .await;
    live.clock.set(close.max(live.clock.now()));
    let closed = live
        .until("AAPL", |quote| quote.is_some_and(|quote| quote.stale))
        .await;
    assert_eq!(
        closed.map(|quote| quote.price),
        last.map(|quote| quote.price)
    );
    let (status, _) = live.order().await;
    assert_eq!(status, OrderStatus::Rejected);
    live.close().await;
}

#[tokio::test]
async fn a_market_that_starts_while_nobody_answers_shows_the_last_known_prices() {
    let live = LiveStage::start(|_| {}).await;
    live.received(2).await;
    live.until("AAPL", |quote| quote.is_some_and(|quote| !quote.stale))
        .await;
    for who in [Who::Fmp, Who::AlphaVantage] {
        live.stand_in.set_mood(who, Mood::Stalls);
    }
    live.markets.stop_all().await;
    live.clock.pass_seconds(7_200);
    let again = live.markets.find(FIRST).await.expect("it starts");
    let snapshot = again.snapshot();
    let (place, _) = snapshot
        .catalogue
        .find(symbol("AAPL"))
        .expect("it is listed");
    let quote = snapshot.listings[place].quote.expect("it has a price");
    assert_eq!(
        (quote.price.to_string(), quote.stale),
        ("272.11".into(), true)
    );
    live.close().await;
}

#[tokio::test]
async fn only_what_is_listed_reaches_a_provider_and_only_currencies_of_games_are_listed() {
    let stage = Stage::new().await;
    let clock = ManualClock::at(trading_hours());
    let stand_in = StandIn::start(&clock).await;
    let config = stand_in.config();
    let settled = market::settle_first(&*stage.store, &live(), trading_hours()).await;
    let told = settled.unwrap_err().to_string();
    assert!(told.contains("tickerquest instrument add"), "{told}");

    stand_in.set_price("AAPL", "272.11");
    stand_in.set_price("VOD.L", "70.2");
    let (done, told) = list(&stage, &clock, &config, &["AAPL", "VOD.L", "NOPE"]).await;
    assert!(done.is_err());
    assert_eq!(
        told[0],
        "AAPL is listed: The AAPL Company, with 2 days of history."
    );
    assert!(
        told[1].starts_with("VOD.L is not listed: it trades in GBp"),
        "{told:?}"
    );
    assert!(
        told[2].contains("Financial Modeling Prep: it does not know the symbol"),
        "{told:?}"
    );
    let listed = stage.store.list_instruments(MarketSource::Live).await;
    assert_eq!(listed.expect("the store works").len(), 1);

    let args = CreateGameArgs {
        from: None,
        slug: "today".parse().expect("it is a slug"),
        name: "Today".into(),
        market: None,
        source: SourceArg::Live,
        seed: None,
        speed: 1,
        cash: domain::Money::from_whole(10_000),
        currency: None,
    };
    let game = create_game(&*stage.store, &args, clock.now()).await;
    let game = game.expect("it can be made");
    stand_in.asked(Who::Fmp);
    let (store, too) = (Arc::clone(&stage.store), clock.clone());
    let markets = Markets::open_with(store, too, &quick(), &config, CandleFiles::default()).await;
    let markets = markets.expect("the markets open");
    let market = markets.find(game.market).await.expect("it starts");
    let mut ticks = market.ticks();
    while market.snapshot().listings[0]
        .quote
        .is_none_or(|quote| quote.stale)
    {
        clock.pass_seconds(1);
        ticks.changed().await.expect("the market lives");
    }
    let asked = stand_in.asked(Who::Fmp);
    assert!(asked.iter().all(|symbol| symbol == "AAPL"), "{asked:?}");
    markets.stop_all().await;
}

#[tokio::test]
async fn a_quota_that_is_spent_leaves_the_last_known_prices() {
    let live = LiveStage::start(|config| {
        config.financial_modeling_prep.per_day = 2;
        config.alpha_vantage.key = None;
    })
    .await;
    live.until("AAPL", |quote| quote.is_some_and(|quote| !quote.stale))
        .await;
    live.until("AAPL", |quote| quote.is_some_and(|quote| quote.stale))
        .await;
    let before = live.quote("AAPL").expect("it has a price");
    assert_eq!(before.price.to_string(), "272.11");
    assert!(live.stand_in.asked(Who::Fmp).len() <= 2);
    // The next day of trade is Friday.
    live.stand_in.set_price("AAPL", "290");
    let friday: Timestamp = "2026-11-27T15:00:00Z".parse().expect("it is an instant");
    live.clock.set(friday);
    // Somebody looks at it, so it comes before the one that has no price yet.
    let snapshot = live.market.snapshot();
    let apple = snapshot.catalogue.find(symbol("AAPL"));
    live.market
        .look_at(apple.map(|(_, instrument)| instrument.id), friday);
    let fresh = live
        .until("AAPL", |quote| quote.is_some_and(|quote| !quote.stale))
        .await;
    assert_eq!(
        fresh.map(|quote| quote.price.to_string()).as_deref(),
        Some("290.00")
    );
    live.close().await;
}

#[tokio::test]
async fn the_rates_of_the_dollar_are_kept_with_their_source() {
    let live = LiveStage::start(|config| config.rates_every_s = 240).await;
    let rates = [
        ("USDCNY", "7.1"),
        ("USDEUR", "0.9211"),
        ("USDGBP", "0.79"),
        ("USDJPY", "156.3325"),
    ];
    for (pair, rate) in rates {
        live.stand_in.set_price(pair, rate);
    }
    let mut ticks = live.market.ticks();
    let mut kept = Vec::new();
    while kept.len() < rates.len() {
        assert!(live.clock.now() < trading_hours().plus_seconds(3_600));
        live.clock.pass_seconds(1);
        ticks.changed().await.expect("the market lives");
        let answers = live.stage.store.list_answers(AnswerKind::Rate, 16).await;
        kept = answers.expect("the store works");
    }
    for (answer, (pair, rate)) in kept.iter().zip(rates) {
        assert_eq!(answer.symbol, pair);
        assert_eq!(answer.provider, "financial_modeling_prep");
        assert!(
            answer.answer.contains(&format!("\"rate\":\"{rate}\"")),
            "{}",
            answer.answer
        );
    }
    live.close().await;
}

#[tokio::test]
async fn another_market_says_that_its_prices_are_not_live() {
    let app = TestApp::start().await;
    let market: MarketOverview = app
        .anonymous()
        .get("/api/v1/games/open/market")
        .await
        .expect(StatusCode::OK);
    assert_eq!(market.live, None);
    let rates: Vec<RateView> = app
        .anonymous()
        .get("/api/v1/rates")
        .await
        .expect(StatusCode::OK);
    assert_eq!(rates, []);
    app.stop().await;
}

#[tokio::test]
async fn until_a_provider_has_told_a_price_the_last_close_is_shown() {
    let live = LiveStage::start(|config| {
        config.financial_modeling_prep.key = None;
        config.alpha_vantage.key = None;
    })
    .await;
    let close: Timestamp = "2026-11-24T21:00:00Z".parse().expect("it is an instant");
    let quote = live.quote("AAPL").expect("it has a price");
    assert_eq!(
        (quote.price.to_string(), quote.at),
        ("264.91".into(), close)
    );
    assert!(quote.stale);
    assert_eq!(live.order().await.0, OrderStatus::Rejected);
    live.close().await;
}
