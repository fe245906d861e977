//! `/api/v1/games/{game}/alerts`: price alerts.

use axum::extract::State;
use axum::http::StatusCode;
use domain::Price;
use domain::api::{AlertSide, AlertView, ApiError, NewAlert};

use super::extract::{Body, InGame, Key};
use super::leaderboard::check_may_look;
use crate::app::{App, random_id};
use crate::error::{Error, Result};
use crate::json::Json;
use crate::store::{AlertRecord, AlertState};

/// Maximum alerts of a player across all games.
const ALERTS_MAX: u32 = 50;

/// The player's price alerts in a game, latest first.
#[utoipa::path(get, path = "/api/v1/games/{game}/alerts", tag = "Market",
    params(("game" = String, Path, example = "open")),
    responses((status = 200, description = "At most 50 alerts", body = Vec<AlertView>)))]
pub async fn list(
    State(app): State<App>,
    InGame { account, .. }: InGame,
) -> Result<Json<Vec<AlertView>>> {
    let alerts = app.store.list_alerts(account.player, ALERTS_MAX).await?;
    let here = alerts
        .into_iter()
        .filter(|alert| alert.game == account.game);
    let mut views: Vec<AlertView> = here.filter_map(|alert| view(&app, alert)).collect();
    views.sort_by_key(|alert| std::cmp::Reverse(alert.created_at));
    Ok(Json(views))
}

/// Sets a price alert. It notifies the player when the price reaches the given one, once or each time. A
/// price that has already been passed is refused.
#[utoipa::path(post, path = "/api/v1/games/{game}/alerts", tag = "Market",
    params(("game" = String, Path, example = "open")),
    request_body(content = NewAlert, example = json!({"symbol": "PUFFN", "side": "above", "price": "1000"})),
    responses((status = 201, description = "The alert", body = AlertView),
        (status = 422, description = "A symbol that is not traded here, a price beyond the line already, or an alert too many",
            body = ApiError)))]
pub async fn create(
    State(app): State<App>,
    InGame { game, account }: InGame,
    Body(new): Body<NewAlert>,
) -> Result<(StatusCode, Json<AlertView>)> {
    check_may_look(&app, &game, Some(account.player)).await?;
    let market = app.market_of(&game).await?.snapshot();
    let (_, instrument) = market.catalogue.find(new.symbol).ok_or_else(unknown)?;
    let quote = market.quote(instrument.id).ok_or_else(unknown)?;
    let there = app.store.list_alerts(account.player, ALERTS_MAX).await?;
    if there.len() >= usize::try_from(ALERTS_MAX).unwrap_or(usize::MAX) {
        let said = "cannot have one more alert: you have 50. Delete one first";
        return Err(ApiError::field("symbol", said).into());
    }
    let checked = check(&new, quote.price);
    checked.map_err(|error| error.in_currency(game.rules.currency))?;
    let alert = AlertRecord {
        player: account.player,
        id: random_id(),
        game: account.game,
        instrument: instrument.id,
        side: new.side,
        price: new.price,
        repeats: new.repeats,
        state: AlertState::Waiting,
        times: 0,
        created_at: app.clock.now(),
        told_at: None,
    };
    app.store.create_alert(&alert).await?;
    app.alerts.put(alert.clone());
    let view = view(&app, alert).ok_or_else(|| Error::internal("an alert without a symbol"))?;
    Ok((StatusCode::CREATED, Json(view)))
}

fn unknown() -> Error {
    ApiError::field(
        "symbol",
        "is not the symbol of something that is traded in this game",
    )
    .into()
}

fn check(new: &NewAlert, price: Price) -> Result<()> {
    if new.side.holds(new.price, price) {
        let shown = web::format::price(price);
        let way = match new.side {
            AlertSide::Above => "above",
            AlertSide::Below => "below",
        };
        let said = format!("must be {way} the current price, which is {shown}");
        return Err(ApiError::field("price", said).into());
    }
    Ok(())
}

/// Deletes a price alert.
#[utoipa::path(delete, path = "/api/v1/games/{game}/alerts/{key}", tag = "Market",
    params(("game" = String, Path, example = "open"), ("key" = i64, Path, description = "Its id", example = 12)),
    responses((status = 204, description = "It is gone"),
        (status = 404, description = "The player has no such alert", body = ApiError)))]
pub async fn delete(
    State(app): State<App>,
    InGame { account, .. }: InGame,
    Key(id): Key<i64>,
) -> Result<StatusCode> {
    if !app.store.delete_alert(account.player, id).await? {
        return Err(Error::not_found("such alert of yours"));
    }
    Ok(StatusCode::NO_CONTENT)
}

/// An alert as its player sees it. `None` for an instrument that no longer exists.
fn view(app: &App, alert: AlertRecord) -> Option<AlertView> {
    Some(AlertView {
        id: alert.id.to_string(),
        symbol: app.symbol(alert.instrument)?,
        side: alert.side,
        price: alert.price,
        repeats: alert.repeats,
        active: alert.state != AlertState::Ended,
        times: alert.times,
        told_at: alert.told_at,
        created_at: alert.created_at,
    })
}
