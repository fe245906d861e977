//! The replica: a slightly lagging copy of the database, for reads that tolerate the lag. What a player
//! sees right after a trade, and the data behind any decision, never comes from here.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use domain::{AccountId, Day, InstrumentId};
use sqlx::PgPool;
use tokio::time::Instant;

use super::{PostgresStore, accounts, connection, instruments};
use crate::config::PostgresConfig;
use crate::store::{CandleRecord, LedgerRow, StoreResult};

/// How long a failed replica is left alone.
const REST: Duration = Duration::from_secs(5);
/// How often its failure is logged.
const TELL_EVERY: Duration = Duration::from_secs(60);

/// The connections to the replica, opened on first use.
#[derive(Debug)]
pub(super) struct Replica {
    pool: PgPool,
    failed: Mutex<Failed>,
}

#[derive(Debug, Default)]
struct Failed {
    /// Until when it is left alone.
    rests_until: Option<Instant>,
    /// When its failure was last logged.
    told_at: Option<Instant>,
}

impl Replica {
    pub(super) fn locate(url: &str, config: &PostgresConfig) -> StoreResult<Self> {
        let options = connection::locate(url)?;
        Ok(Self {
            pool: connection::open_replica(options, config),
            failed: Mutex::default(),
        })
    }

    /// The replica's answer. `None` if it has none and the caller must ask the primary.
    async fn ask<T>(&self, read: impl Future<Output = StoreResult<T>>) -> Option<T> {
        if self.rests() {
            return None;
        }
        match read.await {
            Ok(answer) => Some(answer),
            Err(error) => {
                if self.leave_alone() {
                    tracing::warn!(%error, "the replica does not answer: the primary is asked instead");
                }
                None
            }
        }
    }

    fn rests(&self) -> bool {
        let failed = self.failed.lock().unwrap_or_else(PoisonError::into_inner);
        failed
            .rests_until
            .is_some_and(|until| Instant::now() < until)
    }

    /// Leaves the replica alone for a while. Returns whether to log the failure.
    fn leave_alone(&self) -> bool {
        let now = Instant::now();
        let mut failed = self.failed.lock().unwrap_or_else(PoisonError::into_inner);
        failed.rests_until = Some(now + REST);
        let due = failed.told_at.is_none_or(|told| now >= told + TELL_EVERY);
        if due {
            failed.told_at = Some(now);
        }
        due
    }

    pub(super) async fn close(&self) {
        self.pool.close().await;
    }
}

/// Candles of past days hardly ever change.
pub(super) async fn list_past_candles(
    store: &PostgresStore,
    instrument: InstrumentId,
    from: Day,
    to: Day,
    limit: u32,
) -> StoreResult<Vec<CandleRecord>> {
    if let Some(replica) = &store.replica {
        let read = instruments::list_candles(&replica.pool, instrument, from, to, limit);
        if let Some(candles) = replica.ask(read).await {
            return Ok(candles);
        }
    }
    instruments::list_candles(&store.readers, instrument, from, to, limit).await
}

/// The first page is what a player looks at after a trade, so it comes from the primary. For a later
/// page, the entry it must begin with is known: a replica that has it has all earlier ones.
pub(super) async fn list_ledger(
    store: &PostgresStore,
    account: AccountId,
    before: Option<i64>,
    limit: u32,
) -> StoreResult<Vec<LedgerRow>> {
    if let (Some(replica), Some(seq)) = (&store.replica, before) {
        let read = accounts::list_ledger(&replica.pool, account, before, limit);
        let entries = replica.ask(read).await.unwrap_or_default();
        let follows = |row: &LedgerRow| row.entry.seq == seq.saturating_sub(1);
        if entries.first().is_some_and(follows) {
            return Ok(entries);
        }
    }
    accounts::list_ledger(&store.readers, account, before, limit).await
}
