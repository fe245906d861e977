//! What live markets cost, as providers told it: from the database, and before that from files.

use std::sync::Arc;

use domain::{Day, InstrumentId, Price, Timestamp};

use super::Catalogue;
use super::rollup::{hours_of, joined, replaced};
use crate::retention::{CandleFiles, Filed, FiledCandle, Month};
use crate::store::{CandleLength, CandleRecord, IntradayCandle, MonthCandle, Store};

/// Maximum candles within days per answer: a week of minutes.
const INTRADAY_MAX: u32 = 10_080;

/// The past of a live market.
#[derive(Debug)]
pub(super) struct Told {
    store: Arc<dyn Store>,
    files: CandleFiles,
    catalogue: Arc<Catalogue>,
}

impl Told {
    pub(super) fn open(
        store: &Arc<dyn Store>,
        files: &CandleFiles,
        catalogue: &Arc<Catalogue>,
    ) -> Self {
        Self {
            store: Arc::clone(store),
            files: files.clone(),
            catalogue: Arc::clone(catalogue),
        }
    }

    /// Minutes or hours that begin between two instants, both included, oldest first.
    pub(super) async fn intraday(
        &self,
        length: CandleLength,
        instrument: InstrumentId,
        span: (Timestamp, Timestamp),
    ) -> anyhow::Result<Vec<IntradayCandle>> {
        match length {
            CandleLength::Minute => self.minutes(instrument, span).await,
            CandleLength::Hour => self.hours(instrument, span).await,
        }
    }

    /// The daily candles of the database from day to day, both included, with those of the files.
    pub(super) async fn days(
        &self,
        instrument: InstrumentId,
        (from, to): (Day, Day),
        stored: Vec<CandleRecord>,
    ) -> anyhow::Result<Vec<CandleRecord>> {
        let span = (from.start(), to.start());
        let filed = self.filed(Filed::Days, instrument, span).await?;
        if filed.is_empty() {
            return Ok(stored);
        }
        let all = replaced(&filed, stored.iter().map(FiledCandle::from));
        Ok(all.iter().map(|one| one.day(instrument)).collect())
    }

    /// The months that begin from day to day, both included, oldest first; the latest `limit`.
    pub(super) async fn months(
        &self,
        instrument: InstrumentId,
        span: (Day, Day),
        limit: u32,
    ) -> anyhow::Result<Vec<MonthCandle>> {
        Ok(self.store.list_months(instrument, span, limit).await?)
    }

    /// Prices between two seconds: of each minute the first, the lowest, the highest and the last one, so that
    /// candles of any length follow from them. Hours stand in for minutes that are gone.
    pub(super) async fn prices(
        &self,
        instrument: InstrumentId,
        first: i64,
        last: i64,
    ) -> anyhow::Result<Vec<(i64, Price)>> {
        let (from, to) = (
            Timestamp::from_seconds(first),
            Timestamp::from_seconds(last),
        );
        let minutes = self.minutes(instrument, (from, to)).await?;
        let begun = |one: &IntradayCandle| CandleLength::Hour.begin_of(one.at);
        let until = minutes.first().map_or(to, begun);
        let mut candles = self.rolled_up_hours(instrument, (from, until)).await?;
        candles.retain(|hour| hour.at < until);
        candles.extend(minutes);
        let prices = candles.into_iter().flat_map(|one| {
            let at = one.at.seconds();
            [one.open, one.low, one.high, one.close].map(|price| (at, price))
        });
        Ok(prices.collect())
    }

    async fn minutes(
        &self,
        instrument: InstrumentId,
        span: (Timestamp, Timestamp),
    ) -> anyhow::Result<Vec<IntradayCandle>> {
        let listed = self
            .store
            .list_intraday(CandleLength::Minute, instrument, span, INTRADAY_MAX);
        let stored = listed.await?;
        let filed = self.filed(Filed::Minutes, instrument, span).await?;
        if filed.is_empty() {
            return Ok(stored);
        }
        let all = joined(&filed, stored.iter().map(FiledCandle::from));
        Ok(all.iter().map(FiledCandle::intraday).collect())
    }

    /// Hours that have been rolled up, and those since then from their minutes.
    async fn hours(
        &self,
        instrument: InstrumentId,
        (from, to): (Timestamp, Timestamp),
    ) -> anyhow::Result<Vec<IntradayCandle>> {
        let mut hours = self.rolled_up_hours(instrument, (from, to)).await?;
        // The last one may have been rolled up before it was over.
        let since = hours.last().map_or(from, |last| last.at);
        let span = (since, to);
        let listed = self
            .store
            .list_intraday(CandleLength::Minute, instrument, span, INTRADAY_MAX);
        let latest = hours_of(&listed.await?);
        if let Some(first) = latest.first() {
            hours.retain(|hour| hour.at < first.at);
        }
        hours.extend(latest);
        Ok(hours)
    }

    async fn rolled_up_hours(
        &self,
        instrument: InstrumentId,
        span: (Timestamp, Timestamp),
    ) -> anyhow::Result<Vec<IntradayCandle>> {
        let listed = self
            .store
            .list_intraday(CandleLength::Hour, instrument, span, INTRADAY_MAX);
        let stored = listed.await?;
        let filed = self.filed(Filed::Hours, instrument, span).await?;
        if filed.is_empty() {
            return Ok(stored);
        }
        let all = replaced(&filed, stored.iter().map(FiledCandle::from));
        Ok(all.iter().map(FiledCandle::intraday).collect())
    }

    /// What is in files between two instants, both included.
    async fn filed(
        &self,
        filed: Filed,
        instrument: InstrumentId,
        (from, to): (Timestamp, Timestamp),
    ) -> anyhow::Result<Vec<FiledCandle>> {
        let Some((_, record)) = self.catalogue.find_by_id(instrument) else {
            return Ok(Vec::new());
        };
        let months = (Month::of(from), Month::of(to));
        let mut candles = self.files.read(filed, record.symbol, months).await?;
        candles.retain(|one| (from..=to).contains(&one.at));
        Ok(candles)
    }
}
