//! Offline play that counts: the page of starts and runs, and its part of a scenario's page.

use domain::api::{
    OfflineBoardRow, OfflineBoardView, OfflinePlayView, OfflineRunView, OfflineStartView,
    OfflineState,
};
use leptos::prelude::*;
use leptos_meta::Title;

use super::Stars;
use crate::components::{Delta, FormAlert, Load};
use crate::submission::{Submission, typed_before};
use crate::{CurrentSession, api, format, paths};

/// The player's starts on this server, and the runs played here for another one.
#[component]
pub fn OfflinePage() -> impl IntoView {
    let play = Resource::new(|| (), |()| async move { api::offline_play().await });
    view! {
        <Title text="Offline play"/>
        <Load resource=play let:play>
            <Play play/>
        </Load>
    }
}

#[component]
fn Play(play: OfflinePlayView) -> impl IntoView {
    let OfflinePlayView {
        starts,
        runs,
        sends,
    } = play;
    let starts = (!starts.is_empty()).then(|| {
        view! {
            <section aria-labelledby="starts">
                <h2 id="starts">"Your starts from this server"</h2>
                <ul class="scenarios" role="list" data-testid="offline-starts">
                    {starts.into_iter().map(|start| view! { <Start start/> }).collect_view()}
                </ul>
            </section>
        }
    });
    let runs = (!runs.is_empty()).then(|| {
        view! {
            <section aria-labelledby="runs">
                <h2 id="runs">"Played here for another server"</h2>
                <ul class="scenarios" role="list" data-testid="offline-runs">
                    {runs.into_iter().map(|run| view! { <Run run sends/> }).collect_view()}
                </ul>
            </section>
        }
    });
    view! {
        <header class="page-head">
            <h1>"Offline play"</h1>
            <p class="soft">"Take a signed start of a scenario from a server, play it without a network in the desktop app, and hand in the result later. The server plays your run again from what you did, so nobody has to believe it."</p>
        </header>
        <FormAlert message=Submission::of_form("/send-result").message()/>
        {runs}
        {starts}
        <Paste
            form="/offline-run"
            id="start-file"
            summary="Open a start file"
            label="Content of the start file"
            hint="Open the file in an editor and paste all of it."
            button="Play"
        />
        <Paste
            form="/hand-in"
            id="result-file"
            summary="Hand in a result"
            label="Content of the result file"
            hint="For a run that was played elsewhere from a start of this server, when the app there cannot send it."
            button="Hand in"
        />
        <p><a href="/scenarios">"All scenarios"</a></p>
    }
}

#[component]
fn Start(start: OfflineStartView) -> impl IntoView {
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
    let due = format::date(due_at);
    let said = match state {
        OfflineState::Open => format!("Hand in the result by {due}."),
        OfflineState::Missed => format!("No result came by {due}."),
        OfflineState::Counted | OfflineState::Refused => "The result counts.".to_owned(),
    };
    let result = result.map(|result| {
        view! {
            <p>{format::money(result.net_worth)} " " <Delta percent=result.return_percent/> " " <Stars stars=result.stars/></p>
        }
    });
    let refusal = refusal.map(|why| view! { <p>"The latest result does not count: " {why}</p> });
    let download = (state == OfflineState::Open).then(|| {
        view! { <a class="button button-small" href=file download="" data-testid="download-start">"Download the start"</a> }
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
    let due = format::date(due_at);
    let said = match (state, net_worth.is_some()) {
        (OfflineState::Open, false) => format!("You are playing. The result is due on {due}."),
        (OfflineState::Open, true) => {
            format!("Finished, and not handed in yet. It is due on {due}.")
        }
        (OfflineState::Counted, _) => "Handed in: it counts.".to_owned(),
        (OfflineState::Missed, _) => format!("It was due on {due}: it is too late."),
        (OfflineState::Refused, _) => "It does not count.".to_owned(),
    };
    let worth = net_worth.map(|worth| view! { <p>{format::money(worth)}</p> });
    let waits = state == OfflineState::Open && net_worth.is_some();
    let file = format!("{}/offline-runs/{id}", api::PREFIX);
    let to = server.clone();
    let send = (waits && sends).then(|| {
        view! {
            <form action="/forms/send-result" method="post">
                <input type="hidden" name="id" value=id/>
                <button class="button button-primary" data-testid="send-result">"Send to " {to}</button>
            </form>
            <p class="soft">"The app also sends it by itself while it is open."</p>
        }
    });
    let download = waits.then(|| {
        view! { <a class="button button-small" href=file download="" data-testid="download-result">"Save the result as a file"</a> }
    });
    let answer = answer
        .filter(|_| state != OfflineState::Counted)
        .map(|answer| view! { <p>{answer}</p> });
    view! {
        <li class="card scenario">
            <h3><a href=page>{title}</a></h3>
            <p class="soft">{format!("For {player} on {server}.")}</p>
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
    let words = if is_over {
        "Hand in the result"
    } else {
        "About this offline run"
    };
    let is_for_another = scenario.starts_with("offline-");
    is_for_another.then(|| view! { <p><a class="button" href=paths::OFFLINE_PLAY>{words}</a></p> })
}

/// The part of a scenario's page: how to play it offline, and the results of those who did.
#[component]
pub(super) fn OfflinePart(id: String) -> impl IntoView {
    let of = id.clone();
    let board = Resource::new(
        || (),
        move |()| {
            let of = of.clone();
            async move { api::offline_results(&of).await }
        },
    );
    view! {
        <Load resource=board part="the results of offline play" let:board>
            <Board board id=id.clone()/>
        </Load>
    }
}

#[component]
fn Board(board: OfflineBoardView, id: String) -> impl IntoView {
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
                            <button class="button" data-testid="offline-start">"Take a start for offline play"</button>
                        </form>
                    }
                })
            })
        };
        let results = if rows.is_empty() {
            view! { <p>"Nobody has handed in a result yet."</p> }.into_any()
        } else {
            view! { <Results rows/> }.into_any()
        };
        view! {
            <section class="card scenario-about" aria-labelledby="offline">
                <h2 id="offline">"Results sent in from offline play"</h2>
                <p class="soft">"Each was played again by this server from what its player did. They stand apart, because whoever has the file can know the prices."</p>
                {results}
                <Suspense fallback=|| ()>{take}</Suspense>
                <p><a href=paths::OFFLINE_PLAY>"Your offline play"</a></p>
            </section>
        }
    })
}

#[component]
fn Results(rows: Vec<OfflineBoardRow>) -> impl IntoView {
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
                <td>{format::date(at)}</td>
            </tr>
        }
    };
    view! {
        <div class="table-scroll" tabindex="0" role="group" aria-label="Results sent in from offline play">
            <table class="table" data-testid="offline-results">
                <thead>
                    <tr>
                        <th scope="col" class="numeric">"Place"</th>
                        <th scope="col">"Player"</th>
                        <th scope="col" class="numeric">"Return"</th>
                        <th scope="col" class="numeric">"Worth"</th>
                        <th scope="col">"Stars"</th>
                        <th scope="col" class="numeric">"Trades"</th>
                        <th scope="col">"Handed in"</th>
                    </tr>
                </thead>
                <tbody>{rows.into_iter().enumerate().map(row).collect_view()}</tbody>
            </table>
        </div>
    }
}
