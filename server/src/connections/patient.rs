//! A stream that gives up a peer that does not read.

use std::io::{Error, ErrorKind, IoSlice, Result};
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::time::{Instant, Sleep};

/// How long a peer may take none of what is being written.
const STALL_MAX: Duration = Duration::from_secs(30);

/// A stream whose writes fail once the peer has taken nothing for [`STALL_MAX`]. It keeps `P` until
/// it is dropped, which is after an upgrade to a WebSocket, too.
#[derive(Debug)]
pub struct Patient<S, P> {
    stream: S,
    stalled: Option<Pin<Box<Sleep>>>,
    _kept: P,
}

impl<S, P> Patient<S, P> {
    pub fn new(stream: S, kept: P) -> Self {
        Self {
            stream,
            stalled: None,
            _kept: kept,
        }
    }

    /// Passes on how a write went, unless nothing has moved for too long.
    fn judge<T>(&mut self, written: Poll<Result<T>>, context: &mut Context<'_>) -> Poll<Result<T>> {
        if written.is_ready() {
            self.stalled = None;
            return written;
        }
        let stalled = self.stalled.get_or_insert_with(|| {
            let deadline = Instant::now() + STALL_MAX;
            Box::pin(tokio::time::sleep_until(deadline))
        });
        stalled.as_mut().poll(context).map(|()| {
            let message = "the client does not read its answer";
            Err(Error::new(ErrorKind::TimedOut, message))
        })
    }
}

impl<S: AsyncRead + Unpin, P: Unpin> AsyncRead for Patient<S, P> {
    fn poll_read(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<Result<()>> {
        Pin::new(&mut self.get_mut().stream).poll_read(context, buffer)
    }
}

impl<S: AsyncWrite + Unpin, P: Unpin> AsyncWrite for Patient<S, P> {
    fn poll_write(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<Result<usize>> {
        let this = self.get_mut();
        let written = Pin::new(&mut this.stream).poll_write(context, bytes);
        this.judge(written, context)
    }

    fn poll_write_vectored(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        slices: &[IoSlice<'_>],
    ) -> Poll<Result<usize>> {
        let this = self.get_mut();
        let written = Pin::new(&mut this.stream).poll_write_vectored(context, slices);
        this.judge(written, context)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Result<()>> {
        Pin::new(&mut self.get_mut().stream).poll_flush(context)
    }

    fn poll_shutdown(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Result<()>> {
        Pin::new(&mut self.get_mut().stream).poll_shutdown(context)
    }
}

#[cfg(test)]
mod tests {
    use tokio::io::{AsyncReadExt, AsyncWriteExt};

    use super::*;

    #[tokio::test(start_paused = true)]
    async fn a_peer_that_reads_nothing_is_given_up() {
        let (ours, _theirs) = tokio::io::duplex(16);
        let mut stream = Patient::new(ours, ());
        let failed = stream.write_all(&[0; 1_000]).await.unwrap_err();
        assert_eq!(failed.kind(), ErrorKind::TimedOut);
    }

    #[tokio::test(start_paused = true)]
    async fn a_peer_that_reads_slowly_is_served() {
        let (ours, mut theirs) = tokio::io::duplex(16);
        let reading = tokio::spawn(async move {
            let mut taken = 0;
            let mut buffer = [0; 16];
            while taken < 1_000 {
                tokio::time::advance(STALL_MAX / 2).await;
                taken += theirs.read(&mut buffer).await.unwrap();
            }
        });
        let mut stream = Patient::new(ours, ());
        stream.write_all(&[0; 1_000]).await.unwrap();
        reading.await.unwrap();
    }
}
