//! `/api/v1/games/{game}/rules`: the rules of a game in words, and what its hosts have told.

use axum::extract::State;
use domain::api::RulesView;

use super::host;
use crate::app::{App, Game};
use crate::error::Result;
use crate::hosting::words;
use crate::json::Json;

/// The rules in force, those to come, and the hosts' announcements, latest first.
#[utoipa::path(get, path = "/api/v1/games/{game}/rules", tag = "Games", security(()),
    params(("game" = String, Path, example = "open")),
    responses((status = 200, description = "Rules and news", body = RulesView)))]
pub async fn rules(State(app): State<App>, game: Game) -> Result<Json<RulesView>> {
    let hosted = app.hosting.find(game.record.id);
    let zone = hosted
        .as_ref()
        .map(|hosted| hosted.settings.time_zone.as_str());
    let mut rules = words::of_rules(&game.rules, zone.unwrap_or("UTC"));
    let xp = app.engine.xp_rules(game.record.id, app.clock.now());
    rules.push(words::of_xp(&xp));
    let notices = match &hosted {
        Some(hosted) => host::notices(&app, hosted).await?,
        None => Vec::new(),
    };
    Ok(Json(RulesView {
        game: game.view(),
        rules,
        notices,
    }))
}
