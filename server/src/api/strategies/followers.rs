//! `/api/v1/games/{game}/strategies/{key}/follow`: following a strategy.

use axum::extract::State;
use axum::http::StatusCode;
use domain::api::{ApiError, ErrorCode};

use super::visible;
use crate::api::extract::Key;
use crate::app::{App, Game};
use crate::error::{Error, Result};
use crate::session::LoggedIn;
use crate::store::social::Tied;
use crate::store::strategies::FOLLOWED_MAX;
use crate::strategies::Asker;

/// Follows a strategy: the player is told of every new version.
#[utoipa::path(put, path = "/api/v1/games/{game}/strategies/{key}/follow", tag = "Advice",
    params(("game" = String, Path, example = "open"), ("key" = String, Path, description = "Its id")),
    responses((status = 204, description = "The player follows it"),
        (status = 404, description = "There is none that the player may see", body = ApiError),
        (status = 409, description = "`not_possible`: it is the player's own, or the player follows 200",
            body = ApiError)))]
pub async fn follow(
    State(app): State<App>,
    LoggedIn(session): LoggedIn,
    game: Game,
    Key(id): Key<i64>,
) -> Result<StatusCode> {
    let player = session.player;
    let asker = Asker::of(&app, game, Some(player)).await?;
    let record = visible(&app, &asker, id).await?;
    if record.author == player {
        let said = "This is your own strategy.";
        return Err(Error::new(ErrorCode::NotPossible, said));
    }
    let now = app.clock.now();
    if app.store.follow_strategy(player, id, now).await? == Tied::Full {
        let said = format!("You follow {FOLLOWED_MAX} strategies already: unfollow one first.");
        return Err(Error::new(ErrorCode::NotPossible, said));
    }
    Ok(StatusCode::NO_CONTENT)
}

/// Stops following a strategy.
#[utoipa::path(delete, path = "/api/v1/games/{game}/strategies/{key}/follow", tag = "Advice",
    params(("game" = String, Path, example = "open"), ("key" = String, Path, description = "Its id")),
    responses((status = 204, description = "The player does not follow it"),
        (status = 404, description = "The player did not follow it", body = ApiError)))]
pub async fn unfollow(
    State(app): State<App>,
    LoggedIn(session): LoggedIn,
    _: Game,
    Key(id): Key<i64>,
) -> Result<StatusCode> {
    if !app.store.unfollow_strategy(session.player, id).await? {
        return Err(Error::not_found("strategy that you follow"));
    }
    Ok(StatusCode::NO_CONTENT)
}
