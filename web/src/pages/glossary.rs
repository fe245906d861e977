//! The glossary: every term with one sentence and an example, each with its own URL.

use leptos::prelude::*;
use leptos_meta::Title;

use crate::language::{Language, Texts};

/// A term in all languages; `build.rs` makes them of `domain/data/glossary.json` and its translations.
struct Entry {
    /// Its name in URLs, the same in every language.
    id: &'static str,
    term: [&'static str; Language::ALL.len()],
    sentence: [&'static str; Language::ALL.len()],
    example: [&'static str; Language::ALL.len()],
}

#[rustfmt::skip]
mod table {
    use super::Entry;

    include!(concat!(env!("OUT_DIR"), "/glossary.rs"));

    pub(super) fn entries() -> &'static [Entry] {
        &ENTRIES
    }
}

/// A term in one language.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Term {
    id: &'static str,
    term: &'static str,
    sentence: &'static str,
    example: &'static str,
}

impl Term {
    /// The letter that it is listed under.
    fn letter(self) -> char {
        let first = self.term.chars().next().unwrap_or('?');
        let plain = match first.to_lowercase().next().unwrap_or(first) {
            'à' | 'á' | 'â' | 'ä' => 'a',
            'é' | 'è' | 'ê' => 'e',
            'í' => 'i',
            'ó' | 'ö' | 'ô' => 'o',
            'ú' | 'ü' => 'u',
            other => other,
        };
        plain.to_ascii_uppercase()
    }
}

/// The terms, sorted by their names in a language.
fn terms(language: Language) -> Vec<Term> {
    let text = |texts: &[&'static str]| texts.get(language as usize).copied().unwrap_or_default();
    let mut terms: Vec<Term> = table::entries()
        .iter()
        .map(|entry| Term {
            id: entry.id,
            term: text(&entry.term),
            sentence: text(&entry.sentence),
            example: text(&entry.example),
        })
        .collect();
    terms.sort_by_cached_key(|term| (term.letter(), term.term.to_lowercase()));
    terms
}

/// The page.
#[component]
pub fn GlossaryPage() -> impl IntoView {
    let texts = Texts::get();
    let terms = terms(texts.language());
    let mut letters: Vec<(char, &'static str)> = Vec::new();
    for term in &terms {
        if letters
            .last()
            .is_none_or(|(letter, _)| *letter != term.letter())
        {
            letters.push((term.letter(), term.id));
        }
    }
    let letter = |(letter, id): (char, &'static str)| {
        view! { <li><a href=format!("#{id}")>{letter.to_string()}</a></li> }
    };
    let offered = terms.clone().into_iter();
    let offered = offered.map(|term| view! { <option value=term.term data-id=term.id></option> });
    let shown = terms.into_iter().map(|term| view! { <Shown term texts/> });
    view! {
        <Title text=texts.glossary_title()/>
        <div class="glossary" id="top">
            <header class="page-head">
                <h1>{texts.glossary_title()}</h1>
                <p class="soft">{texts.glossary_lead()}</p>
            </header>
            <div class="field needs-script">
                <label for="find-term">{texts.glossary_find()}</label>
                <input id="find-term" type="search" list="terms" autocomplete="off" data-find="anchor"/>
                <datalist id="terms">{offered.collect_view()}</datalist>
            </div>
            <nav aria-label=texts.glossary_letters()>
                <ul class="glossary-letters" role="list">{letters.into_iter().map(letter).collect_view()}</ul>
            </nav>
            <dl class="glossary-terms">{shown.collect_view()}</dl>
            <p><a href="#top">{texts.glossary_back()}</a></p>
        </div>
    }
}

#[component]
fn Shown(term: Term, texts: Texts) -> impl IntoView {
    view! {
        <div class="glossary-term" id=term.id>
            <dt><a href=format!("#{}", term.id)>{term.term}</a></dt>
            <dd>{term.sentence}</dd>
            <dd class="soft">{texts.glossary_example(term.example)}</dd>
        </div>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_term_has_one_sentence_and_an_example() {
        for language in Language::ALL {
            let terms = terms(language);
            assert!(terms.len() >= 40, "{language:?}");
            for term in terms {
                let text = term.sentence;
                assert!(text.ends_with('.'), "{language:?} {}", term.id);
                assert_eq!(text.matches(". ").count(), 0, "{language:?} {}", term.id);
                assert!(term.example.ends_with('.'), "{language:?} {}", term.id);
            }
        }
    }

    #[test]
    fn terms_stand_in_the_order_of_their_letters() {
        for language in Language::ALL {
            let letters: Vec<char> = terms(language).into_iter().map(Term::letter).collect();
            assert!(letters.is_sorted(), "{language:?} {letters:?}");
            assert!(letters.iter().all(char::is_ascii_uppercase), "{language:?}");
        }
    }

    #[test]
    fn every_term_of_the_other_pages_is_in_the_glossary() {
        let ids: Vec<&str> = table::entries().iter().map(|entry| entry.id).collect();
        for term in crate::components::Term::ALL {
            assert!(ids.contains(&term.anchor()), "{term:?}");
        }
    }
}
