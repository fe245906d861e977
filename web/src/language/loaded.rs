//! The texts that came with a page which the browser has taken over. Its WebAssembly contains the English
//! texts alone; a page in another language carries a table of its own.

use std::cell::Cell;
use std::fmt::Display;

use domain::Currency;

use super::Language;

#[derive(Clone, Copy)]
struct Loaded {
    language: Language,
    currency: Currency,
    /// By the number of the message; empty in English.
    table: &'static [&'static str],
}

thread_local! {
    static LOADED: Cell<Loaded> = const {
        Cell::new(Loaded { language: Language::English, currency: Currency::DOLLAR, table: &[] })
    };
}

/// The language of the page.
pub fn language() -> Language {
    LOADED.get().language
}

/// The currency of the page's game.
pub fn currency() -> Currency {
    LOADED.get().currency
}

/// Reads language, currency and table from the page. Called once, before anything is rendered.
#[cfg(feature = "hydrate")]
pub fn load() {
    let document = leptos::prelude::document();
    let attribute = |name| document.document_element()?.get_attribute(name);
    let tag = attribute("lang");
    let currency =
        attribute("data-currency").map_or(Currency::DOLLAR, |code| Currency::of_code(&code));
    LOADED.set(Loaded {
        currency,
        ..LOADED.get()
    });
    let language = tag.and_then(|tag| Language::from_tag(&tag));
    let texts = document.get_element_by_id(super::TABLE_ID);
    let texts = texts.and_then(|texts| texts.text_content());
    if let (Some(language), Some(texts)) = (language, texts) {
        // They last as long as the page: this leaks nothing that would ever be freed.
        let texts: &'static str = texts.leak();
        let table = texts.trim_matches('\n').split('\n').collect::<Vec<_>>();
        LOADED.set(Loaded {
            language,
            currency,
            table: table.leak(),
        });
    }
}

/// Chooses the language that the window prefers, for a page that no server has written. A draft has to be
/// chosen explicitly.
#[cfg(feature = "csr")]
pub fn load_preferred() {
    let preferred = leptos::prelude::window().navigator().languages();
    let known = preferred.iter();
    let mut known = known.filter_map(|tag| Language::from_tag(&tag.as_string()?));
    if let Some(language) = known.find(|language| !language.is_draft()) {
        LOADED.set(Loaded {
            language,
            ..LOADED.get()
        });
    }
}

/// A message without gaps.
pub fn word(number: usize, english: &'static str) -> &'static str {
    LOADED.get().table.get(number).copied().unwrap_or(english)
}

/// A message with its gaps filled.
pub fn fill(number: usize, english: &'static str, gaps: &[(&str, &dyn Display)]) -> String {
    let mut text = String::new();
    let mut rest = word(number, english);
    while let Some((before, after)) = rest.split_once('{') {
        let (name, after) = after.split_once('}').unwrap_or((after, ""));
        text.push_str(before);
        if let Some((_, value)) = gaps.iter().find(|(gap, _)| *gap == name) {
            text.push_str(&value.to_string());
        }
        rest = after;
    }
    text.push_str(rest);
    text
}
