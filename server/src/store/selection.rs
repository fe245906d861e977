//! The part of a batch that is written: all of it but the accounts that are left out, in the order
//! in which every server writes.
//!
//! Both databases write it as if nobody else wrote, which is nearly always so, and find out if
//! somebody did. Then nothing of it is written; the accounts concerned are looked for, left out, and
//! the rest is written again.

use std::collections::{BTreeMap, HashMap, HashSet};

use domain::api::{OrderStatus, OrderView};
use domain::{AccountId, Hash, LedgerEntry, PlayerId, Xp};

use super::failure::refused;
use super::{
    AccountChange, AnsweredOrder, Batch, PositionRecord, RestingRecord, StoreResult, answer,
};

/// What is written of a batch.
#[derive(Debug)]
pub(super) struct Selection<'b> {
    /// Accounts that change.
    pub(super) accounts: Vec<&'b AccountChange>,
    /// Accounts that must be as they were expected, although they do not change: of orders that were
    /// rejected for what they are.
    pub(super) unchanged: Vec<&'b AccountChange>,
    pub(super) positions: Vec<(AccountId, &'b PositionRecord)>,
    pub(super) entries: Vec<(AccountId, &'b LedgerEntry)>,
    pub(super) answers: Vec<Answer<'b>>,
    /// Orders that rest from now on.
    pub(super) rested: Vec<&'b RestingRecord>,
    /// Of orders that rest no longer.
    pub(super) ended: Vec<Answer<'b>>,
    /// By player: the order in which every server locks them.
    pub(super) gained: Vec<XpGain>,
}

/// An answer as it is written.
#[derive(Debug)]
pub(super) struct Answer<'b> {
    pub(super) account: AccountId,
    pub(super) view: &'b OrderView,
    pub(super) fingerprint: &'b Hash,
    pub(super) bytes: Vec<u8>,
}

impl Answer<'_> {
    pub(super) fn is_filled(&self) -> bool {
        self.view.status == OrderStatus::Filled
    }

    pub(super) fn key(&self) -> &str {
        self.view.idempotency_key.as_str()
    }
}

/// The XP that a player gains in all accounts together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct XpGain {
    pub(super) player: PlayerId,
    /// What the player had when the batch was decided.
    pub(super) expected: Xp,
    pub(super) gained: Xp,
}

impl<'b> Selection<'b> {
    /// The batch without the accounts that are left out.
    ///
    /// # Errors
    /// When the batch contradicts itself.
    pub(super) fn of(batch: &'b Batch, left_out: &HashSet<AccountId>) -> StoreResult<Self> {
        let stays = |account: &AccountId| !left_out.contains(account);
        let mut named: Vec<_> = batch.accounts.iter().collect();
        named.retain(|change| stays(&change.record.id));
        named.sort_unstable_by_key(|change| change.record.id);

        let answers = answers_of(&batch.answers, stays)?;
        let ended = answers_of(&batch.ended, stays)?;
        let mut rested: Vec<_> = batch.rested.iter().collect();
        rested.retain(|record| stays(&record.account));

        let positions = of_accounts(&batch.positions, stays);
        let entries = of_accounts(&batch.entries, stays);
        check_named(
            &named,
            positions
                .iter()
                .map(|(account, _)| *account)
                .chain(answers.iter().map(|answer| answer.account))
                .chain(ended.iter().map(|answer| answer.account))
                .chain(rested.iter().map(|record| record.account)),
        )?;
        check_entries(&named, &entries)?;
        let gained = gained(&named)?;
        let (accounts, unchanged) = named.into_iter().partition(|change| change.is_change());
        Ok(Self {
            accounts,
            unchanged,
            positions,
            entries,
            answers,
            rested,
            ended,
            gained,
        })
    }

    pub(super) fn is_empty(&self) -> bool {
        self.accounts.is_empty() && self.unchanged.is_empty()
    }

    /// The accounts that were expected at a version, whether or not they change.
    pub(super) fn expected(&self) -> impl Iterator<Item = &AccountChange> {
        let all = self.accounts.iter().chain(&self.unchanged);
        all.copied()
    }

    /// The accounts that cannot be written, given the accounts and the players that are still as
    /// expected and the accounts with an order that has been answered meanwhile.
    pub(super) fn overtaken(
        &self,
        current: &HashSet<AccountId>,
        current_xp: &HashSet<PlayerId>,
        answered: HashSet<AccountId>,
    ) -> HashSet<AccountId> {
        let counted = |change: &AccountChange| {
            change.xp_gained == 0 || current_xp.contains(&change.record.id.player)
        };
        let mut overtaken = answered;
        overtaken.extend(
            self.expected()
                .filter(|change| !current.contains(&change.record.id) || !counted(change))
                .map(|change| change.record.id),
        );
        overtaken
    }
}

/// The answers of accounts that stay, by account and key.
fn answers_of(
    answers: &[(AccountId, AnsweredOrder)],
    stays: impl Fn(&AccountId) -> bool,
) -> StoreResult<Vec<Answer<'_>>> {
    let mut written = Vec::with_capacity(answers.len());
    for (account, answered) in answers.iter().filter(|(account, _)| stays(account)) {
        written.push(Answer {
            account: *account,
            view: &answered.view,
            fingerprint: &answered.fingerprint,
            bytes: answer::encode(&answered.view)?,
        });
    }
    written.sort_unstable_by(|a: &Answer<'_>, b| (a.account, a.key()).cmp(&(b.account, b.key())));
    Ok(written)
}

/// Whatever is written is of an account that the batch names, so that it is guarded.
fn check_named(
    named: &[&AccountChange],
    written: impl Iterator<Item = AccountId>,
) -> StoreResult<()> {
    for account in written {
        if find(named, account).is_none() {
            return refused("something is of an account that the batch does not name");
        }
    }
    Ok(())
}

/// An account's entries lead from the expected version to the new one. The ledger's partitions
/// cannot see that a `seq` is there in another month already: the version stands for it.
fn check_entries(
    named: &[&AccountChange],
    entries: &[(AccountId, &LedgerEntry)],
) -> StoreResult<()> {
    let mut counted: HashMap<AccountId, i64> = HashMap::with_capacity(named.len());
    for (account, entry) in entries {
        let count = counted.entry(*account).or_default();
        *count = count.saturating_add(1);
        let expected = find(named, *account).map(|change| change.expected_version);
        if expected.and_then(|version| version.checked_add(*count)) != Some(entry.seq) {
            return refused("a ledger entry does not follow the one before");
        }
    }
    let follows = |change: &&AccountChange| {
        let count = counted.get(&change.record.id).copied().unwrap_or(0);
        change.expected_version.checked_add(count) == Some(change.record.head.version)
    };
    if named.iter().all(follows) {
        Ok(())
    } else {
        refused("an account's version is not that of its latest ledger entry")
    }
}

fn find<'b>(named: &[&'b AccountChange], account: AccountId) -> Option<&'b AccountChange> {
    let place = named.binary_search_by_key(&account, |change| change.record.id);
    place.ok().and_then(|place| named.get(place)).copied()
}

fn gained(named: &[&AccountChange]) -> StoreResult<Vec<XpGain>> {
    let mut gained: BTreeMap<PlayerId, XpGain> = BTreeMap::new();
    for change in named.iter().filter(|change| change.xp_gained != 0) {
        let player = change.record.id.player;
        let sum = gained.entry(player).or_insert(XpGain {
            player,
            expected: change.expected_xp,
            gained: 0,
        });
        if sum.expected != change.expected_xp {
            return refused("a player's XP is expected to be two things at once");
        }
        sum.gained = sum.gained.saturating_add(change.xp_gained);
    }
    Ok(gained.into_values().collect())
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
    rows.sort_by_key(|(account, _)| *account);
    rows
}

#[cfg(test)]
mod tests {
    use domain::{Account, GameId, LedgerHead, Money};

    use super::*;
    use crate::store::AccountRecord;

    fn change(player: i64, game: i64, expected_xp: Xp, xp_gained: Xp) -> AccountChange {
        let id = AccountId {
            player: PlayerId(player),
            game: GameId(game),
        };
        let record = AccountRecord {
            id,
            account: Account::opened_with(Money::ZERO),
            head: LedgerHead::before_first(id),
        };
        AccountChange {
            expected_version: record.head.version,
            record,
            expected_xp,
            xp_gained,
        }
    }

    #[test]
    fn xp_of_several_accounts_of_a_player_adds_up() {
        let batch = Batch {
            accounts: vec![
                change(3, 1, 0, 5),
                change(1, 1, 7, 10),
                change(2, 1, 9, 0),
                change(1, 2, 7, 15),
            ],
            ..Batch::default()
        };
        let gain = |player, expected, gained| XpGain {
            player: PlayerId(player),
            expected,
            gained,
        };
        let selection = Selection::of(&batch, &HashSet::new()).unwrap();
        assert_eq!(selection.gained, [gain(1, 7, 25), gain(3, 0, 5)]);
        // Who no longer has the XP keeps all accounts that gained some from being written.
        let all: HashSet<AccountId> = selection.expected().map(|one| one.record.id).collect();
        let without_first = HashSet::from([PlayerId(3)]);
        let overtaken = selection.overtaken(&all, &without_first, HashSet::new());
        let mut overtaken: Vec<_> = overtaken.into_iter().collect();
        overtaken.sort_unstable();
        assert_eq!(
            overtaken,
            [batch.accounts[1].record.id, batch.accounts[3].record.id]
        );
        let rest = Selection::of(&batch, &overtaken.into_iter().collect()).unwrap();
        assert_eq!(rest.gained, [gain(3, 0, 5)]);
    }

    #[test]
    fn a_batch_that_contradicts_itself_is_refused() {
        let twice = Batch {
            accounts: vec![change(1, 1, 7, 10), change(1, 2, 8, 10)],
            ..Batch::default()
        };
        assert!(Selection::of(&twice, &HashSet::new()).is_err());
        let mut ahead = change(1, 1, 0, 0);
        ahead.record.head.version += 1;
        let without_entry = Batch {
            accounts: vec![ahead],
            ..Batch::default()
        };
        assert!(Selection::of(&without_entry, &HashSet::new()).is_err());
    }
}
