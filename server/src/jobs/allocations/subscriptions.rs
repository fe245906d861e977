//! Investments that exceed what their subscription has.

use std::collections::{HashMap, HashSet};

use domain::{AccountId, Money};

use super::Allocations;
use crate::store::{Investment, StoreResult};

impl Allocations {
    /// The investments that a subscription cannot pay for. Each was checked when it was made, but two
    /// simultaneous ones may exceed the limit together. In that case the latest ones are refused.
    pub(super) async fn overspent(&self, pending: &[Investment]) -> StoreResult<HashSet<i64>> {
        let mut excess: HashMap<(AccountId, i64), Money> = HashMap::new();
        let mut refused = HashSet::new();
        for one in pending.iter().rev() {
            let Some(subscription) = one.subscription else {
                continue;
            };
            let name = (one.account, subscription);
            let over = match excess.get(&name) {
                Some(over) => *over,
                None => self.excess(name).await?,
            };
            let mut left = over;
            if over.is_positive() {
                refused.insert(one.id);
                left = over.checked_sub(one.reserve).unwrap_or_default();
            }
            excess.insert(name, left);
        }
        Ok(refused)
    }

    /// The amount invested from a subscription beyond what it may spend.
    async fn excess(&self, (account, id): (AccountId, i64)) -> StoreResult<Money> {
        let found = self.store.find_subscription(account, id).await?;
        let Some(row) = found.filter(|row| row.subscription.state.can_spend()) else {
            // It has ended meanwhile, so everything waiting is too much.
            return Ok(Money::from_units(i64::MAX));
        };
        let balance = row.balance();
        let most = balance.available.checked_add(balance.invested);
        let most = most.unwrap_or(balance.paid).min(balance.paid);
        Ok(balance.invested.checked_sub(most).unwrap_or_default())
    }
}
