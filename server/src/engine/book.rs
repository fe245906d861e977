//! The book: every resting order, by game, instrument, trigger and time, so that a price in a
//! game's market finds the orders waiting for it without scanning the others.
//!
//! It only says which orders are due. The engine decides whether to fill one, on the account as it
//! is then. So an order that should be gone, or that two servers both hold, does no harm.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use domain::{
    AccountId, Due, GameId, GameRules, IdempotencyKey, InstrumentId, Quote, Side, Timestamp,
    Trigger, due,
};

use crate::market::Snapshot;
use crate::store::RestingRecord;

/// What identifies an order.
type Name = (AccountId, IdempotencyKey);
/// The rank of an order among those of its instrument, and since when it has waited.
type Place = (i64, Timestamp, Name);

/// Every resting order.
#[derive(Debug, Default)]
pub(super) struct Book {
    orders: HashMap<Name, Waiting>,
    by_instrument: BTreeMap<(GameId, InstrumentId), Sides>,
    by_expiry: BTreeSet<(Timestamp, Name)>,
}

#[derive(Debug)]
struct Waiting {
    record: Arc<RestingRecord>,
    /// It is on its way through the engine and therefore in no queue.
    taken: bool,
}

/// The orders of an instrument. On each side, the order due first is at the front.
#[derive(Debug, Default)]
struct Sides {
    /// Due when the price falls to the trigger. The rank is the negated trigger, so the highest
    /// comes first.
    falling: BTreeSet<Place>,
    /// Due when the price rises to the trigger. The rank is the trigger.
    rising: BTreeSet<Place>,
}

impl Sides {
    fn of(&mut self, record: &RestingRecord) -> (&mut BTreeSet<Place>, i64) {
        let trigger = record.resting.terms.trigger;
        let units = trigger.price().units();
        match (record.resting.order.side(), trigger) {
            (Side::Buy, Trigger::Limit(_)) | (Side::Sell, Trigger::Stop(_)) => {
                (&mut self.falling, units.saturating_neg())
            }
            (Side::Sell, Trigger::Limit(_)) | (Side::Buy, Trigger::Stop(_)) => {
                (&mut self.rising, units)
            }
        }
    }
}

impl Book {
    pub(super) fn len(&self) -> usize {
        self.orders.len()
    }

    /// Adds an order unless it is already there.
    pub(super) fn insert(&mut self, record: Arc<RestingRecord>) {
        let name = (record.account, record.key().clone());
        if self.orders.contains_key(&name) {
            return;
        }
        self.queue(&record);
        let taken = false;
        self.orders.insert(name, Waiting { record, taken });
    }

    /// Removes an order that no longer rests.
    pub(super) fn remove(&mut self, account: AccountId, key: &IdempotencyKey) {
        let found = self.orders.remove(&(account, key.clone()));
        if let Some(waiting) = found.filter(|waiting| !waiting.taken) {
            self.unqueue(&waiting.record);
        }
    }

    /// Puts back an order that was taken and still rests.
    pub(super) fn put_back(&mut self, account: AccountId, key: &IdempotencyKey) {
        let Some(waiting) = self.orders.get_mut(&(account, key.clone())) else {
            return;
        };
        if waiting.taken {
            waiting.taken = false;
            let record = Arc::clone(&waiting.record);
            self.queue(&record);
        }
    }

    /// The games that have a resting order.
    pub(super) fn games(&self) -> BTreeSet<GameId> {
        self.by_instrument.keys().map(|(game, _)| *game).collect()
    }

    /// Takes at most `max` expired orders.
    pub(super) fn take_expired(&mut self, now: Timestamp, max: usize) -> Vec<Arc<RestingRecord>> {
        let expired = self.by_expiry.iter().take_while(|(at, _)| *at <= now);
        let names: Vec<Name> = expired.take(max).map(|(_, name)| name.clone()).collect();
        names.iter().filter_map(|name| self.take(name)).collect()
    }

    /// Takes at most `max` orders of a game whose price has been reached: for each instrument and side,
    /// best price first, then longest wait.
    pub(super) fn take_due(
        &mut self,
        game: GameId,
        rules: &GameRules,
        snapshot: &Snapshot,
        now: Timestamp,
        max: usize,
    ) -> Vec<Arc<RestingRecord>> {
        let mut names: Vec<Name> = Vec::new();
        let instruments = (game, InstrumentId(i64::MIN))..=(game, InstrumentId(i64::MAX));
        for ((_, instrument), sides) in self.by_instrument.range(instruments) {
            let quote = tradable_quote(snapshot, *instrument).filter(|quote| quote.is_fresh());
            let Some(quote) = quote else { continue };
            let price = quote.price.units();
            let fallen = reached(&sides.falling, price.saturating_neg());
            for (_, _, name) in fallen.chain(reached(&sides.rising, price)) {
                if names.len() >= max {
                    break;
                }
                if self.is_due(name, quote, rules, now) {
                    names.push(name.clone());
                }
            }
        }
        names.iter().filter_map(|name| self.take(name)).collect()
    }

    /// An order in a frozen game keeps waiting even when its price has been reached.
    fn is_due(&self, name: &Name, quote: &Quote, rules: &GameRules, now: Timestamp) -> bool {
        self.orders.get(name).is_some_and(|waiting| {
            let (side, terms) = (
                waiting.record.resting.order.side(),
                waiting.record.resting.terms,
            );
            due(side, terms, Some(quote), rules, now) == Some(Due::Executes)
        })
    }

    fn take(&mut self, name: &Name) -> Option<Arc<RestingRecord>> {
        let waiting = self.orders.get_mut(name)?;
        if waiting.taken {
            return None;
        }
        waiting.taken = true;
        let record = Arc::clone(&waiting.record);
        self.unqueue(&record);
        Some(record)
    }

    /// Takes at most `max` orders of a game that is over: nothing will ever fill them.
    pub(super) fn take_of_game_that_is_over(
        &mut self,
        game: GameId,
        rules: &GameRules,
        now: Timestamp,
        max: usize,
    ) -> Vec<Arc<RestingRecord>> {
        if rules.closes_at.is_none_or(|closes_at| now < closes_at) {
            return Vec::new();
        }
        let names = self.orders.iter().filter(|(_, waiting)| !waiting.taken);
        let names = names.map(|(name, _)| name);
        let names = names.filter(|(account, _)| account.game == game);
        let names: Vec<Name> = names.take(max).cloned().collect();
        names.iter().filter_map(|name| self.take(name)).collect()
    }

    fn queue(&mut self, record: &RestingRecord) {
        let name = (record.account, record.key().clone());
        if let Some(expires_at) = record.resting.terms.expires_at {
            self.by_expiry.insert((expires_at, name.clone()));
        }
        let place = (record.account.game, record.instrument);
        let sides = self.by_instrument.entry(place).or_default();
        let (side, rank) = sides.of(record);
        side.insert((rank, record.resting.placed_at, name));
    }

    fn unqueue(&mut self, record: &RestingRecord) {
        let name = (record.account, record.key().clone());
        if let Some(expires_at) = record.resting.terms.expires_at {
            self.by_expiry.remove(&(expires_at, name.clone()));
        }
        let place = (record.account.game, record.instrument);
        if let Some(sides) = self.by_instrument.get_mut(&place) {
            let (side, rank) = sides.of(record);
            side.remove(&(rank, record.resting.placed_at, name));
            if sides.falling.is_empty() && sides.rising.is_empty() {
                self.by_instrument.remove(&place);
            }
        }
    }
}

fn reached(side: &BTreeSet<Place>, rank: i64) -> impl Iterator<Item = &Place> {
    side.iter()
        .take_while(move |(trigger, ..)| *trigger <= rank)
}

fn tradable_quote(snapshot: &Snapshot, instrument: InstrumentId) -> Option<&Quote> {
    let (place, record) = snapshot.catalogue.find_by_id(instrument)?;
    let listing = snapshot.listings.get(place).filter(|_| record.tradable)?;
    listing.quote.as_ref()
}

#[cfg(test)]
mod tests;
