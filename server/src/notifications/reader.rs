//! Turns the outbox of all lanes into notifications.
//!
//! The position of a lane moves in the transaction that writes its batches' notifications, so a server
//! killed at any point continues where it stopped. Batches without notifications move the position in
//! memory only; it is written with the next notification, or after a while.

use std::collections::HashMap;
use std::time::Duration;

use domain::Fact;
use tokio::time::{Instant, MissedTickBehavior};
use tokio_util::sync::CancellationToken;

use super::outcomes::{Found, found_in, order_cause};
use super::{Happened, Subject, address, announce, investments, readable};
use crate::app::App;
use crate::store::{LanePosition, NewNotification, Outcomes, StoreResult};

/// Interval between polls.
const LOOK_EVERY: Duration = Duration::from_millis(500);
/// Batches read per query.
const PAGE: u32 = 256;
/// A moved position is written after this long, so that little is reread after a restart.
const WRITE_AFTER: Duration = Duration::from_secs(10);

/// How far a lane has been read.
#[derive(Debug, Clone, Copy)]
struct Place {
    /// What the database says.
    written: i64,
    /// What has been processed.
    read: i64,
    /// Since when the two differ.
    since: Instant,
}

/// Reads the outbox until `closing`.
pub async fn keep(app: App, closing: CancellationToken) {
    let mut reader = Reader {
        app,
        lanes: HashMap::new(),
    };
    let mut looks = tokio::time::interval(LOOK_EVERY);
    looks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        tokio::select! {
            () = closing.cancelled() => return,
            _ = looks.tick() => {}
        }
        if let Err(error) = reader.look().await {
            tracing::warn!(%error, "the outbox cannot be read for notifications; will retry");
            // Only the database knows what was written.
            reader.lanes.clear();
        }
    }
}

struct Reader {
    app: App,
    lanes: HashMap<i64, Place>,
}

impl Reader {
    async fn look(&mut self) -> StoreResult<()> {
        let lanes = self.app.store.list_lanes().await?;
        self.lanes.retain(|lane, _| lanes.contains(lane));
        if lanes.iter().any(|lane| !self.lanes.contains_key(lane)) {
            self.load(&lanes).await?;
        }
        for lane in lanes {
            while self.read_page(lane).await? {}
        }
        Ok(())
    }

    async fn load(&mut self, lanes: &[i64]) -> StoreResult<()> {
        let positions = self.app.store.list_notification_positions().await?;
        for lane in lanes {
            let position = positions.iter().find(|position| position.lane == *lane);
            let seq = position.map_or(0, |position| position.seq);
            let place = self.lanes.entry(*lane).or_insert(Place {
                written: seq,
                read: seq,
                since: Instant::now(),
            });
            if place.written != seq {
                // Another server has written it.
                place.written = seq;
                place.read = place.read.max(seq);
            }
        }
        Ok(())
    }

    /// Reads the next batches of a lane. Returns whether there may be more.
    async fn read_page(&mut self, lane: i64) -> StoreResult<bool> {
        let Some(place) = self.lanes.get(&lane).copied() else {
            return Ok(false);
        };
        let page = self.app.store.list_outcomes(lane, place.read, PAGE).await?;
        let to = page.last().map_or(place.read, |batch| batch.seq);
        let new = self.notifications(&page).await?;
        let is_stale = to > place.written && place.since.elapsed() >= WRITE_AFTER;
        if new.is_empty() && !is_stale {
            self.moved(lane, to);
            return Ok(!page.is_empty());
        }
        let read = LanePosition {
            lane,
            seq: place.written,
        };
        if self.app.store.advance_notifications(read, to, &new).await? {
            self.lanes.insert(
                lane,
                Place {
                    written: to,
                    read: to,
                    since: Instant::now(),
                },
            );
        } else {
            // Another server has written this, perhaps without notifying this server's connections.
            self.lanes.remove(&lane);
            self.load(&[lane]).await?;
        }
        announce(&self.app, new.iter().map(|one| one.player)).await;
        Ok(!page.is_empty())
    }

    fn moved(&mut self, lane: i64, to: i64) {
        if let Some(place) = self.lanes.get_mut(&lane) {
            if place.read == place.written {
                place.since = Instant::now();
            }
            place.read = to;
        }
    }

    async fn notifications(&self, page: &[Outcomes]) -> StoreResult<Vec<NewNotification>> {
        let mut new = Vec::new();
        for batch in page {
            let levels = self.app.engine.levels(batch.at);
            for outcome in &batch.accounts {
                for found in found_in(outcome, levels, batch.at) {
                    if let Some(happened) = self.whole(found).await? {
                        new.extend(address(&self.app, &happened).await?);
                    }
                }
            }
        }
        Ok(new)
    }

    /// What happened, after reading what is needed for it. `None` if it ended no investment after all.
    async fn whole(&self, found: Found) -> StoreResult<Option<Happened>> {
        let store = &self.app.store;
        let happened = match found {
            Found::Whole(happened) => happened,
            Found::Investment { account, seq, at } => {
                return investments::ended(&self.app, account, seq, at).await;
            }
            Found::Filled {
                account,
                key,
                symbol,
                at,
            } => {
                let order = readable(store.find_order(account, &key).await)?.flatten();
                let fill = order.and_then(|order| order.view.fill);
                Happened {
                    player: account.player,
                    cause: order_cause(account, &key),
                    subject: Subject::OrderFilled {
                        game: account.game,
                        symbol,
                        fill: fill.map(|fill| (fill.side, fill.quantity, fill.price)),
                    },
                    at,
                }
            }
            Found::Action {
                account,
                seq,
                kind,
                at,
            } => {
                let before = seq.saturating_sub(1);
                let entries = readable(store.list_entries(account, before, 1).await)?;
                let entry = entries.and_then(|mut entries| entries.pop());
                let fact = entry.map(|row| row.entry.fact);
                let instrument = fact.as_ref().and_then(Fact::instrument);
                Happened {
                    player: account.player,
                    cause: format!("action:{}:{seq}", account.game),
                    subject: Subject::CorporateAction {
                        game: account.game,
                        kind: kind.as_str().to_owned(),
                        symbol: instrument.and_then(|id| self.app.symbol(id)),
                        cash: fact.as_ref().map(Fact::cash_change),
                    },
                    at,
                }
            }
        };
        Ok(Some(happened))
    }
}
