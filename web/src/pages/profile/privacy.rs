//! What others see of the player.

use domain::api::{PrivacyView, ProfileVisibility};
use leptos::prelude::*;

use crate::api;
use crate::components::Load;
use crate::language::Texts;

/// Who may see it, and the label.
type Offered = (ProfileVisibility, fn(Texts) -> &'static str);

const CHOICES: [Offered; 3] = [
    (ProfileVisibility::Public, Texts::leaderboard_everyone),
    (ProfileVisibility::Friends, Texts::profile_follow),
    (ProfileVisibility::Private, Texts::profile_only_me),
];

/// A plain form that leads back to the page.
#[component]
pub(super) fn Privacy() -> impl IntoView {
    let privacy = Resource::new(|| (), |()| api::privacy());
    view! {
        <Load resource=privacy part=Texts::get().profile_your_choice() let:privacy>
            <Choice privacy/>
        </Load>
    }
}

#[component]
fn Choice(privacy: PrivacyView) -> impl IntoView {
    let texts = Texts::get();
    let choice = |(visibility, label): Offered| {
        view! {
            <label class="tick">
                <input type="radio" name="visibility" value=visibility.as_str() checked=visibility == privacy.visibility/>
                <span>{label(texts)}</span>
            </label>
        }
    };
    view! {
        <form class="form" action="/forms/privacy" method="post">
            <fieldset>
                <legend>{texts.profile_who_sees()}</legend>
                {CHOICES.map(choice).into_iter().collect_view()}
            </fieldset>
            <label class="tick">
                <input type="checkbox" name="on_leaderboards" value="true" checked=privacy.on_leaderboards/>
                <span>{texts.profile_on_boards()}</span>
            </label>
            <p class="soft"><small>{texts.profile_hide()}</small></p>
            <button class="button button-small" data-testid="save-privacy">{texts.profile_save()}</button>
        </form>
    }
}
