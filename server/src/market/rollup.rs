//! Rolls up the candles of live markets, and moves old ones into files: minutes become hours, days become
//! months. Months stay for ever.
//!
//! Everything that is there is rolled up again each time, together with the file of its month, so prices that
//! came late and days that were corrected find their place, however old they are. What is rolled up already
//! is not written again. A month leaves the database when its file is on disk; a run that breaks off in
//! between is finished by the next one.

use domain::{DatedAction, Day, Timestamp};

use crate::retention::{CandleFiles, Filed, FiledCandle, Month};
use crate::store::{
    CandleLength, CandleRecord, InstrumentRecord, IntradayCandle, MarketSource, MonthCandle, Store,
    StoreResult,
};

mod rules;

pub(super) use rules::{average_of, hours_of, joined, replaced};

const DAY_S: i64 = 86_400;
/// Candles of a month.
const MINUTES_MAX: u32 = 31 * 24 * 60;
const HOURS_MAX: u32 = 31 * 24;
/// More days than a century of trading has.
const DAYS_MAX: u32 = 40_000;
const MONTHS_MAX: u32 = 10_000;
const ACTIONS_MAX: u32 = 400;
/// Candles deleted per transaction, kept small so that nobody waits for it.
const AT_ONCE: u32 = 1_000;

/// For how many days candles stay in the database after the end of their month; 0: for ever.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct KeptDays {
    /// Minutes.
    pub minutes: u32,
    /// Hours.
    pub hours: u32,
    /// Days.
    pub days: u32,
}

/// Rolls up the candles of every live instrument and moves out what is older than it is kept. `stop` is told
/// how many instruments are done, and says whether to stop.
///
/// # Errors
/// When the store or a file fails. Nothing is lost: the next run does it again.
pub async fn roll_up(
    store: &dyn Store,
    files: &CandleFiles,
    kept: KeptDays,
    now: Timestamp,
    stop: impl Fn(i64) -> bool + Send,
) -> anyhow::Result<()> {
    let first_kept = |days: u32| {
        let kept_s = i64::from(days).saturating_mul(DAY_S);
        (days > 0).then(|| Month::of(now.plus_seconds(kept_s.saturating_neg())))
    };
    let instruments = store.list_instruments(MarketSource::Live).await?;
    for (instrument, done) in instruments.iter().zip(1..) {
        let work = Work {
            store,
            files,
            instrument,
        };
        work.roll_up_minutes(first_kept(kept.minutes)).await?;
        if let Some(kept) = first_kept(kept.hours) {
            work.move_hours(kept).await?;
        }
        work.roll_up_days(first_kept(kept.days)).await?;
        if stop(done) {
            break;
        }
    }
    Ok(())
}

/// The candles of one instrument.
struct Work<'a> {
    store: &'a dyn Store,
    files: &'a CandleFiles,
    instrument: &'a InstrumentRecord,
}

impl Work<'_> {
    /// Rolls up minutes, month by month. Months before `kept` leave the database.
    async fn roll_up_minutes(&self, kept: Option<Month>) -> anyhow::Result<()> {
        let mut from = Timestamp::from_micros(i64::MIN);
        while let Some(month) = self.next_month(CandleLength::Minute, from).await? {
            let filed = self.filed(Filed::Minutes, month).await?;
            let stored = self.stored(CandleLength::Minute, month).await?;
            let all = joined(&filed, stored.iter().map(FiledCandle::from));
            self.store_hours(month, &all).await?;
            if kept.is_some_and(|kept| month < kept) {
                self.file(Filed::Minutes, month, &filed, all).await?;
                self.delete(CandleLength::Minute, month).await?;
            }
            from = month.next().start();
        }
        Ok(())
    }

    /// Moves hours of the months before one out of the database.
    async fn move_hours(&self, kept: Month) -> anyhow::Result<()> {
        let mut from = Timestamp::from_micros(i64::MIN);
        while let Some(month) = self.next_month(CandleLength::Hour, from).await?
            && month < kept
        {
            let filed = self.filed(Filed::Hours, month).await?;
            let stored = self.stored(CandleLength::Hour, month).await?;
            let all = replaced(&filed, stored.iter().map(FiledCandle::from));
            self.file(Filed::Hours, month, &filed, all).await?;
            self.delete(CandleLength::Hour, month).await?;
            from = month.next().start();
        }
        Ok(())
    }

    /// Rolls up days. Those of months before `kept` leave the database.
    async fn roll_up_days(&self, kept: Option<Month>) -> anyhow::Result<()> {
        let (id, last) = (self.instrument.id, Day::from_number(i32::MAX));
        let splits = self.store.list_instrument_actions(id, last, ACTIONS_MAX);
        let splits = splits.await?;
        let mut from = Day::from_number(i32::MIN);
        while let Some(kept) = kept
            && let Some(day) = self.store.first_candle(id, from).await?
        {
            let month = Month::of(day.start());
            if month >= kept {
                break;
            }
            let span = (month.start().day(), month.last_day());
            let filed = self.filed(Filed::Days, month).await?;
            let stored = self
                .store
                .list_candles(id, span.0, span.1, DAYS_MAX)
                .await?;
            let all = replaced(&filed, stored.iter().map(FiledCandle::from));
            let days: Vec<CandleRecord> = all.iter().map(|one| one.day(id)).collect();
            self.store_months(&days, &splits).await?;
            self.file(Filed::Days, month, &filed, all).await?;
            self.store.delete_candles(id, span).await?;
            from = month.next().start().day();
        }
        let days = self.store.list_candles(id, from, last, DAYS_MAX).await?;
        self.store_months(&days, &splits).await?;
        Ok(())
    }

    /// The month of the first candle that is not before an instant.
    async fn next_month(
        &self,
        length: CandleLength,
        from: Timestamp,
    ) -> StoreResult<Option<Month>> {
        let id = self.instrument.id;
        let first = self.store.first_intraday(length, id, from).await?;
        // The last month there is has no next one.
        let month = first.map(Month::of);
        Ok(month.filter(|month| month.next() > *month))
    }

    /// What the database has of a month.
    async fn stored(&self, length: CandleLength, month: Month) -> StoreResult<Vec<IntradayCandle>> {
        let limit = match length {
            CandleLength::Minute => MINUTES_MAX,
            CandleLength::Hour => HOURS_MAX,
        };
        let span = (month.start(), month.next().start().plus_seconds(-1));
        let id = self.instrument.id;
        self.store.list_intraday(length, id, span, limit).await
    }

    /// What is in the file of a month.
    async fn filed(&self, filed: Filed, month: Month) -> anyhow::Result<Vec<FiledCandle>> {
        let symbol = self.instrument.symbol;
        let read = self.files.read(filed, symbol, (month, month));
        Ok(read.await?)
    }

    /// Writes the file of a month unless it has all of it already.
    async fn file(
        &self,
        filed: Filed,
        month: Month,
        there: &[FiledCandle],
        all: Vec<FiledCandle>,
    ) -> anyhow::Result<()> {
        if all != there {
            let symbol = self.instrument.symbol;
            self.files.write(filed, symbol, month, all).await?;
        }
        Ok(())
    }

    /// Deletes what the database has of a month.
    async fn delete(&self, length: CandleLength, month: Month) -> StoreResult<()> {
        let (id, span) = (self.instrument.id, (month.start(), month.next().start()));
        loop {
            let deleted = self
                .store
                .delete_intraday(length, id, span, AT_ONCE)
                .await?;
            if deleted < u64::from(AT_ONCE) {
                return Ok(());
            }
        }
    }

    /// Stores the hours of a month's minutes that the database has not, or has otherwise.
    async fn store_hours(&self, month: Month, minutes: &[FiledCandle]) -> StoreResult<()> {
        let minutes: Vec<_> = minutes.iter().map(FiledCandle::intraday).collect();
        let known = self.stored(CandleLength::Hour, month).await?;
        let mut hours = hours_of(&minutes);
        hours.retain(|hour| {
            let place = known.binary_search_by_key(&hour.at, |one| one.at);
            place.ok().and_then(|place| known.get(place)) != Some(hour)
        });
        if hours.is_empty() {
            return Ok(());
        }
        self.store.store_hours(self.instrument.id, &hours).await
    }

    /// The same for the months of days.
    async fn store_months(&self, days: &[CandleRecord], splits: &[DatedAction]) -> StoreResult<()> {
        let mut months: Vec<MonthCandle> = rules::months_of(days, splits);
        let Some((first, last)) = months.first().zip(months.last()) else {
            return Ok(());
        };
        let span = (first.month, last.month);
        let known = self.store.list_months(self.instrument.id, span, MONTHS_MAX);
        let known = known.await?;
        months.retain(|month| {
            let place = known.binary_search_by_key(&month.month, |one| one.month);
            place.ok().and_then(|place| known.get(place)) != Some(month)
        });
        if months.is_empty() {
            return Ok(());
        }
        self.store.store_months(&months).await
    }
}
