//! `/api/v1/games/{game}/instruments/{symbol}/ticket`: what an order ticket predicts an order with.

use axum::extract::State;
use domain::Symbol;
use domain::api::{ApiError, TicketView};

use super::extract::{InGame, Instrument};
use super::summary::no_account;
use crate::app::App;
use crate::error::Result;
use crate::json::Json;

/// The player's account, position, and the rules, all as of one instant.
#[utoipa::path(get, path = "/api/v1/games/{game}/instruments/{symbol}/ticket", tag = "Trading",
    params(("game" = String, Path, example = "open"), ("symbol" = Symbol, Path, example = "BOLTW")),
    responses((status = 200, description = "The arguments of an execution", body = TicketView),
        (status = 404, description = "There is no such instrument or account", body = ApiError)))]
pub async fn ticket(
    State(app): State<App>,
    InGame { game, account }: InGame,
    instrument: Instrument,
) -> Result<Json<TicketView>> {
    let id = instrument.record()?.id;
    let found = app.store.find_ticket(account, id).await?;
    let (trading, position) = found.ok_or_else(no_account)?;
    let now = app.clock.now();
    Ok(Json(TicketView {
        version: trading.record.head.version,
        account: trading.record.account,
        position,
        xp: trading.xp,
        quote: app.market.snapshot().quote(id).copied(),
        game: (*game.rules).clone(),
        xp_rules: app.engine.xp_rules(now),
        now,
    }))
}
