//! The places for connections: how many there are, for everyone and for one address, and which of them
//! gives way when all are taken.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::Notify;
use tokio::time::Instant;

use crate::limit::{SHARED_BY, is_shared};
use crate::network::{Network, network_of};

/// Connections that may be on their way out while others have their places already.
const LEAVING_MAX: usize = 64;
/// Places kept for health checks from this machine.
const RESERVED: usize = 16;
/// Connections that there may be beyond [`Shares::max`].
pub const PLACES_BESIDES: usize = LEAVING_MAX + RESERVED;
/// Of all places one address never has more than this share, in percent.
const SHARE_MAX_PERCENT: usize = 80;
/// The value of `idle_since` while a request is being answered.
const BUSY: u64 = u64::MAX;

/// How many connections there may be.
#[derive(Debug, Clone, Default)]
pub struct Shares {
    /// In all.
    pub max: usize,
    /// Of one address, or of one /64 of IPv6.
    pub per_address: usize,
    /// Addresses that many people share.
    pub shared: Vec<Network>,
    /// Whether all connections come from a proxy, whose address then has no share.
    pub behind_proxy: bool,
    /// Proxies, whose addresses have no share.
    pub proxies: Vec<Network>,
}

impl Shares {
    fn of(&self, address: IpAddr) -> usize {
        if self.behind_proxy || is_shared(&self.proxies, address) {
            return self.max;
        }
        let share = if is_shared(&self.shared, address) {
            self.per_address.saturating_mul(SHARED_BY)
        } else {
            self.per_address
        };
        let most = self.max.saturating_mul(SHARE_MAX_PERCENT) / 100;
        share.min(most).max(1)
    }
}

/// The places.
#[derive(Debug)]
pub struct Places {
    table: Mutex<Table>,
    shares: Shares,
    start: Instant,
}

#[derive(Debug, Default)]
struct Table {
    next: u64,
    open: HashMap<u64, Arc<Occupant>>,
    by_network: HashMap<IpAddr, usize>,
    /// Connections that have lost their places and are about to end.
    leaving: usize,
    reserved: usize,
}

impl Table {
    fn of_network(&self, network: IpAddr) -> usize {
        self.by_network.get(&network).copied().unwrap_or(0)
    }

    /// Takes a connection out, if it still has its place.
    fn remove(&mut self, id: u64) -> Option<Arc<Occupant>> {
        let occupant = self.open.remove(&id)?;
        if let Some(of_network) = self.by_network.get_mut(&occupant.network) {
            *of_network -= 1;
            if *of_network == 0 {
                self.by_network.remove(&occupant.network);
            }
        }
        Some(occupant)
    }

    /// Gives away the place of the connection that has been idle longest, of all or of one network.
    fn evict(&mut self, network: Option<IpAddr>) -> bool {
        if self.leaving >= LEAVING_MAX {
            return false;
        }
        let idle = self.open.iter().filter(|(_, one)| {
            one.is_idle() && network.is_none_or(|network| one.network == network)
        });
        let longest = idle.min_by_key(|(_, one)| one.idle_since.load(Ordering::Relaxed));
        let Some(evicted) = longest.map(|(id, _)| *id).and_then(|id| self.remove(id)) else {
            return false;
        };
        evicted.leave.notify_one();
        self.leaving += 1;
        true
    }
}

/// Whether there is a place.
#[derive(Debug)]
pub enum Admission {
    /// There is.
    Open(Place),
    /// Only one for health checks.
    Reserved(Place),
    /// There is none.
    Refused,
}

impl Places {
    pub fn new(shares: Shares) -> Self {
        Self {
            table: Mutex::default(),
            shares,
            start: Instant::now(),
        }
    }

    /// A place for a connection. When all are taken, or all that its address may have, the connection
    /// among these that has been idle longest is asked to end, and its place is given away.
    pub fn admit(self: &Arc<Self>, address: IpAddr) -> Admission {
        let network = network_of(address);
        let mut table = self.lock();
        let has_place = if table.of_network(network) >= self.shares.of(address) {
            table.evict(Some(network))
        } else {
            table.open.len() < self.shares.max || table.evict(None)
        };
        let id = table.next;
        table.next += 1;
        let occupant = Arc::new(Occupant::new(network, self.start));
        if has_place {
            *table.by_network.entry(network).or_default() += 1;
            table.open.insert(id, Arc::clone(&occupant));
        } else if address.to_canonical().is_loopback() && table.reserved < RESERVED {
            table.reserved += 1;
        } else {
            return Admission::Refused;
        }
        let place = Place {
            places: Arc::clone(self),
            id,
            is_reserved: !has_place,
            occupant,
        };
        if has_place {
            Admission::Open(place)
        } else {
            Admission::Reserved(place)
        }
    }

    fn free(&self, id: u64, is_reserved: bool) {
        let mut table = self.lock();
        if is_reserved {
            table.reserved -= 1;
        } else if table.remove(id).is_none() {
            table.leaving -= 1;
        }
    }

    fn lock(&self) -> MutexGuard<'_, Table> {
        self.table.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A taken place, free again when dropped.
#[derive(Debug)]
pub struct Place {
    places: Arc<Places>,
    id: u64,
    is_reserved: bool,
    occupant: Arc<Occupant>,
}

impl Place {
    /// The connection on this place.
    pub fn occupant(&self) -> Arc<Occupant> {
        Arc::clone(&self.occupant)
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        self.places.free(self.id, self.is_reserved);
    }
}

/// What a connection is at. A connection that became a WebSocket is busy until its end.
#[derive(Debug)]
pub struct Occupant {
    network: IpAddr,
    start: Instant,
    /// Microseconds since `start`, or [`BUSY`].
    idle_since: AtomicU64,
    asked: AtomicBool,
    leave: Notify,
}

impl Occupant {
    fn new(network: IpAddr, start: Instant) -> Self {
        let occupant = Self {
            network,
            start,
            idle_since: AtomicU64::new(0),
            asked: AtomicBool::new(false),
            leave: Notify::new(),
        };
        occupant.end_request();
        occupant
    }

    pub fn begin_request(&self) {
        self.asked.store(true, Ordering::Relaxed);
        self.idle_since.store(BUSY, Ordering::Relaxed);
    }

    pub fn end_request(&self) {
        let elapsed = u64::try_from(self.start.elapsed().as_micros());
        let now = elapsed.unwrap_or(BUSY - 1);
        self.idle_since.store(now, Ordering::Relaxed);
    }

    /// Whether there was ever a request.
    pub fn has_asked(&self) -> bool {
        self.asked.load(Ordering::Relaxed)
    }

    /// Resolves when the place is needed.
    pub async fn evicted(&self) {
        self.leave.notified().await;
    }

    fn is_idle(&self) -> bool {
        self.idle_since.load(Ordering::Relaxed) != BUSY
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn places(max: usize, per_address: usize) -> Arc<Places> {
        Arc::new(Places::new(Shares {
            max,
            per_address,
            ..Shares::default()
        }))
    }

    fn address(text: &str) -> IpAddr {
        text.parse().unwrap()
    }

    #[track_caller]
    fn open(places: &Arc<Places>, from: &str) -> Place {
        match places.admit(address(from)) {
            Admission::Open(place) => place,
            other => panic!("{from}: {other:?}"),
        }
    }

    #[track_caller]
    fn refused(places: &Arc<Places>, from: &str) {
        let admission = places.admit(address(from));
        assert!(matches!(admission, Admission::Refused), "{admission:?}");
    }

    fn busy(places: &Arc<Places>, from: &str) -> Place {
        let place = open(places, from);
        place.occupant.begin_request();
        place
    }

    fn has_lost_its_place(place: &Place) -> bool {
        !place.places.lock().open.contains_key(&place.id)
    }

    #[test]
    fn an_address_has_its_share_and_a_network_of_ipv6_is_one() {
        let places = places(100, 2);
        let first = busy(&places, "2001:db8::1");
        let _second = busy(&places, "2001:db8::2");
        refused(&places, "2001:db8::3");
        let _other = open(&places, "2001:db8:0:1::1");
        drop(first);
        let _third = open(&places, "2001:db8::3");
    }

    #[test]
    fn no_address_has_all_places() {
        let places = places(10, 1_000);
        let taken: Vec<_> = (0..8).map(|_| busy(&places, "192.0.2.1")).collect();
        refused(&places, "192.0.2.1");
        let _other = open(&places, "192.0.2.2");
        drop(taken);
        assert_eq!(places.lock().open.len(), 1);
    }

    #[test]
    fn the_connection_that_is_idle_longest_gives_way() {
        let places = places(2, 2);
        let (busy_one, idle) = (busy(&places, "192.0.2.1"), open(&places, "192.0.2.2"));
        let newcomer = busy(&places, "192.0.2.3");
        assert!(has_lost_its_place(&idle) && !has_lost_its_place(&busy_one));
        refused(&places, "192.0.2.4");
        drop(idle);
        refused(&places, "192.0.2.4");
        drop(busy_one);
        let _next = open(&places, "192.0.2.4");
        assert!(!has_lost_its_place(&newcomer));
    }

    #[test]
    fn who_has_its_share_loses_one_of_its_own() {
        let places = places(100, 1);
        let other = open(&places, "192.0.2.1");
        let own = open(&places, "192.0.2.2");
        let _newcomer = open(&places, "192.0.2.2");
        assert!(has_lost_its_place(&own) && !has_lost_its_place(&other));
    }

    #[test]
    fn this_machine_has_places_for_health_checks() {
        let places = places(2, 2);
        let taken = [busy(&places, "192.0.2.1"), busy(&places, "192.0.2.2")];
        let checks: Vec<_> = (0..RESERVED)
            .map(|_| places.admit(address("::ffff:127.0.0.1")))
            .collect();
        let reserved = |admission: &Admission| matches!(admission, Admission::Reserved(_));
        assert!(checks.iter().all(reserved));
        refused(&places, "127.0.0.1");
        drop((checks, taken));
        let table = places.lock();
        assert_eq!((table.open.len(), table.reserved, table.leaving), (0, 0, 0));
    }
}
