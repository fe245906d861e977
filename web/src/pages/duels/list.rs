//! The player's duels, and a new challenge.

use domain::api::{ApiError, DuelRow, DuelsView, ErrorCode};
use domain::duel::{DuelState, LENGTHS};
use leptos::prelude::*;
use leptos_meta::Title;

use super::{ForPlayers, name, standing};
use crate::components::{FormAlert, Load};
use crate::language::Texts;
use crate::submission::{first_value, typed_before};
use crate::{Submission, api, paths};

/// The default number of market days.
const DAYS: u32 = 90;

/// None for a visitor, who may read how duels work.
async fn load() -> Result<Option<DuelsView>, ApiError> {
    match api::duels().await {
        Ok(duels) => Ok(Some(duels)),
        Err(error) if error.code == ErrorCode::Unauthorized => Ok(None),
        Err(error) => Err(error),
    }
}

/// The page.
#[component]
pub fn DuelsPage() -> impl IntoView {
    let texts = Texts::get();
    let duels = Resource::new(|| (), |()| load());
    view! {
        <Title text=texts.duel_title()/>
        <header class="page-head">
            <div>
                <h1>{texts.duel_title()}</h1>
                <p class="soft">{texts.duel_lead()}</p>
            </div>
        </header>
        <FormAlert message=Submission::new().message()/>
        <Load resource=duels let:duels>
            {duels.map(|duels| view! { <Lists duels=duels.duels/> })}
        </Load>
        <section class="card duel-card" aria-labelledby="new-duel">
            <h2 id="new-duel">{texts.duel_new()}</h2>
            <ForPlayers next=paths::DUELS.to_owned()><Challenge/></ForPlayers>
        </section>
    }
}

/// Those waiting for the player, those in progress, and those that are over.
#[component]
fn Lists(duels: Vec<DuelRow>) -> impl IntoView {
    let texts = Texts::get();
    let (mine, others): (Vec<DuelRow>, Vec<DuelRow>) =
        duels.into_iter().partition(|row| row.waits_for_me);
    let is_on = |row: &DuelRow| matches!(row.state, DuelState::Open | DuelState::Running);
    let (on, over): (Vec<DuelRow>, Vec<DuelRow>) = others.into_iter().partition(is_on);
    let lists = [
        (texts.duel_waiting(), mine),
        (texts.duel_on(), on),
        (texts.duel_over(), over),
    ];
    if lists.iter().all(|(_, rows)| rows.is_empty()) {
        return view! { <p>{texts.duel_none()}</p> }.into_any();
    }
    let list = |(title, rows): (&'static str, Vec<DuelRow>)| {
        (!rows.is_empty()).then(|| {
            view! {
                <section class="duel-list">
                    <h2>{title}</h2>
                    <ul class="scenarios" role="list">{rows.into_iter().map(|row| view! { <Row row/> }).collect_view()}</ul>
                </section>
            }
        })
    };
    lists.map(list).collect_view().into_any()
}

#[component]
fn Row(row: DuelRow) -> impl IntoView {
    let texts = Texts::get();
    let said = standing(texts, &row);
    let players = texts.duel_between(
        name(texts, row.challenger.as_ref()),
        name(texts, row.opponent.as_ref()),
    );
    view! {
        <li class="card scenario">
            <h3><a href=paths::duel(&row.id)>{players}</a></h3>
            <p>{said}</p>
            <p class="soft">{texts.duel_length(texts.whole(row.days.into()))}</p>
        </li>
    }
}

#[component]
fn Challenge() -> impl IntoView {
    let texts = Texts::get();
    let submission = Submission::new();
    let [opponent_error, days_error] =
        ["opponent", "days"].map(|field| submission.message_of(field).get_untracked());
    let typed: u32 = typed_before("days").parse().unwrap_or(DAYS);
    let choice = |days: u32| {
        view! {
            <label class="tick">
                <input type="radio" name="days" value=days checked=days == typed/>
                <span>{texts.duel_length(texts.whole(days.into()))}</span>
            </label>
        }
    };
    view! {
        <form class="form" action="/forms/new-duel" method="post">
            <div class="field">
                <label for="opponent">{texts.duel_opponent()}</label>
                <p class="hint" id="opponent-hint">{texts.duel_opponent_hint()}</p>
                <input id="opponent" name="opponent" type="text" value=first_value("opponent") autocomplete="off" maxlength="40"
                    aria-describedby="opponent-hint opponent-error" aria-invalid=opponent_error.is_some().then_some("true")/>
                <p class="field-error" id="opponent-error">{opponent_error}</p>
            </div>
            <fieldset class="duel-days">
                <legend>{texts.duel_days()}</legend>
                {LENGTHS.map(choice).collect_view()}
                <p class="field-error">{days_error}</p>
            </fieldset>
            <button class="button button-primary" data-testid="new-duel">{texts.duel_challenge()}</button>
        </form>
    }
}
