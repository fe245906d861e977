//! Watches the market and makes an update of what has changed, at a bearable pace.

use std::sync::{Arc, Weak};
use std::time::Duration;

use domain::{Price, Quote};
use tokio::sync::watch;
use tokio::time::Instant;

use super::update::Update;
use crate::clock::Clock;
use crate::market::{Market, Snapshot};

/// From one update to the next.
const PACE: Duration = Duration::from_secs(1);
/// The same when a price has moved by much.
const HURRY: Duration = Duration::from_millis(250);
/// After so long an update is sent though nothing has changed: clients see that we are here.
const SILENCE: Duration = Duration::from_secs(15);
/// A move that is told in a hurry: above a thousandth.
const MOVE_DIVISOR: i64 = 1_000;

/// Starts to watch; ends when the market is gone, nobody can listen any more, or on `closing`.
pub fn start(
    market: &Arc<Market>,
    clock: Arc<dyn Clock>,
    closing: watch::Receiver<bool>,
) -> watch::Receiver<Arc<Update>> {
    let first = Update::new(0, market.snapshot(), &[], clock.now());
    let (updates, receiver) = watch::channel(Arc::new(first));
    let ticks = market.ticks();
    let feed = Feed {
        market: Arc::downgrade(market),
        clock,
        updates,
    };
    tokio::spawn(feed.run(ticks, closing));
    receiver
}

struct Feed {
    market: Weak<Market>,
    clock: Arc<dyn Clock>,
    updates: watch::Sender<Arc<Update>>,
}

impl Feed {
    async fn run(self, mut ticks: watch::Receiver<u64>, mut closing: watch::Receiver<bool>) {
        let mut sent_at = Instant::now();
        loop {
            let due = sent_at + self.pace();
            tokio::select! {
                // An error says that the one who could ask for it is gone, with all listeners.
                _ = closing.wait_for(|closing| *closing) => return,
                ticked = ticks.changed() => if ticked.is_err() { return },
                () = tokio::time::sleep_until(due) => {
                    if !self.send() {
                        return;
                    }
                    sent_at = Instant::now();
                }
            }
        }
    }

    /// How long to wait from the latest update to the next, as things are now.
    fn pace(&self) -> Duration {
        let Some(market) = self.market.upgrade() else {
            return Duration::ZERO;
        };
        let changed = changes(&self.updates.borrow().market, &market.snapshot());
        match changed
            .iter()
            .any(|(quote, before)| moved(*before, quote.price))
        {
            true => HURRY,
            false if changed.is_empty() => SILENCE,
            false => PACE,
        }
    }

    /// False when there is no market any more.
    fn send(&self) -> bool {
        let Some(market) = self.market.upgrade() else {
            return false;
        };
        let (market, before) = (market.snapshot(), Arc::clone(&self.updates.borrow()));
        let changed: Vec<Quote> = changes(&before.market, &market)
            .into_iter()
            .map(|(quote, _)| quote)
            .collect();
        let number = before.number.wrapping_add(1);
        let update = Update::new(number, market, &changed, self.clock.now());
        self.updates.send_replace(Arc::new(update));
        true
    }
}

/// The quotes that say something else than before, each with its price before.
fn changes(before: &Snapshot, now: &Snapshot) -> Vec<(Quote, Option<Price>)> {
    // Instruments are fixed while the server runs, so places are the same.
    let pairs = now.listings.iter().zip(&before.listings);
    let differing = pairs.filter_map(|(now, before)| {
        let quote = now.quote?;
        let told = before.quote;
        let same = told.is_some_and(|told| {
            let what = |quote: Quote| (quote.price, quote.stale, quote.previous_close);
            what(told) == what(quote)
        });
        (!same).then_some((quote, told.map(|told| told.price)))
    });
    differing.collect()
}

fn moved(before: Option<Price>, now: Price) -> bool {
    let Some(before) = before else { return true };
    let distance = now.units().abs_diff(before.units());
    distance > before.units().unsigned_abs() / MOVE_DIVISOR.unsigned_abs()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_move_of_more_than_a_thousandth_is_told_in_a_hurry() {
        let price = Price::from_units;
        assert!(!moved(Some(price(1_000_000)), price(1_001_000)));
        assert!(moved(Some(price(1_000_000)), price(1_001_001)));
        assert!(moved(Some(price(1_000_000)), price(998_999)));
        assert!(moved(None, price(1)));
    }
}
