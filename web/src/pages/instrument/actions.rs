//! The dividends, splits and earnings reports of an instrument.

use domain::api::{ActionView, EarningsView, KeyFigures, ReportView};
use domain::{ActionKind, Percent, Symbol};
use leptos::prelude::*;

use crate::format;

/// Rows shown initially.
const SHOWN: usize = 12;

/// Dividends and splits, latest first. Empty if there are none.
#[component]
pub(super) fn Actions(
    symbol: Symbol,
    actions: Vec<ActionView>,
    figures: Option<KeyFigures>,
) -> impl IntoView {
    let said = !actions.is_empty() || figures.is_some();
    let rows = actions.into_iter().take(SHOWN);
    let rows = rows.map(|action| (format::day(action.day), words(&action)));
    let table = table(format!("Dividends and splits of {symbol}"), rows.collect());
    said.then(|| {
        view! {
            <section class="card" aria-labelledby="actions-title">
                <h2 id="actions-title">"Dividends and splits"</h2>
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
    let EarningsView { next, past } = earnings;
    let row = |report: ReportView| {
        let change = format::signed_percent(report.change_percent);
        let words = format!("{}. The price moved by {change}", report.headline);
        (format::date(report.at), words)
    };
    let next = next.map(|next| {
        let when = format::date_time(next);
        view! {
            <p data-testid="next-report">
                "Next report: "<strong>{when}</strong>", on the market’s clock. "
                <span class="soft">"It says what the company earned in three months. If that is more than people expected, the price jumps up; if it is less, it drops. Nobody knows beforehand."</span>
            </p>
        }
    });
    let rows = past.into_iter().take(SHOWN).map(row).collect();
    view! {
        <section class="card" aria-labelledby="earnings-title">
            <h2 id="earnings-title">"What it earns"</h2>
            {next}
            {table(format!("Reports of {symbol}"), rows)}
        </section>
    }
}

/// Events by day. Empty without any.
fn table(caption: String, rows: Vec<(String, String)>) -> AnyView {
    if rows.is_empty() {
        return ().into_any();
    }
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
                    <th scope="col">"Day"</th>
                    <th scope="col">"What happened"</th>
                </tr>
            </thead>
            <tbody>{rows.into_iter().map(row).collect_view()}</tbody>
        </table>
    }
    .into_any()
}

fn in_words(figures: &KeyFigures) -> String {
    let home = match figures.country.as_str() {
        "Everywhere" => "Holds things from many countries.".to_owned(),
        country => format!("At home in {country}."),
    };
    if figures.dividend_percent == Percent::default() {
        format!("{home} It pays no dividend: it keeps what it earns.")
    } else {
        let percent = format::percent(figures.dividend_percent);
        format!(
            "{home} In a year it pays its holders about {percent} of its price, in four payments."
        )
    }
}

fn words(action: &ActionView) -> String {
    let amount = action.amount.map(format::exact_price).unwrap_or_default();
    match action.kind {
        ActionKind::Dividend => format!("Paid {amount} for each share"),
        ActionKind::Delisting => format!("Left the market: {amount} for each share"),
        ActionKind::Split => match action.split {
            Some(ratio) if ratio.new >= ratio.old => {
                format!(
                    "{} new shares for every {}, and the price divided",
                    ratio.new, ratio.old
                )
            }
            Some(ratio) => format!("{} shares joined into {}", ratio.old, ratio.new),
            None => "Split its shares".to_owned(),
        },
    }
}
