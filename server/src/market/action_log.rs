//! The corporate actions of a running market: registered in the store before prices reflect them, so
//! that every holder gets them, whichever server is running then.

use std::sync::Arc;
use std::time::Duration;

use domain::{Day, MarketId, Timestamp};
use tokio::time::Instant;

use super::Snapshot;
use super::source::Source;
use crate::store::{MarketAction, Pace, Store, StoreResult};

/// Maximum open actions that a snapshot carries.
const OPEN_MAX: u32 = 10_000;
/// Interval between checks of the open actions while there are any.
const LOOK_EVERY: Duration = Duration::from_secs(2);
/// Real seconds by which actions are registered in advance, so that no server meets one unprepared.
const AHEAD_S: u32 = 10;
/// Maximum days in advance: a source knows no more.
const AHEAD_DAYS_MAX: i32 = 60;
const DAY_S: u32 = 86_400;

/// What a market knows about its actions.
#[derive(Debug)]
pub(super) struct ActionLog {
    market: MarketId,
    pace: Pace,
    /// The latest day whose actions are registered.
    until: Day,
    open: Arc<[MarketAction]>,
    looked_at: Instant,
}

impl ActionLog {
    /// The log of a market that starts at a market time. Before its first start, nobody held anything.
    pub(super) async fn open(
        store: &dyn Store,
        market: MarketId,
        pace: Pace,
        at: Timestamp,
    ) -> StoreResult<Self> {
        let stored = store.find_variable(&variable(market)).await?;
        let stored = stored.and_then(|number| number.parse().ok());
        let until = stored.map_or(at.day(), Day::from_number);
        Ok(Self {
            market,
            pace,
            // Upcoming actions are registered again, because the pace may have changed.
            until: until.min(at.day()),
            open: store.list_open_actions(market, OPEN_MAX).await?.into(),
            looked_at: Instant::now(),
        })
    }

    /// Changes the pace. What was registered in advance now comes at a different instant and is registered
    /// again.
    pub(super) fn follow(&mut self, pace: Pace) {
        if pace != self.pace {
            self.until = self.until.plus_days(-days_ahead(self.pace));
            self.pace = pace;
        }
    }

    /// Registers what comes until shortly after a market time for which the source is prepared, and adds
    /// it to the snapshot of that time.
    pub(super) async fn carry(
        &mut self,
        store: &dyn Store,
        source: &Source,
        now: Timestamp,
        snapshot: &mut Snapshot,
    ) -> StoreResult<()> {
        let horizon = snapshot.at.day().plus_days(days_ahead(self.pace));
        if horizon > self.until {
            let coming = source.actions(self.until.plus_days(1), horizon);
            let registered = |(action, price): (crate::store::InstrumentAction, domain::Price)| {
                MarketAction {
                    market: self.market,
                    instrument: action.instrument,
                    dated: action.dated,
                    price,
                    // A late action takes effect now, because its old price was traded until now.
                    effective_at: self.pace.real_time_of(action.dated.day.start()).max(now),
                }
            };
            let coming: Vec<MarketAction> = coming.into_iter().map(registered).collect();
            if !coming.is_empty() {
                store.register_actions(&coming, now).await?;
            }
            let number = horizon.number().to_string();
            store
                .store_variable(&variable(self.market), &number)
                .await?;
            self.until = horizon;
            self.look(store).await?;
        } else if !self.open.is_empty() && self.looked_at.elapsed() >= LOOK_EVERY {
            self.look(store).await?;
        }
        snapshot.actions = Arc::clone(&self.open);
        Ok(())
    }

    async fn look(&mut self, store: &dyn Store) -> StoreResult<()> {
        self.open = store.list_open_actions(self.market, OPEN_MAX).await?.into();
        self.looked_at = Instant::now();
        Ok(())
    }
}

/// Days by which actions are registered in advance.
fn days_ahead(pace: Pace) -> i32 {
    let days = pace.speed().saturating_mul(AHEAD_S) / DAY_S;
    i32::try_from(days)
        .unwrap_or(i32::MAX)
        .clamp(1, AHEAD_DAYS_MAX)
}

fn variable(market: MarketId) -> String {
    format!("actions_until_{market}")
}
