//! What charts of a live market show when its minutes are gone.

use domain::{Price, Timestamp};
use server::market::HistoryRange;
use server::store::IntradayCandle;

use super::stage::{LiveStage, symbol};

#[tokio::test]
async fn a_chart_shows_hours_where_minutes_are_gone() {
    let live = LiveStage::start(|_| {}).await;
    live.received(2).await;
    live.until("AAPL", |quote| quote.is_some_and(|quote| !quote.stale))
        .await;
    let snapshot = live.market.snapshot();
    let apple = snapshot.catalogue.find(symbol("AAPL"));
    let (_, instrument) = apple.expect("it is listed");
    let at: Timestamp = "2026-11-23T16:00:00Z".parse().expect("it is an instant");
    let hour = IntradayCandle {
        at,
        open: Price::from_whole(260),
        high: Price::from_whole(264),
        low: Price::from_whole(258),
        close: Price::from_whole(262),
    };
    let stored = live.stage.store.store_hours(instrument.id, &[hour]).await;
    stored.expect("the store works");
    let week = live.market.history(instrument.id, HistoryRange::Week).await;
    let week = week.expect("the store works");
    let [gone, .., latest] = week.as_slice() else {
        panic!("an hour and a minute: {week:?}");
    };
    let shown = [gone.open, gone.high, gone.low, gone.close];
    assert_eq!(
        (gone.at, shown),
        (at, [hour.open, hour.high, hour.low, hour.close])
    );
    assert_eq!(latest.close.to_string(), "272.11");
    live.close().await;
}
