//! `/api/v1/games/{game}/finals`: how a season ended, by two measures side by side.

use std::collections::HashMap;

use axum::extract::State;
use domain::MarketId;
use domain::api::{ApiError, FinalRow, FinalsView};
use domain::boards::Measure;
use serde::Deserialize;
use utoipa::IntoParams;

use super::extract::Query;
use super::leaderboard::check_may_look;
use crate::app::{App, Game};
use crate::error::{Error, Result};
use crate::hosting::seasons::SCORED;
use crate::hosting::zones;
use crate::json::Json;
use crate::market::reveal;
use crate::session::Sent;

const ROWS_MAX: u32 = 500;

/// The measure beside the game's own.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct FinalsQuery {
    /// `return`, `net_worth` or `xp`; `xp` by default.
    #[param(pattern = "^(net_worth|return|xp)$", example = "xp")]
    other: Option<String>,
}

/// The final standings of a season that is over, and the same season scored by another measure from
/// its ledger.
#[utoipa::path(get, path = "/api/v1/games/{game}/finals", tag = "Games", security(()),
    params(("game" = String, Path, example = "open"), FinalsQuery),
    responses((status = 200, description = "The final standings", body = FinalsView),
        (status = 404, description = "The season is not settled", body = ApiError)))]
pub async fn finals(
    State(app): State<App>,
    game: Game,
    sent: Sent,
    Query(query): Query<FinalsQuery>,
) -> Result<Json<FinalsView>> {
    let player = sent.current().map(|session| session.player);
    check_may_look(&app, &game, player).await?;
    let not_settled = || Error::not_found("final standing yet");
    let hosted = app.hosting.find(game.record.id).ok_or_else(not_settled)?;
    let closed_at = hosted.settled_at.ok_or_else(not_settled)?;
    let other = match query.other.as_deref() {
        None => Measure::Xp,
        Some(name) => Measure::named(name)
            .filter(|measure| SCORED.contains(measure))
            .ok_or_else(|| ApiError::field("other", "must be one of net_worth, return and xp"))?,
    };
    let measure = hosted.settings.measure;
    let id = game.record.id;
    let own = app
        .store
        .list_final_standings(id, measure, ROWS_MAX)
        .await?;
    let beside = app.store.list_final_standings(id, other, ROWS_MAX).await?;
    let beside: HashMap<_, _> = beside.into_iter().map(|row| (row.player, row)).collect();
    let rank = |rank: i64| u32::try_from(rank).unwrap_or(u32::MAX);
    let rows = own.into_iter().map(|row| {
        let beside = beside.get(&row.player);
        FinalRow {
            rank: rank(row.rank),
            other_rank: beside.map_or(0, |beside| rank(beside.rank)),
            handle: row.handle,
            net_worth: row.net_worth,
            score: row.score,
            other_score: beside.map_or(0, |beside| beside.score),
        }
    });
    let revealed = if is_over(&app, game.record.market) {
        reveal(&*app.store, game.record.market).await?
    } else {
        None
    };
    Ok(Json(FinalsView {
        game: game.view(),
        closed: zones::date_time(closed_at, &hosted.settings.time_zone),
        measure,
        other,
        rows: rows.collect(),
        revealed,
    }))
}

/// Whether every game on a market is over.
fn is_over(app: &App, market: MarketId) -> bool {
    let games = app.games.all();
    let mut on_it = games.iter().filter(|game| game.record.market == market);
    on_it.all(|game| {
        let hosted = app.hosting.find(game.record.id);
        hosted.is_some_and(|hosted| hosted.settled_at.is_some())
    })
}
