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
pub mod devices;
mod identify;
mod token;

pub use cache::{KnownSession, SessionCache};
pub use identify::{Sent, identify};
pub use token::Token;

/// A session is written as used at most so often.
const TOUCH_SECONDS: i64 = 3_600;
const SECONDS_PER_DAY: i64 = 86_400;

/// The number under which a guest's recovery words are kept: a token has a positive one.
pub const RECOVERY: SessionId = SessionId(0);

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
        expires_at: expiry(app, now, now),
    };
    (token, record)
}

/// Ends a session.
///
/// # Errors
/// Those of the store.
pub async fn end(app: &App, player: PlayerId, session: SessionId) -> Result<bool> {
    let deleted = app.store.delete_session(player, session).await?;
    forget(app, player, session);
    Ok(deleted)
}

/// Ends all sessions of a player but one, or all.
///
/// # Errors
/// Those of the store.
pub async fn end_others(app: &App, player: PlayerId, except: Option<SessionId>) -> Result<()> {
    for session in app.store.delete_sessions(player, except).await? {
        forget(app, player, session);
    }
    Ok(())
}

/// Forgets a session that was ended, here and on the other servers.
pub fn forget(app: &App, player: PlayerId, session: SessionId) {
    app.sessions.forget(player, session, Instant::now());
    app.live.end(player, session);
    if let Some(redis) = &app.redis {
        redis.tell_ended(player, session);
    }
}

/// Whether a session still counts. While the database does not answer, it does.
pub async fn is_valid(app: &App, session: Session) -> bool {
    let found = app.session_records.find((session.player, session.id)).await;
    let Ok(found) = found else { return true };
    let now = app.clock.now();
    found.is_some_and(|record| record.expires_at.min(last_expiry(app, record.created_at)) > now)
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
    // The setting may have been shortened since the session was written.
    let end = known.expires_at.min(last_expiry(app, known.created_at));
    if !token.matches(&known.token_hash) || end <= now {
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
    let expires_at = expiry(app, known.created_at, now);
    app.store
        .touch_session(session.player, session.id, now, expires_at)
        .await?;
    Ok(KnownSession {
        last_seen_at: now,
        expires_at,
        ..known
    })
}

fn expiry(app: &App, created_at: Timestamp, now: Timestamp) -> Timestamp {
    let unused = now.plus_seconds(i64::from(app.config.session.sliding_days) * SECONDS_PER_DAY);
    unused.min(last_expiry(app, created_at))
}

fn last_expiry(app: &App, created_at: Timestamp) -> Timestamp {
    created_at.plus_seconds(i64::from(app.config.session.max_days) * SECONDS_PER_DAY)
}
