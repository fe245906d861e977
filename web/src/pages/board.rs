//! The projector board: ten rows, readable from the back of the room, running unattended for days.

use domain::Percent;
use domain::api::{ApiError, BoardRow, BoardView};
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_query_map;

use crate::components::Load;
use crate::language::Texts;
use crate::{CurrentGame, api, format};

/// Rows per page.
const ROWS: usize = 10;

async fn load(slug: String, key: String) -> Result<BoardView, ApiError> {
    api::board(&slug, &key).await
}

/// The page that the link of a host leads to.
#[component]
pub fn BoardPage() -> impl IntoView {
    let texts = Texts::get();
    let game = CurrentGame::get();
    let query = use_query_map();
    let key = query.with_untracked(|query| query.get("key").unwrap_or_default());
    let (slug, asked) = (game.slug().to_string(), key.clone());
    let first = Resource::new(|| (), move |()| load(slug.clone(), asked.clone()));
    let slug = game.slug().to_string();
    view! {
        <Title text=texts.board_title()/>
        <Load resource=first let:first>
            <Board first slug=slug.clone() key=key.clone()/>
        </Load>
    }
}

#[component]
fn Board(first: BoardView, slug: String, key: String) -> impl IntoView {
    let texts = Texts::get();
    let latest = RwSignal::new(first);
    // How many requests in a row have failed.
    let missed = RwSignal::new(0_u32);
    let page = RwSignal::new(0_usize);
    keep_fresh(slug, key, latest, missed);
    turn(latest, page);
    let pages = move || latest.with(|board| board.rows.len().div_ceil(ROWS).max(1));
    let rows = move || {
        let skipped = page.get().min(pages().saturating_sub(1)) * ROWS;
        latest.with(|board| {
            let shown = board.rows.iter().skip(skipped).take(ROWS).cloned();
            shown.map(|row| view! { <Row row/> }).collect_view()
        })
    };
    let state = move || {
        latest.with(|board| match (missed.get(), &board.stands_still) {
            (2.., _) => Some(texts.board_no_connection(&board.as_of)),
            (_, Some(words)) => Some(words.clone()),
            _ => None,
        })
    };
    let announcement = move || latest.with(|board| board.announcement.clone());
    view! {
        <section class="projector" data-testid="projector" aria-label=texts.board_title()>
            <header class="projector-head">
                <h1>{move || latest.with(|board| board.name.clone())}</h1>
                {move || latest.with(|board| board.code.clone()).map(|code| view! {
                    <p class="projector-code">{texts.board_code()}" "<strong>{code}</strong></p>
                })}
            </header>
            <ol class="projector-rows" role="list">{rows}</ol>
            {move || latest.with(|board| board.rows.is_empty()).then(|| view! {
                <p class="projector-empty">{texts.board_nobody()}</p>
            })}
            <footer class="projector-foot">
                <p class="projector-news">{move || state().or_else(announcement)}</p>
                <p>
                    {move || (pages() > 1).then(|| format!("{} · ", texts.parts_page_of(page.get() + 1, pages())))}
                    {texts.board_as_of()}" "<strong data-testid="as-of">{move || latest.with(|board| board.as_of.clone())}</strong>
                </p>
            </footer>
        </section>
    }
}

#[component]
fn Row(row: BoardRow) -> impl IntoView {
    let texts = Texts::get();
    let percent = row.return_percent.map(|percent| {
        let (arrow, word) = if percent.is_negative() {
            ("▼ ", texts.board_down())
        } else if percent == Percent::default() {
            ("", "")
        } else {
            ("▲ ", texts.board_up())
        };
        view! { <span class="visually-hidden">{word}" "</span><span aria-hidden="true">{arrow}</span>{texts.language().percent(&format!("{}%", percent.magnitude()))} }
    });
    view! {
        <li class="projector-row">
            <span class="projector-rank">{row.rank}</span>
            <span class="projector-name">{row.handle}</span>
            <span class="projector-worth">{format::money(row.net_worth)}</span>
            <span class="projector-return">{percent}</span>
        </li>
    }
}

/// Polls the board. While requests fail, the last state stays visible.
#[cfg(feature = "client")]
fn keep_fresh(slug: String, key: String, latest: RwSignal<BoardView>, missed: RwSignal<u32>) {
    const EVERY: std::time::Duration = std::time::Duration::from_secs(3);
    let asked = StoredValue::new((slug, key));
    Effect::new(move || {
        let ask = move || {
            let Some((slug, key)) = asked.try_get_value() else {
                return;
            };
            leptos::task::spawn_local(async move {
                match load(slug, key).await {
                    Ok(board) => {
                        _ = latest.try_set(board);
                        _ = missed.try_set(0);
                    }
                    Err(_) => _ = missed.try_update(|missed| *missed = missed.saturating_add(1)),
                }
            });
        };
        if let Ok(timer) = set_interval_with_handle(ask, EVERY) {
            on_cleanup(move || timer.clear());
        }
    });
}

#[cfg(not(feature = "client"))]
fn keep_fresh(slug: String, key: String, latest: RwSignal<BoardView>, missed: RwSignal<u32>) {
    let _ = (slug, key, latest, missed);
}

/// Turns to the next page every twelve seconds.
#[cfg(feature = "client")]
fn turn(latest: RwSignal<BoardView>, page: RwSignal<usize>) {
    const EVERY: std::time::Duration = std::time::Duration::from_secs(12);
    Effect::new(move || {
        let next = move || {
            let pages = latest.try_with_untracked(|board| board.rows.len().div_ceil(ROWS).max(1));
            if let Some(pages) = pages {
                _ = page.try_update(|page| *page = (*page + 1) % pages);
            }
        };
        if let Ok(timer) = set_interval_with_handle(next, EVERY) {
            on_cleanup(move || timer.clear());
        }
    });
}

#[cfg(not(feature = "client"))]
fn turn(latest: RwSignal<BoardView>, page: RwSignal<usize>) {
    let _ = (latest, page);
}
