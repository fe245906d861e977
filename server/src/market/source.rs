//! Where prices come from: one face for the simulated and the replayed market.

use std::sync::Arc;

use domain::Timestamp;

use super::replay::Replay;
use super::simulated::Simulated;
use super::{Catalogue, Snapshot};
use crate::clock::Clock;
use crate::config::{MarketConfig, MarketSource};
use crate::store::{MarketKind, Store, StoreResult};

/// A source of prices.
#[derive(Debug)]
pub(super) enum Source {
    Simulated(Simulated),
    Replay(Replay),
}

impl Source {
    /// The source that the settings name.
    pub(super) async fn open(
        store: &dyn Store,
        clock: &dyn Clock,
        config: &MarketConfig,
    ) -> anyhow::Result<Self> {
        Ok(match config.source {
            MarketSource::Simulated => {
                Self::Simulated(Simulated::open(store, clock.now(), config).await?)
            }
            MarketSource::Replay => Self::Replay(Replay::open(store, clock.now(), config).await?),
        })
    }

    pub(super) fn kind(&self) -> MarketKind {
        match self {
            Self::Simulated(_) => MarketKind::Simulated,
            Self::Replay(_) => MarketKind::Replay,
        }
    }

    pub(super) fn catalogue(&self) -> &Arc<Catalogue> {
        match self {
            Self::Simulated(simulated) => simulated.catalogue(),
            Self::Replay(replay) => replay.catalogue(),
        }
    }

    /// Market time at an instant of the server's clock.
    pub(super) fn time_at(&self, now: Timestamp) -> Timestamp {
        match self {
            Self::Simulated(simulated) => simulated.pace().at(now),
            Self::Replay(replay) => replay.pace().at(now),
        }
    }

    /// Fetches what the prices at a market time need.
    pub(super) async fn prepare(&mut self, store: &dyn Store, at: Timestamp) -> StoreResult<()> {
        match self {
            Self::Simulated(_) => Ok(()),
            Self::Replay(replay) => replay.prepare(store, at.day()).await,
        }
    }

    /// The market at a time that was prepared.
    pub(super) fn snapshot(&mut self, at: Timestamp) -> Snapshot {
        match self {
            Self::Simulated(simulated) => simulated.snapshot(at),
            Self::Replay(replay) => replay.snapshot(at),
        }
    }
}
