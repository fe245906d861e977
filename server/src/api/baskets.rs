//! `/api/v1/games/{game}/baskets`: several orders, previewed and placed together.

use axum::extract::State;
use axum::http::StatusCode;
use domain::advice::{Basket, BasketMode};
use domain::api::{ApiError, BasketRequest, BasketView, PreviewedOrder};
use domain::{AccountId, Order};

use super::extract::{Body, InGame};
use crate::advice::Reading;
use crate::app::{App, Game};
use crate::error::{Error, Result};
use crate::json::Json;

/// Places orders in one batch: all of them or, with `possible`, those that succeed. Sending the basket
/// again under its key is safe. If all must succeed and one fails, nothing is traded, and the error is
/// that of the first order that fails.
#[utoipa::path(post, path = "/api/v1/games/{game}/baskets", tag = "Advice",
    params(("game" = String, Path, example = "open")),
    request_body(content = BasketRequest, example = json!({"idempotency_key": "basket-0001",
        "orders": [{"symbol": "BOLTW", "side": "buy", "size": {"quantity": "1"}}], "mode": "all_or_nothing"})),
    responses((status = 201, description = "What became of the orders", body = BasketView),
        (status = 409, description = "`price_moved`, `game_not_open`, `idempotency_key_reused`", body = ApiError),
        (status = 422, description = "An order does not hold", body = ApiError)))]
pub async fn place(
    State(app): State<App>,
    InGame { game, account }: InGame,
    Body(request): Body<BasketRequest>,
) -> Result<(StatusCode, Json<BasketView>)> {
    let basket = basket(&request)?;
    submit(&app, &game, account, basket).await
}

/// Previews what the orders would do now, each after those before it. Nothing is placed.
#[utoipa::path(post, path = "/api/v1/games/{game}/baskets/preview", tag = "Advice",
    params(("game" = String, Path, example = "open")), request_body = BasketRequest,
    responses((status = 200, description = "One outcome for each order", body = Vec<PreviewedOrder>)))]
pub async fn preview(
    State(app): State<App>,
    InGame { game, account }: InGame,
    Body(request): Body<BasketRequest>,
) -> Result<Json<Vec<PreviewedOrder>>> {
    let basket = basket(&request)?;
    let reading = Reading::of(&app, &game, account).await?;
    Ok(Json(previewed(&app, &reading, &basket.orders)))
}

fn basket(request: &BasketRequest) -> Result<Basket> {
    if !(1..=Basket::ORDERS_MAX).contains(&request.orders.len()) {
        let message = format!("must be 1 to {} orders", Basket::ORDERS_MAX);
        return Err(ApiError::field("orders", message).into());
    }
    let mut orders = Vec::with_capacity(request.orders.len());
    for (place, order) in request.orders.iter().enumerate() {
        let order = order.order(&request.idempotency_key, place + 1);
        let wrong = |error: domain::OrderError| {
            let field = match error {
                domain::OrderError::Key => error.field().to_owned(),
                _ => format!("orders[{place}].{}", error.field()),
            };
            ApiError::field(&field, error.to_string())
        };
        orders.push(order.map_err(wrong)?);
    }
    Ok(Basket {
        orders,
        mode: request.mode,
    })
}

/// What orders would do now.
pub fn previewed(app: &App, reading: &Reading, orders: &[Order]) -> Vec<PreviewedOrder> {
    let currency = reading.game.rules.currency;
    let outcomes = reading.preview(app, orders);
    let views = orders.iter().zip(outcomes).map(|(order, outcome)| {
        let view = PreviewedOrder {
            symbol: order.symbol(),
            side: order.side(),
            fill: None,
            cash_after: None,
            rejection: None,
            message: None,
        };
        match outcome {
            Ok(execution) => PreviewedOrder {
                fill: Some(execution.fill),
                cash_after: Some(execution.account.cash),
                ..view
            },
            Err(rejection) => PreviewedOrder {
                rejection: Some(rejection),
                message: Some(currency.in_words(rejection.to_string())),
                ..view
            },
        }
    });
    views.collect()
}

/// Has the engine decide a basket.
///
/// # Errors
/// The first rejection if nothing was traded, and those of the engine.
pub async fn submit(
    app: &App,
    game: &Game,
    account: AccountId,
    basket: Basket,
) -> Result<(StatusCode, Json<BasketView>)> {
    app.hosting.check_plays(account)?;
    let context = app.context_of(game).await?;
    let mode = basket.mode;
    let placed = app.engine.submit_basket(account, basket, context).await?;
    let is_traded = placed.orders.iter().any(|order| order.fill.is_some());
    let rejected = placed.orders.iter().find(|order| order.rejection.is_some());
    if let Some(rejected) = rejected.filter(|_| !placed.placed || !is_traded)
        && let Some(rejection) = rejected.rejection
    {
        let error = ApiError::from(rejection);
        let rest = match mode {
            BasketMode::AllOrNothing => " Nothing was traded, because all of it must hold.",
            BasketMode::Possible => " None of the other orders holds either.",
        };
        let message = format!("{}: {}{rest}", rejected.symbol, error.message);
        let error = Error::from(ApiError { message, ..error });
        return Err(error.in_currency(game.rules.currency));
    }
    let orders = placed.orders;
    Ok((StatusCode::CREATED, Json(BasketView { orders })))
}
