//! What a page tells the server about its response.

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

/// The path of the page that is being rendered.
#[must_use]
pub fn path() -> Option<String> {
    #[cfg(feature = "ssr")]
    {
        let request = leptos::prelude::use_context::<axum::http::request::Parts>()?;
        Some(request.uri.path().to_owned())
    }
    #[cfg(not(feature = "ssr"))]
    None
}

/// The scheme and host of the request, as far as known: for places that need absolute URLs, such as
/// a link preview.
#[must_use]
pub fn origin() -> Option<String> {
    #[cfg(feature = "ssr")]
    {
        let request = leptos::prelude::use_context::<axum::http::request::Parts>()?;
        let text = |name: &str| request.headers.get(name)?.to_str().ok();
        let host = text("host").filter(|host| {
            let plain = |b: u8| b.is_ascii_alphanumeric() || b".:-[]".contains(&b);
            host.bytes().all(plain)
        })?;
        let scheme = text("x-forwarded-proto").filter(|scheme| *scheme == "https");
        Some(format!("{}://{host}", scheme.unwrap_or("http")))
    }
    #[cfg(not(feature = "ssr"))]
    None
}

/// Whether the server sends mail. It provides this to the page.
#[cfg(feature = "ssr")]
#[derive(Debug, Clone, Copy)]
pub struct SendsMail(pub bool);

#[cfg(feature = "ssr")]
impl SendsMail {
    /// As the surrounding page has it; without it a page promises no mail.
    pub(crate) fn get() -> bool {
        leptos::prelude::use_context::<Self>().is_some_and(|page| page.0)
    }
}

/// The clock where the reader lives. The server provides it to a page whose reader's time zone it knows.
#[cfg(feature = "ssr")]
#[derive(Debug, Clone)]
pub struct ReaderClock {
    /// The name of the time zone.
    pub zone: String,
    /// Minutes that a zone is ahead of UTC at an instant.
    pub minutes_ahead: fn(&str, domain::Timestamp) -> i32,
}

#[cfg(feature = "ssr")]
impl ReaderClock {
    /// Minutes that the clock of the surrounding page's reader is ahead of UTC; none where it is unknown.
    pub(crate) fn ahead(at: domain::Timestamp) -> Option<i32> {
        let clock = leptos::prelude::use_context::<Self>()?;
        Some((clock.minutes_ahead)(&clock.zone, at))
    }
}

/// The cookie that remembers, until the browser is closed, which check of luck a player has looked at: its game
/// and its id, `open.17`.
#[cfg(feature = "ssr")]
pub const LUCK: &str = "luck";

/// A cookie of the request that is being rendered.
#[cfg(feature = "ssr")]
#[must_use]
pub fn request_cookie(name: &str) -> Option<String> {
    let request = leptos::prelude::use_context::<axum::http::request::Parts>()?;
    cookie(&request.headers, name)
}

/// The value of a cookie.
#[cfg(feature = "ssr")]
pub(crate) fn cookie(headers: &axum::http::HeaderMap, name: &str) -> Option<String> {
    let cookies = headers.get_all(axum::http::header::COOKIE);
    cookies
        .iter()
        .filter_map(|header| header.to_str().ok())
        .flat_map(|header| header.split(';'))
        .filter_map(|cookie| cookie.trim().split_once('='))
        .find(|(key, _)| *key == name)
        .map(|(_, value)| value.to_owned())
}

/// A header of the request that is being rendered.
#[cfg(feature = "ssr")]
#[must_use]
pub fn request_header(name: &str) -> Option<String> {
    let request = leptos::prelude::use_context::<axum::http::request::Parts>()?;
    let value = request.headers.get(name)?.to_str().ok()?;
    Some(value.to_owned())
}
