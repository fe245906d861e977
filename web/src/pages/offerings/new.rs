//! Offering shares, for hosts.

use domain::api::NewcomerView;
use leptos::prelude::*;
use leptos_meta::Title;

use crate::components::{FormAlert, Load};
use crate::pages::hosting::{Ask, Choose};
use crate::submission::typed_before;
use crate::{CurrentGame, Submission, api};

const RULES: &[(&str, &str)] = &[
    ("first_come", "First come, first served"),
    (
        "pro_rata",
        "Fair shares at the end, and a draw for the rest",
    ),
];
const WINDOWS: &[(&str, &str)] = &[
    ("10", "10 minutes"),
    ("45", "A lesson: 45 minutes"),
    ("1440", "A day"),
    ("10080", "A week"),
];

/// The form.
#[component]
pub fn NewOfferingPage() -> impl IntoView {
    let game = CurrentGame::get();
    let newcomers = Resource::new(
        || (),
        move |()| async move { api::newcomers(&game.slug()).await },
    );
    view! {
        <Title text="New offering"/>
        <header class="page-head">
            <h1>"Offer shares"</h1>
            <p class="soft">"Everybody in your game can ask for some of them. No more are sold than you offer."</p>
        </header>
        <FormAlert message=Submission::new().message()/>
        <Load resource=newcomers let:newcomers>
            <Form newcomers/>
        </Load>
    }
}

#[component]
fn Form(newcomers: Vec<NewcomerView>) -> impl IntoView {
    let game = CurrentGame::get();
    let story = typed_before("story");
    view! {
        <form class="form card" action="/forms/new-offering" method="post">
            <input type="hidden" name="game" value=game.slug().to_string()/>
            <Ask name="title" label="Title" hint="Such as A second oven for the bakery." required=true/>
            <div class="field">
                <label for="story">"Why the company sells shares"</label>
                <textarea id="story" name="story" class="input" rows="5" maxlength="2000">{story}</textarea>
            </div>
            <NewCompany newcomers/>
            <Ask name="symbol" label="Symbol of the company" hint="As the market lists it, such as MUFFN."/>
            <Ask name="price" label="Price of a share, in dollars" keyboard="decimal" required=true/>
            <Ask name="price_low" label="Lowest price, if demand is to decide" hint="Leave it empty for one price. Otherwise the price above is the highest, and it counts only with fair shares at the end." keyboard="decimal"/>
            <Ask name="shares" label="Number of shares" keyboard="numeric" required=true/>
            <Ask name="minimum" label="Fewest that a player may ask for" hint="One if you leave it empty." keyboard="numeric"/>
            <Ask name="maximum" label="Most that a player may ask for" hint="All of them if you leave it empty." keyboard="numeric"/>
            <Choose name="rule" label="How they are shared out" options=RULES/>
            <Choose name="minutes" label="Open for" options=WINDOWS/>
            <button class="button button-primary" data-testid="new-offering">"Offer them"</button>
        </form>
    }
}

/// Companies that do not trade yet; nothing where there are none.
#[component]
fn NewCompany(newcomers: Vec<NewcomerView>) -> impl IntoView {
    if newcomers.is_empty() {
        return ().into_any();
    }
    let chosen = typed_before("newcomer");
    let options = newcomers.into_iter().map(|one| {
        let symbol = one.symbol.to_string();
        let words = format!("{} ({}): {}", one.name, one.category, one.plain_words);
        let is_chosen = chosen == symbol;
        view! { <option value=symbol selected=is_chosen>{words}</option> }
    });
    view! {
        <div class="field">
            <label for="newcomer">"A company that does not trade yet"</label>
            <select id="newcomer" name="newcomer" class="input" aria-describedby="newcomer-hint">
                <option value="">"None: a company of the market, see below"</option>
                {options.collect_view()}
            </select>
            <p class="hint" id="newcomer-hint">"It comes to your market when its shares are shared out. Its first price will be close to the price that you ask."</p>
        </div>
    }
    .into_any()
}
