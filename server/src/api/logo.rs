//! `/api/v1/games/{game}/instruments/{symbol}/logo`: a sign to recognize an instrument by.

use axum::http::header;
use axum::response::IntoResponse;
use domain::api::ApiError;
use domain::logo_svg;

use super::extract::Instrument;
use crate::error::Result;

/// The same symbol and category have the same logo for ever.
const CACHED: &str = "public, max-age=86400";

/// The logo of an instrument, drawn from its symbol and category.
#[utoipa::path(get, path = "/api/v1/games/{game}/instruments/{symbol}/logo", tag = "Market", security(()),
    params(("game" = String, Path, example = "open"), ("symbol" = domain::Symbol, Path, example = "BOLTW")),
    responses((status = 200, description = "An SVG image", body = String, content_type = "image/svg+xml"),
        (status = 404, description = "There is no such instrument", body = ApiError)))]
pub async fn logo(instrument: Instrument) -> Result<impl IntoResponse> {
    let record = instrument.record()?;
    let image = logo_svg(record.symbol, &record.category);
    let headers = [
        (header::CONTENT_TYPE, "image/svg+xml"),
        (header::CACHE_CONTROL, CACHED),
    ];
    Ok((headers, image))
}
