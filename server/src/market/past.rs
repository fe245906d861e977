//! Candles of finished days: computed from the seed of a simulated market, stored for a replay.

use std::sync::Arc;

use domain::api::CandleView;
use domain::{DatedAction, Day, InstrumentId, Price, Timestamp};

use super::closes::{DayCloses, StoredIndex};
use super::computed::Computed;
use super::live::{day_in_new_york, midnight_in_new_york};
use super::replay::{Imported, running_candle};
use super::told::Told;
use crate::store::CandleRecord;

/// Maximum candles per answer.
pub(super) const CANDLES_MAX: u32 = 10_000;
/// Maximum actions per answer: a hundred years of dividends.
pub(super) const ACTIONS_MAX: u32 = 400;

/// Where the candles of a market's finished days come from.
#[derive(Debug)]
pub(super) enum Past {
    /// From nowhere: the market stands still.
    None,
    /// From the database, which may hold future days.
    Stored {
        imported: Imported,
        index: Arc<StoredIndex>,
        /// What providers told about a live market. A replay has only days, whose candles it traces.
        told: Option<Told>,
    },
    /// From the seed.
    Computed(Computed),
}

impl Past {
    /// The candles from day to day, both included, oldest first. The caller requests only days that are
    /// over.
    pub(super) async fn candles(
        &self,
        instrument: InstrumentId,
        from: Day,
        to: Day,
    ) -> anyhow::Result<Vec<CandleView>> {
        match self {
            Self::None => Ok(Vec::new()),
            Self::Stored { imported, told, .. } => {
                let found = imported.past_candles(instrument, from, to, CANDLES_MAX);
                let mut candles = found.await?;
                if let Some(told) = told {
                    candles = told.days(instrument, (from, to), candles).await?;
                }
                Ok(candles.iter().map(CandleRecord::view).collect())
            }
            Self::Computed(computed) => computed.candles(instrument, from, to).await,
        }
    }

    /// The closes of every instrument from day to day, both included. The caller requests only days that
    /// are over.
    pub(super) async fn closes(&self, from: Day, to: Day) -> anyhow::Result<Vec<DayCloses>> {
        match self {
            Self::None => Ok(Vec::new()),
            Self::Stored {
                imported, index, ..
            } => Ok(index.closes(imported, from, to).await?),
            Self::Computed(computed) => computed.closes(from, to).await,
        }
    }
}

impl Past {
    /// Whether prices follow from a seed.
    pub(super) fn is_computed(&self) -> bool {
        matches!(self, Self::Computed(_))
    }

    /// What a live market was told by its providers. `None` for all other markets.
    pub(super) fn told(&self) -> Option<&Told> {
        match self {
            Self::Stored { told, .. } => told.as_ref(),
            Self::None | Self::Computed(_) => None,
        }
    }

    /// The market's day at an instant: that of its exchange.
    pub(super) fn day_of(&self, at: Timestamp) -> Day {
        self.told()
            .map_or_else(|| at.day(), |_| day_in_new_york(at))
    }

    /// When a day of the market begins.
    pub(super) fn start_of(&self, day: Day) -> Timestamp {
        let of_new_york = self.told().map(|_| midnight_in_new_york(day));
        of_new_york.unwrap_or_else(|| day.start())
    }

    /// The splits of an instrument up to a day, in any order.
    pub(super) async fn splits(
        &self,
        instrument: InstrumentId,
        until: Day,
    ) -> anyhow::Result<Vec<DatedAction>> {
        match self {
            Self::None | Self::Stored { .. } => self.actions(instrument, until).await,
            Self::Computed(computed) => Ok(computed.splits(instrument, until)),
        }
    }

    /// The prices of an instrument at past seconds of market time, in order, leaving out those at which
    /// it had none.
    pub(super) async fn prices(
        &self,
        instrument: InstrumentId,
        steps: &[i64],
    ) -> anyhow::Result<Vec<(i64, Price)>> {
        let (Some(first), Some(last)) = (steps.first(), steps.last()) else {
            return Ok(Vec::new());
        };
        match self {
            Self::None => Ok(Vec::new()),
            Self::Stored {
                told: Some(told), ..
            } => told.prices(instrument, *first, *last).await,
            Self::Stored { imported, .. } => {
                let day = |step: &i64| Timestamp::from_seconds(*step).day();
                let found = imported.candles(instrument, day(first), day(last), CANDLES_MAX);
                let candles = found.await?;
                let price = |step: &i64| {
                    let found = candles.binary_search_by_key(&day(step), |candle| candle.day);
                    let candle = candles.get(found.ok()?)?;
                    let at = Timestamp::from_seconds(*step);
                    Some((*step, running_candle(candle, at).close))
                };
                Ok(steps.iter().filter_map(price).collect())
            }
            Self::Computed(computed) => computed.prices(instrument, steps).await,
        }
    }

    /// The splits and dividends of an instrument up to a day, latest first.
    pub(super) async fn actions(
        &self,
        instrument: InstrumentId,
        until: Day,
    ) -> anyhow::Result<Vec<DatedAction>> {
        match self {
            Self::None => Ok(Vec::new()),
            Self::Stored { imported, .. } => {
                let found = imported.actions(instrument, until, ACTIONS_MAX);
                Ok(found.await?)
            }
            Self::Computed(computed) => Ok(computed.actions(instrument, until)),
        }
    }
}
