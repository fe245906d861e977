//! What a page tells the server about its answer.

/// Sets the HTTP status of the page that is being rendered; in the browser it does nothing.
pub fn set_status(status: u16) {
    #[cfg(feature = "ssr")]
    if let (Some(response), Ok(status)) = (
        leptos::prelude::use_context::<leptos_axum::ResponseOptions>(),
        axum::http::StatusCode::from_u16(status),
    ) {
        response.set_status(status);
    }
    #[cfg(not(feature = "ssr"))]
    let _ = status;
}

/// A cookie of the request that is being rendered.
#[cfg(feature = "ssr")]
#[must_use]
pub fn request_cookie(name: &str) -> Option<String> {
    let request = leptos::prelude::use_context::<axum::http::request::Parts>()?;
    let cookies = request.headers.get_all(axum::http::header::COOKIE);
    cookies
        .iter()
        .filter_map(|header| header.to_str().ok())
        .flat_map(|header| header.split(';'))
        .filter_map(|cookie| cookie.trim().split_once('='))
        .find(|(key, _)| *key == name)
        .map(|(_, value)| value.to_owned())
}
