//! The past of an account: what its entries in the database go on from when those before are in an
//! archive.

use domain::{AccountId, IdempotencyKey, Replay, Timestamp};

use super::Damage;
use super::audit::Audit;
use crate::retention::{Checkpoint, Month, Trades};
use crate::store::StoreResult;

/// What an archive says of an account.
#[derive(Debug)]
pub(super) struct ArchivedAccount {
    /// The account before its first entry, and after the last of each file. Where the database goes
    /// on is one of them: the last, unless an archive was interrupted.
    pub(super) stages: Vec<Checkpoint>,
    /// The first month that does not go on where the one before ended.
    pub(super) gap: Option<Month>,
}

impl ArchivedAccount {
    pub(super) fn none(account: AccountId) -> Self {
        Self {
            stages: vec![Checkpoint::before_first(account)],
            gap: None,
        }
    }

    /// The account at the end of a file, if one ends there.
    fn at(&self, seq: i64) -> Option<&Checkpoint> {
        self.stages.iter().find(|stage| stage.seq() == seq)
    }

    /// The account after the last of its entries in files.
    pub(super) fn last(&self) -> Option<&Checkpoint> {
        self.stages.last()
    }
}

/// What the verification of an account starts from.
#[derive(Debug)]
pub(super) struct Past {
    checkpoint: Checkpoint,
    /// Filled orders that are of no entry in the database, as far as they may be of one before.
    seen: Trades,
}

impl Past {
    pub(super) fn new(checkpoint: Checkpoint) -> Self {
        let seen = Trades::default();
        Self { checkpoint, seen }
    }

    pub(super) fn replay(&self) -> Replay {
        self.checkpoint.replay.clone()
    }

    pub(super) fn seq(&self) -> i64 {
        self.checkpoint.seq()
    }

    /// Takes an order in that is of no entry in the database; false when it is too young to be of
    /// one before.
    pub(super) fn takes(&mut self, key: &IdempotencyKey, at: Timestamp) -> bool {
        let takes = self.covers(at);
        if takes {
            self.seen.add(key, at);
        }
        takes
    }

    /// Whether an entry of this instant may be among those before.
    pub(super) fn covers(&self, at: Timestamp) -> bool {
        Some(at) <= self.checkpoint.until
    }

    /// Whether the orders that were taken in are those of the entries.
    pub(super) fn difference(&self) -> Option<Damage> {
        let archived = self.checkpoint.trades;
        (self.seen != archived).then_some(Damage::OrdersBefore {
            seq: self.seq(),
            stored: self.seen.count,
            archived: archived.count,
        })
    }
}

impl Audit<'_> {
    /// What the account's entries in the database go on from.
    pub(super) async fn past_of(&mut self, account: AccountId) -> StoreResult<Past> {
        let stored = self.snapshot.find_checkpoint(account).await?;
        let stored = stored.unwrap_or_else(|| Checkpoint::before_first(account));
        let archived = self.archived.and_then(|archived| archived.get(&account));
        let Some(archived) = archived else {
            return Ok(Past::new(stored));
        };
        let stage = archived.at(stored.seq());
        if let Some(month) = archived.gap {
            self.find(account, Damage::ArchiveGap { month });
        } else if stage != Some(&stored) {
            let (stored, archived) = (stored.seq(), archived.last().map_or(0, Checkpoint::seq));
            self.find(account, Damage::Checkpoint { stored, archived });
        }
        let stage = stage.or(archived.last()).cloned().unwrap_or(stored);
        self.entries += u64::try_from(stage.seq()).unwrap_or(0);
        Ok(Past::new(stage))
    }
}
