//! `/api/v1/games/{game}/orders`: place an order, see its outcome, cancel a waiting one.

use axum::extract::State;
use axum::http::StatusCode;
use domain::api::{ApiError, CursorPage, ErrorCode, OrderRequest, OrderStatus, OrderView};
use domain::{Account, Closed, IdempotencyKey, Rejection, Side, Timestamp};

use super::extract::{Body, InGame, Key, Query};
use super::language::{LanguageQuery, order_in};
use super::paging::{CursorQuery, stretch};
use crate::app::App;
use crate::deeds;
use crate::error::{Error, Result};
use crate::json::Json;

/// Places an order: at the current quote or, with a `trigger`, to wait until its price is reached. What
/// it may need is set aside meanwhile. Sending it again under the same key is safe: the answer is the
/// first one or, for an order that has waited, its outcome.
#[utoipa::path(post, path = "/api/v1/games/{game}/orders", tag = "Trading",
    params(("game" = String, Path, example = "open"), LanguageQuery),
    request_body(content = OrderRequest, example = json!({"idempotency_key": "order-0001",
        "symbol": "BOLTW", "side": "buy", "size": {"quantity": "1.5"},
        "guard": {"expected": "101.25", "tolerance_bps": 50},
        "reason": "Their new factory opens next month."})),
    responses((status = 201, description = "It was filled, or it waits: then its status is `resting`", body = OrderView),
        (status = 404, description = "`not_tradable`", body = ApiError),
        (status = 409, description = "`price_moved`, `game_not_open`, `idempotency_key_reused`", body = ApiError)))]
pub async fn place(
    State(app): State<App>,
    InGame { game, account }: InGame,
    Query(asked): Query<LanguageQuery>,
    Body(request): Body<OrderRequest>,
) -> Result<(StatusCode, Json<OrderView>)> {
    let texts = asked.texts()?;
    app.hosting.check_plays(account)?;
    let (side, symbol) = (request.side, request.symbol);
    let told = |rejection: Rejection| Error::from(rejection).in_currency(game.rules.currency);
    let outcome = app
        .engine
        .submit(account, request.order()?, app.context_of(&game).await?)
        .await?;
    match outcome.rejection {
        Some(rejection)
            if matches!(
                rejection,
                Rejection::GameNotOpen {
                    closed: Closed::Frozen
                }
            ) =>
        {
            // No host has paused it: a run stops itself after its last day.
            match app.store.find_run(account).await? {
                Some(_) => Err(Error::new(ErrorCode::GameNotOpen, "This scenario is over.")),
                None => Err(told(rejection)),
            }
        }
        Some(rejection) => Err(told(rejection)),
        None => {
            if side == Side::Buy && outcome.status == OrderStatus::Filled {
                deeds::tell_bought(&app, account.player, symbol);
            }
            Ok((StatusCode::CREATED, Json(order_in(texts, outcome))))
        }
    }
}

/// The player's orders, newest first, including rejected ones.
#[utoipa::path(get, path = "/api/v1/games/{game}/orders", tag = "Trading",
    params(("game" = String, Path, example = "open"), CursorQuery),
    responses((status = 200, description = "A stretch of orders", body = CursorPage<OrderView>)))]
pub async fn list(
    State(app): State<App>,
    InGame { account, .. }: InGame,
    Query(query): Query<CursorQuery>,
) -> Result<Json<CursorPage<OrderView>>> {
    let (before, limit) = query.check(read_cursor)?;
    let orders = app.store.list_orders(account, before, limit + 1).await?;
    Ok(Json(stretch(orders, limit, cursor, |order| order)))
}

fn cursor(order: &OrderView) -> String {
    format!("{}.{}", order.at.micros(), order.idempotency_key)
}

fn read_cursor(text: &str) -> Option<(Timestamp, IdempotencyKey)> {
    let (micros, key) = text.split_once('.')?;
    Some((
        Timestamp::from_micros(micros.parse().ok()?),
        key.parse().ok()?,
    ))
}

/// The outcome of an order.
#[utoipa::path(get, path = "/api/v1/games/{game}/orders/{key}", tag = "Trading",
    params(("game" = String, Path, example = "open"),
        ("key" = IdempotencyKey, Path, description = "Its idempotency key"), LanguageQuery),
    responses((status = 200, description = "The order", body = OrderView),
        (status = 404, description = "The player has placed no such order", body = ApiError)))]
pub async fn find(
    State(app): State<App>,
    InGame { account, .. }: InGame,
    Key(key): Key<IdempotencyKey>,
    Query(asked): Query<LanguageQuery>,
) -> Result<Json<OrderView>> {
    let texts = asked.texts()?;
    let found = app.store.find_order(account, &key).await?;
    let answered = found.ok_or_else(|| Error::not_found("such order of yours"))?;
    Ok(Json(order_in(texts, answered.view)))
}

/// Cancels a waiting order and frees what was set aside for it. An order that was already cancelled or
/// has expired is returned as it is.
#[utoipa::path(delete, path = "/api/v1/games/{game}/orders/{key}", tag = "Trading",
    params(("game" = String, Path, example = "open"),
        ("key" = String, Path, description = "Its idempotency key")),
    responses((status = 200, description = "It waits no longer", body = OrderView),
        (status = 404, description = "The player has placed no such order", body = ApiError),
        (status = 409, description = "`order_not_open`: it was filled or rejected", body = ApiError)))]
pub async fn cancel(
    State(app): State<App>,
    InGame { game, account }: InGame,
    Key(key): Key<IdempotencyKey>,
) -> Result<Json<OrderView>> {
    let open = app
        .store
        .list_open_orders(account, Account::OPEN_ORDERS_MAX)
        .await?;
    let order = match open.into_iter().find(|record| *record.key() == key) {
        Some(record) => {
            let game = app.context_of(&game).await?;
            app.engine.cancel(record, game).await?
        }
        None => {
            let found = app.store.find_order(account, &key).await?;
            found
                .ok_or_else(|| Error::not_found("such order of yours"))?
                .view
        }
    };
    match order.status {
        OrderStatus::Cancelled | OrderStatus::Expired => Ok(Json(order)),
        OrderStatus::Filled => Err(not_open("This order was filled already.")),
        OrderStatus::Rejected => Err(not_open("This order was rejected already.")),
        OrderStatus::Resting => Err(Error::internal(format_args!(
            "order {key} of account {account} rests, and has nothing set aside"
        ))),
    }
}

fn not_open(message: &str) -> Error {
    Error::new(ErrorCode::OrderNotOpen, message)
}
