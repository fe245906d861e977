//! How often a cache had what was looked up.

use prometheus_client::metrics::counter::Counter;
use prometheus_client::registry::Registry;

/// Counts the look-ups of a cache. Clones share them.
#[derive(Debug, Clone, Default)]
pub struct CacheCounts {
    hits: Counter,
    misses: Counter,
}

impl CacheCounts {
    /// Registers them for scraping, under the names of the hits and of the misses.
    pub fn register(&self, registry: &mut Registry, hits: &str, misses: &str) {
        registry.register(hits, "Look-ups that memory answered", self.hits.clone());
        let help = "Look-ups for which the database was read";
        registry.register(misses, help, self.misses.clone());
    }

    /// Counts look-ups, of which some were not answered from memory.
    pub fn count(&self, all: usize, misses: usize) {
        let misses = misses.min(all);
        let hits = all.saturating_sub(misses);
        self.hits.inc_by(hits.try_into().unwrap_or(u64::MAX));
        self.misses.inc_by(misses.try_into().unwrap_or(u64::MAX));
    }
}
