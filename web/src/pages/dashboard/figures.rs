//! An account's performance in figures, each with a sentence that says what it means.

use domain::api::{AnnualView, PerformanceView};
use domain::{Percent, Ratio};
use leptos::prelude::*;

use crate::format;

/// The figures; those for a year only from 60 days on.
#[component]
pub(super) fn Figures(performance: PerformanceView) -> impl IntoView {
    let PerformanceView {
        from,
        to,
        time_weighted,
        money_weighted,
        market,
        held,
        worst_fall,
        annual,
    } = performance;
    let range = format!("From {} to {}", format::day(from), format::day(to));
    let held = held.map(|held| {
        let name = format!("Your first purchase, {}, held", held.symbol);
        figure(
            &name,
            Some(signed(Some(held.percent))),
            "What buying it and doing nothing else would have earned.",
        )
    });
    let fall = worst_fall.map(|fall| {
        let back = match fall.recovered {
            Some(day) => format!("back on {}", format::day(day)),
            None => "not back yet".to_owned(),
        };
        let words = format!(
            "From {} to {}, {back}.",
            format::day(fall.high),
            format::day(fall.low)
        );
        figure(
            "Worst fall",
            Some(format::signed_percent(fall.change)),
            &words,
        )
    });
    view! {
        <details class="figures" data-testid="figures">
            <summary>"How you did, in figures"</summary>
            <p class="soft">{range}</p>
            <dl>
                {figure("Return, time-weighted", Some(signed(time_weighted)), "How well your choices did, however much money was in.")}
                {figure("Return, money-weighted", Some(signed(money_weighted)), "How well your money did, counting when it came in.")}
                {figure("The whole market", Some(signed(market)), "What its index did over the same days.")}
                {held}
                {fall}
                {annual.map(|annual| year(&annual))}
            </dl>
            {annual.is_none().then(|| view! {
                <p class="soft">"Figures for a year, such as volatility, need at least 60 days: before that they mean little."</p>
            })}
        </details>
    }
}

fn year(annual: &AnnualView) -> impl IntoView + use<> {
    [
        figure(
            "Return a year",
            annual.time_weighted.map(format::signed_percent),
            "If it went on like this for a year.",
        ),
        figure(
            "Volatility a year",
            annual.volatility.map(format::percent),
            "How much your worth swings. Less is calmer.",
        ),
        figure(
            "Sharpe ratio",
            annual.sharpe.map(plain),
            "Return for each unit of swinging. Above 1 is good.",
        ),
        figure(
            "Sortino ratio",
            annual.sortino.map(plain),
            "The same, but only falls count as swinging.",
        ),
        figure(
            "Beta",
            annual.beta.map(plain),
            "1 moves like the market, 2 twice as much, 0 not with it at all.",
        ),
        figure(
            "Alpha a year",
            annual.alpha.map(format::signed_percent),
            "Return that the market does not explain.",
        ),
    ]
    .collect_view()
}

fn figure(name: &str, value: Option<String>, words: &str) -> AnyView {
    let (name, words) = (name.to_owned(), words.to_owned());
    view! {
        <div>
            <dt>{name}</dt>
            <dd class="figure">{value.unwrap_or_else(|| "\u{2013}".to_owned())}</dd>
            <dd class="soft">{words}</dd>
        </div>
    }
    .into_any()
}

fn signed(percent: Option<Percent>) -> String {
    percent.map_or("\u{2013}".to_owned(), format::signed_percent)
}

/// With a typographic minus sign.
fn plain(ratio: Ratio) -> String {
    ratio.to_string().replace('-', "\u{2212}")
}
