//! Metrics of the calls to providers of live prices.

use std::time::Duration;

use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::registry::Registry;

use super::provider::{Found, Refusal};

/// Upper bounds of the buckets for seconds. A call is given up after five by default.
const SECONDS: [f64; 9] = [0.05, 0.1, 0.25, 0.5, 1.0, 2.0, 5.0, 10.0, 60.0];

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Asked {
    provider: &'static str,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Ended {
    provider: &'static str,
    outcome: &'static str,
}

/// Counts the calls of all providers. Clones share them.
#[derive(Debug, Clone)]
pub struct CallCounts {
    seconds: Family<Asked, Histogram, fn() -> Histogram>,
    ended: Family<Ended, Counter>,
}

impl Default for CallCounts {
    fn default() -> Self {
        let new: fn() -> Histogram = || Histogram::new(SECONDS);
        Self {
            seconds: Family::new_with_constructor(new),
            ended: Family::default(),
        }
    }
}

impl CallCounts {
    /// Registers them for scraping.
    pub fn register(&self, registry: &mut Registry) {
        registry.register(
            "provider_call_seconds",
            "How long calls of a provider took",
            self.seconds.clone(),
        );
        registry.register(
            "provider_calls",
            "Calls of a provider: answered, failed (it is out of order), refused (quota or key), unknown (it \
             does not have this)",
            self.ended.clone(),
        );
    }

    pub(super) fn count(
        &self,
        provider: &'static str,
        found: &Result<Found, Refusal>,
        took: Duration,
    ) {
        let outcome = match found {
            Ok(_) => "answered",
            Err(refusal) if refusal.is_failure() => "failed",
            Err(refusal) if refusal.is_about_the_question() => "unknown",
            Err(_) => "refused",
        };
        self.ended.get_or_create(&Ended { provider, outcome }).inc();
        let seconds = took.as_secs_f64();
        self.seconds
            .get_or_create(&Asked { provider })
            .observe(seconds);
    }
}

#[cfg(test)]
mod tests {
    use prometheus_client::encoding::text::encode;

    use super::*;

    #[test]
    fn a_call_is_counted_by_how_it_ended() {
        let (counts, mut registry) = (CallCounts::default(), Registry::default());
        counts.register(&mut registry);
        let took = Duration::from_millis(300);
        for refusal in [
            Refusal::TimedOut,
            Refusal::Failed(500),
            Refusal::TooFast,
            Refusal::Unknown,
        ] {
            counts.count("alpha_vantage", &Err(refusal), took);
        }
        let mut text = String::new();
        encode(&mut text, &registry).unwrap();
        for line in [
            r#"provider_calls_total{provider="alpha_vantage",outcome="failed"} 2"#,
            r#"provider_calls_total{provider="alpha_vantage",outcome="refused"} 1"#,
            r#"provider_calls_total{provider="alpha_vantage",outcome="unknown"} 1"#,
            r#"provider_call_seconds_count{provider="alpha_vantage"} 4"#,
        ] {
            assert!(text.contains(line), "{line}\n{text}");
        }
    }
}
