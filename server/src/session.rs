//! Sessions: who sends a request, by cookie or bearer token.

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use domain::api::ErrorCode;
use domain::{PlayerId, SessionId, Timestamp};
use tokio::time::Instant;

use crate::app::App;
use crate::error::{Error, Result};
use crate::store::SessionRecord;

mod cache;
pub mod cookie;
mod identify;
mod token;

pub use cache::{KnownSession, SessionCache};
pub use identify::identify;
pub use token::Token;

/// A session is written as used at most so often.
const TOUCH_SECONDS: i64 = 3_600;
const SECONDS_PER_DAY: i64 = 86_400;

/// The session that a request is of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Session {
    /// Whose.
    pub player: PlayerId,
    /// Which of the player's.
    pub id: SessionId,
}

/// Taken by handlers that nobody may call without a session.
#[derive(Debug, Clone, Copy)]
pub struct LoggedIn(pub Session);

impl FromRequestParts<App> for LoggedIn {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, _: &App) -> Result<Self> {
        let session = parts.extensions.get::<Session>().copied();
        session
            .map(Self)
            .ok_or_else(|| Error::new(ErrorCode::Unauthorized, "Please log in."))
    }
}

/// Taken by handlers that do something more where there is a session.
#[derive(Debug, Clone, Copy)]
pub struct MaybeLoggedIn(pub Option<Session>);

impl FromRequestParts<App> for MaybeLoggedIn {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, _: &App) -> Result<Self> {
        Ok(Self(parts.extensions.get::<Session>().copied()))
    }
}

/// A session that begins now, and the token by which its owner is known again.
#[must_use]
pub fn begin(app: &App, player: PlayerId, device: &str) -> (Token, SessionRecord) {
    let token = Token::random(player);
    let now = app.clock.now();
    let record = SessionRecord {
        player,
        id: token.session,
        token_hash: token.hash(),
        device: device.to_owned(),
        created_at: now,
        last_seen_at: now,
        expires_at: expiry(app, now),
    };
    (token, record)
}

/// Ends a session.
///
/// # Errors
/// Those of the store.
pub async fn end(app: &App, player: PlayerId, session: SessionId) -> Result<bool> {
    app.sessions.forget(player, session, Instant::now());
    Ok(app.store.delete_session(player, session).await?)
}

/// The session that a token is of, and whether it was written as used just now.
async fn find(app: &App, token: &Token) -> Result<Option<(Session, bool)>> {
    let session = Session {
        player: token.player,
        id: token.session,
    };
    let now = app.clock.now();
    let cached = app.sessions.get(session.player, session.id, Instant::now());
    let (known, is_new) = match cached {
        Some(known) => (known, false),
        None => match app
            .session_records
            .find((session.player, session.id))
            .await?
        {
            Some(record) => (KnownSession::from(&record), true),
            None => return Ok(None),
        },
    };
    if !token.matches(&known.token_hash) || known.expires_at <= now {
        return Ok(None);
    }
    let touched = now.seconds_since(known.last_seen_at) >= TOUCH_SECONDS;
    let known = if touched {
        touch(app, session, known, now).await?
    } else {
        known
    };
    if is_new || touched {
        app.sessions
            .put(session.player, session.id, known, Instant::now());
    }
    Ok(Some((session, touched)))
}

async fn touch(
    app: &App,
    session: Session,
    known: KnownSession,
    now: Timestamp,
) -> Result<KnownSession> {
    let expires_at = expiry(app, now);
    app.store
        .touch_session(session.player, session.id, now, expires_at)
        .await?;
    Ok(KnownSession {
        last_seen_at: now,
        expires_at,
        ..known
    })
}

fn expiry(app: &App, now: Timestamp) -> Timestamp {
    now.plus_seconds(i64::from(app.config.session.sliding_days) * SECONDS_PER_DAY)
}
