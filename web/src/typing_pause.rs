//! Debouncing: waits for a pause in typing.

use std::time::Duration;

use leptos::prelude::*;

/// Runs the latest action once no new one has been requested for a while.
#[derive(Debug, Clone, Copy)]
pub(crate) struct TypingPause {
    length: Duration,
    /// Counts the requests, so that only the last one runs.
    asked: StoredValue<u32>,
}

impl TypingPause {
    pub(crate) fn new(length: Duration) -> Self {
        Self {
            length,
            asked: StoredValue::new(0),
        }
    }

    /// Runs an action after the pause, unless another one is requested first, or the page is left.
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
