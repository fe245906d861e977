//! The operator's page: how the server is doing, what failed, what was reported, who did what. A plain page.

use domain::api::{
    DeadJobView, HostedState, JobCountView, LoggedActionView, OfferingQueueView, OpenReportView,
    OperatedGameView, OperatorView,
};
use leptos::prelude::*;
use leptos_meta::Title;

use crate::components::{FormAlert, Load, LocalTime};
use crate::language::Texts;
use crate::{Submission, api};

/// The page. The API rejects anyone who is not an operator.
#[component]
pub fn OperatorPage() -> impl IntoView {
    let texts = Texts::get();
    let page = Resource::new(|| (), |()| api::operator());
    let submission = Submission::new();
    view! {
        <Title text=texts.operator_title()/>
        <FormAlert message=submission.message()/>
        <Load resource=page let:page>
            <header class="page-head">
                <h1>{texts.operator_how()}</h1>
                <p class="soft">{texts.operator_lead()}" "<code>"tickerquest status"</code></p>
            </header>
            <Panels page/>
        </Load>
    }
}

#[component]
fn Panels(page: OperatorView) -> impl IntoView {
    let texts = Texts::get();
    let status = page
        .status
        .into_iter()
        .map(|line| view! { <li>{texts.said(&line)}</li> });
    view! {
        <section class="card">
            <h2>{texts.operator_now()}</h2>
            <ul class="operator-status" data-testid="operator-status">{status.collect_view()}</ul>
        </section>
        <section class="card" aria-labelledby="dead-title">
            <h2 id="dead-title">{texts.operator_dead_jobs()}</h2>
            {dead_jobs(page.dead_jobs)}
        </section>
        <section class="card" aria-labelledby="offerings-title">
            <h2 id="offerings-title">{texts.operator_offerings()}</h2>
            {offerings(page.offerings)}
        </section>
        <section class="card" aria-labelledby="reports-title">
            <h2 id="reports-title">{texts.operator_reports()}</h2>
            {reports(page.reports)}
        </section>
        <section class="card" aria-labelledby="jobs-title">
            <h2 id="jobs-title">{texts.operator_jobs()}</h2>
            {jobs(page.jobs)}
        </section>
        <section class="card" aria-labelledby="games-title">
            <h2 id="games-title">{texts.operator_games()}</h2>
            {games(page.games)}
        </section>
        <section class="card" aria-labelledby="actions-title">
            <h2 id="actions-title">{texts.operator_actions()}</h2>
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
    let texts = Texts::get();
    if jobs.is_empty() {
        return nothing(texts.operator_dead_none());
    }
    let rows = jobs.into_iter().map(|job| {
        let at = job.ended_at.map(|at| view! { <LocalTime at/> " · " });
        view! {
            <li data-testid="dead-job">
                <div>
                    <p class="session-device">{job.kind.clone()}</p>
                    <p class="soft operator-words"><small>{at}{texts.operator_attempts(job.attempts)}" · "{job.error}</small></p>
                </div>
                <div class="operator-buttons">
                    {button("retry_job", &job.id, texts.operator_again(), &job.kind)}
                    {button("drop_job", &job.id, texts.operator_drop(), &job.kind)}
                </div>
            </li>
        }
    });
    view! { <ul class="sessions" role="list">{rows.collect_view()}</ul> }.into_any()
}

fn offerings(queues: Vec<OfferingQueueView>) -> AnyView {
    let texts = Texts::get();
    if queues.is_empty() {
        return nothing(texts.operator_offerings_none());
    }
    let number = |count: u64| view! { <td class="numeric">{count}</td> };
    let rows = queues.into_iter().map(|one| {
        let state = match (&one.dead_job, one.settled) {
            (Some(job), _) => view! {
                {texts.operator_job_dead(&job.error)}
                {button("retry_job", &job.id, texts.operator_again(), &one.title)}
            }
            .into_any(),
            (None, true) => texts.operator_settled().into_any(),
            (None, false) => texts.operator_open().into_any(),
        };
        view! {
            <tr data-testid="offering-queue">
                <th scope="row">{one.title.clone()}</th>
                <td>{state}</td>
                <td class="numeric">{texts.operator_granted(one.granted, one.shares)}</td>
                {number(one.waiting)}{number(one.in_progress)}{number(one.completed)}
                {number(one.failed)}{number(one.reversed)}
            </tr>
        }
    });
    view! {
        <div class="table-scroll" tabindex="0" role="region" aria-label=texts.operator_offerings()>
            <table class="roster">
                <thead><tr>
                    <th scope="col">{texts.operator_offering()}</th><th scope="col">{texts.operator_state()}</th>
                    <th scope="col" class="numeric">{texts.operator_shares()}</th><th scope="col" class="numeric">{texts.operator_waiting()}</th>
                    <th scope="col" class="numeric">{texts.operator_in_progress()}</th><th scope="col" class="numeric">{texts.operator_completed()}</th>
                    <th scope="col" class="numeric">{texts.operator_failed()}</th><th scope="col" class="numeric">{texts.operator_taken_back()}</th>
                </tr></thead>
                <tbody>{rows.collect_view()}</tbody>
            </table>
        </div>
    }
    .into_any()
}

fn reports(reports: Vec<OpenReportView>) -> AnyView {
    let texts = Texts::get();
    if reports.is_empty() {
        return nothing(texts.operator_reports_none());
    }
    let rows = reports.into_iter().map(|report| {
        let kind = kind_in_words(&report.kind);
        let told = texts.operator_report(&report.by, &report.reported, kind);
        view! {
            <li>
                <div>
                    <p class="session-device">{told}</p>
                    <p class="soft operator-words"><small><LocalTime at=report.at/>" "{report.words}</small></p>
                </div>
                {button("close_report", &report.id, texts.operator_close_report(), &report.reported)}
            </li>
        }
    });
    view! { <ul class="sessions" role="list">{rows.collect_view()}</ul> }.into_any()
}

/// What a report is about.
fn kind_in_words(kind: &str) -> String {
    let texts = Texts::get();
    let known = match kind {
        "handle" => texts.operator_kind_handle(),
        "cheating" => texts.operator_kind_cheating(),
        "words" => texts.operator_kind_words(),
        "other" => texts.operator_kind_other(),
        _ => kind,
    };
    known.to_owned()
}

/// What state jobs are in.
fn state_in_words(state: &str) -> String {
    let texts = Texts::get();
    let known = match state {
        "ready" => texts.operator_state_ready(),
        "dead" => texts.operator_state_dead(),
        "finished" => texts.operator_state_finished(),
        _ => state,
    };
    known.to_owned()
}

fn jobs(jobs: Vec<JobCountView>) -> AnyView {
    let texts = Texts::get();
    if jobs.is_empty() {
        return nothing(texts.operator_jobs_none());
    }
    let rows = jobs.into_iter().map(|one| {
        view! { <tr><th scope="row">{one.kind}</th><td>{state_in_words(&one.state)}</td><td class="numeric">{one.count}</td></tr> }
    });
    view! {
        <div class="table-scroll" tabindex="0" role="region" aria-label=texts.operator_table()>
            <table class="roster">
                <thead><tr><th scope="col">{texts.operator_kind()}</th><th scope="col">{texts.operator_state()}</th><th scope="col" class="numeric">{texts.operator_jobs()}</th></tr></thead>
                <tbody>{rows.collect_view()}</tbody>
            </table>
        </div>
    }
    .into_any()
}

fn games(games: Vec<OperatedGameView>) -> AnyView {
    let texts = Texts::get();
    let rows = games.into_iter().map(|game| {
        let address = format!("/games/{}/market", game.slug);
        let state = match (game.state, game.frozen) {
            (Some(HostedState::Draft), _) => texts.operator_game_draft(),
            (Some(HostedState::Closed | HostedState::Archived), _) => texts.operator_game_over(),
            (_, true) => texts.operator_frozen(),
            (_, false) => texts.operator_game_open(),
        };
        let ends = match game.closes_at {
            Some(at) => view! { <LocalTime at/> }.into_any(),
            None => texts.operator_never().into_any(),
        };
        view! { <tr><th scope="row"><a href=address>{texts.said(&game.name)}</a></th><td>{state}</td><td>{ends}</td></tr> }
    });
    view! {
        <div class="table-scroll" tabindex="0" role="region" aria-label=texts.operator_table()>
            <table class="roster">
                <thead><tr><th scope="col">{texts.operator_game()}</th><th scope="col">{texts.operator_state()}</th><th scope="col">{texts.operator_ends()}</th></tr></thead>
                <tbody>{rows.collect_view()}</tbody>
            </table>
        </div>
    }
    .into_any()
}

fn actions(actions: Vec<LoggedActionView>) -> AnyView {
    if actions.is_empty() {
        return nothing(Texts::get().operator_actions_none());
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
