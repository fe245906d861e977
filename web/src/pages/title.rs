//! What third-party programs do around a game: their achievements, scores and time played; and, for hosts,
//! their API keys.

use domain::api::{ApiError, ApiKeyView, KeyScope, TitleBoardView, TitleStampView, TitleView};
use domain::progress::Achievements;
use leptos::prelude::*;
use leptos_meta::Title;

use crate::components::{EmptyState, FormAlert, IconName, Load, LocalTime, Stamp as Picture};
use crate::submission::{Submission, first_value, typed_before};
use crate::{CurrentGame, api, format};

/// What the page shows.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
struct Shown {
    title: TitleView,
    /// For hosts.
    keys: Option<Vec<ApiKeyView>>,
}

async fn load(game: CurrentGame) -> Result<Shown, ApiError> {
    Ok(Shown {
        title: api::title(&game.slug()).await?,
        keys: api::api_keys(&game.slug()).await.ok(),
    })
}

/// The page.
#[component]
pub fn TitlePage() -> impl IntoView {
    let game = CurrentGame::get();
    let shown = Resource::new(|| (), move |()| load(game));
    let message = Submission::new().message_of_any(&["name"]);
    view! {
        <Title text="Other programs"/>
        <FormAlert message/>
        <Token/>
        <Load resource=shown let:shown>
            <header class="page-head">
                <h1>"Other programs"</h1>
                <p class="soft">"Games and apps around this one can give stamps and keep scores of their own. They count here only, and bring no XP."</p>
            </header>
            <Mine title=shown.title/>
            {shown.keys.map(|keys| view! { <Keys keys/> })}
        </Load>
    }
}

/// The token that was just made.
#[component]
fn Token() -> impl IntoView {
    let token = typed_before("token");
    (!token.is_empty()).then(|| {
        view! {
            <section class="card slip" aria-labelledby="token-title" data-testid="api-token">
                <h2 id="token-title">"The new key"</h2>
                <p><code class="seed">{token}</code></p>
                <p>"Copy it into the program now: it is shown only here. The program sends it in the header "<code>"Api-Key"</code>"."</p>
            </section>
        }
    })
}

#[component]
fn Mine(title: TitleView) -> impl IntoView {
    if title.achievements.is_empty() && title.boards.is_empty() {
        return view! {
            <EmptyState icon=IconName::Medal title="No program yet" text="When the host connects a program, its stamps and scores appear here."/>
        }
        .into_any();
    }
    let summary = format!(
        "{} of {} stamps ({} %), {} points, {} played",
        title.unlocked,
        title.achievements.len(),
        title.completion_percent,
        title.points,
        format::played(title.playtime_seconds),
    );
    view! {
        <p class="title-summary" data-testid="title-summary">{summary}</p>
        <ul class="more-entries" role="list">
            {title.achievements.into_iter().map(|stamp| view! { <Stamp stamp/> }).collect_view()}
        </ul>
        {title.boards.into_iter().map(|board| view! { <Board board/> }).collect_view()}
    }
    .into_any()
}

#[component]
fn Stamp(stamp: TitleStampView) -> impl IntoView {
    let TitleStampView {
        achievement,
        unlocked_at,
    } = stamp;
    // The placeholder of a picture that we do not have.
    let letter = achievement.name.chars().next().unwrap_or('?');
    let class = if unlocked_at.is_some() {
        "card title-stamp title-stamp-unlocked"
    } else {
        "card title-stamp"
    };
    view! {
        <li class=class>
            <span class="title-picture" aria-hidden="true">
                {match achievement.icon.filter(|icon| is_ours(icon)) {
                    Some(icon) => view! { <Picture icon=Some(icon)/> }.into_any(),
                    None => view! { {letter} }.into_any(),
                }}
            </span>
            <div>
                <h2>{achievement.name}</h2>
                <p class="soft">{achievement.description}</p>
                <p>
                    {match unlocked_at {
                        Some(at) => view! { "Unlocked "<LocalTime at=at/> }.into_any(),
                        None => view! { "Not yet" }.into_any(),
                    }}
                    {format!(" · {} points", achievement.points)}
                </p>
            </div>
        </li>
    }
}

/// Whether we have a picture of this name.
fn is_ours(icon: &str) -> bool {
    let all = Achievements::standard().all();
    all.iter().any(|definition| definition.icon == icon)
}

#[component]
fn Board(board: TitleBoardView) -> impl IntoView {
    let rows = board.best.into_iter().zip(1..).map(|(place, rank)| {
        view! {
            <tr>
                <td class="numeric">{rank}</td>
                <th scope="row">{place.handle}</th>
                <td class="numeric">{format::whole(place.value)}</td>
            </tr>
        }
    });
    view! {
        <section class="card">
            <h2>{board.board}</h2>
            <p>{format!("Your best: {}", format::whole(board.mine))}</p>
            <table class="table">
                <thead><tr><th scope="col" class="numeric">"Rank"</th><th scope="col">"Player"</th><th scope="col" class="numeric">"Score"</th></tr></thead>
                <tbody>{rows.collect_view()}</tbody>
            </table>
        </section>
    }
}

#[component]
fn Keys(keys: Vec<ApiKeyView>) -> impl IntoView {
    let game = CurrentGame::get().slug().to_string();
    let revoke_in = game.clone();
    let row = move |key: ApiKeyView| {
        let words = key.scopes.iter().map(|scope| scope_in_words(*scope));
        let may = words.collect::<Vec<_>>().join(" and ");
        view! {
            <li class="told">
                <p class="notice-text"><strong>{key.name.clone()}</strong>{format!(" may {may}")}</p>
                <p class="soft">"Made "<LocalTime at=key.created_at/></p>
                <form action="/forms/revoke-api-key" method="post">
                    <input type="hidden" name="game" value=revoke_in.clone()/>
                    <input type="hidden" name="id" value=key.id/>
                    <button class="button button-small button-quiet">{format!("Revoke {}", key.name)}</button>
                </form>
            </li>
        }
    };
    view! {
        <section class="card" aria-labelledby="keys-title">
            <h2 id="keys-title">"Connect a program"</h2>
            <p class="soft">"A key lets a program define stamps, and tell what players unlocked, scored and how long they played. "<a href="/api/docs">"How programs use it"</a></p>
            <form class="form narrow-form" action="/forms/new-api-key" method="post">
                <input type="hidden" name="game" value=game/>
                <p class="field">
                    <label for="key-name">"Name of the program"</label>
                    <input id="key-name" name="name" maxlength="60" required autocomplete="off" value=first_value("name")/>
                </p>
                <button class="button button-primary" data-testid="new-api-key">"Create a key"</button>
            </form>
            <ul role="list" data-testid="api-keys">{keys.into_iter().map(row).collect_view()}</ul>
        </section>
    }
}

fn scope_in_words(scope: KeyScope) -> &'static str {
    match scope {
        KeyScope::Achievements => "define stamps",
        KeyScope::Events => "tell what players did",
    }
}
