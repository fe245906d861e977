//! The replay of imported candles.

use std::sync::Arc;

use domain::{CorporateAction, DatedAction, Day, InstrumentId, Price, Quote, SplitRatio};
use server::market;
use server::store::{CandleRecord, InstrumentAction, LastQuote, MarketSource, Store};

use super::{FIRST, Running, candle, instrument, replayed};
use crate::faulty::FaultyStore;
use crate::fixture::{Stage, noon};

const EARLY: InstrumentId = InstrumentId(1);
const LATE: InstrumentId = InstrumentId(2);
const DAY_SECONDS: i64 = 86_400;

/// Monday, 2000-03-06.
fn first_day() -> Day {
    Day::from_calendar(2000, 3, 6).expect("it is a day")
}

/// EARLY has candles on three days, a gap of two, and another three; LATE on the last two.
async fn history() -> Stage {
    let stage = Stage::new().await;
    let instruments = [
        instrument(EARLY, MarketSource::Replay, "EARLY"),
        instrument(LATE, MarketSource::Replay, "LATE"),
    ];
    let on = |instrument, days: &[i32]| -> Vec<CandleRecord> {
        days.iter()
            .map(|day| candle(instrument, first_day().plus_days(*day), 10 * (day + 1)))
            .collect()
    };
    let mut candles = on(EARLY, &[0, 1, 2, 5, 6, 7]);
    candles.extend(on(LATE, &[6, 7]));
    stage
        .store
        .import_market(&instruments, &candles)
        .await
        .expect("the history can be stored");
    stage
}

fn quote(running: &Running, instrument: InstrumentId) -> Option<Quote> {
    running.market.snapshot().quote(instrument).copied()
}

/// Puts the market so many days and seconds after its beginning.
async fn go_to(running: &Running, day: i32, second: i64) {
    let real = i64::from(day) * DAY_SECONDS + second;
    running.clock.set(noon().plus_seconds(real));
    running.shows(first_day().start().plus_seconds(real)).await;
}

#[tokio::test]
async fn a_replay_without_history_says_what_to_do() {
    let stage = Stage::new().await;
    let settled = market::settle_first(&*stage.store, &replayed(1), noon()).await;
    let error = settled.unwrap_err().to_string();
    assert!(error.contains("tickerquest import"), "{error}");
}

#[tokio::test]
async fn prices_follow_the_candles_from_the_first_day_on() {
    let stage = history().await;
    let running = Running::start(&stage.store, noon(), &replayed(1)).await;
    assert_eq!(running.market.snapshot().at, first_day().start());
    let price = |running: &Running| quote(running, EARLY).map(|quote| quote.price);
    assert_eq!(price(&running), Some(Price::from_whole(10)));
    assert_eq!(
        quote(&running, EARLY).and_then(|quote| quote.previous_close),
        None
    );
    go_to(&running, 0, 28_800).await;
    assert_eq!(price(&running), Some(Price::from_whole(9)));
    go_to(&running, 1, 57_600).await;
    assert_eq!(price(&running), Some(Price::from_whole(23)));
    assert_eq!(
        quote(&running, EARLY).and_then(|quote| quote.previous_close),
        Some(Price::from_whole(12))
    );
    assert_eq!(quote(&running, LATE), None, "it is not listed yet");
    running.close().await;
}

#[tokio::test]
async fn a_split_is_no_crash() {
    let stage = Stage::new().await;
    let second_day = first_day().plus_days(1);
    let candles =
        [(first_day(), 100), (second_day, 50)].map(|(day, price)| candle(EARLY, day, price));
    let dated = DatedAction {
        day: second_day,
        action: CorporateAction::Split(SplitRatio { new: 2, old: 1 }),
    };
    let split = InstrumentAction {
        instrument: EARLY,
        dated,
    };
    let instruments = [instrument(EARLY, MarketSource::Replay, "EARLY")];
    stage
        .store
        .import_history(&instruments, &candles, &[split])
        .await
        .expect("the history can be stored");
    let running = Running::start(&stage.store, noon(), &replayed(1)).await;
    let early = running.market.snapshot();
    let comes_at = noon().plus_seconds(DAY_SECONDS);
    // It is registered before it comes, and nobody is told of it.
    assert_eq!(early.actions.len(), 1);
    assert_eq!(
        (early.actions[0].dated, early.actions[0].effective_at),
        (dated, comes_at)
    );
    assert!(running.market.actions(EARLY).await.unwrap().is_empty());
    go_to(&running, 1, 0).await;
    let shown = quote(&running, EARLY).expect("it trades");
    let price = Price::from_whole;
    assert_eq!(
        (shown.price, shown.previous_close),
        (price(50), Some(price(51)))
    );
    let day_before = (EARLY, first_day(), first_day());
    let traded = running
        .market
        .candles(day_before.0, day_before.1, day_before.2)
        .await;
    assert_eq!(traded.unwrap()[0].close, price(102));
    let adjusted = running
        .market
        .adjusted_candles(day_before.0, day_before.1, day_before.2);
    assert_eq!(adjusted.await.unwrap()[0].close, price(51));
    assert_eq!(running.market.actions(EARLY).await.unwrap(), [dated]);
    running.close().await;
}

#[tokio::test]
async fn on_a_day_without_trade_the_last_close_stands() {
    let stage = history().await;
    let running = Running::start(&stage.store, noon(), &replayed(1)).await;
    go_to(&running, 4, 1_000).await;
    let standing = quote(&running, EARLY).expect("it has traded before");
    let close = first_day().plus_days(3).start().plus_seconds(-1);
    assert_eq!(
        (standing.price, standing.at, standing.stale),
        (Price::from_whole(32), close, false)
    );
    assert_eq!(standing.previous_close, Some(Price::from_whole(22)));
    running.close().await;
}

#[tokio::test]
async fn after_the_end_the_last_close_stands_and_is_stale() {
    let stage = history().await;
    let running = Running::start(&stage.store, noon(), &replayed(1)).await;
    // Far enough that all is read anew.
    go_to(&running, 900, 0).await;
    let snapshot = running.market.snapshot();
    let listing = snapshot.listing(EARLY).expect("it is listed");
    let last = listing.quote.expect("it has traded before");
    assert_eq!((last.price, last.stale), (Price::from_whole(82), true));
    assert_eq!(
        listing.closes.to_vec(),
        [12, 22, 32, 62, 72, 82].map(Price::from_whole)
    );
    assert_eq!(listing.today, None);
    running.close().await;
}

#[tokio::test]
async fn candles_never_show_what_is_to_come() {
    let stage = history().await;
    let running = Running::start(&stage.store, noon(), &replayed(1)).await;
    go_to(&running, 6, 40_000).await;
    let (from, to) = (first_day(), first_day().plus_days(100));
    let shown = running.market.candles(EARLY, from, to).await.unwrap();
    let days: Vec<i32> = shown
        .iter()
        .map(|candle| candle.at.day().number() - from.number())
        .collect();
    assert_eq!(days, [0, 1, 2, 5, 6]);
    let today = &shown[4];
    assert_eq!(
        Some(today.close),
        quote(&running, EARLY).map(|quote| quote.price)
    );
    assert!(
        today.high < Price::from_whole(73) && today.volume < 1_000,
        "{today:?}"
    );
    let ahead = running.market.candles(EARLY, to, to).await.unwrap();
    assert_eq!(ahead, []);
    running.close().await;
}

#[tokio::test]
async fn a_replay_goes_on_from_its_anchor_after_a_restart() {
    let stage = history().await;
    let fast = replayed(3_600);
    let running = Running::start(&stage.store, noon(), &fast).await;
    running.clock.pass_seconds(24);
    running.shows(first_day().plus_days(1).start()).await;
    running.close().await;
    let again = Running::start(&stage.store, noon().plus_seconds(36), &fast).await;
    assert_eq!(
        again.market.snapshot().at,
        first_day()
            .plus_days(1)
            .start()
            .plus_seconds(DAY_SECONDS / 2)
    );
    again.close().await;
}

#[tokio::test]
async fn an_instrument_without_a_price_shows_the_last_known_one_as_stale() {
    let stage = history().await;
    let known = |at| LastQuote {
        instrument: LATE,
        price: Price::from_whole(5),
        at,
    };
    stage
        .store
        .store_last_quotes(FIRST, &[known(first_day().start())])
        .await
        .unwrap();
    let running = Running::start(&stage.store, noon(), &replayed(1)).await;
    let shown = quote(&running, LATE).expect("a price is known");
    assert_eq!(
        (shown.price, shown.at, shown.stale),
        (Price::from_whole(5), first_day().start(), true)
    );
    go_to(&running, 6, 0).await;
    assert_eq!(quote(&running, LATE).map(|quote| quote.stale), Some(false));
    running.close().await;

    stage
        .store
        .store_last_quotes(FIRST, &[known(noon())])
        .await
        .unwrap();
    let stage_again = Running::start(&stage.store, noon(), &replayed(1)).await;
    assert_eq!(
        quote(&stage_again, LATE),
        None,
        "a price of later than now is never shown"
    );
    stage_again.close().await;
}

#[tokio::test]
async fn while_history_cannot_be_read_the_last_prices_are_stale() {
    let stage = Stage::new().await;
    let candles: Vec<CandleRecord> = (0..100)
        .map(|day| candle(EARLY, first_day().plus_days(day), 10 + day))
        .collect();
    let early = instrument(EARLY, MarketSource::Replay, "EARLY");
    stage.store.import_market(&[early], &candles).await.unwrap();
    let faulty = FaultyStore::new(stage.store.clone());
    let store: Arc<dyn Store> = faulty.clone();
    let running = Running::start(&store, noon(), &replayed(1)).await;
    go_to(&running, 60, 0).await;

    faulty.fail_history(true);
    let mut ticks = running.market.ticks();
    running.clock.set(noon().plus_seconds(70 * DAY_SECONDS));
    ticks.changed().await.unwrap();
    let stuck = quote(&running, EARLY).expect("the last price stays");
    assert_eq!((stuck.price, stuck.stale), (Price::from_whole(70), true));

    faulty.fail_history(false);
    go_to(&running, 70, 0).await;
    let healed = quote(&running, EARLY).expect("it is traded");
    assert_eq!((healed.price, healed.stale), (Price::from_whole(80), false));
    running.close().await;
}
