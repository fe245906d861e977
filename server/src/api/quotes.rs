//! `/api/v1/games/{game}/quotes`: current prices.

use axum::extract::State;
use domain::Quote;
use domain::api::ApiError;
use serde::Deserialize;
use utoipa::IntoParams;

use super::extract::{Query, symbol, unknown_symbol};
use crate::app::{App, Game};
use crate::error::Result;
use crate::json::Json;
use crate::market::Snapshot;

/// Symbols of one request.
const SYMBOLS_MAX: usize = 100;

/// Which quotes.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct QuoteQuery {
    /// Up to 100 symbols, separated by commas; every quote without it.
    #[param(pattern = "^[A-Z0-9.-]{1,8}(,[A-Z0-9.-]{1,8}){0,99}$")]
    symbols: Option<String>,
}

/// Current quotes; instruments that have none now are left out.
#[utoipa::path(get, path = "/api/v1/games/{game}/quotes", tag = "Market", security(()),
    params(("game" = String, Path, example = "open"), QuoteQuery),
    responses((status = 200, description = "The quotes", body = Vec<Quote>),
        (status = 404, description = "There is no such instrument", body = ApiError)))]
pub async fn quotes(
    State(app): State<App>,
    _: Game,
    Query(query): Query<QuoteQuery>,
) -> Result<Json<Vec<Quote>>> {
    let market = app.market.snapshot();
    let Some(symbols) = query.symbols else {
        return Ok(Json(
            market
                .listings
                .iter()
                .filter_map(|listing| listing.quote)
                .collect(),
        ));
    };
    let symbols: Vec<&str> = symbols.split(',').map(str::trim).collect();
    if symbols.len() > SYMBOLS_MAX {
        return Err(ApiError::field("symbols", "are more than 100").into());
    }
    let quotes = symbols
        .into_iter()
        .map(|text| quote(&market, text))
        .collect::<Result<Vec<_>>>()?;
    Ok(Json(quotes.into_iter().flatten().collect()))
}

fn quote(market: &Snapshot, text: &str) -> Result<Option<Quote>> {
    let symbol = symbol(text)?;
    let (_, instrument) = market
        .catalogue
        .find(symbol)
        .ok_or_else(|| unknown_symbol(symbol))?;
    Ok(market.quote(instrument.id).copied())
}
