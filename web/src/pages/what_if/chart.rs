//! Two curves, and the table behind them.

use domain::Money;
use domain::advice::WhatIfPoint;
use leptos::prelude::*;

use crate::language::Texts;

const WIDTH: i64 = 1_000;
const HEIGHT: i64 = 300;
/// The most rows in the table: points are thinned out, and the last one is kept.
const ROWS_MAX: usize = 60;

/// The lowest and the highest amount of both curves, a little apart.
fn bounds(points: &[WhatIfPoint]) -> (i64, i64) {
    let amounts = points
        .iter()
        .flat_map(|point| [point.real.units(), point.other.units()]);
    let (low, high) = amounts.fold((i64::MAX, i64::MIN), |(low, high), amount| {
        (low.min(amount), high.max(amount))
    });
    if low >= high {
        (low.saturating_sub(10_000), low.saturating_add(10_000))
    } else {
        (low, high)
    }
}

fn curve(points: &[WhatIfPoint], amount: impl Fn(&WhatIfPoint) -> Money) -> String {
    let (low, high) = bounds(points);
    let last = i64::try_from(points.len().saturating_sub(1))
        .unwrap_or(1)
        .max(1);
    let places = points.iter().zip(0_i64..).map(|(point, place)| {
        let x = place * WIDTH / last;
        let above = i128::from(amount(point).units().saturating_sub(low));
        let y = i128::from(HEIGHT)
            - above * i128::from(HEIGHT) / i128::from(high.saturating_sub(low)).max(1);
        format!("{x},{y}")
    });
    places.collect::<Vec<_>>().join(" ")
}

#[component]
pub(super) fn Chart(points: Vec<WhatIfPoint>, label: &'static str) -> impl IntoView {
    let texts = Texts::get();
    if points.len() < 2 {
        return view! { <p>{texts.what_if_one_day()}</p> }.into_any();
    }
    let (low, high) = bounds(&points);
    let (real, other) = (
        curve(&points, |point| point.real),
        curve(&points, |point| point.other),
    );
    let days = points
        .first()
        .zip(points.last())
        .map(|(first, last)| (texts.day(first.day), texts.day(last.day)));
    let (from, to) = days.unwrap_or_default();
    let described = texts.what_if_curves(&from, &to, money(low), money(high));
    let step = points.len().div_ceil(ROWS_MAX).max(1);
    let count = points.len();
    let rows = points
        .into_iter()
        .enumerate()
        .filter(move |(place, _)| place % step == 0 || place + 1 == count);
    view! {
        <figure class="what-if-chart">
            <p class="what-if-scale soft figure">{money(high)}</p>
            <svg viewBox=format!("0 -6 {WIDTH} {}", HEIGHT + 12) preserveAspectRatio="none" role="img" aria-label=described>
                <polyline class="what-if-other" points=other></polyline>
                <polyline class="what-if-real" points=real></polyline>
            </svg>
            <p class="what-if-scale soft figure">{money(low)}</p>
            <figcaption>
                <p class="what-if-days soft"><span>{from}</span><span>{to}</span></p>
                <p class="bars-key"><span class="what-if-key-real"></span>{texts.what_if_as_it_was()}" "<span class="what-if-key-other"></span>{label}</p>
            </figcaption>
        </figure>
        <details>
            <summary>{texts.what_if_table()}</summary>
            <div class="table-scroll">
                <table class="table">
                    <caption class="visually-hidden">{texts.what_if_caption()}</caption>
                    <thead><tr><th scope="col">{texts.what_if_day()}</th><th scope="col">{texts.what_if_was()}</th><th scope="col">{label}</th><th scope="col">{texts.what_if_difference()}</th></tr></thead>
                    <tbody>{rows.map(|(_, point)| row(point)).collect_view()}</tbody>
                </table>
            </div>
        </details>
    }
    .into_any()
}

fn money(units: i64) -> String {
    Texts::get().money(Money::from_units(units))
}

fn row(point: WhatIfPoint) -> impl IntoView {
    let texts = Texts::get();
    let difference = point.real.checked_sub(point.other).unwrap_or_default();
    view! {
        <tr>
            <th scope="row">{texts.day(point.day)}</th>
            <td class="figure">{texts.money(point.real)}</td>
            <td class="figure">{texts.money(point.other)}</td>
            <td class="figure">{texts.signed_money(difference)}</td>
        </tr>
    }
}
