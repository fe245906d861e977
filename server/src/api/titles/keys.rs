//! `/api/v1/games/{game}/keys`: the keys with which programs come, made and revoked by hosts.

use axum::extract::{FromRequestParts, State};
use axum::http::StatusCode;
use axum::http::request::Parts;
use domain::Hash;
use domain::api::{ApiError, ApiKeyView, ErrorCode, KeyScope, MadeApiKey, NewApiKey};
use domain::text::seen;
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

use super::no_key;
use crate::api::extract::{Body, Key};
use crate::app::{App, Game, random_id};
use crate::error::{Error, Result};
use crate::json::Json;
use crate::operation::audit;
use crate::session::LoggedIn;
use crate::store::ApiKeyRecord;

/// Keys of a game that are not revoked.
const KEYS_MAX: u32 = 50;
const HEADER: &str = "api-key";
const PREFIX: &str = "tqk";

/// A request of a program whose key is valid in the game of the address.
#[derive(Debug)]
pub struct WithKey {
    /// The game.
    pub game: Game,
    scopes: Vec<KeyScope>,
}

impl WithKey {
    /// Refuses what the key may not do.
    ///
    /// # Errors
    /// 403.
    pub fn check(&self, scope: KeyScope) -> Result<()> {
        if self.scopes.contains(&scope) {
            return Ok(());
        }
        let message = format!("This key may not be used for {}.", scope.as_str());
        Err(Error::new(ErrorCode::Forbidden, message))
    }
}

impl FromRequestParts<App> for WithKey {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self> {
        let game = Game::from_request_parts(parts, app).await?;
        let wrong = || {
            let message = "The header Api-Key must hold a valid key of this game.";
            Error::new(ErrorCode::Unauthorized, message)
        };
        let sent = parts
            .headers
            .get(HEADER)
            .and_then(|value| value.to_str().ok());
        let (id, hash) = sent.and_then(read).ok_or_else(wrong)?;
        let found = app.store.find_api_key(game.record.id, id).await?;
        let is_valid = |key: &ApiKeyRecord| {
            key.revoked_at.is_none() && bool::from(key.token_hash.ct_eq(&hash))
        };
        let key = found.filter(is_valid).ok_or_else(wrong)?;
        Ok(Self {
            game,
            scopes: key.scopes,
        })
    }
}

/// The id of a token, and the hash of its secret.
fn read(token: &str) -> Option<(i64, Hash)> {
    let mut parts = token.trim().splitn(3, '_');
    let (prefix, id, secret) = (parts.next()?, parts.next()?, parts.next()?);
    let id = (prefix == PREFIX).then(|| id.parse().ok()).flatten()?;
    Some((id, Sha256::digest(secret.as_bytes()).into()))
}

/// The keys of a game that are not revoked, latest first. For its hosts.
#[utoipa::path(get, path = "/api/v1/games/{game}/keys", tag = "Titles",
    params(("game" = String, Path, example = "open")),
    responses((status = 200, description = "At most 50", body = Vec<ApiKeyView>),
        (status = 403, description = "Only hosts of the game", body = ApiError)))]
pub async fn list(
    State(app): State<App>,
    LoggedIn(session): LoggedIn,
    game: Game,
) -> Result<Json<Vec<ApiKeyView>>> {
    app.hosting.check_host(&game, session.player)?;
    let keys = app.store.list_api_keys(game.record.id, KEYS_MAX).await?;
    Ok(Json(keys.into_iter().map(view).collect()))
}

/// Makes a key for a program. Its token is shown this once.
#[utoipa::path(post, path = "/api/v1/games/{game}/keys", tag = "Titles",
    params(("game" = String, Path, example = "open")),
    request_body(content = NewApiKey, example = json!({"name": "Our racing game", "scopes": ["events"]})),
    responses((status = 201, description = "The key and its token", body = MadeApiKey),
        (status = 403, description = "Only hosts of the game", body = ApiError)))]
pub async fn create(
    State(app): State<App>,
    LoggedIn(session): LoggedIn,
    game: Game,
    Body(request): Body<NewApiKey>,
) -> Result<(StatusCode, Json<MadeApiKey>)> {
    app.hosting.check_host(&game, session.player)?;
    let name = seen(&request.name, false);
    if !(1..=60).contains(&name.chars().count()) {
        return Err(ApiError::field("name", "must have 1 to 60 characters").into());
    }
    let there = app.store.list_api_keys(game.record.id, KEYS_MAX).await?;
    if there.len() >= KEYS_MAX as usize {
        return Err(ApiError::field("name", "This game has 50 keys. Revoke one first.").into());
    }
    let secret = random_secret();
    let scopes = request.scopes.unwrap_or_else(|| KeyScope::ALL.to_vec());
    if scopes.is_empty() {
        return Err(ApiError::field("scopes", "must name at least one").into());
    }
    let key = ApiKeyRecord {
        game: game.record.id,
        id: random_id(),
        name,
        scopes,
        token_hash: Sha256::digest(secret.as_bytes()).into(),
        created_by: session.player,
        created_at: app.clock.now(),
        revoked_at: None,
    };
    app.store.create_api_key(&key).await?;
    audit::note(&app, session.player, "host key", &game.record.slug).await;
    let token = format!("{PREFIX}_{}_{secret}", key.id);
    let made = MadeApiKey {
        token,
        key: view(key),
    };
    Ok((StatusCode::CREATED, Json(made)))
}

/// Revokes a key: its program is refused from now on.
#[utoipa::path(delete, path = "/api/v1/games/{game}/keys/{key}", tag = "Titles",
    params(("game" = String, Path, example = "open"), ("key" = i64, Path, description = "Its id", example = 12)),
    responses((status = 204, description = "It is revoked"),
        (status = 403, description = "Only hosts of the game", body = ApiError),
        (status = 404, description = "The game has no such key that is valid", body = ApiError)))]
pub async fn revoke(
    State(app): State<App>,
    LoggedIn(session): LoggedIn,
    game: Game,
    Key(id): Key<i64>,
) -> Result<StatusCode> {
    app.hosting.check_host(&game, session.player)?;
    let now = app.clock.now();
    if !app.store.revoke_api_key(game.record.id, id, now).await? {
        return Err(no_key());
    }
    audit::note(&app, session.player, "host key revoked", &game.record.slug).await;
    Ok(StatusCode::NO_CONTENT)
}

fn random_secret() -> String {
    hex::encode(rand::random::<[u8; 32]>())
}

fn view(key: ApiKeyRecord) -> ApiKeyView {
    ApiKeyView {
        id: key.id.to_string(),
        name: key.name,
        scopes: key.scopes,
        created_at: key.created_at,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_names_its_key_and_hides_its_secret() {
        let secret = random_secret();
        let (id, hash) = read(&format!("tqk_-12_{secret}")).unwrap();
        assert_eq!(id, -12);
        assert_eq!(hash, Hash::from(Sha256::digest(secret.as_bytes())));
        for wrong in ["", "tqk_12", "abc_12_x", "tqk_x_y"] {
            assert_eq!(read(wrong), None, "{wrong}");
        }
    }
}
