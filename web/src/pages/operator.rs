//! The operator's page: how the server is doing, what failed, what was reported, who did what. A plain page.

use domain::api::{
    DeadJobView, JobCountView, LoggedActionView, OfferingQueueView, OpenReportView,
    OperatedGameView, OperatorView,
};
use leptos::prelude::*;
use leptos_meta::Title;

use crate::components::{FormAlert, Load, LocalTime};
use crate::{Submission, api};

/// The page. The API rejects anyone who is not an operator.
#[component]
pub fn OperatorPage() -> impl IntoView {
    let page = Resource::new(|| (), |()| api::operator());
    let submission = Submission::new();
    view! {
        <Title text="Operator"/>
        <FormAlert message=submission.message()/>
        <Load resource=page let:page>
            <header class="page-head">
                <h1>"How the server is doing"</h1>
                <p class="soft">"For those who operate it. The same in words: " <code>"tickerquest status"</code></p>
            </header>
            <Panels page/>
        </Load>
    }
}

#[component]
fn Panels(page: OperatorView) -> impl IntoView {
    let status = page
        .status
        .into_iter()
        .map(|line| view! { <li>{line}</li> });
    view! {
        <section class="card">
            <h2>"Now"</h2>
            <ul class="operator-status" data-testid="operator-status">{status.collect_view()}</ul>
        </section>
        <section class="card" aria-labelledby="dead-title">
            <h2 id="dead-title">"Jobs that failed for the last time"</h2>
            {dead_jobs(page.dead_jobs)}
        </section>
        <section class="card" aria-labelledby="offerings-title">
            <h2 id="offerings-title">"Offerings"</h2>
            {offerings(page.offerings)}
        </section>
        <section class="card" aria-labelledby="reports-title">
            <h2 id="reports-title">"Reports that wait"</h2>
            {reports(page.reports)}
        </section>
        <section class="card" aria-labelledby="jobs-title">
            <h2 id="jobs-title">"Jobs"</h2>
            {jobs(page.jobs)}
        </section>
        <section class="card" aria-labelledby="games-title">
            <h2 id="games-title">"Games"</h2>
            {games(page.games)}
        </section>
        <section class="card" aria-labelledby="actions-title">
            <h2 id="actions-title">"What operators and hosts did"</h2>
            {actions(page.actions)}
        </section>
    }
}

/// A button for an action on one row.
fn button(action: &'static str, id: &str, label: &'static str, of: &str) -> impl IntoView + use<> {
    let name = format!("{label}: {of}");
    view! {
        <form action="/forms/operator" method="post">
            <input type="hidden" name="action" value=action/>
            <input type="hidden" name="id" value=id.to_owned()/>
            <button class="button button-quiet button-small" aria-label=name>{label}</button>
        </form>
    }
}

fn nothing(words: &'static str) -> AnyView {
    view! { <p class="soft">{words}</p> }.into_any()
}

fn dead_jobs(jobs: Vec<DeadJobView>) -> AnyView {
    if jobs.is_empty() {
        return nothing("None. That is how it should be.");
    }
    let rows = jobs.into_iter().map(|job| {
        let at = job.ended_at.map(|at| view! { <LocalTime at/> " · " });
        view! {
            <li data-testid="dead-job">
                <div>
                    <p class="session-device">{job.kind.clone()}</p>
                    <p class="soft operator-words"><small>{at}{format!("{} attempts · ", job.attempts)}{job.error}</small></p>
                </div>
                <div class="operator-buttons">
                    {button("retry_job", &job.id, "Try again", &job.kind)}
                    {button("drop_job", &job.id, "Give up", &job.kind)}
                </div>
            </li>
        }
    });
    view! { <ul class="sessions" role="list">{rows.collect_view()}</ul> }.into_any()
}

fn offerings(queues: Vec<OfferingQueueView>) -> AnyView {
    if queues.is_empty() {
        return nothing("None is open, and none ended within a week.");
    }
    let number = |count: u64| view! { <td class="numeric">{count}</td> };
    let rows = queues.into_iter().map(|one| {
        let state = match (&one.dead_job, one.settled) {
            (Some(job), _) => view! {
                {format!("Its job is dead: {}", job.error)}
                {button("retry_job", &job.id, "Try again", &one.title)}
            }
            .into_any(),
            (None, true) => "Settled".into_any(),
            (None, false) => "Open".into_any(),
        };
        view! {
            <tr data-testid="offering-queue">
                <th scope="row">{one.title.clone()}</th>
                <td>{state}</td>
                <td class="numeric">{format!("{} of {}", one.granted, one.shares)}</td>
                {number(one.waiting)}{number(one.in_progress)}{number(one.completed)}
                {number(one.failed)}{number(one.reversed)}
            </tr>
        }
    });
    view! {
        <div class="table-scroll" tabindex="0" role="region" aria-label="Offerings">
            <table class="roster">
                <thead><tr>
                    <th scope="col">"Offering"</th><th scope="col">"State"</th>
                    <th scope="col" class="numeric">"Shares"</th><th scope="col" class="numeric">"Waiting"</th>
                    <th scope="col" class="numeric">"In progress"</th><th scope="col" class="numeric">"Completed"</th>
                    <th scope="col" class="numeric">"Failed"</th><th scope="col" class="numeric">"Taken back"</th>
                </tr></thead>
                <tbody>{rows.collect_view()}</tbody>
            </table>
        </div>
    }
    .into_any()
}

fn reports(reports: Vec<OpenReportView>) -> AnyView {
    if reports.is_empty() {
        return nothing("None waits.");
    }
    let rows = reports.into_iter().map(|report| {
        view! {
            <li>
                <div>
                    <p class="session-device">{format!("{} reports {} ({})", report.by, report.reported, report.kind)}</p>
                    <p class="soft operator-words"><small><LocalTime at=report.at/>" "{report.words}</small></p>
                </div>
                {button("close_report", &report.id, "Dealt with", &report.reported)}
            </li>
        }
    });
    view! { <ul class="sessions" role="list">{rows.collect_view()}</ul> }.into_any()
}

fn jobs(jobs: Vec<JobCountView>) -> AnyView {
    if jobs.is_empty() {
        return nothing("None waits or runs.");
    }
    let rows = jobs.into_iter().map(|one| {
        view! { <tr><th scope="row">{one.kind}</th><td>{one.state}</td><td class="numeric">{one.count}</td></tr> }
    });
    view! {
        <div class="table-scroll" tabindex="0" role="region" aria-label="Table">
            <table class="roster">
                <thead><tr><th scope="col">"Kind"</th><th scope="col">"State"</th><th scope="col" class="numeric">"Jobs"</th></tr></thead>
                <tbody>{rows.collect_view()}</tbody>
            </table>
        </div>
    }
    .into_any()
}

fn games(games: Vec<OperatedGameView>) -> AnyView {
    let rows = games.into_iter().map(|game| {
        let address = format!("/games/{}/market", game.slug);
        let state = if game.frozen { "frozen" } else { "open" };
        let ends = match game.closes_at {
            Some(at) => view! { <LocalTime at/> }.into_any(),
            None => view! { "never" }.into_any(),
        };
        view! { <tr><th scope="row"><a href=address>{game.name}</a></th><td>{state}</td><td>{ends}</td></tr> }
    });
    view! {
        <div class="table-scroll" tabindex="0" role="region" aria-label="Table">
            <table class="roster">
                <thead><tr><th scope="col">"Game"</th><th scope="col">"State"</th><th scope="col">"Ends"</th></tr></thead>
                <tbody>{rows.collect_view()}</tbody>
            </table>
        </div>
    }
    .into_any()
}

fn actions(actions: Vec<LoggedActionView>) -> AnyView {
    if actions.is_empty() {
        return nothing("Nothing yet.");
    }
    let rows = actions.into_iter().map(|action| {
        view! {
            <li>
                <div>
                    <p class="session-device">{format!("{}: {} {}", action.actor, action.action, action.subject)}</p>
                    <p class="soft"><small><LocalTime at=action.at/></small></p>
                </div>
            </li>
        }
    });
    view! { <ul class="sessions" role="list" data-testid="operator-actions">{rows.collect_view()}</ul> }.into_any()
}
