//! What a replay reads: the imported history, as it was or in disguise.

use std::collections::BTreeSet;
use std::sync::Arc;

use domain::{DatedAction, Day, InstrumentId};

use super::disguise::Disguise;
use crate::market::past::CANDLES_MAX;
use crate::store::{
    CandleRecord, InstrumentAction, InstrumentRecord, MarketSource, MarketSpec, Store, StoreResult,
};

/// Stored history.
#[derive(Debug, Clone)]
pub(in crate::market) struct Imported {
    store: Arc<dyn Store>,
    universe: MarketSource,
    disguise: Option<Arc<Disguise>>,
    only: Option<Arc<Only>>,
}

/// A part of the history.
#[derive(Debug)]
struct Only {
    /// The imported instruments, by id.
    instruments: BTreeSet<InstrumentId>,
    /// The real day with which the index begins.
    from: Option<Day>,
}

impl Imported {
    /// The history of a universe as it was.
    pub(in crate::market) fn open(store: &Arc<dyn Store>, universe: MarketSource) -> Self {
        Self {
            store: Arc::clone(store),
            universe,
            disguise: None,
            only: None,
        }
    }

    /// Only the instruments that a market names, if it names any.
    pub(in crate::market) async fn only_of(mut self, spec: &MarketSpec) -> StoreResult<Self> {
        if spec.instruments.is_empty() {
            return Ok(self);
        }
        let all = self.store.list_instruments(self.universe).await?;
        let named = all
            .iter()
            .filter(|one| spec.instruments.contains(&one.symbol));
        self.only = Some(Arc::new(Only {
            instruments: named.map(|one| one.id).collect(),
            from: spec.from,
        }));
        Ok(self)
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
            let mut all = self.store.list_instruments(self.universe).await?;
            all.retain(|one| self.has(one.id));
            return Ok(all);
        };
        let mut shown = self.store.list_instruments(MarketSource::Hidden).await?;
        shown.retain(|one| disguise.shows(one.id));
        Ok(shown)
    }

    /// The day with which the index begins, and the latest day with a candle.
    pub(in crate::market) async fn range(&self) -> StoreResult<Option<(Day, Day)>> {
        let range = self.store.candle_range(self.universe).await?;
        let begins = self.only.as_ref().and_then(|only| only.from);
        Ok(range.map(|(first, last)| {
            let first = begins.unwrap_or(first);
            (self.shown_day(first), self.shown_day(last))
        }))
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
        let Some(only) = &self.only else {
            let found = self
                .store
                .list_universe_candles(self.universe, from, to)
                .await?;
            return Ok(self.shown(found));
        };
        // A few of perhaps very many instruments.
        let mut found = Vec::new();
        for id in &only.instruments {
            let days = self.store.list_candles(*id, from, to, CANDLES_MAX).await?;
            found.extend(days);
        }
        Ok(self.shown(found))
    }

    /// Actions of every instrument from day to day, both included.
    pub(super) async fn all_actions(
        &self,
        from: Day,
        to: Day,
    ) -> StoreResult<Vec<InstrumentAction>> {
        let (from, to) = (self.real_day(from), self.real_day(to));
        let mut found = self
            .store
            .list_universe_actions(self.universe, from, to)
            .await?;
        found.retain(|action| self.has(action.instrument));
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

    /// Whether an imported instrument belongs to the market.
    fn has(&self, real: InstrumentId) -> bool {
        let only = self.only.as_ref();
        only.is_none_or(|only| only.instruments.contains(&real))
    }

    fn real(&self, instrument: InstrumentId) -> Option<InstrumentId> {
        let real = match &self.disguise {
            Some(disguise) => disguise.real(instrument),
            None => Some(instrument),
        };
        real.filter(|real| self.has(*real))
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
