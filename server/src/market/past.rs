//! Candles of finished days: computed from the seed of a simulated market, stored for a replay.

use std::sync::Arc;

use domain::api::CandleView;
use domain::{DatedAction, Day, InstrumentId, Price, Timestamp};

use super::closes::{DayCloses, StoredIndex};
use super::computed::Computed;
use super::replay::{Imported, running_candle};
use crate::store::{CandleRecord, Store};

/// Maximum candles per answer.
pub(super) const CANDLES_MAX: u32 = 10_000;
/// Maximum actions per answer: a hundred years of dividends.
pub(super) const ACTIONS_MAX: u32 = 400;
/// Maximum minutes per answer: a week of them.
const MINUTES_MAX: u32 = 10_080;

/// Where the candles of a market's finished days come from.
#[derive(Debug)]
pub(super) enum Past {
    /// From nowhere: the market stands still.
    None,
    /// From the database, which may hold future days.
    Stored {
        imported: Imported,
        index: Arc<StoredIndex>,
        /// Where the minutes of a live market are. A replay has only days, whose candles it traces.
        minutes: Option<Arc<dyn Store>>,
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
            Self::Stored { imported, .. } => {
                let found = imported.past_candles(instrument, from, to, CANDLES_MAX);
                Ok(found.await?.iter().map(CandleRecord::view).collect())
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
                minutes: Some(store),
                ..
            } => told(&**store, instrument, *first, *last).await,
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

/// The prices that a provider told between two seconds: of each minute the first, the lowest, the highest and
/// the last one, so that candles of any length follow from them.
async fn told(
    store: &dyn Store,
    instrument: InstrumentId,
    first: i64,
    last: i64,
) -> anyhow::Result<Vec<(i64, Price)>> {
    let (from, to) = (
        Timestamp::from_seconds(first),
        Timestamp::from_seconds(last),
    );
    let minutes = store
        .list_minutes(instrument, from, to, MINUTES_MAX)
        .await?;
    let prices = minutes.into_iter().flat_map(|minute| {
        let at = minute.at.seconds();
        [minute.open, minute.low, minute.high, minute.close].map(|price| (at, price))
    });
    Ok(prices.collect())
}
