//! The accounts that, according to the feed, have changed since they were last read.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use domain::api::OrderStatus;
use domain::{AccountId, Xp};

use crate::feed::Reader;
use crate::store::{AccountOutcome, Event};

/// Pause after a database failure before the feed is read again.
const PAUSE: Duration = Duration::from_secs(1);

/// What is known about a change without reading the account.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Change {
    /// An order was filled.
    pub traded: bool,
    /// The player's XP after it. `None` if the feed has not reported it.
    pub xp: Option<Xp>,
}

impl Change {
    fn of(outcome: &AccountOutcome) -> Self {
        let filled = |event: &Event| {
            matches!(
                event,
                Event::Order {
                    status: OrderStatus::Filled,
                    ..
                }
            )
        };
        Self {
            traded: outcome.events.iter().any(filled),
            xp: Some(outcome.xp),
        }
    }

    fn and_then(self, later: Self) -> Self {
        Self {
            traded: self.traded || later.traded,
            xp: later.xp.or(self.xp),
        }
    }
}

/// The changed accounts, each once, however often it has changed.
#[derive(Debug, Default)]
pub struct Changes(Mutex<HashMap<AccountId, Change>>);

impl Changes {
    /// Collects changes from the feed until it ends.
    pub async fn collect(&self, reader: &mut Reader) {
        loop {
            match reader.next().await {
                Ok(Some(batch)) => {
                    let mut changes = self.lock();
                    for outcome in &batch.accounts {
                        note(&mut changes, outcome.account(), Change::of(outcome));
                    }
                }
                Ok(None) => return,
                Err(error) => {
                    tracing::warn!(%error, "the feed of outcomes cannot be read");
                    tokio::time::sleep(PAUSE).await;
                }
            }
        }
    }

    /// Takes all of them.
    pub fn take(&self) -> Vec<(AccountId, Change)> {
        std::mem::take(&mut *self.lock()).into_iter().collect()
    }

    /// Schedules accounts to be reread, whether or not they have changed.
    pub fn read_again(&self, accounts: &[AccountId]) {
        let mut changes = self.lock();
        for account in accounts {
            note(&mut changes, *account, Change::default());
        }
    }

    /// Puts back those that could not be read.
    pub fn put_back(&self, unread: &[(AccountId, Change)]) {
        let mut changes = self.lock();
        for (account, earlier) in unread {
            let later = changes.remove(account).unwrap_or_default();
            changes.insert(*account, earlier.and_then(later));
        }
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<AccountId, Change>> {
        // The map is consistent whenever the lock is free.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn note(changes: &mut HashMap<AccountId, Change>, account: AccountId, change: Change) {
    let known = changes.entry(account).or_default();
    *known = known.and_then(change);
}
