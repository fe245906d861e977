//! The book: every order that rests, by instrument, trigger and time, so that a price finds those
//! that have waited for it without looking at the others.
//!
//! It only says which orders are due. Whether one is filled is decided by the engine, on the account
//! as it is then; so a book that has an order too many, or twice on two servers, does no harm.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use domain::{
    AccountId, Due, GameId, GameRules, IdempotencyKey, InstrumentId, Quote, Side, Timestamp,
    Trigger, due,
};

use crate::market::Snapshot;
use crate::store::RestingRecord;

/// What names an order.
type Name = (AccountId, IdempotencyKey);
/// The rank of an order among those of its instrument, and since when it waits.
type Place = (i64, Timestamp, Name);

/// Every order that rests.
#[derive(Debug, Default)]
pub(super) struct Book {
    orders: HashMap<Name, Waiting>,
    by_instrument: BTreeMap<InstrumentId, Sides>,
    by_expiry: BTreeSet<(Timestamp, Name)>,
}

#[derive(Debug)]
struct Waiting {
    record: Arc<RestingRecord>,
    /// It is on its way through the engine, and in no queue meanwhile.
    taken: bool,
}

/// The orders of an instrument, each side with the one that is due first at its front.
#[derive(Debug, Default)]
struct Sides {
    /// Due when the price falls to the trigger. The rank is the trigger below zero: the highest
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

    /// Adds an order, unless it is there.
    pub(super) fn insert(&mut self, record: Arc<RestingRecord>) {
        let name = (record.account, record.key().clone());
        if self.orders.contains_key(&name) {
            return;
        }
        self.queue(&record);
        let taken = false;
        self.orders.insert(name, Waiting { record, taken });
    }

    /// Takes an order out that rests no longer.
    pub(super) fn remove(&mut self, account: AccountId, key: &IdempotencyKey) {
        let found = self.orders.remove(&(account, key.clone()));
        if let Some(waiting) = found.filter(|waiting| !waiting.taken) {
            self.unqueue(&waiting.record);
        }
    }

    /// Puts an order back that was taken and rests on.
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

    /// Takes orders whose price or time has come, at most `max`: of each instrument and side the
    /// best price first, then the longest wait.
    pub(super) fn take_due(
        &mut self,
        snapshot: &Snapshot,
        games: &HashMap<GameId, Arc<GameRules>>,
        now: Timestamp,
        max: usize,
    ) -> Vec<Arc<RestingRecord>> {
        let mut names: Vec<Name> = Vec::new();
        let expired = self.by_expiry.iter().take_while(|(at, _)| *at <= now);
        names.extend(expired.take(max).map(|(_, name)| name.clone()));
        for (instrument, sides) in &self.by_instrument {
            let quote = tradable_quote(snapshot, *instrument).filter(|quote| !quote.stale);
            let Some(quote) = quote else { continue };
            let price = quote.price.units();
            let fallen = reached(&sides.falling, price.saturating_neg());
            for (_, _, name) in fallen.chain(reached(&sides.rising, price)) {
                if names.len() >= max {
                    break;
                }
                if self.is_due(name, quote, games, now) {
                    names.push(name.clone());
                }
            }
        }
        names.iter().filter_map(|name| self.take(name)).collect()
    }

    /// An order whose game is frozen waits on, though its price is there.
    fn is_due(
        &self,
        name: &Name,
        quote: &Quote,
        games: &HashMap<GameId, Arc<GameRules>>,
        now: Timestamp,
    ) -> bool {
        let (waiting, game) = (self.orders.get(name), games.get(&name.0.game));
        waiting.zip(game).is_some_and(|(waiting, game)| {
            let (side, terms) = (
                waiting.record.resting.order.side(),
                waiting.record.resting.terms,
            );
            due(side, terms, Some(quote), game, now) == Some(Due::Executes)
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

    /// Orders of games that are over: nothing will ever fill them.
    pub(super) fn take_of_games_that_are_over(
        &mut self,
        games: &HashMap<GameId, Arc<GameRules>>,
        now: Timestamp,
        max: usize,
    ) -> Vec<Arc<RestingRecord>> {
        let over = |game: &GameId| {
            let closes_at = games.get(game).and_then(|rules| rules.closes_at);
            closes_at.is_some_and(|closes_at| closes_at <= now)
        };
        if !games.keys().any(over) {
            return Vec::new();
        }
        let names = self
            .orders
            .keys()
            .filter(|(account, _)| over(&account.game));
        let names: Vec<Name> = names.take(max).cloned().collect();
        names.iter().filter_map(|name| self.take(name)).collect()
    }

    fn queue(&mut self, record: &RestingRecord) {
        let name = (record.account, record.key().clone());
        if let Some(expires_at) = record.resting.terms.expires_at {
            self.by_expiry.insert((expires_at, name.clone()));
        }
        let sides = self.by_instrument.entry(record.instrument).or_default();
        let (side, rank) = sides.of(record);
        side.insert((rank, record.resting.placed_at, name));
    }

    fn unqueue(&mut self, record: &RestingRecord) {
        let name = (record.account, record.key().clone());
        if let Some(expires_at) = record.resting.terms.expires_at {
            self.by_expiry.remove(&(expires_at, name.clone()));
        }
        if let Some(sides) = self.by_instrument.get_mut(&record.instrument) {
            let (side, rank) = sides.of(record);
            side.remove(&(rank, record.resting.placed_at, name));
            if sides.falling.is_empty() && sides.rising.is_empty() {
                self.by_instrument.remove(&record.instrument);
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
