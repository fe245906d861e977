//! Links to the pages of a list.

use crate::language::Texts;
use domain::api::PageMeta;
use leptos::prelude::*;

/// Links to the pages before and after this one; nothing for a list of one page.
#[component]
pub fn Pagination(
    /// The position in the list.
    meta: PageMeta,
    /// The URL of a page.
    #[prop(into)]
    address: Callback<u32, String>,
) -> impl IntoView {
    let texts = Texts::get();
    let pages = u32::try_from(meta.pages()).unwrap_or(u32::MAX);
    (pages > 1).then(|| {
        let before = (meta.page > 1).then(|| address.run(meta.page - 1));
        let after = (meta.page < pages).then(|| address.run(meta.page + 1));
        view! {
            <nav class="pagination" aria-label=texts.parts_pages()>
                {step(before, "prev", texts.parts_back())}
                <span class="pagination-here">{texts.parts_page_of(meta.page, pages)}</span>
                {step(after, "next", texts.parts_next())}
            </nav>
        }
    })
}

/// A link, or a placeholder when there is no such page.
fn step(address: Option<String>, rel: &'static str, label: &'static str) -> impl IntoView {
    match address {
        Some(address) => view! { <a class="button button-quiet button-small" href=address rel=rel>{label}</a> }.into_any(),
        None => view! { <span class="button button-quiet button-small" aria-hidden="true" data-off="true">{label}</span> }.into_any(),
    }
}
