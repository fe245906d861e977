//! `/api/v1/games/{game}/subscriptions`: the savings plans that a player follows.

use axum::extract::State;
use axum::http::StatusCode;
use domain::api::{
    ApiError, ErrorCode, NewSubscription, SubscriptionAction, SubscriptionState, SubscriptionView,
};
use domain::plan::{MONTHS_MAX, month_day, months_due};
use domain::{AccountId, Day, Money};

use super::extract::{Body, InGame, Key};
use super::plans;
use super::summary::no_account;
use crate::app::{App, Game, random_id};
use crate::error::{Error, Result};
use crate::json::Json;
use crate::store::{Subscription, SubscriptionRow};

/// Subscriptions that are listed, and that a player may have.
const LISTED_MAX: u32 = 1_000;
const OPEN_MAX: usize = 20;
/// Times that a state is written while a month is being paid.
const TRIES_MAX: u32 = 5;

/// The player's subscriptions with what was paid and invested.
#[utoipa::path(get, path = "/api/v1/games/{game}/subscriptions", tag = "Offerings",
    params(("game" = String, Path, example = "open")),
    responses((status = 200, description = "At most 1,000", body = Vec<SubscriptionView>)))]
pub async fn list(
    State(app): State<App>,
    InGame { account, .. }: InGame,
) -> Result<Json<Vec<SubscriptionView>>> {
    let rows = app.store.list_subscriptions(account, LISTED_MAX).await?;
    Ok(Json(rows.iter().map(|row| view(&app, row)).collect()))
}

/// Subscribes to a plan. The first month is paid within seconds.
#[utoipa::path(post, path = "/api/v1/games/{game}/subscriptions", tag = "Offerings",
    params(("game" = String, Path, example = "open")),
    request_body(content = NewSubscription, example = json!({"plan": "12", "amount": "50"})),
    responses((status = 201, description = "The subscription", body = SubscriptionView)))]
pub async fn create(
    State(app): State<App>,
    InGame { game, account }: InGame,
    Body(request): Body<NewSubscription>,
) -> Result<(StatusCode, Json<SubscriptionView>)> {
    app.hosting.check_plays(account)?;
    let plan = plans::find(&app, &game, request.plan.parse().unwrap_or(0)).await?;
    let is_open = plan.shared || plan.owner == account.player;
    if !is_open || plan.retired_at.is_some() {
        return Err(plans::missing());
    }
    if app.store.find_account(account).await?.is_none() {
        return Err(no_account());
    }
    check_amount(&game, &plan, request.amount)?;
    let rows = app.store.list_subscriptions(account, LISTED_MAX).await?;
    let open = rows
        .iter()
        .filter(|row| row.subscription.state.can_spend())
        .count();
    if open >= OPEN_MAX || rows.iter().any(|row| is_open_in(row, plan.id)) {
        return Err(followed());
    }
    let market = app.market_of(&game).await?.snapshot();
    let subscription = Subscription {
        account,
        id: random_id(),
        plan: plan.id,
        amount: request.amount,
        state: SubscriptionState::Active,
        created_at: app.clock.now(),
        start: first_day(&rows, plan.id, market.at.day()),
        skipped: 0,
        paid_months: 0,
        paid: Money::ZERO,
        bought: Money::ZERO,
    };
    if !app.store.create_subscription(&subscription).await? {
        return Err(followed());
    }
    let row = SubscriptionRow {
        subscription,
        plan,
        in_offerings: Money::ZERO,
    };
    Ok((StatusCode::CREATED, Json(view(&app, &row))))
}

/// Pauses, resumes or ends a subscription.
#[utoipa::path(patch, path = "/api/v1/games/{game}/subscriptions/{key}", tag = "Offerings",
    params(("game" = String, Path, example = "open"),
        ("key" = String, Path, description = "Its id", example = "12")),
    request_body(content = SubscriptionAction, example = json!({"state": "paused"})),
    responses((status = 200, description = "The subscription after it", body = SubscriptionView),
        (status = 404, description = "The player has no such subscription", body = ApiError),
        (status = 409, description = "`not_possible`: it has ended", body = ApiError)))]
pub async fn change(
    State(app): State<App>,
    InGame { game, account }: InGame,
    Key(id): Key<i64>,
    Body(request): Body<SubscriptionAction>,
) -> Result<Json<SubscriptionView>> {
    if request.state == SubscriptionState::Finished {
        let message = "must be active, paused or cancelled";
        return Err(ApiError::field("state", message).into());
    }
    for _ in 0..TRIES_MAX {
        let mut row = find(&app, account, id).await?;
        let before = row.subscription.state;
        if !before.can_spend() {
            let message = "This subscription has ended.";
            return Err(Error::new(ErrorCode::NotPossible, message));
        }
        if before == SubscriptionState::Paused && request.state == SubscriptionState::Active {
            let market = app.market_of(&game).await?.snapshot();
            let due = months_due(row.subscription.start, MONTHS_MAX, market.at);
            let planned = row.subscription.paid_months + row.subscription.skipped;
            row.subscription.skipped += due.saturating_sub(planned);
        }
        row.subscription.state = request.state;
        if app.store.change_subscription(&row.subscription).await? {
            return Ok(Json(view(&app, &row)));
        }
    }
    Err(Error::unavailable(
        "A month is being paid. Please try again.",
    ))
}

async fn find(app: &App, account: AccountId, id: i64) -> Result<SubscriptionRow> {
    let found = app.store.find_subscription(account, id).await?;
    found.ok_or_else(|| Error::not_found("such subscription of yours"))
}

fn followed() -> Error {
    let message = format!(
        "You follow this plan already, or as many plans as possible, which are {OPEN_MAX}."
    );
    Error::new(ErrorCode::NotPossible, message)
}

/// The day on which the first month of a plan is due. A month that an earlier subscription to the plan was
/// paid for is not paid again.
fn first_day(rows: &[SubscriptionRow], plan: i64, today: Day) -> Day {
    let earlier = rows.iter().map(|row| &row.subscription);
    let paid = earlier.filter(|one| one.plan == plan && one.paid_months > 0);
    let next = paid.map(|one| month_day(one.start, one.paid_months.saturating_add(one.skipped)));
    next.max().map_or(today, |next| next.max(today))
}

fn is_open_in(row: &SubscriptionRow, plan: i64) -> bool {
    row.plan.id == plan && row.subscription.state.can_spend()
}

fn check_amount(game: &Game, plan: &crate::store::Plan, amount: Option<Money>) -> Result<()> {
    let Some(amount) = amount else {
        return Ok(());
    };
    // More new money than the host gives would be a gift of one's own.
    let most = if plan.new_money {
        plan.amount
    } else {
        game.rules.order_max
    };
    if amount.is_positive() && amount <= most {
        return Ok(());
    }
    let message = format!("must be above 0 and at most {most}");
    Err(ApiError::field("amount", message).into())
}

pub(super) fn view(app: &App, row: &SubscriptionRow) -> SubscriptionView {
    let state = row.subscription.state;
    let due = (state == SubscriptionState::Active).then(|| row.subscription.due());
    SubscriptionView {
        id: row.subscription.id.to_string(),
        plan: plans::view(app, &row.plan),
        amount: row.amount(),
        state,
        due,
        balance: row.balance(),
    }
}
