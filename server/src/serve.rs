//! A whole server, from its settings to its end.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context;
use tokio::net::{TcpListener, TcpSocket};
use tokio::time::MissedTickBehavior;
use tokio_util::sync::CancellationToken;

use crate::anchors::{self, Keeper};
use crate::app::{App, AppState, OPEN_LEAGUE};
use crate::clock::{self, Clock, ClockWatch};
use crate::config::{Config, DatabaseKind};
use crate::connections::{self, Shares, descriptors};
use crate::engine::Engine;
use crate::feed::Servers;
use crate::jobs::{self, Worker, WorkerTask};
use crate::market::{self, FindMarket, Markets};
use crate::metrics;
use crate::notifications;
use crate::opening::open_store;
use crate::operation::class::{self, ClassArgs};
use crate::retention::CandleFiles;
use crate::router::Front;
use crate::serving::claim;
use crate::store::Store;
use crate::tls::Tls;

/// From one tidying-up to the next.
const TIDY_EVERY: Duration = Duration::from_secs(60);
/// How long live connections may take to go once they are told to.
const LIVE_CLOSE_MAX: Duration = Duration::from_secs(5);
/// How long engine and markets may take to finish what has been accepted.
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
    serve_with(config, listener, shutdown, |_, address| ready(address)).await
}

/// As [`serve`] with a class's settings, and opens a game for it. `tell` gets what its teacher needs.
///
/// # Errors
/// As [`serve`].
pub async fn serve_class(
    mut config: Config,
    args: ClassArgs,
    listener: TcpListener,
    shutdown: impl Future<Output = ()> + Send + 'static,
    tell: impl FnOnce(anyhow::Result<String>) + Send + 'static,
) -> anyhow::Result<()> {
    args.set_up(&mut config);
    serve_with(config, listener, shutdown, |app, _| {
        tokio::spawn(async move { tell(class::open(&app, &args).await) });
    })
    .await
}

async fn serve_with(
    mut config: Config,
    listener: TcpListener,
    shutdown: impl Future<Output = ()> + Send + 'static,
    ready: impl FnOnce(App, SocketAddr) + Send,
) -> anyhow::Result<()> {
    config.check()?;
    // A cookie for https alone, where nothing else is spoken.
    config.session.secure_cookie |= config.tls.is_on();
    warn_of_missing_tls(&config);
    let address = listener
        .local_addr()
        .context("the listener has no address")?;
    let claimed = claim(&config)?;
    let store = open_store(&config).await?;
    let server = claimed.as_ref().and_then(|place| place.server);
    let (shared, ready) = (Arc::clone(&store), |app| ready(app, address));
    let served = run(config, listener, shutdown, shared, server, ready).await;
    store.close().await;
    drop(claimed);
    served
}

fn warn_of_missing_tls(config: &Config) {
    let has_tls = config.tls.is_on() || config.limits.expects_proxy();
    if config.session.secure_cookie && !has_tls {
        tracing::warn!(
            "session.secure_cookie is on and no proxy is trusted: a player who opens this server over \
             http cannot log in, because browsers keep the cookie over https only. Set tls.certificate, or \
             put a proxy with TLS in front and set limits.trusted_proxies (docs/proxy.md), or turn \
             secure_cookie off"
        );
    }
}

async fn run(
    config: Config,
    listener: TcpListener,
    shutdown: impl Future<Output = ()> + Send + 'static,
    store: Arc<dyn Store>,
    server: Option<i64>,
    ready: impl FnOnce(App) + Send,
) -> anyhow::Result<()> {
    let tls = Tls::open(&config.tls)?;
    let system_clock = clock::start(&*store, &config.clock).await?;
    let _watch = ClockWatch::start(Arc::clone(&system_clock));
    let clock: Arc<dyn Clock> = system_clock;
    store.prepare(clock.now()).await?;
    market::settle_first(&*store, &config.market, clock.now()).await?;
    let (store_of_markets, clock_of_markets) = (Arc::clone(&store), Arc::clone(&clock));
    let (how, providers) = (&config.markets, &config.providers);
    let files = CandleFiles::open(&config.data_dir.join("archive"));
    let markets = Markets::open_with(store_of_markets, clock_of_markets, how, providers, files);
    let markets = markets.await?;
    // The markets go on until the last order is decided.
    let stop_markets = CancellationToken::new();
    let markets_task =
        tokio::spawn(Arc::clone(&markets).run(stop_markets.clone().cancelled_owned()));
    let stop_markets = stop_markets.drop_guard();
    start_open_league(&*store, &markets).await?;
    let mut engine = config.engine.clone();
    if config.database_kind() == Some(DatabaseKind::Sqlite) {
        // It writes one batch at a time: with several lanes each batch would only be smaller.
        engine.lanes = 1;
    }
    let finder: Arc<dyn FindMarket> = Arc::clone(&markets) as Arc<dyn FindMarket>;
    let (engine, engine_task) =
        Engine::start(Arc::clone(&store) as _, finder, Arc::clone(&clock), &engine).await?;
    let servers = match config.database_kind() {
        Some(DatabaseKind::Postgres) => Servers::Several,
        _ => Servers::Alone,
    };
    let app = AppState::new(config, clock, store, markets, engine).await?;
    let tidying = tokio::spawn(tidy_up(Arc::clone(&app)));
    let hosting = tokio::spawn(crate::hosting::keep(Arc::clone(&app)));
    let stop_anchors = CancellationToken::new();
    let anchors = keep_anchors(&app, stop_anchors.clone()).await;
    let stop_feed = CancellationToken::new();
    tokio::spawn(app.feed.clone().follow(servers, stop_feed.clone()));
    if let Some(redis) = app.redis.clone() {
        let (publisher, sessions) = (app.engine.publisher().clone(), Arc::clone(&app.sessions));
        tokio::spawn(redis.run(publisher, sessions, stop_feed.clone()));
    }
    let worker = start_worker(&app, server);
    let stop_metrics = CancellationToken::new();
    let metrics = serve_metrics(&app, stop_metrics.clone())?;
    tokio::spawn(notifications::read_outbox(
        Arc::clone(&app),
        stop_feed.clone(),
    ));
    tokio::spawn(notifications::watch_alerts(
        Arc::clone(&app),
        stop_feed.clone(),
    ));

    ready(Arc::clone(&app));
    let stop_tls = CancellationToken::new();
    if let Some(tls) = &tls {
        tokio::spawn(Arc::clone(tls).watch(stop_tls.clone()));
    }
    serve_connections(&app, listener, tls, shutdown).await;
    stop_tls.cancel();

    tidying.abort();
    hosting.abort();
    within(DRAIN_MAX, "a job", worker.shutdown()).await;
    app.boards.close();
    stop_feed.cancel();
    within(DRAIN_MAX, "the engine", engine_task.shutdown()).await;
    stop_anchors.cancel();
    within(DRAIN_MAX, "the last anchor", anchors).await;
    stop_metrics.cancel();
    within(DRAIN_MAX, "the listener of metrics", metrics).await;
    drop(stop_markets);
    within(DRAIN_MAX, "the markets", async {
        markets_task.await.unwrap_or_default()
    })
    .await;
    remember_time(&app).await;
    tracing::info!("stopped");
    Ok(())
}

/// The market that most players want first, so that nobody waits for it and an operator hears at
/// once what is wrong with it.
async fn start_open_league(store: &dyn Store, markets: &Markets) -> anyhow::Result<()> {
    let games = store.list_games().await?;
    let open_league = games.iter().find(|game| game.slug == OPEN_LEAGUE);
    if let Some(game) = open_league {
        markets.find(game.market).await?;
    }
    Ok(())
}

/// Starts to keep anchors, where the data folder can be written; resolves when the last is written.
async fn keep_anchors(
    app: &App,
    stop: CancellationToken,
) -> impl Future<Output = ()> + Send + use<> {
    anchors::tell_if_older(&*app.store, &app.config.data_dir).await;
    let (store, clock) = (Arc::clone(&app.store), Arc::clone(&app.clock));
    let keeper = Keeper::open(&app.config.data_dir, &app.feed, store, clock).await;
    let task = match keeper {
        Ok(keeper) => Some(tokio::spawn(keeper.run(stop))),
        Err(error) => {
            let error = format!("{error:#}");
            tracing::error!(event = "anchors_unavailable", %error, "no anchors are kept");
            None
        }
    };
    async move {
        if let Some(task) = task {
            // A task that panicked has been told of.
            task.await.ok();
        }
    }
}

/// Starts to serve metrics on a listener of their own, where the settings name one; resolves when that
/// has ended.
fn serve_metrics(
    app: &App,
    stop: CancellationToken,
) -> anyhow::Result<impl Future<Output = ()> + Send + use<>> {
    let task = match app.config.metrics.listen {
        Some(address) => {
            let listener = listen(address)
                .with_context(|| format!("metrics.listen: cannot listen on {address}"))?;
            tracing::info!(%address, "metrics are served");
            Some(tokio::spawn(metrics::serve(
                Arc::clone(app),
                listener,
                stop,
            )))
        }
        None => None,
    };
    Ok(async move {
        if let Some(task) = task {
            task.await.unwrap_or_default();
        }
    })
}

/// Serves until `shutdown`, then tells the live connections and finishes the requests under way.
async fn serve_connections(
    app: &App,
    listener: TcpListener,
    tls: Option<Arc<Tls>>,
    shutdown: impl Future<Output = ()> + Send + 'static,
) {
    let stopping = CancellationToken::new();
    let front = Front::new(Arc::clone(app));
    let limits = &app.config.limits;
    let stop = stopping.clone().cancelled_owned();
    let shares = shares(&app.config);
    let room = i64::try_from(shares.max).unwrap_or(i64::MAX);
    app.metrics.connections_max.set(room);
    let connections = connections::serve(listener, tls, front, shares, stop);
    let requests_max = Duration::from_secs(limits.request_timeout_s) + LIVE_CLOSE_MAX;
    let stop = stopping.clone().cancelled_owned();
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
        stopping.cancel();
        within(LIVE_CLOSE_MAX, "a live connection", app.live.closed()).await;
    };
    tokio::join!(requests, end);
}

/// How many connections there may be, within this process's descriptors.
fn shares(config: &Config) -> Shares {
    let limits = &config.limits;
    let databases = match config.database_kind() {
        Some(DatabaseKind::Postgres) => {
            let postgres = &config.postgres;
            let readers = match postgres.replica_url {
                Some(_) => postgres.readers_max.saturating_mul(2),
                None => postgres.readers_max,
            };
            postgres.writers_max.saturating_add(readers) as usize
        }
        Some(DatabaseKind::Sqlite) | None => 0,
    };
    let descriptors = descriptors::raise();
    Shares {
        max: descriptors::connections_max(limits.connections_max, descriptors, databases),
        per_address: limits.connections_per_address,
        shared: limits.shared_addresses.clone(),
        behind_proxy: limits.trust_forwarded_for,
        proxies: limits.trusted_proxies.clone(),
    }
}

async fn within(limit: Duration, what: &str, work: impl Future<Output = ()>) {
    if tokio::time::timeout(limit, work).await.is_err() {
        tracing::warn!(seconds = limit.as_secs(), "{what} did not finish in time");
    }
}

/// Runs the jobs of this server.
fn start_worker(app: &App, server: Option<i64>) -> WorkerTask {
    let days = app.config.jobs.idle_guests_kept_days;
    if days > 0 {
        tracing::info!(
            event = "idle_guests_kept_days",
            days,
            "guests who did nothing are removed after these days without a visit"
        );
    }
    let registry = jobs::registry(&jobs::Parts {
        store: Arc::clone(&app.store),
        markets: Arc::clone(&app.markets) as _,
        archive_dir: app.config.data_dir.join("archive"),
        boards: Some(app.boards.jobs()),
        config: app.config.jobs.clone(),
        engine: Some(app.engine.clone()),
    });
    let registry = jobs::with_progress(registry, app);
    let queue = app.jobs.clone().of_server(server);
    Worker::start(queue, registry, &app.config.jobs)
}

/// Forgets what this server need not remember and reads again what others may have changed.
async fn tidy_up(app: App) {
    let mut ticks = tokio::time::interval(TIDY_EVERY);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        ticks.tick().await;
        app.limits.forget_idle();
        remember_time(&app).await;
        if let Err(error) = app.games.refresh(&*app.store).await {
            tracing::warn!(%error, "the games could not be read again");
        }
    }
}

/// For the next start, which does not go back behind it.
async fn remember_time(app: &App) {
    if let Err(error) = clock::record_latest(&*app.store, app.clock.now()).await {
        tracing::warn!(%error, "the time of the game could not be stored");
    }
}
