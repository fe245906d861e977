//! Which site a request comes from: guards against other sites, other hosts and, in the desktop
//! app, anyone but its window.

use axum::extract::{Query, Request, State};
use axum::http::uri::Authority;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use domain::api::ErrorCode;
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

use crate::app::App;
use crate::error::{Error, Result};
use crate::session::cookie;

/// Where the desktop's window trades its token for a cookie.
pub const LAUNCH: &str = "/launch";

/// Whether no browser says that a page of another site sent the request.
///
/// Every browser names the site or, before it could, the origin of what a page sends; what names
/// neither is a program, which no other site can make carry a player's cookie.
#[must_use]
pub fn is_own(headers: &HeaderMap) -> bool {
    match text(headers, "sec-fetch-site") {
        Some(site) => matches!(site, "same-origin" | "none"),
        None => origin_is_host(headers) != Some(false),
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

/// Refuses hosts that are not this server's, so that a name of somebody else's that points here
/// (DNS rebinding) gets nothing; and, where a launch token is set, everyone without it.
///
/// # Errors
/// 403 for whoever is not let in.
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
        (header::LOCATION, HeaderValue::from_static("/")),
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
    Sha256::digest(token)
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect()
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
