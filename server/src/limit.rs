//! Limits on how often: log-ins by address and identity, requests by player and address.

use std::fmt;
use std::hash::{BuildHasher, Hash, RandomState};
use std::net::IpAddr;
use std::num::NonZeroU32;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use axum::http::{HeaderMap, HeaderName, HeaderValue};
use domain::PlayerId;
use domain::api::{ApiError, ErrorCode};
use governor::clock::{Clock, DefaultClock};
use governor::middleware::StateInformationMiddleware;
use governor::state::keyed::DashMapStateStore;
use governor::{Quota, RateLimiter};
use sha2::{Digest as _, Sha256};
use tokio::time::Instant;

use crate::config::LimitConfig;
use crate::error::{Error, Result};
use crate::network::{Network, network_of};
use crate::redis::Redis;

mod strikes;
use strikes::Strikes;

/// Keys from which a limiter looks for those that have all their requests left, to forget them.
const KEYS_MANY: usize = 100_000;
/// So many requests go by between two looks, because a look takes a while.
const LOOK_EVERY: u32 = 8_192;
/// How many times as much a shared address may do as another one.
pub const SHARED_BY: usize = 20;
/// At once an address may send this part of what it may send in a minute.
const TOTAL_BURST_PART: u32 = 5;
const MINUTE: Duration = Duration::from_secs(60);

/// Who someone tries to log in as. All spellings of a player's names count together.
#[derive(Debug, Clone, Copy, Hash)]
pub enum LoginAs<'a> {
    /// A player, from a device that the player has not logged in on.
    Player(PlayerId),
    /// A player, from a device that the player has logged in on. Each such device has a limit of
    /// its own, so that guesses from elsewhere do not lock the player out.
    KnownDevice(PlayerId, u64),
    /// A guest, by recovery words.
    Recovery(PlayerId),
    /// A name that no player has, as names are compared.
    Nobody(&'a str),
}

/// Every limit on how often.
#[derive(Debug)]
pub struct Limits {
    logins_by_address: ByAddress,
    logins_by_identity: Limiter<u64>,
    requests_by_player: Limiter<PlayerId>,
    anonymous_by_address: ByAddress,
    total_by_address: ByAddress,
    taken_by_address: Strikes,
    identities: RandomState,
    /// Counts log-ins for all servers together.
    redis: Option<Redis>,
}

impl Limits {
    /// The limits of the settings; those of log-ins count for all servers that share a Redis.
    #[must_use]
    pub fn new(config: &LimitConfig, redis: Option<Redis>) -> Self {
        let anonymous = config.anonymous_per_minute_per_address;
        let by_address = config.logins_per_minute_per_address;
        let by_identity = config.logins_per_minute_per_identity;
        let total = config.requests_per_minute_per_address;
        let total_burst = total.div_ceil(TOTAL_BURST_PART);
        let shared = &config.shared_addresses;
        Self {
            logins_by_address: ByAddress::new(by_address, by_address, shared),
            logins_by_identity: Limiter::new(by_identity, by_identity),
            requests_by_player: Limiter::new(config.requests_per_minute, config.request_burst),
            anonymous_by_address: ByAddress::new(anonymous, anonymous, shared),
            total_by_address: ByAddress::new(total, total_burst, shared),
            taken_by_address: Strikes::new(config.taken_per_minute_per_address),
            identities: RandomState::new(),
            redis,
        }
    }

    /// Counts a registration, a guest or a try to log in from an address.
    ///
    /// # Errors
    /// 429 when there were too many.
    pub async fn check_login_from(&self, address: Option<IpAddr>) -> Result<()> {
        let Some(address) = address else {
            return Ok(());
        };
        let limiter = self.logins_by_address.limiter(address);
        let counted = limiter.count(&network_of(address));
        let name = format!("address:{}", network_of(address));
        let counted = self.count_for_all(counted, limiter, &name).await;
        counted.map_err(|wait| {
            too_many(
                "Too many log-ins from your address. Please wait a moment.",
                wait,
            )
        })
    }

    /// Counts a try to log in as someone, before the password is looked at: so tries at the same
    /// time cannot outrun the count. Only a hash is kept.
    ///
    /// # Errors
    /// 429 when there were too many.
    pub async fn check_login_as(&self, who: LoginAs<'_>) -> Result<()> {
        let identity = self.identities.hash_one(who);
        let counted = self.logins_by_identity.count(&identity);
        let counted = self
            .count_for_all(counted, &self.logins_by_identity, &format!("{who:?}"))
            .await;
        counted.map_err(|wait| {
            too_many(
                "Too many tries to log in with this name. Please wait a moment.",
                wait,
            )
        })
    }

    /// Counts what a player asks for that others do when they log in.
    ///
    /// # Errors
    /// 429 when there were too many.
    pub async fn check_login_of(&self, player: PlayerId) -> Result<()> {
        let identity = self.identities.hash_one(player);
        let counted = self.logins_by_identity.count(&identity);
        let counted = self
            .count_for_all(counted, &self.logins_by_identity, &format!("{player:?}"))
            .await;
        counted.map_err(too_many_requests)
    }

    /// Counts on all servers what this one allows. Only a hash of the name leaves this server.
    async fn count_for_all<K: Hash + Eq + Clone>(
        &self,
        here: std::result::Result<Allowance, Duration>,
        limiter: &Limiter<K>,
        name: &str,
    ) -> std::result::Result<(), Duration> {
        here?;
        let Some(redis) = &self.redis else {
            return Ok(());
        };
        let hash = Sha256::digest(name.as_bytes());
        let key = hex::encode(&hash[..16]);
        match redis.count(&key, limiter.per_minute, limiter.burst).await {
            Some(wait) => Err(wait),
            None => Ok(()),
        }
    }

    /// Counts any request from an address, whoever sends it.
    ///
    /// # Errors
    /// 429 when there were too many.
    pub fn check_total(&self, address: IpAddr) -> Result<()> {
        let counted = self.total_by_address.count(address);
        counted.map(drop).map_err(|wait| {
            too_many(
                "Too many requests from your address. Please wait a moment.",
                wait,
            )
        })
    }

    /// Whether an address may register, or has asked about too many names that are taken.
    ///
    /// # Errors
    /// 429 when it has.
    pub fn check_may_probe(&self, address: Option<IpAddr>, now: Instant) -> Result<()> {
        let address = address.map(network_of);
        match address.and_then(|address| self.taken_by_address.wait(address, now)) {
            Some(wait) => Err(too_many(
                "Too many names from your address were taken. Please wait a moment.",
                wait,
            )),
            None => Ok(()),
        }
    }

    /// Counts an answer that told an address that a name is taken.
    ///
    /// # Errors
    /// 429, instead of that answer, when there were too many.
    pub fn count_taken(&self, address: Option<IpAddr>, now: Instant) -> Result<()> {
        self.check_may_probe(address, now)?;
        if let Some(address) = address.map(network_of) {
            self.taken_by_address.add(address, now);
        }
        Ok(())
    }

    /// Counts a request of a player; what is left.
    ///
    /// # Errors
    /// 429 when there were too many.
    pub fn check_player(&self, player: PlayerId) -> Result<Allowance> {
        self.requests_by_player
            .count(&player)
            .map_err(too_many_requests)
    }

    /// Counts a request of nobody known from an address; what is left.
    ///
    /// # Errors
    /// 429 when there were too many.
    pub fn check_address(&self, address: IpAddr) -> Result<Allowance> {
        self.anonymous_by_address
            .count(address)
            .map_err(too_many_requests)
    }

    /// Players who have sent a request since idle ones were last forgotten, a minute ago at most.
    #[must_use]
    pub fn active_players(&self) -> usize {
        self.requests_by_player.keyed.len()
    }

    /// Forgets everyone who has all their requests left.
    pub fn forget_idle(&self) {
        self.logins_by_identity.keyed.retain_recent();
        self.requests_by_player.keyed.retain_recent();
        for by_address in [
            &self.logins_by_address,
            &self.anonymous_by_address,
            &self.total_by_address,
        ] {
            by_address.usual.keyed.retain_recent();
            by_address.shared.keyed.retain_recent();
        }
    }
}

/// What is left of a limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Allowance {
    per_minute: u32,
    remaining: u32,
    reset_seconds: u64,
}

impl Allowance {
    /// Says it in headers.
    pub fn write(self, headers: &mut HeaderMap) {
        let named = [
            ("ratelimit-limit", HeaderValue::from(self.per_minute)),
            ("ratelimit-remaining", HeaderValue::from(self.remaining)),
            ("ratelimit-reset", HeaderValue::from(self.reset_seconds)),
        ];
        for (name, value) in named {
            headers.insert(HeaderName::from_static(name), value);
        }
    }
}

/// A limit for each address, higher for those that many people share.
#[derive(Debug)]
struct ByAddress {
    usual: Limiter<IpAddr>,
    shared: Limiter<IpAddr>,
    shared_addresses: Vec<Network>,
}

impl ByAddress {
    fn new(per_minute: u32, burst: u32, shared_addresses: &[Network]) -> Self {
        let times = u32::try_from(SHARED_BY).unwrap_or(u32::MAX);
        let (shared, shared_burst) = (
            per_minute.saturating_mul(times),
            burst.saturating_mul(times),
        );
        Self {
            usual: Limiter::new(per_minute, burst),
            shared: Limiter::new(shared, shared_burst),
            shared_addresses: shared_addresses.to_vec(),
        }
    }

    fn limiter(&self, address: IpAddr) -> &Limiter<IpAddr> {
        if is_shared(&self.shared_addresses, address) {
            &self.shared
        } else {
            &self.usual
        }
    }

    fn count(&self, address: IpAddr) -> std::result::Result<Allowance, Duration> {
        self.limiter(address).count(&network_of(address))
    }
}

/// Whether many people share an address.
#[must_use]
pub fn is_shared(shared: &[Network], address: IpAddr) -> bool {
    shared.iter().any(|network| network.contains(address))
}

struct Limiter<K: Hash + Eq + Clone> {
    keyed: RateLimiter<K, DashMapStateStore<K>, DefaultClock, StateInformationMiddleware>,
    clock: DefaultClock,
    per_minute: u32,
    burst: u32,
    one_per: Duration,
    counted: AtomicU32,
}

impl<K: Hash + Eq + Clone> fmt::Debug for Limiter<K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} a minute, {} at once", self.per_minute, self.burst)
    }
}

impl<K: Hash + Eq + Clone> Limiter<K> {
    fn new(per_minute: u32, burst: u32) -> Self {
        let per_minute = NonZeroU32::new(per_minute).unwrap_or(NonZeroU32::MIN);
        let burst = NonZeroU32::new(burst).unwrap_or(NonZeroU32::MIN);
        let keyed = RateLimiter::dashmap(Quota::per_minute(per_minute).allow_burst(burst));
        Self {
            keyed: keyed.with_middleware(),
            clock: DefaultClock::default(),
            per_minute: per_minute.get(),
            burst: burst.get(),
            one_per: MINUTE / per_minute.get(),
            counted: AtomicU32::new(0),
        }
    }

    /// What is left after this one, or how long to wait for it.
    fn count(&self, key: &K) -> std::result::Result<Allowance, Duration> {
        let counted = self.counted.fetch_add(1, Ordering::Relaxed);
        if counted.is_multiple_of(LOOK_EVERY) && self.keyed.len() > KEYS_MANY {
            self.keyed.retain_recent();
        }
        match self.keyed.check_key(key) {
            Ok(state) => {
                let remaining = state.remaining_burst_capacity();
                let until_full = self.one_per * self.burst.saturating_sub(remaining);
                let reset_seconds = seconds_rounded_up(until_full);
                Ok(Allowance {
                    per_minute: self.per_minute,
                    remaining,
                    reset_seconds,
                })
            }
            Err(refused) => Err(refused.wait_time_from(self.clock.now())),
        }
    }
}

fn too_many_requests(wait: Duration) -> Error {
    too_many("Too many requests. Please wait a moment.", wait)
}

fn too_many(message: &str, wait: Duration) -> Error {
    let seconds = u32::try_from(seconds_rounded_up(wait))
        .unwrap_or(u32::MAX)
        .max(1);
    let error = ApiError::new(ErrorCode::RateLimited, message);
    ApiError {
        retry_after_seconds: Some(seconds),
        ..error
    }
    .into()
}

fn seconds_rounded_up(duration: Duration) -> u64 {
    duration.as_secs() + u64::from(duration.subsec_nanos() > 0)
}

#[cfg(test)]
mod tests;
