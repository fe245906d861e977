//! The desktop's first page: play here, or on a server.
//!
//! It uses only three commands of the desktop program, and never for the game itself.

mod desktop;

use leptos::ev::SubmitEvent;
use leptos::prelude::*;

use crate::components::{Icon, IconName, Wordmark};
use crate::language::Texts;

/// What the launcher is waiting for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Busy {
    Starting,
    Connecting,
}

/// Starts the game on this computer, or shows the one on a server.
#[component]
pub(crate) fn Launcher() -> impl IntoView {
    let texts = Texts::get();
    let busy = RwSignal::new(None::<Busy>);
    let error = RwSignal::new(None::<String>);
    let address = RwSignal::new(String::new());
    leptos::task::spawn_local(async move {
        if let Ok(Some(last)) = desktop::last_address().await {
            address.update(|typed| {
                if typed.is_empty() {
                    *typed = last
                }
            });
        }
        if let Some(root) = document().document_element() {
            _ = root.set_attribute("lang", texts.language().tag());
            _ = root.set_attribute("data-hydrated", "true");
        }
    });
    // On success the window leaves this page: there is nothing more to do here.
    let ask = move |what: Busy| {
        if busy.get_untracked().is_some() {
            return;
        }
        busy.set(Some(what));
        error.set(None);
        leptos::task::spawn_local(async move {
            let answer = match what {
                Busy::Starting => desktop::play_offline().await,
                Busy::Connecting => desktop::connect(&address.get_untracked()).await,
            };
            if let Err(message) = answer {
                error.set(Some(message));
            }
            busy.set(None);
        });
    };
    let connect = move |event: SubmitEvent| {
        event.prevent_default();
        ask(Busy::Connecting);
    };
    let is_busy = move |what| (busy.get() == Some(what)).then_some("true");
    view! {
        <main id="main" class="launcher">
            <h1 aria-label="Tickerquest"><Wordmark/></h1>
            {move || error.get().map(|message| view! {
                <div class="alert" role="alert" data-testid="launcher-error"><Icon name=IconName::Alert/><p>{message}</p></div>
            })}
            <section class="slip launcher-offline">
                <h2>{texts.launcher_offline_title()}</h2>
                <p>{texts.launcher_offline_words()}</p>
                <button class="button button-primary" data-testid="play-offline" aria-busy=move || is_busy(Busy::Starting) on:click=move |_| ask(Busy::Starting)>
                    {move || if busy.get() == Some(Busy::Starting) { texts.launcher_opening() } else { texts.launcher_offline() }}
                </button>
            </section>
            <form class="launcher-connect form" on:submit=connect>
                <h2>{texts.launcher_server_title()}</h2>
                <div class="field">
                    <label for="address">{texts.launcher_address()}</label>
                    <p class="hint" id="address-hint">{texts.launcher_address_hint()}</p>
                    <input
                        id="address"
                        name="address"
                        type="text"
                        inputmode="url"
                        autocomplete="url"
                        autocapitalize="none"
                        spellcheck="false"
                        required
                        aria-describedby="address-hint"
                        prop:value=move || address.get()
                        on:input=move |event| address.set(event_target_value(&event))
                    />
                </div>
                <button class="button button-quiet" data-testid="connect" aria-busy=move || is_busy(Busy::Connecting)>
                    {move || if busy.get() == Some(Busy::Connecting) { texts.launcher_connecting() } else { texts.launcher_connect() }}
                </button>
            </form>
        </main>
    }
}
