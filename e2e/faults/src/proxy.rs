//! A line between a server and its database that can be cut, reset, held up, or made to lose
//! answers.

use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::tcp::{ReadHalf, WriteHalf};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::{JoinHandle, JoinSet};

/// Bytes that are carried at once.
const CHUNK: usize = 16 * 1024;

/// What the line does with what it is given.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Line {
    /// Carries it.
    Open,
    /// Holds it back; nobody is told anything.
    Stalled,
    /// Carries what is asked and loses what is answered, so that nobody knows what was done. Such
    /// a conversation cannot go on: [`Proxy::sever`] ends it.
    Deaf,
    /// Takes no new conversations.
    Shut,
}

/// How a conversation ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum End {
    /// As when the other side has hung up.
    Closed,
    /// As when the other side has forgotten it.
    Reset,
}

#[derive(Debug, Clone, Copy)]
struct State {
    line: Line,
    /// Counts how often all conversations were ended, so that an older one knows that it was.
    severed: u64,
    end: End,
}

/// A line that carries conversations until this is dropped.
#[derive(Debug)]
pub struct Proxy {
    address: SocketAddr,
    state: watch::Sender<State>,
    carried: Arc<AtomicU64>,
    listening: JoinHandle<()>,
}

impl Proxy {
    /// Listens on a free port for who wants to talk to `upstream`.
    ///
    /// # Errors
    /// When it cannot listen.
    pub async fn start(upstream: SocketAddr) -> io::Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
        let address = listener.local_addr()?;
        let (state, _) = watch::channel(State {
            line: Line::Open,
            severed: 0,
            end: End::Closed,
        });
        let carried = Arc::new(AtomicU64::new(0));
        let listening = tokio::spawn(listen(listener, upstream, state.clone(), carried.clone()));
        Ok(Self {
            address,
            state,
            carried,
            listening,
        })
    }

    /// Its port.
    #[must_use]
    pub fn port(&self) -> u16 {
        self.address.port()
    }

    /// Bytes of answers that it has carried.
    #[must_use]
    pub fn carried(&self) -> u64 {
        self.carried.load(Ordering::Relaxed)
    }

    /// Makes the line so from now on.
    pub fn set(&self, line: Line) {
        self.state.send_modify(|state| state.line = line);
    }

    /// Ends all conversations.
    pub fn sever(&self, end: End) {
        self.state.send_modify(|state| {
            state.severed += 1;
            state.end = end;
        });
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        self.listening.abort();
    }
}

/// Conversations are tasks of this one, and end with it.
async fn listen(
    listener: TcpListener,
    upstream: SocketAddr,
    state: watch::Sender<State>,
    carried: Arc<AtomicU64>,
) {
    let mut conversations = JoinSet::new();
    loop {
        tokio::select! {
            Some(_) = conversations.join_next() => {}
            accepted = listener.accept() => {
                // An error is one of the conversation that was not begun.
                let Ok((client, _)) = accepted else { continue };
                conversations.spawn(converse(client, upstream, state.subscribe(), carried.clone()));
            }
        }
    }
}

async fn converse(
    mut client: TcpStream,
    upstream: SocketAddr,
    state: watch::Receiver<State>,
    carried: Arc<AtomicU64>,
) {
    let begun = *state.borrow();
    if begun.line == Line::Shut {
        return;
    }
    // Dropped, the client is told that nobody is there.
    let Ok(mut server) = TcpStream::connect(upstream).await else {
        return;
    };
    // What is small and waits for company would look like a fault.
    if client.set_nodelay(true).is_err() || server.set_nodelay(true).is_err() {
        return;
    }
    let end = {
        let (from_client, to_client) = client.split();
        let (from_server, to_server) = server.split();
        let asks = Pump {
            state: state.clone(),
            severed: begun.severed,
            answers: None,
        };
        let answers = Pump {
            state,
            severed: begun.severed,
            answers: Some(carried),
        };
        tokio::select! {
            end = asks.run(from_client, to_server) => end,
            end = answers.run(from_server, to_client) => end,
        }
    };
    if end == End::Reset {
        // An error means that it is gone already.
        let _ = client.set_zero_linger();
        let _ = server.set_zero_linger();
    }
}

/// One direction of a conversation.
struct Pump {
    state: watch::Receiver<State>,
    severed: u64,
    /// Counts what is carried, in the direction of the answers.
    answers: Option<Arc<AtomicU64>>,
}

impl Pump {
    async fn run(mut self, mut from: ReadHalf<'_>, mut to: WriteHalf<'_>) -> End {
        let mut chunk = vec![0; CHUNK];
        loop {
            let state = *self.state.borrow_and_update();
            if state.severed != self.severed {
                return state.end;
            }
            let read = tokio::select! {
                changed = self.state.changed() => match changed {
                    Ok(()) => continue,
                    Err(_) => return End::Closed,
                },
                read = from.read(&mut chunk), if state.line != Line::Stalled => read,
            };
            let Some(bytes) = read.ok().and_then(|read| chunk.get(..read)) else {
                return End::Closed;
            };
            if bytes.is_empty() {
                return End::Closed;
            }
            if let Some(carried) = &self.answers {
                if state.line == Line::Deaf {
                    continue;
                }
                carried.fetch_add(u64::try_from(bytes.len()).unwrap_or(0), Ordering::Relaxed);
            }
            if to.write_all(bytes).await.is_err() {
                return End::Closed;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A server that answers what it is told.
    async fn echo() -> SocketAddr {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
        let address = listener.local_addr().unwrap();
        tokio::spawn(async move {
            while let Ok((mut stream, _)) = listener.accept().await {
                tokio::spawn(async move {
                    let (mut from, mut to) = stream.split();
                    tokio::io::copy(&mut from, &mut to).await.is_ok()
                });
            }
        });
        address
    }

    async fn talk(stream: &mut TcpStream) -> io::Result<u8> {
        stream.write_all(&[7]).await?;
        stream.read_u8().await
    }

    #[tokio::test]
    async fn a_line_carries_until_it_is_severed() {
        let proxy = Proxy::start(echo().await).await.unwrap();
        for (end, kind) in [
            (End::Closed, io::ErrorKind::UnexpectedEof),
            (End::Reset, io::ErrorKind::ConnectionReset),
        ] {
            let mut stream = TcpStream::connect(proxy.address).await.unwrap();
            assert_eq!(talk(&mut stream).await.unwrap(), 7);
            proxy.sever(end);
            assert_eq!(stream.read_u8().await.unwrap_err().kind(), kind);
        }
        assert_eq!(proxy.carried(), 2);
        proxy.set(Line::Shut);
        let mut refused = TcpStream::connect(proxy.address).await.unwrap();
        assert!(talk(&mut refused).await.is_err());
    }

    #[tokio::test]
    async fn a_stalled_line_holds_back_and_a_deaf_one_loses() {
        let proxy = Proxy::start(echo().await).await.unwrap();
        let mut stream = TcpStream::connect(proxy.address).await.unwrap();
        assert_eq!(talk(&mut stream).await.unwrap(), 7);
        proxy.set(Line::Stalled);
        stream.write_all(&[8]).await.unwrap();
        proxy.set(Line::Open);
        assert_eq!(stream.read_u8().await.unwrap(), 8);
        proxy.set(Line::Deaf);
        stream.write_all(&[9]).await.unwrap();
        proxy.sever(End::Closed);
        assert!(stream.read_u8().await.is_err());
    }
}
