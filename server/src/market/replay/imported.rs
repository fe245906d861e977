//! What a replay reads: the imported history, as it was or in disguise.

use std::sync::Arc;

use domain::{DatedAction, Day, InstrumentId};

use super::disguise::Disguise;
use crate::store::{
    CandleRecord, InstrumentAction, InstrumentRecord, MarketSource, Store, StoreResult,
};

/// Stored history.
#[derive(Debug, Clone)]
pub(in crate::market) struct Imported {
    store: Arc<dyn Store>,
    universe: MarketSource,
    disguise: Option<Arc<Disguise>>,
}

impl Imported {
    /// The history of a universe as it was.
    pub(in crate::market) fn open(store: &Arc<dyn Store>, universe: MarketSource) -> Self {
        Self {
            store: Arc::clone(store),
            universe,
            disguise: None,
        }
    }

    /// The imported history in disguise.
    pub(in crate::market) fn disguised(store: &Arc<dyn Store>, disguise: Disguise) -> Self {
        Self {
            disguise: Some(Arc::new(disguise)),
            ..Self::open(store, MarketSource::Replay)
        }
    }

    pub(super) async fn instruments(&self) -> StoreResult<Vec<InstrumentRecord>> {
        let Some(disguise) = &self.disguise else {
            return self.store.list_instruments(self.universe).await;
        };
        let mut shown = self.store.list_instruments(MarketSource::Hidden).await?;
        shown.retain(|one| disguise.shows(one.id));
        Ok(shown)
    }

    /// The first and the latest day with a candle.
    pub(in crate::market) async fn range(&self) -> StoreResult<Option<(Day, Day)>> {
        let range = self.store.candle_range(self.universe).await?;
        Ok(range.map(|(first, last)| (self.shown_day(first), self.shown_day(last))))
    }

    /// Candles of an instrument from day to day, both included, oldest first; the latest `limit`.
    pub(in crate::market) async fn candles(
        &self,
        instrument: InstrumentId,
        from: Day,
        to: Day,
        limit: u32,
    ) -> StoreResult<Vec<CandleRecord>> {
        let Some((real, from, to)) = self.behind(instrument, from, to) else {
            return Ok(Vec::new());
        };
        let found = self.store.list_candles(real, from, to, limit).await?;
        Ok(self.shown(found))
    }

    /// The same, from where the most recent writes may be missing.
    pub(in crate::market) async fn past_candles(
        &self,
        instrument: InstrumentId,
        from: Day,
        to: Day,
        limit: u32,
    ) -> StoreResult<Vec<CandleRecord>> {
        let Some((real, from, to)) = self.behind(instrument, from, to) else {
            return Ok(Vec::new());
        };
        let found = self.store.list_past_candles(real, from, to, limit).await?;
        Ok(self.shown(found))
    }

    /// Candles of every instrument from day to day, by instrument and day.
    pub(in crate::market) async fn all_candles(
        &self,
        from: Day,
        to: Day,
    ) -> StoreResult<Vec<CandleRecord>> {
        let (from, to) = (self.real_day(from), self.real_day(to));
        let found = self
            .store
            .list_universe_candles(self.universe, from, to)
            .await?;
        Ok(self.shown(found))
    }

    /// Actions of every instrument from day to day, both included.
    pub(super) async fn all_actions(
        &self,
        from: Day,
        to: Day,
    ) -> StoreResult<Vec<InstrumentAction>> {
        let (from, to) = (self.real_day(from), self.real_day(to));
        let found = self
            .store
            .list_universe_actions(self.universe, from, to)
            .await?;
        let Some(disguise) = &self.disguise else {
            return Ok(found);
        };
        let shown = |action: InstrumentAction| {
            let (instrument, dated) = disguise.action(action.instrument, action.dated)?;
            Some(InstrumentAction { instrument, dated })
        };
        Ok(found.into_iter().filter_map(shown).collect())
    }

    /// Actions of an instrument up to a day, latest first.
    pub(in crate::market) async fn actions(
        &self,
        instrument: InstrumentId,
        until: Day,
        limit: u32,
    ) -> StoreResult<Vec<DatedAction>> {
        let Some(real) = self.real(instrument) else {
            return Ok(Vec::new());
        };
        let until = self.real_day(until);
        let found = self.store.list_instrument_actions(real, until, limit);
        let found = found.await?.into_iter();
        let Some(disguise) = &self.disguise else {
            return Ok(found.collect());
        };
        let shown = |dated| disguise.action(real, dated).map(|(_, dated)| dated);
        Ok(found.filter_map(shown).collect())
    }

    /// The stored instrument and days behind those of the market.
    fn behind(
        &self,
        instrument: InstrumentId,
        from: Day,
        to: Day,
    ) -> Option<(InstrumentId, Day, Day)> {
        let real = self.real(instrument)?;
        Some((real, self.real_day(from), self.real_day(to)))
    }

    fn real(&self, instrument: InstrumentId) -> Option<InstrumentId> {
        match &self.disguise {
            Some(disguise) => disguise.real(instrument),
            None => Some(instrument),
        }
    }

    fn real_day(&self, day: Day) -> Day {
        let disguise = self.disguise.as_ref();
        disguise.map_or(day, |disguise| disguise.real_day(day))
    }

    fn shown_day(&self, day: Day) -> Day {
        let disguise = self.disguise.as_ref();
        disguise.map_or(day, |disguise| disguise.shown_day(day))
    }

    fn shown(&self, candles: Vec<CandleRecord>) -> Vec<CandleRecord> {
        match &self.disguise {
            Some(disguise) => candles
                .iter()
                .filter_map(|candle| disguise.candle(candle))
                .collect(),
            None => candles,
        }
    }
}
