//! `/api/v1/log`: the log that proves scores, for everybody.

use axum::extract::State;
use domain::api::{ApiError, CheckpointView, LogKeyView, LogProof};
use domain::proof::{NodeId, consistency_spans, inclusion_spans};
use serde::Deserialize;
use utoipa::IntoParams;

use super::extract::Query;
use crate::app::App;
use crate::error::{Error, Result};
use crate::json::Json;
use crate::proof;

/// Which logs a proof is about.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct ConsistencyQuery {
    /// Leaves of the earlier one.
    #[param(minimum = 1, example = 1)]
    from: u64,
    /// Leaves of the later one.
    #[param(minimum = 1, example = 1)]
    to: u64,
}

/// Which leaf a proof is about.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct InclusionQuery {
    /// The leaf, counted from 0.
    #[param(minimum = 0, example = 0)]
    place: u64,
    /// Leaves of the log that it is in.
    #[param(minimum = 1, example = 1)]
    size: u64,
}

/// The latest checkpoint. Save it to check later whether the log still begins with it.
#[utoipa::path(get, path = "/api/v1/log/checkpoint", tag = "Proof", security(()),
    responses((status = 200, description = "The checkpoint", body = CheckpointView),
        (status = 404, description = "There is no checkpoint yet", body = ApiError)))]
pub async fn checkpoint(State(app): State<App>) -> Result<Json<CheckpointView>> {
    let note = app.store.find_log_checkpoint(None).await?;
    let note = note.ok_or_else(|| Error::not_found("checkpoint of the log yet"))?;
    let key = proof::key_of(&*app.store, &note).await?;
    let key = key.ok_or_else(|| Error::internal("a checkpoint was signed by no key of the log"))?;
    let checkpoint = &note.checkpoint;
    Ok(Json(CheckpointView {
        origin: checkpoint.origin.clone(),
        size: checkpoint.size,
        root: hex::encode(checkpoint.root),
        at: checkpoint.at,
        note,
        key,
    }))
}

/// Every key that signed checkpoints, oldest first.
#[utoipa::path(get, path = "/api/v1/log/keys", tag = "Proof", security(()),
    responses((status = 200, description = "The keys", body = Vec<LogKeyView>)))]
pub async fn keys(State(app): State<App>) -> Result<Json<Vec<LogKeyView>>> {
    let keys = app.store.list_log_keys().await?.into_iter();
    Ok(Json(
        keys.map(|(key, since)| LogKeyView { key, since }).collect(),
    ))
}

/// A proof that the log of a size begins with an earlier one.
#[utoipa::path(get, path = "/api/v1/log/consistency", tag = "Proof", security(()),
    params(ConsistencyQuery),
    responses((status = 200, description = "The proof", body = LogProof),
        (status = 422, description = "The log was never of these sizes", body = ApiError)))]
pub async fn consistency(
    State(app): State<App>,
    Query(query): Query<ConsistencyQuery>,
) -> Result<Json<LogProof>> {
    check_size(&app, "to", query.to).await?;
    let spans = consistency_spans(query.from, query.to);
    let spans = spans
        .ok_or_else(|| ApiError::field("from", "The first size must be 1 to the later size."))?;
    Ok(Json(LogProof {
        leaf: None,
        proof: proof_of(&app, &spans).await?,
    }))
}

/// A proof that a leaf is in the log of a size.
#[utoipa::path(get, path = "/api/v1/log/inclusion", tag = "Proof", security(()),
    params(InclusionQuery),
    responses((status = 200, description = "The proof", body = LogProof),
        (status = 422, description = "The log has no such leaf", body = ApiError)))]
pub async fn inclusion(
    State(app): State<App>,
    Query(query): Query<InclusionQuery>,
) -> Result<Json<LogProof>> {
    check_size(&app, "size", query.size).await?;
    let spans = inclusion_spans(query.place, query.size);
    let spans = spans.ok_or_else(|| ApiError::field("place", "must be less than the size"))?;
    let id = NodeId {
        level: 0,
        index: query.place,
    };
    let leaf = app.store.find_log_nodes(&[id]).await?;
    let leaf = leaf.get(&id).map(hex::encode);
    Ok(Json(LogProof {
        leaf,
        proof: proof_of(&app, &spans).await?,
    }))
}

async fn check_size(app: &App, field: &str, size: u64) -> Result<()> {
    let latest = app.store.find_log_checkpoint(None).await?;
    let latest = latest.map_or(0, |note| note.checkpoint.size);
    if (1..=latest).contains(&size) {
        return Ok(());
    }
    Err(ApiError::field(field, sizes(latest)).into())
}

/// The sizes that the log had.
fn sizes(latest: u64) -> String {
    match latest {
        0 => "The log has no leaf yet, so there is nothing to prove.".to_owned(),
        1 => "The size must be 1: the log has one leaf.".to_owned(),
        _ => format!("The size must be 1 to {latest}, the leaves of the log."),
    }
}

async fn proof_of(app: &App, spans: &[domain::proof::Span]) -> Result<Vec<String>> {
    let hashes = proof::hashes(&*app.store, spans).await?;
    let hashes = hashes.ok_or_else(|| Error::internal("a node of the log is missing"))?;
    Ok(hashes.into_iter().map(hex::encode).collect())
}

#[cfg(test)]
mod tests {
    #[test]
    fn an_empty_log_has_no_sizes_to_choose_from() {
        assert!(super::sizes(0).starts_with("The log has no leaf yet"));
        assert_eq!(
            super::sizes(2),
            "The size must be 1 to 2, the leaves of the log."
        );
    }
}
