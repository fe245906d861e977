//! Says when prices stand still because the connection is gone, and what to do.

use leptos::prelude::*;

use super::{Icon, IconName};
use crate::live::{Connection, Live};

/// Nothing while all is well; a notice while the page reconnects, or when it is older than the
/// server.
#[component]
pub fn ConnectionBanner() -> impl IntoView {
    let live = Live::get();
    let state = Memo::new(move |_| match live.connection().get() {
        Connection::Starting => "starting",
        Connection::Open => "live",
        Connection::Closing => "reconnecting",
        Connection::Lost => "offline",
    });
    let lost = Memo::new(move |_| {
        matches!(
            live.connection().get(),
            Connection::Lost | Connection::Closing
        )
    });
    view! {
        <div class="banner-place" role="status" data-testid="connection" data-state=move || state.get()>
            <Show when=move || lost.get()>
                <div class="banner">
                    <Icon name=IconName::Refresh/>
                    <p>
                        <strong>"The market is closed for a moment: reconnecting."</strong>
                        " Prices stand still until then. Nothing is lost, and there is nothing to do: the page catches up by itself."
                    </p>
                </div>
            </Show>
            <Show when=move || live.outdated().get() && !lost.get()>
                <div class="banner">
                    <Icon name=IconName::Refresh/>
                    <p><strong>"Tickerquest has been updated."</strong>" Reload the page when it suits you."</p>
                    <button class="button button-small" on:click=|_| reload()>"Reload"</button>
                </div>
            </Show>
        </div>
    }
}

fn reload() {
    #[cfg(feature = "client")]
    {
        _ = window().location().reload();
    }
}
