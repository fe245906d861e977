//! The chart of a puzzle: what is known on the left, room for the rest on the right.

use domain::Price;
use domain::puzzle::{DAYS_BEFORE, DECISIONS, STRETCH_DAYS};
use leptos::prelude::*;

use crate::language::Texts;
use crate::picture::line_points;

const DAY_WIDTH: i64 = 8;
const HEIGHT: i64 = 180;
/// Room above and below the line, so that its ends are not cut off.
const MARGIN: i64 = 6;

#[component]
pub fn Chart(prices: Vec<Price>) -> impl IntoView {
    let texts = Texts::get();
    let days = |days: usize| i64::try_from(days).unwrap_or(0);
    let last = DAYS_BEFORE + DECISIONS * STRETCH_DAYS - 1;
    let width = days(last) * DAY_WIDTH;
    let known = days(prices.len().saturating_sub(1)) * DAY_WIDTH;
    let points = line_points(&prices, known, HEIGHT);
    let mark = |decision: usize| {
        let x = days(DAYS_BEFORE - 1 + decision * STRETCH_DAYS) * DAY_WIDTH;
        view! { <line x1=x x2=x y1=-MARGIN y2=HEIGHT + MARGIN></line> }
    };
    let [low, high] = [prices.iter().min(), prices.iter().max()]
        .map(|price| price.map_or_else(String::new, |price| texts.exact_price(*price)));
    let now = prices.last().copied().unwrap_or_default();
    let now = texts.exact_price(now);
    let said = texts.puzzle_chart_said(prices.len(), &now, &low, &high);
    let caption = texts.puzzle_chart(now, low, high);
    view! {
        <figure class="puzzle-chart">
            <svg
                viewBox=format!("0 {} {width} {}", -MARGIN, HEIGHT + 2 * MARGIN)
                preserveAspectRatio="none"
                role="img"
                aria-label=said
            >
                <g class="puzzle-marks">{(0..DECISIONS).map(mark).collect_view()}</g>
                <polyline points=points></polyline>
            </svg>
            <figcaption class="soft">{caption}</figcaption>
        </figure>
    }
}
