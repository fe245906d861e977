//! Progress: level, XP of the latest weeks by cause, the calendar of the streak, and why XP was earned.

use domain::Timestamp;
use domain::api::{ApiError, ProgressView, StreakView, XpEventView, XpHistoryView};
use leptos::prelude::*;
use leptos_meta::Title;

use crate::components::{FormAlert, Icon, IconName, Load, LocalTime, ProgressCard};
use crate::language::Texts;
use crate::{CurrentSession, Submission, api};

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
    let texts = Texts::get();
    let known = Resource::new(|| (), |()| load());
    CurrentSession::get().on_player_change(move || known.refetch());
    view! {
        <Title text=texts.progress_title()/>
        <Load resource=known let:known>
            <Progress known/>
        </Load>
    }
}

#[component]
fn Progress(known: Known) -> impl IntoView {
    let texts = Texts::get();
    let (progress, history, zones) = known;
    let streak = progress.streak;
    let XpHistoryView {
        time_zone,
        days,
        events,
    } = history;
    view! {
        <header class="page-head">
            <h1>{texts.progress_title()}</h1>
            <p class="soft">{texts.progress_lead()}</p>
        </header>
        <FormAlert message=Submission::new().message()/>
        <div class="progress-grid">
            <ProgressCard progress/>
            <section class="card" aria-labelledby="calendar-title">
                <h2 id="calendar-title">{texts.progress_days()}</h2>
                <Calendar days=days.clone()/>
                <Repair streak/>
                <p class="soft">{texts.progress_freezes()}</p>
                <TimeZone current=time_zone zones/>
            </section>
        </div>
        <section class="card" aria-labelledby="xp-title">
            <h2 id="xp-title">{texts.progress_four_weeks()}</h2>
            <XpChart days/>
        </section>
        <section class="card" aria-labelledby="why-title">
            <h2 id="why-title">{texts.progress_why()}</h2>
            <Events events/>
        </section>
    }
}

/// Offers to repair a broken streak, while that is possible.
#[component]
fn Repair(streak: StreakView) -> impl IntoView {
    let texts = Texts::get();
    streak.repairable.map(|days| {
        let days = texts.days(days.into());
        view! {
            <form action="/forms/repair-streak" method="post" class="streak-repair">
                <p>{texts.progress_broke(&days)}</p>
                <button class="button button-primary" data-testid="repair-streak">
                    <Icon name=IconName::Refresh/>{texts.progress_repair()}
                </button>
            </form>
        }
    })
}

/// The time zone whose days count. Works without script.
#[component]
fn TimeZone(current: String, zones: Vec<String>) -> impl IntoView {
    let texts = Texts::get();
    let wrong = Submission::new().message_of("time_zone");
    let options = zones.into_iter().map(|zone| {
        let selected = zone == current;
        let words = zone.replace('_', " ");
        view! { <option value=zone selected=selected>{words}</option> }
    });
    let options = options.collect_view();
    view! {
        <form action="/forms/time-zone" method="post" class="zone-form">
            <label for="time-zone">{texts.progress_zone()}</label>
            <div class="zone-fields">
                <select id="time-zone" name="time_zone" data-testid="time-zone">{options}</select>
                <button class="button button-small" data-testid="choose-zone">{texts.progress_choose()}</button>
            </div>
            <p class="field-error">{move || wrong.get()}</p>
            <p class="soft">{texts.progress_zone_words()}</p>
        </form>
    }
}

#[component]
fn Events(events: Vec<XpEventView>) -> impl IntoView {
    let texts = Texts::get();
    if events.is_empty() {
        return view! { <p class="soft">{texts.progress_nothing()}</p> }.into_any();
    }
    let first = events.first().map(|event| event.rules_since);
    let differ = events.iter().any(|event| Some(event.rules_since) != first);
    // Rules that are the same for all of them are told once.
    let of_all = first.filter(|_| !differ).map(rules);
    let rows = events
        .into_iter()
        .map(|event| view! { <Event event differ/> });
    view! {
        <ol class="xp-events" role="list" data-testid="xp-events">{rows.collect_view()}</ol>
        {of_all.map(|rules| view! { <p class="soft">{rules}</p> })}
    }
    .into_any()
}

/// By which rules it was earned.
fn rules(since: Timestamp) -> String {
    let texts = Texts::get();
    match since.micros() {
        0 => texts.progress_first_rules().to_owned(),
        _ => texts.progress_rules_since(texts.date_time(since)),
    }
}

#[component]
fn Event(
    event: XpEventView,
    /// Whether the rules differ from one event to another.
    differ: bool,
) -> impl IntoView {
    let texts = Texts::get();
    let earned = (event.xp > 0).then(|| format!("+{}", texts.xp(event.xp)));
    let since = differ.then(|| format!(" · {}", rules(event.rules_since)));
    view! {
        <li class="xp-event">
            <div>
                <p class="xp-event-what">{texts.said(&event.what)}</p>
                <p>{texts.said(&event.why)}</p>
                <p class="soft xp-event-meta"><LocalTime at=event.at/>{since}</p>
            </div>
            {earned.map(|earned| view! { <span class="xp-chip">{earned}</span> })}
        </li>
    }
}
