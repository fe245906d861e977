//! Watches prices for the alerts that players have set.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use domain::GameId;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use super::alert_book::{AlertBook, Step, step};
use super::{Happened, Subject, address, announce};
use crate::app::{App, Game};
use crate::market::FindMarket;
use crate::store::{AlertRecord, StoreResult};

/// Longest pause without a new price, because new alerts may have been set.
const PAUSE: Duration = Duration::from_secs(1);
/// Interval between checks for other servers' alerts.
const LOOK_EVERY: Duration = Duration::from_secs(15);
/// Alerts read per query.
const PAGE: u32 = 1_000;

/// The open alerts of all players, shared by the handlers that set them and the watcher. Cheap to clone.
#[derive(Debug, Clone, Default)]
pub struct Alerts(Arc<Mutex<AlertBook>>);

impl Alerts {
    /// Adds an alert that was just set.
    pub fn put(&self, alert: AlertRecord) {
        self.lock().put(alert);
    }

    fn lock(&self) -> MutexGuard<'_, AlertBook> {
        // The book is consistent after every change.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Watches until `closing`.
pub async fn watch(app: App, closing: CancellationToken) {
    let mut ticks = app.markets.ticks();
    let mut watcher = Watcher {
        app,
        seen: HashMap::new(),
    };
    let mut looked_at: Option<Instant> = None;
    loop {
        if looked_at.is_none_or(|at| at.elapsed() >= LOOK_EVERY) {
            match watcher.load().await {
                Ok(()) => looked_at = Some(Instant::now()),
                Err(error) => tracing::warn!(%error, "price alerts cannot be read; will retry"),
            }
        }
        watcher.look().await;
        tokio::select! {
            biased;
            () = closing.cancelled() => return,
            // Without a market, there are no more prices.
            ticked = ticks.changed() => if ticked.is_err() {
                tokio::time::sleep(PAUSE).await;
            },
            () = tokio::time::sleep(PAUSE) => {}
        }
    }
}

struct Watcher {
    app: App,
    /// The tick of each game's market that has been checked, with the alerts at the time.
    seen: HashMap<GameId, (u64, usize)>,
}

impl Watcher {
    async fn load(&mut self) -> StoreResult<()> {
        let mut all: Vec<AlertRecord> = Vec::new();
        loop {
            let after = all.last().map(|alert| (alert.player, alert.id));
            let page = self.app.store.list_open_alerts(after, PAGE).await?;
            if page.is_empty() {
                break;
            }
            all.extend(page);
        }
        self.app.alerts.lock().replace(all);
        Ok(())
    }

    async fn look(&mut self) {
        let waited = self.app.alerts.lock().games();
        if waited.is_empty() {
            return;
        }
        let games = self.app.games.all();
        for game in games.iter().filter(|game| waited.contains(&game.record.id)) {
            let now = self.app.clock.now();
            if game.rules.closes_at.is_none_or(|closes_at| closes_at > now) {
                self.look_at(game).await;
            }
        }
    }

    async fn look_at(&mut self, game: &Game) {
        let id = game.record.id;
        // An alert counts as use of its market, which does not stop while one is waiting.
        let Ok(market) = self.app.market_of(game).await else {
            return;
        };
        let tick = market.ticked();
        let (steps, count) = {
            let book = self.app.alerts.lock();
            let count = book.of_game(id).count();
            if self.seen.get(&id) == Some(&(tick, count)) {
                return;
            }
            let snapshot = market.snapshot();
            let now = self.app.clock.now();
            let steps: Vec<(AlertRecord, Step)> = book
                .of_game(id)
                .filter_map(|alert| {
                    let quote = snapshot.quote(alert.instrument)?;
                    Some((alert.clone(), step(alert, quote.price, now)?))
                })
                .collect();
            (steps, count)
        };
        self.seen.insert(id, (tick, count));
        for (before, step) in steps {
            let price = market
                .snapshot()
                .quote(before.instrument)
                .map(|quote| quote.price);
            match self.take(&before, &step, price).await {
                Ok(()) => {}
                Err(error) => {
                    tracing::warn!(%error, "a price alert could not be told; will retry");
                    self.seen.remove(&id);
                }
            }
        }
    }

    async fn take(
        &self,
        before: &AlertRecord,
        step: &Step,
        price: Option<domain::Price>,
    ) -> StoreResult<()> {
        let happened = self.happened(before, step, price);
        let told = match &happened {
            Some(happened) if step.tells => address(&self.app, happened).await?,
            _ => None,
        };
        let moved = self
            .app
            .store
            .move_alert(before, &step.after, told.as_ref());
        if moved.await? {
            self.app.alerts.lock().put(step.after.clone());
            announce(&self.app, told.iter().map(|told| told.player)).await;
        } else {
            // Its player has deleted it, or another server has fired it.
            self.app.alerts.lock().remove(before);
        }
        Ok(())
    }

    /// The notification. `None` for an instrument that no longer exists.
    fn happened(
        &self,
        alert: &AlertRecord,
        step: &Step,
        price: Option<domain::Price>,
    ) -> Option<Happened> {
        let symbol = self.app.symbol(alert.instrument)?;
        Some(Happened {
            player: alert.player,
            cause: format!("alert:{}:{}", alert.id, step.after.times),
            subject: Subject::PriceAlert {
                game: alert.game,
                symbol,
                side: alert.side,
                line: alert.price,
                price: price.unwrap_or(alert.price),
            },
            at: step.after.told_at.unwrap_or_else(|| self.app.clock.now()),
        })
    }
}
