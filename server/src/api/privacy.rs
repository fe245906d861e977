//! `/api/v1/me/privacy`: what a player lets others see.

use axum::extract::State;
use domain::api::PrivacyView;

use super::extract::Body;
use crate::app::App;
use crate::error::Result;
use crate::json::Json;
use crate::session::LoggedIn;
use crate::store::social::PrivacyChange;

/// Who may see the player's profile, and whether leaderboards list the player.
#[utoipa::path(get, path = "/api/v1/me/privacy", tag = "Players",
    responses((status = 200, description = "The player's choice", body = PrivacyView)))]
pub async fn privacy(
    State(app): State<App>,
    LoggedIn(session): LoggedIn,
) -> Result<Json<PrivacyView>> {
    Ok(Json(app.store.find_privacy(session.player).await?))
}

/// Changes what others see. Leaderboards follow within two seconds.
#[utoipa::path(post, path = "/api/v1/me/privacy", tag = "Players",
    request_body(content = PrivacyView, example = json!({"visibility": "friends", "on_leaderboards": true})),
    responses((status = 200, description = "The player's choice", body = PrivacyView)))]
pub async fn change(
    State(app): State<App>,
    LoggedIn(session): LoggedIn,
    Body(privacy): Body<PrivacyView>,
) -> Result<Json<PrivacyView>> {
    let change = PrivacyChange {
        player: session.player,
        privacy,
        changed_at: app.clock.now(),
    };
    app.store.store_privacy(&change).await?;
    Ok(Json(privacy))
}
