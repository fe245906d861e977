//! What is wrong with a form as a whole.

use leptos::prelude::*;

use super::{Icon, IconName};

/// An alert, shown while there is something to say.
#[component]
pub fn FormAlert(
    /// What to say.
    #[prop(into)]
    message: Signal<Option<String>>,
) -> impl IntoView {
    move || {
        message.get().map(|message| {
            view! {
                <div class="alert" role="alert" data-testid="form-error">
                    <Icon name=IconName::Alert/>
                    <p>{message}</p>
                </div>
            }
        })
    }
}
