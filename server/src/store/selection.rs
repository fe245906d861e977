//! The part of a batch that is written: everything except the players left out, in the order in which
//! every server writes.
//!
//! Both databases write it optimistically and detect whether another server interfered, which is rare.
//! In that case nothing is written: the store finds the players concerned, leaves them out, and writes
//! the rest again.

use std::collections::{HashMap, HashSet};

use domain::api::{OrderStatus, OrderView};
use domain::{AccountId, Award, Hash, IdempotencyKey, LedgerEntry, PlayerId, Words};

use super::failure::refused;
use super::{
    AccountChange, AnsweredOrder, Batch, Investment, PlayerChange, PositionRecord, RestingRecord,
    StoreResult, answer, feed,
};

/// The part of a batch that is written.
#[derive(Debug)]
pub(super) struct Selection<'b> {
    /// Accounts that change.
    pub(super) accounts: Vec<&'b AccountChange>,
    /// Accounts that do not change but must be as expected, because an order was rejected on their state.
    pub(super) unchanged: Vec<&'b AccountChange>,
    /// Players who change, in the order in which every server locks them.
    pub(super) players: Vec<&'b PlayerChange>,
    pub(super) positions: Vec<(AccountId, &'b PositionRecord)>,
    pub(super) entries: Vec<(AccountId, &'b LedgerEntry)>,
    pub(super) words: Vec<&'b (AccountId, i64, Words)>,
    pub(super) awards: Vec<&'b (PlayerId, Award)>,
    pub(super) postings: Vec<&'b (AccountId, IdempotencyKey, i64)>,
    pub(super) answers: Vec<Answer<'b>>,
    /// Orders that start resting.
    pub(super) rested: Vec<&'b RestingRecord>,
    pub(super) invested: Vec<&'b Investment>,
    /// Answers for orders that no longer rest.
    pub(super) ended: Vec<Answer<'b>>,
    pub(super) outcomes: Option<OutboxRow>,
}

/// A batch's row in the outbox.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct OutboxRow {
    pub(super) lane: i64,
    pub(super) seq: i64,
    pub(super) at: i64,
    pub(super) outcomes: Vec<u8>,
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

/// What the database still holds as the batch expected, and what others have done meanwhile.
#[derive(Debug, Default)]
pub(super) struct Found {
    /// Accounts of the expected version.
    pub(super) current: HashSet<AccountId>,
    /// Players with the expected progress.
    pub(super) current_players: HashSet<PlayerId>,
    /// Players for whom an order was answered, a posting made or an award given under a key of the
    /// batch.
    pub(super) done: HashSet<PlayerId>,
}

impl<'b> Selection<'b> {
    /// The batch without the players left out.
    ///
    /// # Errors
    /// When the batch contradicts itself.
    pub(super) fn of(batch: &'b Batch, left_out: &HashSet<PlayerId>) -> StoreResult<Self> {
        let stays = |player: PlayerId| !left_out.contains(&player);
        let mut named: Vec<_> = batch.accounts.iter().collect();
        named.retain(|change| stays(change.record.id.player));
        named.sort_unstable_by_key(|change| change.record.id);
        let mut players: Vec<_> = batch.players.iter().collect();
        players.retain(|change| change.is_change() && stays(change.player));
        players.sort_unstable_by_key(|change| change.player);

        let selection = Self {
            positions: of_accounts(&batch.positions, stays),
            entries: of_accounts(&batch.entries, stays),
            words: only(&batch.words, |(account, ..)| stays(account.player)),
            awards: only(&batch.awards, |(player, _)| stays(*player)),
            postings: only(&batch.postings, |(account, ..)| stays(account.player)),
            answers: answers_of(&batch.answers, stays)?,
            rested: only(&batch.rested, |record| stays(record.account.player)),
            invested: only(&batch.invested, |one| stays(one.account.player)),
            ended: answers_of(&batch.ended, stays)?,
            outcomes: batch.outcomes.as_ref().map(|all| OutboxRow {
                lane: all.lane,
                seq: all.seq,
                at: all.at.micros(),
                outcomes: feed::encode(&all.without(|player| !stays(player)).accounts),
            }),
            accounts: Vec::new(),
            unchanged: Vec::new(),
            players,
        };
        selection.check_named(&named)?;
        check_entries(&named, &selection.entries)?;
        let (accounts, unchanged) = named.into_iter().partition(|change| change.is_change());
        Ok(Self {
            accounts,
            unchanged,
            ..selection
        })
    }

    pub(super) fn is_empty(&self) -> bool {
        self.accounts.is_empty() && self.unchanged.is_empty()
    }

    /// The accounts with an expected version, whether or not they change.
    pub(super) fn expected(&self) -> impl Iterator<Item = &AccountChange> {
        let all = self.accounts.iter().chain(&self.unchanged);
        all.copied()
    }

    /// The players that cannot be written.
    pub(super) fn overtaken(&self, found: Found) -> HashSet<PlayerId> {
        let mut overtaken = found.done;
        let moved = self
            .expected()
            .map(|change| change.record.id)
            .filter(|account| !found.current.contains(account));
        overtaken.extend(moved.map(|account| account.player));
        let progressed = self.players.iter().map(|change| change.player);
        overtaken.extend(progressed.filter(|player| !found.current_players.contains(player)));
        overtaken
    }

    /// Checks that everything written belongs to an account or player listed in the batch and is therefore
    /// guarded.
    fn check_named(&self, named: &[&AccountChange]) -> StoreResult<()> {
        let accounts = self
            .positions
            .iter()
            .map(|(account, _)| *account)
            .chain(self.answers.iter().map(|answer| answer.account))
            .chain(self.ended.iter().map(|answer| answer.account))
            .chain(self.rested.iter().map(|record| record.account))
            .chain(self.invested.iter().map(|one| one.account))
            .chain(self.words.iter().map(|(account, ..)| *account))
            .chain(self.postings.iter().map(|(account, ..)| *account));
        for account in accounts {
            if find(named, account).is_none() {
                return refused("something is of an account that the batch does not name");
            }
        }
        for (player, _) in &self.awards {
            let found = self
                .players
                .binary_search_by_key(player, |change| change.player);
            if found.is_err() {
                return refused("an award is of a player whom the batch does not name");
            }
        }
        Ok(())
    }
}

/// The accounts of a batch whose players are left out.
pub(super) fn accounts_of(batch: &Batch, left_out: &HashSet<PlayerId>) -> Vec<AccountId> {
    let ids = batch.accounts.iter().map(|change| change.record.id);
    ids.filter(|id| left_out.contains(&id.player)).collect()
}

fn only<T>(rows: &[T], stays: impl Fn(&T) -> bool) -> Vec<&T> {
    rows.iter().filter(|row| stays(row)).collect()
}

/// The answers of players that stay, by account and key.
fn answers_of(
    answers: &[(AccountId, AnsweredOrder)],
    stays: impl Fn(PlayerId) -> bool,
) -> StoreResult<Vec<Answer<'_>>> {
    let mut written = Vec::with_capacity(answers.len());
    for (account, answered) in answers.iter().filter(|(id, _)| stays(id.player)) {
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

/// Checks that an account's entries lead from the expected version to the new one. The ledger's
/// partitions cannot enforce that a `seq` is unique across months; the version does.
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

/// The rows of players that stay, by account; within an account in their original order.
fn of_accounts<R>(
    rows: &[(AccountId, R)],
    stays: impl Fn(PlayerId) -> bool,
) -> Vec<(AccountId, &R)> {
    let mut rows: Vec<_> = rows
        .iter()
        .filter(|(account, _)| stays(account.player))
        .map(|(account, row)| (*account, row))
        .collect();
    rows.sort_by_key(|(account, _)| *account);
    rows
}

#[cfg(test)]
mod tests {
    use domain::progress::Counters;
    use domain::{Account, AwardHead, GameId, LedgerHead, Money};

    use super::*;
    use crate::store::AccountRecord;

    fn change(player: i64, game: i64) -> AccountChange {
        let id = AccountId {
            player: PlayerId(player),
            game: GameId(game),
        };
        let record = AccountRecord {
            id,
            account: Account::opened_with(Money::ZERO),
            head: LedgerHead::before_first(id),
            counters: Counters::default(),
        };
        AccountChange {
            expected_version: record.head.version,
            record,
        }
    }

    fn gain(player: i64, xp_gained: i64) -> PlayerChange {
        let awards = AwardHead::before_first(PlayerId(player));
        PlayerChange {
            player: PlayerId(player),
            expected_xp: 7,
            xp_gained,
            expected_award_seq: awards.seq,
            awards,
            bonus_day: None,
            progress: None,
        }
    }

    #[test]
    fn a_player_is_written_whole_or_not_at_all() {
        let batch = Batch {
            accounts: vec![change(3, 1), change(1, 1), change(2, 1), change(1, 2)],
            players: vec![gain(3, 5), gain(1, 25), gain(2, 0)],
            ..Batch::default()
        };
        let selection = Selection::of(&batch, &HashSet::new()).unwrap();
        let players: Vec<_> = selection.players.iter().map(|one| one.player.0).collect();
        assert_eq!(players, [1, 3], "only those who gain, in order");
        // One account of the first player has moved on: both stay out.
        let mut current: HashSet<_> = selection.expected().map(|one| one.record.id).collect();
        current.remove(&batch.accounts[3].record.id);
        let overtaken = selection.overtaken(Found {
            current,
            current_players: HashSet::from([PlayerId(1), PlayerId(3)]),
            done: HashSet::new(),
        });
        assert_eq!(overtaken, HashSet::from([PlayerId(1)]));
        let out = [batch.accounts[1].record.id, batch.accounts[3].record.id];
        assert_eq!(accounts_of(&batch, &overtaken), out);
        let rest = Selection::of(&batch, &overtaken).unwrap();
        assert_eq!(rest.players, [&batch.players[0]]);
        assert_eq!(rest.unchanged.len(), 2);
    }

    #[test]
    fn a_batch_that_contradicts_itself_is_refused() {
        let mut ahead = change(1, 1);
        ahead.record.head.version += 1;
        let without_entry = Batch {
            accounts: vec![ahead],
            ..Batch::default()
        };
        assert!(Selection::of(&without_entry, &HashSet::new()).is_err());
        let head = AwardHead::before_first(PlayerId(1));
        let cause = domain::AwardCause::Reviewed {
            game: GameId(1),
            seq: 1,
        };
        let unguarded = Batch {
            accounts: vec![change(1, 1)],
            awards: vec![(
                PlayerId(1),
                head.award(domain::Timestamp::default(), 1, 1, cause),
            )],
            ..Batch::default()
        };
        assert!(Selection::of(&unguarded, &HashSet::new()).is_err());
    }
}
