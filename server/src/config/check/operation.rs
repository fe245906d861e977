//! What the settings of metrics, TLS and backups must be.

use super::Checks;
use crate::config::Config;
use crate::config::metrics::TOKEN_MIN;

impl Config {
    pub(super) fn check_operation(&self, checks: &mut Checks) {
        checks.that(
            self.tls.certificate.is_some() == self.tls.key.is_some(),
            "tls.key",
            "and tls.certificate are set together or not at all",
        );
        checks.range("backup.every_hours", self.backup.every_hours, 0..=8_760);
        checks.range("backup.keep", self.backup.keep, 1..=10_000);
        let metrics = &self.metrics;
        let token = metrics.token.as_ref();
        checks.that(
            token.is_none_or(|token| token.reveal().len() >= TOKEN_MIN),
            "metrics.token",
            "must have 16 characters or more",
        );
        checks.that(
            token.is_some() || metrics.listen.is_none_or(|at| at.ip().is_loopback()),
            "metrics.listen",
            "is open to other machines, so metrics.token must be set",
        );
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Secret;

    #[test]
    fn metrics_beyond_this_machine_need_a_token() {
        let mut config = Config::default();
        config.metrics.listen = "127.0.0.1:9464".parse().ok();
        assert_eq!(config.check(), Ok(()));
        config.metrics.listen = "0.0.0.0:9464".parse().ok();
        assert_eq!(config.check().unwrap_err().problems.len(), 1);
        config.metrics.token = Some(Secret::new("short"));
        assert_eq!(config.check().unwrap_err().problems.len(), 1);
        config.metrics.token = Some(Secret::new("0123456789abcdef"));
        assert_eq!(config.check(), Ok(()));
    }
}
