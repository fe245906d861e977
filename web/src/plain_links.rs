//! Links from a page that runs in the browser to a plain page, which is a document of its own.

/// Makes the browser, not the router, follow links to plain pages. Called once.
#[cfg(feature = "hydrate")]
pub(crate) fn watch() {
    use leptos::prelude::document;
    use wasm_bindgen::JsCast;
    use wasm_bindgen::closure::Closure;

    let mark = Closure::<dyn Fn(web_sys::Event)>::new(|event: web_sys::Event| {
        let target = event
            .target()
            .and_then(|target| target.dyn_into::<web_sys::Element>().ok());
        let link = target.and_then(|target| target.closest("a[href]").ok().flatten());
        let Some(link) = link else { return };
        let address = link.get_attribute("href").unwrap_or_default();
        let path = address.split(['?', '#']).next().unwrap_or_default();
        if crate::paths::is_plain(path) {
            _ = link.set_attribute("rel", "external");
        }
    });
    // The router handles the event after it has bubbled up: by then the link is marked.
    _ = document().add_event_listener_with_callback_and_bool(
        "click",
        mark.as_ref().unchecked_ref(),
        true,
    );
    mark.forget();
}

/// Makes the browser, not the router, follow links to plain pages. Called once.
#[cfg(not(feature = "hydrate"))]
pub(crate) fn watch() {}
