//! Detects when the server has gone silent: prices are then stale and marked as such.

use std::time::Duration;

use leptos::prelude::*;

use super::Live;

/// The server sends something at least every two seconds. After this long its prices are stale.
const QUIET_MAX_S: u32 = 5;

/// When the server was last heard from, and whether the device reports being offline.
#[derive(Debug, Clone, Copy)]
pub(super) struct Silence {
    live: Live,
    /// Milliseconds, as the browser counts them.
    heard_at: StoredValue<f64>,
    offline: StoredValue<bool>,
}

/// Watches for the lifetime of the page.
pub(super) fn watch(live: Live) -> Silence {
    let silence = Silence {
        live,
        heard_at: StoredValue::new(js_sys::Date::now()),
        offline: StoredValue::new(false),
    };
    window_event_listener_untyped("offline", move |_| {
        silence.offline.set_value(true);
        silence.look();
    });
    window_event_listener_untyped("online", move |_| {
        silence.offline.set_value(false);
        silence.look();
    });
    let every_second = move || silence.look();
    _ = set_interval_with_handle(every_second, Duration::from_secs(1));
    silence
}

impl Silence {
    /// Records that something was received.
    pub(super) fn broken(self) {
        self.heard_at.set_value(js_sys::Date::now());
        self.offline.set_value(false);
        self.look();
    }

    fn look(self) {
        let elapsed_s = (js_sys::Date::now() - self.heard_at.get_value()) / 1_000.0;
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "whole seconds, from zero on; a float that is too large becomes the largest"
        )]
        let elapsed_s = elapsed_s.max(0.0) as u32;
        let old = self.offline.get_value() || elapsed_s >= QUIET_MAX_S;
        let age = old.then_some(elapsed_s);
        if self.live.age.get_untracked() == age {
            return;
        }
        self.live.age.set(age);
        // The style sheet greys out all prices on the page.
        if let Some(root) = document().document_element() {
            _ = if old {
                root.set_attribute("data-prices", "old")
            } else {
                root.remove_attribute("data-prices")
            };
        }
    }
}
