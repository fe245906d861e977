//! Offering shares, for hosts.

use domain::api::NewcomerView;
use leptos::prelude::*;
use leptos_meta::Title;

use crate::components::{FormAlert, Load};
use crate::language::Texts;
use crate::pages::hosting::Ask;
use crate::submission::typed_before;
use crate::{CurrentGame, Submission, api};

fn rules() -> [(&'static str, &'static str); 2] {
    let texts = Texts::get();
    [
        ("first_come", texts.offerings_first_come()),
        ("pro_rata", texts.offerings_fair_draw()),
    ]
}

fn windows() -> [(&'static str, &'static str); 4] {
    let texts = Texts::get();
    [
        ("10", texts.offerings_ten_minutes()),
        ("45", texts.offerings_lesson()),
        ("1440", texts.offerings_a_day()),
        ("10080", texts.offerings_a_week()),
    ]
}

/// The form.
#[component]
pub fn NewOfferingPage() -> impl IntoView {
    let texts = Texts::get();
    let game = CurrentGame::get();
    let newcomers = Resource::new(
        || (),
        move |()| async move { api::newcomers(&game.slug()).await },
    );
    view! {
        <Title text=texts.offerings_new_title()/>
        <header class="page-head">
            <h1>{texts.offerings_new_head()}</h1>
            <p class="soft">{texts.offerings_new_lead()}</p>
        </header>
        <FormAlert message=Submission::new().message()/>
        <Load resource=newcomers let:newcomers>
            <Form newcomers/>
        </Load>
    }
}

#[component]
fn Form(newcomers: Vec<NewcomerView>) -> impl IntoView {
    let texts = Texts::get();
    let game = CurrentGame::get();
    let story = typed_before("story");
    view! {
        <form class="form card" action="/forms/new-offering" method="post">
            <input type="hidden" name="game" value=game.slug().to_string()/>
            <Ask name="title" label=texts.offerings_f_title() hint=texts.offerings_f_title_hint() required=true/>
            <div class="field">
                <label for="story">{texts.offerings_f_why()}</label>
                <textarea id="story" name="story" class="input" rows="5" maxlength="2000">{story}</textarea>
            </div>
            <NewCompany newcomers/>
            <Ask name="symbol" label=texts.offerings_f_symbol() hint=texts.offerings_f_symbol_hint()/>
            <Ask name="price" label=texts.offerings_f_price(texts.currency_word()) keyboard="decimal" required=true/>
            <Ask name="price_low" label=texts.offerings_f_low() hint=texts.offerings_f_low_hint() keyboard="decimal"/>
            <Ask name="shares" label=texts.offerings_f_shares() keyboard="numeric" required=true/>
            <Ask name="minimum" label=texts.offerings_f_min() hint=texts.offerings_f_min_hint() keyboard="numeric"/>
            <Ask name="maximum" label=texts.offerings_f_max() hint=texts.offerings_f_max_hint() keyboard="numeric"/>
            <Pick name="rule" label=texts.offerings_shared_out() options=rules().to_vec()/>
            <Pick name="minutes" label=texts.offerings_open_for() options=windows().to_vec()/>
            <button class="button button-primary" data-testid="new-offering">{texts.offerings_offer()}</button>
        </form>
    }
}

/// One of several options; the first is the default.
#[component]
fn Pick(
    name: &'static str,
    label: &'static str,
    options: Vec<(&'static str, &'static str)>,
) -> impl IntoView {
    let typed = typed_before(name);
    let option = |(value, said): (&'static str, &'static str)| {
        view! { <option value=value selected=typed == value>{said}</option> }
    };
    view! {
        <div class="field">
            <label for=name>{label}</label>
            <select id=name name=name class="input">{options.into_iter().map(option).collect_view()}</select>
        </div>
    }
}

/// Companies that do not trade yet; nothing where there are none.
#[component]
fn NewCompany(newcomers: Vec<NewcomerView>) -> impl IntoView {
    let texts = Texts::get();
    if newcomers.is_empty() {
        return ().into_any();
    }
    let chosen = typed_before("newcomer");
    let options = newcomers.into_iter().map(|one| {
        let symbol = one.symbol.to_string();
        let category = texts.category(one.category);
        let words = texts.said(&one.plain_words);
        let words = format!("{} ({category}): {words}", one.name);
        let is_chosen = chosen == symbol;
        view! { <option value=symbol selected=is_chosen>{words}</option> }
    });
    view! {
        <div class="field">
            <label for="newcomer">{texts.offerings_newcomer()}</label>
            <select id="newcomer" name="newcomer" class="input" aria-describedby="newcomer-hint">
                <option value="">{texts.offerings_newcomer_none()}</option>
                {options.collect_view()}
            </select>
            <p class="hint" id="newcomer-hint">{texts.offerings_newcomer_hint()}</p>
        </div>
    }
    .into_any()
}
