//! The keeper of the market: stores finished days and the last quotes while the market runs.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use domain::{InstrumentId, Quote, Timestamp};
use tokio::sync::watch;
use tokio::time::MissedTickBehavior;

use super::runner::stopped;
use super::simulated::Days;
use super::{Market, Snapshot};
use crate::store::{LastQuote, MarketKind, Store, StoreResult};

const LOOK_EVERY: Duration = Duration::from_secs(1);
/// Last quotes are stored every so many looks: they are wanted after a restart only.
const LOOKS_PER_QUOTES: u32 = 10;

/// Keeps what the market leaves behind.
#[derive(Debug)]
pub(super) struct Keeper {
    store: Arc<dyn Store>,
    market: Arc<Market>,
    /// The days to store; none where candles are imported.
    days: Option<Days>,
    stored_at: Timestamp,
    failing: bool,
}

impl Keeper {
    pub(super) fn new(store: Arc<dyn Store>, market: Arc<Market>, days: Option<Days>) -> Self {
        Self {
            store,
            market,
            days,
            stored_at: Timestamp::from_micros(i64::MIN),
            failing: false,
        }
    }

    /// Keeps until the market stops, and then the last quotes.
    pub(super) async fn run(mut self, mut stop: watch::Receiver<bool>) {
        let mut looks = tokio::time::interval(LOOK_EVERY);
        looks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let mut looked: u32 = 0;
        loop {
            tokio::select! {
                () = stopped(&mut stop) => break,
                _ = looks.tick() => {}
            }
            looked = looked.wrapping_add(1);
            let outcome = self.keep(looked.is_multiple_of(LOOKS_PER_QUOTES)).await;
            self.tell(outcome);
        }
        let outcome = self.keep(true).await;
        self.tell(outcome);
    }

    async fn keep(&mut self, quotes_too: bool) -> anyhow::Result<()> {
        let snapshot = self.market.snapshot();
        if let Some(days) = &mut self.days {
            days.store_until(&*self.store, snapshot.at.day()).await?;
        }
        if quotes_too && snapshot.at > self.stored_at {
            self.store
                .store_last_quotes(&last_quotes(&snapshot))
                .await?;
            self.stored_at = snapshot.at;
        }
        Ok(())
    }

    /// Says once that it fails, not at every look.
    fn tell(&mut self, outcome: anyhow::Result<()>) {
        match outcome {
            Ok(()) => self.failing = false,
            Err(_) if self.failing => {}
            Err(error) => {
                self.failing = true;
                tracing::warn!(
                    error = format!("{error:#}"),
                    "the market's history cannot be stored; trying on"
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

/// The last known prices from before the server's start: what is shown, marked stale, of an
/// instrument that the source has no price of.
#[derive(Debug, Default)]
pub(super) struct LastKnown(HashMap<InstrumentId, LastQuote>);

impl LastKnown {
    pub(super) async fn load(store: &dyn Store, kind: MarketKind) -> StoreResult<Self> {
        let quotes = store.list_last_quotes(kind).await?;
        Ok(Self(
            quotes
                .into_iter()
                .map(|quote| (quote.instrument, quote))
                .collect(),
        ))
    }

    /// Fills the gaps of a snapshot, but never with a price of later than the market's time.
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
            });
        }
    }
}
