//! How many connections there are, in all and of one address.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::watch;

/// The places for connections.
#[derive(Debug)]
pub struct Slots {
    taken: Mutex<HashMap<IpAddr, usize>>,
    total: watch::Sender<usize>,
    max: usize,
    per_address: usize,
}

impl Slots {
    pub fn new(max: usize, per_address: usize) -> Self {
        Self {
            taken: Mutex::default(),
            total: watch::Sender::new(0),
            max,
            per_address,
        }
    }

    /// A place, unless all are taken or the address has its share. It is free again when dropped.
    pub fn take(self: &Arc<Self>, address: IpAddr) -> Option<Slot> {
        let mut taken = self.lock();
        let of_address = taken.get(&address).copied().unwrap_or(0);
        if *self.total.borrow() >= self.max || of_address >= self.per_address {
            return None;
        }
        taken.insert(address, of_address + 1);
        self.total.send_modify(|total| *total += 1);
        Some(Slot {
            slots: Arc::clone(self),
            address,
        })
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

    fn free(&self, address: IpAddr) {
        let mut taken = self.lock();
        if let Some(of_address) = taken.get_mut(&address) {
            *of_address -= 1;
            if *of_address == 0 {
                taken.remove(&address);
            }
        }
        self.total.send_modify(|total| *total -= 1);
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<IpAddr, usize>> {
        self.taken.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A taken place.
#[derive(Debug)]
pub struct Slot {
    slots: Arc<Slots>,
    address: IpAddr,
}

impl Drop for Slot {
    fn drop(&mut self) {
        self.slots.free(self.address);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_has_its_share_and_all_have_an_end() {
        let slots = Arc::new(Slots::new(3, 2));
        let [a, b, c] = ["10.0.0.1", "10.0.0.2", "10.0.0.3"].map(|text| text.parse().unwrap());
        let first = slots.take(a);
        let second = slots.take(a);
        assert!(first.is_some() && second.is_some());
        assert!(slots.take(a).is_none());
        let third = slots.take(b);
        assert!(third.is_some() && slots.take(c).is_none());
        drop(first);
        assert!(slots.take(c).is_some());
        drop((second, third));
        assert!(slots.lock().is_empty());
        assert_eq!(*slots.total.borrow(), 0);
    }
}
