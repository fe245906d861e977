//! `/api/v1/games/{game}/instruments`: what can be traded, in a list, in detail, through time.

use std::cmp::Reverse;

use axum::extract::State;
use domain::api::{ActionView, ApiError, CandleView, InstrumentDetail, InstrumentRow, Page};
use domain::{Day, Percent, Symbol};
use serde::Deserialize;
use utoipa::IntoParams;

use super::extract::{Instrument, Query, symbol};
use super::paging::PageQuery;
use crate::app::{App, Game};
use crate::error::{Error, Result};
use crate::json::Json;
use crate::market::{HistoryRange, Resolution, Snapshot, Stretch, change};
use crate::store::InstrumentRecord;

const PER_PAGE: u32 = 20;
const PER_PAGE_MAX: u32 = 100;
/// Characters of a search.
const QUERY_MIN: usize = 2;
const QUERY_MAX: usize = 50;
/// Maximum dividends and splits in a detail.
const ACTIONS_MAX: usize = 40;
/// Maximum symbols per request.
const SYMBOLS_MAX: usize = 100;
/// Days of history in an answer unless asked otherwise, not counting the last one.
const CANDLE_DAYS: i32 = 365;

/// Which instruments.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct InstrumentQuery {
    /// Text to find in symbol, name, descriptions and category: 2 to 50 characters, not counting
    /// surrounding blanks.
    #[param(pattern = r"^\s*(\S[\s\S]{0,48}\S\s*)?$")]
    query: Option<String>,
    /// Only those of a category.
    category: Option<String>,
    /// Only these, in the given order, without those that do not exist: symbols separated by commas, at
    /// most 100.
    #[param(pattern = "^[A-Z0-9][A-Z0-9.-]{0,7}(,[A-Z0-9][A-Z0-9.-]{0,7}){0,99}$")]
    symbols: Option<String>,
    /// The order; `relevance` by default.
    #[param(value_type = Option<Sort>, inline)]
    sort: Option<Sort>,
    /// The page, from 1; 1 by default.
    #[param(value_type = Option<i64>, minimum = 1, maximum = 4_294_967_295_u32)]
    page: Option<String>,
    /// Rows per page, 20 by default.
    #[param(value_type = Option<u32>, minimum = 1, maximum = 100)]
    per_page: Option<String>,
}

impl InstrumentQuery {
    /// The search; empty when there is none.
    fn needle(&self) -> Result<String> {
        let needle = self.query.as_deref().unwrap_or_default().trim();
        let length = needle.chars().count();
        if !needle.is_empty() && !(QUERY_MIN..=QUERY_MAX).contains(&length) {
            return Err(field("query", "must have 2 to 50 characters"));
        }
        Ok(needle.to_owned())
    }
}

/// The tradable instruments, by symbol. A search also finds those that have left the market, best match
/// first. Another order can be requested. A search tolerates typos, but each of its words must be found.
#[utoipa::path(get, path = "/api/v1/games/{game}/instruments", tag = "Market", security(()),
    params(("game" = String, Path, example = "open"), InstrumentQuery),
    responses((status = 200, description = "A page of instruments", body = Page<InstrumentRow>)))]
pub async fn list(
    State(app): State<App>,
    game: Game,
    Query(query): Query<InstrumentQuery>,
) -> Result<Json<Page<InstrumentRow>>> {
    let needle = query.needle()?;
    let page = PageQuery {
        page: query.page,
        per_page: query.per_page,
    };
    let page = page.check(PER_PAGE, PER_PAGE_MAX)?;
    let category = query.category.filter(|category| !category.is_empty());
    let running = app.market_of(&game).await?;
    let market = running.snapshot();
    let all = &market.catalogue.instruments;
    let found: Vec<&InstrumentRecord> = if let Some(symbols) = query.symbols.as_deref() {
        listed(&market, symbols)?
    } else if needle.is_empty() {
        all.iter().filter(|one| one.tradable).collect()
    } else {
        let places = market.catalogue.search(&needle).into_iter();
        places.filter_map(|place| all.get(place)).collect()
    };
    let of_category = |one: &&InstrumentRecord| {
        category
            .as_ref()
            .is_none_or(|category| *category == one.category)
    };
    let mut wanted: Vec<&InstrumentRecord> = found.into_iter().filter(of_category).collect();
    let sort = query.sort.unwrap_or(Sort::Relevance);
    sort.sort(&market, &mut wanted);
    let now = app.clock.now();
    Ok(Json(page.cut(wanted.into_iter(), |instrument| {
        running.look_at([instrument.id], now);
        market.row(instrument)
    })))
}

/// The instruments of a list of symbols.
fn listed<'a>(market: &'a Snapshot, symbols: &str) -> Result<Vec<&'a InstrumentRecord>> {
    let symbols: Vec<&str> = symbols.split(',').map(str::trim).collect();
    if symbols.len() > SYMBOLS_MAX {
        return Err(field("symbols", "must be at most 100"));
    }
    let mut found = Vec::with_capacity(symbols.len());
    for text in symbols {
        found.extend(
            market
                .catalogue
                .find(symbol(text)?)
                .map(|(_, record)| record),
        );
    }
    Ok(found)
}

/// How a list is sorted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum Sort {
    /// By symbol.
    Symbol,
    /// Best match first; by symbol without a search.
    Relevance,
    /// The largest change of today, up or down, first.
    Movers,
    /// By name.
    Name,
    /// The cheapest first.
    Price,
    /// What rose most today first.
    Change,
}

impl Sort {
    /// Sorts instruments that come by relevance or symbol; those that are equal stay as they were.
    fn sort(self, market: &Snapshot, rows: &mut [&InstrumentRecord]) {
        let quote = |one: &InstrumentRecord| market.quote(one.id).copied();
        let change = |one: &InstrumentRecord| quote(one).as_ref().and_then(change);
        match self {
            Self::Symbol => rows.sort_by_key(|one| one.symbol),
            Self::Relevance => {}
            Self::Movers => {
                rows.sort_by_cached_key(|one| Reverse(change(one).map(Percent::magnitude)));
            }
            Self::Name => rows.sort_by_cached_key(|one| one.name.to_lowercase()),
            Self::Price => rows.sort_by_cached_key(|one| {
                let price = quote(one).map(|quote| quote.price);
                // What has no price comes last.
                (price.is_none(), price)
            }),
            Self::Change => rows.sort_by_cached_key(|one| Reverse(change(one))),
        }
    }
}

/// An instrument in detail.
#[utoipa::path(get, path = "/api/v1/games/{game}/instruments/{symbol}", tag = "Market", security(()),
    params(("game" = String, Path, example = "open"), ("symbol" = Symbol, Path, example = "BOLTW")),
    responses((status = 200, description = "The instrument", body = InstrumentDetail),
        (status = 404, description = "There is no such instrument", body = ApiError)))]
pub async fn detail(
    State(app): State<App>,
    instrument: Instrument,
) -> Result<Json<InstrumentDetail>> {
    let record = instrument.record()?;
    let actions = instrument.market.actions(record.id).await;
    let actions = actions.map_err(Error::internal)?;
    Ok(Json(InstrumentDetail {
        instrument: instrument.snapshot.row(record),
        description: record.description.clone(),
        plain_words: record.plain_words.clone(),
        fun_fact: record.fun_fact.clone(),
        news: instrument.snapshot.news_of(record),
        actions: actions
            .into_iter()
            .take(ACTIONS_MAX)
            .map(ActionView::from)
            .collect(),
        leaving: instrument.market.leaving(record.id),
        earnings: instrument.market.earnings(record.id),
        figures: instrument
            .snapshot
            .catalogue
            .figures
            .get(&record.symbol)
            .cloned(),
        live: super::overview::live(&instrument.market, app.clock.now()),
    }))
}

/// Which stretch of history.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct CandleQuery {
    /// The first day; a year before the last one by default, or as far back as the resolution goes.
    #[param(value_type = Option<String>, format = Date, example = "2026-01-31")]
    from: Option<Day>,
    /// The last day; the market's current day by default.
    #[param(value_type = Option<String>, format = Date, example = "2026-11-21")]
    to: Option<Day>,
    /// How long a candle is; a day by default. `minute` goes with at most 6 days, `hour` and `day` with at
    /// most 366, `week` with at most 10,000, `month` and `auto` with at most a century. Within days, a live
    /// market has only the minutes and hours in which it was told a price, by the clock of its exchange.
    #[param(value_type = Option<Resolution>, inline)]
    resolution: Option<Resolution>,
    /// How far back to look, instead of days. It determines the length of a candle: `1d` gives five-minute
    /// candles, `1w` half-hour ones, `1m` and `1y` daily ones, `all` weekly or monthly ones.
    #[param(value_type = Option<HistoryRange>, inline)]
    range: Option<HistoryRange>,
    /// Whether prices from before a split are in the shares of today, which is the default, or as they
    /// were traded.
    #[param(value_type = Option<bool>)]
    adjusted: Option<String>,
}

impl CandleQuery {
    fn stretch(&self, today: Day, adjusted: bool) -> Result<Stretch> {
        let resolution = self.resolution.unwrap_or(Resolution::Day);
        let days_max = resolution.days_max();
        let to = self.to.unwrap_or(today);
        let back = days_max.min(CANDLE_DAYS);
        let from = self.from.unwrap_or(to.plus_days(-back));
        if from > to {
            return Err(field("from", "is after the last day"));
        }
        if from < to.plus_days(-days_max) {
            let message = format!("is more than {days_max} days before the last day");
            return Err(field("from", &message));
        }
        Ok(Stretch {
            from,
            to,
            resolution,
            adjusted,
        })
    }
}

fn field(name: &str, message: &str) -> Error {
    ApiError::field(name, message).into()
}

/// Candles, oldest first; the last one is the current one so far. Either from one day to another, daily or
/// of another resolution, or of the length that fits a range.
#[utoipa::path(get, path = "/api/v1/games/{game}/instruments/{symbol}/candles", tag = "Market", security(()),
    params(("game" = String, Path, example = "open"), ("symbol" = Symbol, Path, example = "BOLTW"), CandleQuery),
    responses((status = 200, description = "At most 10,000 candles", body = Vec<CandleView>),
        (status = 404, description = "There is no such instrument", body = ApiError)))]
pub async fn candles(
    instrument: Instrument,
    Query(query): Query<CandleQuery>,
) -> Result<Json<Vec<CandleView>>> {
    let market = &instrument.market;
    let adjusted = match query.adjusted.as_deref() {
        None | Some("true") => true,
        Some("false") => false,
        Some(_) => return Err(field("adjusted", "must be true or false")),
    };
    let id = instrument.record()?.id;
    if let Some(range) = query.range {
        let days = query.from.is_some() || query.to.is_some();
        if days || query.resolution.is_some() || !adjusted {
            let message = "goes without days and resolution, and is always adjusted";
            return Err(field("range", message));
        }
        let history = market.history(id, range).await;
        return history.map(Json).map_err(Error::internal);
    }
    let stretch = query.stretch(instrument.snapshot.at.day(), adjusted)?;
    let candles = market.stretch(id, &stretch).await;
    candles.map(Json).map_err(Error::internal)
}
