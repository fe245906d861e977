//! The chart of an instrument: drawn on the server as a plain picture, and in the page by a chart
//! library that follows the market.

#[cfg(feature = "client")]
mod chunk;
#[cfg(feature = "client")]
mod drawing;
#[cfg(feature = "client")]
mod library;
#[cfg(feature = "client")]
mod look;
#[cfg(any(feature = "client", feature = "ssr"))]
mod marks;

#[cfg(feature = "ssr")]
pub use marks::PageMarks;

use domain::api::CandleView;
use domain::{Price, Quote, Symbol};
use leptos::html;
use leptos::prelude::*;

use crate::candles::{Range, period_ends, running, span};
use crate::language::Texts;
use crate::{CurrentGame, format, paths, picture};

const WIDTH: i64 = 1_000;
const HEIGHT: i64 = 360;

/// How prices are drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Closes, as a line with an area under it.
    Area,
    /// Open, high, low and close of each day.
    Candles,
}

/// What the chart shows.
#[derive(Debug, Clone, Copy)]
struct Chart {
    game: CurrentGame,
    symbol: Symbol,
    candles: RwSignal<Vec<CandleView>>,
    range: RwSignal<Range>,
    kind: RwSignal<Kind>,
    /// The latest candle, so far.
    running: Memo<Option<CandleView>>,
    /// The first second of the candle under the pointer.
    pointed: RwSignal<Option<i64>>,
    /// Whether the library has taken over from the picture.
    drawn: RwSignal<bool>,
    /// A price that an order in the ticket waits for.
    line: RwSignal<Option<Price>>,
    /// What the player's shares cost on average.
    average: Signal<Option<Price>>,
    /// What these two prices are called.
    #[cfg_attr(
        not(feature = "client"),
        expect(dead_code, reason = "only the browser draws")
    )]
    titles: [&'static str; 2],
}

/// The chart, its controls, and what it says in words and as a table.
#[component]
pub fn PriceChart(
    symbol: Symbol,
    /// The candles of the range, oldest first.
    loaded: Vec<CandleView>,
    /// The range shown at first.
    range: Range,
    /// The newest quote.
    #[prop(into)]
    quote: Signal<Option<Quote>>,
    /// A price that is drawn as a line.
    line: RwSignal<Option<Price>>,
    /// What the player's shares cost on average, drawn as another line.
    #[prop(into)]
    average: Signal<Option<Price>>,
) -> impl IntoView {
    let candles = RwSignal::new(loaded);
    let range = RwSignal::new(range);
    let texts = Texts::get();
    let chart = Chart {
        titles: [
            texts.instrument_your_price(),
            texts.instrument_your_average(),
        ],
        game: CurrentGame::get(),
        symbol,
        candles,
        range,
        kind: RwSignal::new(Kind::Area),
        running: Memo::new(move |_| {
            quote.get().and_then(|quote| {
                candles.with(|candles| running(candles, &quote, range.get().candle_seconds()))
            })
        }),
        pointed: RwSignal::new(None),
        drawn: RwSignal::new(false),
        line,
        average,
    };
    let canvas = NodeRef::<html::Div>::new();
    #[cfg(feature = "client")]
    chunk::draw(chart, canvas);
    view! {
        <figure class="chart" aria-label=texts.instrument_history()>
            <div class="chart-head">
                <Legend chart/>
                <Controls chart/>
            </div>
            <div class="chart-box">
                <Picture chart/>
                <div class="chart-canvas" node_ref=canvas aria-hidden="true" data-testid="chart"></div>
            </div>
            <figcaption>
                <InWords chart/>
                <AsTable chart/>
                <Marks chart/>
                <p class="chart-credit">
                    {texts.instrument_credit()}" "
                    <a href="https://www.tradingview.com/" rel="noopener" target="_blank">
                        "TradingView Lightweight Charts™"
                        <span class="visually-hidden">" "{texts.instrument_new_tab()}</span>
                    </a>
                </p>
            </figcaption>
        </figure>
    }
}

/// The day under the pointer, or the latest, in numbers.
#[component]
fn Legend(chart: Chart) -> impl IntoView {
    let texts = Texts::get();
    let shown = move || {
        let at = chart.pointed.get();
        let running = chart.running.get();
        chart.candles.with(|candles| match at {
            Some(at)
                if running
                    .as_ref()
                    .is_none_or(|running| running.at.seconds() != at) =>
            {
                candles
                    .binary_search_by_key(&at, |candle| candle.at.seconds())
                    .ok()
                    .and_then(|i| candles.get(i).cloned())
            }
            _ => running.or_else(|| candles.last().cloned()),
        })
    };
    move || {
        shown().map(|candle| {
            let rest = match chart.kind.get() {
                Kind::Area => String::new(),
                Kind::Candles => texts.instrument_candle(
                    format::price(candle.open),
                    format::price(candle.high),
                    format::price(candle.low),
                ),
            };
            view! {
                <p class="chart-legend">
                    <span class="soft">{when(chart.range.get(), &candle)}</span>
                    <strong class="figure">{format::price(candle.close)}</strong>
                    <span class="soft chart-legend-rest">" "{rest}</span>
                </p>
            }
        })
    }
}

#[component]
fn Controls(chart: Chart) -> impl IntoView {
    let texts = Texts::get();
    let kind = move |kind: Kind, label: &'static str| {
        view! {
            <button
                type="button"
                class="segment"
                aria-pressed=move || (chart.kind.get() == kind).to_string()
                on:click=move |_| chart.kind.set(kind)
            >
                {label}
            </button>
        }
    };
    view! {
        <div class="chart-controls">
            <div class="segments needs-script" role="group" aria-label=texts.instrument_how_drawn()>
                {kind(Kind::Area, texts.instrument_line())} {kind(Kind::Candles, texts.instrument_candles())}
            </div>
            <div class="segments" role="group" aria-label=texts.instrument_how_far()>
                {Range::EACH.map(|range| view! { <RangeLink chart range/> })}
            </div>
        </div>
    }
}

/// A link, so that ranges work without script too; with script the page is not reloaded.
#[component]
fn RangeLink(chart: Chart, range: Range) -> impl IntoView {
    let address = format!(
        "{}?range={}",
        paths::instrument(chart.game, chart.symbol),
        range.as_str()
    );
    let choose = move |event: leptos::ev::MouseEvent| {
        event.prevent_default();
        chart.load(range);
    };
    view! {
        <a
            class="segment"
            href=address
            rel="nofollow"
            aria-current=move || (chart.range.get() == range).then_some("true")
            on:click=choose
        >
            <span aria-hidden="true">{range.label()}</span>
            <span class="visually-hidden">{range.spoken()}</span>
        </a>
    }
}

impl Chart {
    /// Shows another range as soon as its candles have loaded.
    fn load(self, range: Range) {
        leptos::task::spawn_local(async move {
            // Without a response the chart keeps showing what it has.
            let slug = self.game.slug();
            let answer = crate::api::history(&slug, self.symbol, range.as_str());
            if let Ok(loaded) = answer.await {
                batch(|| {
                    _ = self.range.try_set(range);
                    _ = self.candles.try_set(loaded);
                });
            }
        });
    }
}

/// Identifies a candle: by its day, and its time if a day has many.
fn when(range: Range, candle: &CandleView) -> String {
    if range.is_within_days() {
        format::date_time(candle.at)
    } else {
        format::date(candle.at)
    }
}

/// The fallback until the library draws, and where it never does.
#[component]
fn Picture(chart: Chart) -> impl IntoView {
    let line = Memo::new(move |_| {
        let closes: Vec<_> = chart
            .candles
            .with(|candles| candles.iter().map(|candle| candle.close).collect());
        picture::line_points(&closes, WIDTH, HEIGHT)
    });
    view! {
        <svg
            class="chart-picture"
            class:chart-picture-done=chart.drawn
            viewBox=format!("0 -10 {WIDTH} {}", HEIGHT + 20)
            preserveAspectRatio="none"
            aria-hidden="true"
            focusable="false"
        >
            <polygon points=move || picture::area_points(&line.get(), WIDTH, HEIGHT)></polygon>
            <polyline points=move || line.get()></polyline>
        </svg>
    }
}

#[component]
fn InWords(chart: Chart) -> impl IntoView {
    let texts = Texts::get();
    let words = move || {
        let range = chart.range.get();
        chart.candles.with(|candles| {
            let span = span(candles)?;
            let (first, last) = (span.first.close, span.last.close);
            let change = last
                .percent_since(first)
                .map(format::signed_percent)
                .unwrap_or_default();
            let moved = texts.instrument_in_words(
                format::price(first),
                when(range, span.first),
                format::price(last),
                when(range, span.last),
                change,
            );
            let extremes = texts.instrument_extremes(
                format::price(span.highest.high),
                when(range, span.highest),
                format::price(span.lowest.low),
                when(range, span.lowest),
            );
            Some(format!("{moved} {extremes}"))
        })
    };
    let line = move || {
        let price = chart.line.get()?;
        Some(format!(
            " {}",
            texts.instrument_dashed(format::price(price))
        ))
    };
    let average = move || {
        let price = chart.average.get()?;
        Some(format!(
            " {}",
            texts.instrument_average(format::price(price))
        ))
    };
    view! { <p class="chart-words">{move || words().unwrap_or_else(|| texts.instrument_no_earlier().to_owned())}{line}{average}</p> }
}

#[component]
fn AsTable(chart: Chart) -> impl IntoView {
    let texts = Texts::get();
    let rows = move || {
        let range = chart.range.get();
        let row = |candle: &CandleView| {
            view! {
                <tr>
                    <th scope="row">{when(range, candle)}</th>
                    <td class="numeric">{format::price(candle.close)}</td>
                </tr>
            }
        };
        chart.candles.with(|candles| {
            period_ends(candles, range)
                .into_iter()
                .map(row)
                .collect_view()
        })
    };
    view! {
        <details class="chart-table">
            <summary>{texts.instrument_as_table()}</summary>
            <table>
                <caption>{move || match chart.range.get() {
                    Range::Day => texts.instrument_each_hour(),
                    Range::Week | Range::Month => texts.instrument_each_day(),
                    Range::Year | Range::All => texts.instrument_each_month(),
                }}</caption>
                <thead>
                    <tr>
                        <th scope="col">{texts.instrument_day()}</th>
                        <th scope="col" class="numeric">{texts.instrument_price()}</th>
                    </tr>
                </thead>
                <tbody>{rows}</tbody>
            </table>
        </details>
    }
}

/// The marks on the chart, in words. The server writes them into the page; in the browser the drawing code
/// keeps them up to date.
#[component]
fn Marks(chart: Chart) -> impl IntoView {
    #[cfg(feature = "ssr")]
    {
        let html = chart
            .candles
            .with_untracked(|candles| PageMarks::html(candles, chart.range.get_untracked()));
        view! { <div class="chart-marks" inner_html=html></div> }
    }
    #[cfg(not(feature = "ssr"))]
    {
        _ = chart;
        view! { <div class="chart-marks"></div> }
    }
}
