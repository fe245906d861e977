//! Candles of live markets: rolled up, moved into files, late and corrected.

use std::path::Path;
use std::sync::Arc;

use domain::{Day, InstrumentId, Price, Symbol, Timestamp};
use server::config::JobsConfig;
use server::market::{KeptDays, Market, OneMarket, Snapshot, roll_up};
use server::retention::{CandleFiles, Filed, FiledCandle};
use server::store::jobs::JobFilter;
use server::store::{
    CandleLength, CandleRecord, InstrumentRecord, IntradayCandle, MarketSource, MonthCandle, Store,
};

use super::trading::{at, instrument};
use super::{Database, worker};
use crate::fixture::ManualClock;

const ONE: InstrumentId = InstrumentId(1);
const KEPT: KeptDays = KeptDays {
    minutes: 90,
    hours: 730,
    days: 3_650,
};

fn instant(text: &str) -> Timestamp {
    text.parse().expect("it is an instant")
}

fn day(text: &str) -> Day {
    text.parse().expect("it is a day")
}

fn symbol() -> Symbol {
    "AAPL".parse().expect("it is a symbol")
}

fn aapl() -> InstrumentRecord {
    InstrumentRecord {
        universe: MarketSource::Live,
        ..instrument(ONE.0, "AAPL")
    }
}

fn intraday(at: &str, prices: [i32; 4]) -> IntradayCandle {
    let [open, high, low, close] = prices.map(Price::from_whole);
    IntradayCandle {
        at: instant(at),
        open,
        high,
        low,
        close,
    }
}

fn daily(on: &str, prices: [i32; 4]) -> CandleRecord {
    let [open, high, low, close] = prices.map(Price::from_whole);
    CandleRecord {
        instrument: ONE,
        day: day(on),
        open,
        high,
        low,
        close,
        volume: 10,
    }
}

fn monthly(month: &str, prices: [i32; 4], average: &str, days: i64) -> MonthCandle {
    let [open, high, low, close] = prices.map(Price::from_whole);
    MonthCandle {
        instrument: ONE,
        month: day(month),
        open,
        high,
        low,
        close,
        volume: 10 * days,
        average: average.parse().expect("it is a price"),
        days,
    }
}

async fn all_intraday(
    store: &dyn Store,
    length: CandleLength,
) -> anyhow::Result<Vec<IntradayCandle>> {
    let span = (
        instant("1970-01-01T00:00:00Z"),
        instant("2100-01-01T00:00:00Z"),
    );
    Ok(store.list_intraday(length, ONE, span, 1_000).await?)
}

async fn all_days(store: &dyn Store) -> anyhow::Result<Vec<CandleRecord>> {
    let (first, last) = (day("1970-01-01"), day("2100-01-01"));
    Ok(store.list_candles(ONE, first, last, 1_000).await?)
}

async fn all_months(store: &dyn Store) -> anyhow::Result<Vec<MonthCandle>> {
    let span = (day("1970-01-01"), day("2100-01-01"));
    Ok(store.list_months(ONE, span, 1_000).await?)
}

async fn all_filed(folder: &Path, filed: Filed) -> anyhow::Result<Vec<FiledCandle>> {
    let files = CandleFiles::open(folder);
    let months = ("1970-01".parse()?, "2100-01".parse()?);
    Ok(files.read(filed, symbol(), months).await?)
}

/// One night's run, in December 2026.
async fn night(store: &dyn Store, folder: &Path) -> anyhow::Result<()> {
    let now = instant("2026-12-15T03:50:00Z");
    roll_up(store, &CandleFiles::open(folder), KEPT, now, |_| false).await
}

pub async fn minutes_have_the_prices_that_came_in_them(
    database: &dyn Database,
) -> anyhow::Result<()> {
    let store = database.open().await?;
    let two = InstrumentId(2);
    let at = Timestamp::from_seconds;
    let price = Price::from_whole;
    for (second, dollars) in [(60, 5), (119, 4), (61, 7), (75, 6), (120, 8), (300, 9)] {
        store.record_price(ONE, at(second), price(dollars)).await?;
    }
    store.record_price(two, at(60), price(1)).await?;
    let first = intraday("1970-01-01T00:01:00Z", [5, 7, 4, 6]);
    let second = intraday("1970-01-01T00:02:00Z", [8, 8, 8, 8]);
    let last = intraday("1970-01-01T00:05:00Z", [9, 9, 9, 9]);
    let minute = CandleLength::Minute;
    let listed = |from, to, limit| store.list_intraday(minute, ONE, (at(from), at(to)), limit);
    assert_eq!(listed(0, 999, 10).await?, [first, second, last]);
    assert_eq!(listed(60, 120, 10).await?, [first, second]);
    assert_eq!(listed(0, 999, 2).await?, [second, last]);
    let next = |from| store.first_intraday(minute, ONE, at(from));
    assert_eq!(next(0).await?, Some(at(60)));
    assert_eq!(next(61).await?, Some(at(120)));
    assert_eq!(next(301).await?, None);
    let delete = |limit| store.delete_intraday(minute, ONE, (at(60), at(300)), limit);
    assert_eq!(delete(1).await?, 1);
    assert_eq!(delete(10).await?, 1);
    assert_eq!(delete(10).await?, 0);
    assert_eq!(listed(0, 999, 10).await?, [last]);
    let of_two = store.list_intraday(minute, two, (at(0), at(999)), 10);
    assert_eq!(of_two.await?.len(), 1, "the other instrument keeps its own");
    Ok(())
}

pub async fn hours_and_months_are_replaced(database: &dyn Database) -> anyhow::Result<()> {
    let store = database.open().await?;
    let hour = intraday("2026-12-01T15:00:00Z", [5, 6, 4, 5]);
    let next = intraday("2026-12-01T16:00:00Z", [5, 5, 5, 5]);
    store.store_hours(ONE, &[hour, next]).await?;
    let again = intraday("2026-12-01T15:00:00Z", [5, 9, 4, 8]);
    store.store_hours(ONE, &[again]).await?;
    store.store_hours(ONE, &[]).await?;
    let hours = all_intraday(&*store, CandleLength::Hour).await?;
    assert_eq!(hours, [again, next]);
    let from = store.first_intraday(CandleLength::Hour, ONE, instant("2026-12-01T15:00:01Z"));
    assert_eq!(from.await?, Some(next.at));
    let span = (again.at, next.at);
    let deleted = store.delete_intraday(CandleLength::Hour, ONE, span, 10);
    assert_eq!(deleted.await?, 1);
    let left = all_intraday(&*store, CandleLength::Hour).await?;
    assert_eq!(left, [next]);

    let november = monthly("2026-11-01", [5, 6, 4, 5], "5.5", 20);
    let december = monthly("2026-12-01", [5, 6, 4, 5], "5.1234", 1);
    store.store_months(&[november, december]).await?;
    let again = monthly("2026-12-01", [5, 7, 4, 6], "5.5", 2);
    store.store_months(&[again]).await?;
    store.store_months(&[]).await?;
    assert_eq!(all_months(&*store).await?, [november, again]);
    let span = (day("2026-11-01"), day("2026-12-31"));
    assert_eq!(store.list_months(ONE, span, 1).await?, [again]);
    let span = (day("2026-11-02"), day("2026-11-30"));
    assert_eq!(store.list_months(ONE, span, 9).await?, []);
    Ok(())
}

pub async fn days_are_deleted_by_instrument(database: &dyn Database) -> anyhow::Result<()> {
    let store = database.open().await?;
    let other = InstrumentRecord {
        universe: MarketSource::Live,
        ..instrument(2, "MSFT")
    };
    let days = [
        daily("2026-11-02", [5, 5, 5, 5]),
        daily("2026-11-30", [5, 5, 5, 5]),
        daily("2026-12-01", [6, 6, 6, 6]),
        CandleRecord {
            instrument: InstrumentId(2),
            ..daily("2026-11-02", [1, 1, 1, 1])
        },
    ];
    store.import_market(&[aapl(), other], &days).await?;
    let next = |from| store.first_candle(ONE, day(from));
    assert_eq!(next("2000-01-01").await?, Some(day("2026-11-02")));
    assert_eq!(next("2026-11-03").await?, Some(day("2026-11-30")));
    assert_eq!(next("2026-12-02").await?, None);
    let november = (day("2026-11-01"), day("2026-11-30"));
    assert_eq!(store.delete_candles(ONE, november).await?, 2);
    assert_eq!(store.delete_candles(ONE, november).await?, 0);
    assert_eq!(all_days(&*store).await?, [days[2]]);
    let (first, last) = november;
    let kept = store.list_candles(InstrumentId(2), first, last, 9).await?;
    assert_eq!(kept, [days[3]]);
    Ok(())
}

pub async fn old_candles_move_into_files_and_late_ones_follow(
    database: &dyn Database,
) -> anyhow::Result<()> {
    let (store, folder) = (database.open().await?, tempfile::tempdir()?);
    let (store, folder) = (&*store, folder.path());
    let (old_day, kept_day) = (
        daily("2015-03-03", [6, 8, 6, 8]),
        daily("2016-12-01", [9, 9, 9, 9]),
    );
    let days = [daily("2015-03-02", [5, 6, 4, 6]), old_day, kept_day];
    store.import_market(&[aapl()], &days).await?;
    for (when, dollars) in [
        ("2024-06-03T14:30:00Z", 5),
        ("2026-08-03T14:30:10Z", 10),
        ("2026-08-03T14:31:05Z", 12),
        ("2026-08-03T15:00:00Z", 9),
        ("2026-12-14T15:00:00Z", 20),
    ] {
        let price = Price::from_whole(dollars);
        store.record_price(ONE, instant(when), price).await?;
    }
    let latest = intraday("2026-12-14T15:00:00Z", [20; 4]);
    let oldest = intraday("2024-06-03T14:30:00Z", [5; 4]);
    let august = [
        intraday("2026-08-03T14:30:00Z", [10; 4]),
        intraday("2026-08-03T14:31:00Z", [12; 4]),
        intraday("2026-08-03T15:00:00Z", [9; 4]),
    ];
    let of_march = monthly("2015-03-01", [5, 8, 4, 8], "7", 2);
    let of_december = monthly("2016-12-01", [9; 4], "9", 1);
    // The second night finds everything done.
    for _ in 0..2 {
        night(store, folder).await?;
        let minutes = all_intraday(store, CandleLength::Minute).await?;
        assert_eq!(minutes, [latest]);
        let hours = [
            intraday("2026-08-03T14:00:00Z", [10, 12, 10, 12]),
            august[2],
            latest,
        ];
        assert_eq!(all_intraday(store, CandleLength::Hour).await?, hours);
        let filed = all_filed(folder, Filed::Minutes).await?;
        let filed: Vec<_> = filed.iter().map(FiledCandle::intraday).collect();
        assert_eq!(filed, [oldest, august[0], august[1], august[2]]);
        let filed = all_filed(folder, Filed::Hours).await?;
        let filed: Vec<_> = filed.iter().map(FiledCandle::intraday).collect();
        assert_eq!(filed, [intraday("2024-06-03T14:00:00Z", [5; 4])]);
        assert_eq!(all_days(store).await?, [kept_day]);
        let filed = all_filed(folder, Filed::Days).await?;
        let filed: Vec<_> = filed.iter().map(|one| one.day(ONE)).collect();
        assert_eq!(filed, [days[0], old_day]);
        assert_eq!(all_months(store).await?, [of_march, of_december]);
    }
    // A price and a day that come long after their month has left the database.
    let late = instant("2026-08-03T14:31:30Z");
    store.record_price(ONE, late, Price::from_whole(15)).await?;
    let corrected = daily("2015-03-03", [6, 9, 6, 9]);
    store.store_candles(&[corrected]).await?;
    night(store, folder).await?;
    let minutes = all_intraday(store, CandleLength::Minute).await?;
    assert_eq!(minutes, [latest]);
    let hours = all_intraday(store, CandleLength::Hour).await?;
    let hour = intraday("2026-08-03T14:00:00Z", [10, 15, 10, 15]);
    assert_eq!(hours, [hour, august[2], latest]);
    let filed = all_filed(folder, Filed::Minutes).await?;
    let minute = intraday("2026-08-03T14:31:00Z", [12, 15, 12, 15]);
    assert_eq!(filed[2].intraday(), minute);
    assert_eq!(all_days(store).await?, [kept_day]);
    let filed = all_filed(folder, Filed::Days).await?;
    assert_eq!(filed[1].day(ONE), corrected);
    let of_march = monthly("2015-03-01", [5, 9, 4, 9], "7.5", 2);
    assert_eq!(all_months(store).await?, [of_march, of_december]);
    // So does a correction of what is still there.
    let corrected = daily("2016-12-01", [9, 9, 8, 8]);
    store.store_candles(&[corrected]).await?;
    night(store, folder).await?;
    let of_december = monthly("2016-12-01", [9, 9, 8, 8], "8", 1);
    assert_eq!(all_months(store).await?, [of_march, of_december]);
    Ok(())
}

pub async fn a_month_is_moved_again_after_a_run_that_broke_off(
    database: &dyn Database,
) -> anyhow::Result<()> {
    let (store, folder) = (database.open().await?, tempfile::tempdir()?);
    let (store, folder) = (&*store, folder.path());
    store.import_market(&[aapl()], &[]).await?;
    let minutes = ["2026-08-03T14:30:00Z", "2026-08-03T14:31:00Z"];
    for when in minutes {
        let price = Price::from_whole(10);
        store.record_price(ONE, instant(when), price).await?;
    }
    // The file is there, and the first of its minutes has left the database.
    let filed = minutes.map(|when| FiledCandle::from(&intraday(when, [10; 4])));
    let files = CandleFiles::open(folder);
    let august = "2026-08".parse()?;
    files
        .write(Filed::Minutes, symbol(), august, filed.to_vec())
        .await?;
    let span = (instant(minutes[0]), instant(minutes[1]));
    store
        .delete_intraday(CandleLength::Minute, ONE, span, 1)
        .await?;
    // Half of another file is in the way.
    let part = folder.join("candles/AAPL/minutes-2026-08.csv.gz.part");
    std::fs::write(part, "half")?;
    night(store, folder).await?;
    assert_eq!(all_intraday(store, CandleLength::Minute).await?, []);
    let hour = intraday("2026-08-03T14:00:00Z", [10; 4]);
    assert_eq!(all_intraday(store, CandleLength::Hour).await?, [hour]);
    assert_eq!(all_filed(folder, Filed::Minutes).await?, filed);
    Ok(())
}

pub async fn a_job_rolls_up_what_is_told(database: &dyn Database) -> anyhow::Result<()> {
    let (store, folder) = (database.open().await?, tempfile::tempdir()?);
    store.import_market(&[aapl()], &[]).await?;
    let price = Price::from_whole(10);
    let old = instant("2026-06-01T14:30:00Z");
    store.record_price(ONE, old, price).await?;
    let config = JobsConfig::default();
    let worker = worker::start(
        &store,
        None,
        Arc::new(OneMarket(Arc::new(Market::new(Snapshot::default())))),
        &ManualClock::at(at(0)),
        (&config, folder.path()),
    );
    // Every schedule has an instant that has passed, so each kind runs once.
    let moved = async {
        loop {
            let left = store.list_jobs(&JobFilter::default(), None, 10).await?;
            let failed = left.iter().find(|job| job.last_error.is_some());
            anyhow::ensure!(failed.is_none(), "{failed:?}");
            if all_intraday(&*store, CandleLength::Minute)
                .await?
                .is_empty()
            {
                return Ok(());
            }
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(std::time::Duration::from_secs(30), moved).await??;
    worker.shutdown().await;
    let hours = all_intraday(&*store, CandleLength::Hour).await?;
    assert_eq!(hours, [intraday("2026-06-01T14:00:00Z", [10; 4])]);
    assert_eq!(all_filed(folder.path(), Filed::Minutes).await?.len(), 1);
    Ok(())
}
