//! The forms on the host's page: which one was refused, and why.

use leptos::context::Provider;
use leptos::prelude::*;

use crate::Submission;
use crate::language::Texts;
use crate::submission::typed_before;

/// The form that a field is in, one of several on a page.
#[derive(Debug, Clone, Copy)]
pub(super) struct HostForm {
    action: &'static str,
    /// Whether it is the one that was sent and refused: only that one shows what was typed.
    was_sent: bool,
    /// Fields that show their own errors.
    telling: StoredValue<Vec<&'static str>>,
}

impl HostForm {
    fn new(action: &'static str, player: &str) -> Self {
        Self {
            action,
            was_sent: was_sent(action) && typed_before("player") == player,
            telling: StoredValue::new(Vec::new()),
        }
    }

    /// The id of a field on the page: no two forms share one.
    pub(super) fn id_of(form: Option<Self>, name: &str) -> String {
        form.map_or_else(|| name.to_owned(), |form| format!("{}-{name}", form.action))
    }

    /// The text typed into a field and its error, for fields that show their own errors.
    pub(super) fn before(form: Option<Self>, name: &'static str) -> (String, Option<String>) {
        if let Some(form) = form {
            form.telling.update_value(|telling| telling.push(name));
            if !form.was_sent {
                return (String::new(), None);
            }
        }
        let error = Submission::new().message_of(name).get_untracked();
        (typed_before(name), error)
    }

    /// The error of a field that does not show its own errors.
    fn untold(self) -> Option<String> {
        let error = Submission::new().error.get_untracked()?;
        let telling = self.telling.get_value();
        let mut fields = error.fields.into_iter().filter(|_| self.was_sent);
        let untold = fields.find(|wrong| !telling.contains(&wrong.field.as_str()))?;
        Some(Texts::get().field_refusal(&untold.field, &untold.message))
    }
}

/// Whether the form of an action was sent from this page and refused.
pub(super) fn was_sent(action: &str) -> bool {
    let was_refused = Submission::new().error.get_untracked().is_some();
    was_refused && typed_before("action") == action
}

/// A form that asks for an action of a host, with its own errors.
#[component]
pub(super) fn Asks(
    /// The game's name in addresses.
    #[prop(into)]
    slug: String,
    /// The requested action.
    action: &'static str,
    /// The player it is about.
    #[prop(optional, into)]
    player: String,
    /// How it looks.
    #[prop(default = "form")]
    class: &'static str,
    /// Its fields and its button.
    children: Children,
) -> impl IntoView {
    let form = HostForm::new(action, &player);
    view! {
        <form class=class action="/forms/host" method="post">
            <input type="hidden" name="game" value=slug/>
            <input type="hidden" name="action" value=action/>
            {(!player.is_empty()).then(|| view! { <input type="hidden" name="player" value=player/> })}
            <Provider value=form>
                {children()}
                <Untold form/>
            </Provider>
        </form>
    }
}

#[component]
fn Untold(form: HostForm) -> impl IntoView {
    let told = form.untold();
    told.map(
        |told| view! { <p class="field-error" role="alert" data-testid="form-error">{told}</p> },
    )
}
