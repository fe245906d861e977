//! Says when prices have stopped because the connection is lost, and what to do.

use leptos::prelude::*;

use super::{Icon, IconName};
use crate::format;
use crate::language::Texts;
use crate::live::{Connection, Live};

/// Nothing while all is well; a notice while the page reconnects, or when it is older than the
/// server.
#[component]
pub fn ConnectionBanner() -> impl IntoView {
    let texts = Texts::get();
    let live = Live::get();
    let (connection, age) = (live.connection(), live.age());
    let is_old = Memo::new(move |_| age.get().is_some());
    let state = Memo::new(move |_| match connection.get() {
        Connection::Starting => "starting",
        Connection::Open if is_old.get() => "offline",
        Connection::Open => "live",
        Connection::Closing => "reconnecting",
        Connection::Lost => "offline",
    });
    let lost = Memo::new(move |_| {
        is_old.get() || matches!(connection.get(), Connection::Lost | Connection::Closing)
    });
    let title = move || match connection.get() {
        Connection::Closing => texts.parts_restarting(),
        _ => texts.parts_reconnecting(),
    };
    // Announced once, not every second.
    let how_old = move || {
        age.get()
            .map(|seconds| format!(" {}", texts.parts_they_are_old(format::age(seconds))))
    };
    view! {
        <div class="banner-place" role="status" data-testid="connection" data-state=move || state.get()>
            <Show when=move || lost.get()>
                <div class="banner">
                    <Icon name=IconName::Refresh/>
                    <p>
                        <strong>{title}</strong>
                        " "{texts.parts_prices_stand()}
                        <span aria-hidden="true" data-testid="price-age">{how_old}</span>
                        " "{texts.parts_catches_up()}
                    </p>
                </div>
            </Show>
            <Show when=move || live.outdated().get() && !lost.get()>
                <div class="banner">
                    <Icon name=IconName::Refresh/>
                    <p><strong>{texts.parts_updated()}</strong>" "{texts.parts_reload_hint()}</p>
                    <button class="button button-small" on:click=|_| reload()>{texts.parts_reload()}</button>
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
