//! `/api/v1/games/{game}/targets`: how a player wants the money of an account divided.

use axum::extract::State;
use axum::http::StatusCode;
use domain::advice::{PlanError, TargetPlan};
use domain::api::{ApiError, TargetsView};

use super::extract::{Body, InGame};
use super::rebalancings;
use crate::advice::Reading;
use crate::app::App;
use crate::error::{Error, Result};
use crate::json::Json;
use crate::store::TargetRecord;

/// The targets, how the money is divided beside them, and the latest rebalancing.
#[utoipa::path(get, path = "/api/v1/games/{game}/targets", tag = "Advice",
    params(("game" = String, Path, example = "open")),
    responses((status = 200, description = "The targets", body = TargetsView),
        (status = 404, description = "The player has no account in this game", body = ApiError)))]
pub async fn targets(
    State(app): State<App>,
    InGame { game, account }: InGame,
) -> Result<Json<TargetsView>> {
    let reading = Reading::of(&app, &game, account).await?;
    let record = app.store.find_target_plan(account).await?;
    let rebalancing = match app.store.latest_rebalancing(account).await? {
        Some(found) => Some(rebalancings::view(&app, &reading, found).await?),
        None => None,
    };
    Ok(Json(view(&reading, record, rebalancing)))
}

/// The targets of an account as its player sees them.
pub(super) fn view(
    reading: &Reading,
    record: Option<TargetRecord>,
    rebalancing: Option<domain::api::RebalancingView>,
) -> TargetsView {
    TargetsView {
        allocation: record
            .as_ref()
            .map(|record| reading.allocation(&record.plan)),
        beyond_since: record.as_ref().and_then(|record| record.beyond_since),
        plan: record.map(|record| record.plan),
        rebalancing,
        currencies: reading.snapshot.catalogue.currencies(),
    }
}

/// Sets the targets in place of those before. What they leave over of 100 % stays in cash.
#[utoipa::path(put, path = "/api/v1/games/{game}/targets", tag = "Advice",
    params(("game" = String, Path, example = "open")),
    request_body(content = TargetPlan, example = json!({"targets": [
        {"aim": {"instrument": "BOLTW"}, "share": "40"}, {"aim": {"category": "Funds"}, "share": "50"}],
        "absolute": "5", "relative": "25", "trade_min": "10"})),
    responses((status = 200, description = "The targets, and where the account stands", body = TargetsView),
        (status = 422, description = "Targets that cannot be followed", body = ApiError)))]
pub async fn set(
    State(app): State<App>,
    InGame { game, account }: InGame,
    Body(plan): Body<TargetPlan>,
) -> Result<Json<TargetsView>> {
    plan.check()?;
    let reading = Reading::of(&app, &game, account).await?;
    check_aims(&reading, &plan)?;
    let record = TargetRecord {
        account,
        plan,
        changed_at: app.clock.now(),
        beyond_since: None,
    };
    app.store.store_target_plan(&record).await?;
    Ok(Json(view(&reading, Some(record), None)))
}

/// Deletes the targets.
#[utoipa::path(delete, path = "/api/v1/games/{game}/targets", tag = "Advice",
    params(("game" = String, Path, example = "open")),
    responses((status = 204, description = "They are gone"),
        (status = 404, description = "There were none", body = ApiError)))]
pub async fn delete(State(app): State<App>, InGame { account, .. }: InGame) -> Result<StatusCode> {
    if app.store.delete_target_plan(account).await? {
        Ok(StatusCode::NO_CONTENT)
    } else {
        Err(Error::not_found("target of yours in this game"))
    }
}

/// Every target is for something that the market lists.
pub(super) fn check_aims(reading: &Reading, plan: &TargetPlan) -> Result<()> {
    let catalogue = &reading.snapshot.catalogue;
    for target in &plan.targets {
        let mut instruments = catalogue.instruments.iter();
        let is_listed = instruments.any(|instrument| instrument.is_aimed_at(&target.aim));
        if !is_listed {
            let message = format!("must not have {}: this market does not list it", target.aim);
            return Err(ApiError::field("targets", message).into());
        }
    }
    Ok(())
}

impl From<PlanError> for Error {
    fn from(error: PlanError) -> Self {
        ApiError::field(error.field(), error.to_string()).into()
    }
}
