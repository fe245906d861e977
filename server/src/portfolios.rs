//! Portfolios as requests read them: together, and of each account only what has changed since it was
//! last read.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use domain::AccountId;

use crate::gather::{self, Gather};
use crate::metrics::CacheCounts;
use crate::recent::Recent;
use crate::store::{Portfolio, PortfolioLookup, PositionRecord, Store, StoreResult};

/// The way to portfolios. What is answered is what the database has: it is always asked for the account,
/// whose version says whether the positions are still what they were.
#[derive(Debug)]
pub struct Portfolios {
    gather: Gather<AccountId, Portfolio>,
    counts: CacheCounts,
}

impl Portfolios {
    /// Remembers the positions of the latest accounts, at most `accounts_max`.
    #[must_use]
    pub fn start(store: &Arc<dyn Store>, accounts_max: usize) -> Self {
        let store = Arc::clone(store);
        let counts = CacheCounts::default();
        let memory = Arc::new(Memory::new(accounts_max, counts.clone()));
        let read = move |accounts: Vec<AccountId>| {
            let (store, memory) = (Arc::clone(&store), Arc::clone(&memory));
            async move { memory.read(&*store, &accounts).await }
        };
        Self {
            gather: Gather::start(gather::READINGS, read),
            counts,
        }
    }

    /// How often positions were known, and how often they were read.
    #[must_use]
    pub fn counts(&self) -> &CacheCounts {
        &self.counts
    }

    /// The portfolio of an account, if there is one.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn find(&self, account: AccountId) -> StoreResult<Option<Portfolio>> {
        self.gather.find(account).await
    }
}

/// What an account held when it had a version. Every change of a position is an entry of the ledger,
/// and so a version of its own.
#[derive(Debug, Clone)]
struct Held {
    version: i64,
    positions: Arc<[PositionRecord]>,
}

#[derive(Debug)]
struct Memory {
    held: Mutex<Recent<AccountId, Held>>,
    counts: CacheCounts,
}

impl Memory {
    fn new(accounts_max: usize, counts: CacheCounts) -> Self {
        Self {
            held: Mutex::new(Recent::new(accounts_max)),
            counts,
        }
    }

    async fn read(
        &self,
        store: &dyn Store,
        accounts: &[AccountId],
    ) -> StoreResult<HashMap<AccountId, Portfolio>> {
        let known = self.recall(accounts);
        let lookup = |&account: &AccountId| PortfolioLookup {
            account,
            known_version: known.get(&account).map(|held| held.version),
        };
        let lookups: Vec<_> = accounts.iter().map(lookup).collect();
        let mut found = store.find_portfolios(&lookups).await?;
        self.learn(&known, &mut found);
        Ok(found)
    }

    fn recall(&self, accounts: &[AccountId]) -> HashMap<AccountId, Held> {
        let mut remembered = self.lock();
        let held = |account: &AccountId| Some((*account, remembered.get_mut(account)?.clone()));
        accounts.iter().filter_map(held).collect()
    }

    /// Completes what was found with what was known, and remembers the rest.
    fn learn(&self, known: &HashMap<AccountId, Held>, found: &mut HashMap<AccountId, Portfolio>) {
        let mut remembered = self.lock();
        let (all, mut read) = (found.len(), 0_usize);
        for (id, portfolio) in found {
            let version = portfolio.account.record.head.version;
            match known.get(id).filter(|held| held.version == version) {
                Some(held) => portfolio.positions = Arc::clone(&held.positions),
                None => {
                    read = read.saturating_add(1);
                    let positions = Arc::clone(&portfolio.positions);
                    remembered.insert(*id, Held { version, positions });
                }
            }
        }
        self.counts.count(all, read);
    }

    /// What is remembered is whole whenever nobody holds it: a panic left nothing half done.
    fn lock(&self) -> MutexGuard<'_, Recent<AccountId, Held>> {
        self.held.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use domain::progress::{Counters, PlayerProgress};
    use domain::{
        Account, AwardHead, GameId, InstrumentId, LedgerHead, Money, PlayerId, Position, Quantity,
    };

    use super::*;
    use crate::store::{AccountRecord, TradingAccount};

    const ID: AccountId = AccountId {
        player: PlayerId(1),
        game: GameId(1),
    };

    /// What a store gives of the account at a version, with so many shares of one instrument.
    fn found(version: i64, shares: &[i32]) -> HashMap<AccountId, Portfolio> {
        let head = LedgerHead {
            version,
            ..LedgerHead::before_first(ID)
        };
        let record = AccountRecord {
            id: ID,
            account: Account::opened_with(Money::from_whole(100)),
            head,
            counters: Counters::default(),
        };
        let position = |&shares: &i32| PositionRecord {
            instrument: InstrumentId(1),
            position: Position {
                quantity: Quantity::from_whole(shares),
                ..Position::default()
            },
        };
        let portfolio = Portfolio {
            account: TradingAccount {
                record,
                xp: 0,
                awards: AwardHead::before_first(ID.player),
                progress: PlayerProgress::default(),
            },
            positions: shares.iter().map(position).collect(),
        };
        HashMap::from([(ID, portfolio)])
    }

    #[test]
    fn positions_are_remembered_until_the_version_is_another() {
        let memory = Memory::new(2, CacheCounts::default());
        let learned = |known: &HashMap<AccountId, Held>, mut found| {
            memory.learn(known, &mut found);
            found
        };
        assert!(memory.recall(&[ID]).is_empty());
        let first = found(1, &[5]);
        assert_eq!(learned(&HashMap::new(), first.clone()), first);

        let known = memory.recall(&[ID]);
        assert_eq!(known[&ID].version, 1);
        // The store left them out: they are what they were.
        assert_eq!(learned(&known, found(1, &[])), first);
        // Sold meanwhile: that they are none is not that they were left out.
        assert_eq!(learned(&known, found(2, &[])), found(2, &[]));
        assert_eq!(memory.recall(&[ID])[&ID].version, 2);
    }

    #[test]
    fn without_room_nothing_is_remembered() {
        let memory = Memory::new(0, CacheCounts::default());
        memory.learn(&HashMap::new(), &mut found(1, &[5]));
        assert!(memory.recall(&[ID]).is_empty());
    }
}
