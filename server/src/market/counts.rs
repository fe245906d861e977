//! Metrics of the running markets.

use std::time::Duration;

use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::registry::Registry;

use super::live::{CallCounts, Desk};

/// Upper bounds of the buckets for seconds.
const SECONDS: [f64; 10] = [
    0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.05, 0.25, 1.0,
];

/// Counters of all markets. Clones share them.
#[derive(Debug, Clone)]
pub struct MarketCounts {
    /// From the first look at the clock to the new prices, of one market.
    tick_seconds: Histogram,
    /// Calls to the providers of live prices.
    calls: CallCounts,
}

impl Default for MarketCounts {
    fn default() -> Self {
        Self {
            tick_seconds: Histogram::new(SECONDS),
            calls: CallCounts::default(),
        }
    }
}

impl MarketCounts {
    /// With what the desk counts.
    pub(super) fn of(desk: &Desk) -> Self {
        Self {
            calls: desk.counts().clone(),
            ..Self::default()
        }
    }

    /// Registers them for scraping.
    pub fn register(&self, registry: &mut Registry) {
        registry.sub_registry_with_prefix("market").register(
            "tick_seconds",
            "Time to give a market new prices",
            self.tick_seconds.clone(),
        );
        self.calls.register(registry);
    }

    pub(super) fn ticked(&self, took: Duration) {
        self.tick_seconds.observe(took.as_secs_f64());
    }
}
