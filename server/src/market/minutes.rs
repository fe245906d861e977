//! The latest 24 hours of a market, minute by minute, in memory: the source of today's charts.

use std::collections::VecDeque;
use std::sync::Arc;

use domain::{InstrumentId, Price, Timestamp};

use super::{Catalogue, Snapshot};

/// How far back minutes are kept, in market time.
const KEPT_S: i64 = 86_400;
const MINUTE_S: i64 = 60;
/// Maximum prices that a market keeps: 1.6 MB. With more than 138 instruments it keeps fewer instants.
const PRICES_MAX: usize = 200_000;

/// A market at one instant.
#[derive(Debug, Clone)]
pub struct Minute {
    /// Market time.
    pub at: Timestamp,
    /// The index. `None` if unknown.
    pub index: Option<Price>,
    /// The instruments at the time: a company may have joined since.
    catalogue: Arc<Catalogue>,
    /// In the order of the catalogue.
    prices: Box<[Option<Price>]>,
}

impl Minute {
    /// The market now.
    #[must_use]
    pub fn of(snapshot: &Snapshot, index: Option<Price>) -> Self {
        let prices = snapshot.listings.iter();
        Self {
            at: snapshot.at,
            index,
            catalogue: Arc::clone(&snapshot.catalogue),
            prices: prices.map(|listing| Some(listing.quote?.price)).collect(),
        }
    }

    /// The price of an instrument.
    #[must_use]
    pub fn price(&self, instrument: InstrumentId) -> Option<Price> {
        let (place, _) = self.catalogue.find_by_id(instrument)?;
        self.prices.get(place).copied().flatten()
    }
}

/// The minutes of a market.
#[derive(Debug, Default)]
pub(super) struct Minutes(VecDeque<Arc<Minute>>);

impl Minutes {
    /// Whether an instant is far enough from the latest one to be kept.
    pub(super) fn is_due(&self, at: Timestamp, instruments: usize) -> bool {
        self.0
            .back()
            .is_none_or(|latest| at.seconds_since(latest.at) >= spacing_s(instruments))
    }

    /// Keeps a minute, and forgets those that are older than a day.
    pub(super) fn keep(&mut self, minute: Minute) {
        let oldest = minute.at.plus_seconds(-KEPT_S);
        while self.0.front().is_some_and(|first| first.at < oldest) {
            self.0.pop_front();
        }
        self.0.push_back(Arc::new(minute));
    }

    /// All of them, oldest first.
    pub(super) fn list(&self) -> Vec<Arc<Minute>> {
        self.0.iter().cloned().collect()
    }
}

/// Seconds between two kept instants.
fn spacing_s(instruments: usize) -> i64 {
    let prices = i64::try_from(instruments).unwrap_or(i64::MAX);
    let most = i64::try_from(PRICES_MAX).unwrap_or(i64::MAX);
    let minutes = prices.saturating_mul(KEPT_S / MINUTE_S) / most + 1;
    minutes.saturating_mul(MINUTE_S)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_of_minutes_is_kept() {
        let mut minutes = Minutes::default();
        let at = |second: i64| Timestamp::from_seconds(second);
        for second in 0..200_000 {
            if minutes.is_due(at(second), 40) {
                let market = Snapshot {
                    at: at(second),
                    ..Snapshot::default()
                };
                minutes.keep(Minute::of(&market, None));
            }
        }
        let kept = minutes.list();
        assert_eq!(kept.len(), 1_441);
        assert_eq!(kept[1].at.seconds_since(kept[0].at), 60);
        assert_eq!(
            (spacing_s(138), spacing_s(139), spacing_s(1_000)),
            (60, 120, 480)
        );
    }
}
