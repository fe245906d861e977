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
    #[param(pattern = "^[A-Z0-9][A-Z0-9.-]{0,7}(,[A-Z0-9][A-Z0-9.-]{0,7}){0,99}$")]
    symbols: Option<String>,
}

/// Current quotes; instruments that have none now are left out.
#[utoipa::path(get, path = "/api/v1/games/{game}/quotes", tag = "Market", security(()),
    params(("game" = String, Path, example = "open"), QuoteQuery),
    responses((status = 200, description = "The quotes", body = Vec<Quote>),
        (status = 404, description = "There is no such instrument", body = ApiError)))]
pub async fn quotes(
    State(app): State<App>,
    game: Game,
    Query(query): Query<QuoteQuery>,
) -> Result<Json<Vec<Quote>>> {
    let running = app.market_of(&game).await?;
    let market = running.snapshot();
    let Some(symbols) = query.symbols else {
        return Ok(Json(market.quotes().collect()));
    };
    let symbols: Vec<&str> = symbols.split(',').map(str::trim).collect();
    if symbols.len() > SYMBOLS_MAX {
        return Err(ApiError::field("symbols", "must be at most 100").into());
    }
    let quotes = symbols
        .into_iter()
        .map(|text| quote(&market, text))
        .collect::<Result<Vec<_>>>()?;
    let asked = quotes.iter().flatten();
    let asked = asked.filter_map(|quote| market.catalogue.find(quote.symbol));
    running.look_at(asked.map(|(_, instrument)| instrument.id), app.clock.now());
    Ok(Json(quotes.into_iter().flatten().collect()))
}

fn quote(market: &Snapshot, text: &str) -> Result<Option<Quote>> {
    let symbol = symbol(text)?;
    let (_, instrument) = market
        .catalogue
        .find(symbol)
        .ok_or_else(|| unknown_symbol(symbol))?;
    let quote = market.quote(instrument.id).copied();
    Ok(quote.filter(|_| instrument.tradable))
}
