//! The final standings of a season, by its own measure and by another one for comparison.

use domain::api::{ApiError, FinalRow, FinalsView, RevealedCompany, RevealedHistory};
use domain::boards::Measure;
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_query_map;

use crate::components::Load;
use crate::{CurrentGame, api, format, paths};

const OTHERS: [Measure; 3] = [Measure::Return, Measure::NetWorth, Measure::Xp];

async fn load(slug: String, other: Option<String>) -> Result<FinalsView, ApiError> {
    api::finals(&slug, other.as_deref()).await
}

fn called(measure: Measure) -> &'static str {
    match measure {
        Measure::Xp => "experience from trades",
        Measure::NetWorth => "total value",
        Measure::Return => "return",
        Measure::SteadyHands => "steady hands",
        Measure::Process => "good habits",
    }
}

/// The page of the game that the address names.
#[component]
pub fn FinalsPage() -> impl IntoView {
    let game = CurrentGame::get();
    let query = use_query_map();
    let other = Memo::new(move |_| query.with(|query| query.get("other")));
    let finals = Resource::new(
        move || other.get(),
        move |other| load(game.slug().to_string(), other),
    );
    view! {
        <Title text="Final standings"/>
        <Load resource=finals let:finals>
            <Finals finals base=game.link("/finals")/>
        </Load>
    }
}

#[component]
fn Finals(finals: FinalsView, base: String) -> impl IntoView {
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
                <th scope="row">{row.handle.clone()} " " <a class="soft" href=paths::proof(&slug, &row.handle)>"Proof"</a></th>
                <td class="numeric">{format::money(row.net_worth)}</td>
                <td class="numeric">{row.other_rank}</td>
            </tr>
        }
    };
    view! {
        <header class="page-head">
            <h1>{game.name}</h1>
            <p class="soft">{format!("Ended on {closed}. Every account is valued at the prices of that moment.")}</p>
        </header>
        <nav aria-label="Other measure"><p>"Compare with:"</p><ul class="choices" role="list">{choices.collect_view()}</ul></nav>
        <section class="card card-flush" aria-label="Final standings">
            <table class="standings standings-final">
                <caption class="visually-hidden">"Final standings, best first"</caption>
                <thead>
                    <tr>
                        <th scope="col">{format!("Rank by {}", called(measure))}</th>
                        <th scope="col">"Player"</th>
                        <th scope="col" class="numeric">"Total value"</th>
                        <th scope="col" class="numeric">{format!("Rank by {}", called(other))}</th>
                    </tr>
                </thead>
                <tbody>{rows.into_iter().map(row).collect_view()}</tbody>
            </table>
        </section>
        {revealed.map(|revealed| view! { <Revealed revealed/> })}
        <p class="soft">"Both ranks are computed from the ledger alone. Proof replays it in your own browser."</p>
    }
}

/// Who was who in a history that was played in disguise.
#[component]
fn Revealed(revealed: RevealedHistory) -> impl IntoView {
    let (day, real_day) = (revealed.day.start(), revealed.real_day.start());
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
            <h2 id="revealed-title">"What you really traded"</h2>
            <p class="card-words">{format!(
                "These were real companies at real prices, scaled by one number each. {} was {}.",
                format::date(day), format::date(real_day)
            )}</p>
            <table class="standings">
                <caption class="visually-hidden">"The companies of this game and who they were"</caption>
                <thead>
                    <tr><th scope="col">"In the game"</th><th scope="col">"Company"</th><th scope="col">"Symbol"</th></tr>
                </thead>
                <tbody>{revealed.companies.into_iter().map(row).collect_view()}</tbody>
            </table>
        </section>
    }
}
