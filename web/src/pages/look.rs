//! How the pages look: light or dark, which skin, and in which language.

use domain::Money;
use leptos::prelude::*;
use leptos_meta::Title;

use crate::components::skin::Skin;
use crate::components::theme::{Theme, chosen};
use crate::language::{Language, Texts};
use crate::paths;

/// The amount that a skin is shown with, $10,240.50, in hundredths of a cent.
const SAMPLE: i64 = 102_405_000;

/// The page.
#[component]
pub fn LookPage() -> impl IntoView {
    let texts = Texts::get();
    let (skin, theme) = (Skin::chosen(), chosen());
    view! {
        <Title text=texts.footer_look()/>
        <header class="page-head">
            <h1>{texts.look_title()}</h1>
            <p class="soft">{texts.look_lead()}</p>
        </header>
        <Languages texts/>
        <form action="/forms/skin" method="post" class="look-form">
            <input type="hidden" name="next" value=paths::LOOK/>
            <ul class="skins" role="list">{Skin::ALL.map(|offered| offer(offered, skin, texts))}</ul>
        </form>
        <h2>{texts.look_theme_title()}</h2>
        <form action="/forms/theme" method="post">
            <input type="hidden" name="next" value=paths::LOOK/>
            <div class="segments" role="group" aria-label=texts.look_theme_title()>
                {Theme::ALL.map(|offered| view! {
                    <button name="theme" value=offered.as_str() class="segment" aria-pressed=pressed(offered == theme)>{theme_label(offered, texts)}</button>
                })}
            </div>
        </form>
    }
}

/// The language chooser. Each language is named in its own words.
#[component]
fn Languages(texts: Texts) -> impl IntoView {
    let offered = |language: Language| {
        let chosen = language == texts.language();
        let draft = language.is_draft().then(|| {
            let words = format!("({})", texts.look_draft());
            view! { <span class="look-draft">{words}</span> }
        });
        view! {
            <button name="language" value=language.tag() class="segment" aria-pressed=pressed(chosen)>
                <span lang=language.tag()>{language.own_name()}</span>{draft}
            </button>
        }
    };
    view! {
        <section class="look-language" aria-labelledby="language-title">
            <h2 id="language-title">{texts.look_language_title()}</h2>
            <p class="soft">{texts.look_language_lead()}</p>
            <form action="/forms/language" method="post">
                <input type="hidden" name="next" value=paths::LOOK/>
                <div class="segments" role="group" aria-label=texts.look_language_title()>{Language::ALL.map(offered)}</div>
            </form>
        </section>
    }
}

/// A skin with a sample drawn in it.
fn offer(offered: Skin, chosen: Skin, texts: Texts) -> impl IntoView {
    let (label, words) = match offered {
        Skin::Standard => (texts.look_standard(), texts.look_standard_words()),
        Skin::Plain => (texts.look_plain(), texts.look_plain_words()),
        Skin::Playful => (texts.look_playful(), texts.look_playful_words()),
        Skin::Contrast => (texts.look_contrast(), texts.look_contrast_words()),
    };
    view! {
        <li>
            <button name="skin" value=offered.as_str() class="skin" data-skin=offered.as_str() aria-pressed=pressed(offered == chosen)>
                <strong class="skin-name">{label}</strong>
                <span class="skin-words">{words}</span>
                <span class="skin-sample" aria-hidden="true">
                    <span class="figure">{texts.money(Money::from_units(SAMPLE))}</span>
                    <span class="skin-action">{texts.look_sample()}</span>
                </span>
                {(offered == chosen).then(|| view! { <span class="skin-chosen">{texts.look_chosen()}</span> })}
            </button>
        </li>
    }
}

fn theme_label(theme: Theme, texts: Texts) -> &'static str {
    match theme {
        Theme::Auto => texts.look_theme_auto(),
        Theme::Light => texts.look_theme_light(),
        Theme::Dark => texts.look_theme_dark(),
    }
}

fn pressed(is: bool) -> &'static str {
    if is { "true" } else { "false" }
}
