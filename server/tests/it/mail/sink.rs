//! The mail server of these tests, with the settings that send mail to it.

use mail_sink::Manner;
use server::config::{MailConfig, MailEncryption};

/// The mail server, until it is dropped.
pub struct Sink(mail_sink::Sink);

impl Sink {
    /// Starts one that treats the nth message, from 0, as `manner` says.
    pub async fn start(manner: impl Fn(usize) -> Manner + Send + Sync + 'static) -> Self {
        let started = mail_sink::Sink::start(manner).await;
        Self(started.expect("a port is free"))
    }

    /// Settings with which a server sends its mail here.
    pub fn config(&self) -> MailConfig {
        MailConfig {
            host: Some("127.0.0.1".into()),
            port: Some(self.0.port()),
            encryption: MailEncryption::None,
            from: Some("Tickerquest <game@school.example>".into()),
            site_url: Some("https://game.school.example/".into()),
            ..MailConfig::default()
        }
    }

    /// The messages that were taken, as they came over the line.
    pub fn taken(&self) -> Vec<String> {
        self.0.taken()
    }

    /// How many connections there were.
    pub fn connections(&self) -> usize {
        self.0.connections()
    }
}
