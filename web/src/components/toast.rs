//! Short messages about what has just happened, also read out by screen readers.

use crate::language::Texts;
use std::time::Duration;

use leptos::prelude::*;

use super::{Icon, IconName, Stamp};

/// How long a message stays.
const SHOWN_FOR: Duration = Duration::from_secs(7);
/// The most messages shown at once; the oldest gives way.
const SHOWN_MAX: usize = 3;
/// The most stamps on a message: as many as fit beside the words on a phone.
const STAMPS_MAX: usize = 2;

/// Whether a message is good news.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tone {
    /// Something succeeded.
    Good,
    /// Something failed.
    Bad,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Message {
    id: u32,
    tone: Tone,
    /// Pictures of achievements to show on it.
    stamps: Vec<String>,
    text: String,
}

/// The messages of the page.
#[derive(Debug, Clone, Copy)]
pub struct Toasts {
    messages: RwSignal<Vec<Message>>,
    last_id: StoredValue<u32>,
}

impl Toasts {
    fn new() -> Self {
        Self {
            messages: RwSignal::new(Vec::new()),
            last_id: StoredValue::new(0),
        }
    }

    /// Provides the messages to all components below.
    pub(crate) fn provide() {
        provide_context(Self::new());
    }

    /// The messages of the surrounding page.
    #[must_use]
    pub fn get() -> Self {
        use_context().unwrap_or_else(Self::new)
    }

    /// Shows a message for a while.
    pub fn push(self, tone: Tone, text: impl Into<String>) {
        self.show(tone, Vec::new(), text.into());
    }

    /// Shows what the player reached, with the stamps of the achievements.
    pub fn press(self, stamps: Vec<String>, text: String) {
        self.show(Tone::Good, stamps, text);
    }

    fn show(self, tone: Tone, stamps: Vec<String>, text: String) {
        let id = self.last_id.get_value().wrapping_add(1);
        self.last_id.set_value(id);
        self.messages.update(|messages| {
            // Nothing is shown twice: the newer message replaces the older one.
            messages.retain(|message| message.text != text);
            if messages.len() >= SHOWN_MAX {
                messages.remove(0);
            }
            messages.push(Message {
                id,
                tone,
                stamps,
                text,
            });
        });
        set_timeout(move || self.dismiss(id), SHOWN_FOR);
    }

    fn dismiss(self, id: u32) {
        self.messages
            .update(|messages| messages.retain(|message| message.id != id));
    }
}

/// Where the messages are shown.
#[component]
pub fn ToastRegion() -> impl IntoView {
    let texts = Texts::get();
    let toasts = Toasts::get();
    view! {
        <div class="toasts" role="status" aria-live="polite" aria-label=texts.parts_messages()>
            <For each=move || toasts.messages.get() key=|message| message.id let:message>
                <div class="toast" data-tone=match message.tone { Tone::Good => "good", Tone::Bad => "bad" }>
                    {if message.stamps.is_empty() {
                        let name = match message.tone { Tone::Good => IconName::Check, Tone::Bad => IconName::Alert };
                        view! { <Icon name/> }.into_any()
                    } else {
                        let stamps = message.stamps.into_iter().take(STAMPS_MAX);
                        stamps.map(|icon| view! { <Stamp icon=Some(icon)/> }).collect_view().into_any()
                    }}
                    <p>{message.text}</p>
                    <button class="button-icon" aria-label=texts.parts_dismiss() on:click=move |_| toasts.dismiss(message.id)>
                        <Icon name=IconName::Close/>
                    </button>
                </div>
            </For>
        </div>
    }
}
