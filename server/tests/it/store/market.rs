//! Instruments, candles and last quotes.

use domain::{Day, InstrumentId, MarketId, Price};
use server::store::{CandleRecord, InstrumentRecord, LastQuote, MarketSource, Store};

use super::Database;
use super::trading::{at, instrument, list_market};

fn candle(instrument: i64, day: i32, close: i32) -> CandleRecord {
    CandleRecord {
        instrument: InstrumentId(instrument),
        day: Day::from_number(day),
        open: Price::from_whole(10),
        high: Price::from_whole(1_000_000),
        low: Price::from_whole(1),
        close: Price::from_whole(close),
        volume: 12_345_678_901,
    }
}

fn replayed(id: i64, symbol: &str) -> InstrumentRecord {
    InstrumentRecord {
        universe: MarketSource::Replay,
        ..instrument(id, symbol)
    }
}

fn days(first: i32, last: i32) -> (Day, Day) {
    (Day::from_number(first), Day::from_number(last))
}

async fn ids(store: &dyn Store, market: MarketSource) -> anyhow::Result<Vec<(i64, String)>> {
    let instruments = store.list_instruments(market).await?;
    Ok(instruments
        .into_iter()
        .map(|record| (record.id.0, record.symbol.to_string()))
        .collect())
}

pub async fn instruments_are_listed_by_symbol_in_their_market(
    database: &dyn Database,
) -> anyhow::Result<()> {
    let store = database.open().await?;
    let mut market = list_market();
    market.reverse();
    market.push(replayed(9, "ACME"));
    store.import_market(&market, &[]).await?;
    assert_eq!(
        store.list_instruments(MarketSource::Simulated).await?,
        list_market()
    );
    assert_eq!(
        store.list_instruments(MarketSource::Replay).await?,
        [replayed(9, "ACME")]
    );
    Ok(())
}

pub async fn an_instrument_that_is_imported_again_keeps_its_id(
    database: &dyn Database,
) -> anyhow::Result<()> {
    let store = database.open().await?;
    store
        .import_market(&list_market(), &[candle(1, 1, 5)])
        .await?;
    let renamed = InstrumentRecord {
        name: "Acme & Sons".into(),
        tradable: false,
        ..instrument(77, "ACME")
    };
    store
        .import_market(std::slice::from_ref(&renamed), &[candle(77, 2, 6)])
        .await?;
    let stored = store.list_instruments(MarketSource::Simulated).await?;
    assert_eq!(
        stored.first(),
        Some(&InstrumentRecord {
            id: InstrumentId(1),
            ..renamed
        })
    );
    assert_eq!(stored.len(), 3);
    let (first, last) = days(0, 9);
    let candles = store.list_candles(InstrumentId(1), first, last, 10).await?;
    assert_eq!(
        candles,
        [candle(1, 1, 5), candle(1, 2, 6)],
        "its candles are stored under its id"
    );
    Ok(())
}

pub async fn a_new_instrument_never_takes_the_id_of_another(
    database: &dyn Database,
) -> anyhow::Result<()> {
    let store = database.open().await?;
    store.import_market(&list_market(), &[]).await?;
    let history = [replayed(1, "IBM"), replayed(2, "MSFT"), replayed(1, "IBM")];
    store.import_market(&history, &[candle(2, 1, 5)]).await?;
    assert_eq!(ids(&*store, MarketSource::Simulated).await?.len(), 3);
    let stored = ids(&*store, MarketSource::Replay).await?;
    assert_eq!(stored, [(4, "IBM".into()), (5, "MSFT".into())]);
    let (first, last) = days(0, 9);
    assert_eq!(
        store.list_candles(InstrumentId(5), first, last, 10).await?,
        [candle(5, 1, 5)]
    );
    assert_eq!(
        store.list_candles(InstrumentId(2), first, last, 10).await?,
        []
    );
    Ok(())
}

pub async fn an_import_is_all_or_nothing(database: &dyn Database) -> anyhow::Result<()> {
    let store = database.open().await?;
    let impossible = CandleRecord {
        low: Price::from_whole(11),
        ..candle(1, 2, 12)
    };
    for bad in [candle(99, 1, 5), impossible] {
        assert!(
            store
                .import_market(&list_market(), &[candle(1, 1, 5), bad])
                .await
                .is_err(),
            "{bad:?}"
        );
        assert_eq!(store.list_instruments(MarketSource::Simulated).await?, []);
        assert_eq!(store.candle_range(MarketSource::Simulated).await?, None);
    }
    Ok(())
}

pub async fn candles_are_the_latest_of_a_range_oldest_first(
    database: &dyn Database,
) -> anyhow::Result<()> {
    let store = database.open().await?;
    let all: Vec<_> = (1..=10).map(|day| candle(1, day, day)).collect();
    store.import_market(&list_market(), &all).await?;
    let check =
        async |range: (i32, i32), limit, expected: std::ops::Range<i32>| -> anyhow::Result<()> {
            let (from, to) = days(range.0, range.1);
            let found = store.list_candles(InstrumentId(1), from, to, limit).await?;
            assert_eq!(
                found,
                expected.map(|day| candle(1, day, day)).collect::<Vec<_>>(),
                "{range:?} {limit}"
            );
            Ok(())
        };
    check((1, 10), 100, 1..11).await?;
    check((3, 5), 100, 3..6).await?;
    check((-50, 50), 2, 9..11).await?;
    check((20, 30), 2, 20..20).await?;
    let (first, last) = days(0, 20);
    assert_eq!(
        store.list_candles(InstrumentId(2), first, last, 10).await?,
        []
    );
    Ok(())
}

pub async fn candles_of_the_same_day_are_replaced(database: &dyn Database) -> anyhow::Result<()> {
    let store = database.open().await?;
    store
        .import_market(&list_market(), &[candle(1, 1, 5), candle(1, 2, 5)])
        .await?;
    store
        .store_candles(&[candle(1, 2, 6), candle(1, 3, 7)])
        .await?;
    let (first, last) = days(0, 9);
    let found = store.list_candles(InstrumentId(1), first, last, 10).await?;
    assert_eq!(found, [candle(1, 1, 5), candle(1, 2, 6), candle(1, 3, 7)]);
    store.store_candles(&[]).await?;
    Ok(())
}

pub async fn candles_of_a_market_come_by_instrument_and_day(
    database: &dyn Database,
) -> anyhow::Result<()> {
    let store = database.open().await?;
    assert_eq!(store.candle_range(MarketSource::Simulated).await?, None);
    store
        .import_market(&[replayed(9, "IBM")], &[candle(9, -700, 5)])
        .await?;
    let candles = [
        candle(2, 4, 5),
        candle(2, 1, 5),
        candle(1, 7, 5),
        candle(1, 2, 5),
    ];
    store.import_market(&list_market(), &candles).await?;
    let (from, to) = days(2, 9);
    let found = store
        .list_universe_candles(MarketSource::Simulated, from, to)
        .await?;
    assert_eq!(found, [candle(1, 2, 5), candle(1, 7, 5), candle(2, 4, 5)]);
    assert_eq!(
        store.candle_range(MarketSource::Simulated).await?,
        Some(days(1, 7))
    );
    assert_eq!(
        store.candle_range(MarketSource::Replay).await?,
        Some(days(-700, -700))
    );
    Ok(())
}

pub async fn many_candles_are_stored_at_once(database: &dyn Database) -> anyhow::Result<()> {
    let store = database.open().await?;
    let candles: Vec<_> = (0..9_000)
        .map(|number| candle(number % 3 + 1, i32::try_from(number / 3).unwrap_or(0), 5))
        .collect();
    store.import_market(&list_market(), &candles).await?;
    let (first, last) = days(0, 3_000);
    assert_eq!(
        store
            .list_universe_candles(MarketSource::Simulated, first, last)
            .await?
            .len(),
        9_000
    );
    Ok(())
}

pub async fn last_quotes_are_replaced(database: &dyn Database) -> anyhow::Result<()> {
    let store = database.open().await?;
    store.import_market(&list_market(), &[]).await?;
    let quote = |id, price| LastQuote {
        instrument: InstrumentId(id),
        price: Price::from_whole(price),
        at: at(id),
    };
    store
        .store_last_quotes(MarketId(1), &[quote(2, 5), quote(1, 4)])
        .await?;
    store.store_last_quotes(MarketId(1), &[quote(2, 6)]).await?;
    assert_eq!(
        store.list_last_quotes(MarketId(1)).await?,
        [quote(1, 4), quote(2, 6)]
    );
    assert_eq!(store.list_last_quotes(MarketId(2)).await?, []);
    Ok(())
}
