//! What makes this game worth a player's time.

use leptos::prelude::*;

use crate::components::Mark;
use crate::language::Texts;

/// Three reasons, and who they are for.
#[component]
pub(super) fn Reasons(texts: Texts) -> impl IntoView {
    view! {
        <section class="reasons" aria-labelledby="reasons-title">
            <h2 id="reasons-title">{texts.landing_reasons()}</h2>
            <ol>
                <li>
                    <h3>{texts.landing_see()}</h3>
                    <p>{texts.landing_see_words()}</p>
                </li>
                <li>
                    <h3>{texts.landing_habits()}</h3>
                    <p>{texts.landing_habits_words()}</p>
                </li>
                <li>
                    <h3>{texts.landing_hidden()}</h3>
                    <p>{texts.landing_hidden_words()}</p>
                </li>
            </ol>
        </section>
        <section class="places">
            <div>
                <h2>{texts.landing_places()}</h2>
                <p>{texts.landing_places_words()}</p>
            </div>
            <Mark/>
        </section>
    }
}
