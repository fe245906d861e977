//! What settings must be for a server to work with them.

use std::fmt::{self, Display};
use std::ops::RangeInclusive;

use axum::http::Uri;

use super::{Config, DatabaseKind};
use crate::store::MarketSource;

mod operation;

/// Settings that cannot be worked with: one sentence each.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InvalidConfig {
    /// What is wrong, by the setting's name.
    pub problems: Vec<String>,
}

impl Display for InvalidConfig {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.problems.join("; "))
    }
}

impl std::error::Error for InvalidConfig {}

impl Config {
    /// Checks every setting.
    ///
    /// # Errors
    /// Everything that is wrong, at once.
    pub fn check(&self) -> Result<(), InvalidConfig> {
        let mut checks = Checks::default();
        self.check_database(&mut checks);
        self.check_game(&mut checks);
        self.check_providers(&mut checks);
        self.check_jobs(&mut checks);
        self.check_mail(&mut checks);
        self.check_sessions(&mut checks);
        self.check_limits(&mut checks);
        self.check_operation(&mut checks);
        if checks.problems.is_empty() {
            Ok(())
        } else {
            Err(InvalidConfig {
                problems: checks.problems,
            })
        }
    }

    fn check_database(&self, checks: &mut Checks) {
        checks.that(
            self.database_url.is_none() || self.database_kind().is_some(),
            "database_url",
            "must begin with \"sqlite:\" or \"postgres:\"",
        );
        let is_redis = |url: &str| url.starts_with("redis://") || url.starts_with("unix://");
        checks.that(
            self.redis_url.as_deref().is_none_or(is_redis),
            "redis_url",
            "must begin with \"redis://\" or \"unix://\"",
        );
        checks.range("redis_timeout_ms", self.redis_timeout_ms, 1..=10_000);
        let postgres = &self.postgres;
        let is_postgres = |url: &str| DatabaseKind::of(url) == Some(DatabaseKind::Postgres);
        checks.that(
            postgres.replica_url.as_deref().is_none_or(is_postgres),
            "postgres.replica_url",
            "must begin with \"postgres:\"",
        );
        checks.that(
            postgres.replica_url.is_none() || self.database_kind() != Some(DatabaseKind::Sqlite),
            "postgres.replica_url",
            "is of use only where database_url begins with \"postgres:\"",
        );
        checks.range("postgres.writers_max", postgres.writers_max, 1..=1_000);
        checks.range("postgres.readers_max", postgres.readers_max, 1..=1_000);
        let timeouts = [
            ("postgres.acquire_timeout_ms", postgres.acquire_timeout_ms),
            (
                "postgres.statement_timeout_ms",
                postgres.statement_timeout_ms,
            ),
            ("postgres.lock_timeout_ms", postgres.lock_timeout_ms),
            (
                "postgres.idle_in_transaction_timeout_ms",
                postgres.idle_in_transaction_timeout_ms,
            ),
        ];
        for (name, timeout_ms) in timeouts {
            checks.range(name, timeout_ms, 1..=600_000);
        }
    }

    fn check_game(&self, checks: &mut Checks) {
        let days = self.clock.ahead_max_days;
        checks.range("clock.ahead_max_days", days, 0..=36_500);
        checks.range("markets.tick_ms", self.markets.tick_ms, 10..=60_000);
        checks.range("markets.idle_s", self.markets.idle_s, 1..=86_400);
        checks.range("markets.running_max", self.markets.running_max, 1..=100_000);
        checks.range("market.speed", self.market.speed, 1..=31_536_000);
        checks.range("engine.queue_max", self.engine.queue_max, 1..=1_000_000);
        checks.range("engine.batch_max", self.engine.batch_max, 1..=10_000);
        checks.range("engine.lanes", self.engine.lanes, 1..=64);
        let remembered = self.engine.accounts_remembered;
        checks.range("engine.accounts_remembered", remembered, 0..=10_000_000);
        let remembered = self.portfolios_remembered;
        checks.range("portfolios_remembered", remembered, 0..=10_000_000);
        let due = self.offline_results_due_days;
        checks.range("offline_results_due_days", due, 1..=365);
    }

    fn check_providers(&self, checks: &mut Checks) {
        let providers = &self.providers;
        checks.range("providers.timeout_ms", providers.timeout_ms, 10..=60_000);
        let ages = [
            ("providers.quote_ttl_s", providers.quote_ttl_s),
            ("providers.profile_ttl_s", providers.profile_ttl_s),
            ("providers.rate_ttl_s", providers.rate_ttl_s),
            ("providers.fill_age_max_s", providers.fill_age_max_s),
        ];
        for (name, seconds) in ages {
            checks.range(name, seconds, 1..=31_536_000);
        }
        let live = self.market.source == MarketSource::Live;
        checks.that(
            !live || self.market.speed == 1,
            "market.speed",
            "must be 1 in a live market",
        );
        let fmp = &providers.financial_modeling_prep;
        let of = [
            ("financial_modeling_prep", fmp),
            ("alpha_vantage", &providers.alpha_vantage),
        ];
        for (name, provider) in of {
            let is_address = provider.base_url.parse::<Uri>().is_ok_and(|uri| {
                matches!(uri.scheme_str(), Some("http" | "https")) && uri.query().is_none()
            });
            checks.that(
                is_address,
                &format!("providers.{name}.base_url"),
                "must begin with \"http:\" or \"https:\" and have no query",
            );
            let key = provider.key.as_ref();
            checks.that(
                key.is_none_or(|key| !key.reveal().trim().is_empty()),
                &format!("providers.{name}.key"),
                "is empty",
            );
        }
    }

    fn check_mail(&self, checks: &mut Checks) {
        for (setting, must) in self.mail.problems() {
            checks.that(false, setting, &must);
        }
        checks.range("mail.timeout_ms", self.mail.timeout_ms, 100..=120_000);
    }

    fn check_jobs(&self, checks: &mut Checks) {
        let jobs = &self.jobs;
        checks.range("jobs.at_once", jobs.at_once, 1..=64);
        checks.range("jobs.poll_ms", jobs.poll_ms, 1_000..=5_000);
        checks.range(
            "jobs.results_kept_hours",
            jobs.results_kept_hours,
            1..=8_760,
        );
        for (setting, days) in [
            ("jobs.minutes_kept_days", jobs.minutes_kept_days),
            ("jobs.hours_kept_days", jobs.hours_kept_days),
            ("jobs.days_kept_days", jobs.days_kept_days),
        ] {
            checks.range(setting, days, 0..=36_500);
        }
        checks.range("jobs.dead_kept_days", jobs.dead_kept_days, 1..=3_650);
        checks.range(
            "jobs.archive_after_days",
            jobs.archive_after_days,
            0..=36_500,
        );
        checks.range(
            "jobs.idle_guests_kept_days",
            jobs.idle_guests_kept_days,
            0..=36_500,
        );
    }

    fn check_sessions(&self, checks: &mut Checks) {
        let session = &self.session;
        let plain = |b: u8| b.is_ascii_alphanumeric() || b == b'-' || b == b'_';
        checks.that(
            !session.cookie_name.is_empty() && session.cookie_name.bytes().all(plain),
            "session.cookie_name",
            "must be letters, digits, '-' and '_'",
        );
        checks.range("session.sliding_days", session.sliding_days, 1..=365);
        checks.range("session.max_days", session.max_days, 1..=3_650);
        checks.range("session.hashes_at_once", session.hashes_at_once, 1..=256);
        checks.that(
            session
                .launch_token
                .as_ref()
                .is_none_or(|token| token.len() >= 16),
            "session.launch_token",
            "must have 16 characters or more",
        );
    }

    fn check_limits(&self, checks: &mut Checks) {
        let limits = &self.limits;
        checks.range(
            "limits.body_max",
            limits.body_max,
            1_024..=16 * 1_024 * 1_024,
        );
        checks.range(
            "limits.request_timeout_s",
            limits.request_timeout_s,
            1..=300,
        );
        let rates = [
            ("limits.requests_per_minute", limits.requests_per_minute),
            ("limits.request_burst", limits.request_burst),
            (
                "limits.requests_per_minute_per_address",
                limits.requests_per_minute_per_address,
            ),
            (
                "limits.anonymous_per_minute_per_address",
                limits.anonymous_per_minute_per_address,
            ),
            (
                "limits.logins_per_minute_per_address",
                limits.logins_per_minute_per_address,
            ),
            (
                "limits.logins_per_minute_per_identity",
                limits.logins_per_minute_per_identity,
            ),
            (
                "limits.taken_per_minute_per_address",
                limits.taken_per_minute_per_address,
            ),
        ];
        for (name, rate) in rates {
            checks.range(name, rate, 1..=1_000_000);
        }
        checks.range(
            "limits.live_per_address",
            limits.live_per_address,
            1..=1_000_000,
        );
        checks.range("limits.live_max", limits.live_max, 1..=1_000_000);
        let connections = [
            ("limits.connections_max", limits.connections_max),
            (
                "limits.connections_per_address",
                limits.connections_per_address,
            ),
        ];
        for (name, count) in connections {
            checks.range(name, count, 1..=1_000_000);
        }
    }
}

#[derive(Default)]
struct Checks {
    problems: Vec<String>,
}

impl Checks {
    fn that(&mut self, holds: bool, setting: &str, must: &str) {
        if !holds {
            self.problems.push(format!("{setting} {must}"));
        }
    }

    fn range<T: PartialOrd + Display>(
        &mut self,
        setting: &str,
        value: T,
        range: RangeInclusive<T>,
    ) {
        let must = format!(
            "is {value} and must be {} to {}",
            range.start(),
            range.end()
        );
        self.that(range.contains(&value), setting, &must);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_defaults_can_be_worked_with() {
        assert_eq!(Config::default().check(), Ok(()));
    }

    #[test]
    fn the_address_chooses_the_database_and_its_password_is_not_told() {
        let of = |url: &str| Config {
            database_url: Some(url.into()),
            ..Config::default()
        };
        for (url, kind, name) in [
            (
                "sqlite:game.db",
                Some(DatabaseKind::Sqlite),
                "sqlite:game.db",
            ),
            (
                "postgres://ann:se@cret@db.example/game?sslmode=verify-full",
                Some(DatabaseKind::Postgres),
                "postgres://db.example/game?sslmode=verify-full",
            ),
            (
                "postgresql:///game",
                Some(DatabaseKind::Postgres),
                "postgresql:///game",
            ),
            (
                "postgres:///game?host=/run&password=secret",
                Some(DatabaseKind::Postgres),
                "postgres:///game?host=/run",
            ),
            (
                "sqlite:my games/one.db",
                Some(DatabaseKind::Sqlite),
                "sqlite:my games/one.db",
            ),
            ("mysql://host/game", None, "mysql://host/game"),
            ("game.db", None, "game.db"),
        ] {
            let config = of(url);
            assert_eq!(config.database_kind(), kind, "{url}");
            assert_eq!(config.database_name(), name);
        }
        assert_eq!(
            Config::default().database_kind(),
            Some(DatabaseKind::Sqlite)
        );
        let mut config = of("postgres:///game");
        config.postgres.replica_url = Some("postgres://replica.example/game".into());
        assert_eq!(config.check(), Ok(()));
        config.postgres.replica_url = Some("http://replica.example".into());
        assert_eq!(config.check().unwrap_err().problems.len(), 1);
        config.database_url = None;
        assert_eq!(config.check().unwrap_err().problems.len(), 2);
        config = of("postgres:///game");
        config.redis_url = Some("redis://cache.example".into());
        assert_eq!(config.check(), Ok(()));
        // The link is not encrypted, and does not pretend to be.
        config.redis_url = Some("rediss://cache.example".into());
        assert_eq!(config.check().unwrap_err().problems.len(), 1);
        config = of("postgres:///game");
        config.postgres.lock_timeout_ms = 0;
        config.postgres.writers_max = 0;
        let problems = config.check().unwrap_err().problems;
        assert_eq!(problems.len(), 2, "{problems:?}");
    }

    #[test]
    fn everything_that_is_wrong_is_named_at_once() {
        let mut config = Config::default();
        config.markets.tick_ms = 0;
        config.offline_results_due_days = 0;
        config.session.cookie_name = "a b".into();
        config.database_url = Some("mysql://".into());
        let problems = config.check().unwrap_err().problems;
        assert_eq!(problems.len(), 4, "{problems:?}");
        assert_eq!(problems[1], "markets.tick_ms is 0 and must be 10 to 60000");
    }
}
