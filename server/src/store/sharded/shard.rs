//! One of the databases, and what becomes of those who ask it while it does not answer.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Weak};
use std::time::Duration;

use tokio::time::{sleep, timeout};

use crate::config::{PostgresConfig, address_name};
use crate::store::postgres::PostgresStore;
use crate::store::{Store as _, StoreError, StoreResult};

/// From one look whether a shard answers again to the next.
const LOOK_EVERY: Duration = Duration::from_millis(500);

/// One of the databases.
#[derive(Debug)]
pub(super) struct Shard {
    pub(super) store: PostgresStore,
    /// Its address without its password.
    pub(super) address: Arc<str>,
    /// How long it may take to answer.
    patience: Duration,
    /// Whether it has not answered of late.
    gone: Arc<AtomicBool>,
}

impl Shard {
    pub(super) async fn open(address: &str, config: &PostgresConfig) -> StoreResult<Self> {
        let name = address_name(address);
        let config = PostgresConfig {
            // It follows one database, and would be asked for the past of all.
            replica_url: None,
            ..config.clone()
        };
        let store = PostgresStore::open(address, &config).await;
        let store = store.map_err(|error| refused(&name, error))?;
        let waits = [config.acquire_timeout_ms, config.statement_timeout_ms];
        Ok(Self {
            store,
            address: name.into(),
            // For a batch, and for finding out who was faster.
            patience: 2 * Duration::from_millis(waits.iter().sum()),
            gone: Arc::default(),
        })
    }

    /// Asks it, and gives up after a while.
    pub(super) async fn ask<T>(
        &self,
        question: impl Future<Output = StoreResult<T>>,
    ) -> StoreResult<T> {
        self.ask_unhurried(async {
            let answered = timeout(self.patience, question).await;
            answered.unwrap_or_else(|_| Err(does_not_answer()))
        })
        .await
    }

    /// [`Shard::ask`] for what may take as long as it does.
    ///
    /// While it does not answer, nobody waits for it: its players are told at once, and what is asked
    /// of all shards does not stand still.
    pub(super) async fn ask_unhurried<T>(
        &self,
        question: impl Future<Output = StoreResult<T>>,
    ) -> StoreResult<T> {
        if self.is_gone() {
            return Err(does_not_answer());
        }
        let answer = question.await;
        if let Err(StoreError::Unavailable(sqlx::Error::PoolTimedOut)) = &answer {
            self.leave_alone();
        }
        answer
    }

    /// Whether it has not answered of late.
    pub(super) fn is_gone(&self) -> bool {
        self.gone.load(Ordering::Relaxed)
    }

    fn leave_alone(&self) {
        if self.gone.swap(true, Ordering::Relaxed) {
            return;
        }
        tracing::warn!(address = %self.address, "a shard does not answer: its players wait");
        tokio::spawn(look_for(
            self.store.clone(),
            Arc::clone(&self.address),
            self.patience,
            Arc::downgrade(&self.gone),
        ));
    }
}

/// Looks until the shard answers again, or nobody wants to know any more.
async fn look_for(
    store: PostgresStore,
    address: Arc<str>,
    patience: Duration,
    gone: Weak<AtomicBool>,
) {
    while let Some(gone) = gone.upgrade() {
        if let Ok(Ok(())) = timeout(patience, store.ping()).await {
            tracing::info!(%address, "the shard answers again");
            gone.store(false, Ordering::Relaxed);
            return;
        }
        drop(gone);
        sleep(LOOK_EVERY).await;
    }
}

/// Why a database cannot be a part of the game.
pub(super) fn refused(address: &str, why: impl std::fmt::Display) -> StoreError {
    StoreError::Shard {
        address: address.to_owned(),
        why: why.to_string(),
    }
}

fn does_not_answer() -> StoreError {
    StoreError::Unavailable(sqlx::Error::PoolTimedOut)
}
