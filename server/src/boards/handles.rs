//! Players' handles for leaderboards: read in batches and cached briefly.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use domain::PlayerId;
use futures_util::future::try_join_all;
use tokio::time::Instant;

use crate::gather::{self, Gather};
use crate::recent::Recent;
use crate::store::{Store, StoreResult};

/// How long a handle is cached. After that, a guest who has registered appears under the new one.
const TIME_TO_LIVE: Duration = Duration::from_secs(5);
/// About 2 MB.
const HANDLES_MAX: usize = 20_000;

/// A cached reader of handles.
#[derive(Debug)]
pub struct Handles {
    gather: Gather<PlayerId, String>,
    recent: Mutex<Recent<PlayerId, (String, Instant)>>,
}

impl Handles {
    /// Reads them from a store.
    #[must_use]
    pub fn start(store: &Arc<dyn Store>) -> Self {
        let store = Arc::clone(store);
        let read = move |players: Vec<PlayerId>| {
            let store = Arc::clone(&store);
            async move { store.find_handles(&players).await }
        };
        Self {
            gather: Gather::start(gather::READINGS, read),
            recent: Mutex::new(Recent::new(HANDLES_MAX)),
        }
    }

    /// The handles of these players.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn find(&self, players: &[PlayerId]) -> StoreResult<HashMap<PlayerId, String>> {
        let now = Instant::now();
        let mut found = self.recall(players, now);
        let unknown = players.iter().filter(|player| !found.contains_key(player));
        let read = unknown.map(|player| async {
            let handle = self.gather.find(*player).await?;
            StoreResult::Ok(handle.map(|handle| (*player, handle)))
        });
        let read = try_join_all(read).await?;
        let mut recent = self.lock();
        for (player, handle) in read.into_iter().flatten() {
            recent.insert(player, (handle.clone(), now));
            found.insert(player, handle);
        }
        Ok(found)
    }

    fn recall(&self, players: &[PlayerId], now: Instant) -> HashMap<PlayerId, String> {
        let mut recent = self.lock();
        let known = players.iter().filter_map(|player| {
            let (handle, read_at) = recent.get_mut(player)?;
            let fresh = now.duration_since(*read_at) < TIME_TO_LIVE;
            fresh.then(|| (*player, handle.clone()))
        });
        known.collect()
    }

    fn lock(&self) -> MutexGuard<'_, Recent<PlayerId, (String, Instant)>> {
        // The cache is consistent whenever the lock is free.
        self.recent.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
