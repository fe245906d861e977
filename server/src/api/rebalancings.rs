//! `/api/v1/games/{game}/rebalancings`: which orders bring an account to its targets, computed as a
//! job, and placed as one basket.

use axum::extract::State;
use axum::http::StatusCode;
use domain::IdempotencyKey;
use domain::advice::{Basket, Proposal};
use domain::api::{
    AdviceState, ApiError, BasketOrder, BasketView, ErrorCode, PlaceRebalancing,
    RebalancingRequest, RebalancingView,
};
use domain::{AccountId, Order, OrderError, PriceGuard, Size};

use super::baskets;
use super::extract::{InGame, Key, OptionalBody};
use crate::advice::Reading;
use crate::app::{App, random_id};
use crate::error::{Error, Result};
use crate::jobs::{Ask, Rebalancings, Which, job_of};
use crate::json::Json;
use crate::store::RebalancingRecord;

/// Seconds after which a rebalancing that has not ended is given up.
const GIVEN_UP_S: i64 = 60;
/// Seconds that rebalancings are kept.
const KEPT_S: i64 = 30 * 86_400;
/// How far the price of a proposed order may have moved when it is placed.
const TOLERANCE_BPS: u32 = 100;
/// Holdings that are rebalanced in a second, at least.
const HOLDINGS_A_SECOND: u32 = 50;

/// Requests a rebalancing. It runs as a job: poll its id until `state` is `completed` or `failed`. If one
/// is already in progress, returns that one.
#[utoipa::path(post, path = "/api/v1/games/{game}/rebalancings", tag = "Advice",
    params(("game" = String, Path, example = "open")), request_body = RebalancingRequest,
    responses((status = 202, description = "It was taken on", body = RebalancingView),
        (status = 404, description = "The account has no targets", body = ApiError)))]
pub async fn ask(
    State(app): State<App>,
    InGame { game, account }: InGame,
    OptionalBody(request): OptionalBody<RebalancingRequest>,
) -> Result<(StatusCode, Json<RebalancingView>)> {
    let reading = Reading::of(&app, &game, account).await?;
    if app.store.find_target_plan(account).await?.is_none() {
        return Err(Error::not_found("target of yours in this game"));
    }
    let latest = app.store.latest_rebalancing(account).await?;
    let under_way = latest.filter(|latest| !state_of(latest, &reading).has_ended());
    let record = match under_way {
        Some(record) => record,
        None => create(&app, account, request).await?,
    };
    let view = view(&app, &reading, record).await?;
    Ok((StatusCode::ACCEPTED, Json(view)))
}

async fn create(
    app: &App,
    account: AccountId,
    request: RebalancingRequest,
) -> Result<RebalancingRecord> {
    let now = app.clock.now();
    let record = RebalancingRecord {
        account,
        id: random_id(),
        state: AdviceState::Pending,
        may_sell: request.may_sell,
        created_at: now,
        ended_at: None,
        proposal: None,
        failure: None,
    };
    let which = Which {
        player: account.player,
        rebalancing: record.id,
    };
    let job = job_of::<Rebalancings>(&which, &Ask::default(), now, &*app.clock);
    let job = job.map_err(Error::internal)?;
    let older_than = now.plus_seconds(-KEPT_S);
    app.store
        .create_rebalancing(&record, &job, older_than)
        .await?;
    app.jobs.wake();
    Ok(record)
}

/// The state of a rebalancing, and what its orders would do now.
#[utoipa::path(get, path = "/api/v1/games/{game}/rebalancings/{key}", tag = "Advice",
    params(("game" = String, Path, example = "open"), ("key" = String, Path, description = "Its id")),
    responses((status = 200, description = "The rebalancing", body = RebalancingView),
        (status = 404, description = "The player has no such rebalancing", body = ApiError)))]
pub async fn find(
    State(app): State<App>,
    InGame { game, account }: InGame,
    Key(id): Key<i64>,
) -> Result<Json<RebalancingView>> {
    let record = own(&app, account, id).await?;
    let reading = Reading::of(&app, &game, account).await?;
    Ok(Json(view(&app, &reading, record).await?))
}

/// Places the orders of a rebalancing in one batch. Sending it again is safe: each order has a key of
/// its own, made from the rebalancing's id.
#[utoipa::path(post, path = "/api/v1/games/{game}/rebalancings/{key}/orders", tag = "Advice",
    params(("game" = String, Path, example = "open"), ("key" = String, Path, description = "Its id")),
    request_body = PlaceRebalancing,
    responses((status = 201, description = "What became of the orders", body = BasketView),
        (status = 404, description = "The player has no such rebalancing", body = ApiError),
        (status = 409, description = "It is not completed, or an order does not hold", body = ApiError)))]
pub async fn place(
    State(app): State<App>,
    InGame { game, account }: InGame,
    Key(id): Key<i64>,
    OptionalBody(request): OptionalBody<PlaceRebalancing>,
) -> Result<(StatusCode, Json<BasketView>)> {
    let record = own(&app, account, id).await?;
    let proposal = record.proposal.as_ref();
    let proposal = proposal.filter(|proposal| !proposal.orders.is_empty());
    let Some(proposal) = proposal else {
        let message = "There are no orders to place.";
        return Err(Error::new(ErrorCode::NotPossible, message));
    };
    let basket = Basket {
        orders: orders(id, proposal)?,
        mode: request.mode,
    };
    baskets::submit(&app, &game, account, basket).await
}

async fn own(app: &App, account: AccountId, id: i64) -> Result<RebalancingRecord> {
    let found = app.store.find_rebalancing(account.player, id).await?;
    let own = found.filter(|record| record.account == account);
    own.ok_or_else(|| Error::not_found("such rebalancing of yours"))
}

fn key(id: i64) -> Result<IdempotencyKey, OrderError> {
    format!("rebalancing-{id}").parse()
}

/// The orders of a proposal, each guarded by the price that it was computed at.
fn orders(id: i64, proposal: &Proposal) -> Result<Vec<Order>, OrderError> {
    let key = key(id)?;
    let order = |(place, proposed): (usize, &domain::advice::ProposedOrder)| {
        let order = BasketOrder {
            symbol: proposed.symbol,
            side: proposed.side,
            size: Size::Quantity(proposed.quantity),
            guard: Some(PriceGuard {
                expected: proposed.price,
                tolerance_bps: TOLERANCE_BPS,
            }),
            reason: None,
        };
        order.order(&key, place + 1)
    };
    proposal.orders.iter().enumerate().map(order).collect()
}

/// A rebalancing that has not ended in time is told as failed, whatever became of its job.
fn state_of(record: &RebalancingRecord, reading: &Reading) -> AdviceState {
    let is_late = reading.now.seconds_since(record.created_at) > GIVEN_UP_S;
    if is_late && !record.state.has_ended() {
        AdviceState::Failed
    } else {
        record.state
    }
}

/// What a player is told of a rebalancing.
///
/// # Errors
/// Those of the store.
pub async fn view(
    app: &App,
    reading: &Reading,
    record: RebalancingRecord,
) -> Result<RebalancingView> {
    let state = state_of(&record, reading);
    let (mut placed, mut preview) = (false, Vec::new());
    if let Some(proposal) = &record.proposal {
        let orders = orders(record.id, proposal)?;
        if let Some(first) = orders.first() {
            let answered = app.store.find_order(record.account, first.key()).await?;
            placed = answered.is_some();
        }
        if !placed {
            preview = baskets::previewed(app, reading, &orders);
        }
    }
    let failure = match state {
        AdviceState::Failed => {
            let late = "It took too long. Please ask again.";
            Some(record.failure.unwrap_or_else(|| late.to_owned()))
        }
        _ => None,
    };
    let holdings = reading.portfolio.account.record.account.positions_held;
    Ok(RebalancingView {
        id: record.id.to_string(),
        state,
        may_sell: record.may_sell,
        created_at: record.created_at,
        ended_at: record.ended_at,
        estimated_seconds: holdings.div_ceil(HOLDINGS_A_SECOND).max(1),
        proposal: record.proposal,
        preview,
        placed,
        failure,
    })
}
