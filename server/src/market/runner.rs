//! The market's runner: computes the market at every tick and swaps the snapshot.

use std::sync::Arc;
use std::time::Duration;

use domain::Timestamp;
use tokio::sync::watch;
use tokio::task::JoinHandle;
use tokio::time::MissedTickBehavior;

use super::keeper::{Keeper, LastKnown};
use super::source::Source;
use super::{Market, Snapshot};
use crate::clock::Clock;
use crate::config::MarketConfig;
use crate::store::Store;

/// Opens the market that the settings name and runs it until `shutdown` resolves. It has prices
/// when this returns, and a new simulated market its history. The handle ends when the last
/// quotes are stored.
///
/// # Errors
/// When the store fails, or a replay has nothing to replay.
pub async fn start(
    store: Arc<dyn Store>,
    clock: Arc<dyn Clock>,
    config: &MarketConfig,
    shutdown: impl Future<Output = ()> + Send + 'static,
) -> anyhow::Result<(Arc<Market>, JoinHandle<()>)> {
    let mut source = Source::open(&*store, &*clock, config).await?;
    let known = LastKnown::load(&*store, source.kind()).await?;
    let at = source.time_at(clock.now());
    source.prepare(&*store, at).await?;
    let days = match &source {
        Source::Simulated(simulated) => {
            let mut days = simulated.days(&*store, at.day()).await?;
            let stored = days.store_until(&*store, at.day()).await?;
            tracing::info!(days = stored, "the simulated market has its history");
            Some(days)
        }
        Source::Replay(_) => None,
    };
    let mut first = source.snapshot(at);
    known.fill(&mut first);
    tracing::info!(
        source = source.kind().as_str(),
        instruments = source.catalogue().instruments.len(),
        market_time = %at,
        "the market is open"
    );
    let market = Arc::new(Market::new(first));
    let keeper = Keeper::new(Arc::clone(&store), Arc::clone(&market), days);
    let ticker = Ticker {
        store,
        clock,
        source,
        known,
        market: Arc::clone(&market),
        latest: at,
        failing: false,
    };
    let tick = Duration::from_millis(config.tick_ms.max(1));
    let task = tokio::spawn(async move {
        let stop = watch::Sender::new(false);
        let ring = async {
            shutdown.await;
            stop.send_replace(true);
        };
        tokio::join!(
            ring,
            ticker.run(tick, stop.subscribe()),
            keeper.run(stop.subscribe())
        );
    });
    Ok((market, task))
}

/// Resolves when the market is to stop.
pub(super) async fn stopped(stop: &mut watch::Receiver<bool>) {
    // The sender lives as long as those who listen.
    stop.wait_for(|stop| *stop).await.ok();
}

/// What a tick works with.
#[derive(Debug)]
struct Ticker {
    store: Arc<dyn Store>,
    clock: Arc<dyn Clock>,
    source: Source,
    known: LastKnown,
    market: Arc<Market>,
    latest: Timestamp,
    failing: bool,
}

impl Ticker {
    async fn run(mut self, tick: Duration, mut stop: watch::Receiver<bool>) {
        let mut ticks = tokio::time::interval(tick);
        // After a pause of the machine one tick is enough: it shows the market as it is then.
        ticks.set_missed_tick_behavior(MissedTickBehavior::Skip);
        loop {
            tokio::select! {
                () = stopped(&mut stop) => break,
                _ = ticks.tick() => {}
            }
            self.tick().await;
        }
    }

    /// Shows the market as it is now. Prices change with the seconds of the market's time, which
    /// never goes back.
    async fn tick(&mut self) {
        let at = self.source.time_at(self.clock.now());
        if at.seconds() <= self.latest.seconds() {
            return;
        }
        if let Err(error) = self.source.prepare(&*self.store, at).await {
            if !self.failing {
                tracing::warn!(%error, "the market has no new prices; the last ones are shown");
                self.market.swap(as_stale(&self.market.snapshot()));
            }
            self.failing = true;
            return;
        }
        self.failing = false;
        self.latest = at;
        let mut snapshot = self.source.snapshot(at);
        self.known.fill(&mut snapshot);
        self.market.swap(snapshot);
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
