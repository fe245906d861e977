//! The latest closes as a small line.

use domain::Price;
use leptos::prelude::*;

use crate::picture::{area_points, line_points};

const WIDTH: i64 = 120;
const HEIGHT: i64 = 36;

/// A line of the latest closes, green or red depending on how they ended. It adds nothing to the
/// numbers beside it, so it is hidden from screen readers.
#[component]
pub fn Sparkline(values: Vec<Price>) -> impl IntoView {
    let line = line_points(&values, WIDTH, HEIGHT);
    let area = area_points(&line, WIDTH, HEIGHT);
    let fell = values.first() > values.last();
    view! {
        <svg
            class="sparkline"
            class:sparkline-down=fell
            viewBox=format!("0 -2 {WIDTH} {}", HEIGHT + 4)
            preserveAspectRatio="none"
            aria-hidden="true"
            focusable="false"
        >
            <polygon points=area></polygon>
            <polyline points=line></polyline>
        </svg>
    }
}
