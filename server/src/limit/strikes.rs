//! Counts what is known only afterwards, by address and minute: a limiter counts on the way in.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::time::Instant;

const MINUTE: Duration = Duration::from_secs(60);
/// Addresses that are remembered; from there on those whose minute is over are forgotten first.
const ADDRESSES_MAX: usize = 10_000;

/// How often something happened to each address within a minute.
#[derive(Debug)]
pub struct Strikes {
    per_minute: u32,
    /// The end of the minute and the count in it.
    counted: Mutex<HashMap<IpAddr, (Instant, u32)>>,
}

impl Strikes {
    /// So many are allowed a minute.
    #[must_use]
    pub fn new(per_minute: u32) -> Self {
        Self {
            per_minute,
            counted: Mutex::default(),
        }
    }

    /// How long an address has to wait that has used up its minute.
    pub fn wait(&self, address: IpAddr, now: Instant) -> Option<Duration> {
        let counted = self.lock();
        let (end, count) = counted.get(&address)?;
        let over = *end > now && *count >= self.per_minute;
        over.then(|| *end - now)
    }

    /// Counts one.
    pub fn add(&self, address: IpAddr, now: Instant) {
        let mut counted = self.lock();
        if counted.len() >= ADDRESSES_MAX {
            counted.retain(|_, (end, _)| *end > now);
        }
        if counted.len() >= ADDRESSES_MAX {
            counted.clear();
        }
        let (end, count) = counted.entry(address).or_insert((now + MINUTE, 0));
        if *end <= now {
            (*end, *count) = (now + MINUTE, 0);
        }
        *count += 1;
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<IpAddr, (Instant, u32)>> {
        // No change is half done at any point that could panic.
        self.counted.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn after_so_many_an_address_waits_until_its_minute_is_over() {
        let (strikes, start) = (Strikes::new(2), Instant::now());
        let [one, other] = ["10.0.0.1", "10.0.0.2"].map(|text| text.parse().unwrap());
        strikes.add(one, start);
        assert_eq!(strikes.wait(one, start), None);
        strikes.add(one, start + Duration::from_secs(20));
        let later = start + Duration::from_secs(50);
        assert_eq!(strikes.wait(one, later), Some(Duration::from_secs(10)));
        assert_eq!(strikes.wait(other, later), None);
        assert_eq!(strikes.wait(one, start + MINUTE), None);
        strikes.add(one, start + MINUTE);
        assert_eq!(strikes.wait(one, start + MINUTE), None);
    }

    #[test]
    fn the_memory_is_bounded() {
        let (strikes, now) = (Strikes::new(1), Instant::now());
        for number in 0..30_000_u32 {
            strikes.add(IpAddr::from(number.to_be_bytes()), now);
        }
        assert!(strikes.lock().len() <= ADDRESSES_MAX);
    }
}
