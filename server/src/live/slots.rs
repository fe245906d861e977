//! How many connections there are, in all and of one owner.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use domain::PlayerId;
use tokio::sync::watch;

/// Whose connection it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Owner {
    /// A player's.
    Player(PlayerId),
    /// That of an address where nobody is logged in.
    Address(IpAddr),
}

/// The places for connections.
#[derive(Debug)]
pub struct Slots {
    taken: Mutex<HashMap<Owner, usize>>,
    total: watch::Sender<usize>,
    max: usize,
}

impl Slots {
    pub fn new(max: usize) -> Self {
        Self {
            taken: Mutex::default(),
            total: watch::Sender::new(0),
            max,
        }
    }

    /// A place, unless all are taken or the owner has its share. It is free again when dropped.
    pub fn take(self: &Arc<Self>, owner: Owner, share: usize) -> Option<Slot> {
        let mut taken = self.lock();
        let of_owner = taken.get(&owner).copied().unwrap_or(0);
        if *self.total.borrow() >= self.max || of_owner >= share {
            return None;
        }
        taken.insert(owner, of_owner + 1);
        self.total.send_modify(|total| *total += 1);
        Some(Slot {
            slots: Arc::clone(self),
            owner,
        })
    }

    /// How many places are taken.
    pub fn count(&self) -> usize {
        *self.total.borrow()
    }

    /// Waits until no place is taken.
    pub async fn empty(&self) {
        // The sender lives as long as we do.
        self.total
            .subscribe()
            .wait_for(|total| *total == 0)
            .await
            .ok();
    }

    fn free(&self, owner: Owner) {
        let mut taken = self.lock();
        if let Some(of_owner) = taken.get_mut(&owner) {
            *of_owner -= 1;
            if *of_owner == 0 {
                taken.remove(&owner);
            }
        }
        self.total.send_modify(|total| *total -= 1);
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<Owner, usize>> {
        self.taken.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A taken place.
#[derive(Debug)]
pub struct Slot {
    slots: Arc<Slots>,
    owner: Owner,
}

impl Drop for Slot {
    fn drop(&mut self) {
        self.slots.free(self.owner);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_owner_has_its_share_and_all_have_an_end() {
        let slots = Arc::new(Slots::new(3));
        let take = |owner| slots.take(owner, 2);
        let a = Owner::Address("10.0.0.1".parse().unwrap());
        let [b, c] = [1, 2].map(|id| Owner::Player(PlayerId(id)));
        let first = take(a);
        let second = take(a);
        assert!(first.is_some() && second.is_some());
        assert!(take(a).is_none());
        let third = take(b);
        assert!(third.is_some() && take(c).is_none());
        drop(first);
        assert!(take(c).is_some());
        drop((second, third));
        assert!(slots.lock().is_empty());
        assert_eq!(*slots.total.borrow(), 0);
    }
}
