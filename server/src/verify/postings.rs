//! Postings of hosts and jobs, compared with the entries that they state.

use std::collections::BTreeSet;

use domain::{AccountId, LedgerEntry};

use super::Damage;
use super::audit::Audit;
use crate::store::StoreResult;

/// The entries of an account that a posting states, by `seq`.
#[derive(Debug)]
pub(super) struct Posted {
    /// Entries up to this one are in the archive: nothing is known of them.
    after: i64,
    /// Stated by a posting.
    surely: BTreeSet<i64>,
    /// Stated by a posting or by the end of an order.
    possibly: BTreeSet<i64>,
}

impl Posted {
    /// Before the first entry after this one.
    pub(super) fn after(seq: i64) -> Self {
        Self {
            after: seq,
            surely: BTreeSet::new(),
            possibly: BTreeSet::new(),
        }
    }

    pub(super) fn note(&mut self, entry: &LedgerEntry) {
        match entry.fact.is_posted() {
            Some(true) => self.surely.insert(entry.seq),
            Some(false) => false,
            None => self.possibly.insert(entry.seq),
        };
    }

    /// Takes out the entry that a posting names; false when no posting can have stated it.
    fn take(&mut self, seq: i64) -> bool {
        seq <= self.after || self.surely.remove(&seq) || self.possibly.remove(&seq)
    }
}

impl Audit<'_> {
    /// Compares the postings with the entries; gives the entries that postings name.
    pub(super) async fn compare_postings(
        &mut self,
        account: AccountId,
        mut posted: Posted,
    ) -> StoreResult<BTreeSet<i64>> {
        let mut named = BTreeSet::new();
        let mut after = None;
        loop {
            let limit = self.limits.page;
            let page = self
                .snapshot
                .list_postings(account, after.as_ref(), limit)
                .await?;
            let Some((last, _)) = page.last() else { break };
            after = Some(last.clone());
            for (key, seq) in page {
                if posted.take(seq) {
                    named.insert(seq);
                } else {
                    self.find(account, Damage::PostingWithoutEntry { key, seq });
                }
            }
        }
        for seq in posted.surely {
            self.find(account, Damage::EntryWithoutPosting { seq });
        }
        Ok(named)
    }
}
