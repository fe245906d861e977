//! Waiting for a pause in the typing.

use std::time::Duration;

use leptos::prelude::*;

/// Does what was asked for last once nothing has been asked for a while.
#[derive(Debug, Clone, Copy)]
pub(crate) struct TypingPause {
    length: Duration,
    /// Counts what was asked for, so that only the last of it is done.
    asked: StoredValue<u32>,
}

impl TypingPause {
    pub(crate) fn new(length: Duration) -> Self {
        Self {
            length,
            asked: StoredValue::new(0),
        }
    }

    /// Does it after the pause, unless something else is asked for before, or the page is left.
    pub(crate) fn then(self, act: impl FnOnce() + 'static) {
        let mine = self.asked.get_value().wrapping_add(1);
        self.asked.set_value(mine);
        let if_last = move || {
            if self.asked.try_get_value() == Some(mine) {
                act();
            }
        };
        set_timeout(if_last, self.length);
    }
}
