//! What others see of the player.

use domain::api::{PrivacyView, ProfileVisibility};
use leptos::prelude::*;

use crate::api;
use crate::components::Load;

const CHOICES: [(ProfileVisibility, &str); 3] = [
    (ProfileVisibility::Public, "Everyone"),
    (ProfileVisibility::Friends, "Players I follow"),
    (ProfileVisibility::Private, "Only me"),
];

/// A plain form that leads back to the page.
#[component]
pub(super) fn Privacy() -> impl IntoView {
    let privacy = Resource::new(|| (), |()| api::privacy());
    view! {
        <Load resource=privacy part="Your choice" let:privacy>
            <Choice privacy/>
        </Load>
    }
}

#[component]
fn Choice(privacy: PrivacyView) -> impl IntoView {
    let choice = |(visibility, label): (ProfileVisibility, &'static str)| {
        let id = format!("visibility-{}", visibility.as_str());
        view! {
            <p>
                <input type="radio" id=id.clone() name="visibility" value=visibility.as_str() checked=visibility == privacy.visibility/>
                <label for=id>{label}</label>
            </p>
        }
    };
    view! {
        <form class="form" action="/forms/privacy" method="post">
            <fieldset>
                <legend>"Who may see your profile?"</legend>
                {CHOICES.map(choice).into_iter().collect_view()}
            </fieldset>
            <p>
                <input type="checkbox" id="on-leaderboards" name="on_leaderboards" value="true" checked=privacy.on_leaderboards/>
                <label for="on-leaderboards">"Show me on leaderboards"</label>
            </p>
            <p class="soft"><small>"When you hide, you still see your own rank, and nobody else does."</small></p>
            <button class="button button-small" data-testid="save-privacy">"Save"</button>
        </form>
    }
}
