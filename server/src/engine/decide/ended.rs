//! The result of a decided batch: what to publish and what to write.

use std::collections::HashSet;

use domain::{AccountId, PlayerId};

use super::Desk;
use super::player::OpenPlayer;
use crate::store::{AccountChange, AccountOutcome, Batch, PositionRecord};

impl Desk<'_> {
    /// What to publish to the readers of the feed, by account.
    pub(super) fn tell(&mut self) -> Vec<AccountOutcome> {
        let mut told: Vec<_> = self
            .accounts
            .iter_mut()
            .filter(|(_, open)| !open.events.is_empty())
            .map(|(id, open)| AccountOutcome {
                player: id.player,
                game: id.game,
                version: open.record.head.version,
                xp_before: self
                    .players
                    .get(&id.player)
                    .map_or(0, OpenPlayer::xp_before),
                xp: self.players.get(&id.player).map_or(0, OpenPlayer::xp),
                events: std::mem::take(&mut open.events),
            })
            .collect();
        told.sort_by_key(AccountOutcome::account);
        told
    }

    pub(super) fn into_batch(mut self) -> Batch {
        let answers = self.batch.answers.iter().chain(&self.batch.ended);
        let mut touched: HashSet<AccountId> = answers.map(|(id, _)| *id).collect();
        touched.extend(self.batch.entries.iter().map(|(id, _)| *id));
        let players = self.players.iter();
        self.batch.players = players
            .map(|(player, open)| open.change(*player))
            .filter(|change| change.is_change())
            .collect();
        // A player whose award belongs to no account's change still needs an account as a guard: the
        // one for which the award was requested.
        let awarded: HashSet<PlayerId> = self.batch.awards.iter().map(|(id, _)| *id).collect();
        let mut accounts: Vec<AccountChange> = self
            .accounts
            .into_values()
            .filter(|open| {
                let id = open.record.id;
                touched.contains(&id) || awarded.contains(&id.player)
            })
            .map(|open| AccountChange {
                expected_version: open.expected_version,
                record: open.record,
            })
            .collect();
        // Sorted by id so that two servers lock accounts in the same order.
        accounts.sort_by_key(|change| change.record.id);
        self.batch.players.sort_by_key(|change| change.player);
        let record = |(account, instrument)| {
            let position = self.positions.remove(&(account, instrument))?;
            let record = PositionRecord {
                instrument,
                position,
            };
            Some((account, record))
        };
        self.batch.positions = self.changed.into_iter().filter_map(record).collect();
        Batch {
            accounts,
            ..self.batch
        }
    }
}
