//! `/api/v1/games/{game}/taxes`: what the player has paid of taxes, and what comes back.

use axum::extract::State;
use domain::Day;
use domain::api::{ApiError, TaxYearView, TaxesView};
use domain::tax::{TaxBook, final_year, settlement_day};

use super::extract::InGame;
use crate::app::App;
use crate::error::Result;
use crate::json::Json;
use crate::taxes::{Stretch, book};

/// Entries of a ledger that an answer adds up.
const ENTRIES_MAX: u32 = 20_000;
/// Years that an answer has.
const YEARS_MAX: usize = 50;

/// The taxes of the player's account, year by year of the game's market. A sale with a gain pays at
/// once; what a year has paid too much comes back on 31 January of the next one, or when the game ends.
#[utoipa::path(get, path = "/api/v1/games/{game}/taxes", tag = "Trading",
    params(("game" = String, Path, example = "open")),
    responses((status = 200, description = "The rates, and the years with sales, latest first", body = TaxesView),
        (status = 404, description = "The player has no account in this game", body = ApiError)))]
pub async fn tell(
    State(app): State<App>,
    InGame { game, account }: InGame,
) -> Result<Json<TaxesView>> {
    let market = app.market_of(&game).await?;
    let today = market.snapshot().at.day();
    let Some(taxes) = game.rules.taxes else {
        return Ok(Json(TaxesView {
            taxes: None,
            today,
            years: Vec::new(),
            is_complete: true,
        }));
    };
    let stretch = Stretch {
        before: None,
        entries_max: Some(ENTRIES_MAX),
    };
    let paces = market.paces(&*app.store, game.record.market).await?;
    let book = book(&*app.store, &paces, account, taxes, stretch).await?;
    let is_over = game.rules.is_over_at(app.clock.now());
    Ok(Json(TaxesView {
        taxes: Some(taxes),
        today,
        is_complete: book.is_some(),
        years: book.map_or_else(Vec::new, |book| years(&book, today, is_over)),
    }))
}

fn years(book: &TaxBook, today: Day, is_over: bool) -> Vec<TaxYearView> {
    let this_year = today.calendar().0;
    let earlier = book.years().rev().filter(|year| *year != this_year);
    let years = std::iter::once(this_year).chain(earlier).take(YEARS_MAX);
    let view = |year: i32| {
        let sums = book.year(year)?;
        Some(TaxYearView {
            year,
            settles_on: settlement_day(year),
            is_final: is_over || year <= final_year(today),
            sums,
            to_return: sums.to_return(),
        })
    };
    years.filter_map(view).collect()
}
