//! `/api/v1/games/{game}`: a game and the categories of its market.

use std::collections::BTreeSet;

use axum::extract::State;
use domain::api::GameView;

use crate::app::{App, Game};
use crate::error::Result;
use crate::json::Json;

impl Game {
    /// The game, as everyone sees it.
    #[must_use]
    pub fn view(&self) -> GameView {
        let record = &*self.record;
        GameView {
            id: record.id,
            slug: record.slug.clone(),
            name: record.name.clone(),
            rules: record.rules.clone(),
        }
    }
}

/// A game and its rules.
#[utoipa::path(get, path = "/api/v1/games/{game}", tag = "Games", security(()),
    params(("game" = String, Path, example = "open")),
    responses((status = 200, description = "The game", body = GameView)))]
pub async fn game(game: Game) -> Json<GameView> {
    Json(game.view())
}

/// The categories of the market's instruments, in the order of the alphabet.
#[utoipa::path(get, path = "/api/v1/games/{game}/categories", tag = "Market", security(()),
    params(("game" = String, Path, example = "open")),
    responses((status = 200, description = "The categories", body = Vec<String>)))]
pub async fn categories(State(app): State<App>, _: Game) -> Result<Json<Vec<String>>> {
    let market = app.market.snapshot();
    let all = market
        .catalogue
        .instruments
        .iter()
        .map(|instrument| instrument.category.as_str());
    let distinct: BTreeSet<&str> = all.collect();
    Ok(Json(distinct.into_iter().map(str::to_owned).collect()))
}
