//! Compares the boards in this server's memory with the database, and rereads what differs.

use std::collections::HashSet;
use std::sync::Arc;
use std::time::Duration;

use domain::AccountId;

use super::Shared;
use crate::store::{Portfolio, PortfolioLookup, Store, StoreResult};

/// Maximum delay until a change is on its board.
const LAG: Duration = Duration::from_secs(2);
/// Accounts read per query.
const AT_ONCE: u32 = 500;

/// What a check has found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Checked {
    /// Accounts that were compared.
    pub accounts: u64,
    /// Those that were not on their board as the database has them; they are read again.
    pub repaired: u64,
}

/// The way to check the boards of this server.
#[derive(Debug, Clone)]
pub struct BoardCheck {
    shared: Arc<Shared>,
    store: Arc<dyn Store>,
}

impl BoardCheck {
    pub(super) fn new(shared: Arc<Shared>, store: Arc<dyn Store>) -> Self {
        Self { shared, store }
    }

    /// Compares every account that is on a board, or should be.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn run(&self) -> StoreResult<Checked> {
        let mut ready = self.shared.ready.subscribe();
        // An error means that the boards are gone, so there is nothing to compare.
        ready.wait_for(|ready| *ready).await.ok();
        let (accounts, suspects) = self.compare_all().await?;
        let mut found = Vec::new();
        if !suspects.is_empty() {
            // What was just committed may still be on its way.
            tokio::time::sleep(LAG).await;
            for portion in suspects.chunks(usize::try_from(AT_ONCE).unwrap_or(usize::MAX)) {
                found.extend(self.compare(portion).await?);
            }
        }
        for account in &found {
            tracing::warn!(%account, "an account was not on its leaderboard as the database has it");
        }
        self.shared.changes.read_again(&found);
        Ok(Checked {
            accounts,
            repaired: u64::try_from(found.len()).unwrap_or(u64::MAX),
        })
    }

    /// How many accounts there are, and those that differ.
    async fn compare_all(&self) -> StoreResult<(u64, Vec<AccountId>)> {
        let members = self.shared.all().into_iter().flat_map(|(game, board)| {
            let players = board.read().players();
            let account = move |player| AccountId { player, game };
            players.into_iter().map(account).collect::<Vec<_>>()
        });
        let mut missing: HashSet<AccountId> = members.collect();
        let (mut count, mut after, mut suspects) = (0_u64, None, Vec::new());
        loop {
            let page = self.store.list_accounts(after, AT_ONCE).await?;
            let Some(last) = page.last() else { break };
            after = Some(last.id);
            let accounts: Vec<AccountId> = page.iter().map(|record| record.id).collect();
            for account in &accounts {
                missing.remove(account);
            }
            suspects.extend(self.compare(&accounts).await?);
            count = count.saturating_add(u64::try_from(accounts.len()).unwrap_or(u64::MAX));
        }
        // Members without an account have left the game.
        suspects.extend(missing);
        Ok((count, suspects))
    }

    /// Those of the accounts that are not on their board as the database has them.
    async fn compare(&self, accounts: &[AccountId]) -> StoreResult<Vec<AccountId>> {
        let lookups: Vec<_> = accounts
            .iter()
            .map(|account| PortfolioLookup {
                account: *account,
                known_version: None,
            })
            .collect();
        let portfolios = self.store.find_portfolios(&lookups).await?;
        let differs = |account: &&AccountId| self.differs(**account, portfolios.get(*account));
        Ok(accounts.iter().filter(differs).copied().collect())
    }

    fn differs(&self, account: AccountId, portfolio: Option<&Portfolio>) -> bool {
        let Some(board) = self.shared.find(account.game) else {
            return false;
        };
        let standings = board.read();
        match portfolio {
            Some(portfolio) => standings.differs(portfolio),
            None => standings.contains(account.player),
        }
    }
}
