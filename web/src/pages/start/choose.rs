//! The first step: three companies. A visitor becomes a guest first.

use leptos::prelude::*;

use super::Company;
use super::load::OFFERED;
use crate::language::Texts;
use crate::paths;

/// How a visitor gets into the game.
#[component]
pub(super) fn Visitor(texts: Texts) -> impl IntoView {
    view! {
        <section class="card start-card">
            <p>{texts.start_visitor()}</p>
            <form action="/forms/guest" method="post">
                <input type="hidden" name="next" value=paths::START/>
                <button class="button button-primary" data-testid="play-guest">{texts.start_play()}</button>
            </form>
            <p><a href="/login?next=%2Fstart">{texts.start_log_in()}</a></p>
        </section>
    }
}

/// The companies, each with one sentence.
#[component]
pub(super) fn Choose(companies: Vec<Company>, texts: Texts) -> impl IntoView {
    let companies = companies
        .into_iter()
        .map(|company| view! { <Offered company texts/> });
    view! {
        <section aria-labelledby="choose-title">
            <h2 id="choose-title">{texts.start_choose_title()}</h2>
            <p class="soft">{texts.start_choose_lead()}</p>
            <ul class="start-companies" role="list">{companies.collect_view()}</ul>
        </section>
    }
}

#[component]
fn Offered(company: Company, texts: Texts) -> impl IntoView {
    let offered = OFFERED
        .iter()
        .position(|symbol| *symbol == company.symbol.as_str());
    let (temper, words) = match offered {
        Some(0) => (
            texts.start_temper_calm(),
            texts.start_words_calm().to_owned(),
        ),
        Some(1) => (
            texts.start_temper_steady(),
            texts.start_words_steady().to_owned(),
        ),
        Some(_) => (
            texts.start_temper_lively(),
            texts.start_words_lively().to_owned(),
        ),
        None => ("", first_sentence(&texts.said(&company.words))),
    };
    let address = format!("{}?company={}", paths::START, company.symbol);
    let name = company.name.clone();
    view! {
        <li class="card start-company">
            <span class="logo" aria-hidden="true" inner_html=domain::logo_svg(company.symbol, &company.category)></span>
            <h3>{company.name}</h3>
            <p class="start-price"><span class="figure">{texts.price(company.price)}</span>" "<span class="soft">{temper}</span></p>
            <p>{words}</p>
            <a class="button" href=address data-testid="choose-company">{texts.start_choose()}<span class="visually-hidden">" "{name}</span></a>
        </li>
    }
}

fn first_sentence(words: &str) -> String {
    let words = words.trim();
    match words.split_once(". ") {
        Some((first, _)) => format!("{first}."),
        None => words.to_owned(),
    }
}
