//! The runner of a market: computes it at every tick and swaps in the new snapshot.

use std::sync::Arc;
use std::time::Duration;

use domain::{MarketId, Timestamp};
use tokio::sync::watch;
use tokio::task::JoinHandle;
use tokio::time::{Instant, MissedTickBehavior};
use tokio_util::sync::{CancellationToken, DropGuard};

use super::action_log::ActionLog;
use super::counts::MarketCounts;
use super::keeper::{Keeper, LastKnown};
use super::source::Source;
use super::storms::Storms;
use super::{Market, Snapshot};
use crate::clock::Clock;
use crate::retention::CandleFiles;
use crate::store::{Pace, Store, StoreResult};

/// Prices older than this are shown as stale: new ones come every second.
const STALE_AFTER: Duration = Duration::from_secs(5);

/// What a running market needs.
#[derive(Debug)]
pub(super) struct Plan {
    pub(super) id: MarketId,
    pub(super) source: Source,
    pub(super) storms: Arc<Storms>,
    pub(super) pace: Pace,
    /// Where candles of live markets are that have left the database.
    pub(super) files: CandleFiles,
    pub(super) tick: Duration,
    /// Counts the swaps of every market.
    pub(super) all_ticks: watch::Sender<u64>,
    pub(super) counts: MarketCounts,
}

/// A market that runs until it is stopped or dropped.
#[derive(Debug)]
pub(super) struct Running {
    pub(super) market: Arc<Market>,
    /// How its time passes from the next tick on.
    pub(super) pace: watch::Sender<Pace>,
    /// The storms that its host sends.
    pub(super) storms: Arc<Storms>,
    stop: DropGuard,
    task: JoinHandle<()>,
}

impl Running {
    /// Stops the market; resolves once its last quotes are stored.
    pub(super) async fn stop(self) {
        drop(self.stop);
        if let Err(error) = self.task.await {
            tracing::error!(%error, "a market did not end well");
        }
    }
}

/// Runs a market. It has prices when this returns.
///
/// # Errors
/// When the store fails.
pub(super) async fn run(
    store: Arc<dyn Store>,
    clock: Arc<dyn Clock>,
    plan: Plan,
) -> StoreResult<Running> {
    let Plan {
        id,
        mut source,
        storms,
        pace,
        files,
        tick,
        all_ticks,
        counts,
    } = plan;
    let has_gaps = source.has_gaps();
    let known = if has_gaps {
        LastKnown::load(&*store, id).await?
    } else {
        LastKnown::default()
    };
    let at = pace.at(clock.now());
    source.prepare(&*store, at).await?;
    let mut first = source.snapshot(at);
    known.fill(&mut first);
    let mut actions = ActionLog::open(&*store, id, pace, at).await?;
    actions
        .carry(&*store, &source, clock.now(), &mut first)
        .await?;
    first.speed = pace.speed();
    tracing::info!(
        market = %id,
        instruments = source.catalogue().instruments.len(),
        market_time = %at,
        "the market is open"
    );
    let pace = watch::Sender::new(pace);
    let market = Arc::new(Market::with_past(
        first,
        source.past(&store, &files),
        source.live().cloned(),
        pace.subscribe(),
    ));
    market.keep_minute(|| source.index_of(&market.snapshot()));
    market.touch(clock.now());
    let keeper = has_gaps.then(|| Keeper::new(Arc::clone(&store), id, Arc::clone(&market)));
    let ticker = Ticker {
        store,
        clock,
        source,
        pace: pace.subscribe(),
        known,
        actions,
        market: Arc::clone(&market),
        all_ticks,
        counts,
        latest: at,
        shown_at: Instant::now(),
        stale: false,
    };
    let stop = CancellationToken::new();
    let (ticks_until, keeps_until) = (stop.clone(), stop.clone());
    let task = tokio::spawn(async move {
        let keeping = async {
            if let Some(keeper) = keeper {
                keeper.run(keeps_until).await;
            }
        };
        tokio::join!(ticker.run(tick, ticks_until), keeping);
    });
    Ok(Running {
        market,
        pace,
        storms,
        stop: stop.drop_guard(),
        task,
    })
}

/// What a tick works with.
#[derive(Debug)]
struct Ticker {
    store: Arc<dyn Store>,
    clock: Arc<dyn Clock>,
    source: Source,
    pace: watch::Receiver<Pace>,
    known: LastKnown,
    actions: ActionLog,
    market: Arc<Market>,
    all_ticks: watch::Sender<u64>,
    counts: MarketCounts,
    latest: Timestamp,
    /// When `latest` was published, by the monotonic clock.
    shown_at: Instant,
    /// Whether the prices are shown as stale.
    stale: bool,
}

impl Ticker {
    async fn run(mut self, tick: Duration, stop: CancellationToken) {
        let mut ticks = tokio::time::interval(tick);
        // After the machine has been suspended, one tick is enough: it shows the market as it is then.
        ticks.set_missed_tick_behavior(MissedTickBehavior::Skip);
        loop {
            tokio::select! {
                () = stop.cancelled() => break,
                _ = ticks.tick() => {}
            }
            self.tick().await;
        }
    }

    /// Shows the market as it is now. Prices change with the seconds of the market's time, which
    /// never goes back.
    async fn tick(&mut self) {
        let begin = Instant::now();
        let at = self.pace.borrow().at(self.clock.now());
        if at.seconds() <= self.latest.seconds() {
            if self.shown_at.elapsed() >= STALE_AFTER {
                self.show_stale("the market's time stands still");
            }
            return;
        }
        if let Err(error) = self.source.prepare(&*self.store, at).await {
            self.show_stale(&error.to_string());
            return;
        }
        let mut snapshot = self.source.snapshot(at);
        snapshot.speed = self.pace.borrow().speed();
        self.known.fill(&mut snapshot);
        // Prices that reflect an action are shown only once it is registered.
        let now = self.clock.now();
        self.actions.follow(*self.pace.borrow());
        let carried = self
            .actions
            .carry(&*self.store, &self.source, now, &mut snapshot);
        if let Err(error) = carried.await {
            self.show_stale(&error.to_string());
            return;
        }
        self.stale = false;
        self.latest = at;
        self.shown_at = Instant::now();
        self.show(snapshot);
        self.counts.ticked(begin.elapsed());
    }

    fn show(&self, snapshot: Snapshot) {
        self.market.swap(snapshot);
        let market = &self.market;
        market.keep_minute(|| self.source.index_of(&market.snapshot()));
        self.all_ticks
            .send_modify(|ticks| *ticks = ticks.wrapping_add(1));
    }

    /// Marks the last prices as stale, once until there are new ones.
    fn show_stale(&mut self, cause: &str) {
        if self.stale {
            return;
        }
        tracing::warn!(
            cause,
            "the market has no new prices; the last ones are shown"
        );
        self.show(as_stale(&self.market.snapshot()));
        self.stale = true;
    }
}

fn as_stale(snapshot: &Snapshot) -> Snapshot {
    let mut stale = snapshot.clone();
    for quote in stale
        .listings
        .iter_mut()
        .filter_map(|listing| listing.quote.as_mut())
    {
        quote.stale = true;
    }
    stale
}
