//! Accepts connections: HTTP/1.1 only, a bounded number, each with limits on how slowly it may speak
//! and read.

use std::convert::Infallible;
use std::net::SocketAddr;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use axum::body::Body;
use axum::extract::{ConnectInfo, Request};
use axum::http::{HeaderName, HeaderValue, StatusCode};
use axum::response::Response;
use hyper::body::Incoming;
use hyper::server::conn::http1::Builder;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use prometheus_client::metrics::gauge::Gauge;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, TcpStream};
use tokio::time::Instant;
use tokio_rustls::TlsAcceptor;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::metrics::Metrics;
use crate::router::Front;
use crate::tls::Tls;

pub mod descriptors;
mod patient;
mod places;

use patient::Patient;
use places::{Admission, Place, Places};
pub use places::{PLACES_BESIDES, Shares};

/// How long a client may take for the head of its first request.
const FIRST_HEAD_MAX: Duration = Duration::from_secs(15);
/// How long a connection may be idle between requests, the head of the next one included.
const IDLE_MAX: Duration = Duration::from_secs(60);
/// How long a connection may take to end once it was chosen to make room.
const LEAVE_MAX: Duration = Duration::from_secs(1);
/// How long a connection on a reserved place lives.
const RESERVED_MAX: Duration = Duration::from_secs(5);
/// Bytes of a request's head, and of what is read ahead of its body. It holds a hundred headers, which
/// is hyper's own limit.
const BUFFER_MAX: usize = 32 * 1_024;
/// How a page learns that it was opened over https.
const FORWARDED_PROTO: HeaderName = HeaderName::from_static("x-forwarded-proto");
/// After a failure to accept (too many open files, say) the next try waits.
const PAUSE: Duration = Duration::from_millis(100);

/// Serves what connects until `shutdown` resolves, then finishes the requests that are under way.
pub async fn serve(
    listener: TcpListener,
    tls: Option<Arc<Tls>>,
    front: Front,
    shares: Shares,
    shutdown: impl Future<Output = ()>,
) {
    let places = Arc::new(Places::new(shares));
    let (stopping, tasks) = (CancellationToken::new(), TaskTracker::new());
    let mut shutdown = pin!(shutdown);
    loop {
        let accepted = tokio::select! {
            () = &mut shutdown => break,
            accepted = listener.accept() => accepted,
        };
        match accepted {
            Ok((stream, peer)) => {
                let acceptor = tls.as_ref().map(|tls| tls.acceptor());
                admit(
                    &places,
                    (stream, peer, acceptor),
                    &front,
                    (&tasks, &stopping),
                );
            }
            Err(error) => {
                tracing::warn!(%error, "a connection could not be accepted");
                tokio::time::sleep(PAUSE).await;
            }
        }
    }
    drop(listener);
    stopping.cancel();
    tasks.close();
    tasks.wait().await;
}

/// Serves a connection, or closes it at once where there is no place for it.
fn admit(
    places: &Arc<Places>,
    (stream, peer, tls): (TcpStream, SocketAddr, Option<TlsAcceptor>),
    front: &Front,
    (tasks, stopping): (&TaskTracker, &CancellationToken),
) {
    // Small answers should not wait for each other; it only costs packets when it fails.
    stream.set_nodelay(true).ok();
    let front = front.clone();
    match places.admit(peer.ip()) {
        Admission::Open(place) => {
            let open = Open::begin(front.metrics());
            let secure = tls.is_some();
            let answer = move |mut request: Request| {
                introduce(&mut request, peer, secure);
                let front = front.clone();
                async move { front.answer(request).await }
            };
            let served = greet(stream, tls, place, answer, stopping.clone());
            tasks.spawn(async move {
                served.await;
                drop(open);
            });
        }
        Admission::Reserved(place) => {
            let secure = tls.is_some();
            let answer = move |mut request: Request| {
                introduce(&mut request, peer, secure);
                let front = front.clone();
                async move { front.answer_when_full(request).await }
            };
            let served = greet(stream, tls, place, answer, stopping.clone());
            tasks.spawn(tokio::time::timeout(RESERVED_MAX, served));
        }
        Admission::Refused => {
            front.metrics().connections_refused.inc();
            tracing::debug!(%peer, "no place for a connection");
        }
    }
}

/// A connection that counts as open until this is dropped.
struct Open(Gauge);

impl Open {
    fn begin(metrics: &Metrics) -> Self {
        metrics.connections.inc();
        Self(metrics.connections.clone())
    }
}

impl Drop for Open {
    fn drop(&mut self) {
        self.0.dec();
    }
}

/// Says who sent a request, and that it came through our own TLS, as a proxy would.
fn introduce(request: &mut Request, peer: SocketAddr, secure: bool) {
    request.extensions_mut().insert(ConnectInfo(peer));
    if secure {
        let https = HeaderValue::from_static("https");
        request.headers_mut().insert(FORWARDED_PROTO, https);
    }
}

/// Serves a connection, after the greeting of TLS where that is spoken.
async fn greet<F>(
    stream: TcpStream,
    tls: Option<TlsAcceptor>,
    place: Place,
    answer: impl Fn(Request) -> F + Send + Sync,
    stopping: CancellationToken,
) where
    F: Future<Output = Response> + Send,
{
    let Some(tls) = tls else {
        return serve_one(stream, place, answer, stopping).await;
    };
    match tokio::time::timeout(FIRST_HEAD_MAX, tls.accept(stream)).await {
        Ok(Ok(stream)) => serve_one(stream, place, answer, stopping).await,
        Ok(Err(error)) => tracing::debug!(%error, "a greeting of TLS failed"),
        Err(_) => tracing::debug!("a greeting of TLS took too long"),
    }
}

/// Serves one connection until either side ends it, it stays silent for too long, or its place is
/// needed.
async fn serve_one<S, F>(
    stream: S,
    place: Place,
    answer: impl Fn(Request) -> F + Send + Sync,
    stopping: CancellationToken,
) where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
    F: Future<Output = Response> + Send,
{
    let occupant = place.occupant();
    let service = service_fn(|request: hyper::Request<Incoming>| {
        occupant.begin_request();
        let answering = answer(request.map(Body::new));
        let occupant = &occupant;
        async move {
            let response = answering.await;
            // A WebSocket is in use until it ends.
            if response.status() != StatusCode::SWITCHING_PROTOCOLS {
                occupant.end_request();
            }
            Ok::<_, Infallible>(response)
        }
    });
    let connection = Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(IDLE_MAX)
        .max_buf_size(BUFFER_MAX)
        .serve_connection(TokioIo::new(Patient::new(stream, place)), service)
        .with_upgrades();
    let mut connection = pin!(connection);
    let mut first_head = pin!(tokio::time::sleep(FIRST_HEAD_MAX));
    let mut leaving_at = None;
    let mut stops = false;
    let mut expects_head = true;
    loop {
        let leave = async {
            match leaving_at {
                Some(at) => tokio::time::sleep_until(at).await,
                None => occupant.evicted().await,
            }
        };
        tokio::select! {
            biased;
            ended = connection.as_mut() => {
                if let Err(error) = ended {
                    tracing::debug!(%error, "a connection broke");
                }
                return;
            }
            () = stopping.cancelled(), if !stops => {
                stops = true;
                connection.as_mut().graceful_shutdown();
            }
            () = leave => {
                if leaving_at.is_some() {
                    return;
                }
                leaving_at = Some(Instant::now() + LEAVE_MAX);
                connection.as_mut().graceful_shutdown();
            }
            () = first_head.as_mut(), if expects_head => {
                expects_head = false;
                if !occupant.has_asked() {
                    return;
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::net::IpAddr;

    use tokio::io::{AsyncReadExt, AsyncWriteExt, DuplexStream};
    use tokio::task::JoinHandle;

    use super::*;

    fn connect() -> (DuplexStream, JoinHandle<()>, CancellationToken) {
        let places = Arc::new(Places::new(Shares {
            max: 10,
            per_address: 10,
            ..Shares::default()
        }));
        let Admission::Open(place) = places.admit(IpAddr::from([127, 0, 0, 1])) else {
            panic!("there is a place");
        };
        let (theirs, ours) = tokio::io::duplex(1_024);
        let stopping = CancellationToken::new();
        let answer = |_| async { Response::new(Body::from("hello")) };
        let served = tokio::spawn(serve_one(ours, place, answer, stopping.clone()));
        (theirs, served, stopping)
    }

    // Time passes here whenever everyone waits for it.

    #[tokio::test(start_paused = true)]
    async fn a_client_that_says_nothing_is_disconnected() {
        let (mut client, served, _stopping) = connect();
        let start = Instant::now();
        assert_eq!(client.read(&mut [0; 8]).await.ok(), Some(0));
        served.await.unwrap();
        assert!(start.elapsed() < IDLE_MAX);
    }

    #[tokio::test(start_paused = true)]
    async fn a_client_that_never_finishes_its_first_head_is_disconnected() {
        let (mut client, served, _stopping) = connect();
        client.write_all(b"GET / HTTP/1.1\r\n").await.unwrap();
        assert_eq!(client.read(&mut [0; 8]).await.ok(), Some(0));
        served.await.unwrap();
    }

    #[tokio::test(start_paused = true)]
    async fn an_idle_client_is_disconnected_after_its_answer() {
        let (mut client, served, _stopping) = connect();
        let request = b"GET / HTTP/1.1\r\nhost: x\r\n\r\n";
        client.write_all(request).await.unwrap();
        let mut answer = String::new();
        client.read_to_string(&mut answer).await.unwrap();
        assert!(answer.ends_with("hello"), "{answer}");
        served.await.unwrap();
    }
}
