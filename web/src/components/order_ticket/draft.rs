//! A half-written reason, kept across reloads.

use domain::Symbol;

/// An unsent reason for an instrument, kept for as long as the tab is open.
#[derive(Debug, Clone, Copy)]
pub(super) struct Draft(Symbol);

impl Draft {
    pub(super) fn of(symbol: Symbol) -> Self {
        Self(symbol)
    }

    fn name(self) -> String {
        format!("reason-{}", self.0)
    }

    /// The saved draft; none when there is none.
    #[cfg(feature = "client")]
    pub(super) fn kept(self) -> Option<String> {
        let storage = leptos::prelude::window().session_storage().ok()??;
        storage.get_item(&self.name()).ok()?
    }

    /// Without a browser nothing is kept.
    #[cfg(not(feature = "client"))]
    pub(super) fn kept(self) -> Option<String> {
        _ = self.name();
        None
    }

    /// Saves a reason; an empty one is deleted.
    #[cfg(feature = "client")]
    pub(super) fn keep(self, reason: &str) {
        // If the browser cannot store it, the reason lasts as long as the page.
        let Ok(Some(storage)) = leptos::prelude::window().session_storage() else {
            return;
        };
        _ = if reason.is_empty() {
            storage.remove_item(&self.name())
        } else {
            storage.set_item(&self.name(), reason)
        };
    }

    /// Without a browser nothing is kept.
    #[cfg(not(feature = "client"))]
    pub(super) fn keep(self, _: &str) {}
}
