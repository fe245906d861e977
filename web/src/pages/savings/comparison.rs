//! A plan compared with the same money invested at once: a chart drawn on the server, one sentence, and the
//! table behind it.

use domain::Money;
use domain::api::ComparisonView;
use domain::plan::ComparisonPoint;
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_params_map;

use crate::components::Load;
use crate::language::Texts;
use crate::{CurrentGame, api, paths};

const WIDTH: i64 = 600;
const HEIGHT: i64 = 200;

/// Name, class and value of a line.
type Line = (&'static str, &'static str, fn(&ComparisonPoint) -> Money);

fn all_lines() -> [Line; 3] {
    let texts = Texts::get();
    [
        (texts.savings_by_month(), "line-plan", |point| point.plan),
        (texts.savings_at_once(), "line-lump", |point| point.lump_sum),
        (texts.savings_paid_line(), "line-paid", |point| point.paid),
    ]
}

/// The page.
#[component]
pub fn ComparisonPage() -> impl IntoView {
    let texts = Texts::get();
    let game = CurrentGame::get();
    let id = use_params_map()
        .with_untracked(|params| params.get("id"))
        .unwrap_or_default();
    let comparison = Resource::new(
        || (),
        move |()| {
            let id = id.clone();
            async move { api::comparison(&game.slug(), &id).await }
        },
    );
    view! {
        <Load resource=comparison let:comparison>
            <Title text=comparison.plan.name.clone()/>
            <header class="page-head">
                <h1>{comparison.plan.name.clone()}</h1>
                <p class="soft">{texts.savings_compare_lead()}</p>
            </header>
            <Comparison comparison/>
            <p class="page-links"><a href=paths::savings(game)>{texts.savings_all()}</a></p>
        </Load>
    }
}

#[component]
fn Comparison(comparison: ComparisonView) -> impl IntoView {
    let texts = Texts::get();
    let points = comparison.points;
    let Some(last) = points.last().copied() else {
        return view! { <p class="card">{texts.savings_no_past()}</p> }.into_any();
    };
    let highest = all_lines()
        .iter()
        .flat_map(|(_, _, value)| points.iter().map(value))
        .max()
        .unwrap_or_default();
    let lines = all_lines().map(|(_, class, value)| {
        view! { <polyline class=class points=polyline(&points, highest, value)></polyline> }
    });
    let legend = all_lines().map(|(name, class, _)| {
        view! { <li><span class=format!("xp-key {class}") aria-hidden="true"></span>{name}</li> }
    });
    view! {
        <section class="card">
            <figure class="comparison">
                <svg viewBox=format!("0 0 {WIDTH} {HEIGHT}") preserveAspectRatio="none" aria-hidden="true" focusable="false">
                    {lines.collect_view()}
                </svg>
                <ul class="xp-legend" role="list" aria-hidden="true">{legend.collect_view()}</ul>
                <figcaption data-testid="comparison-sentence">{sentence(&last)}</figcaption>
            </figure>
            <Table points/>
        </section>
    }
    .into_any()
}

/// The points of a line from the left to the right edge.
fn polyline(
    points: &[ComparisonPoint],
    highest: Money,
    value: fn(&ComparisonPoint) -> Money,
) -> String {
    let steps = i128::try_from(points.len()).unwrap_or(1).max(2) - 1;
    let top = i128::from(highest.units()).max(1);
    let place = |(nth, point): (usize, &ComparisonPoint)| {
        let x = i128::from(WIDTH) * i128::try_from(nth).unwrap_or(0) / steps;
        let up = i128::from(HEIGHT) * i128::from(value(point).units()) / top;
        format!("{x},{}", i128::from(HEIGHT) - up)
    };
    let placed: Vec<String> = points.iter().enumerate().map(place).collect();
    placed.join(" ")
}

fn sentence(last: &ComparisonPoint) -> String {
    let texts = Texts::get();
    let difference = last.plan.checked_sub(last.lump_sum).unwrap_or_default();
    let (paid, plan) = (texts.money(last.paid), texts.money(last.plan));
    if difference.is_negative() {
        let less = texts.money(difference.negated());
        texts.savings_less(paid, plan, less)
    } else {
        let more = texts.money(difference);
        texts.savings_more(paid, plan, more)
    }
}

#[component]
fn Table(points: Vec<ComparisonPoint>) -> impl IntoView {
    let texts = Texts::get();
    let heads = all_lines().map(|(name, ..)| view! { <th scope="col" class="numeric">{name}</th> });
    let rows = points.into_iter().map(|point| {
        let cells = all_lines()
            .map(|(_, _, value)| view! { <td class="numeric">{texts.money(value(&point))}</td> });
        view! {
            <tr>
                <th scope="row">{texts.day(point.day)}</th>
                <td class="numeric">{texts.price(point.price)}</td>
                {cells.collect_view()}
            </tr>
        }
    });
    view! {
        <details>
            <summary>{texts.savings_table()}</summary>
            <div class="table-scroll" tabindex="0" role="region" aria-label=texts.savings_table_name()>
                <table>
                    <thead><tr><th scope="col">{texts.savings_day()}</th><th scope="col" class="numeric">{texts.savings_price()}</th>{heads.collect_view()}</tr></thead>
                    <tbody>{rows.collect_view()}</tbody>
                </table>
            </div>
        </details>
    }
}

#[cfg(test)]
mod tests {
    use domain::{Day, Money};

    use super::*;

    #[test]
    fn a_line_goes_from_edge_to_edge_and_the_sentence_says_which_was_better() {
        let point = |plan| ComparisonPoint {
            day: Day::from_number(20_000),
            price: "5".parse().unwrap(),
            paid: Money::from_whole(100),
            plan: Money::from_whole(plan),
            lump_sum: Money::from_whole(100),
        };
        let points = [point(50), point(100)];
        let line = polyline(&points, Money::from_whole(100), |point| point.plan);
        assert_eq!(line, "0,100 600,0");
        assert!(sentence(&points[0]).contains("$50.00 less"));
        assert!(sentence(&point(130)).contains("$30.00 more"));
    }
}
