//! Pages of duels: the player's own, and one. Both are plain, in the language of the reader: a link to a duel
//! is often the first thing someone sees of the game.

mod list;
mod one;

pub use list::DuelsPage;
pub use one::DuelPage;

use domain::api::{DuelOutcome, DuelRole, DuelRow};
use domain::duel::DuelState;
use leptos::prelude::*;

use crate::CurrentSession;
use crate::address::and_then;
use crate::language::Texts;

/// A name, or a placeholder for an unknown one.
fn name(texts: Texts, handle: Option<&String>) -> String {
    handle.map_or_else(|| texts.duel_nobody().to_owned(), Clone::clone)
}

/// The opponent's name, as seen by the requesting player.
fn other(texts: Texts, row: &DuelRow) -> String {
    match row.role {
        DuelRole::Challenger => name(texts, row.opponent.as_ref()),
        DuelRole::Opponent | DuelRole::Visitor => name(texts, row.challenger.as_ref()),
    }
}

/// Where a duel stands, in one sentence.
fn standing(texts: Texts, row: &DuelRow) -> String {
    let (other, until) = (other(texts, row), texts.date_time(row.ends_at));
    match (row.state, row.outcome) {
        (DuelState::Open, _) if row.role == DuelRole::Challenger => texts.duel_open(until),
        (DuelState::Open, _) => texts.duel_asked(other, until),
        (DuelState::Declined, _) => texts.duel_declined().to_owned(),
        (DuelState::Withdrawn, _) => texts.duel_withdrawn().to_owned(),
        (DuelState::Lapsed, _) => texts.duel_lapsed().to_owned(),
        (DuelState::Running, _) if row.waits_for_me => texts.duel_to_play(until),
        (DuelState::Running, _) => texts.duel_other_plays(other, until),
        (DuelState::Over, Some(DuelOutcome::Won)) => texts.duel_won().to_owned(),
        (DuelState::Over, Some(DuelOutcome::Lost)) => texts.duel_lost(other),
        (DuelState::Over, Some(DuelOutcome::Draw)) => texts.duel_draw().to_owned(),
        (DuelState::Over, Some(DuelOutcome::WonByForfeit)) => texts.duel_won_forfeit(other),
        (DuelState::Over, Some(DuelOutcome::LostByForfeit)) => texts.duel_lost_forfeit(other),
        (DuelState::Over, Some(DuelOutcome::Nobody) | None) => texts.duel_unplayed().to_owned(),
    }
}

/// What a visitor can do to play: become a guest, or log in, and come back here.
#[component]
fn ComeIn(
    /// Where to come back to.
    next: String,
) -> impl IntoView {
    let texts = Texts::get();
    let [log_in, register] = ["/login", "/register"].map(|page| and_then(page, &next));
    view! {
        <p>{texts.duel_visitor()}</p>
        <form action="/forms/guest" method="post">
            <input type="hidden" name="next" value=next/>
            <button class="button button-primary" data-testid="duel-guest">{texts.duel_play()}</button>
        </form>
        <p class="duel-come-in"><a href=log_in>{texts.duel_log_in()}</a><a href=register>{texts.nav_register()}</a></p>
    }
}

/// Its children if someone is logged in; otherwise how to get in.
#[component]
fn ForPlayers(next: String, children: ChildrenFn) -> impl IntoView {
    let session = CurrentSession::get().resource();
    let shown = move || {
        let (next, children) = (next.clone(), children.clone());
        Suspend::new(async move {
            match session.await {
                Ok(Some(_)) => children().into_any(),
                _ => view! { <ComeIn next/> }.into_any(),
            }
        })
    };
    view! { <Suspense fallback=|| ()>{shown}</Suspense> }
}
