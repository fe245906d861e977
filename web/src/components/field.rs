//! A field of a form: its label, its input, and what is wrong with it.

use leptos::prelude::*;

/// A labelled input. It is validated on blur, and by the server.
#[component]
pub fn Field(
    /// Its name in the form.
    name: &'static str,
    /// What it asks for.
    label: &'static str,
    /// The type of the input.
    #[prop(default = "text")]
    kind: &'static str,
    /// The autocomplete hint.
    autocomplete: &'static str,
    /// What to know before typing.
    #[prop(optional)]
    hint: &'static str,
    /// Its initial value.
    #[prop(optional, into)]
    value: String,
    /// What the server says is wrong.
    #[prop(into)]
    error: Signal<Option<String>>,
    /// Validates a text, as far as the page can.
    #[prop(default = no_check)]
    check: fn(&str) -> Option<String>,
    /// Maximum length in characters.
    #[prop(default = 254)]
    max_length: i32,
) -> impl IntoView {
    let own = RwSignal::new(None::<String>);
    let touched = RwSignal::new(false);
    let shown = Memo::new(move |_| {
        if touched.get() {
            own.get()
        } else {
            error.get()
        }
    });
    // A new response from the server is about the current value.
    Effect::new(move || {
        if error.get().is_some() {
            touched.set(false);
        }
    });
    let on_change = move |event: leptos::ev::Event| {
        own.set(check(&event_target_value(&event)));
        touched.set(true);
    };
    let on_input = move |event: leptos::ev::Event| {
        // A field with an error is rechecked on every keystroke; others are left alone.
        if shown.get_untracked().is_some() {
            own.set(check(&event_target_value(&event)));
            touched.set(true);
        }
    };
    let (hint_id, error_id) = (format!("{name}-hint"), format!("{name}-error"));
    let described = if hint.is_empty() {
        error_id.clone()
    } else {
        format!("{hint_id} {error_id}")
    };
    view! {
        <div class="field">
            <label for=name>{label}</label>
            {(!hint.is_empty()).then(|| view! { <p class="hint" id=hint_id>{hint}</p> })}
            <input
                id=name
                name=name
                type=kind
                value=value
                autocomplete=autocomplete
                autocapitalize="none"
                spellcheck="false"
                maxlength=max_length
                required
                aria-describedby=described
                aria-invalid=move || shown.get().is_some().then_some("true")
                on:change=on_change
                on:input=on_input
            />
            <p class="field-error" id=error_id aria-live="polite">{move || shown.get()}</p>
        </div>
    }
}

fn no_check(_: &str) -> Option<String> {
    None
}
