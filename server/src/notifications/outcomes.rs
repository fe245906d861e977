//! Which parts of an outcome a player is notified of.

use domain::api::OrderStatus;
use domain::{
    AccountId, AwardCause, FactKind, IdempotencyKey, LevelRules, Progress, Symbol, Timestamp,
};

use super::{EndedBy, Happened, Subject, ends_investment, is_action};
use crate::store::{AccountOutcome, Event};

/// What to notify, as far as the outcome itself says it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Found {
    /// Everything is known.
    Whole(Happened),
    /// The fill has to be read.
    Filled {
        account: AccountId,
        key: IdempotencyKey,
        symbol: Symbol,
        at: Timestamp,
    },
    /// The entry has to be read.
    Action {
        account: AccountId,
        seq: i64,
        kind: FactKind,
        at: Timestamp,
    },
    /// The entry that ended an investment has to be read.
    Investment {
        account: AccountId,
        seq: i64,
        at: Timestamp,
    },
}

/// What the player of an outcome is notified of, in the order in which it happened.
pub(super) fn found_in(outcome: &AccountOutcome, levels: LevelRules, at: Timestamp) -> Vec<Found> {
    let account = outcome.account();
    let whole = |cause: String, subject| {
        Found::Whole(Happened {
            player: outcome.player,
            cause,
            subject,
            at,
        })
    };
    let by_action = outcome
        .events
        .iter()
        .any(|event| matches!(event, Event::Posted { kind, .. } if is_action(*kind)));
    let mut found: Vec<Found> = outcome
        .events
        .iter()
        .filter_map(|event| match event {
            Event::Order {
                key,
                symbol,
                status: OrderStatus::Filled,
                rested: true,
            } => Some(Found::Filled {
                account,
                key: key.clone(),
                symbol: *symbol,
                at,
            }),
            Event::Order {
                key,
                symbol,
                status,
                rested: true,
            } => {
                let why = match status {
                    OrderStatus::Expired => EndedBy::Time,
                    OrderStatus::Rejected => EndedBy::Rejection,
                    OrderStatus::Cancelled if by_action => EndedBy::Action,
                    // Players already know what they cancelled themselves.
                    OrderStatus::Cancelled | OrderStatus::Resting | OrderStatus::Filled => {
                        return None;
                    }
                };
                let subject = Subject::OrderEnded {
                    game: outcome.game,
                    symbol: *symbol,
                    why,
                };
                Some(whole(order_cause(account, key), subject))
            }
            Event::Order { .. } => None,
            Event::Awarded { xp, cause } => {
                let AwardCause::Unlocked { achievement, .. } = cause else {
                    return None;
                };
                let subject = Subject::Unlocked {
                    achievement: achievement.clone(),
                    xp: *xp,
                };
                Some(whole(cause.key(), subject))
            }
            Event::Posted { seq, kind } if ends_investment(*kind) => Some(Found::Investment {
                account,
                seq: *seq,
                at,
            }),
            Event::Posted { seq, kind } => is_action(*kind).then_some(Found::Action {
                account,
                seq: *seq,
                kind: *kind,
                at,
            }),
        })
        .collect();
    let level = |xp| Progress::by(levels, xp).level;
    let reached = level(outcome.xp);
    if reached > level(outcome.xp_before) {
        let subject = Subject::Level { level: reached };
        found.push(whole(format!("level:{reached}"), subject));
    }
    found
}

/// The key of the end of an order. An order ends once.
pub(super) fn order_cause(account: AccountId, key: &IdempotencyKey) -> String {
    format!("order:{}:{key}", account.game)
}

#[cfg(test)]
mod tests {
    use domain::{GameId, PlayerId};

    use super::*;

    fn outcome(events: Vec<Event>, xp: (i64, i64)) -> AccountOutcome {
        AccountOutcome {
            player: PlayerId(7),
            game: GameId(1),
            version: 3,
            xp_before: xp.0,
            xp: xp.1,
            events,
        }
    }

    fn order(status: OrderStatus, rested: bool) -> Event {
        Event::Order {
            key: "order-0001".parse().unwrap(),
            symbol: "ACME".parse().unwrap(),
            status,
            rested,
        }
    }

    fn found(events: Vec<Event>, xp: (i64, i64)) -> Vec<Found> {
        found_in(
            &outcome(events, xp),
            LevelRules::default(),
            Timestamp::from_seconds(5),
        )
    }

    #[test]
    fn only_orders_that_had_waited_are_told_and_no_cancellation_by_the_player() {
        for (status, rested, told) in [
            (OrderStatus::Filled, true, true),
            (OrderStatus::Filled, false, false),
            (OrderStatus::Expired, true, true),
            (OrderStatus::Rejected, true, true),
            (OrderStatus::Rejected, false, false),
            (OrderStatus::Cancelled, true, false),
            (OrderStatus::Resting, false, false),
        ] {
            let found = found(vec![order(status, rested)], (0, 0));
            assert_eq!(found.len(), usize::from(told), "{status:?} {rested}");
        }
        let split = Event::Posted {
            seq: 9,
            kind: FactKind::Split,
        };
        let both = found(vec![order(OrderStatus::Cancelled, true), split], (0, 0));
        assert_eq!(both.len(), 2);
    }

    #[test]
    fn an_unlock_and_the_level_that_it_raises_are_told_under_their_own_causes() {
        let unlocked = Event::Awarded {
            xp: 1_000,
            cause: AwardCause::Unlocked {
                achievement: "first-trade".into(),
                step: 0,
                game: GameId(1),
            },
        };
        let found = found(vec![unlocked], (10, 1_010));
        let causes: Vec<&str> = found
            .iter()
            .map(|one| match one {
                Found::Whole(happened) => happened.cause.as_str(),
                other => panic!("{other:?}"),
            })
            .collect();
        assert_eq!(causes, ["unlocked:1:first-trade:0", "level:2"]);
    }
}
