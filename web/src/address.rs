//! Page URLs: which ones are ours, and how to encode text in them.

use leptos::prelude::*;
use leptos_router::hooks::use_location;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

/// Everything but the unreserved characters of RFC 3986.
const RESERVED: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~');

/// Whether a text is the URL of a page on this server: a path, with or without a query. Pages and
/// the server only redirect to such URLs when the text may come from someone else.
///
/// Browsers treat `//x` and `/\x` as another host, drop tabs and line breaks, and shorten `/.//x`
/// to `//x`, so none of these are ours.
#[must_use]
pub fn is_ours(address: &str) -> bool {
    let path = address.split(['?', '#']).next().unwrap_or_default();
    let Some(rest) = path.strip_prefix('/') else {
        return false;
    };
    let last = rest.split('/').count().saturating_sub(1);
    let plain = |(place, segment): (usize, &str)| {
        let dots = segment.to_ascii_lowercase().replace("%2e", ".");
        // Only the last segment may be empty: `/` and `/market/`.
        dots != "." && dots != ".." && (place == last || !segment.is_empty())
    };
    let written = address.bytes().all(|b| b.is_ascii_graphic() && b != b'\\');
    written && rest.split('/').enumerate().all(plain)
}

/// Encodes a text for a path segment or a query value: everything but unreserved characters becomes
/// `%XX`.
#[must_use]
pub fn encode(text: &str) -> String {
    utf8_percent_encode(text, RESERVED).to_string()
}

/// The URL of a page that leads on to another one, such as `/login` and then `next`.
#[must_use]
pub fn and_then(page: &str, next: &str) -> String {
    format!("{page}?next={}", encode(next))
}

/// The URL of the current page, with its query.
#[must_use]
pub fn here() -> String {
    let location = use_location();
    let (path, query) = (
        location.pathname.get_untracked(),
        location.search.get_untracked(),
    );
    if query.is_empty() {
        path
    } else {
        format!("{path}?{query}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_paths_of_this_server_are_ours() {
        for address in [
            "/",
            "/market",
            "/market/",
            "/market?query=a%20b&page=2",
            "/orders?symbol=A.B&x=//y",
            "/instruments/A.B",
            "/a#b",
        ] {
            assert!(is_ours(address), "{address:?}");
        }
        for address in [
            "",
            "market",
            "//evil.example",
            "/\\evil.example",
            "/\t/evil.example",
            "/\n/evil.example",
            "http://evil.example",
            "/.//x",
            "/./",
            "/a/..//x",
            "/%2e//x",
            "/%2E%2e/x",
            "/a//b",
            "/a\r\nb",
            "/ b",
            "/é",
        ] {
            assert!(!is_ours(address), "{address:?}");
        }
    }

    #[test]
    fn an_address_in_a_query_keeps_its_own_query() {
        assert_eq!(
            and_then("/login", "/market?query=a&page=2"),
            "/login?next=%2Fmarket%3Fquery%3Da%26page%3D2"
        );
    }
}
