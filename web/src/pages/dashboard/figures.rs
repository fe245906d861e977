//! An account's performance in figures, each with a sentence that says what it means.

use domain::api::{AnnualView, PerformanceView};
use domain::{Percent, Ratio};
use leptos::prelude::*;

use crate::format;
use crate::language::Texts;

/// The figures; those for a year only from 60 days on.
#[component]
pub(super) fn Figures(performance: PerformanceView) -> impl IntoView {
    let texts = Texts::get();
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
    let range = texts.dashboard_from_to(format::day(from), format::day(to));
    let held = held.map(|held| {
        figure(
            &texts.dashboard_held(held.symbol),
            Some(signed(Some(held.percent))),
            texts.dashboard_held_is(),
        )
    });
    let fall = worst_fall.map(|fall| {
        let (high, low) = (format::day(fall.high), format::day(fall.low));
        let words = match fall.recovered {
            Some(day) => texts.dashboard_fall_back(high, low, format::day(day)),
            None => texts.dashboard_fall_not_back(high, low),
        };
        figure(
            texts.dashboard_fall(),
            Some(format::signed_percent(fall.change)),
            &words,
        )
    });
    view! {
        <details class="figures" data-testid="figures">
            <summary>{texts.dashboard_figures()}</summary>
            <p class="soft">{range}</p>
            <dl>
                {figure(texts.dashboard_time_weighted(), Some(signed(time_weighted)), texts.dashboard_time_weighted_is())}
                {figure(texts.dashboard_money_weighted(), Some(signed(money_weighted)), texts.dashboard_money_weighted_is())}
                {figure(texts.market_whole(), Some(signed(market)), texts.dashboard_market_is())}
                {held}
                {fall}
                {annual.map(|annual| year(&annual))}
            </dl>
            {annual.is_none().then(|| view! {
                <p class="soft">{texts.dashboard_need_days()}</p>
            })}
        </details>
    }
}

fn year(annual: &AnnualView) -> impl IntoView + use<> {
    let texts = Texts::get();
    [
        figure(
            texts.dashboard_year_return(),
            annual.time_weighted.map(format::signed_percent),
            texts.dashboard_year_return_is(),
        ),
        figure(
            texts.dashboard_year_volatility(),
            annual.volatility.map(format::percent),
            texts.dashboard_year_volatility_is(),
        ),
        figure(
            texts.dashboard_sharpe(),
            annual.sharpe.map(plain),
            texts.dashboard_sharpe_is(),
        ),
        figure(
            texts.dashboard_sortino(),
            annual.sortino.map(plain),
            texts.dashboard_sortino_is(),
        ),
        figure(
            texts.dashboard_beta(),
            annual.beta.map(plain),
            texts.dashboard_beta_is(),
        ),
        figure(
            texts.dashboard_alpha(),
            annual.alpha.map(format::signed_percent),
            texts.dashboard_alpha_is(),
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
    let english = ratio.to_string().replace('-', "\u{2212}");
    Texts::get().language().number(&english)
}
