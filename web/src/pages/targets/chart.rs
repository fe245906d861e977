//! Actual versus target, as bars and as a table.

use domain::advice::{Aim, Allocation, Slice};
use domain::{Percent, Timestamp};
use leptos::prelude::*;

use crate::format;

/// The label of a slice.
pub(super) fn name(slice: &Slice) -> String {
    slice
        .aim
        .as_ref()
        .map_or_else(|| "Cash".to_owned(), Aim::to_string)
}

/// A difference of shares: `+8.00 points`.
fn points(drift: Percent) -> String {
    let text = format::signed_percent(drift);
    format!("{} points", text.trim_end_matches('%'))
}

/// What the chart shows, in one sentence.
fn sentence(allocation: &Allocation) -> String {
    let slices = allocation.slices.iter().chain([&allocation.cash]);
    let furthest = slices.max_by_key(|slice| slice.drift.magnitude());
    let Some(slice) = furthest.filter(|slice| slice.drift != Percent::default()) else {
        return "Your money is divided exactly as you want it.".to_owned();
    };
    let side = if slice.drift.is_negative() {
        "below"
    } else {
        "above"
    };
    let by = format::percent(slice.drift.magnitude());
    let by = by.trim_end_matches('%');
    let name = name(slice);
    let verdict = if allocation.is_beyond() {
        "That is further than you allow, so it is time to rebalance."
    } else {
        "That is within what you allow, so there is nothing to do."
    };
    format!("{name} is furthest from its target: {by} points {side} it. {verdict}")
}

#[component]
pub(super) fn Chart(allocation: Allocation, beyond_since: Option<Timestamp>) -> impl IntoView {
    let slices: Vec<Slice> = allocation
        .slices
        .iter()
        .chain([&allocation.cash])
        .cloned()
        .collect();
    let longest = slices
        .iter()
        .map(|slice| slice.share.max(slice.target).basis_points())
        .max()
        .unwrap_or(1)
        .max(1);
    let outside = allocation.outside;
    view! {
        <section class="card targets-now" aria-labelledby="targets-now">
            <h2 id="targets-now">"Now and target"</h2>
            <figure class="bars" data-testid="allocation">
                <div class="bars-rows" aria-hidden="true">
                    {slices.iter().map(|slice| bar(slice, longest)).collect_view()}
                </div>
                <figcaption>
                    <p data-testid="drift">{sentence(&allocation)}</p>
                    {beyond_since.map(|at| view! { <p class="soft">"Beyond your limits since "{format::date(at)}"."</p> })}
                    <p class="bars-key soft"><span class="bars-key-now"></span>"now "<span class="bars-key-target"></span>"target. A point is 1% of your money."</p>
                </figcaption>
            </figure>
            <details>
                <summary>"As a table"</summary>
                <div class="table-scroll">
                    <table class="table">
                        <caption class="visually-hidden">"Shares of your money in the plan"</caption>
                        <thead><tr><th scope="col">"What"</th><th scope="col">"Worth"</th><th scope="col">"Now"</th><th scope="col">"Target"</th><th scope="col">"Drift"</th><th scope="col">"Allowed"</th></tr></thead>
                        <tbody>{slices.into_iter().map(row).collect_view()}</tbody>
                    </table>
                </div>
                {outside.is_positive().then(|| view! {
                    <p class="soft">{format!("{} is in shares that have no target. They are left alone.", format::money(outside))}</p>
                })}
            </details>
        </section>
    }
}

fn bar(slice: &Slice, longest: i64) -> impl IntoView + use<> {
    let scaled = |share: Percent| share.basis_points().max(0) * 1_000 / longest;
    let (now, target) = (scaled(slice.share), scaled(slice.target).clamp(6, 994));
    let class = if slice.is_beyond {
        "bar bar-beyond"
    } else {
        "bar"
    };
    view! {
        <div class=class>
            <span class="bar-name">{name(slice)}</span>
            <span class="bar-figures figure">{format!("{} now, target {}", format::percent(slice.share), format::percent(slice.target))}</span>
            <svg viewBox="0 0 1000 20" preserveAspectRatio="none" focusable="false">
                <rect class="bar-track" width="1000" height="20"></rect>
                <rect class="bar-now" width=now.to_string() height="20"></rect>
                <rect class="bar-target" x=(target - 6).to_string() width="12" height="20"></rect>
            </svg>
        </div>
    }
}

fn row(slice: Slice) -> impl IntoView {
    let verdict = if slice.is_beyond { " (too far)" } else { "" };
    view! {
        <tr>
            <th scope="row">{name(&slice)}</th>
            <td class="figure">{format::money(slice.value)}</td>
            <td class="figure">{format::percent(slice.share)}</td>
            <td class="figure">{format::percent(slice.target)}</td>
            <td class="figure">{points(slice.drift)}{verdict}</td>
            <td class="figure">{format!("{} points", format::percent(slice.band).trim_end_matches('%'))}</td>
        </tr>
    }
}
