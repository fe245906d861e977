//! One duel: the invitation that a link opens, how to play it, and both results in the end.

use domain::api::{DuelPlayed, DuelRole, DuelSideView, DuelView};
use domain::duel::DuelState;
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_params_map;

use super::{ForPlayers, name, other, standing};
use crate::components::{FormAlert, Load};
use crate::language::Texts;
use crate::pages::race::{Race, RaceLine};
use crate::{Submission, api, paths, response};

/// The page of the duel that the address names.
#[component]
pub fn DuelPage() -> impl IntoView {
    let params = use_params_map();
    let id = Memo::new(move |_| params.with(|params| params.get("id").unwrap_or_default()));
    let duel = Resource::new(move || id.get(), |id| async move { api::duel(&id).await });
    view! {
        <Load resource=duel let:duel>
            <Duel duel/>
        </Load>
        <p><a href=paths::DUELS>{Texts::get().duel_all()}</a></p>
    }
}

#[component]
fn Duel(duel: DuelView) -> impl IntoView {
    let texts = Texts::get();
    let row = duel.row.clone();
    let is_asked = row.state == DuelState::Open && row.role != DuelRole::Challenger;
    let title = match (is_asked, row.opponent.is_some()) {
        (true, _) => texts.duel_invited(other(texts, &row)),
        (false, true) => texts.duel_with(other(texts, &row)),
        (false, false) => texts.duel_yours().to_owned(),
    };
    let said = standing(texts, &row);
    let result = duel
        .row
        .outcome
        .map(|_| view! { <Result duel=duel.clone()/> });
    let rules = (row.state != DuelState::Over).then(|| {
        let cash = texts.money(duel.starting_cash);
        view! { <Rules days=row.days cash/> }
    });
    view! {
        <Title text=title.clone()/>
        <header class="page-head">
            <div>
                <h1>{title}</h1>
                <p class="duel-said" data-testid="duel-said">{said}</p>
            </div>
        </header>
        <FormAlert message=Submission::new().message()/>
        {result}
        <Next duel/>
        {rules}
    }
}

/// What the reader can do now.
#[component]
fn Next(duel: DuelView) -> impl IntoView {
    let texts = Texts::get();
    let DuelView { row, me, other, .. } = duel;
    let id = row.id.clone();
    let inside = match (row.state, row.role) {
        (DuelState::Open, DuelRole::Challenger) => {
            let link = row.opponent.is_none();
            view! { <Waiting id is_linked=link/> }.into_any()
        }
        (DuelState::Open, role) => {
            let next = paths::duel(&id);
            let can_decline = role == DuelRole::Opponent;
            view! {
                <ForPlayers next>
                    <Answer id=id.clone() can_decline/>
                </ForPlayers>
            }
            .into_any()
        }
        (DuelState::Running, _) => view! { <Play id me other/> }.into_any(),
        _ => {
            // A rematch with the same player, if the name is known.
            let handle = match row.role {
                DuelRole::Challenger => row.opponent,
                DuelRole::Opponent | DuelRole::Visitor => row.challenger,
            };
            let form = handle.map_or_else(
                || paths::DUELS.to_owned(),
                |handle| paths::challenge(&handle),
            );
            return view! { <p class="duel-next"><a class="button" href=form>{texts.duel_new()}</a></p> }
                .into_any();
        }
    };
    view! { <section class="card duel-card">{inside}</section> }.into_any()
}

/// One's own pending challenge: its link, and a button to withdraw it.
#[component]
fn Waiting(id: String, is_linked: bool) -> impl IntoView {
    let texts = Texts::get();
    let link = format!(
        "{}{}",
        response::origin().unwrap_or_default(),
        paths::duel(&id)
    );
    let share = is_linked.then(|| {
        view! {
            <h2>{texts.duel_link()}</h2>
            <p class="soft" id="duel-link-hint">{texts.duel_link_hint()}</p>
            <p class="puzzle-text" data-testid="duel-link">{link}</p>
        }
    });
    view! {
        {share}
        <Step id action="withdraw" label=texts.duel_withdraw() main=false/>
    }
}

#[component]
fn Answer(id: String, can_decline: bool) -> impl IntoView {
    let texts = Texts::get();
    let decline = can_decline.then(|| {
        view! { <Step id=id.clone() action="decline" label=texts.duel_decline() main=false/> }
    });
    view! {
        <div class="actions">
            <Step id=id.clone() action="accept" label=texts.duel_accept() main=true/>
            {decline}
        </div>
    }
}

/// A button that does something with the challenge.
#[component]
fn Step(id: String, action: &'static str, label: &'static str, main: bool) -> impl IntoView {
    view! {
        <form action="/forms/duel" method="post">
            <input type="hidden" name="id" value=id/>
            <button class="button" class:button-primary=main name="action" value=action data-testid=format!("duel-{action}")>{label}</button>
        </form>
    }
}

/// The link to the player's run, and the progress of both.
#[component]
fn Play(id: String, me: Option<DuelSideView>, other: Option<DuelSideView>) -> impl IntoView {
    let texts = Texts::get();
    let theirs = name(texts, other.as_ref().and_then(|side| side.handle.as_ref()));
    let way = me.as_ref().map(|me| match (me.played, &me.slug) {
        (DuelPlayed::Plays, Some(slug)) => {
            let run = format!("/games/{slug}/scenario");
            view! { <p><a class="button button-primary" href=run data-testid="duel-go-on">{texts.duel_go_on()}</a></p> }.into_any()
        }
        (DuelPlayed::Done, _) => {
            let result = me.result.map(|result| {
                texts.duel_own_result(texts.percent(result.percent), theirs.clone())
            });
            view! { <p>{result}</p> }.into_any()
        }
        _ => view! {
            <form action="/forms/start-duel" method="post">
                <input type="hidden" name="id" value=id/>
                <button class="button button-primary" data-testid="duel-start">{texts.duel_start()}</button>
            </form>
        }
        .into_any(),
    });
    let line = |who: String, side: Option<DuelSideView>| {
        side.map(|side| {
            let played = match side.played {
                DuelPlayed::Waits => texts.duel_side_waits(),
                DuelPlayed::Plays => texts.duel_side_plays(),
                DuelPlayed::Done => texts.duel_side_done(),
            };
            view! { <div><dt>{who}</dt><dd>{played}</dd></div> }
        })
    };
    view! {
        {way}
        <dl class="facts">
            {line(texts.duel_you().to_owned(), me)}
            {line(theirs.clone(), other)}
        </dl>
    }
}

#[component]
fn Rules(days: u32, cash: String) -> impl IntoView {
    let texts = Texts::get();
    view! {
        <section class="card duel-card" aria-labelledby="duel-rules">
            <h2 id="duel-rules">{texts.duel_rules()}</h2>
            <ul>
                <li>{texts.duel_rule_same(texts.whole(days.into()), cash)}</li>
                <li>{texts.duel_rule_seed()}</li>
                <li>{texts.duel_rule_once()}</li>
                <li>{texts.duel_rule_secret()}</li>
                <li>{texts.duel_rule_time()}</li>
                <li>{texts.duel_rule_counts()}</li>
            </ul>
        </section>
    }
}

/// Both results and why one of them is better, and both curves.
#[component]
fn Result(duel: DuelView) -> impl IntoView {
    let texts = Texts::get();
    let DuelView {
        row,
        me,
        other,
        market,
        ..
    } = duel;
    let theirs = name(texts, other.as_ref().and_then(|side| side.handle.as_ref()));
    let result = |side: &Option<DuelSideView>| side.as_ref().and_then(|side| side.result);
    let (mine, others) = (result(&me), result(&other));
    let reason = mine.zip(others).map(|(mine, others)| {
        texts.duel_reason(
            texts.money(mine.worth),
            theirs.clone(),
            texts.money(others.worth),
        )
    });
    let sides = [(texts.duel_you().to_owned(), me), (theirs, other)];
    let line = |(name, side): (String, Option<DuelSideView>)| {
        let points = side.map(|side| side.points).unwrap_or_default();
        (points.len() > 1).then_some(RaceLine { name, points })
    };
    let mut lines: Vec<RaceLine> = sides.into_iter().filter_map(line).collect();
    let chart = (!lines.is_empty()).then(|| {
        if market.len() > 1 {
            lines.push(RaceLine {
                name: texts.duel_market().to_owned(),
                points: market,
            });
        }
        view! { <h3>{texts.duel_curves()}</h3><Race lines days=row.days/> }
    });
    view! {
        <section class="slip duel-card" aria-labelledby="duel-result" data-testid="duel-result">
            <h2 id="duel-result">{texts.duel_result()}</h2>
            <p>{reason}</p>
            {chart}
            <p class="soft">{texts.duel_luck()}</p>
        </section>
    }
}
