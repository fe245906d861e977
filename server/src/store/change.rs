//! What a batch changes, as both databases write it.

use std::collections::BTreeMap;

use domain::Xp;

use super::AccountChange;

/// The XP that each player gained in all accounts together, by player: the order in which every
/// server locks them.
pub(super) fn xp_by_player<'a>(changes: impl Iterator<Item = &'a AccountChange>) -> Vec<(i64, Xp)> {
    let mut gained: BTreeMap<i64, Xp> = BTreeMap::new();
    for change in changes.filter(|change| change.xp_gained != 0) {
        let sum = gained.entry(change.record.id.player.0).or_default();
        *sum = sum.saturating_add(change.xp_gained);
    }
    gained.into_iter().collect()
}

#[cfg(test)]
mod tests {
    use domain::{Account, AccountId, GameId, LedgerHead, Money, PlayerId};

    use super::*;
    use crate::store::AccountRecord;

    #[test]
    fn xp_of_several_accounts_of_a_player_adds_up() {
        let change = |player, game, xp_gained| {
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
                expected_version: 1,
                record,
                xp_gained,
            }
        };
        let changes = [
            change(1, 1, 10),
            change(2, 1, 0),
            change(1, 2, 15),
            change(3, 1, 5),
        ];
        assert_eq!(xp_by_player(changes.iter()), [(1, 25), (3, 5)]);
    }
}
