//! Watches the market and makes an update of what has changed, at a bearable pace.

use std::sync::{Arc, Weak};
use std::time::Duration;

use domain::{Price, Quote};
use tokio::sync::watch;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use super::update::Update;
use crate::clock::Clock;
use crate::market::{Market, Snapshot};

/// From one update to the next.
const PACE: Duration = Duration::from_secs(1);
/// The same when a price has moved by much.
const HURRY: Duration = Duration::from_millis(250);
/// After so long an update is sent though nothing has changed: pages call prices old when they hear
/// nothing for five seconds.
const SILENCE: Duration = Duration::from_secs(2);
/// A move that is told in a hurry: above a thousandth.
const MOVE_DIVISOR: i64 = 1_000;

/// Starts to watch; ends when the market is gone, nobody can listen any more, or on `closing`.
pub fn start(
    market: &Arc<Market>,
    clock: Arc<dyn Clock>,
    closing: CancellationToken,
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
    async fn run(self, mut ticks: watch::Receiver<u64>, closing: CancellationToken) {
        let mut sent_at = Instant::now();
        loop {
            let due = sent_at + self.pace();
            tokio::select! {
                () = closing.cancelled() => return,
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
        let Some(running) = self.market.upgrade() else {
            return false;
        };
        let (market, before) = (running.snapshot(), Arc::clone(&self.updates.borrow()));
        let changed: Vec<Quote> = changes(&before.market, &market)
            .into_iter()
            .map(|(quote, _)| quote)
            .collect();
        // One receiver is kept for those who come later; the others are connections.
        if self.updates.receiver_count() > 1 {
            running.touch(self.clock.now());
        }
        let number = before.number.wrapping_add(1);
        let update = Update::new(number, market, &changed, self.clock.now());
        self.updates.send_replace(Arc::new(update));
        true
    }
}

/// The quotes that say something else than before, each with its price before.
fn changes(before: &Snapshot, now: &Snapshot) -> Vec<(Quote, Option<Price>)> {
    // Places are the same as long as no company has come to the market.
    let same_places = Arc::ptr_eq(&now.catalogue, &before.catalogue);
    let rows = now.listings.iter().enumerate();
    let differing = rows.filter_map(|(place, listing)| {
        let instrument = now.catalogue.instruments.get(place);
        let tradable = instrument.is_some_and(|instrument| instrument.tradable);
        let quote = listing.quote.filter(|_| tradable)?;
        let told = if same_places {
            before.listings.get(place)
        } else {
            instrument.and_then(|instrument| before.listing(instrument.id))
        };
        let told = told.and_then(|listing| listing.quote);
        let same = told.is_some_and(|told| {
            let what = |quote: Quote| {
                let is_told_at = (quote.stale, quote.halted_until);
                (quote.price, quote.previous_close, is_told_at)
            };
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
