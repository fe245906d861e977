//! The keeper of a market: stores the last quotes while the market runs.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use domain::{InstrumentId, MarketId, Quote, Timestamp};
use tokio::time::MissedTickBehavior;
use tokio_util::sync::CancellationToken;

use super::{Market, Snapshot};
use crate::store::{LastQuote, Store, StoreResult};

/// Last quotes are needed only after a restart.
const KEEP_EVERY: Duration = Duration::from_secs(10);

/// Stores what the market leaves behind.
#[derive(Debug)]
pub(super) struct Keeper {
    store: Arc<dyn Store>,
    id: MarketId,
    market: Arc<Market>,
    stored_at: Timestamp,
    failing: bool,
}

impl Keeper {
    pub(super) fn new(store: Arc<dyn Store>, id: MarketId, market: Arc<Market>) -> Self {
        Self {
            store,
            id,
            market,
            stored_at: Timestamp::from_micros(i64::MIN),
            failing: false,
        }
    }

    /// Stores periodically until the market stops, and then once more.
    pub(super) async fn run(mut self, stop: CancellationToken) {
        let mut looks = tokio::time::interval(KEEP_EVERY);
        looks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            tokio::select! {
                () = stop.cancelled() => break,
                _ = looks.tick() => {}
            }
            let outcome = self.keep().await;
            self.tell(outcome);
        }
        let outcome = self.keep().await;
        self.tell(outcome);
    }

    async fn keep(&mut self) -> StoreResult<()> {
        let snapshot = self.market.snapshot();
        if snapshot.at > self.stored_at {
            let quotes = last_quotes(&snapshot);
            self.store.store_last_quotes(self.id, &quotes).await?;
            self.stored_at = snapshot.at;
        }
        Ok(())
    }

    /// Logs a failure once, not at every attempt.
    fn tell(&mut self, outcome: StoreResult<()>) {
        match outcome {
            Ok(()) => self.failing = false,
            Err(_) if self.failing => {}
            Err(error) => {
                self.failing = true;
                tracing::warn!(
                    market = %self.id,
                    %error,
                    "the last quotes of a market cannot be stored; will retry"
                );
            }
        }
    }
}

fn last_quotes(snapshot: &Snapshot) -> Vec<LastQuote> {
    let instruments = snapshot
        .catalogue
        .instruments
        .iter()
        .zip(&snapshot.listings);
    let fresh = |quote: &Quote| !quote.stale;
    instruments
        .filter_map(|(instrument, listing)| {
            let quote = listing.quote.filter(fresh)?;
            Some(LastQuote {
                instrument: instrument.id,
                price: quote.price,
                at: quote.at,
            })
        })
        .collect()
}

/// The last known prices from before the market's start: shown, marked stale, for an instrument for
/// which the source has no price.
#[derive(Debug, Default)]
pub(super) struct LastKnown(HashMap<InstrumentId, LastQuote>);

impl LastKnown {
    pub(super) async fn load(store: &dyn Store, market: MarketId) -> StoreResult<Self> {
        let quotes = store.list_last_quotes(market).await?;
        Ok(Self(
            quotes
                .into_iter()
                .map(|quote| (quote.instrument, quote))
                .collect(),
        ))
    }

    /// Fills the gaps of a snapshot, but never with a price later than the market's time.
    pub(super) fn fill(&self, snapshot: &mut Snapshot) {
        for (instrument, listing) in snapshot
            .catalogue
            .instruments
            .iter()
            .zip(&mut snapshot.listings)
        {
            if listing.quote.is_some() || !instrument.tradable {
                continue;
            }
            let last = self
                .0
                .get(&instrument.id)
                .filter(|last| last.at <= snapshot.at);
            listing.quote = last.map(|last| Quote {
                symbol: instrument.symbol,
                price: last.price,
                at: last.at,
                stale: true,
                previous_close: None,
                foreign: None,
                halted_until: None,
            });
        }
    }
}
