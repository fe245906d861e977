//! A whole server, from its settings to its end.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context;
use tokio::net::{TcpListener, TcpSocket};
use tokio::sync::watch;
use tokio::time::MissedTickBehavior;

use crate::app::{App, AppState};
use crate::clock::{Clock, SystemClock};
use crate::config::{Config, DatabaseKind};
use crate::engine::Engine;
use crate::router::Front;
use crate::store::sqlite::SqliteStore;
use crate::store::{Store, StoreResult, sharded};
use crate::{connections, market};

/// From one tidying-up to the next.
const TIDY_EVERY: Duration = Duration::from_secs(60);
/// Expired sessions that are deleted at once, so that no one waits for it.
const EXPIRED_AT_ONCE: u32 = 1_000;
/// How long live connections may take to go once they are told to.
const LIVE_CLOSE_MAX: Duration = Duration::from_secs(5);
/// How long engine and market may take to finish what has been accepted.
const DRAIN_MAX: Duration = Duration::from_secs(20);

/// Connections that may wait to be accepted. A class that arrives at once, or everyone's live
/// connections after a restart, are more than the usual 1,024; whoever finds no room waits a second or
/// three before it tries again. The system's own limit applies, too.
const BACKLOG: u32 = 8_192;

/// Listens at an address.
///
/// # Errors
/// When it is taken, or not this machine's.
pub fn listen(address: SocketAddr) -> std::io::Result<TcpListener> {
    let socket = if address.is_ipv4() {
        TcpSocket::new_v4()?
    } else {
        TcpSocket::new_v6()?
    };
    // A server that starts again takes its address at once.
    #[cfg(unix)]
    socket.set_reuseaddr(true)?;
    socket.bind(address)?;
    socket.listen(BACKLOG)
}

/// Serves a game on `listener` until `shutdown` resolves, then finishes what is under way.
///
/// # Errors
/// When the settings, the database or the market cannot be worked with.
pub async fn serve(
    config: Config,
    listener: TcpListener,
    shutdown: impl Future<Output = ()> + Send + 'static,
) -> anyhow::Result<()> {
    serve_and_tell(config, listener, shutdown, |_| {}).await
}

/// As [`serve`], and tells once when the game can be played, and where.
///
/// # Errors
/// As [`serve`].
pub async fn serve_and_tell(
    config: Config,
    listener: TcpListener,
    shutdown: impl Future<Output = ()> + Send + 'static,
    ready: impl FnOnce(SocketAddr) + Send,
) -> anyhow::Result<()> {
    config.check()?;
    let address = listener
        .local_addr()
        .context("the listener has no address")?;
    let store = open_store(&config).await?;
    let served = run(config, listener, shutdown, Arc::clone(&store), || {
        ready(address)
    })
    .await;
    store.close().await;
    served
}

/// Opens the database of the settings and brings its schema up to date.
///
/// # Errors
/// When it cannot be opened.
pub async fn open_store(config: &Config) -> anyhow::Result<Arc<dyn Store>> {
    let store = open_database(config).await;
    store.with_context(|| {
        let database = config.database_name();
        format!("the database {database} cannot be opened")
    })
}

async fn open_database(config: &Config) -> StoreResult<Arc<dyn Store>> {
    match config.database_kind() {
        Some(DatabaseKind::Postgres) => {
            sharded::open(&config.database_addresses(), &config.postgres).await
        }
        Some(DatabaseKind::Sqlite) | None => {
            Ok(Arc::new(SqliteStore::open(&config.database()).await?))
        }
    }
}

async fn run(
    config: Config,
    listener: TcpListener,
    shutdown: impl Future<Output = ()> + Send + 'static,
    store: Arc<dyn Store>,
    ready: impl FnOnce() + Send,
) -> anyhow::Result<()> {
    let clock: Arc<dyn Clock> = Arc::new(SystemClock);
    store.prepare(clock.now()).await?;
    // The market goes on until the last order is decided.
    let stop_market = watch::Sender::new(false);
    let market_stops = resolves_when(&stop_market);
    let (market, market_task) = market::start(
        Arc::clone(&store),
        Arc::clone(&clock),
        &config.market,
        market_stops,
    )
    .await?;
    let parts = (Arc::clone(&store), Arc::clone(&market), Arc::clone(&clock));
    let mut engine = config.engine.clone();
    if config.database_kind() == Some(DatabaseKind::Sqlite) {
        // It writes one batch at a time: with several lanes each batch would only be smaller.
        engine.lanes = 1;
    }
    let (engine, engine_task) = Engine::start(parts.0, parts.1, parts.2, &engine).await?;
    let app = AppState::new(config, clock, store, market, engine).await?;
    let tidying = tokio::spawn(tidy_up(Arc::clone(&app)));

    ready();
    serve_connections(&app, listener, shutdown).await;

    tidying.abort();
    within(DRAIN_MAX, "the engine", engine_task.shutdown()).await;
    stop_market.send_replace(true);
    within(DRAIN_MAX, "the market", async {
        market_task.await.unwrap_or_default()
    })
    .await;
    tracing::info!("stopped");
    Ok(())
}

/// Serves until `shutdown`, then tells the live connections and finishes the requests under way.
async fn serve_connections(
    app: &App,
    listener: TcpListener,
    shutdown: impl Future<Output = ()> + Send + 'static,
) {
    let stopping = watch::Sender::new(false);
    let front = Front::new(Arc::clone(app));
    let limits = &app.config.limits;
    let (stop, max) = (resolves_when(&stopping), limits.connections_max);
    let connections = connections::serve(listener, front, max, stop);
    let requests_max = Duration::from_secs(limits.request_timeout_s) + LIVE_CLOSE_MAX;
    let stop = resolves_when(&stopping);
    let requests = async {
        tokio::pin!(connections);
        tokio::select! {
            () = &mut connections => return,
            () = stop => {}
        }
        within(requests_max, "a request", connections).await;
    };
    let end = async {
        shutdown.await;
        tracing::info!("stopping");
        app.live.close();
        stopping.send_replace(true);
        within(LIVE_CLOSE_MAX, "a live connection", app.live.closed()).await;
    };
    tokio::join!(requests, end);
}

fn resolves_when(switch: &watch::Sender<bool>) -> impl Future<Output = ()> + Send + use<> {
    let mut switch = switch.subscribe();
    // An error says that whoever could switch is gone, which comes to the same.
    async move {
        switch.wait_for(|on| *on).await.ok();
    }
}

async fn within(limit: Duration, what: &str, work: impl Future<Output = ()>) {
    if tokio::time::timeout(limit, work).await.is_err() {
        tracing::warn!(seconds = limit.as_secs(), "{what} did not finish in time");
    }
}

/// Deletes what has expired and reads again what others may have changed.
async fn tidy_up(app: App) {
    let mut ticks = tokio::time::interval(TIDY_EVERY);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        ticks.tick().await;
        app.limits.forget_idle();
        if let Err(error) = app.games.refresh(&*app.store).await {
            tracing::warn!(%error, "the games could not be read again");
        }
        if let Err(error) = app.store.prepare(app.clock.now()).await {
            tracing::warn!(%error, "the database could not be made ready for the next month");
        }
        match app
            .store
            .delete_expired_sessions(app.clock.now(), EXPIRED_AT_ONCE)
            .await
        {
            Ok(0) => {}
            Ok(count) => tracing::debug!(count, "deleted expired sessions"),
            Err(error) => tracing::warn!(%error, "expired sessions could not be deleted"),
        }
    }
}
