//! What settings must be for a server to work with them.

use std::collections::HashSet;
use std::fmt::{self, Display};
use std::ops::RangeInclusive;

use super::{Config, DatabaseKind};

/// Databases that a game may be spread over.
const DATABASES_MAX: usize = 64;

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
        self.check_sessions(&mut checks);
        self.check_limits(&mut checks);
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
            "must begin with \"sqlite:\" or \"postgres:\"; of several addresses each with \"postgres:\"",
        );
        let addresses = self.database_addresses();
        let distinct: HashSet<_> = addresses.iter().collect();
        checks.that(
            distinct.len() == addresses.len(),
            "database_url",
            "must not have the same address twice",
        );
        checks.that(
            !addresses.iter().any(|one| one.contains(",postgres")),
            "database_url",
            "must have white space between addresses, and no commas",
        );
        checks.range(
            "the addresses in database_url",
            addresses.len(),
            1..=DATABASES_MAX,
        );
        let postgres = &self.postgres;
        checks.that(
            postgres.replica_url.is_none() || addresses.len() == 1,
            "postgres.replica_url",
            "is of use only where database_url has one address",
        );
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
        checks.range("market.tick_ms", self.market.tick_ms, 10..=60_000);
        checks.range("market.speed", self.market.speed, 1..=31_536_000);
        checks.range("market.backfill_days", self.market.backfill_days, 1..=3_650);
        checks.range("engine.queue_max", self.engine.queue_max, 1..=1_000_000);
        checks.range("engine.batch_max", self.engine.batch_max, 1..=10_000);
        checks.range("engine.ahead_min", self.engine.ahead_min, 1..=10_000);
        checks.range("engine.lanes", self.engine.lanes, 1..=64);
        let remembered = self.engine.accounts_remembered;
        checks.range("engine.accounts_remembered", remembered, 0..=10_000_000);
        let remembered = self.portfolios_remembered;
        checks.range("portfolios_remembered", remembered, 0..=10_000_000);
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
        checks.range(
            "limits.connections_max",
            limits.connections_max,
            1..=1_000_000,
        );
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
                " postgres://ann:secret@a.example/game\n\tpostgres:///game?host=/run&password=secret ",
                Some(DatabaseKind::Postgres),
                "postgres://a.example/game postgres:///game?host=/run",
            ),
            (
                "postgres:///game sqlite:game.db",
                None,
                "postgres:///game sqlite:game.db",
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
        config.postgres.lock_timeout_ms = 0;
        config.postgres.writers_max = 0;
        let problems = config.check().unwrap_err().problems;
        assert_eq!(problems.len(), 2, "{problems:?}");
    }

    #[test]
    fn several_databases_are_all_of_postgresql_and_all_different() {
        let problems = |url: &str| {
            let mut config = Config {
                database_url: Some(url.into()),
                ..Config::default()
            };
            let problems = config.check().map_err(|invalid| invalid.problems);
            config.postgres.replica_url = Some("postgres:///replica".into());
            (
                problems.err().unwrap_or_default().len(),
                config.check().is_ok(),
            )
        };
        assert_eq!(problems("postgres:///a"), (0, true));
        // A replica follows one database only.
        assert_eq!(problems("postgres:///a postgres:///b"), (0, false));
        assert_eq!(problems("postgres:///a\n\npostgres:///b\n"), (0, false));
        for wrong in [
            "postgres:///a sqlite:b",
            "postgres:///a b",
            "postgres:///a,postgres:///b",
            "postgres:///a postgres:///b postgres:///a",
        ] {
            assert_eq!(problems(wrong), (1, false), "{wrong}");
        }
        let many: Vec<_> = (0..65).map(|n| format!("postgres:///shard{n}")).collect();
        assert_eq!(problems(&many.join(" ")), (1, false));
    }

    #[test]
    fn everything_that_is_wrong_is_named_at_once() {
        let mut config = Config::default();
        config.market.tick_ms = 0;
        config.session.cookie_name = "a b".into();
        config.database_url = Some("mysql://".into());
        let problems = config.check().unwrap_err().problems;
        assert_eq!(problems.len(), 3, "{problems:?}");
        assert_eq!(problems[1], "market.tick_ms is 0 and must be 10 to 60000");
    }
}
