//! What one connection is told of its player, and when: changes of the account at once; what the
//! player reached at once, and what follows together; never more than 60 messages a minute. What
//! cannot be said yet is added up, so a slow client gets a summary.

use std::collections::VecDeque;
use std::time::Duration;

use domain::api::{AdviceState, LiveMessage, OrderNews, UnlockView};
use domain::progress::Achievements;
use domain::{AwardCause, Progress, Xp};
use tokio::time::Instant;

use crate::store::{AccountOutcome, Event};

/// After something was reached, what follows within this time is told together.
const TOGETHER: Duration = Duration::from_secs(2);
/// Unlocks that one message names, and that do not wait for more.
const UNLOCKS_MAX: usize = 10;
/// Orders that one message names.
const ORDERS_MAX: usize = 64;
/// Rebalancings that wait to be told; earlier ones are read by their ids.
const REBALANCINGS_MAX: usize = 16;
/// Messages a minute.
const MESSAGES_MAX: usize = 60;
const MINUTE: Duration = Duration::from_secs(60);

/// What has not been said yet.
#[derive(Debug, Default)]
pub(super) struct News {
    account: Option<AccountChange>,
    unlocked: Vec<UnlockView>,
    more: u32,
    level: Option<u32>,
    /// Notifications that have not been read, when their number has changed.
    unread: Option<u32>,
    /// Rebalancings that have ended, earliest first.
    rebalancings: VecDeque<(i64, AdviceState)>,
    /// The rank, when it has changed.
    rank: Option<u32>,
    /// When a rank was said last, and which.
    ranked: Option<(Instant, u32)>,
    /// When something that was reached was said last.
    told_at: Option<Instant>,
    /// When the latest messages were said.
    said: VecDeque<Instant>,
}

/// How an account has changed since the message before.
#[derive(Debug, Default)]
struct AccountChange {
    version: i64,
    xp: Xp,
    awarded: Xp,
    orders: Vec<OrderNews>,
    missed: bool,
}

impl News {
    /// Adds what happened in a batch.
    pub(super) fn take(&mut self, outcome: &AccountOutcome) {
        let change = self.account.get_or_insert_default();
        change.version = change.version.max(outcome.version);
        change.xp = outcome.xp;
        for event in &outcome.events {
            match event {
                Event::Order {
                    key,
                    symbol,
                    status,
                    rested,
                } => {
                    if change.orders.len() == ORDERS_MAX {
                        change.orders.remove(0);
                        change.missed = true;
                    }
                    change.orders.push(OrderNews {
                        idempotency_key: key.clone(),
                        symbol: *symbol,
                        status: *status,
                        rested: *rested,
                    });
                }
                Event::Awarded {
                    cause: AwardCause::Unlocked { achievement, .. },
                    ..
                } => {
                    let unlock = unlock(achievement);
                    match unlock.filter(|_| self.unlocked.len() < UNLOCKS_MAX) {
                        Some(unlock) => self.unlocked.push(unlock),
                        None => self.more = self.more.saturating_add(1),
                    }
                }
                Event::Awarded { xp, .. } => change.awarded = change.awarded.saturating_add(*xp),
                Event::Posted { .. } => {}
            }
        }
        let level = |xp| Progress::of(xp).level;
        if level(outcome.xp) > level(outcome.xp_before) {
            self.level = Some(level(outcome.xp));
        }
    }

    /// Notes how many notifications have not been read.
    pub(super) fn count_unread(&mut self, unread: u32) {
        self.unread = Some(unread);
    }

    /// Notes that a rebalancing has ended.
    pub(super) fn end_rebalancing(&mut self, id: i64, state: AdviceState) {
        if self.rebalancings.len() == REBALANCINGS_MAX {
            self.rebalancings.pop_front();
        }
        self.rebalancings.push_back((id, state));
    }

    /// Notes the rank of now.
    pub(super) fn note_rank(&mut self, rank: u32) {
        let is_known = self.ranked.is_some_and(|(_, known)| known == rank);
        self.rank = (!is_known).then_some(rank);
    }

    /// Notes that something happened that nobody can tell any more.
    pub(super) fn miss(&mut self) {
        self.account.get_or_insert_default().missed = true;
    }

    /// The next message that may be said by now.
    pub(super) fn say(&mut self, now: Instant) -> Option<LiveMessage> {
        if self.due_at(now)? > now {
            return None;
        }
        if self.said.len() == MESSAGES_MAX {
            self.said.pop_front();
        }
        self.said.push_back(now);
        if let Some(change) = self.account.take() {
            return Some(LiveMessage::Account {
                account_version: change.version,
                xp: change.xp,
                awarded: change.awarded,
                orders: change.orders,
                missed: change.missed,
            });
        }
        if let Some(unread) = self.unread.take() {
            return Some(LiveMessage::Notifications { unread });
        }
        if let Some((id, state)) = self.rebalancings.pop_front() {
            let id = id.to_string();
            return Some(LiveMessage::Rebalancing { id, state });
        }
        if self.rank_due_at(now).is_some_and(|due| due <= now)
            && let Some(rank) = self.rank.take()
        {
            self.ranked = Some((now, rank));
            return Some(LiveMessage::Rank { rank });
        }
        self.told_at = Some(now);
        Some(LiveMessage::Progress {
            unlocked: std::mem::take(&mut self.unlocked),
            more: std::mem::take(&mut self.more),
            level: self.level.take(),
        })
    }

    /// When the next message may be said; none: there is nothing to say.
    pub(super) fn due_at(&self, now: Instant) -> Option<Instant> {
        let at_once = self.account.is_some() || self.unread.is_some();
        let due = if at_once || !self.rebalancings.is_empty() {
            now
        } else {
            let due = [self.progress_due_at(now), self.rank_due_at(now)];
            due.into_iter().flatten().min()?
        };
        let full = self.said.len() == MESSAGES_MAX;
        let free_at = self.said.front().filter(|_| full);
        Some(free_at.map_or(due, |oldest| due.max(*oldest + MINUTE)))
    }

    fn rank_due_at(&self, now: Instant) -> Option<Instant> {
        self.rank?;
        Some(self.ranked.map_or(now, |(told_at, _)| told_at + TOGETHER))
    }

    fn progress_due_at(&self, now: Instant) -> Option<Instant> {
        if self.unlocked.is_empty() && self.more == 0 && self.level.is_none() {
            return None;
        }
        let waits = self.unlocked.len() < UNLOCKS_MAX;
        let earlier = self.told_at.filter(|_| waits);
        Some(earlier.map_or(now, |earlier| earlier + TOGETHER))
    }
}

fn unlock(achievement: &str) -> Option<UnlockView> {
    let definition = Achievements::standard().find(achievement)?;
    Some(UnlockView {
        achievement: definition.id.clone(),
        name: definition.name.clone(),
        icon: definition.icon.clone(),
        xp: definition.xp_reward,
    })
}

#[cfg(test)]
mod tests {
    use domain::{GameId, PlayerId};

    use super::*;

    /// The unlock of so many achievements, one after the other in the catalogue.
    fn unlocks(count: usize) -> AccountOutcome {
        let all = Achievements::standard().all().iter().take(count);
        let award = |id: &str| Event::Awarded {
            xp: 5,
            cause: AwardCause::Unlocked {
                achievement: id.to_owned(),
                step: 0,
                game: GameId(1),
            },
        };
        AccountOutcome {
            player: PlayerId(1),
            game: GameId(1),
            version: 2,
            xp_before: 0,
            xp: 5,
            events: all.map(|one| award(one.id.as_str())).collect(),
        }
    }

    /// How many unlocks the message names, and how many more there are; none of another message.
    fn told(message: Option<LiveMessage>) -> Option<(usize, u32)> {
        match message? {
            LiveMessage::Progress { unlocked, more, .. } => Some((unlocked.len(), more)),
            _ => None,
        }
    }

    /// Says the change of the account, which comes first.
    fn account_told(news: &mut News, now: Instant) {
        let message = news.say(now);
        assert!(
            matches!(message, Some(LiveMessage::Account { awarded: 0, .. })),
            "{message:?}"
        );
    }

    #[test]
    fn the_first_unlock_is_told_at_once_and_those_that_follow_together() {
        let (mut news, start) = (News::default(), Instant::now());
        let after = |ms| start + Duration::from_millis(ms);
        news.take(&unlocks(1));
        account_told(&mut news, start);
        assert_eq!(told(news.say(start)), Some((1, 0)));
        for ms in [100, 900] {
            news.take(&unlocks(1));
            account_told(&mut news, after(ms));
            assert_eq!(news.say(after(ms)), None);
        }
        assert_eq!(news.due_at(after(900)), Some(after(2_000)));
        assert_eq!(told(news.say(after(2_000))), Some((2, 0)));
        assert_eq!(news.due_at(after(2_000)), None);
    }

    #[test]
    fn ten_unlocks_do_not_wait_and_more_are_counted() {
        let (mut news, now) = (News::default(), Instant::now());
        news.take(&unlocks(1));
        account_told(&mut news, now);
        assert_eq!(told(news.say(now)), Some((1, 0)));
        news.take(&unlocks(13));
        account_told(&mut news, now);
        assert_eq!(told(news.say(now)), Some((10, 3)));
    }

    #[test]
    fn a_rank_is_told_when_it_changes_and_every_two_seconds_at_most() {
        let (mut news, start) = (News::default(), Instant::now());
        let after = |ms| start + Duration::from_millis(ms);
        news.note_rank(7);
        assert_eq!(news.say(start), Some(LiveMessage::Rank { rank: 7 }));
        news.note_rank(7);
        assert_eq!(news.due_at(after(100)), None);
        news.note_rank(6);
        assert_eq!(news.say(after(200)), None);
        news.note_rank(5);
        assert_eq!(news.due_at(after(300)), Some(after(2_000)));
        assert_eq!(news.say(after(2_000)), Some(LiveMessage::Rank { rank: 5 }));
        // Back before it was told.
        news.note_rank(9);
        news.note_rank(5);
        assert_eq!(news.due_at(after(5_000)), None);
    }

    #[test]
    fn a_level_is_told_once_with_what_raised_it() {
        let (mut news, now) = (News::default(), Instant::now());
        let raised = AccountOutcome {
            xp: 1_001,
            ..unlocks(1)
        };
        news.take(&raised);
        account_told(&mut news, now);
        let message = news.say(now);
        assert!(
            matches!(message, Some(LiveMessage::Progress { level: Some(2), .. })),
            "{message:?}"
        );
        assert_eq!(news.say(now), None);
    }

    #[test]
    fn no_more_than_sixty_messages_a_minute_are_said_and_the_rest_is_summed_up() {
        let (mut news, start) = (News::default(), Instant::now());
        for n in 0..200_u32 {
            news.take(&AccountOutcome {
                version: i64::from(n),
                ..unlocks(0)
            });
            let now = start + Duration::from_millis(u64::from(n));
            assert_eq!(news.say(now).is_some(), n < 60, "message {n}");
        }
        let now = start + Duration::from_millis(200);
        assert_eq!(news.due_at(now), Some(start + MINUTE));
        let summary = news.say(start + MINUTE);
        assert!(
            matches!(
                summary,
                Some(LiveMessage::Account {
                    account_version: 199,
                    ..
                })
            ),
            "{summary:?}"
        );
    }
}
