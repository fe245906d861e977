//! The days of the last four weeks, with the player's visits marked.

use domain::api::XpDayView;
use leptos::prelude::*;

use crate::components::{Icon, IconName};
use crate::language::Texts;

/// Days, oldest first; today last.
#[component]
pub(super) fn Calendar(days: Vec<XpDayView>) -> impl IntoView {
    let texts = Texts::get();
    let came = days.iter().filter(|day| day.visited).count();
    let sentence = texts.progress_visited_days(came, days.len());
    let cells = days.into_iter().map(|day| {
        let state = if day.visited { texts.progress_visited() } else { texts.progress_not_visited() };
        let label = format!("{}: {state}", texts.day(day.day));
        let (_, _, number) = day.day.calendar();
        view! {
            <li class="calendar-day" class:calendar-came=day.visited>
                <span class="visually-hidden">{label}</span>
                <span aria-hidden="true">{number}{day.visited.then(|| view! { <Icon name=IconName::Check/> })}</span>
            </li>
        }
    });
    view! {
        <ol class="calendar" role="list" data-testid="streak-calendar">{cells.collect_view()}</ol>
        <p>{sentence}</p>
    }
}
