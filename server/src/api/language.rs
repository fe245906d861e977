//! `/api/v1/me/language`: the language in which the server writes to a player. And the parameter `language` of
//! addresses whose answers a page shows as they are.

use axum::extract::State;
use domain::api::{ApiError, DashboardView, LanguageRequest, OrderView, PlayerView, ProgressView};
use serde::Deserialize;
use utoipa::IntoParams;
use web::language::{Language, Texts};

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

/// The language of the texts in an answer.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct LanguageQuery {
    /// The language of the texts, by its tag; English by default. What nobody has translated, such as the words
    /// of a host, stays as it is.
    #[param(value_type = Option<String>, pattern = "^(en|de|fr|es|pt|sn)$", example = "de")]
    language: Option<String>,
}

impl LanguageQuery {
    /// What the server says in this language.
    ///
    /// # Errors
    /// 422 where there is no such language.
    pub(super) fn texts(&self) -> Result<Texts> {
        let tag = self.language.as_deref();
        let language = tag.map_or(Ok(Language::English), of_tag)?;
        Ok(language.texts())
    }
}

/// An order with the names of what it unlocked, and of the quest that it did, in a language.
pub(super) fn order_in(texts: Texts, mut order: OrderView) -> OrderView {
    for unlock in &mut order.unlocked {
        unlock.name = texts.said(&unlock.name);
    }
    if let Some(quest) = &mut order.quest {
        quest.name = texts.said(&quest.name);
    }
    order
}

/// Progress with the quest of the day in a language.
pub(super) fn progress_in(texts: Texts, mut progress: ProgressView) -> ProgressView {
    if let Some(quest) = &mut progress.quest {
        quest.name = texts.said(&quest.name);
        quest.description = texts.said(&quest.description);
    }
    progress
}

/// A dashboard with the names of the latest unlocks in a language.
pub(super) fn dashboard_in(texts: Texts, mut dashboard: DashboardView) -> DashboardView {
    for unlock in &mut dashboard.unlocks {
        unlock.name = texts.said(&unlock.name);
    }
    dashboard
}

/// The language of a tag, exactly as it is written in cookies and in `<html lang>`.
fn of_tag(tag: &str) -> Result<Language> {
    let mut known = Language::ALL.into_iter();
    let found = known.find(|language| language.tag() == tag);
    let wrong = || ApiError::field("language", "must be en, de, fr, es, pt or sn").into();
    found.ok_or_else(wrong)
}
