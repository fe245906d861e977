//! Plain pages of hosts and of those who join by code: a school's old laptop needs no script to open a
//! game.

mod assignments;
mod finals;
mod form;
mod host;
mod hours;
mod join;
mod new_game;
mod pupils;
mod rules;
mod ticket;

pub use finals::FinalsPage;
pub(super) use finals::Revealed;
pub use host::HostPage;
pub use join::JoinPage;
pub use new_game::NewGamePage;
pub use rules::RulesPage;

use leptos::prelude::*;

use crate::Submission;
use crate::submission::typed_before;
use form::{Asks, HostForm};

/// A labelled input that may be left empty.
#[component]
pub(super) fn Ask(
    /// Its name in the form.
    name: &'static str,
    /// What it asks for.
    #[prop(into)]
    label: String,
    /// The type of the input.
    #[prop(default = "text")]
    kind: &'static str,
    /// What to know before typing.
    #[prop(optional)]
    hint: &'static str,
    /// Its initial value, unless something was typed before.
    #[prop(optional, into)]
    value: String,
    /// Whether it must be filled in.
    #[prop(optional)]
    required: bool,
    /// The keyboard type on phones.
    #[prop(default = "text")]
    keyboard: &'static str,
) -> impl IntoView {
    let form = use_context::<HostForm>();
    let (typed, error) = HostForm::before(form, name);
    let value = if typed.is_empty() { value } else { typed };
    let wrong = error.is_some();
    let id = HostForm::id_of(form, name);
    let (hint_id, error_id) = (format!("{id}-hint"), format!("{id}-error"));
    let described = if hint.is_empty() {
        error_id.clone()
    } else {
        format!("{hint_id} {error_id}")
    };
    view! {
        <div class="field">
            <label for=id.clone()>{label}</label>
            {(!hint.is_empty()).then(|| view! { <p class="hint" id=hint_id>{hint}</p> })}
            <input id=id name=name type=kind value=value required=required inputmode=keyboard autocomplete="off"
                aria-describedby=described aria-invalid=wrong.then_some("true")/>
            <p class="field-error" id=error_id>{error}</p>
        </div>
    }
}

/// A choice of one among few.
#[component]
pub(super) fn Choose(
    /// Its name in the form.
    name: &'static str,
    /// What it asks for.
    label: &'static str,
    /// What to know before choosing.
    #[prop(optional)]
    hint: &'static str,
    /// Values with their labels; the first is the default.
    #[prop(into)]
    options: Vec<(&'static str, &'static str)>,
) -> impl IntoView {
    let typed = typed_before(name);
    let error = Submission::new().message_of(name).get_untracked();
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
            <select id=name name=name class="input" aria-describedby=described>
                {options.into_iter().map(|(value, said)| view! {
                    <option value=value selected={typed == value}>{said}</option>
                }).collect_view()}
            </select>
            <p class="field-error" id=error_id>{error}</p>
        </div>
    }
}

/// A box to tick.
#[component]
fn Tick(
    /// Its name in the form.
    #[prop(into)]
    name: String,
    /// Its label.
    #[prop(into)]
    label: String,
    /// Whether it is initially ticked.
    #[prop(optional)]
    ticked: bool,
) -> impl IntoView {
    let ticked = ticked || !typed_before(&name).is_empty();
    view! {
        <label class="tick">
            <input type="checkbox" name=name value="true" checked=ticked/>
            <span>{label}</span>
        </label>
    }
}

/// A form of one button that asks for an action of a host.
#[component]
fn Act(
    /// The game's name in addresses.
    #[prop(into)]
    slug: String,
    /// The requested action.
    action: &'static str,
    /// The button's label.
    label: &'static str,
    /// How the button looks.
    #[prop(default = "button button-small button-quiet")]
    class: &'static str,
    /// The player it is about.
    #[prop(optional, into)]
    player: String,
    /// Further fields.
    #[prop(optional)]
    children: Option<Children>,
) -> impl IntoView {
    view! {
        <Asks slug action player class="act">
            {children.map(|children| children())}
            <button class=class>{label}</button>
        </Asks>
    }
}
