//! The dividends, splits and earnings reports of an instrument.

use domain::api::{ActionView, EarningsView, KeyFigures, ReportView};
use domain::{ActionKind, Percent, Symbol};
use leptos::prelude::*;

use crate::components::LocalTime;
use crate::format;
use crate::language::Texts;

/// Rows of a table, those that open included.
const KEPT: usize = 12;
/// Rows shown at once: those of a year.
const SHOWN: usize = 4;

/// Dividends and splits, latest first. Empty if there are none.
#[component]
pub(super) fn Actions(
    symbol: Symbol,
    actions: Vec<ActionView>,
    figures: Option<KeyFigures>,
) -> impl IntoView {
    let texts = Texts::get();
    let said = !actions.is_empty() || figures.is_some();
    let rows = actions.into_iter().take(KEPT);
    let rows = rows.map(|action| (format::day(action.day), words(&action)));
    let table = table(texts.instrument_dividends_of(symbol), rows.collect());
    said.then(|| {
        view! {
            <section class="card" aria-labelledby="actions-title">
                <h2 id="actions-title">{texts.instrument_dividends()}</h2>
                {figures.map(|figures| view! { <p class="soft">{in_words(&figures)}</p> })}
                {table}
            </section>
        }
    })
}

/// Upcoming and past earnings reports. Empty if it is not a company.
#[component]
pub(super) fn Earnings(symbol: Symbol, earnings: Option<EarningsView>) -> impl IntoView {
    earnings.map(|earnings| reported(symbol, earnings))
}

fn reported(symbol: Symbol, earnings: EarningsView) -> impl IntoView {
    let texts = Texts::get();
    let EarningsView { next, past } = earnings;
    let row = |report: ReportView| {
        let change = format::signed_percent(report.change_percent);
        let words = texts.instrument_moved_by(texts.said(&report.headline), change);
        (format::date(report.at), words)
    };
    let next = next.map(|next| {
        view! {
            <p data-testid="next-report">
                {texts.instrument_next_report()}" "<strong><LocalTime at=next/></strong>{texts.instrument_market_clock()}" "
                <span class="soft">{texts.instrument_report_is()}</span>
            </p>
        }
    });
    let rows = past.into_iter().take(KEPT).map(row).collect();
    view! {
        <section class="card" aria-labelledby="earnings-title">
            <h2 id="earnings-title">{texts.instrument_earns()}</h2>
            {next}
            {table(texts.instrument_reports_of(symbol), rows)}
        </section>
    }
}

/// Events by day, earlier ones folded away. Empty without any.
fn table(caption: String, mut rows: Vec<(String, String)>) -> AnyView {
    if rows.is_empty() {
        return ().into_any();
    }
    let earlier = rows.split_off(SHOWN.min(rows.len()));
    let more = (!earlier.is_empty()).then(|| {
        view! {
            <details>
                <summary>{Texts::get().instrument_earlier()}</summary>
                {days(caption.clone(), earlier)}
            </details>
        }
    });
    view! {
        {days(caption, rows)}
        {more}
    }
    .into_any()
}

fn days(caption: String, rows: Vec<(String, String)>) -> impl IntoView {
    let texts = Texts::get();
    let row = |(day, words): (String, String)| {
        view! {
            <tr>
                <th scope="row">{day}</th>
                <td>{words}</td>
            </tr>
        }
    };
    view! {
        <table class="dividends">
            <caption class="visually-hidden">{caption}</caption>
            <thead>
                <tr>
                    <th scope="col">{texts.instrument_day()}</th>
                    <th scope="col">{texts.instrument_happened()}</th>
                </tr>
            </thead>
            <tbody>{rows.into_iter().map(row).collect_view()}</tbody>
        </table>
    }
}

fn in_words(figures: &KeyFigures) -> String {
    let texts = Texts::get();
    let home = match figures.country.as_str() {
        "Everywhere" => texts.instrument_everywhere().to_owned(),
        country => texts.instrument_home(country),
    };
    if figures.dividend_percent == Percent::default() {
        format!("{home} {}", texts.instrument_no_dividend())
    } else {
        let percent = format::percent(figures.dividend_percent);
        format!("{home} {}", texts.instrument_pays(percent))
    }
}

fn words(action: &ActionView) -> String {
    let texts = Texts::get();
    let amount = action.amount.map(format::exact_price).unwrap_or_default();
    match action.kind {
        ActionKind::Dividend => texts.instrument_paid_each(amount),
        ActionKind::Delisting => texts.instrument_left_each(amount),
        ActionKind::Split => match action.split {
            Some(ratio) if ratio.new >= ratio.old => {
                texts.instrument_split_more(ratio.new, ratio.old)
            }
            Some(ratio) => texts.instrument_split_less(ratio.old, ratio.new),
            None => texts.instrument_split().to_owned(),
        },
    }
}
