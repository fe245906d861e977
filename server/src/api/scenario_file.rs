//! `/api/v1/scenarios/{id}/file`: a scenario as a file, to be kept, changed or played elsewhere.

use axum::extract::State;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use domain::api::ApiError;
use domain::scenario::ScenarioFile;

use super::extract::Key;
use super::scenarios::find_scenario;
use crate::app::App;
use crate::error::{Error, Result};
use crate::signing::Signer;

/// A scenario with this server's signature. It tells what will happen.
#[utoipa::path(get, path = "/api/v1/scenarios/{key}/file", tag = "Scenarios", security(()),
    params(("key" = String, Path, example = "bubble")),
    responses((status = 200, description = "The file", content_type = "application/json", body = Object),
        (status = 404, description = "There is none of this name", body = ApiError)))]
pub async fn file(State(app): State<App>, Key(id): Key<String>) -> Result<Response> {
    let scenario = find_scenario(&app, &id).await?;
    let internal = |error: anyhow::Error| Error::internal(format_args!("{error:#}"));
    let signer = Signer::load(&app.config.data_dir, &*app.store).await;
    let signer = signer.map_err(internal)?;
    let signature = signer.sign(&scenario.signed_bytes()).map_err(internal)?;
    let file = ScenarioFile::new(scenario, signer.public().clone(), &signature).to_file();
    let name: String = id
        .chars()
        .filter(|c| c.is_ascii_alphanumeric() || *c == '-')
        .collect();
    let headers = [
        (header::CONTENT_TYPE, "application/json".to_owned()),
        (
            header::CONTENT_DISPOSITION,
            format!("attachment; filename=\"{name}.scenario.json\""),
        ),
    ];
    Ok((headers, file).into_response())
}
