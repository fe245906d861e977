//! One instrument: its price, its history, its description, and the ticket to trade it.

#[cfg(feature = "ssr")]
mod about;
#[cfg(feature = "ssr")]
mod actions;
#[cfg(feature = "ssr")]
mod compare;
#[cfg(feature = "ssr")]
mod figures;
mod words;

use domain::api::{ApiError, CandleView, InstrumentRow, LeavingView, LiveView};
use domain::{Price, Quote, Symbol};
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::{use_params_map, use_query_map};
use serde::{Deserialize, Serialize};

use crate::candles::Range;
use crate::components::{
    LiveChange, LiveNote, LivePrice, Load, OpenTicket, OrderTicket, OwnZone, PriceChart,
};
use crate::language::Texts;
use crate::live::Live;
use crate::{CurrentGame, CurrentSession, address, api, format, paths};
use words::Words;

/// What the page in the browser knows of the instrument. Everything else is only told in [`Words`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Shown {
    instrument: InstrumentRow,
    leaving: Option<LeavingView>,
    live: Option<LiveView>,
}

/// The page.
#[component]
pub fn InstrumentPage() -> impl IntoView {
    let params = use_params_map();
    let symbol = Memo::new(move |_| {
        params
            .with(|params| params.get("symbol"))
            .unwrap_or_default()
    });
    // A different instrument is a different page: nothing of the ticket is carried over.
    move || view! { <InstrumentOf symbol=symbol.get()/> }
}

#[component]
fn InstrumentOf(symbol: String) -> impl IntoView {
    let query = use_query_map().get_untracked();
    let range = Range::from_label(query.get("range").as_deref());
    #[cfg(feature = "ssr")]
    let compared = query.get("compare").unwrap_or_default();
    let done = query.get("done").and_then(|key| key.parse().ok());
    // An invalid symbol has neither history nor ticket; the detail reports it.
    let parsed = symbol.parse::<Symbol>().ok();
    let game = CurrentGame::get();
    #[cfg(feature = "ssr")]
    let told = words::Told::provide();
    let shown = Resource::new(
        || (),
        move |()| {
            let symbol = symbol.clone();
            #[cfg(feature = "ssr")]
            let (told, compared) = (told.clone(), compared.clone());
            async move {
                #[cfg(feature = "ssr")]
                {
                    told.load((game, &symbol), compared, range).await
                }
                #[cfg(not(feature = "ssr"))]
                {
                    api::instrument(&game.slug(), &symbol).await
                }
            }
        },
    );
    #[cfg(feature = "ssr")]
    let marks = crate::components::PageMarks::provide();
    let candles = Resource::new(
        || (),
        move |()| {
            #[cfg(feature = "ssr")]
            let marks = marks.clone();
            async move {
                #[cfg(feature = "ssr")]
                marks.load(game, parsed).await;
                load_candles(game, parsed, range).await
            }
        },
    );
    let ticket = Resource::new(
        || (),
        move |()| {
            let done = done.clone();
            async move {
                match parsed {
                    Some(symbol) => OpenTicket::load(game, symbol, done).await,
                    None => Ok(None),
                }
            }
        },
    );
    CurrentSession::get().on_player_change(move || ticket.refetch());
    view! {
        <Load resource=shown let:shown>
            <Instrument shown candles ticket range/>
        </Load>
    }
}

async fn load_candles(
    game: CurrentGame,
    symbol: Option<Symbol>,
    range: Range,
) -> Result<Vec<CandleView>, ApiError> {
    match symbol {
        Some(symbol) => api::history(&game.slug(), symbol, range.as_str()).await,
        None => Ok(Vec::new()),
    }
}

#[component]
fn Instrument(
    shown: Shown,
    candles: Resource<Result<Vec<CandleView>, ApiError>>,
    ticket: Resource<Result<Option<OpenTicket>, ApiError>>,
    range: Range,
) -> impl IntoView {
    let texts = Texts::get();
    let Shown {
        instrument: row,
        leaving,
        live,
    } = shown;
    let quote = Live::get().newest(row.symbol, row.quote);
    let symbol = row.symbol;
    let left = leaving.as_ref().is_some_and(|leaving| leaving.left);
    let notice = leaving.map(|leaving| leaving.notice);
    // The price in the ticket that a limit or a stop waits for.
    let line = RwSignal::new(None::<Price>);
    let average = Signal::derive(move || {
        let ticket = ticket.get()?.ok()??;
        ticket.average_cost()
    });
    view! {
        <Title text=row.name.clone()/>
        <article class="instrument">
            <Head row=row.clone() live notice/>
            <div class="instrument-chart card">
                <Load resource=candles fallback=ChartPlace part=texts.instrument_the_chart() let:candles>
                    <PriceChart symbol loaded=candles range quote line average/>
                </Load>
            </div>
            <div class="instrument-side">
                {(!left).then(|| view! { <OrderTicket instrument=row ticket line/> })}
            </div>
            <Words symbol/>
        </article>
    }
}

/// Reserves the chart's space until it is loaded.
#[component]
fn ChartPlace() -> impl IntoView {
    view! { <div class="chart-place skeleton"></div> }
}

#[component]
fn Head(row: InstrumentRow, live: Option<LiveView>, notice: Option<String>) -> impl IntoView {
    let texts = Texts::get();
    let InstrumentRow {
        symbol,
        name,
        category,
        quote,
        currency,
        ..
    } = row;
    let market = format!(
        "{}?category={}",
        paths::market(CurrentGame::get()),
        address::encode(&category)
    );
    let alerts = format!("{}?symbol={symbol}", paths::alerts(CurrentGame::get()));
    let stale = Live::get().newest(symbol, quote);
    let zone = OwnZone::get();
    let closed = live.as_ref().is_some_and(|live| !live.open);
    let standing = if closed {
        texts.instrument_closed()
    } else {
        texts.instrument_last_known()
    };
    view! {
        <header class="instrument-head">
            <span class="logo" aria-hidden="true" inner_html=domain::logo_svg(symbol, &category)></span>
            <div class="instrument-title">
                <h1>{name}</h1>
                <p class="soft">{symbol.to_string()}" · "<a href=market>{texts.category(category)}</a>" · "{currency}" · "<a href=alerts>{texts.instrument_alert()}</a>" · "<a href=paths::watch(CurrentGame::get(), symbol)>{texts.instrument_watch()}</a></p>
            </div>
            <p class="instrument-price">
                <span class="visually-hidden">{texts.instrument_price_now()}" "</span>
                <LivePrice symbol loaded=quote/>
                <span class="visually-hidden">" "{texts.instrument_today()}" "</span>
                <LiveChange symbol loaded=quote/>
                {move || stale.get().is_some_and(|quote| quote.stale).then(|| view! { <span class="stale">{standing}</span> })}
                {move || stale.get().and_then(|quote| quote.halted_until).map(|until| view! { <span class="stale" data-testid="halted">{texts.instrument_paused(zone.date_time(until))}</span> })}
            </p>
            {move || stale.get().and_then(foreign_price).map(|told| view! { <p class="instrument-foreign soft" data-testid="foreign-price">{told}</p> })}
            {live.map(|live| view! { <LiveNote live quote=stale/> })}
            {notice.map(|notice| view! { <p class="leaving" data-testid="leaving">{notice}</p> })}
        </header>
    }
}

/// What an instrument costs where it trades, and what changing the money costs; none for one in the game's
/// currency.
fn foreign_price(quote: Quote) -> Option<String> {
    let foreign = quote.foreign?;
    let (units, worth) = foreign.in_units();
    let currency = foreign.currency;
    let local = format::points(foreign.local_price(quote.price)?);
    Some(Texts::get().instrument_foreign(
        format!("{local} {currency}"),
        format!("{units} {currency}"),
        format::exact_price(worth),
        format::rate(domain::CONVERSION_BPS),
    ))
}
