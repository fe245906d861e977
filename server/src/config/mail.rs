//! Settings of the mail that the server sends.

use std::net::IpAddr;

use axum::http::Uri;
use lettre::message::Mailbox;
use serde::{Deserialize, Serialize};

use super::Secret;

/// The SMTP server that takes our mail. Without a `host` the server sends none.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct MailConfig {
    /// Its name or address.
    pub host: Option<String>,
    /// Its port; by default that of the encryption: 465, 587 or 25.
    pub port: Option<u16>,
    /// How the connection is encrypted.
    pub encryption: MailEncryption,
    /// The user that logs in; none: nobody does.
    pub user: Option<String>,
    /// The user's password.
    pub password: Option<Secret>,
    /// The sender: `Tickerquest <game@school.example>`.
    pub from: Option<String>,
    /// What links in mail begin with: `https://game.school.example`. It is never taken from a
    /// request, so that nobody can send others a link to another site.
    pub site_url: Option<String>,
    /// Milliseconds that sending one message may take.
    pub timeout_ms: u64,
}

/// How the connection to the SMTP server is encrypted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MailEncryption {
    /// From the first byte.
    Tls,
    /// After a plain greeting; the server must offer it.
    Starttls,
    /// Not at all: only for a mail server on this machine, or in a network that nobody else uses.
    None,
}

impl Default for MailConfig {
    fn default() -> Self {
        Self {
            host: None,
            port: None,
            encryption: MailEncryption::Tls,
            user: None,
            password: None,
            from: None,
            site_url: None,
            timeout_ms: 20_000,
        }
    }
}

impl MailConfig {
    /// What is wrong with the settings: the setting, and what it must be.
    pub(super) fn problems(&self) -> Vec<(&'static str, String)> {
        let mut problems = Vec::new();
        let Some(host) = &self.host else {
            return problems;
        };
        let mut that = |holds: bool, setting, must: &str| {
            if !holds {
                problems.push((setting, must.to_owned()));
            }
        };
        let from = self.from.as_deref().unwrap_or_default();
        that(
            from.parse::<Mailbox>().is_ok(),
            "mail.from",
            "must be an address, such as \"Tickerquest <game@school.example>\", where mail.host is set",
        );
        that(
            self.site_url.as_deref().is_some_and(is_site),
            "mail.site_url",
            "must be this game's address, such as \"https://game.school.example\", where mail.host is set",
        );
        that(
            self.user.is_some() == self.password.is_some(),
            "mail.password",
            "and mail.user are set together or not at all",
        );
        that(
            self.password.is_none() || self.encryption != MailEncryption::None || is_local(host),
            "mail.encryption",
            "must be \"tls\" or \"starttls\" where a password is sent to another machine",
        );
        problems
    }
}

/// Whether links can begin with the text: a scheme and a host, without a path.
fn is_site(text: &str) -> bool {
    text.parse::<Uri>().is_ok_and(|uri| {
        let known = matches!(uri.scheme_str(), Some("http" | "https"));
        known && uri.host().is_some() && matches!(uri.path(), "" | "/") && uri.query().is_none()
    })
}

/// Whether a host is this machine.
fn is_local(host: &str) -> bool {
    host == "localhost" || host.parse().is_ok_and(|ip: IpAddr| ip.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn settings_are_checked_only_where_mail_is_sent() {
        let none = MailConfig::default();
        assert_eq!(none.problems(), []);
        let whole = MailConfig {
            host: Some("smtp.school.example".into()),
            user: Some("game".into()),
            password: Some(Secret::new("word")),
            from: Some("Tickerquest <game@school.example>".into()),
            site_url: Some("https://game.school.example".into()),
            ..none
        };
        assert_eq!(whole.problems(), []);
        let named = |wrong: MailConfig| match wrong.problems().as_slice() {
            [(setting, _)] => *setting,
            problems => panic!("{problems:?}"),
        };
        for (wrong, setting) in [
            (
                MailConfig {
                    from: None,
                    ..whole.clone()
                },
                "mail.from",
            ),
            (
                MailConfig {
                    site_url: Some("game.school.example/x".into()),
                    ..whole.clone()
                },
                "mail.site_url",
            ),
            (
                MailConfig {
                    user: None,
                    ..whole.clone()
                },
                "mail.password",
            ),
            (
                MailConfig {
                    encryption: MailEncryption::None,
                    ..whole.clone()
                },
                "mail.encryption",
            ),
        ] {
            assert_eq!(named(wrong), setting);
        }
        let here = MailConfig {
            host: Some("127.0.0.1".into()),
            encryption: MailEncryption::None,
            ..whole
        };
        assert_eq!(here.problems(), []);
    }
}
