//! Notifies the pages that the player's account has changed elsewhere: in another tab, on another
//! device, or because a waiting order was filled.

use domain::PlayerId;
use domain::api::{OrderNews, OrderStatus};
use leptos::prelude::*;

use crate::components::{Toasts, Tone};
use crate::language::Texts;
use crate::live::{Live, Reached};
use crate::{CurrentSession, format};

/// The newest account version that this page knows of, and when to reload.
#[derive(Debug, Clone, Copy)]
pub struct AccountChanges {
    newest: RwSignal<i64>,
    /// Counts how often the player came back to this tab.
    returns: RwSignal<u32>,
}

/// When something that shows the account was last reloaded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Moment {
    newest: i64,
    returns: u32,
    resumed: u32,
}

impl AccountChanges {
    fn new() -> Self {
        Self {
            newest: RwSignal::new(0),
            returns: RwSignal::new(0),
        }
    }

    /// Provides the changes to all components below. The session is the first to react.
    pub(crate) fn provide(session: CurrentSession) -> Self {
        let changes = Self::new();
        provide_context(changes);
        changes.learn_from(session);
        changes.notice_returns();
        changes.follow_news();
        celebrate();
        changes.keep_fresh(
            move || session.version().unwrap_or_default(),
            move || session.refetch(),
        );
        changes
    }

    /// The changes provided by the surrounding page.
    #[must_use]
    pub fn get() -> Self {
        use_context().unwrap_or_else(Self::new)
    }

    /// Records that the account has reached a version. Whatever shows an older one reloads it.
    pub fn account_changed(self, version: i64) {
        if self.newest.get_untracked() < version {
            self.newest.set(version);
        }
    }

    /// The newest account version that this page knows of; 0 before there is one.
    #[must_use]
    pub fn newest(self) -> i64 {
        self.newest.get_untracked()
    }

    /// Calls `reload` whenever the display may be out of date: a newer version was reported, the
    /// connection came back, or the player came back to this tab.
    pub fn keep_fresh(self, shown: impl Fn() -> i64 + 'static, reload: impl Fn() + 'static) {
        let resumed = Live::get().resumed();
        Effect::new(move |before: Option<Moment>| {
            let now = Moment {
                newest: self.newest.get(),
                returns: self.returns.get(),
                resumed: resumed.get(),
            };
            if let Some(before) = before
                && (now.returns != before.returns
                    || now.resumed != before.resumed
                    || is_newer(before.newest, now.newest, shown()))
            {
                reload();
            }
            now
        });
    }

    fn learn_from(self, session: CurrentSession) {
        Effect::new(move |before: Option<Option<(PlayerId, i64)>>| {
            let before = before.flatten();
            let Some((player, version)) = session.player_and_version() else {
                return before;
            };
            // Another player's account has its own version numbers.
            if before.is_some_and(|(earlier, _)| earlier == player) {
                self.account_changed(version);
            } else {
                self.newest.set(version);
            }
            Some((player, version))
        });
    }

    /// Applies account updates from the live connection.
    fn follow_news(self) {
        let (news, toasts) = (Live::get().news(), Toasts::get());
        Effect::new(move || {
            let Some(news) = news.get() else { return };
            for order in &news.orders {
                if let Some((tone, text)) = in_words(order) {
                    toasts.push(tone, text);
                }
            }
            if news.awarded > 0 {
                toasts.push(Tone::Good, format!("+{}", format::xp(news.awarded)));
            }
            if news.missed {
                self.returns.update(|count| *count = count.wrapping_add(1));
            }
            self.account_changed(news.version);
        });
    }

    fn notice_returns(self) {
        Effect::new(move || {
            window_event_listener_untyped("visibilitychange", move |_| {
                if !document().hidden() {
                    self.returns.update(|count| *count = count.wrapping_add(1));
                }
            });
        });
    }
}

/// Shows the player's achievements and level-ups on any page.
fn celebrate() {
    let (reached, toasts) = (Live::get().reached(), Toasts::get());
    Effect::new(move || {
        let Some(reached) = reached.get() else { return };
        let stamps = reached.unlocked.iter().map(|unlock| unlock.icon.clone());
        toasts.press(stamps.collect(), reached_words(&reached));
    });
}

/// What the player reached, in one sentence.
fn reached_words(reached: &Reached) -> String {
    let texts = Texts::get();
    let mut names: Vec<String> = reached
        .unlocked
        .iter()
        .map(|unlock| unlock.name.clone())
        .collect();
    if reached.more > 0 {
        names.push(texts.portfolio_n_more(reached.more));
    }
    let last = names.pop();
    let unlocked = last.map(|last| match names.as_slice() {
        [] => last,
        others => texts.portfolio_and_last(others.join(", "), last),
    });
    match (unlocked, reached.level) {
        (Some(unlocked), Some(level)) => texts.portfolio_unlocked_level(unlocked, level),
        (Some(unlocked), None) => texts.portfolio_unlocked(unlocked),
        (None, Some(level)) => texts.portfolio_now_level(level),
        (None, None) => String::new(),
    }
}

/// The result of an order that had waited, in a sentence; none for an order that was decided immediately,
/// because its receipt shows it.
fn in_words(order: &OrderNews) -> Option<(Tone, String)> {
    let texts = Texts::get();
    let symbol = order.symbol;
    match order.status {
        _ if !order.rested => None,
        OrderStatus::Filled => Some((Tone::Good, texts.portfolio_filled(symbol))),
        OrderStatus::Rejected => Some((Tone::Bad, texts.portfolio_not_filled(symbol))),
        OrderStatus::Expired => Some((Tone::Bad, texts.portfolio_ended(symbol))),
        OrderStatus::Cancelled | OrderStatus::Resting => None,
    }
}

/// Whether a version is new to something that shows `shown`. The first version that a page hears of
/// is the one it was rendered with.
fn is_newer(heard_before: i64, heard: i64, shown: i64) -> bool {
    heard_before != 0 && heard > heard_before && heard > shown
}

#[cfg(test)]
mod tests {
    use domain::api::UnlockView;

    use super::*;

    #[test]
    fn what_was_reached_is_one_sentence() {
        let unlock = |name: &str| UnlockView {
            achievement: "first-trade".parse().unwrap(),
            name: name.into(),
            icon: "first".into(),
            xp: 50,
        };
        let check = |names: &[&str], more, level, expected: &str| {
            let unlocked = names.iter().map(|name| unlock(name)).collect();
            let reached = Reached {
                unlocked,
                more,
                level,
            };
            assert_eq!(reached_words(&reached), expected);
        };
        check(&["First trade"], 0, None, "You unlocked First trade.");
        check(
            &["One", "Two"],
            3,
            Some(2),
            "You unlocked One, Two and 3 more, and you are now level 2.",
        );
        check(&[], 0, Some(4), "You are now level 4.");
    }

    #[test]
    fn only_a_version_beyond_what_is_shown_is_news() {
        assert!(is_newer(3, 4, 3));
        assert!(!is_newer(0, 4, 3), "the first version that is heard of");
        assert!(!is_newer(3, 4, 4), "the page traded itself");
        assert!(!is_newer(4, 2, 1), "another player logged in");
    }
}
