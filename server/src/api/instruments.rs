//! `/api/v1/games/{game}/instruments`: what can be traded, in a list, in detail, through time.

use axum::extract::State;
use domain::api::{ApiError, CandleView, InstrumentDetail, InstrumentRow, Page};
use domain::{Day, Symbol};
use serde::Deserialize;
use utoipa::IntoParams;

use super::extract::{Instrument, Query};
use super::paging::PageQuery;
use crate::app::{App, Game};
use crate::error::{Error, Result};
use crate::json::Json;
use crate::market::{self, Snapshot};
use crate::store::InstrumentRecord;

const PER_PAGE: u32 = 20;
const PER_PAGE_MAX: u32 = 100;
/// Characters of a search.
const QUERY_MIN: usize = 2;
const QUERY_MAX: usize = 50;
/// Days of history an answer, the last one not counted.
const CANDLE_DAYS_MAX: i32 = 365;

/// Which instruments.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct InstrumentQuery {
    /// Is looked for in symbol, name and description: 2 to 50 characters, blanks around them not
    /// counted.
    #[param(pattern = r"^\s*(\S[\s\S]{0,48}\S\s*)?$")]
    query: Option<String>,
    /// Only those of a category.
    category: Option<String>,
    /// The page, from 1; 1 by default.
    #[param(value_type = Option<i64>, minimum = 1, maximum = 4_294_967_295_u32)]
    page: Option<String>,
    /// Rows a page, 20 by default.
    #[param(value_type = Option<u32>, minimum = 1, maximum = 100)]
    per_page: Option<String>,
}

impl InstrumentQuery {
    /// The search in small letters; empty when there is none.
    fn needle(&self) -> Result<String> {
        let needle = self.query.as_deref().unwrap_or_default().trim();
        let length = needle.chars().count();
        if !needle.is_empty() && !(QUERY_MIN..=QUERY_MAX).contains(&length) {
            return Err(field("query", "must have 2 to 50 characters"));
        }
        Ok(needle.to_lowercase())
    }
}

/// The instruments by symbol.
#[utoipa::path(get, path = "/api/v1/games/{game}/instruments", tag = "Market", security(()),
    params(("game" = String, Path, example = "open"), InstrumentQuery),
    responses((status = 200, description = "A page of instruments", body = Page<InstrumentRow>)))]
pub async fn list(
    State(app): State<App>,
    _: Game,
    Query(query): Query<InstrumentQuery>,
) -> Result<Json<Page<InstrumentRow>>> {
    let needle = query.needle()?;
    let page = PageQuery {
        page: query.page,
        per_page: query.per_page,
    };
    let page = page.check(PER_PAGE, PER_PAGE_MAX)?;
    let category = query.category.filter(|category| !category.is_empty());
    let market = app.market.snapshot();
    let wanted = market.catalogue.instruments.iter().filter(|instrument| {
        let of_category = category
            .as_ref()
            .is_none_or(|category| *category == instrument.category);
        of_category && mentions(instrument, &needle)
    });
    let wanted: Vec<&InstrumentRecord> = wanted.collect();
    Ok(Json(page.cut(wanted.into_iter(), |instrument| {
        row(&market, instrument)
    })))
}

fn mentions(instrument: &InstrumentRecord, needle: &str) -> bool {
    let texts = [
        instrument.symbol.as_str(),
        &instrument.name,
        &instrument.description,
    ];
    needle.is_empty()
        || texts
            .iter()
            .any(|text| text.to_lowercase().contains(needle))
}

fn row(market: &Snapshot, instrument: &InstrumentRecord) -> InstrumentRow {
    let listing = market.listing(instrument.id);
    let quote = listing.and_then(|listing| listing.quote);
    let change = |quote: domain::Quote| quote.price.percent_since(quote.previous_close?);
    InstrumentRow {
        symbol: instrument.symbol,
        name: instrument.name.clone(),
        category: instrument.category.clone(),
        currency: instrument.currency.clone(),
        quote,
        change_percent: quote.and_then(change),
        sparkline: listing
            .map(|listing| listing.closes.to_vec())
            .unwrap_or_default(),
    }
}

/// An instrument with all that is said of it.
#[utoipa::path(get, path = "/api/v1/games/{game}/instruments/{symbol}", tag = "Market", security(()),
    params(("game" = String, Path, example = "open"), ("symbol" = Symbol, Path, example = "BOLTW")),
    responses((status = 200, description = "The instrument", body = InstrumentDetail),
        (status = 404, description = "There is no such instrument", body = ApiError)))]
pub async fn detail(instrument: Instrument) -> Result<Json<InstrumentDetail>> {
    let record = instrument.record()?;
    Ok(Json(InstrumentDetail {
        instrument: row(&instrument.market, record),
        description: record.description.clone(),
        plain_words: record.plain_words.clone(),
        fun_fact: record.fun_fact.clone(),
        news: instrument.market.news_of(record),
    }))
}

/// Which stretch of history.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct CandleQuery {
    /// The first day; a year before the last one by default.
    #[param(value_type = Option<String>, format = Date, example = "2026-01-31")]
    from: Option<Day>,
    /// The last day; the market's running day by default.
    #[param(value_type = Option<String>, format = Date, example = "2026-11-21")]
    to: Option<Day>,
}

impl CandleQuery {
    fn range(&self, today: Day) -> Result<(Day, Day)> {
        let to = self.to.unwrap_or(today);
        let from = self.from.unwrap_or(to.plus_days(-CANDLE_DAYS_MAX));
        if from > to {
            return Err(field("from", "is after the last day"));
        }
        if from < to.plus_days(-CANDLE_DAYS_MAX) {
            return Err(field("from", "is more than 365 days before the last day"));
        }
        Ok((from, to))
    }
}

fn field(name: &str, message: &str) -> Error {
    ApiError::field(name, message).into()
}

/// Daily candles, oldest first; the running day is the last one, as far as it has come.
#[utoipa::path(get, path = "/api/v1/games/{game}/instruments/{symbol}/candles", tag = "Market", security(()),
    params(("game" = String, Path, example = "open"), ("symbol" = Symbol, Path, example = "BOLTW"), CandleQuery),
    responses((status = 200, description = "At most 366 candles", body = Vec<CandleView>),
        (status = 404, description = "There is no such instrument", body = ApiError)))]
pub async fn candles(
    State(app): State<App>,
    instrument: Instrument,
    Query(query): Query<CandleQuery>,
) -> Result<Json<Vec<CandleView>>> {
    let (from, to) = query.range(instrument.market.at.day())?;
    let id = instrument.record()?.id;
    Ok(Json(
        market::candles(&*app.store, &app.market, id, from, to).await?,
    ))
}
