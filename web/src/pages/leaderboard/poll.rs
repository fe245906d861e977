//! Polls periodically while someone is looking.

/// Calls back every few seconds while the page is visible; on the server never.
#[cfg(feature = "client")]
pub(in crate::pages) fn while_visible(ask: impl Fn() + 'static) {
    use std::time::Duration;

    use leptos::prelude::*;

    /// The interval.
    const EVERY: Duration = Duration::from_secs(5);

    let ask = StoredValue::new_local(ask);
    Effect::new(move || {
        let tick = move || {
            if !document().hidden() {
                ask.try_with_value(|ask| ask());
            }
        };
        if let Ok(timer) = set_interval_with_handle(tick, EVERY) {
            on_cleanup(move || timer.clear());
        }
    });
}

#[cfg(not(feature = "client"))]
pub(in crate::pages) fn while_visible(_: impl Fn() + 'static) {}
