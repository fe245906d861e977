//! Accepts connections: so many at a time, each with a limit on how slowly it may speak.

use std::convert::Infallible;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::body::Body;
use axum::extract::ConnectInfo;
use axum::http::Request;
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use hyper_util::server::conn::auto::Builder;
use hyper_util::server::graceful::GracefulShutdown;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Semaphore;

use crate::router::Front;

/// A connection that has not sent the head of its next request in this time is closed.
const HEAD_MAX: Duration = Duration::from_secs(60);
/// After a failure to accept (too many open files, say) the next try waits.
const PAUSE: Duration = Duration::from_millis(100);

/// Serves what connects until `shutdown` resolves, then finishes the requests that are under way.
pub async fn serve(
    listener: TcpListener,
    front: Front,
    max: usize,
    shutdown: impl Future<Output = ()>,
) {
    let slots = Arc::new(Semaphore::new(max));
    let graceful = GracefulShutdown::new();
    tokio::pin!(shutdown);
    loop {
        let accepted = async {
            // The semaphore is never closed.
            let slot = Arc::clone(&slots).acquire_owned().await.ok();
            (slot, listener.accept().await)
        };
        let (slot, accepted) = tokio::select! {
            () = &mut shutdown => break,
            accepted = accepted => accepted,
        };
        match accepted {
            Ok((stream, peer)) => {
                let connection = serve_one(stream, peer, front.clone(), &graceful);
                tokio::spawn(async move {
                    connection.await;
                    drop(slot);
                });
            }
            Err(error) => {
                tracing::warn!(%error, "a connection could not be accepted");
                tokio::time::sleep(PAUSE).await;
            }
        }
    }
    drop(listener);
    graceful.shutdown().await;
}

fn serve_one(
    stream: TcpStream,
    peer: SocketAddr,
    front: Front,
    graceful: &GracefulShutdown,
) -> impl Future<Output = ()> + use<> {
    // Small answers should not wait for each other; it only costs packets when it fails.
    stream.set_nodelay(true).ok();
    let front = Arc::new(front);
    let service = service_fn(move |request: Request<Incoming>| {
        let mut request = request.map(Body::new);
        request.extensions_mut().insert(ConnectInfo(peer));
        let front = Arc::clone(&front);
        async move { Ok::<_, Infallible>(front.answer(request).await) }
    });
    let mut builder = Builder::new(TokioExecutor::new());
    builder
        .http1()
        .timer(TokioTimer::new())
        .header_read_timeout(HEAD_MAX);
    let connection = builder.serve_connection_with_upgrades(TokioIo::new(stream), service);
    let watched = graceful.watch(connection.into_owned());
    async move {
        if let Err(error) = watched.await {
            tracing::debug!(%error, "a connection broke");
        }
    }
}
