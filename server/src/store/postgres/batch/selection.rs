//! The part of a batch that is written: all of it but the accounts that are left out, in the order
//! in which every server writes.

use std::collections::{BTreeSet, HashMap, HashSet};

use domain::api::{OrderStatus, OrderView};
use domain::{AccountId, Hash, LedgerEntry, Xp};

use crate::store::change::xp_by_player;
use crate::store::failure::refused;
use crate::store::{AccountChange, Batch, PositionRecord, StoreResult, rows};

/// What is written of a batch.
#[derive(Debug)]
pub(super) struct Selection<'b> {
    pub(super) accounts: Vec<&'b AccountChange>,
    /// Accounts that something is written of although they do not change: of rejected orders.
    pub(super) unchanged: Vec<AccountId>,
    pub(super) instruments: Vec<i64>,
    pub(super) positions: Vec<(AccountId, &'b PositionRecord)>,
    pub(super) entries: Vec<(AccountId, &'b LedgerEntry)>,
    pub(super) answers: Vec<Answer<'b>>,
    /// Of each player, in all accounts together.
    pub(super) gained: Vec<(i64, Xp)>,
}

/// An answer as it is written.
#[derive(Debug)]
pub(super) struct Answer<'b> {
    pub(super) account: AccountId,
    pub(super) view: &'b OrderView,
    pub(super) fingerprint: &'b Hash,
    pub(super) text: String,
}

impl Answer<'_> {
    pub(super) fn is_filled(&self) -> bool {
        self.view.status == OrderStatus::Filled
    }

    pub(super) fn key(&self) -> &str {
        self.view.idempotency_key.as_str()
    }
}

impl<'b> Selection<'b> {
    pub(super) fn of(batch: &'b Batch, left_out: &HashSet<AccountId>) -> StoreResult<Self> {
        let stays = |account: &AccountId| !left_out.contains(account);
        let mut accounts: Vec<_> = batch.accounts.iter().collect();
        accounts.retain(|change| stays(&change.record.id));
        accounts.sort_unstable_by_key(|change| order(change.record.id));

        let mut answers = Vec::with_capacity(batch.answers.len());
        for (account, answered) in batch.answers.iter().filter(|(account, _)| stays(account)) {
            answers.push(Answer {
                account: *account,
                view: &answered.view,
                fingerprint: &answered.fingerprint,
                text: rows::answer_text(&answered.view)?,
            });
        }
        answers
            .sort_unstable_by(|a, b| (order(a.account), a.key()).cmp(&(order(b.account), b.key())));

        let mut selection = Self {
            gained: xp_by_player(accounts.iter().copied()),
            accounts,
            unchanged: Vec::new(),
            instruments: Vec::new(),
            positions: of_accounts(&batch.positions, stays),
            entries: of_accounts(&batch.entries, stays),
            answers,
        };
        selection.check_entries()?;
        selection.unchanged = selection.unchanged();
        selection.instruments = selection.instruments();
        Ok(selection)
    }

    pub(super) fn is_empty(&self) -> bool {
        self.accounts.is_empty()
            && self.positions.is_empty()
            && self.entries.is_empty()
            && self.answers.is_empty()
    }

    /// An account's entries lead from the expected version to the new one. The ledger's partitions
    /// cannot see that a `seq` is there in another month already: the version stands for it.
    fn check_entries(&self) -> StoreResult<()> {
        let mut counted: HashMap<AccountId, i64> = HashMap::with_capacity(self.accounts.len());
        for (account, entry) in &self.entries {
            let count = counted.entry(*account).or_default();
            *count = count.saturating_add(1);
            let expected = self.expected_version(*account);
            if expected.and_then(|version| version.checked_add(*count)) != Some(entry.seq) {
                return refused("a ledger entry does not follow the one before");
            }
        }
        let written = |change: &&AccountChange| counted.get(&change.record.id).copied();
        let follows = |change: &&AccountChange| {
            let count = written(change).unwrap_or(0);
            change.expected_version.checked_add(count) == Some(change.record.head.version)
        };
        if self.accounts.iter().all(follows) {
            Ok(())
        } else {
            refused("an account's version is not that of its latest ledger entry")
        }
    }

    fn expected_version(&self, account: AccountId) -> Option<i64> {
        let found = self
            .accounts
            .binary_search_by_key(&order(account), |change| order(change.record.id));
        let change = found.ok().and_then(|place| self.accounts.get(place))?;
        Some(change.expected_version)
    }

    fn unchanged(&self) -> Vec<AccountId> {
        let positions = self.positions.iter().map(|(account, _)| *account);
        let answers = self.answers.iter().map(|answer| answer.account);
        let unchanged: BTreeSet<_> = positions
            .chain(answers)
            .map(order)
            .filter(|wanted| {
                let place = self
                    .accounts
                    .binary_search_by_key(wanted, |change| order(change.record.id));
                place.is_err()
            })
            .collect();
        let account = |(player, game)| AccountId {
            player: domain::PlayerId(player),
            game: domain::GameId(game),
        };
        unchanged.into_iter().map(account).collect()
    }

    fn instruments(&self) -> Vec<i64> {
        let held = self.positions.iter().map(|(_, record)| record.instrument.0);
        let traded = self.entries.iter().filter_map(|(_, entry)| {
            let trade = entry.trade.as_ref()?;
            Some(trade.instrument.0)
        });
        let instruments: BTreeSet<_> = held.chain(traded).collect();
        instruments.into_iter().collect()
    }
}

/// The order in which accounts are written.
fn order(account: AccountId) -> (i64, i64) {
    (account.player.0, account.game.0)
}

/// What is of accounts that stay, by account; of one account in the order in which it came.
fn of_accounts<R>(
    rows: &[(AccountId, R)],
    stays: impl Fn(&AccountId) -> bool,
) -> Vec<(AccountId, &R)> {
    let mut rows: Vec<_> = rows
        .iter()
        .filter(|(account, _)| stays(account))
        .map(|(account, row)| (*account, row))
        .collect();
    rows.sort_by_key(|(account, _)| order(*account));
    rows
}
