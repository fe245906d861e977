//! Addresses: parses what a person types for a server, and decides which pages belong to it.

use std::fmt;

use tauri::Url;

/// Why a text is not a valid server address.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum AddressError {
    /// It is not an address at all.
    Malformed,
    /// It is an address, but not a web address.
    NotWeb,
    /// It contains a user name or password, which would be displayed and stored.
    Credentials,
}

impl fmt::Display for AddressError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Malformed => "This is not an address. It should look like game.example.org.",
            Self::NotWeb => "The address of a server starts with https:// or http://.",
            Self::Credentials => {
                "Leave the name and the password out of the address; log in on the page."
            }
        })
    }
}

impl std::error::Error for AddressError {}

/// Parses a server address as a person types it. The default scheme is https, except on this
/// computer. Only the origin counts: the server chooses the first page.
pub(crate) fn parse(text: &str) -> Result<Url, AddressError> {
    let text = text.trim();
    if text.is_empty() {
        return Err(AddressError::Malformed);
    }
    let url = if text.contains("://") {
        Url::parse(text).map_err(|_| AddressError::Malformed)?
    } else {
        let url = Url::parse(&format!("https://{text}")).map_err(|_| AddressError::Malformed)?;
        if is_this_computer(&url) {
            Url::parse(&format!("http://{text}")).map_err(|_| AddressError::Malformed)?
        } else {
            url
        }
    };
    if !matches!(url.scheme(), "http" | "https") {
        return Err(AddressError::NotWeb);
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err(AddressError::Credentials);
    }
    Url::parse(&url.origin().ascii_serialization()).map_err(|_| AddressError::Malformed)
}

fn is_this_computer(url: &Url) -> bool {
    matches!(url.host_str(), Some("localhost" | "127.0.0.1" | "[::1]"))
}

/// The launcher: the program's only own page.
pub(crate) fn launcher() -> Result<Url, AddressError> {
    let address = if cfg!(windows) {
        "http://tauri.localhost/"
    } else {
        "tauri://localhost/"
    };
    Url::parse(address).map_err(|_| AddressError::Malformed)
}

/// Whether the window may navigate there: only to the launcher and to pages of the chosen server.
pub(crate) fn may_show(url: &Url, chosen: Option<&Url>) -> bool {
    let is_launcher =
        launcher().is_ok_and(|page| (page.scheme(), page.host()) == (url.scheme(), url.host()));
    is_launcher || chosen.is_some_and(|chosen| chosen.origin() == url.origin())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: Result<&str, AddressError>) {
        let address = parse(text).map(|url| url.to_string());
        assert_eq!(address, expected.map(str::to_owned), "{text}");
    }

    #[test]
    fn an_address_is_read_as_people_type_it() {
        check("game.example.org", Ok("https://game.example.org/"));
        check(
            "  game.example.org/market?x=1#y ",
            Ok("https://game.example.org/"),
        );
        check(
            "http://game.example.org:8080/",
            Ok("http://game.example.org:8080/"),
        );
        check("localhost:8080", Ok("http://localhost:8080/"));
        check("127.0.0.1:8080", Ok("http://127.0.0.1:8080/"));
        check("[::1]:8080", Ok("http://[::1]:8080/"));
        check("https://localhost", Ok("https://localhost/"));
    }

    #[test]
    fn what_is_no_address_of_a_server_is_refused() {
        check("", Err(AddressError::Malformed));
        check("two words", Err(AddressError::Malformed));
        check("https://", Err(AddressError::Malformed));
        check("file:///etc/passwd", Err(AddressError::NotWeb));
        check("tauri://localhost", Err(AddressError::NotWeb));
        check(
            "https://ann:secret@game.example.org",
            Err(AddressError::Credentials),
        );
    }

    #[test]
    fn the_window_stays_with_the_launcher_and_the_chosen_server() {
        let url = |text: &str| Url::parse(text).unwrap();
        let chosen = url("http://127.0.0.1:4000/launch?token=x");
        let may_show = |text: &str| may_show(&url(text), Some(&chosen));
        assert!(may_show(launcher().unwrap().as_str()));
        assert!(may_show("http://127.0.0.1:4000/market"));
        assert!(!may_show("http://127.0.0.1:4001/market"));
        assert!(!may_show("https://127.0.0.1:4000/market"));
        assert!(!may_show("http://example.org/"));
        assert!(!may_show("file:///etc/passwd"));
        assert!(!may_show("data:text/html,x"));
        assert!(!super::may_show(&url("http://127.0.0.1:4000/"), None));
    }
}
