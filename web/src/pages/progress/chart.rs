//! XP by day and cause: a bar for each day, a sentence, and the table behind it.

use domain::Xp;
use domain::api::XpDayView;
use leptos::prelude::*;

use crate::language::Texts;

const HEIGHT: i64 = 120;
/// The distance between bars.
const STEP: i64 = 12;
const BAR: i64 = 9;

/// The causes, from the bottom of a bar to its top: name, class and XP of a day.
type Cause = (&'static str, &'static str, fn(&XpDayView) -> Xp);

fn causes() -> [Cause; 5] {
    let texts = Texts::get();
    [
        (texts.progress_trades(), "xp-trades", |day| day.trades),
        (texts.progress_bonus(), "xp-bonus", |day| day.bonus),
        (texts.progress_achievements(), "xp-achievements", |day| {
            day.achievements
        }),
        (texts.progress_quests(), "xp-quests", |day| day.quests),
        (texts.progress_habits(), "xp-habits", |day| day.habits),
    ]
}

/// The chart and everything that belongs to it.
#[component]
pub(super) fn XpChart(
    /// Oldest first.
    days: Vec<XpDayView>,
) -> impl IntoView {
    let width = STEP * i64::try_from(days.len()).unwrap_or(0);
    let highest = days.iter().map(XpDayView::sum).max().unwrap_or(0).max(1);
    let bars = days.iter().enumerate().map(|(place, day)| {
        let x = STEP * i64::try_from(place).unwrap_or(0);
        bar(day, x, highest)
    });
    let bars = bars.collect_view();
    let legend = causes().map(|(name, class, _)| {
        view! { <li><span class=format!("xp-key {class}") aria-hidden="true"></span>{name}</li> }
    });
    let sentence = sentence(&days);
    view! {
        <figure class="xp-chart">
            <svg viewBox=format!("0 0 {width} {HEIGHT}") preserveAspectRatio="none" aria-hidden="true" focusable="false">
                {bars}
            </svg>
            <ul class="xp-legend" role="list" aria-hidden="true">{legend.collect_view()}</ul>
            <figcaption data-testid="xp-sentence">{sentence}</figcaption>
        </figure>
        <Table days/>
    }
}

/// The parts of a day's bar, from the bottom up.
fn bar(day: &XpDayView, x: i64, highest: Xp) -> impl IntoView + use<> {
    let mut below: Xp = 0;
    let parts = causes().map(|(_, class, xp)| {
        let from = below.saturating_mul(HEIGHT) / highest;
        below = below.saturating_add(xp(day));
        let to = below.saturating_mul(HEIGHT) / highest;
        let (y, height) = (HEIGHT - to, to - from);
        (height > 0).then(|| view! { <rect class=class x=x.to_string() y=y.to_string() width=BAR.to_string() height=height.to_string()></rect> })
    });
    parts.collect_view()
}

fn sentence(days: &[XpDayView]) -> String {
    let texts = Texts::get();
    let sum: Xp = days.iter().map(XpDayView::sum).sum();
    let by_cause = causes().map(|(_, class, xp)| (days.iter().map(xp).sum::<Xp>(), class));
    match by_cause.into_iter().max_by_key(|(xp, _)| *xp) {
        Some((xp, class)) if xp > 0 => texts.progress_most(texts.xp(sum), in_sentence(class)),
        _ => texts.progress_none().to_owned(),
    }
}

/// A cause as the sentence names it.
fn in_sentence(class: &str) -> &'static str {
    let texts = Texts::get();
    match class {
        "xp-trades" => texts.progress_for_trades(),
        "xp-bonus" => texts.progress_for_bonus(),
        "xp-achievements" => texts.progress_for_achievements(),
        "xp-quests" => texts.progress_for_quests(),
        _ => texts.progress_for_habits(),
    }
}

#[component]
fn Table(days: Vec<XpDayView>) -> impl IntoView {
    let texts = Texts::get();
    let heads = causes().map(|(name, _, _)| view! { <th scope="col" class="numeric">{name}</th> });
    let earned = days.into_iter().rev().filter(|day| day.sum() > 0);
    let rows = earned.map(|day| {
        let cells = causes().map(|(_, _, xp)| {
            view! { <td class="numeric">{texts.whole(xp(&day))}</td> }
        });
        view! {
            <tr>
                <th scope="row">{texts.day(day.day)}</th>
                {cells.collect_view()}
                <td class="numeric">{texts.whole(day.sum())}</td>
            </tr>
        }
    });
    view! {
        <details>
            <summary>{texts.progress_table()}</summary>
            <div class="xp-table" tabindex="0" role="region" aria-label=texts.progress_table_name()>
                <table>
                    <thead><tr><th scope="col">{texts.progress_day()}</th>{heads.collect_view()}<th scope="col" class="numeric">{texts.progress_all()}</th></tr></thead>
                    <tbody>{rows.collect_view()}</tbody>
                </table>
            </div>
        </details>
    }
}

#[cfg(test)]
mod tests {
    use domain::Day;

    use super::*;

    #[test]
    fn the_sentence_names_what_earned_most() {
        let mut day = XpDayView::empty(Day::from_number(20_000));
        assert!(sentence(&[day]).contains("nothing"));
        day.trades = 20;
        day.bonus = 50;
        let words = sentence(&[day, day]);
        assert!(
            words.contains("140 XP") && words.contains("for coming back"),
            "{words}"
        );
    }
}
