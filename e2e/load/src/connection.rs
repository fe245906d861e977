//! One connection of a load run: requests go out, answers come back in the same order.

use std::collections::VecDeque;
use std::io::{self, Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

use anyhow::bail;

use super::http::{Response, ResponseReader};
use super::workload::Kind;

const CONNECT_MAX: Duration = Duration::from_secs(2);

/// A request that was sent.
#[derive(Debug, Clone, Copy)]
pub struct Sent {
    /// What for.
    pub kind: Kind,
    /// When it was due, since the start of the drive.
    pub due: Duration,
}

/// A connection that never blocks.
#[derive(Debug)]
pub struct Connection {
    stream: TcpStream,
    reader: ResponseReader,
    /// What is to be sent, and how much of it has been.
    out: Vec<u8>,
    written: usize,
    under_way: VecDeque<Sent>,
}

impl Connection {
    /// Connects.
    ///
    /// # Errors
    /// When nobody listens.
    pub fn open(address: SocketAddr) -> io::Result<Self> {
        let stream = TcpStream::connect_timeout(&address, CONNECT_MAX)?;
        stream.set_nodelay(true)?;
        stream.set_nonblocking(true)?;
        Ok(Self {
            stream,
            reader: ResponseReader::default(),
            out: Vec::with_capacity(1_024),
            written: 0,
            under_way: VecDeque::new(),
        })
    }

    /// To be waited for.
    #[must_use]
    pub fn stream(&self) -> &TcpStream {
        &self.stream
    }

    /// Adds a request, which `write` writes. It goes out with the next [`Connection::flush`].
    pub fn add(&mut self, due: Duration, write: impl FnOnce(&mut Vec<u8>) -> Kind) {
        let kind = write(&mut self.out);
        self.under_way.push_back(Sent { kind, due });
    }

    /// Sends as much as the connection takes now; whether that was all.
    ///
    /// # Errors
    /// When the connection is gone.
    pub fn flush(&mut self) -> io::Result<bool> {
        while let Some(rest) = self.out.get(self.written..).filter(|rest| !rest.is_empty()) {
            match self.stream.write(rest) {
                Ok(0) => return Err(io::ErrorKind::WriteZero.into()),
                Ok(count) => self.written += count,
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => return Ok(false),
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
        self.out.clear();
        self.written = 0;
        Ok(true)
    }

    /// Reads what has come, and tells each answer with its request.
    ///
    /// # Errors
    /// When the connection is gone, or what came is no answer.
    pub fn receive(
        &mut self,
        buffer: &mut [u8],
        mut answered: impl FnMut(Sent, &Response),
    ) -> anyhow::Result<()> {
        loop {
            let count = match self.stream.read(buffer) {
                Ok(0) => bail!("closed"),
                Ok(count) => count,
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => return Ok(()),
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                Err(error) => return Err(error.into()),
            };
            let mut rest = buffer.get(..count).unwrap_or_default();
            while !rest.is_empty() {
                let (used, response) = self.reader.read(rest)?;
                rest = rest.get(used..).unwrap_or_default();
                if let Some(response) = response {
                    let Some(sent) = self.under_way.pop_front() else {
                        bail!("an answer that nobody asked for");
                    };
                    answered(sent, &response);
                }
            }
            // A short read has emptied the socket: no need to be told so by another call.
            if count < buffer.len() {
                return Ok(());
            }
        }
    }

    /// How many requests wait for their answer.
    #[must_use]
    pub fn under_way(&self) -> usize {
        self.under_way.len()
    }

    /// Gives up the requests that wait for their answer.
    pub fn abandon(&mut self) -> impl Iterator<Item = Kind> + use<> {
        std::mem::take(&mut self.under_way)
            .into_iter()
            .map(|sent| sent.kind)
    }
}
