//! Offline play that counts: the page of starts and runs, and its part of a scenario's page.

use domain::api::{
    OfflineBoardRow, OfflineBoardView, OfflinePlayView, OfflineRunView, OfflineStartView,
    OfflineState,
};
use leptos::prelude::*;
use leptos_meta::Title;

use super::Stars;
use crate::components::{Delta, FormAlert, Load};
use crate::language::Texts;
use crate::submission::{Submission, typed_before};
use crate::{CurrentSession, api, format, paths};

/// The player's starts on this server, and the runs played here for another one.
#[component]
pub fn OfflinePage() -> impl IntoView {
    let texts = Texts::get();
    let play = Resource::new(|| (), |()| async move { api::offline_play().await });
    view! {
        <Title text=texts.offline_title()/>
        <Load resource=play let:play>
            <Play play/>
        </Load>
    }
}

#[component]
fn Play(play: OfflinePlayView) -> impl IntoView {
    let texts = Texts::get();
    let OfflinePlayView {
        starts,
        runs,
        sends,
    } = play;
    let starts = (!starts.is_empty()).then(|| {
        view! {
            <section aria-labelledby="starts">
                <h2 id="starts">{texts.offline_your_starts()}</h2>
                <ul class="scenarios" role="list" data-testid="offline-starts">
                    {starts.into_iter().map(|start| view! { <Start start/> }).collect_view()}
                </ul>
            </section>
        }
    });
    let runs = (!runs.is_empty()).then(|| {
        view! {
            <section aria-labelledby="runs">
                <h2 id="runs">{texts.offline_played_here()}</h2>
                <ul class="scenarios" role="list" data-testid="offline-runs">
                    {runs.into_iter().map(|run| view! { <Run run sends/> }).collect_view()}
                </ul>
            </section>
        }
    });
    view! {
        <header class="page-head">
            <h1>{texts.offline_title()}</h1>
            <p class="soft">{texts.offline_lead()}</p>
        </header>
        <FormAlert message=Submission::of_form("/send-result").message()/>
        {runs}
        {starts}
        <Paste
            form="/offline-run"
            id="start-file"
            summary=texts.offline_open_file()
            label=texts.offline_start_content()
            hint=texts.offline_start_hint()
            button=texts.offline_play()
        />
        <Paste
            form="/hand-in"
            id="result-file"
            summary=texts.offline_hand_in_one()
            label=texts.offline_result_content()
            hint=texts.offline_result_hint()
            button=texts.offline_hand_in()
        />
        <p><a href="/scenarios">{texts.offline_all()}</a></p>
    }
}

#[component]
fn Start(start: OfflineStartView) -> impl IntoView {
    let texts = Texts::get();
    let OfflineStartView {
        id,
        scenario,
        title,
        due_at,
        state,
        result,
        refusal,
        ..
    } = start;
    let file = format!("{}/offline-starts/{id}", api::PREFIX);
    let due = texts.date(due_at);
    let said = match state {
        OfflineState::Open => texts.offline_due(due),
        OfflineState::Missed => texts.offline_missed(due),
        OfflineState::Counted | OfflineState::Refused => texts.offline_counts().to_owned(),
    };
    let result = result.map(|result| {
        view! {
            <p>{format::money(result.net_worth)} " " <Delta percent=result.return_percent/> " " <Stars stars=result.stars/></p>
        }
    });
    let refusal = refusal.map(|why| view! { <p>{texts.offline_latest_not()}" "{why}</p> });
    let download = (state == OfflineState::Open).then(|| {
        view! { <a class="button button-small" href=file download="" data-testid="download-start">{texts.offline_download()}</a> }
    });
    view! {
        <li class="card scenario">
            <h3><a href=format!("/scenarios/{scenario}")>{title}</a></h3>
            <p class="soft">{said}</p>
            {result}
            {refusal}
            {download}
        </li>
    }
}

#[component]
fn Run(run: OfflineRunView, sends: bool) -> impl IntoView {
    let texts = Texts::get();
    let OfflineRunView {
        id,
        title,
        slug,
        server,
        player,
        due_at,
        net_worth,
        state,
        answer,
    } = run;
    let page = format!("/games/{slug}/scenario");
    let due = texts.date(due_at);
    let said = match (state, net_worth.is_some()) {
        (OfflineState::Open, false) => texts.offline_playing(due),
        (OfflineState::Open, true) => texts.offline_finished(due),
        (OfflineState::Counted, _) => texts.offline_handed_in().to_owned(),
        (OfflineState::Missed, _) => texts.offline_late(due),
        (OfflineState::Refused, _) => texts.offline_not_count().to_owned(),
    };
    let worth = net_worth.map(|worth| view! { <p>{format::money(worth)}</p> });
    let waits = state == OfflineState::Open && net_worth.is_some();
    let file = format!("{}/offline-runs/{id}", api::PREFIX);
    let to = server.clone();
    let send = (waits && sends).then(|| {
        view! {
            <form action="/forms/send-result" method="post">
                <input type="hidden" name="id" value=id/>
                <button class="button button-primary" data-testid="send-result">{texts.offline_send_to(to)}</button>
            </form>
            <p class="soft">{texts.offline_sends_itself()}</p>
        }
    });
    let download = waits.then(|| {
        view! { <a class="button button-small" href=file download="" data-testid="download-result">{texts.offline_save()}</a> }
    });
    let answer = answer
        .filter(|_| state != OfflineState::Counted)
        .map(|answer| view! { <p>{answer}</p> });
    view! {
        <li class="card scenario">
            <h3><a href=page>{title}</a></h3>
            <p class="soft">{texts.offline_for_player(player, server)}</p>
            <p>{said}</p>
            {worth}
            {answer}
            {send}
            {download}
        </li>
    }
}

/// A form for the content of a file.
#[component]
fn Paste(
    form: &'static str,
    id: &'static str,
    summary: &'static str,
    label: &'static str,
    hint: &'static str,
    button: &'static str,
) -> impl IntoView {
    let error = Submission::of_form(form).told();
    let is_wrong = error.is_some();
    let typed = is_wrong.then(|| typed_before("file"));
    let (hint_id, error_id) = (format!("{id}-hint"), format!("{id}-error"));
    let described = format!("{hint_id} {error_id}");
    view! {
        <details class="card" open=is_wrong>
            <summary>{summary}</summary>
            <form class="form" action=format!("/forms{form}") method="post">
                <div class="field">
                    <label for=id>{label}</label>
                    <p class="hint" id=hint_id>{hint}</p>
                    <textarea id=id name="file" class="scenario-file" rows="8" required aria-describedby=described>{typed}</textarea>
                    <p class="field-error" id=error_id aria-live="polite">{error}</p>
                </div>
                <button class="button">{button}</button>
            </form>
        </details>
    }
}

/// The way on from a run that is played for another server.
pub(super) fn hand_in(scenario: &str, is_over: bool) -> impl IntoView + use<> {
    let texts = Texts::get();
    let words = if is_over {
        texts.offline_hand_in_result()
    } else {
        texts.offline_about()
    };
    let is_for_another = scenario.starts_with("offline-");
    is_for_another.then(|| view! { <p><a class="button" href=paths::OFFLINE_PLAY>{words}</a></p> })
}

/// The part of a scenario's page: how to play it offline, and the results of those who did.
#[component]
pub(super) fn OfflinePart(id: String) -> impl IntoView {
    let texts = Texts::get();
    let of = id.clone();
    let board = Resource::new(
        || (),
        move |()| {
            let of = of.clone();
            async move { api::offline_results(&of).await }
        },
    );
    view! {
        <Load resource=board part=texts.offline_missing_part() let:board>
            <Board board id=id.clone()/>
        </Load>
    }
}

#[component]
fn Board(board: OfflineBoardView, id: String) -> impl IntoView {
    let texts = Texts::get();
    let OfflineBoardView {
        is_replayable,
        rows,
    } = board;
    is_replayable.then(|| {
        let session = CurrentSession::get().resource();
        let take = move || {
            let id = id.clone();
            Suspend::new(async move {
                matches!(session.await, Ok(Some(_))).then(|| {
                    view! {
                        <form action="/forms/offline-start" method="post">
                            <input type="hidden" name="id" value=id/>
                            <button class="button" data-testid="offline-start">{texts.offline_take()}</button>
                        </form>
                    }
                })
            })
        };
        let results = if rows.is_empty() {
            view! { <p>{texts.offline_nobody()}</p> }.into_any()
        } else {
            view! { <Results rows/> }.into_any()
        };
        view! {
            <section class="card scenario-about" aria-labelledby="offline">
                <h2 id="offline">{texts.offline_results()}</h2>
                <p class="soft">{texts.offline_results_lead()}</p>
                {results}
                <Suspense fallback=|| ()>{take}</Suspense>
                <p><a href=paths::OFFLINE_PLAY>{texts.offline_yours()}</a></p>
            </section>
        }
    })
}

#[component]
fn Results(rows: Vec<OfflineBoardRow>) -> impl IntoView {
    let texts = Texts::get();
    let row = |(place, row): (usize, OfflineBoardRow)| {
        let OfflineBoardRow {
            handle,
            is_me,
            result,
            trades,
            at,
        } = row;
        let page = paths::player(&handle);
        view! {
            <tr aria-current=is_me.then_some("true")>
                <td class="numeric">{place.saturating_add(1)}</td>
                <th scope="row"><a href=page>{handle}</a></th>
                <td class="numeric"><Delta percent=result.return_percent/></td>
                <td class="numeric">{format::money(result.net_worth)}</td>
                <td><Stars stars=result.stars/></td>
                <td class="numeric">{trades}</td>
                <td>{texts.date(at)}</td>
            </tr>
        }
    };
    view! {
        <div class="table-scroll" tabindex="0" role="group" aria-label=texts.offline_results()>
            <table class="table" data-testid="offline-results">
                <thead>
                    <tr>
                        <th scope="col" class="numeric">{texts.offline_place()}</th>
                        <th scope="col">{texts.offline_player()}</th>
                        <th scope="col" class="numeric">{texts.offline_return()}</th>
                        <th scope="col" class="numeric">{texts.offline_worth()}</th>
                        <th scope="col">{texts.offline_stars()}</th>
                        <th scope="col" class="numeric">{texts.offline_trades()}</th>
                        <th scope="col">{texts.offline_when()}</th>
                    </tr>
                </thead>
                <tbody>{rows.into_iter().enumerate().map(row).collect_view()}</tbody>
            </table>
        </div>
    }
}
