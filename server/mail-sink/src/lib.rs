//! A mail server of one's own, for tests: it accepts, refuses, stalls and hangs up as it is told.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use tokio::io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;

/// What happens to one message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Manner {
    /// It is taken.
    Accept,
    /// It is taken, and the line goes before the answer.
    AcceptAndClose,
    /// The client is to come later.
    Later,
    /// It is refused for ever.
    Refuse,
    /// No answer comes.
    Stall,
    /// The line goes before the message is sent.
    Close,
}

/// The mail server, until it is dropped.
#[derive(Debug)]
pub struct Sink {
    port: u16,
    seen: Arc<Seen>,
    task: JoinHandle<()>,
}

/// What has come so far.
#[derive(Debug, Default)]
struct Seen {
    connections: AtomicUsize,
    messages: AtomicUsize,
    taken: Mutex<Vec<String>>,
}

impl Sink {
    /// Starts one that treats the nth message, from 0, as `manner` says.
    ///
    /// # Errors
    /// When no port is free.
    pub async fn start(
        manner: impl Fn(usize) -> Manner + Send + Sync + 'static,
    ) -> std::io::Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let port = listener.local_addr()?.port();
        let (seen, manner) = (Arc::<Seen>::default(), Arc::new(manner));
        let to = Arc::clone(&seen);
        let task = tokio::spawn(async move {
            while let Ok((line, _)) = listener.accept().await {
                to.connections.fetch_add(1, Ordering::SeqCst);
                let (to, manner) = (Arc::clone(&to), Arc::clone(&manner));
                // A client that hangs up ends its connection, and that is all.
                tokio::spawn(async move { converse(line, &*manner, &to).await.ok() });
            }
        });
        Ok(Self { port, seen, task })
    }

    /// The port that it listens on, at 127.0.0.1.
    #[must_use]
    pub fn port(&self) -> u16 {
        self.port
    }

    /// The messages that were taken, answered or not, as they came over the line.
    #[must_use]
    pub fn taken(&self) -> Vec<String> {
        let taken = self.seen.taken.lock();
        taken.unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// How many connections there were.
    #[must_use]
    pub fn connections(&self) -> usize {
        self.seen.connections.load(Ordering::SeqCst)
    }
}

impl Drop for Sink {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn converse(
    line: TcpStream,
    manner_of: &(impl Fn(usize) -> Manner + Sync),
    seen: &Seen,
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
            manner = manner_of(seen.messages.fetch_add(1, Ordering::SeqCst));
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
                    let mut all = seen.taken.lock().unwrap_or_else(PoisonError::into_inner);
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
async fn body(line: &mut BufReader<TcpStream>) -> std::io::Result<Option<String>> {
    let mut message = String::new();
    loop {
        let mut read = String::new();
        if line.read_line(&mut read).await? == 0 {
            return Ok(None);
        }
        if read == ".\r\n" {
            return Ok(Some(message));
        }
        message.push_str(&read);
    }
}
