//! `/api/v1/games/{game}/holdings`: what an account holds, valued.

use axum::extract::State;
use domain::api::{HoldingView, Page};

use super::extract::{InGame, Query};
use super::paging::{PER_PAGE_MAX, PageQuery};
use crate::app::App;
use crate::error::{Error, Result};
use crate::json::Json;
use crate::market::Snapshot;
use crate::store::PositionRecord;

const PER_PAGE: u32 = 50;

/// The player's positions with shares, by cost, largest first.
#[utoipa::path(get, path = "/api/v1/games/{game}/holdings", tag = "Trading",
    params(("game" = String, Path, example = "open"), PageQuery),
    responses((status = 200, description = "A page of holdings", body = Page<HoldingView>)))]
pub async fn holdings(
    State(app): State<App>,
    InGame { account, .. }: InGame,
    Query(query): Query<PageQuery>,
) -> Result<Json<Page<HoldingView>>> {
    let page = query.check(PER_PAGE, PER_PAGE_MAX)?;
    let portfolio = app.portfolios.find(account).await?;
    let market = app.market.snapshot();
    let holdings = portfolio
        .iter()
        .flat_map(|portfolio| portfolio.positions.iter())
        .map(|row| value(&app, &market, row))
        .collect::<Result<Vec<_>>>()?;
    Ok(Json(page.cut(holdings.into_iter(), |holding| holding)))
}

/// Values a position at the market's quote.
///
/// # Errors
/// When the position is of an instrument that nobody knows.
pub fn value(app: &App, market: &Snapshot, row: &PositionRecord) -> Result<HoldingView> {
    let instrument = app.instrument(row.instrument);
    let instrument = instrument.ok_or_else(|| {
        Error::internal(format_args!(
            "a position is of no instrument: {}",
            row.instrument
        ))
    })?;
    let quote = market.quote(row.instrument).copied();
    let (symbol, name, category) = (instrument.symbol, &instrument.name, &instrument.category);
    Ok(HoldingView::new(
        symbol,
        name,
        category,
        &row.position,
        quote,
    ))
}
