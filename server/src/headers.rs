//! Headers that every answer carries, for browsers.

use axum::extract::Request;
use axum::http::{HeaderMap, HeaderName, HeaderValue, header};
use axum::middleware::Next;
use axum::response::Response;

use crate::app::App;

/// For answers that are no page: they load nothing and are shown nowhere.
const NO_PAGE: &str =
    "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'";

/// On every answer.
const EVERYWHERE: [(HeaderName, &str); 2] = [
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (
        HeaderName::from_static("cross-origin-resource-policy"),
        "same-origin",
    ),
];

/// What only means something on an answer that a browser shows.
const SHOWN: [(HeaderName, &str); 3] = [
    // Forms return to the page that they were sent from.
    (header::REFERRER_POLICY, "same-origin"),
    (
        HeaderName::from_static("cross-origin-opener-policy"),
        "same-origin",
    ),
    (
        HeaderName::from_static("permissions-policy"),
        "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    ),
];

/// Adds the headers, where a handler has not set its own.
pub fn secure(app: &App, headers: &mut HeaderMap) {
    let kind = headers.get(header::CONTENT_TYPE);
    let is_data = kind.is_some_and(|kind| kind == "application/json");
    let shown = if is_data { &[][..] } else { &SHOWN };
    for (name, value) in EVERYWHERE.iter().chain(shown) {
        headers
            .entry(name)
            .or_insert(HeaderValue::from_static(value));
    }
    headers
        .entry(header::CONTENT_SECURITY_POLICY)
        .or_insert(HeaderValue::from_static(NO_PAGE));
    if app.config.session.secure_cookie {
        let year = HeaderValue::from_static("max-age=31536000");
        headers
            .entry(header::STRICT_TRANSPORT_SECURITY)
            .or_insert(year);
    }
}

/// What an answer with a player's data says: nobody may keep it.
pub fn private(headers: &mut HeaderMap) {
    let no_store = HeaderValue::from_static("no-store");
    headers.entry(header::CACHE_CONTROL).or_insert(no_store);
}

/// The policy of a page: its own files, and inline scripts of this very answer only.
#[must_use]
pub fn page_policy(nonce: &str, host: Option<&HeaderValue>) -> Option<HeaderValue> {
    // 'self' covers the WebSocket in most browsers; older Safari wants its address in full.
    let host = host
        .and_then(|host| host.to_str().ok())
        .filter(|host| is_plain(host));
    let sockets = host
        .map(|host| format!(" ws://{host} wss://{host}"))
        .unwrap_or_default();
    let policy = format!(
        "default-src 'self'; script-src 'self' 'nonce-{nonce}' 'wasm-unsafe-eval'; \
         style-src 'self' 'unsafe-inline'; img-src 'self' data:; connect-src 'self'{sockets}; \
         object-src 'none'; frame-ancestors 'none'; base-uri 'self'; form-action 'self'"
    );
    HeaderValue::from_str(&policy).ok()
}

/// The policy of the page that tries the API out, whose styles are inline.
pub async fn docs_policy(request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    let policy = "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; \
                  img-src 'self' data:; connect-src 'self'; frame-ancestors 'none'; \
                  base-uri 'none'; form-action 'none'";
    set(
        response.headers_mut(),
        header::CONTENT_SECURITY_POLICY,
        policy,
    );
    response
}

fn set(headers: &mut HeaderMap, name: HeaderName, value: &'static str) {
    headers.insert(name, HeaderValue::from_static(value));
}

/// A header of the client's goes into the policy only when it cannot say more than a host.
fn is_plain(host: &str) -> bool {
    host.bytes()
        .all(|b| b.is_ascii_alphanumeric() || b".-:[]".contains(&b))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_host_cannot_add_to_the_policy() {
        let good = HeaderValue::from_static("game.example:8080");
        let policy = page_policy("abc", Some(&good)).unwrap();
        assert!(
            policy
                .to_str()
                .unwrap()
                .contains("ws://game.example:8080 wss://game.example:8080;")
        );
        let evil = HeaderValue::from_static("x; script-src *");
        let policy = page_policy("abc", Some(&evil)).unwrap();
        assert!(!policy.to_str().unwrap().contains('*'));
    }
}
