//! `/api/v1/achievements/{key}/picture`: the picture of an achievement.

use axum::http::header;
use axum::response::IntoResponse;
use domain::api::ApiError;
use domain::progress::{AchievementId, AchievementKind, Achievements};
use rust_embed::Embed;

use super::extract::Key;
use crate::error::{Error, Result};

/// The pictures, which the pages' style sheet uses as well.
#[derive(Embed)]
#[folder = "../web/assets/achievements"]
struct Pictures;

/// A picture changes only with a new version of the server.
const CACHED: &str = "public, max-age=86400";

/// The picture of an achievement, in lines of the colour around it. A hidden one keeps its picture to
/// itself until it is unlocked.
#[utoipa::path(get, path = "/api/v1/achievements/{key}/picture", tag = "Players", security(()),
    params(("key" = AchievementId, Path, example = "first-purchase")),
    responses((status = 200, description = "An SVG image", body = String, content_type = "image/svg+xml"),
        (status = 404, description = "There is no such achievement, or it is a hidden one", body = ApiError)))]
pub async fn picture(Key(id): Key<AchievementId>) -> Result<impl IntoResponse> {
    let found = Achievements::standard().find(id.as_str());
    let shown = found.filter(|definition| definition.kind != AchievementKind::Hidden);
    let file = shown.and_then(|definition| Pictures::get(&format!("{}.svg", definition.icon)));
    let file = file.ok_or_else(|| Error::not_found("such achievement"))?;
    let headers = [
        (header::CONTENT_TYPE, "image/svg+xml"),
        (header::CACHE_CONTROL, CACHED),
    ];
    Ok((headers, file.data))
}
