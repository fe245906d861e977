//! The air between a phone and a school's access point: whatever crosses it takes a while, and what is
//! lost in it arrives late, because TCP sends it again.

use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::ops::Range;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use rand::rngs::StdRng;
use rand::{RngExt as _, SeedableRng as _};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::tcp::{ReadHalf, WriteHalf};
use tokio::net::{TcpListener, TcpSocket, TcpStream};
use tokio::sync::mpsc;
use tokio::task::{JoinHandle, JoinSet};
use tokio::time::{Instant, sleep, sleep_until};

/// Bytes that cross together.
const CHUNK: usize = 16 * 1024;
/// Pieces that may be on their way in one direction.
const ON_THE_WAY: usize = 64;
/// Milliseconds that a piece takes in one direction.
pub const DELAY_MS: Range<u64> = 5..81;
/// The part of the pieces that are lost at first.
pub const LOST: f64 = 0.02;
/// Milliseconds until such a piece has been sent again.
pub const AGAIN_MS: Range<u64> = 200..1_001;

/// A piece of data, and when it arrives.
type Piece = (Instant, Vec<u8>);

/// Carries the conversations of one phone until this is dropped.
#[derive(Debug)]
pub struct Air {
    address: SocketAddr,
    late: Arc<AtomicUsize>,
    listening: JoinHandle<()>,
}

impl Air {
    /// Listens on a free port for a phone that talks to `laptop` and has the address `phone` there.
    ///
    /// # Errors
    /// When it cannot listen.
    pub async fn start(phone: Ipv4Addr, laptop: SocketAddr, seed: u64) -> io::Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
        let address = listener.local_addr()?;
        let late = Arc::new(AtomicUsize::new(0));
        let way = Way {
            phone,
            laptop,
            late: late.clone(),
        };
        Ok(Self {
            address,
            late,
            listening: tokio::spawn(listen(listener, way, seed)),
        })
    }

    /// Where the phone's side of it is.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Pieces that were lost at first.
    #[must_use]
    pub fn late(&self) -> usize {
        self.late.load(Ordering::Relaxed)
    }
}

impl Drop for Air {
    fn drop(&mut self) {
        self.listening.abort();
    }
}

/// Between which two the air is.
#[derive(Debug, Clone)]
struct Way {
    phone: Ipv4Addr,
    laptop: SocketAddr,
    late: Arc<AtomicUsize>,
}

/// Conversations are tasks of this one, and end with it.
async fn listen(listener: TcpListener, way: Way, seed: u64) {
    let mut random = StdRng::seed_from_u64(seed);
    let mut conversations = JoinSet::new();
    loop {
        tokio::select! {
            Some(_) = conversations.join_next() => {}
            accepted = listener.accept() => {
                // An error is one of the conversation that was not begun.
                let Ok((phone, _)) = accepted else { continue };
                let seeds = (random.random_range(0..u64::MAX), random.random_range(0..u64::MAX));
                conversations.spawn(converse(phone, way.clone(), seeds));
            }
        }
    }
}

async fn converse(mut phone: TcpStream, way: Way, (up, down): (u64, u64)) {
    let mut random = StdRng::seed_from_u64(up);
    // A connection is made by a question and an answer, which cross the air, too.
    sleep(way.crossing(&mut random) + way.crossing(&mut random)).await;
    // Dropped, the phone is told that nobody is there.
    let Ok(mut laptop) = way.connect().await else {
        return;
    };
    if phone.set_nodelay(true).is_err() || laptop.set_nodelay(true).is_err() {
        return;
    }
    let (from_phone, to_phone) = phone.split();
    let (from_laptop, to_laptop) = laptop.split();
    tokio::select! {
        () = way.carry(from_phone, to_laptop, random) => {}
        () = way.carry(from_laptop, to_phone, StdRng::seed_from_u64(down)) => {}
    }
}

impl Way {
    /// From the phone's own address: the laptop counts what each address does.
    async fn connect(&self) -> io::Result<TcpStream> {
        let socket = TcpSocket::new_v4()?;
        socket.bind(SocketAddr::from((self.phone, 0)))?;
        socket.connect(self.laptop).await
    }

    /// How long the next piece takes.
    fn crossing(&self, random: &mut StdRng) -> Duration {
        let mut ms = random.random_range(DELAY_MS);
        if random.random_bool(LOST) {
            self.late.fetch_add(1, Ordering::Relaxed);
            ms += random.random_range(AGAIN_MS);
        }
        Duration::from_millis(ms)
    }

    /// Carries one direction until a side ends it. What is on its way when it is torn is lost.
    async fn carry(&self, from: ReadHalf<'_>, to: WriteHalf<'_>, random: StdRng) {
        let (send, pieces) = mpsc::channel(ON_THE_WAY);
        // An error is the end as well as an end is.
        let _ = tokio::try_join!(self.leave(from, send, random), arrive(to, pieces));
    }

    async fn leave(
        &self,
        mut from: ReadHalf<'_>,
        send: mpsc::Sender<Piece>,
        mut random: StdRng,
    ) -> io::Result<()> {
        let mut chunk = vec![0; CHUNK];
        let mut last = Instant::now();
        loop {
            let read = from.read(&mut chunk).await?;
            let bytes = chunk.get(..read).unwrap_or_default();
            if bytes.is_empty() {
                return Ok(());
            }
            // What comes later arrives later: all behind a lost piece waits for it.
            last = last.max(Instant::now() + self.crossing(&mut random));
            let sent = send.send((last, bytes.to_vec())).await;
            sent.map_err(|_| io::Error::from(io::ErrorKind::BrokenPipe))?;
        }
    }
}

async fn arrive(mut to: WriteHalf<'_>, mut pieces: mpsc::Receiver<Piece>) -> io::Result<()> {
    while let Some((due, bytes)) = pieces.recv().await {
        sleep_until(due).await;
        to.write_all(&bytes).await?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn what_crosses_takes_a_while_and_arrives_whole_and_in_order() {
        let laptop = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
        let phone = Ipv4Addr::new(127, 1, 0, 7);
        let to = laptop.local_addr().unwrap();
        let air = Air::start(phone, to, 1).await.unwrap();
        let begin = Instant::now();
        let mut stream = TcpStream::connect(air.address()).await.unwrap();
        let (mut heard, from) = laptop.accept().await.unwrap();
        assert_eq!(from.ip(), phone);
        let said: Vec<u8> = (0..=u8::MAX).cycle().take(5 * CHUNK).collect();
        stream.write_all(&said).await.unwrap();
        drop(stream);
        let mut arrived = Vec::new();
        heard.read_to_end(&mut arrived).await.unwrap();
        assert_eq!(arrived, said);
        assert!(begin.elapsed() >= Duration::from_millis(3 * DELAY_MS.start));
    }
}
