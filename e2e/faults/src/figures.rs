//! Figures of a run.

use std::time::Duration;

/// How long answers took.
#[derive(Debug, Clone, Default)]
pub struct Latencies(Vec<Duration>);

impl Latencies {
    /// Adds one.
    pub fn add(&mut self, latency: Duration) {
        self.0.push(latency);
    }

    /// All of several runs together.
    #[must_use]
    pub fn merged(parts: &[Self]) -> Self {
        Self(
            parts
                .iter()
                .flat_map(|part| part.0.iter().copied())
                .collect(),
        )
    }

    /// How many there are.
    #[must_use]
    pub fn count(&self) -> usize {
        self.0.len()
    }

    /// The latency that so many in a hundred do not exceed; zero without any.
    #[must_use]
    pub fn percentile(&self, percent: usize) -> Duration {
        let mut sorted = self.0.clone();
        sorted.sort_unstable();
        let place = (sorted.len() * percent).div_ceil(100).saturating_sub(1);
        sorted.get(place).copied().unwrap_or_default()
    }

    /// The usual percentiles in one line.
    #[must_use]
    pub fn summary(&self) -> String {
        let at = |percent: usize| self.percentile(percent).as_secs_f64() * 1_000.0;
        format!(
            "p50 {:.1} ms, p95 {:.1} ms, p99 {:.1} ms, worst {:.1} ms",
            at(50),
            at(95),
            at(99),
            at(100)
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percentiles_are_of_the_sorted_latencies() {
        let mut latencies = Latencies::default();
        assert_eq!(
            latencies.summary(),
            "p50 0.0 ms, p95 0.0 ms, p99 0.0 ms, worst 0.0 ms"
        );
        for ms in (1..=100).rev() {
            latencies.add(Duration::from_millis(ms));
        }
        assert_eq!(
            latencies.summary(),
            "p50 50.0 ms, p95 95.0 ms, p99 99.0 ms, worst 100.0 ms"
        );
    }
}
