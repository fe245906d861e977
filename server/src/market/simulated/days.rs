//! Finished days of the simulated market: their candles are stored, also those of days on which
//! the server was down.

use std::sync::Arc;

use anyhow::Context;
use domain::market::Simulation;
use domain::{Day, InstrumentId};

use super::candle_record;
use crate::store::{CandleRecord, MarketKind, Store, StoreResult};

/// Days that are computed and written together.
const CHUNK_DAYS: usize = 30;

/// Which days are stored, and how to compute those that are not.
#[derive(Debug)]
pub(in crate::market) struct Days {
    simulation: Arc<Simulation>,
    /// In the simulation's order.
    ids: Arc<[Option<InstrumentId>]>,
    next: Day,
}

impl Days {
    /// From the day after the latest that is stored, or from `first` in a new market. Days are
    /// written in order, so a start that was broken off goes on where it ended.
    pub(super) async fn open(
        store: &dyn Store,
        simulation: Arc<Simulation>,
        ids: Vec<Option<InstrumentId>>,
        first: Day,
    ) -> StoreResult<Self> {
        let range = store.candle_range(MarketKind::Simulated).await?;
        let next = range.map_or(first, |(_, latest)| latest.plus_days(1));
        Ok(Self {
            simulation,
            ids: ids.into(),
            next,
        })
    }

    /// Stores every day before today that is not stored yet; how many.
    pub(in crate::market) async fn store_until(
        &mut self,
        store: &dyn Store,
        today: Day,
    ) -> anyhow::Result<usize> {
        let mut stored = 0;
        while self.next < today {
            let days: Vec<Day> =
                std::iter::successors(Some(self.next), |day| Some(day.plus_days(1)))
                    .take_while(|day| *day < today)
                    .take(CHUNK_DAYS)
                    .collect();
            let Some(latest) = days.last().copied() else {
                break;
            };
            stored += days.len();
            store.store_candles(&self.candles(days).await?).await?;
            self.next = latest.plus_days(1);
        }
        Ok(stored)
    }

    /// Computed on a thread of its own: a day takes milliseconds and there may be hundreds.
    async fn candles(&self, days: Vec<Day>) -> anyhow::Result<Vec<CandleRecord>> {
        let (simulation, ids) = (Arc::clone(&self.simulation), Arc::clone(&self.ids));
        let compute = move || {
            let of_day = |day: Day| {
                let named = simulation
                    .day_candles(day)
                    .into_iter()
                    .zip(ids.iter().copied());
                named
                    .filter_map(|(candle, id)| Some(candle_record(id?, &candle)))
                    .collect::<Vec<_>>()
            };
            days.into_iter().flat_map(of_day).collect()
        };
        tokio::task::spawn_blocking(compute)
            .await
            .context("computing candles broke off")
    }
}
