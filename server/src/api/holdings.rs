//! `/api/v1/games/{game}/holdings`: what an account holds, valued.

use axum::extract::State;
use domain::api::{HoldingView, Page};

use super::extract::{InGame, Query};
use super::paging::{PER_PAGE_MAX, PageQuery};
use crate::app::App;
use crate::error::{Error, Result};
use crate::json::Json;
use crate::market::{Catalogue, Snapshot};
use crate::store::PositionRecord;

const PER_PAGE: u32 = 50;

/// The player's positions with shares, by cost, largest first.
#[utoipa::path(get, path = "/api/v1/games/{game}/holdings", tag = "Trading",
    params(("game" = String, Path, example = "open"), PageQuery),
    responses((status = 200, description = "A page of holdings", body = Page<HoldingView>)))]
pub async fn holdings(
    State(app): State<App>,
    InGame { game, account }: InGame,
    Query(query): Query<PageQuery>,
) -> Result<Json<Page<HoldingView>>> {
    let page = query.check(PER_PAGE, PER_PAGE_MAX)?;
    let portfolio = app.portfolios.find(account).await?;
    let running = app.market_of(&game).await?;
    let market = running.snapshot();
    let held = portfolio
        .iter()
        .flat_map(|portfolio| portfolio.positions.iter());
    running.look_at(held.map(|row| row.instrument), app.clock.now());
    let instruments = app.markets.instruments();
    let holdings = portfolio
        .iter()
        .flat_map(|portfolio| portfolio.positions.iter())
        .map(|row| value(&instruments, &market, row))
        .collect::<Result<Vec<_>>>()?;
    Ok(Json(page.cut(holdings.into_iter(), |holding| holding)))
}

/// Values a position at the market's quote.
///
/// # Errors
/// When the position is of an instrument that nobody knows.
pub fn value(
    instruments: &Catalogue,
    market: &Snapshot,
    row: &PositionRecord,
) -> Result<HoldingView> {
    let found = instruments.find_by_id(row.instrument);
    let (_, instrument) = found.ok_or_else(|| {
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
