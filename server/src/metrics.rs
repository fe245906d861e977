//! Metrics, in the text form that Prometheus reads.
//!
//! What happens often is counted where it happens, by handles that cost a few atomic additions. What has
//! a state (queues, pools, jobs) is read when somebody scrapes. No label names a player, a game or an
//! instrument, so the number of series is bounded.

use std::sync::Arc;

use prometheus_client::encoding::text::encode;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::registry::Registry;
use tokio::sync::Mutex;

use crate::app::App;
use crate::engine::Engine;
use crate::market::Markets;
use crate::portfolios::Portfolios;
use crate::session::SessionCache;

mod answer;
mod cache;
mod requests;
mod sample;

pub use answer::{answer, serve};
pub use cache::CacheCounts;
pub use requests::{Cause, Requests, Started};
use sample::Samples;

/// What the text is, by the standard of OpenMetrics.
pub const CONTENT_TYPE: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";

/// Everything that is measured in this process.
#[derive(Debug)]
pub struct Metrics {
    /// Requests by route, status and cause.
    pub requests: Requests,
    /// Connections that are open.
    pub connections: Gauge,
    /// Connections for which there is room.
    pub connections_max: Gauge,
    /// Connections that were refused because there was no room.
    pub connections_refused: Counter,
    registry: Registry,
    /// Held while somebody scrapes, so that two do not sample at once.
    samples: Mutex<Samples>,
}

impl Metrics {
    /// Everything at zero, with what engine, markets and caches count.
    #[must_use]
    pub fn new(
        engine: &Engine,
        markets: &Markets,
        portfolios: &Portfolios,
        sessions: &SessionCache,
    ) -> Arc<Self> {
        let mut registry = Registry::with_prefix("tickerquest");
        let requests = Requests::register(&mut registry);
        let (connections, connections_refused) = (Gauge::default(), Counter::default());
        registry.register(
            "connections",
            "Connections that are open",
            connections.clone(),
        );
        let connections_max = Gauge::default();
        registry.register(
            "connections_max",
            "Connections for which there is room",
            connections_max.clone(),
        );
        registry.register(
            "connections_refused",
            "Connections for which there was no room",
            connections_refused.clone(),
        );
        engine.counts().register(&mut registry);
        markets.counts().register(&mut registry);
        for (counts, hits, misses) in [
            (
                portfolios.counts(),
                "portfolios_cache_hits",
                "portfolios_cache_misses",
            ),
            (
                sessions.counts(),
                "sessions_cache_hits",
                "sessions_cache_misses",
            ),
        ] {
            counts.register(&mut registry, hits, misses);
        }
        let samples = Mutex::new(Samples::register(&mut registry));
        Arc::new(Self {
            requests,
            connections,
            connections_max,
            connections_refused,
            registry,
            samples,
        })
    }

    /// All metrics as text. What cannot be read now keeps its latest value, and
    /// `tickerquest_scrape_failures_total` counts it.
    pub async fn render(&self, app: &App) -> String {
        let mut samples = self.samples.lock().await;
        samples.take(app).await;
        let mut text = String::new();
        // Writing to a text does not fail.
        encode(&mut text, &self.registry).ok();
        text
    }
}
