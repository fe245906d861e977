//! A mail server that takes half of the messages and fails the others: later, never, silently, or by hanging up.

use std::sync::{Arc, Mutex, PoisonError};

use anyhow::Context as _;
use rand::rngs::StdRng;
use rand::{RngExt as _, SeedableRng as _};
use tokio::io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;

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

/// What happens to a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Manner {
    Accept,
    /// Taken, and the line goes before the answer.
    AcceptAndClose,
    Later,
    Refuse,
    Stall,
    Close,
}

impl Manner {
    /// Half of all messages are taken and answered.
    fn draw(random: &Mutex<StdRng>) -> Self {
        let mut random = random.lock().unwrap_or_else(PoisonError::into_inner);
        match random.random_range(0..20) {
            0..10 => Self::Accept,
            10..12 => Self::AcceptAndClose,
            12..15 => Self::Later,
            15 => Self::Refuse,
            16..18 => Self::Stall,
            _ => Self::Close,
        }
    }
}

/// The mail server, until it is dropped.
#[derive(Debug)]
pub struct Sink {
    port: u16,
    taken: Arc<Mutex<Vec<Taken>>>,
    task: JoinHandle<()>,
}

impl Sink {
    /// Starts one whose failures follow from a seed and the order of the messages.
    ///
    /// # Errors
    /// When no port is free.
    pub async fn start(seed: u64) -> anyhow::Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0").await;
        let listener = listener.context("no port is free for mail")?;
        let port = listener.local_addr()?.port();
        let taken: Arc<Mutex<Vec<Taken>>> = Arc::default();
        let to = Arc::clone(&taken);
        let random = Arc::new(Mutex::new(StdRng::seed_from_u64(seed)));
        let task = tokio::spawn(async move {
            while let Ok((line, _)) = listener.accept().await {
                let (random, to) = (Arc::clone(&random), Arc::clone(&to));
                // A client that goes ends its connection, and that is all.
                tokio::spawn(async move { converse(line, &random, &to).await.ok() });
            }
        });
        Ok(Self { port, taken, task })
    }

    /// The settings with which a server sends its mail here.
    #[must_use]
    pub fn settings(&self) -> Vec<(String, String)> {
        let port = self.port.to_string();
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
        let taken = self.taken.lock().unwrap_or_else(PoisonError::into_inner);
        taken.clone()
    }
}

impl Drop for Sink {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn converse(
    line: TcpStream,
    random: &Mutex<StdRng>,
    taken: &Mutex<Vec<Taken>>,
) -> std::io::Result<()> {
    let mut line = BufReader::new(line);
    line.write_all(b"220 sink.example\r\n").await?;
    let mut manner = Manner::Accept;
    loop {
        let mut command = String::new();
        if line.read_line(&mut command).await? == 0 {
            return Ok(());
        }
        let verb = command.get(..4).unwrap_or_default().to_ascii_uppercase();
        if verb == "MAIL" {
            manner = Manner::draw(random);
        }
        let answer: &[u8] = match (verb.as_str(), manner) {
            ("EHLO", _) => b"250-sink.example\r\n250 8BITMIME\r\n",
            ("RCPT", Manner::Later) => b"451 come later\r\n",
            ("RCPT", Manner::Refuse) => b"550 nobody of this name\r\n",
            ("RCPT", Manner::Close) => return Ok(()),
            ("RCPT", Manner::Stall) => std::future::pending().await,
            ("DATA", _) => {
                line.write_all(b"354 go on\r\n").await?;
                if let Some(message) = body(&mut line).await? {
                    let mut all = taken.lock().unwrap_or_else(PoisonError::into_inner);
                    all.push(message);
                }
                if manner == Manner::AcceptAndClose {
                    return Ok(());
                }
                b"250 taken\r\n"
            }
            ("QUIT", _) => {
                line.write_all(b"221 bye\r\n").await?;
                return Ok(());
            }
            _ => b"250 ok\r\n",
        };
        line.write_all(answer).await?;
    }
}

/// A message, if it came whole.
async fn body(line: &mut BufReader<TcpStream>) -> std::io::Result<Option<Taken>> {
    let mut message = String::new();
    loop {
        let mut read = String::new();
        if line.read_line(&mut read).await? == 0 {
            return Ok(None);
        }
        if read == ".\r\n" {
            break;
        }
        message.push_str(&read);
    }
    let header = |name: &str| {
        let found = message.lines().find_map(|line| line.strip_prefix(name));
        found.unwrap_or_default().trim().to_owned()
    };
    Ok(Some(Taken {
        to: header("To: "),
        subject: header("Subject: "),
        id: header("Message-ID: "),
    }))
}
