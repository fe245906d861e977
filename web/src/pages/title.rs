//! What third-party programs do around a game: their achievements, scores and time played; and, for hosts,
//! their API keys.

use domain::api::{ApiError, ApiKeyView, KeyScope, TitleBoardView, TitleStampView, TitleView};
use domain::progress::Achievements;
use leptos::prelude::*;
use leptos_meta::Title;

use crate::components::{EmptyState, FormAlert, IconName, Load, LocalTime, Stamp as Picture};
use crate::language::Texts;
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
    let texts = Texts::get();
    let game = CurrentGame::get();
    let shown = Resource::new(|| (), move |()| load(game));
    let message = Submission::new().message_of_any(&["name"]);
    view! {
        <Title text=texts.title_title()/>
        <FormAlert message/>
        <Token/>
        <Load resource=shown let:shown>
            <header class="page-head">
                <h1>{texts.title_title()}</h1>
                <p class="soft">{texts.title_lead()}</p>
            </header>
            <Mine title=shown.title/>
            {shown.keys.map(|keys| view! { <Keys keys/> })}
        </Load>
    }
}

/// The token that was just made.
#[component]
fn Token() -> impl IntoView {
    let texts = Texts::get();
    let token = typed_before("token");
    (!token.is_empty()).then(|| {
        view! {
            <section class="card slip" aria-labelledby="token-title" data-testid="api-token">
                <h2 id="token-title">{texts.title_new_key()}</h2>
                <p><code class="seed">{token}</code></p>
                <p>{texts.title_new_key_words()}" "<code>"Api-Key"</code>"."</p>
            </section>
        }
    })
}

#[component]
fn Mine(title: TitleView) -> impl IntoView {
    let texts = Texts::get();
    if title.achievements.is_empty() && title.boards.is_empty() {
        return view! {
            <EmptyState icon=IconName::Medal title=texts.title_none() text=texts.title_none_words()/>
        }
        .into_any();
    }
    let summary = texts.title_summary(
        title.unlocked,
        title.achievements.len(),
        texts.whole_percent(u64::from(title.completion_percent)),
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
    let texts = Texts::get();
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
                        Some(at) => view! { {texts.title_unlocked()}" "<LocalTime at=at/> }.into_any(),
                        None => texts.title_not_yet().into_any(),
                    }}
                    " · "{texts.title_points(achievement.points)}
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
    let texts = Texts::get();
    let rows = board.best.into_iter().zip(1..).map(|(place, rank)| {
        view! {
            <tr>
                <td class="numeric">{rank}</td>
                <th scope="row">{place.handle}</th>
                <td class="numeric">{texts.whole(place.value)}</td>
            </tr>
        }
    });
    view! {
        <section class="card">
            <h2>{board.board}</h2>
            <p>{texts.title_best(texts.whole(board.mine))}</p>
            <table class="table">
                <thead><tr><th scope="col" class="numeric">{texts.title_rank()}</th><th scope="col">{texts.title_player()}</th><th scope="col" class="numeric">{texts.title_score()}</th></tr></thead>
                <tbody>{rows.collect_view()}</tbody>
            </table>
        </section>
    }
}

#[component]
fn Keys(keys: Vec<ApiKeyView>) -> impl IntoView {
    let texts = Texts::get();
    let game = CurrentGame::get().slug().to_string();
    let revoke_in = game.clone();
    let row = move |key: ApiKeyView| {
        let words = key.scopes.iter().map(|scope| scope_in_words(*scope));
        let may = words.reduce(|one, other| texts.title_and(one, other));
        let may = texts.title_may(may.unwrap_or_default());
        view! {
            <li class="told">
                <p class="notice-text"><strong>{key.name.clone()}</strong>" "{may}</p>
                <p class="soft">{texts.title_made()}" "<LocalTime at=key.created_at/></p>
                <form action="/forms/revoke-api-key" method="post">
                    <input type="hidden" name="game" value=revoke_in.clone()/>
                    <input type="hidden" name="id" value=key.id/>
                    <button class="button button-small button-quiet">{texts.title_revoke(key.name)}</button>
                </form>
            </li>
        }
    };
    view! {
        <section class="card" aria-labelledby="keys-title">
            <h2 id="keys-title">{texts.title_connect()}</h2>
            <p class="soft">{texts.title_connect_lead()}" "<a href="/api/docs">{texts.title_how()}</a></p>
            <form class="form narrow-form" action="/forms/new-api-key" method="post">
                <input type="hidden" name="game" value=game/>
                <p class="field">
                    <label for="key-name">{texts.title_name()}</label>
                    <input id="key-name" name="name" maxlength="60" required autocomplete="off" value=first_value("name")/>
                </p>
                <button class="button button-primary" data-testid="new-api-key">{texts.title_create()}</button>
            </form>
            <ul role="list" data-testid="api-keys">{keys.into_iter().map(row).collect_view()}</ul>
        </section>
    }
}

fn scope_in_words(scope: KeyScope) -> String {
    let texts = Texts::get();
    let words = match scope {
        KeyScope::Achievements => texts.title_define_stamps(),
        KeyScope::Events => texts.title_tell(),
    };
    words.to_owned()
}
