//! Return curves side by side, for ghosts and duels: a chart, and the table behind it.

use domain::Percent;
use domain::scenario::RunPoint;
use leptos::prelude::*;

use crate::language::Texts;

const WIDTH: i64 = 1_000;
const HEIGHT: i64 = 300;
/// The most rows in the table: days are thinned out, and the last one is kept.
const ROWS_MAX: usize = 40;
/// The styles of the lines, in order.
const CLASSES: [&str; 3] = ["race-own", "race-other", "race-market"];

/// One of the curves.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct RaceLine {
    /// The player.
    pub name: String,
    /// By days, in their order.
    pub points: Vec<RunPoint>,
}

impl RaceLine {
    /// Its value on a day: the latest one; none after its end.
    fn at(&self, day: u32) -> Option<Percent> {
        let last = self.points.last()?;
        let known = self.points.iter().rev().find(|point| point.day <= day)?;
        (day <= last.day).then_some(known.percent)
    }
}

/// The lowest and the highest value, with the start between them, a little apart.
fn bounds(lines: &[RaceLine]) -> (i64, i64) {
    let points = lines.iter().flat_map(|line| &line.points);
    let values = points.map(|point| point.percent.basis_points());
    let (low, high) = values.fold((0, 0), |(low, high), value| {
        (low.min(value), high.max(value))
    });
    if low == high {
        (-100, 100)
    } else {
        (low, high)
    }
}

fn scaled(part: i64, whole: i64, length: i64) -> i64 {
    let product = i128::from(part).saturating_mul(length.into());
    let place = product.checked_div(whole.max(1).into());
    place
        .and_then(|place| i64::try_from(place).ok())
        .unwrap_or(0)
}

fn height((low, high): (i64, i64), value: i64) -> i64 {
    scaled(high.saturating_sub(value), high.saturating_sub(low), HEIGHT)
}

fn polyline(line: &RaceLine, bounds: (i64, i64), days: u32) -> String {
    let point = |point: &RunPoint| {
        let x = scaled(point.day.into(), days.into(), WIDTH);
        let y = height(bounds, point.percent.basis_points());
        format!("{x},{y}")
    };
    let places: Vec<String> = line.points.iter().map(point).collect();
    places.join(" ")
}

/// Up to three curves over all days of a stretch. The future stays empty.
#[component]
pub(super) fn Race(
    /// The player's own first.
    lines: Vec<RaceLine>,
    /// Days of the whole stretch.
    days: u32,
) -> impl IntoView {
    let texts = Texts::get();
    let bounds = bounds(&lines);
    let (low, high) = bounds;
    let [low, high] = [low, high].map(|value| signed(texts, Percent::from_basis_points(value)));
    let last = lines.iter().filter_map(|line| line.points.last());
    let last = last.map(|point| point.day).max().unwrap_or(0);
    let said = texts.race_said(texts.whole(last.into()), low.clone(), high.clone());
    let zero = height(bounds, 0);
    let drawn = lines.iter().zip(CLASSES).map(|(line, class)| {
        view! { <polyline class=class points=polyline(line, bounds, days)></polyline> }
    });
    let keys = lines.iter().zip(CLASSES).map(|(line, class)| {
        let now = line.points.last().map(|point| signed(texts, point.percent));
        view! {
            <li><span class=format!("race-key {class}")></span>{line.name.clone()} " " <span class="figure">{now}</span></li>
        }
    });
    let (drawn, keys) = (drawn.collect_view(), keys.collect_view());
    view! {
        <figure class="race">
            <p class="race-scale soft figure">{high}</p>
            <svg viewBox=format!("0 -6 {WIDTH} {}", HEIGHT + 12) preserveAspectRatio="none" role="img" aria-label=said>
                <line class="race-zero" x1=0 x2=WIDTH y1=zero y2=zero></line>
                {drawn}
            </svg>
            <p class="race-scale soft figure">{low}</p>
            <figcaption>
                <p class="race-days soft"><span>{texts.race_start()}</span><span>{texts.race_day(texts.whole(days.into()))}</span></p>
                <ul class="race-keys" role="list">{keys}</ul>
            </figcaption>
        </figure>
        <Table lines/>
    }
}

/// A percentage with its sign.
fn signed(texts: Texts, percent: Percent) -> String {
    let text = texts.percent(percent);
    if percent > Percent::default() {
        format!("+{text}")
    } else {
        text
    }
}

#[component]
fn Table(lines: Vec<RaceLine>) -> impl IntoView {
    let texts = Texts::get();
    let mut days: Vec<u32> = lines
        .iter()
        .flat_map(|line| line.points.iter().map(|point| point.day))
        .collect();
    days.sort_unstable();
    days.dedup();
    let (count, step) = (days.len(), days.len().div_ceil(ROWS_MAX).max(1));
    let shown = days.into_iter().enumerate();
    let shown = shown.filter(|(place, _)| place % step == 0 || place.saturating_add(1) == count);
    let row = |(_, day): (usize, u32)| {
        let cells = lines.iter().map(|line| {
            let value = line.at(day).map(|percent| signed(texts, percent));
            view! { <td class="figure">{value.unwrap_or_else(|| "\u{2013}".to_owned())}</td> }
        });
        let cells = cells.collect_view();
        view! { <tr><th scope="row">{texts.whole(day.into())}</th>{cells}</tr> }
    };
    let rows = shown.map(row).collect_view();
    let names = lines.iter().map(|line| {
        view! { <th scope="col">{line.name.clone()}</th> }
    });
    let names = names.collect_view();
    view! {
        <details class="race-table">
            <summary>{texts.race_table()}</summary>
            <div class="table-scroll">
                <table class="table">
                    <caption class="visually-hidden">{texts.race_caption()}</caption>
                    <thead><tr><th scope="col">{texts.race_column()}</th>{names}</tr></thead>
                    <tbody>{rows}</tbody>
                </table>
            </div>
        </details>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(points: &[(u32, i64)]) -> RaceLine {
        let point = |(day, hundredths): &(u32, i64)| RunPoint {
            day: *day,
            percent: Percent::from_basis_points(*hundredths),
        };
        RaceLine {
            name: "ada".into(),
            points: points.iter().map(point).collect(),
        }
    }

    #[test]
    fn lines_share_one_scale_and_end_where_they_are_known() {
        let lines = [
            line(&[(0, 0), (50, 1_000)]),
            line(&[(0, 0), (50, -500), (100, 200)]),
        ];
        let bounds = bounds(&lines);
        assert_eq!(bounds, (-500, 1_000));
        assert_eq!(polyline(&lines[0], bounds, 100), "0,200 500,0");
        assert_eq!(polyline(&lines[1], bounds, 100), "0,200 500,300 1000,160");
        assert_eq!(lines[0].at(49), Some(Percent::default()));
        assert_eq!(lines[0].at(51), None);
        assert_eq!(super::bounds(&[line(&[(0, 0)])]), (-100, 100));
    }
}
