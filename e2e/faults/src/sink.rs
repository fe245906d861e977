//! A mail server that takes half of the messages and fails the others: later, never, silently, or by hanging up.

use std::sync::{Mutex, PoisonError};

use anyhow::Context as _;
use mail_sink::Manner;
use rand::rngs::StdRng;
use rand::{RngExt as _, SeedableRng as _};

/// A message that was taken.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Taken {
    /// To whom.
    pub to: String,
    /// What its subject says.
    pub subject: String,
    /// The `Message-ID`.
    pub id: String,
}

impl Taken {
    fn read(message: &str) -> Self {
        let header = |name: &str| {
            let found = message.lines().find_map(|line| line.strip_prefix(name));
            found.unwrap_or_default().trim().to_owned()
        };
        Self {
            to: header("To: "),
            subject: header("Subject: "),
            id: header("Message-ID: "),
        }
    }
}

/// Half of all messages are taken and answered.
fn draw(random: &Mutex<StdRng>) -> Manner {
    let mut random = random.lock().unwrap_or_else(PoisonError::into_inner);
    match random.random_range(0..20) {
        0..10 => Manner::Accept,
        10..12 => Manner::AcceptAndClose,
        12..15 => Manner::Later,
        15 => Manner::Refuse,
        16..18 => Manner::Stall,
        _ => Manner::Close,
    }
}

/// The mail server, until it is dropped.
#[derive(Debug)]
pub struct Sink(mail_sink::Sink);

impl Sink {
    /// Starts one whose failures follow from a seed and the order of the messages.
    ///
    /// # Errors
    /// When no port is free.
    pub async fn start(seed: u64) -> anyhow::Result<Self> {
        let random = Mutex::new(StdRng::seed_from_u64(seed));
        let started = mail_sink::Sink::start(move |_| draw(&random)).await;
        Ok(Self(started.context("no port is free for mail")?))
    }

    /// The settings with which a server sends its mail here.
    #[must_use]
    pub fn settings(&self) -> Vec<(String, String)> {
        let port = self.0.port().to_string();
        let all = [
            ("MAIL__HOST", "127.0.0.1"),
            ("MAIL__PORT", &port),
            ("MAIL__ENCRYPTION", "none"),
            ("MAIL__FROM", "Tickerquest <game@school.example>"),
            ("MAIL__SITE_URL", "https://game.school.example/"),
            ("MAIL__TIMEOUT_MS", "1000"),
        ];
        let owned = all.map(|(name, value)| (name.to_owned(), value.to_owned()));
        owned.to_vec()
    }

    /// What was taken, answered or not.
    #[must_use]
    pub fn taken(&self) -> Vec<Taken> {
        let taken = self.0.taken();
        taken.iter().map(|message| Taken::read(message)).collect()
    }
}
