//! `/api/v1/games/{game}/offerings/{key}/draw`: what everybody needs to check a draw.

use std::collections::HashMap;

use axum::extract::State;
use domain::api::{ApiError, ErrorCode, FailureReason};
use domain::offering::{AllocationRule, Draw, DrawnInvestment, seed_digest};

use super::find;
use crate::api::extract::Key;
use crate::app::{App, Game};
use crate::error::{Error, Result};
use crate::json::Json;
use crate::store::Investment;

/// Investments of a draw that can be checked here.
const INVESTMENTS_MAX: u32 = 10_000;

/// What everybody asked for and got, without names, and the seed of the draw: whoever divides the shares anew
/// must come to the same.
#[utoipa::path(get, path = "/api/v1/games/{game}/offerings/{key}/draw", tag = "Offerings", security(()),
    params(("game" = String, Path, example = "open"),
        ("key" = String, Path, description = "Id of the offering", example = "12")),
    responses((status = 200, description = "In the order of asking", body = Draw),
        (status = 404, description = "The game has no such offering", body = ApiError),
        (status = 409, description = "`not_possible`: the shares are not divided yet, or were not drawn",
            body = ApiError)))]
pub async fn draw(State(app): State<App>, game: Game, Key(id): Key<i64>) -> Result<Json<Draw>> {
    let offering = find(&app, &game, id).await?;
    let refused = |message: &str| Err(Error::new(ErrorCode::NotPossible, message));
    if offering.terms.rule == AllocationRule::FirstCome {
        return refused("Whoever came first got these shares: nothing was drawn.");
    }
    if offering.settled_at.is_none() {
        return refused("The shares are not shared out yet. Come back when they are.");
    }
    let most = INVESTMENTS_MAX.saturating_add(1);
    let mut all = app.store.list_offering_investments(id, most).await?;
    if all.len() > usize::try_from(INVESTMENTS_MAX).unwrap_or(usize::MAX) {
        return refused("More than 10,000 players asked for shares, which is too much to send.");
    }
    let is_void = |one: &Investment| {
        use FailureReason::{AllocationFailed, CalledOff};
        matches!(one.reason, Some(AllocationFailed | CalledOff))
    };
    if all.iter().any(is_void) {
        return refused("The offering was called off: nothing was drawn.");
    }
    if offering.splits > 0 {
        return refused(
            "The company has split its shares since, so these are not the numbers of the draw.",
        );
    }
    // The latest came first.
    all.reverse();
    let mut numbers = HashMap::new();
    let investments = all.iter().map(|one| {
        let next = u32::try_from(numbers.len())
            .unwrap_or(u32::MAX)
            .saturating_add(1);
        DrawnInvestment {
            id: one.id.to_string(),
            player: *numbers.entry(one.account.player).or_insert(next),
            asked: if is_left_out(one) { 0 } else { one.shares },
            granted: one.granted.unwrap_or(0),
        }
    });
    Ok(Json(Draw {
        investments: investments.collect(),
        seed_digest: seed_digest(offering.seed),
        seed: offering.seed.to_string(),
        shares: offering.terms.shares,
        maximum: offering.terms.maximum,
        price: offering.terms.price,
        range: offering.terms.range,
    }))
}

/// Whether an investment did not count when the shares were divided.
fn is_left_out(one: &Investment) -> bool {
    matches!(
        one.reason,
        Some(FailureReason::TooLate | FailureReason::SubscriptionSpent)
    )
}
