//! One instrument: its price, its history, what it is, and the ticket to trade it.

mod about;

use domain::Symbol;
use domain::api::{ApiError, CandleView, InstrumentDetail, InstrumentRow};
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::{use_params_map, use_query_map};

use crate::candles::{Range, year_before};
use crate::components::{
    LiveChange, LivePrice, Load, OpenTicket, OrderTicket, PriceChart, SymbolBadge,
};
use crate::live::Live;
use crate::{CurrentSession, GAME, api};
use about::{About, News};

/// The page.
#[component]
pub fn InstrumentPage() -> impl IntoView {
    let params = use_params_map();
    let symbol = Memo::new(move |_| {
        params
            .with(|params| params.get("symbol"))
            .unwrap_or_default()
    });
    // Another instrument is another page: nothing of the ticket is carried over.
    move || view! { <InstrumentOf symbol=symbol.get()/> }
}

#[component]
fn InstrumentOf(symbol: String) -> impl IntoView {
    let query = use_query_map().get_untracked();
    let range = Range::from_label(query.get("range").as_deref());
    let done = query.get("done").and_then(|key| key.parse().ok());
    // What is not a symbol has neither history nor ticket; the detail says so.
    let parsed = symbol.parse::<Symbol>().ok();
    let detail = Resource::new(
        || (),
        move |()| {
            let symbol = symbol.clone();
            async move { api::instrument(GAME, &symbol).await }
        },
    );
    let candles = Resource::new(|| (), move |()| load_candles(parsed, range));
    let ticket = Resource::new(
        || (),
        move |()| {
            let done = done.clone();
            async move {
                match parsed {
                    Some(symbol) => OpenTicket::load(symbol, done).await,
                    None => Ok(None),
                }
            }
        },
    );
    CurrentSession::get().on_player_change(move || ticket.refetch());
    view! {
        <Load resource=detail let:detail>
            <Instrument detail candles ticket range/>
        </Load>
    }
}

/// The candles of a range: two years are two answers of the server.
async fn load_candles(symbol: Option<Symbol>, range: Range) -> Result<Vec<CandleView>, ApiError> {
    let Some(symbol) = symbol else {
        return Ok(Vec::new());
    };
    let latest = api::candles(GAME, symbol, None, None).await?;
    match year_before(&latest).filter(|_| range == Range::TwoYears) {
        Some((from, to)) => {
            let mut candles = api::candles(GAME, symbol, Some(from), Some(to)).await?;
            candles.extend(latest);
            Ok(candles)
        }
        None => Ok(latest),
    }
}

#[component]
fn Instrument(
    detail: InstrumentDetail,
    candles: Resource<Result<Vec<CandleView>, ApiError>>,
    ticket: Resource<Result<Option<OpenTicket>, ApiError>>,
    range: Range,
) -> impl IntoView {
    let row = detail.instrument.clone();
    let quote = Live::get().newest(row.symbol, row.quote);
    let symbol = row.symbol;
    view! {
        <Title text=row.name.clone()/>
        <article class="instrument">
            <Head row=row.clone()/>
            <div class="instrument-chart card">
                <Load resource=candles fallback=ChartPlace let:candles>
                    <PriceChart symbol loaded=candles range quote/>
                </Load>
            </div>
            <div class="instrument-side">
                <OrderTicket instrument=row ticket/>
            </div>
            <div class="instrument-words">
                <About detail=detail.clone()/>
                <News news=detail.news/>
            </div>
        </article>
    }
}

/// Keeps the chart's place until it is there.
#[component]
fn ChartPlace() -> impl IntoView {
    view! { <div class="chart-place skeleton"></div> }
}

#[component]
fn Head(row: InstrumentRow) -> impl IntoView {
    let InstrumentRow {
        symbol,
        name,
        category,
        quote,
        currency,
        ..
    } = row;
    let market = format!("/market?category={category}");
    let stale = Live::get().newest(symbol, quote);
    view! {
        <header class="instrument-head">
            <SymbolBadge symbol category=category.clone()/>
            <div class="instrument-title">
                <h1>{name}</h1>
                <p class="soft">{symbol.to_string()}" · "<a href=market>{category}</a>" · "{currency}</p>
            </div>
            <p class="instrument-price">
                <span class="visually-hidden">"Price now: "</span>
                <LivePrice symbol loaded=quote/>
                <span class="visually-hidden">" today: "</span>
                <LiveChange symbol loaded=quote/>
                {move || stale.get().is_some_and(|quote| quote.stale).then(|| view! { <span class="stale">"last known price"</span> })}
            </p>
        </header>
    }
}
