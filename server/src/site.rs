//! Which site a request comes from: guards against other sites, other hosts and, in the desktop
//! app, anyone but its window.

use std::net::IpAddr;

use axum::extract::{Query, Request, State};
use axum::http::uri::Authority;
use axum::http::{HeaderMap, HeaderValue, StatusCode, Uri, Version, header};
use axum::response::{IntoResponse, Response};
use domain::api::ErrorCode;
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

use crate::app::App;
use crate::error::{Error, Result};
use crate::launch;
use crate::session::cookie;

/// Where the desktop's window trades its token for a cookie.
pub const LAUNCH: &str = "/launch";

/// Whether no browser says that a page of another site sent the request.
///
/// Every browser names the site or, before it could, the origin of what a page sends, or at least the
/// page; what names none is a program, which no other site can make carry a player's cookie.
#[must_use]
pub fn is_own(headers: &HeaderMap) -> bool {
    match text(headers, "sec-fetch-site") {
        Some(site) => matches!(site, "same-origin" | "none"),
        None => origin_is_host(headers).or_else(|| referer_is_host(headers)) != Some(false),
    }
}

/// Whether the origin that a request names is this server; none when it names none, as programs
/// do.
#[must_use]
pub fn origin_is_host(headers: &HeaderMap) -> Option<bool> {
    let origin = text(headers, header::ORIGIN.as_str())?;
    let named = origin.split_once("://").map(|(_, authority)| authority);
    let host = text(headers, header::HOST.as_str());
    Some(
        named
            .zip(host)
            .is_some_and(|(named, host)| named.eq_ignore_ascii_case(host)),
    )
}

/// As [`origin_is_host`] for the page that a request names.
fn referer_is_host(headers: &HeaderMap) -> Option<bool> {
    let referer = text(headers, header::REFERER.as_str())?;
    let host = text(headers, header::HOST.as_str());
    let named = referer.parse::<Uri>().ok();
    let named = named.as_ref().and_then(Uri::authority);
    Some(
        named
            .zip(host)
            .is_some_and(|(named, host)| named.as_str().eq_ignore_ascii_case(host)),
    )
}

/// Whether a browser shows this server's pages over plain http, from another machine: there it keeps no
/// `Secure` cookie. A program names no origin.
#[must_use]
pub fn is_insecure(headers: &HeaderMap) -> bool {
    let origin = text(headers, header::ORIGIN.as_str());
    let authority = origin.and_then(|origin| origin.strip_prefix("http://"));
    let authority = authority.and_then(|authority| authority.parse::<Authority>().ok());
    authority.is_some_and(|authority| {
        let host = authority.host();
        let address = host.trim_matches(['[', ']']).parse::<IpAddr>();
        let is_loopback = address.is_ok_and(|address| address.is_loopback());
        !is_loopback && host != "localhost" && !host.ends_with(".localhost")
    })
}

/// Refuses requests that do not say which host they are for, or name two: servers in a chain would not
/// agree on it. HTTP/1.0 has no such header.
///
/// # Errors
/// 400 for these.
pub fn check_host(request: &Request) -> Result<()> {
    let mut all = request.headers().get_all(header::HOST).iter();
    let message = match (all.next(), all.count()) {
        (Some(host), 0) if host.to_str().is_ok_and(is_host) => return Ok(()),
        (Some(_), 0) => {
            "The header Host must be a name and perhaps a port, such as game.example:8080."
                .to_owned()
        }
        (None, _) if request.version() < Version::HTTP_11 => return Ok(()),
        (first, more) => {
            let hosts = usize::from(first.is_some()).saturating_add(more);
            format!("The request must have one Host header, and has {hosts}.")
        }
    };
    Err(Error::new(ErrorCode::MalformedRequest, message))
}

/// Whether a text is a name or an address, with a port or without. An empty one names no host, as it may.
fn is_host(text: &str) -> bool {
    let Ok(authority) = text.parse::<Authority>() else {
        return text.is_empty();
    };
    let port = text.strip_prefix(authority.host());
    port.is_some_and(|port| match port.strip_prefix(':') {
        Some(digits) => digits.is_empty() || authority.port_u16().is_some(),
        None => port.is_empty(),
    })
}

/// Refuses compressed bodies.
///
/// # Errors
/// 415 for these.
pub fn check_encoding(headers: &HeaderMap) -> Result<()> {
    match text(headers, header::CONTENT_ENCODING.as_str()) {
        Some(encoding) if !encoding.eq_ignore_ascii_case("identity") => {
            let message =
                "This server reads no compressed bodies: send it without Content-Encoding.";
            Err(Error::new(ErrorCode::UnsupportedMediaType, message))
        }
        _ => Ok(()),
    }
}

/// The answer to what another site sends. Behind a proxy that does not forward the host, everything
/// looks like that: the message tells.
#[must_use]
pub fn cross_site(headers: &HeaderMap) -> Error {
    let shown = |name: header::HeaderName| text(headers, name.as_str()).unwrap_or("none");
    let (origin, host) = (shown(header::ORIGIN), shown(header::HOST));
    let message = format!(
        "This was sent by another site: its origin is \"{origin}\" and this server is \"{host}\". A \
         proxy in front of this server must forward the header Host as it came (docs/proxy.md)."
    );
    Error::new(ErrorCode::CrossSite, message)
}

/// Refuses hosts that are not this server's, so that a name of somebody else's that points here
/// (DNS rebinding) gets nothing; and, where a launch token is set, everyone without it.
///
/// # Errors
/// 403: the request is refused.
pub fn guard(app: &App, request: &Request) -> Result<()> {
    let config = &app.config.session;
    if !config.allowed_hosts.is_empty() && !names_host(&config.allowed_hosts, request) {
        return Err(forbidden("This server does not answer to that name."));
    }
    if let Some(expected) = config.launch_token.as_deref()
        && request.uri().path() != LAUNCH
        && !has_launched(app, request.headers(), expected)
    {
        return Err(forbidden("Only the window of the desktop app is let in."));
    }
    Ok(())
}

/// What the desktop's window opens first.
#[derive(Debug, serde::Deserialize)]
pub struct Launch {
    token: String,
}

/// Trades the launch token for a cookie.
///
/// # Errors
/// 403 when it is not this launch's, 404 when the server was not started by the desktop app.
pub async fn launch(State(app): State<App>, Query(launch): Query<Launch>) -> Result<Response> {
    let expected = app.config.session.launch_token.as_deref();
    let expected = expected.ok_or_else(|| Error::not_found("such address"))?;
    if !same(&launch.token, expected) {
        return Err(forbidden("This is not the token of this launch."));
    }
    let (name, value) = (launch_cookie(&app), fingerprint(expected));
    let cookie = cookie::until_closed(&app.config.session, &name, &value)?;
    let headers = [
        (header::SET_COOKIE, cookie),
        (header::LOCATION, HeaderValue::from_static(launch::PLAYER)),
    ];
    Ok((StatusCode::SEE_OTHER, headers).into_response())
}

fn has_launched(app: &App, headers: &HeaderMap, expected: &str) -> bool {
    let given = cookie::find(headers, &launch_cookie(app));
    given.is_some_and(|given| same(given, &fingerprint(expected)))
}

fn launch_cookie(app: &App) -> String {
    format!("{}_launch", app.config.session.cookie_name)
}

fn fingerprint(token: &str) -> String {
    hex::encode(Sha256::digest(token))
}

fn same(given: &str, expected: &str) -> bool {
    given.as_bytes().ct_eq(expected.as_bytes()).into()
}

fn names_host(allowed: &[String], request: &Request) -> bool {
    let host = text(request.headers(), header::HOST.as_str());
    let authority = host.and_then(|host| host.parse::<Authority>().ok());
    authority.is_some_and(|authority| {
        let (full, name) = (authority.as_str(), authority.host());
        allowed
            .iter()
            .any(|one| one.eq_ignore_ascii_case(full) || one.eq_ignore_ascii_case(name))
    })
}

fn text<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers.get(name)?.to_str().ok()
}

fn forbidden(message: &str) -> Error {
    Error::new(ErrorCode::Forbidden, message)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_host_is_a_name_or_an_address_and_perhaps_a_port() {
        for good in [
            "game.example",
            "my_service:3000",
            "127.0.0.1:8080",
            "[::1]:8080",
            "[::1]",
            "game.example:",
            "",
        ] {
            assert!(is_host(good), "{good}");
        }
        for bad in [
            "a b",
            "user@host",
            "host@host",
            "user:secret@host:80",
            "host:99999",
            "host:x",
            "host/path",
        ] {
            assert!(!is_host(bad), "{bad}");
        }
    }

    #[test]
    fn another_site_is_known_by_whatever_names_it() {
        let check = |named: &[(&'static str, &'static str)], own: bool| {
            let mut headers = HeaderMap::new();
            headers.insert("host", HeaderValue::from_static("game.example:8080"));
            for (name, value) in named {
                headers.insert(*name, HeaderValue::from_static(value));
            }
            assert_eq!(is_own(&headers), own, "{named:?}");
        };
        check(&[], true);
        check(&[("sec-fetch-site", "same-origin")], true);
        check(&[("sec-fetch-site", "same-site")], false);
        check(&[("origin", "http://game.example:8080")], true);
        check(&[("origin", "null")], false);
        check(&[("referer", "http://game.example:8080/market")], true);
        check(&[("referer", "http://evil.example/")], false);
        check(&[("referer", "nonsense")], false);
        let from_here = ("referer", "http://game.example:8080/market");
        check(&[("origin", "http://evil.example"), from_here], false);
    }

    #[test]
    fn only_a_page_over_http_from_elsewhere_is_insecure() {
        let check = |origin: &'static str, insecure: bool| {
            let mut headers = HeaderMap::new();
            headers.insert("origin", HeaderValue::from_static(origin));
            assert_eq!(is_insecure(&headers), insecure, "{origin}");
        };
        assert!(!is_insecure(&HeaderMap::new()));
        check("http://game.example:8080", true);
        check("http://192.168.1.7:8080", true);
        check("https://game.example", false);
        check("http://localhost:8080", false);
        check("http://127.0.0.1", false);
        check("http://[::1]:8080", false);
        check("null", false);
    }

    #[test]
    fn what_another_site_sends_is_not_our_own() {
        let check = |pairs: &[(&'static str, &'static str)], own: bool| {
            let mut headers = HeaderMap::new();
            headers.insert("host", HeaderValue::from_static("game.example:8080"));
            for (name, value) in pairs {
                headers.insert(*name, HeaderValue::from_static(value));
            }
            assert_eq!(is_own(&headers), own, "{pairs:?}");
        };
        check(&[], true);
        check(&[("sec-fetch-site", "same-origin")], true);
        check(&[("sec-fetch-site", "none")], true);
        check(&[("sec-fetch-site", "same-site")], false);
        check(
            &[
                ("sec-fetch-site", "cross-site"),
                ("origin", "http://game.example:8080"),
            ],
            false,
        );
        check(&[("origin", "http://game.example:8080")], true);
        check(&[("origin", "https://GAME.example:8080")], true);
        check(&[("origin", "http://game.example")], false);
        check(&[("origin", "http://evil.example")], false);
        check(&[("origin", "null")], false);
    }
}
