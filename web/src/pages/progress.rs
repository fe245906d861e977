//! Progress: level, XP of the latest weeks by cause, the calendar of the streak, and why XP was earned.

use domain::api::{ApiError, ProgressView, StreakView, XpEventView, XpHistoryView};
use leptos::prelude::*;
use leptos_meta::Title;

use crate::components::{FormAlert, Icon, IconName, Load, LocalTime, ProgressCard};
use crate::{CurrentSession, Submission, api, format};

mod calendar;
mod chart;

use calendar::Calendar;
use chart::XpChart;

/// What the page shows.
type Known = (ProgressView, XpHistoryView, Vec<String>);

async fn load() -> Result<Known, ApiError> {
    let progress = api::progress().await?;
    let history = api::xp_history().await?;
    Ok((progress, history, api::time_zones().await?))
}

/// The page.
#[component]
pub fn ProgressPage() -> impl IntoView {
    let known = Resource::new(|| (), |()| load());
    CurrentSession::get().on_player_change(move || known.refetch());
    view! {
        <Title text="Progress"/>
        <Load resource=known let:known>
            <Progress known/>
        </Load>
    }
}

#[component]
fn Progress(known: Known) -> impl IntoView {
    let (progress, history, zones) = known;
    let streak = progress.streak;
    let XpHistoryView {
        time_zone,
        days,
        events,
    } = history;
    view! {
        <header class="page-head">
            <h1>"Progress"</h1>
            <p class="soft">"What you earned, how, and why."</p>
        </header>
        <FormAlert message=Submission::new().message()/>
        <div class="progress-grid">
            <ProgressCard progress/>
            <section class="card" aria-labelledby="calendar-title">
                <h2 id="calendar-title">"Days you visited"</h2>
                <Calendar days=days.clone()/>
                <Repair streak/>
                <p class="soft">"Seven days in a row earn a freeze, which covers a day you miss. You can hold two."</p>
                <TimeZone current=time_zone zones/>
            </section>
        </div>
        <section class="card" aria-labelledby="xp-title">
            <h2 id="xp-title">"XP of the last four weeks"</h2>
            <XpChart days/>
        </section>
        <section class="card" aria-labelledby="why-title">
            <h2 id="why-title">"Why you got it"</h2>
            <Events events/>
        </section>
    }
}

/// Offers to repair a broken streak, while that is possible.
#[component]
fn Repair(streak: StreakView) -> impl IntoView {
    streak.repairable.map(|days| {
        let days = match days {
            1 => "1 day".to_owned(),
            days => format!("{days} days"),
        };
        view! {
            <form action="/forms/repair-streak" method="post" class="streak-repair">
                <p>{format!("You missed a day, and your streak of {days} broke. You can repair it within two days, once a month.")}</p>
                <button class="button button-primary" data-testid="repair-streak">
                    <Icon name=IconName::Refresh/>"Repair my streak"
                </button>
            </form>
        }
    })
}

/// The time zone whose days count. Works without script.
#[component]
fn TimeZone(current: String, zones: Vec<String>) -> impl IntoView {
    let wrong = Submission::new().message_of("time_zone");
    let options = zones.into_iter().map(|zone| {
        let selected = zone == current;
        let words = zone.replace('_', " ");
        view! { <option value=zone selected=selected>{words}</option> }
    });
    let options = options.collect_view();
    view! {
        <form action="/forms/time-zone" method="post" class="zone-form">
            <label for="time-zone">"Time zone of your days"</label>
            <div class="zone-fields">
                <select id="time-zone" name="time_zone" data-testid="time-zone">{options}</select>
                <button class="button button-small" data-testid="choose-zone">"Choose"</button>
            </div>
            <p class="field-error">{move || wrong.get()}</p>
            <p class="soft">"Your streak, bonus and quest begin a new day at midnight there. You can change it once a day."</p>
        </form>
    }
}

#[component]
fn Events(events: Vec<XpEventView>) -> impl IntoView {
    if events.is_empty() {
        return view! { <p class="soft">"Nothing yet. Your first trade will be here."</p> }
            .into_any();
    }
    let rows = events.into_iter().map(|event| view! { <Event event/> });
    view! { <ol class="xp-events" role="list" data-testid="xp-events">{rows.collect_view()}</ol> }
        .into_any()
}

#[component]
fn Event(event: XpEventView) -> impl IntoView {
    let earned = (event.xp > 0).then(|| format!("+{}", format::xp(event.xp)));
    let since = match event.rules_since.micros() {
        0 => "By the first rules of this server.".to_owned(),
        _ => format!(
            "By the rules since {}.",
            format::date_time(event.rules_since)
        ),
    };
    view! {
        <li class="xp-event">
            <div>
                <p class="xp-event-what">{event.what}</p>
                <p>{event.why}</p>
                <p class="soft xp-event-meta"><LocalTime at=event.at/>" · "{since}</p>
            </div>
            {earned.map(|earned| view! { <span class="xp-chip">{earned}</span> })}
        </li>
    }
}
