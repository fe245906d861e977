//! Limits on how often: log-ins by address and identity, requests by player and address.

use std::fmt;
use std::hash::{BuildHasher, Hash, RandomState};
use std::net::{IpAddr, Ipv6Addr};
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

use crate::config::LimitConfig;
use crate::error::{Error, Result};

/// Keys from which a limiter looks for those that have all their requests left, to forget them.
const KEYS_MANY: usize = 100_000;
/// So many requests go by between two looks, because a look takes a while.
const LOOK_EVERY: u32 = 8_192;
const MINUTE: Duration = Duration::from_secs(60);

/// Every limit on how often.
#[derive(Debug)]
pub struct Limits {
    logins_by_address: Limiter<IpAddr>,
    logins_by_identity: Limiter<u64>,
    requests_by_player: Limiter<PlayerId>,
    requests_by_address: Limiter<IpAddr>,
    identities: RandomState,
}

impl Limits {
    /// The limits of the settings.
    #[must_use]
    pub fn new(config: &LimitConfig) -> Self {
        let anonymous = config.anonymous_per_minute_per_address;
        let by_address = config.logins_per_minute_per_address;
        let by_identity = config.logins_per_minute_per_identity;
        Self {
            logins_by_address: Limiter::new(by_address, by_address),
            logins_by_identity: Limiter::new(by_identity, by_identity),
            requests_by_player: Limiter::new(config.requests_per_minute, config.request_burst),
            requests_by_address: Limiter::new(anonymous, anonymous),
            identities: RandomState::new(),
        }
    }

    /// Counts a registration, a guest or a try to log in from an address.
    ///
    /// # Errors
    /// 429 when there were too many.
    pub fn check_login_from(&self, address: Option<IpAddr>) -> Result<()> {
        let Some(address) = address.map(network_of) else {
            return Ok(());
        };
        self.logins_by_address
            .count(&address)
            .map(drop)
            .map_err(|wait| {
                too_many(
                    "Too many log-ins from your address. Please wait a moment.",
                    wait,
                )
            })
    }

    /// Counts a try to log in as someone. Only a hash of the name is kept.
    ///
    /// # Errors
    /// 429 when there were too many.
    pub fn check_login_as(&self, login: &str) -> Result<()> {
        let identity = self.identities.hash_one(login.to_lowercase());
        self.logins_by_identity
            .count(&identity)
            .map(drop)
            .map_err(|wait| {
                too_many(
                    "Too many tries to log in with this name. Please wait a moment.",
                    wait,
                )
            })
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
        self.requests_by_address
            .count(&network_of(address))
            .map_err(too_many_requests)
    }

    /// Forgets everyone who has all their requests left.
    pub fn forget_idle(&self) {
        self.logins_by_address.keyed.retain_recent();
        self.logins_by_identity.keyed.retain_recent();
        self.requests_by_player.keyed.retain_recent();
        self.requests_by_address.keyed.retain_recent();
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

/// Who has one IPv6 address has 2^64 of them.
fn network_of(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V4(address) => address.into(),
        IpAddr::V6(address) => Ipv6Addr::from_bits(address.to_bits() & (u128::MAX << 64)).into(),
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
mod tests {
    use super::*;

    #[test]
    fn after_the_burst_one_has_to_wait() {
        let config = LimitConfig {
            requests_per_minute: 60,
            request_burst: 3,
            ..Default::default()
        };
        let limits = Limits::new(&config);
        let remaining: Vec<_> = (0..3)
            .map(|_| limits.check_player(PlayerId(1)).unwrap().remaining)
            .collect();
        assert_eq!(remaining, [2, 1, 0]);
        let refused = limits.check_player(PlayerId(1)).unwrap_err();
        assert_eq!(refused.answer().code, ErrorCode::RateLimited);
        assert_eq!(refused.answer().retry_after_seconds, Some(1));
        assert!(limits.check_player(PlayerId(2)).is_ok());
    }

    #[test]
    fn addresses_of_one_network_count_together() {
        let one: IpAddr = "2001:db8::1".parse().unwrap();
        let other: IpAddr = "2001:db8::ffff:1".parse().unwrap();
        let far: IpAddr = "2001:db8:0:1::1".parse().unwrap();
        assert_eq!(network_of(one), network_of(other));
        assert_ne!(network_of(one), network_of(far));
        assert_eq!(
            network_of("::ffff:10.0.0.1".parse().unwrap()).to_string(),
            "10.0.0.1"
        );
    }
}
