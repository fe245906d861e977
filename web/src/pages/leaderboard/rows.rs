//! The rows of a leaderboard as a table.

use domain::api::StandingView;
use domain::boards::{Measure, Period};
use leptos::prelude::*;

use crate::components::{Delta, Icon, IconName};
use crate::language::Texts;
use crate::{format, paths};

/// A table of standings. On a phone only the ranking measure stays beside the name.
#[component]
pub fn Standings(
    /// In the order of their ranks.
    rows: Vec<StandingView>,
    /// What they are ranked by.
    measure: Measure,
    /// How far back they look.
    period: Period,
    /// What the table shows, for screen readers.
    caption: &'static str,
) -> impl IntoView {
    let texts = Texts::get();
    let rows = rows
        .into_iter()
        .map(|row| view! { <Standing row measure period/> })
        .collect_view();
    let worth = (measure == Measure::NetWorth)
        .then(|| view! { <th scope="col" class="numeric standing-score">{texts.leaderboard_worth()}</th> });
    let xp = (measure == Measure::Xp).then(
        || view! { <th scope="col" class="numeric standing-score">{texts.leaderboard_xp()}</th> },
    );
    let habits = (measure == Measure::Process)
        .then(|| view! { <th scope="col" class="numeric standing-score">{texts.leaderboard_points()}</th> });
    view! {
        <table class="standings">
            <caption class="visually-hidden">{caption}</caption>
            <thead>
                <tr>
                    <th scope="col">{texts.leaderboard_rank()}</th>
                    <th scope="col">{texts.leaderboard_player()}</th>
                    {worth}
                    {xp}
                    {habits}
                    <th scope="col" class=return_class(measure)>{texts.leaderboard_return()}</th>
                    <th scope="col" class=fall_class(measure)>{texts.dashboard_fall()}</th>
                    <th scope="col" class="numeric wide-only">{texts.leaderboard_reasons()}</th>
                </tr>
            </thead>
            <tbody>{rows}</tbody>
        </table>
    }
}

fn return_class(measure: Measure) -> &'static str {
    match measure {
        Measure::Return | Measure::SteadyHands => "numeric standing-score",
        Measure::NetWorth | Measure::Xp | Measure::Process => "numeric wide-only",
    }
}

/// Steady hands are ranked by both numbers, so a phone shows both.
fn fall_class(measure: Measure) -> &'static str {
    if measure == Measure::SteadyHands {
        "numeric"
    } else {
        "numeric wide-only"
    }
}

#[component]
fn Standing(row: StandingView, measure: Measure, period: Period) -> impl IntoView {
    let texts = Texts::get();
    let rank = i64::try_from(row.rank).unwrap_or(i64::MAX);
    // XP of a limited period do not make a level.
    let level = (period == Period::All).then(|| {
        let level = row.level;
        view! { <span class="soft standing-level">" "{texts.leaderboard_level(level)}</span> }
    });
    let worth = (measure == Measure::NetWorth).then(|| {
        view! { <td class="numeric standing-score">{format::money(row.net_worth)}</td> }
    });
    let xp = (measure == Measure::Xp).then(|| {
        view! { <td class="numeric standing-score">{format::xp(row.xp)} {level}</td> }
    });
    let habits = (measure == Measure::Process).then(|| {
        let points = row.process.map_or_else(
            || "\u{2013}".to_owned(),
            |points| format::whole(points.into()),
        );
        view! { <td class="numeric standing-score">{points}</td> }
    });
    view! {
        <tr data-me=row.me.then_some("true") data-testid="standing">
            <td class="standing-rank">{medal(row.rank)}" "{format::whole(rank)}" "{rise(row.rise)}</td>
            <th scope="row">
                <span class="standing-name">
                    <Name handle=row.handle/>
                    {row.me.then(|| view! { <span class="chip">{texts.dashboard_you()}</span> })}
                </span>
            </th>
            {worth}
            {xp}
            {habits}
            <td class=return_class(measure)><Delta percent=row.return_percent/></td>
            <td class=fall_class(measure)>{format::percent(row.worst_fall_percent)}</td>
            <td class="numeric wide-only">{format::whole(row.reasons.into())}</td>
        </tr>
    }
}

/// A player's name, which leads to the profile.
#[component]
pub fn Name(
    /// Empty for a player who has left or is hidden.
    handle: String,
) -> impl IntoView {
    if handle.is_empty() {
        return view! { <span class="standing-handle soft">{Texts::get().leaderboard_somebody()}</span> }.into_any();
    }
    let profile = paths::player(&handle);
    view! { <a class="standing-handle" href=profile>{handle}</a> }.into_any()
}

/// Places gained or lost since the day began, by an arrow and a word.
fn rise(rise: Option<i64>) -> Option<impl IntoView> {
    let rise = rise.filter(|rise| *rise != 0)?;
    let places = format::whole(rise.saturating_abs());
    let texts = Texts::get();
    let (class, icon, words) = if rise > 0 {
        let words = texts.leaderboard_up(places);
        ("delta delta-up standing-rise", IconName::Up, words)
    } else {
        let words = texts.leaderboard_down(places);
        ("delta delta-down standing-rise", IconName::Down, words)
    };
    Some(view! {
        <span class=class title=texts.leaderboard_since_yesterday()>
            <Icon name=icon/>
            <span>{words}</span>
        </span>
    })
}

/// The first three have a medal, identified by its metal's name and not only by colour.
fn medal(rank: u64) -> Option<impl IntoView> {
    let texts = Texts::get();
    let (name, metal) = match rank {
        1 => (texts.leaderboard_gold(), "gold"),
        2 => (texts.leaderboard_silver(), "silver"),
        3 => (texts.leaderboard_bronze(), "bronze"),
        _ => return None,
    };
    Some(view! {
        <span class="medal" data-metal=metal>
            <Icon name=IconName::Medal/>
            <span class="medal-name">{name}</span>
        </span>
    })
}
