//! The scroll position of a list, so that going back returns to it.
//!
//! The browser restores the position on its own when going back, but before the list is there.

/// Remembers whether the player came here by going back. Called once, when the page runs.
#[cfg(feature = "client")]
pub(crate) fn watch() {
    use leptos::prelude::*;
    Effect::new(move || {
        window_event_listener_untyped("popstate", |_| client::CAME_BACK.set(true));
        // A link navigates forward, not back.
        window_event_listener_untyped("click", |_| client::CAME_BACK.set(false));
    });
}

/// Saves the position in this URL's list when leaving it.
#[cfg(feature = "client")]
pub(crate) fn keep() {
    if let (Some(storage), Some(name)) = (client::storage(), client::name()) {
        let position = leptos::prelude::window().scroll_y().unwrap_or_default();
        // Whole pixels: what reads a float brings a table of 10 KB along.
        #[expect(clippy::cast_possible_truncation, reason = "a part of a pixel")]
        let position = position as i32;
        _ = storage.set_item(&name, &position.to_string());
    }
}

/// Restores the position in this URL's list, if the player came back to it.
#[cfg(feature = "client")]
pub(crate) fn restore() {
    if !client::CAME_BACK.get() {
        return;
    }
    let kept = client::storage().zip(client::name());
    let kept = kept.and_then(|(storage, name)| storage.get_item(&name).ok()?);
    if let Some(position) = kept.and_then(|kept| kept.parse::<i32>().ok()) {
        leptos::prelude::request_animation_frame(move || {
            leptos::prelude::window().scroll_to_with_x_and_y(0.0, f64::from(position));
        });
    }
}

/// Without a browser there is nothing to scroll.
#[cfg(not(feature = "client"))]
pub(crate) fn watch() {}

/// Without a browser there is nothing to scroll.
#[cfg(not(feature = "client"))]
pub(crate) fn keep() {}

/// Without a browser there is nothing to scroll.
#[cfg(not(feature = "client"))]
pub(crate) fn restore() {}

#[cfg(feature = "client")]
mod client {
    use std::cell::Cell;

    use leptos::prelude::window;

    thread_local! {
        pub(super) static CAME_BACK: Cell<bool> = const { Cell::new(false) };
    }

    pub(super) fn storage() -> Option<web_sys::Storage> {
        window().session_storage().ok()?
    }

    /// The URL, as the key of the saved position.
    pub(super) fn name() -> Option<String> {
        let location = window().location();
        let (path, query) = (location.pathname().ok()?, location.search().ok()?);
        Some(format!("position:{path}{query}"))
    }
}
