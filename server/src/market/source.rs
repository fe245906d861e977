//! Where prices come from: one interface for the simulated, the replayed and the live market.

use std::sync::Arc;

use domain::{Day, Price, Timestamp};

use super::live::{Live, LivePrices};
use super::past::Past;
use super::replay::{Imported, Replay};
use super::simulated::Simulated;
use super::told::Told;
use super::{Catalogue, Snapshot};
use crate::retention::CandleFiles;
use crate::store::{InstrumentAction, MarketSource, Store, StoreResult};

/// A source of prices.
#[derive(Debug)]
pub(super) enum Source {
    Simulated(Simulated),
    Replay(Replay),
    Live(Live),
}

impl Source {
    pub(super) fn catalogue(&self) -> &Arc<Catalogue> {
        match self {
            Self::Simulated(simulated) => simulated.catalogue(),
            Self::Replay(replay) => replay.catalogue(),
            Self::Live(live) => live.catalogue(),
        }
    }

    /// Where the candles of finished days come from.
    pub(super) fn past(&self, store: &Arc<dyn Store>, files: &CandleFiles) -> Past {
        match self {
            Self::Simulated(simulated) => simulated.past(),
            Self::Replay(replay) => Past::Stored {
                imported: replay.imported().clone(),
                index: Arc::clone(replay.index()),
                told: None,
            },
            Self::Live(live) => Past::Stored {
                imported: Imported::open(store, MarketSource::Live),
                index: Arc::default(),
                told: Some(Told::open(store, files, live.catalogue())),
            },
        }
    }

    /// The prices of a live market.
    pub(super) fn live(&self) -> Option<&Arc<LivePrices>> {
        match self {
            Self::Simulated(_) | Self::Replay(_) => None,
            Self::Live(live) => Some(live.prices()),
        }
    }

    /// Whether a price can be missing, so that the last known one is worth keeping.
    pub(super) fn has_gaps(&self) -> bool {
        match self {
            Self::Simulated(_) => false,
            Self::Replay(_) | Self::Live(_) => true,
        }
    }

    /// Fetches what the prices at a market time need.
    pub(super) async fn prepare(&mut self, store: &dyn Store, at: Timestamp) -> StoreResult<()> {
        match self {
            Self::Simulated(_) => Ok(()),
            Self::Replay(replay) => replay.prepare(at.day()).await,
            Self::Live(live) => live.prepare(store, at.day()).await,
        }
    }

    /// The actions from day to day, with the price of a new share after a split. The caller has prepared
    /// what they need.
    pub(super) fn actions(&self, from: Day, to: Day) -> Vec<(InstrumentAction, Price)> {
        match self {
            Self::Simulated(simulated) => simulated.actions(from, to),
            Self::Replay(replay) => replay.actions(from, to),
            // Providers adjust prices for splits; positions are not adjusted yet.
            Self::Live(_) => Vec::new(),
        }
    }

    /// The index of a market as shown. `None` if unknown.
    pub(super) fn index_of(&self, market: &Snapshot) -> Option<Price> {
        match self {
            Self::Simulated(simulated) => Some(simulated.index(market.at)),
            Self::Replay(replay) => replay.index().at(|id| Some(market.quote(id)?.price)),
            Self::Live(_) => None,
        }
    }

    /// The market at a prepared time.
    pub(super) fn snapshot(&mut self, at: Timestamp) -> Snapshot {
        match self {
            Self::Simulated(simulated) => simulated.snapshot(at),
            Self::Replay(replay) => replay.snapshot(at),
            Self::Live(live) => live.snapshot(at),
        }
    }
}
