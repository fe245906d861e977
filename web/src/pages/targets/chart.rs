//! Actual versus target, as bars and as a table.

use domain::advice::{Allocation, Slice};
use domain::{Percent, Timestamp};
use leptos::prelude::*;

use crate::language::Texts;

/// The label of a slice.
pub(super) fn name(slice: &Slice) -> String {
    Texts::get().aim(slice.aim.as_ref())
}

/// A difference of shares: `+8.00 points`.
fn points(drift: Percent) -> String {
    let texts = Texts::get();
    texts.targets_points(texts.bare_percent(&texts.signed_percent(drift)))
}

/// What the chart shows, in one sentence.
fn sentence(allocation: &Allocation) -> String {
    let texts = Texts::get();
    let slices = allocation.slices.iter().chain([&allocation.cash]);
    let furthest = slices.max_by_key(|slice| slice.drift.magnitude());
    let Some(slice) = furthest.filter(|slice| slice.drift != Percent::default()) else {
        return texts.targets_exact().to_owned();
    };
    let by = texts.bare_percent(&texts.percent(slice.drift.magnitude()));
    let name = name(slice);
    let verdict = if allocation.is_beyond() {
        texts.targets_too_far()
    } else {
        texts.targets_near()
    };
    if slice.drift.is_negative() {
        texts.targets_below(name, by, verdict)
    } else {
        texts.targets_above(name, by, verdict)
    }
}

#[component]
pub(super) fn Chart(allocation: Allocation, beyond_since: Option<Timestamp>) -> impl IntoView {
    let texts = Texts::get();
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
            <h2 id="targets-now">{texts.targets_now_and_target()}</h2>
            <figure class="bars" data-testid="allocation">
                <div class="bars-rows" aria-hidden="true">
                    {slices.iter().map(|slice| bar(slice, longest)).collect_view()}
                </div>
                <figcaption>
                    <p data-testid="drift">{sentence(&allocation)}</p>
                    {beyond_since.map(|at| view! { <p class="soft">{texts.targets_beyond(texts.date(at))}</p> })}
                    <p class="soft">{texts.targets_of_plan()}</p>
                    {outside.is_positive().then(|| view! {
                        <p class="soft">{texts.targets_outside(texts.money(outside))}</p>
                    })}
                    <p class="bars-key soft"><span class="bars-key-now"></span>{texts.targets_key_now()}" "<span class="bars-key-target"></span>{texts.targets_key_target()}</p>
                </figcaption>
            </figure>
            <details>
                <summary>{texts.targets_table()}</summary>
                <div class="table-scroll">
                    <table class="table">
                        <caption class="visually-hidden">{texts.targets_caption()}</caption>
                        <thead><tr><th scope="col">{texts.targets_what()}</th><th scope="col">{texts.targets_worth()}</th><th scope="col">{texts.targets_now()}</th><th scope="col">{texts.targets_target()}</th><th scope="col">{texts.targets_drift()}</th><th scope="col">{texts.targets_allowed()}</th></tr></thead>
                        <tbody>{slices.into_iter().map(row).collect_view()}</tbody>
                    </table>
                </div>
            </details>
        </section>
    }
}

fn bar(slice: &Slice, longest: i64) -> impl IntoView + use<> {
    let texts = Texts::get();
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
            <span class="bar-figures figure">{texts.targets_bar(texts.percent(slice.share), texts.percent(slice.target))}</span>
            <svg viewBox="0 0 1000 20" preserveAspectRatio="none" focusable="false">
                <rect class="bar-track" width="1000" height="20"></rect>
                <rect class="bar-now" width=now.to_string() height="20"></rect>
                <rect class="bar-target" x=(target - 6).to_string() width="12" height="20"></rect>
            </svg>
        </div>
    }
}

fn row(slice: Slice) -> impl IntoView {
    let texts = Texts::get();
    let verdict = if slice.is_beyond {
        format!(" {}", texts.targets_beyond_mark())
    } else {
        String::new()
    };
    view! {
        <tr>
            <th scope="row">{name(&slice)}</th>
            <td class="figure">{texts.money(slice.value)}</td>
            <td class="figure">{texts.percent(slice.share)}</td>
            <td class="figure">{texts.percent(slice.target)}</td>
            <td class="figure">{points(slice.drift)}{verdict}</td>
            <td class="figure">{texts.targets_points(texts.bare_percent(&texts.percent(slice.band)))}</td>
        </tr>
    }
}
