//! Terms that can be tapped for a one-sentence explanation. They open without script.

mod terms;

use leptos::prelude::*;

pub use terms::Term;

use crate::language::Texts;
use crate::paths;

/// A term in a text: pressing it shows a one-sentence explanation.
#[component]
pub fn Explain(
    /// The term to explain.
    term: Term,
    /// Where it stands, so that a page can explain a term in two places.
    place: &'static str,
    /// The words of the text.
    children: Children,
) -> impl IntoView {
    let texts = Texts::get();
    let id = format!("term-{}-{place}", term.anchor());
    let more = format!("{}#{}", paths::GLOSSARY, term.anchor());
    view! {
        <button type="button" class="term" popovertarget=id.clone()>{children()}</button>
        <span class="term-card" id=id popover="auto" role="note" data-term=term.anchor()>
            <strong>{term.name()}</strong>
            <span>{term.explanation()}</span>
            " "<a href=more rel="external">{texts.parts_more_in_glossary()}</a>
        </span>
    }
}
