//! One client of live prices: it listens, and answers pings.

use std::io::{self, Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

use anyhow::{bail, ensure};

use super::frames::{FrameReader, Kind, Piece};
use super::tally::{START, Tally};
use crate::http::end_of_head;

const CONNECT_MAX: Duration = Duration::from_secs(2);
/// Where the server tells the prices of the open league's market.
const PATH: &str = "/api/v1/games/open/live";
const HEAD_MAX: usize = 32 * 1_024;
const UPGRADED: &[u8] = b"HTTP/1.1 101 ";
/// An answer to a ping that says nothing, masked with zeros.
const PONG: [u8; 6] = [0x8A, 0x80, 0, 0, 0, 0];

/// A connection that never blocks.
#[derive(Debug)]
pub struct Client {
    stream: TcpStream,
    /// The head of the answer to the request, until all of it has come.
    head: Option<Vec<u8>>,
    frames: FrameReader,
    /// The beginning of the message that is coming.
    start: Vec<u8>,
    /// The message that is coming, where somebody is to read it.
    text: Option<Vec<u8>>,
    is_open: bool,
}

impl Client {
    /// Connects and asks for prices.
    ///
    /// # Errors
    /// When nobody listens.
    pub fn open(address: SocketAddr) -> io::Result<Self> {
        let mut stream = TcpStream::connect_timeout(&address, CONNECT_MAX)?;
        stream.set_nodelay(true)?;
        let request = format!(
            "GET {PATH} HTTP/1.1\r\nHost: {address}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\
             Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
        );
        stream.write_all(request.as_bytes())?;
        stream.set_nonblocking(true)?;
        Ok(Self {
            stream,
            head: Some(Vec::new()),
            frames: FrameReader::default(),
            start: Vec::with_capacity(START),
            text: None,
            is_open: false,
        })
    }

    /// To be waited for.
    #[must_use]
    pub fn stream(&self) -> &TcpStream {
        &self.stream
    }

    /// Whether it has been told anything.
    #[must_use]
    pub fn is_open(&self) -> bool {
        self.is_open
    }

    /// Reads what has come.
    ///
    /// # Errors
    /// When the connection is gone, or what came is not what servers send.
    pub fn receive(&mut self, buffer: &mut [u8], tally: &mut Tally) -> anyhow::Result<()> {
        loop {
            let count = match self.stream.read(buffer) {
                Ok(0) => bail!("closed"),
                Ok(count) => count,
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => return Ok(()),
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                Err(error) => return Err(error.into()),
            };
            let mut rest = self.greet(buffer.get(..count).unwrap_or_default())?;
            while !rest.is_empty() {
                let (used, piece) = self.frames.read(rest)?;
                rest = rest.get(used..).unwrap_or_default();
                if let Some(piece) = piece {
                    self.take(&piece, tally)?;
                }
            }
            // A short read has emptied the socket: no need to be told so by another call.
            if count < buffer.len() {
                return Ok(());
            }
        }
    }

    /// Reads the answer to the request, if that has not come yet; what comes after it.
    fn greet<'a>(&mut self, bytes: &'a [u8]) -> anyhow::Result<&'a [u8]> {
        let Some(head) = &mut self.head else {
            return Ok(bytes);
        };
        let known = head.len();
        head.extend_from_slice(bytes);
        let Some(end) = end_of_head(head) else {
            ensure!(known <= HEAD_MAX, "a head of more than {HEAD_MAX} bytes");
            return Ok(&[]);
        };
        if !head.starts_with(UPGRADED) {
            let answer = String::from_utf8_lossy(head);
            bail!("refused: {}", answer.lines().next().unwrap_or_default());
        }
        self.head = None;
        Ok(bytes.get(end.saturating_sub(known)..).unwrap_or_default())
    }

    fn take(&mut self, piece: &Piece<'_>, tally: &mut Tally) -> anyhow::Result<()> {
        if piece.begins {
            self.start.clear();
            self.text = None;
        }
        let missing = START.saturating_sub(self.start.len());
        let start = piece.bytes.get(..missing).unwrap_or(piece.bytes);
        self.start.extend_from_slice(start);
        if piece.kind == Kind::Text {
            if piece.begins && tally.wants(&self.start, piece.length) {
                self.text = Some(Vec::with_capacity(piece.length));
            }
            if let Some(text) = &mut self.text {
                text.extend_from_slice(piece.bytes);
            }
        }
        if !piece.ends {
            return Ok(());
        }
        match piece.kind {
            Kind::Text => {
                tally.hear(&self.start, piece.length, self.text.take());
                self.is_open = true;
            }
            Kind::Ping => {
                ensure!(piece.length == 0, "a ping that says something");
                self.stream.write_all(&PONG)?;
            }
            Kind::Close => {
                // Behind a code of two bytes.
                let why = self.start.get(2..).unwrap_or_default();
                bail!("closed: {}", String::from_utf8_lossy(why));
            }
            Kind::Other => {}
        }
        Ok(())
    }
}
