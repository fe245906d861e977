//! Finds out who sends a request, before any handler runs.

use axum::extract::{Request, State};
use axum::http::{HeaderMap, header};
use axum::middleware::Next;
use axum::response::Response;
use domain::PlayerId;
use domain::api::ErrorCode;

use super::{Token, cookie, find};
use crate::app::App;
use crate::client::Client;
use crate::error::{Error, Result};
use crate::headers;
use crate::limit::Allowance;
use crate::site;

/// How a token came.
enum Credential<'a> {
    Cookie(&'a str),
    Bearer(&'a str),
}

impl Credential<'_> {
    fn token(&self) -> Option<Token> {
        let (Self::Cookie(text) | Self::Bearer(text)) = self;
        text.parse().ok()
    }
}

/// Puts the [`Session`](super::Session) of a request into its extensions, counts the request, and
/// refuses what another site makes a browser send with the player's cookie. What is answered is the
/// player's own.
///
/// # Errors
/// 403 for requests across sites, 429 for too many.
pub async fn identify(
    State(app): State<App>,
    mut request: Request,
    next: Next,
) -> Result<Response> {
    let credential = credential(&app, request.headers());
    let by_cookie = matches!(credential, Some(Credential::Cookie(_)));
    if by_cookie && !request.method().is_safe() && !site::is_own(request.headers()) {
        return Err(Error::new(
            ErrorCode::CrossSite,
            "This was sent by another site.",
        ));
    }
    let token = credential.and_then(|credential| credential.token());
    let found = match &token {
        Some(token) => find(&app, token).await?,
        None => None,
    };
    let allowance = count(&app, &request, found.map(|(session, _)| session.player))?;
    if let Some((session, _)) = found {
        request.extensions_mut().insert(session);
    }
    let mut response = next.run(request).await;
    headers::private(response.headers_mut());
    if let Some(allowance) = allowance {
        allowance.write(response.headers_mut());
    }
    // A cookie that is about to slide is told to the browser, unless the handler has its own word.
    let touched = found.is_some_and(|(_, touched)| touched);
    if let (true, true, Some(token)) = (touched, by_cookie, token)
        && !response.headers().contains_key(header::SET_COOKIE)
    {
        let cookie = cookie::keep(&app.config.session, &token.to_string())?;
        response.headers_mut().append(header::SET_COOKIE, cookie);
    }
    Ok(response)
}

fn credential<'a>(app: &App, headers: &'a HeaderMap) -> Option<Credential<'a>> {
    let bearer = headers
        .get(header::AUTHORIZATION)
        .and_then(|value| value.to_str().ok());
    let bearer = bearer.and_then(|value| {
        let (scheme, token) = value.split_once(' ')?;
        scheme
            .eq_ignore_ascii_case("bearer")
            .then_some(Credential::Bearer(token.trim()))
    });
    let cookie = || cookie::find(headers, &app.config.session.cookie_name).map(Credential::Cookie);
    bearer.or_else(cookie)
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
