//! A lane's cache of the accounts it has traded for, so that their next orders need no fetch.
//!
//! It may be stale: another server may have changed an account since. Every decision is written
//! against the version and the XP that it was based on, so the result of a stale entry is never
//! written. Those orders are retried on freshly fetched data.

use std::collections::{HashMap, HashSet};

use domain::api::OrderStatus;
use domain::{AccountId, IdempotencyKey, InstrumentId, Position};

use crate::recent::Recent;
use crate::store::{AnsweredOrder, Batch, Fetched, OrderLookup, TradingAccount};

/// Answers kept per account. A client that misses an answer retries soon.
const ANSWERS_KEPT: usize = 2;

/// What is known of an account.
#[derive(Debug, Clone)]
struct Known {
    account: TradingAccount,
    /// The positions looked up so far; one that was never held is the default.
    positions: HashMap<InstrumentId, Position>,
    /// The latest final answers, oldest first.
    answers: Vec<(IdempotencyKey, AnsweredOrder)>,
}

/// The accounts that a lane remembers.
#[derive(Debug)]
pub(super) struct Memory {
    accounts: Recent<AccountId, Known>,
}

impl Memory {
    /// Remembers the latest accounts, at most `accounts_max`.
    pub(super) fn new(accounts_max: usize) -> Self {
        Self {
            accounts: Recent::new(accounts_max),
        }
    }

    /// What is remembered for the lookups, and the lookups that must be fetched: all those of an
    /// account for which anything is unknown.
    pub(super) fn recall(&mut self, lookups: &[OrderLookup]) -> (Fetched, Vec<OrderLookup>) {
        let incomplete: HashSet<AccountId> = lookups
            .iter()
            .filter(|lookup| !self.knows(lookup))
            .map(|lookup| lookup.account)
            .collect();
        let (mut known, mut unknown) = (Fetched::default(), Vec::new());
        for lookup in lookups {
            if incomplete.contains(&lookup.account) {
                unknown.push(lookup.clone());
            } else if let Some(found) = self.accounts.get_mut(&lookup.account) {
                found.put_into(&mut known, lookup);
            }
        }
        (known, unknown)
    }

    /// Whether an order needs no fetch.
    pub(super) fn knows(&mut self, lookup: &OrderLookup) -> bool {
        let known = self.accounts.get_mut(&lookup.account);
        known.is_some_and(|known| {
            lookup
                .instrument
                .is_none_or(|instrument| known.positions.contains_key(&instrument))
        })
    }

    /// Remembers what was fetched for `lookups`.
    pub(super) fn learn(&mut self, lookups: &[OrderLookup], fetched: &Fetched) {
        // In the order of the lookups, so that eviction is deterministic.
        for lookup in lookups {
            let id = lookup.account;
            let Some(account) = fetched.accounts.get(&id) else {
                continue;
            };
            match self.accounts.get_mut(&id) {
                Some(known) if known.account.record == account.record => {
                    known.account = account.clone();
                }
                _ => {
                    let known = Known {
                        account: account.clone(),
                        positions: HashMap::new(),
                        // A vector that grows from empty starts with room for four.
                        answers: Vec::with_capacity(ANSWERS_KEPT),
                    };
                    self.accounts.insert(id, known);
                }
            }
        }
        for lookup in lookups {
            let (Some(instrument), Some(known)) =
                (lookup.instrument, self.accounts.get_mut(&lookup.account))
            else {
                continue;
            };
            let position = fetched.positions.get(&(lookup.account, instrument));
            known
                .positions
                .insert(instrument, position.cloned().unwrap_or_default());
        }
    }

    /// Remembers a written batch.
    pub(super) fn written(&mut self, batch: &Batch) {
        let players: HashMap<_, _> = batch
            .players
            .iter()
            .map(|change| (change.player, change))
            .collect();
        for change in &batch.accounts {
            let id = change.record.id;
            if let Some(known) = self.accounts.get_mut(&id) {
                known.account.record = change.record.clone();
                if let Some(player) = players.get(&id.player) {
                    known.account.xp = player.expected_xp.saturating_add(player.xp_gained);
                    known.account.awards = player.awards;
                    if let Some(progress) = &player.progress {
                        known.account.progress = progress.clone();
                    }
                }
            }
        }
        for (account, record) in &batch.positions {
            if let Some(known) = self.accounts.get_mut(account) {
                known
                    .positions
                    .insert(record.instrument, record.position.clone());
            }
        }
        // Nothing is kept about a resting order: another server may end it at any time.
        let is_final =
            |(_, answer): &&(AccountId, AnsweredOrder)| answer.view.status != OrderStatus::Resting;
        for (account, answer) in batch.answers.iter().filter(is_final) {
            if let Some(known) = self.accounts.get_mut(account) {
                if known.answers.len() >= ANSWERS_KEPT {
                    known.answers.remove(0);
                }
                let key = answer.view.idempotency_key.clone();
                known.answers.push((key, answer.clone()));
            }
        }
    }

    /// Forgets an account.
    pub(super) fn forget(&mut self, account: AccountId) {
        self.accounts.remove(&account);
    }
}

impl Known {
    fn put_into(&self, fetched: &mut Fetched, lookup: &OrderLookup) {
        fetched
            .accounts
            .insert(lookup.account, self.account.clone());
        if let Some(instrument) = lookup.instrument
            && let Some(position) = self.positions.get(&instrument)
        {
            let place = (lookup.account, instrument);
            fetched.positions.insert(place, position.clone());
        }
        let answer = self
            .answers
            .iter()
            .find(|(key, _)| Some(key) == lookup.key.as_ref());
        if let Some((key, answer)) = answer {
            let name = (lookup.account, key.clone());
            fetched.answers.insert(name, answer.clone());
        }
    }
}

#[cfg(test)]
mod tests {
    use domain::api::OrderView;
    use domain::progress::{Counters, PlayerProgress};
    use domain::{
        Account, AwardHead, GameId, LedgerHead, Money, Order, PlayerId, Quantity, Side, Size,
        Timestamp,
    };

    use super::*;
    use crate::store::{AccountChange, AccountRecord, PlayerChange, PositionRecord};

    fn id(player: i64) -> AccountId {
        AccountId {
            player: PlayerId(player),
            game: GameId(1),
        }
    }

    fn account(player: i64, version: i64) -> TradingAccount {
        let head = LedgerHead {
            version,
            ..LedgerHead::before_first(id(player))
        };
        let record = AccountRecord {
            id: id(player),
            account: Account::opened_with(Money::from_whole(100)),
            head,
            counters: Counters::default(),
        };
        TradingAccount {
            record,
            xp: 7,
            awards: AwardHead::before_first(id(player).player),
            progress: PlayerProgress::default(),
        }
    }

    fn lookup(player: i64, instrument: i64) -> OrderLookup {
        OrderLookup {
            account: id(player),
            instrument: Some(InstrumentId(instrument)),
            key: "a-key-of-an-order".parse().ok(),
        }
    }

    fn fetched(player: i64, version: i64) -> Fetched {
        let accounts = [(id(player), account(player, version))];
        Fetched {
            accounts: accounts.into(),
            ..Fetched::default()
        }
    }

    #[test]
    fn what_was_fetched_is_known_and_nothing_else() {
        let mut memory = Memory::new(100);
        let first = [lookup(1, 1)];
        assert_eq!(memory.recall(&first).1, first);
        memory.learn(&first, &fetched(1, 3));
        let (known, unknown) = memory.recall(&first);
        assert_eq!(unknown, []);
        assert_eq!(known.accounts[&id(1)].record.head.version, 3);
        // That an instrument was never held is known, too.
        assert_eq!(
            known.positions[&(id(1), InstrumentId(1))],
            Position::default()
        );
        // With another instrument, the whole account is fetched, so that all of it is of one version.
        let both = [lookup(1, 1), lookup(1, 2), lookup(2, 1)];
        assert_eq!(memory.recall(&both).1, both);
        memory.forget(id(1));
        assert_eq!(memory.recall(&first).1, first);
    }

    #[test]
    fn positions_of_another_version_are_forgotten() {
        let mut memory = Memory::new(100);
        memory.learn(&[lookup(1, 1)], &fetched(1, 3));
        memory.learn(&[lookup(1, 2)], &fetched(1, 3));
        assert_eq!(memory.recall(&[lookup(1, 1), lookup(1, 2)]).1, []);
        memory.learn(&[lookup(1, 2)], &fetched(1, 4));
        assert_eq!(memory.recall(&[lookup(1, 2)]).1, []);
        assert_eq!(memory.recall(&[lookup(1, 1)]).1.len(), 1);
    }

    #[test]
    fn what_was_written_is_known() {
        let mut memory = Memory::new(100);
        memory.learn(&[lookup(1, 1)], &fetched(1, 3));
        let position = Position {
            quantity: Quantity::from_whole(2),
            ..Position::default()
        };
        let written = Batch {
            accounts: vec![AccountChange {
                expected_version: 3,
                record: account(1, 4).record,
            }],
            players: vec![PlayerChange {
                player: PlayerId(1),
                expected_xp: 7,
                xp_gained: 10,
                expected_award_seq: 0,
                awards: AwardHead::before_first(PlayerId(1)),
                bonus_day: None,
                progress: None,
            }],
            positions: vec![(
                id(1),
                PositionRecord {
                    instrument: InstrumentId(1),
                    position: position.clone(),
                },
            )],
            ..Batch::default()
        };
        memory.written(&written);
        let (known, unknown) = memory.recall(&[lookup(1, 1)]);
        assert_eq!(unknown, []);
        let now = &known.accounts[&id(1)];
        assert_eq!((now.record.head.version, now.xp), (4, 17));
        assert_eq!(known.positions[&(id(1), InstrumentId(1))], position);
    }

    #[test]
    fn of_an_order_that_rests_the_answer_is_read_again() {
        let mut memory = Memory::new(100);
        memory.learn(&[lookup(1, 1)], &fetched(1, 3));
        let answered = |key: &str, status| {
            let (key, symbol) = (key.parse().unwrap(), "ACME".parse().unwrap());
            let size = Size::Quantity(Quantity::from_whole(1));
            let order = Order::new(key, symbol, Side::Buy, size, None, None).unwrap();
            let answer = AnsweredOrder {
                fingerprint: [0; 32],
                view: OrderView::unfilled(&order, status, Timestamp::default()),
            };
            (id(1), answer)
        };
        memory.written(&Batch {
            answers: vec![
                answered("final-order", OrderStatus::Cancelled),
                answered("open-order", OrderStatus::Resting),
            ],
            ..Batch::default()
        });
        let mut knows = |key: &str| {
            let key: IdempotencyKey = key.parse().unwrap();
            let lookup = OrderLookup {
                key: Some(key.clone()),
                ..lookup(1, 1)
            };
            let (known, _) = memory.recall(&[lookup]);
            known.answers.contains_key(&(id(1), key))
        };
        assert!(knows("final-order"));
        assert!(!knows("open-order"));
    }
}
