//! The description of an instrument, in technical and in plain words, and its news.

use domain::api::{InstrumentDetail, MarketNews};
use leptos::prelude::*;

use crate::format;
use crate::language::Texts;

/// What it does, in plain words first.
#[component]
pub(super) fn About(detail: InstrumentDetail) -> impl IntoView {
    let texts = Texts::get();
    let InstrumentDetail {
        instrument,
        description,
        plain_words,
        fun_fact,
        ..
    } = detail;
    let said = |text: &str| !text.trim().is_empty();
    let plain = said(&plain_words)
        .then(|| view! { <p class="plain-words">{texts.as_said(plain_words)}</p> });
    let fact = said(&fun_fact).then(|| {
        view! {
            <div class="fun-fact">
                <h3>{texts.instrument_did_you_know()}</h3>
                <p>{texts.as_said(fun_fact)}</p>
            </div>
        }
    });
    view! {
        <section class="card about" aria-labelledby="about-title">
            <h2 id="about-title">{texts.instrument_what_is(instrument.name)}</h2>
            {plain}
            <p class="soft">{texts.as_said(description)}</p>
            {fact}
        </section>
    }
}

/// Recent news, newest first.
#[component]
pub(super) fn News(news: Vec<MarketNews>) -> impl IntoView {
    let texts = Texts::get();
    let item = |news: MarketNews| {
        let about = if news.symbol.is_some() {
            texts.instrument_this_company()
        } else {
            texts.instrument_the_market()
        };
        view! {
            <li>
                <p class="news-when soft"><time datetime=news.at.to_string()>{format::date(news.at)}</time>" · "{about}</p>
                <p>{texts.as_said(news.headline)}</p>
            </li>
        }
    };
    let list = if news.is_empty() {
        view! { <p class="soft">{texts.instrument_no_news()}</p> }.into_any()
    } else {
        view! { <ol class="news" role="list">{news.into_iter().map(item).collect_view()}</ol> }
            .into_any()
    };
    view! {
        <section class="card" aria-labelledby="news-title">
            <h2 id="news-title">{texts.instrument_news()}</h2>
            {list}
        </section>
    }
}
