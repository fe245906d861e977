//! `/api/v1/me/language`: the language in which the server writes to a player.

use axum::extract::State;
use domain::api::{ApiError, LanguageRequest, PlayerView};
use web::language::Language;

use super::extract::Body;
use super::player;
use crate::app::App;
use crate::error::Result;
use crate::json::Json;
use crate::session::LoggedIn;

/// Chooses the language of the mails that the player gets. Pages follow the browser, which may be a
/// borrowed one.
#[utoipa::path(put, path = "/api/v1/me/language", tag = "Players",
    request_body(content = LanguageRequest, example = json!({"language": "de"})),
    responses((status = 200, description = "Chosen", body = PlayerView),
        (status = 422, description = "There is no such language", body = ApiError)))]
pub async fn choose(
    State(app): State<App>,
    LoggedIn(session): LoggedIn,
    Body(request): Body<LanguageRequest>,
) -> Result<Json<PlayerView>> {
    let language = of_tag(&request.language)?;
    let mut player = player::find(&app, session.player).await?;
    if player.language() != language {
        app.store.store_locale(player.id, language.tag()).await?;
        language.tag().clone_into(&mut player.locale);
    }
    Ok(Json(player::view(&app, &player)))
}

/// The language of a tag, exactly as it is written in cookies and in `<html lang>`.
///
/// # Errors
/// 422 where there is no such language.
pub(super) fn of_tag(tag: &str) -> Result<Language> {
    let mut known = Language::ALL.into_iter();
    let found = known.find(|language| language.tag() == tag);
    let wrong = || ApiError::field("language", "must be en, de, fr, es, pt or sn").into();
    found.ok_or_else(wrong)
}
