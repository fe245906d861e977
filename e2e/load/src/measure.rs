//! What a load run has measured: how long answers took, how many there were, and what went wrong.

use std::collections::BTreeMap;
use std::time::Duration;

use hdrhistogram::Histogram;
use serde::Serialize;

use super::http::Response;
use super::workload::Kind;

/// The longest time that is told apart, in nanoseconds: a minute.
const LONGEST_NS: u64 = 60_000_000_000;
/// Significant digits of a time.
const DIGITS: u8 = 3;

/// How long answers took.
#[derive(Debug, Clone)]
pub struct Latencies(Histogram<u64>);

impl Default for Latencies {
    fn default() -> Self {
        let histogram = Histogram::new_with_bounds(1_000, LONGEST_NS, DIGITS);
        Self(histogram.expect("a microsecond to a minute are bounds of a histogram"))
    }
}

impl Latencies {
    /// Adds one.
    pub fn add(&mut self, latency: Duration) {
        let nanos = u64::try_from(latency.as_nanos()).unwrap_or(u64::MAX);
        self.0.saturating_record(nanos);
    }

    /// Adds those of another.
    pub fn merge(&mut self, other: &Self) {
        // Both have the same bounds.
        let _ = self.0.add(&other.0);
    }

    /// How many there are.
    #[must_use]
    pub fn count(&self) -> u64 {
        self.0.len()
    }

    /// Milliseconds within which so many percent of the answers came; none without any.
    #[must_use]
    pub fn percentile_ms(&self, percent: f64) -> Option<f64> {
        (!self.0.is_empty()).then(|| ms(self.0.value_at_percentile(percent)))
    }

    /// The usual percentiles.
    #[must_use]
    pub fn figures(&self) -> Option<LatencyFigures> {
        Some(LatencyFigures {
            p50_ms: self.percentile_ms(50.0)?,
            p95_ms: self.percentile_ms(95.0)?,
            p99_ms: self.percentile_ms(99.0)?,
            p999_ms: self.percentile_ms(99.9)?,
            max_ms: self.percentile_ms(100.0)?,
        })
    }
}

#[expect(clippy::cast_precision_loss, reason = "a time for people to read")]
fn ms(nanos: u64) -> f64 {
    // To a microsecond: more digits than that are noise.
    (nanos as f64 / 1_000.0).round() / 1_000.0
}

/// Milliseconds within which answers came.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct LatencyFigures {
    pub p50_ms: f64,
    pub p95_ms: f64,
    pub p99_ms: f64,
    pub p999_ms: f64,
    pub max_ms: f64,
}

/// What became of the trades that were sent, all of them: also before and after the time that is
/// measured.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Trades {
    /// Acknowledged: these must be in the ledger.
    pub filled: u64,
    /// Refused, for ever: these must not be.
    pub rejected: u64,
    /// Failed or never answered: these may be.
    pub unknown: u64,
}

/// Everything that one drive has measured.
#[derive(Debug, Clone, Default)]
pub struct Measured {
    /// The time that counts, without warming up.
    pub length: Duration,
    /// Answers of the kind asked for that came within that time, by what the requests were for.
    pub answers: BTreeMap<Kind, u64>,
    /// How long these took; with a fixed rate, from when the request was due.
    pub latencies: BTreeMap<Kind, Latencies>,
    /// What else came, by its status and code.
    pub errors: BTreeMap<String, u64>,
    /// What became of the trades.
    pub trades: Trades,
    /// Processor time of the program that sends.
    pub driver_cpu: Duration,
}

impl Measured {
    /// Notes an answer that came. `latency` is none outside the time that counts, and
    /// `in_time` says whether the answer itself came within it.
    pub fn add(
        &mut self,
        kind: Kind,
        response: &Response,
        latency: Option<Duration>,
        in_time: bool,
    ) {
        let good = response.status < 400;
        if kind == Kind::Trade {
            match response.status {
                ..400 => self.trades.filled += 1,
                400..500 => self.trades.rejected += 1,
                _ => self.trades.unknown += 1,
            }
        }
        if !good {
            self.fail(format!("{} {}", response.status, code(&response.body)), 1);
            return;
        }
        if in_time {
            *self.answers.entry(kind).or_default() += 1;
        }
        if let Some(latency) = latency {
            self.latencies.entry(kind).or_default().add(latency);
        }
    }

    /// Notes requests that will not be answered any more.
    pub fn lose(&mut self, kinds: impl Iterator<Item = Kind>, why: &str) {
        for kind in kinds {
            if kind == Kind::Trade {
                self.trades.unknown += 1;
            }
            self.fail(why.to_owned(), 1);
        }
    }

    /// Notes something that went wrong.
    pub fn fail(&mut self, what: String, count: u64) {
        if count > 0 {
            *self.errors.entry(what).or_default() += count;
        }
    }

    /// Adds what another thread has measured in the same time.
    pub fn merge(&mut self, other: &Self) {
        self.length = self.length.max(other.length);
        self.driver_cpu += other.driver_cpu;
        for (kind, count) in &other.answers {
            *self.answers.entry(*kind).or_default() += count;
        }
        for (kind, latencies) in &other.latencies {
            self.latencies.entry(*kind).or_default().merge(latencies);
        }
        for (what, count) in &other.errors {
            self.fail(what.clone(), *count);
        }
        self.trades.filled += other.trades.filled;
        self.trades.rejected += other.trades.rejected;
        self.trades.unknown += other.trades.unknown;
    }

    /// Answers a second: of a kind, or of all.
    #[must_use]
    pub fn per_second(&self, kind: Option<Kind>) -> f64 {
        let of_kind = |one: &Kind| kind.is_none_or(|kind| kind == *one);
        let answers = self.answers.iter().filter(|(one, _)| of_kind(one));
        let count: u64 = answers.map(|(_, count)| count).sum();
        #[expect(clippy::cast_precision_loss, reason = "a rate for people to read")]
        let rate = count as f64 / self.length.as_secs_f64().max(f64::MIN_POSITIVE);
        rate
    }

    /// How long the answers of all kinds took.
    #[must_use]
    pub fn all_latencies(&self) -> Latencies {
        let mut all = Latencies::default();
        for latencies in self.latencies.values() {
            all.merge(latencies);
        }
        all
    }
}

/// The stable code of an error's body.
fn code(body: &[u8]) -> String {
    let body: Option<serde_json::Value> = serde_json::from_slice(body).ok();
    let code = body.as_ref().and_then(|body| body.get("code")?.as_str());
    code.unwrap_or("without a code").to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn response(status: u16, body: &str) -> Response {
        Response {
            status,
            body: body.as_bytes().to_vec(),
        }
    }

    #[test]
    fn percentiles_are_those_of_the_latencies() {
        let mut latencies = Latencies::default();
        assert_eq!(latencies.figures(), None);
        for ms in 1..=1_000 {
            latencies.add(Duration::from_millis(ms));
        }
        let figures = latencies.figures().unwrap();
        let near = |found: f64, ms: f64| (found - ms).abs() <= ms / 500.0;
        assert!(near(figures.p50_ms, 500.0), "{figures:?}");
        assert!(near(figures.p99_ms, 990.0), "{figures:?}");
        assert!(near(figures.p999_ms, 999.0), "{figures:?}");
        assert!(near(figures.max_ms, 1_000.0), "{figures:?}");
    }

    #[test]
    fn what_is_longer_than_a_minute_counts_as_a_minute() {
        let mut latencies = Latencies::default();
        latencies.add(Duration::from_secs(3_600));
        let longest = latencies.figures().unwrap().max_ms;
        assert!((59_900.0..60_200.0).contains(&longest), "{longest}");
    }

    #[test]
    fn trades_are_counted_by_what_became_of_them() {
        let mut measured = Measured {
            length: Duration::from_secs(2),
            driver_cpu: Duration::from_secs(1),
            ..Default::default()
        };
        let took = Some(Duration::from_millis(1));
        measured.add(Kind::Trade, &response(201, ""), took, true);
        measured.add(Kind::Trade, &response(201, ""), None, false);
        let refused = response(409, r#"{"code":"insufficient_cash","message":""}"#);
        measured.add(Kind::Trade, &refused, took, true);
        measured.add(Kind::Trade, &response(503, "busy"), took, true);
        measured.add(Kind::Summary, &response(200, ""), took, true);
        measured.lose([Kind::Trade, Kind::Summary].into_iter(), "no answer");
        let mut both = Measured::default();
        both.merge(&measured);
        both.merge(&measured);
        let expected = Trades {
            filled: 4,
            rejected: 2,
            unknown: 4,
        };
        assert_eq!(both.trades, expected);
        assert_eq!(both.errors["409 insufficient_cash"], 2);
        assert_eq!(both.errors["503 without a code"], 2);
        assert_eq!(both.errors["no answer"], 4);
        assert_eq!(both.driver_cpu, Duration::from_secs(2));
        assert_eq!(both.per_second(None), 2.0);
        assert_eq!(both.per_second(Some(Kind::Trade)), 1.0);
        assert_eq!(both.all_latencies().count(), 4);
    }
}
