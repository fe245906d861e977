//! The final standings of a season, by its own measure and by another one for comparison.

use domain::api::{ApiError, FinalRow, FinalsView, RevealedCompany, RevealedHistory};
use domain::boards::Measure;
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_query_map;

use crate::components::Load;
use crate::language::Texts;
use crate::{CurrentGame, api, paths};

const OTHERS: [Measure; 3] = [Measure::Return, Measure::NetWorth, Measure::Xp];

async fn load(slug: String, other: Option<String>) -> Result<FinalsView, ApiError> {
    api::finals(&slug, other.as_deref()).await
}

fn called(measure: Measure) -> &'static str {
    let texts = Texts::get();
    match measure {
        Measure::Xp => texts.finals_by_xp(),
        Measure::NetWorth => texts.finals_by_worth(),
        Measure::Return => texts.finals_by_return(),
        Measure::SteadyHands => texts.finals_by_steady(),
        Measure::Process => texts.finals_by_habits(),
    }
}

/// The page of the game that the address names.
#[component]
pub fn FinalsPage() -> impl IntoView {
    let texts = Texts::get();
    let game = CurrentGame::get();
    let query = use_query_map();
    let other = Memo::new(move |_| query.with(|query| query.get("other")));
    let finals = Resource::new(
        move || other.get(),
        move |other| load(game.slug().to_string(), other),
    );
    view! {
        <Title text=texts.finals_title()/>
        <Load resource=finals let:finals>
            <Finals finals base=game.link("/finals")/>
        </Load>
    }
}

#[component]
fn Finals(finals: FinalsView, base: String) -> impl IntoView {
    let texts = Texts::get();
    let FinalsView {
        game,
        closed,
        measure,
        other,
        rows,
        revealed,
    } = finals;
    let choices = OTHERS.into_iter().filter(|one| *one != measure).map(|one| {
        let address = format!("{base}?other={}", one.as_str());
        view! { <li><a href=address aria-current=(one == other).then_some("true")>{called(one)}</a></li> }
    });
    let slug = game.slug.clone();
    let row = |row: FinalRow| {
        view! {
            <tr>
                <td class="numeric">{row.rank}</td>
                <th scope="row">{row.handle.clone()} " " <a class="soft" href=paths::proof(&slug, &row.handle)>{texts.finals_proof()}</a></th>
                <td class="numeric">{texts.money(row.net_worth)}</td>
                <td class="numeric">{row.other_rank}</td>
            </tr>
        }
    };
    view! {
        <header class="page-head">
            <h1>{game.name}</h1>
            <p class="soft">{texts.finals_ended(texts.zoned(&closed))}</p>
        </header>
        <nav aria-label=texts.finals_other()><p>{texts.finals_compare()}</p><ul class="choices" role="list">{choices.collect_view()}</ul></nav>
        <section class="card card-flush" aria-label=texts.finals_title()>
            <table class="standings standings-final">
                <caption class="visually-hidden">{texts.finals_caption()}</caption>
                <thead>
                    <tr>
                        <th scope="col">{texts.finals_rank_by(called(measure))}</th>
                        <th scope="col">{texts.finals_player()}</th>
                        <th scope="col" class="numeric">{texts.finals_total()}</th>
                        <th scope="col" class="numeric">{texts.finals_rank_by(called(other))}</th>
                    </tr>
                </thead>
                <tbody>{rows.into_iter().map(row).collect_view()}</tbody>
            </table>
        </section>
        {revealed.map(|revealed| view! { <Revealed revealed/> })}
        <p class="soft">{texts.finals_both()}</p>
    }
}

/// Who was who in a history that was played in disguise.
#[component]
pub(in crate::pages) fn Revealed(revealed: RevealedHistory) -> impl IntoView {
    let texts = Texts::get();
    let (day, real_day) = (texts.day(revealed.day), texts.day(revealed.real_day));
    let row = |company: RevealedCompany| {
        view! {
            <tr>
                <td>{company.symbol.to_string()}</td>
                <th scope="row">{company.real_name}</th>
                <td>{company.real_symbol.to_string()}</td>
            </tr>
        }
    };
    view! {
        <section class="card card-flush" aria-labelledby="revealed-title" data-testid="revealed">
            <h2 id="revealed-title">{texts.finals_revealed()}</h2>
            <p class="card-words">{texts.finals_revealed_lead(day, real_day)}</p>
            <table class="standings">
                <caption class="visually-hidden">{texts.finals_revealed_caption()}</caption>
                <thead>
                    <tr><th scope="col">{texts.finals_in_game()}</th><th scope="col">{texts.finals_company()}</th><th scope="col">{texts.finals_symbol()}</th></tr>
                </thead>
                <tbody>{revealed.companies.into_iter().map(row).collect_view()}</tbody>
            </table>
        </section>
    }
}
