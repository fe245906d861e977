//! A mail server of our own, which accepts, refuses, stalls and hangs up as a test says.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use server::config::{MailConfig, MailEncryption};
use tokio::io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;

/// What the sink does with one message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Manner {
    /// Takes it.
    Accept,
    /// Takes it and hangs up before it says so.
    AcceptAndClose,
    /// Asks to come later.
    Later,
    /// Refuses it for ever.
    Refuse,
    /// Says nothing.
    Stall,
    /// Hangs up.
    Close,
}

/// The sink, until it is dropped.
pub struct Sink {
    port: u16,
    taken: Arc<Mutex<Vec<String>>>,
    seen: Arc<AtomicUsize>,
    task: JoinHandle<()>,
}

impl Sink {
    /// Starts one that treats the nth connection, from 0, as `manner` says.
    pub async fn start(manner: impl Fn(usize) -> Manner + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await;
        let listener = listener.expect("a port is free");
        let address = listener.local_addr().expect("a bound port has an address");
        let (taken, seen) = (Arc::default(), Arc::<AtomicUsize>::default());
        let (to, count) = (Arc::clone(&taken), Arc::clone(&seen));
        let manner = Arc::new(manner);
        let task = tokio::spawn(async move {
            while let Ok((connection, _)) = listener.accept().await {
                let number = count.fetch_add(1, Ordering::SeqCst);
                let (manner, to) = (manner(number), Arc::clone(&to));
                // A client that hangs up ends its connection, and that is all.
                tokio::spawn(async move { converse(connection, manner, &to).await.ok() });
            }
        });
        Self {
            port: address.port(),
            taken,
            seen,
            task,
        }
    }

    /// Settings with which a server sends its mail here.
    pub fn config(&self) -> MailConfig {
        MailConfig {
            host: Some("127.0.0.1".into()),
            port: Some(self.port),
            encryption: MailEncryption::None,
            from: Some("Tickerquest <game@school.example>".into()),
            site_url: Some("https://game.school.example/".into()),
            ..MailConfig::default()
        }
    }

    /// The messages that were taken, as they came over the line.
    pub fn taken(&self) -> Vec<String> {
        let taken = self.taken.lock().unwrap_or_else(PoisonError::into_inner);
        taken.clone()
    }

    /// How many connections there were.
    pub fn connections(&self) -> usize {
        self.seen.load(Ordering::SeqCst)
    }
}

impl Drop for Sink {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn converse(
    connection: TcpStream,
    manner: Manner,
    taken: &Mutex<Vec<String>>,
) -> std::io::Result<()> {
    let mut line = BufReader::new(connection);
    line.write_all(b"220 sink.example\r\n").await?;
    loop {
        let mut command = String::new();
        if line.read_line(&mut command).await? == 0 {
            return Ok(());
        }
        let verb = command.get(..4).unwrap_or_default().to_ascii_uppercase();
        let answer: &[u8] = match (verb.as_str(), manner) {
            ("EHLO", _) => b"250-sink.example\r\n250 8BITMIME\r\n",
            ("RCPT", Manner::Later) => b"451 come later\r\n",
            ("RCPT", Manner::Refuse) => b"550 nobody of this name\r\n",
            ("RCPT", Manner::Close) => return Ok(()),
            ("RCPT", Manner::Stall) => std::future::pending().await,
            ("DATA", _) => {
                line.write_all(b"354 go on\r\n").await?;
                let message = body(&mut line).await?;
                let mut all = taken.lock().unwrap_or_else(PoisonError::into_inner);
                all.push(message);
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

async fn body(line: &mut BufReader<TcpStream>) -> std::io::Result<String> {
    let mut message = String::new();
    loop {
        let mut read = String::new();
        if line.read_line(&mut read).await? == 0 || read == ".\r\n" {
            return Ok(message);
        }
        message.push_str(&read);
    }
}
