//! Finds out who sends a request, before any handler runs.

use axum::extract::{FromRequestParts, MatchedPath, Request, State};
use axum::http::request::Parts;
use axum::http::{HeaderMap, header};
use axum::middleware::Next;
use axum::response::Response;
use domain::PlayerId;

use super::{Session, Token, cookie, find};
use crate::app::App;
use crate::client::Client;
use crate::error::Result;
use crate::headers;
use crate::limit::Allowance;
use crate::site;

/// Tokens in cookies that are looked up. A browser sends a cookie for each path and domain that one was
/// set for, in an order that nobody can rely on.
const COOKIES_MAX: usize = 16;

/// What a request carries to say whose it is.
#[derive(Debug, Clone, Default)]
pub struct Sent {
    /// Whether it came in cookies, as browsers send it, and not as a bearer token.
    pub by_cookie: bool,
    /// The sessions that are valid; the first is the request's own.
    pub sessions: Vec<Session>,
}

impl Sent {
    /// The request's own session; none when nobody is logged in.
    #[must_use]
    pub fn current(&self) -> Option<Session> {
        self.sessions.first().copied()
    }
}

impl FromRequestParts<App> for Sent {
    type Rejection = crate::error::Error;

    async fn from_request_parts(parts: &mut Parts, _: &App) -> Result<Self> {
        Ok(parts.extensions.get::<Self>().cloned().unwrap_or_default())
    }
}

/// The tokens of a request, and whether they came in cookies.
struct Credentials {
    by_cookie: bool,
    tokens: Vec<Token>,
}

/// Puts the [`Session`](super::Session) of a request into its extensions, counts the request, and
/// refuses what another site makes a browser send. What is answered is the
/// player's own.
///
/// # Errors
/// 403 for requests across sites, 429 for too many.
pub async fn identify(
    State(app): State<App>,
    mut request: Request,
    next: Next,
) -> Result<Response> {
    let Credentials { by_cookie, tokens } = credentials(&app, request.headers());
    // Without a cookie, too: the answer may set one, and so take the player's own away.
    if !request.method().is_safe() && !site::is_own(request.headers()) {
        return Err(site::cross_site(request.headers()));
    }
    let mut sent = Sent {
        by_cookie,
        sessions: Vec::new(),
    };
    let mut found = None;
    for token in tokens {
        if let Some((session, touched)) = find(&app, &token).await? {
            sent.sessions.push(session);
            found = found.or(Some((session, touched, token)));
        }
    }
    let player = found.as_ref().map(|(session, ..)| session.player);
    let allowance = count(&app, &request, player)?;
    if let Some((session, ..)) = &found {
        request.extensions_mut().insert(*session);
    }
    request.extensions_mut().insert(sent);
    let route = request.extensions_mut().remove::<MatchedPath>();
    let mut response = next.run(request).await;
    if let Some(route) = route {
        // For the count of requests by route.
        response.extensions_mut().insert(route);
    }
    headers::private(response.headers_mut());
    if let Some(allowance) = allowance {
        allowance.write(response.headers_mut());
    }
    // A cookie that is about to slide is told to the browser, unless the handler has its own word.
    if let Some((_, true, token)) = found
        && by_cookie
        && !sets_cookie(response.headers(), &app.config.session.cookie_name)
    {
        let cookie = cookie::keep(&app.config.session, &token.to_string())?;
        response.headers_mut().append(header::SET_COOKIE, cookie);
    }
    Ok(response)
}

fn sets_cookie(headers: &HeaderMap, name: &str) -> bool {
    let set = headers.get_all(header::SET_COOKIE).iter();
    let mut names = set.filter_map(|cookie| cookie.to_str().ok()?.split_once('='));
    names.any(|(set, _)| set == name)
}

/// A bearer token counts before any cookie. Whether there is a cookie at all is told even where it
/// holds no token.
fn credentials(app: &App, headers: &HeaderMap) -> Credentials {
    let bearer = headers
        .get(header::AUTHORIZATION)
        .and_then(|value| value.to_str().ok());
    let bearer = bearer.and_then(|value| {
        let (scheme, token) = value.split_once(' ')?;
        scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
    });
    if let Some(bearer) = bearer {
        return Credentials {
            by_cookie: false,
            tokens: bearer.parse().into_iter().collect(),
        };
    }
    let cookies = cookie::find_all(headers, &app.config.session.cookie_name);
    let cookies: Vec<&str> = cookies.collect();
    let tokens = cookies.iter().filter_map(|text| text.parse().ok());
    Credentials {
        by_cookie: !cookies.is_empty(),
        tokens: tokens.take(COOKIES_MAX).collect(),
    }
}

/// Calls from inside the server carry no client: the page that makes them was counted.
fn count(app: &App, request: &Request, player: Option<PlayerId>) -> Result<Option<Allowance>> {
    let Some(client) = request.extensions().get::<Client>() else {
        return Ok(None);
    };
    let allowance = match player {
        Some(player) => app.limits.check_player(player),
        None => app.limits.check_address(client.address),
    };
    allowance.map(Some)
}
