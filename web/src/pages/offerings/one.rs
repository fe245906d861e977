//! An offering: its prospectus, the expected allocation, and the player's investments.

use domain::api::{ApiError, InvestmentState, InvestmentView, OfferingDetail, OfferingView};
use domain::offering::AllocationRule;
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::{use_params_map, use_query_map};

use super::invest::Invest;
use super::{price_in_words, state_in_words, state_of};
use crate::components::{FormAlert, Load};
use crate::{CurrentGame, PageAssets, Submission, api, format, paths};

async fn load(
    game: CurrentGame,
    id: String,
    shares: Option<u32>,
) -> Result<OfferingDetail, ApiError> {
    api::offering(&game.slug(), &id, shares).await
}

/// The page of the offering that the address names.
#[component]
pub fn OfferingPage() -> impl IntoView {
    let game = CurrentGame::get();
    let id = use_params_map()
        .with_untracked(|params| params.get("id"))
        .unwrap_or_default();
    let shares = use_query_map()
        .with_untracked(|query| query.get("shares"))
        .and_then(|shares| shares.trim().parse().ok());
    let detail = Resource::new(|| (), move |()| load(game, id.clone(), shares));
    view! {
        <FormAlert message=Submission::new().message()/>
        <Load resource=detail let:detail>
            <Title text=detail.offering.title.clone()/>
            <Prospectus offering=detail.offering.clone()/>
            <Mine mine=detail.mine.clone()/>
            {detail.free_cash.filter(|_| is_open(&detail.offering)).map(|cash| view! { <Invest detail=detail.clone() cash/> })}
            <Draw offering=detail.offering.clone() game/>
            {detail.all.clone().map(|all| view! { <Everybody id=detail.offering.id.clone() all/> })}
            <p class="page-links"><a href=paths::offerings(game)>"All offerings"</a></p>
        </Load>
    }
}

fn is_open(offering: &OfferingView) -> bool {
    let terms = &offering.terms;
    offering.settled_at.is_none() && (terms.opens_at..terms.closes_at).contains(&offering.now)
}

#[component]
fn Prospectus(offering: OfferingView) -> impl IntoView {
    let game = CurrentGame::get();
    let terms = offering.terms;
    let shared_out = match terms.rule {
        AllocationRule::FirstCome if offering.is_new => {
            "First come, first served: in the order of asking, when the offering has closed"
        }
        AllocationRule::FirstCome => "First come, first served: in the order of asking",
        AllocationRule::ProRata => {
            "Fair shares at the end: everybody gets the same part of what they asked for, rounded down, and the rest is drawn"
        }
    };
    // A company that does not trade yet has no page.
    let company = if offering.is_new {
        format!(
            "{} ({}), new to the market: it trades as soon as its shares are shared out",
            offering.company, offering.symbol
        )
        .into_any()
    } else {
        view! { <a href=paths::instrument(game, offering.symbol)>{offering.company.clone()}</a> }
            .into_any()
    };
    let paragraphs = offering.story.lines().map(str::trim).map(str::to_owned);
    let paragraphs = paragraphs.filter(|line| !line.is_empty());
    view! {
        <header class="page-head">
            <h1>{offering.title.clone()}</h1>
            <p class="soft">{state_in_words(&offering)}</p>
        </header>
        <section class="card prospectus" aria-labelledby="prospectus-title">
            <h2 id="prospectus-title">"Prospectus"</h2>
            {paragraphs.map(|line| view! { <p>{line}</p> }).collect_view()}
            <dl class="terms">
                <div><dt>"Company"</dt><dd>{company}</dd></div>
                {offering.is_new.then(|| view! { <div><dt>"What it does"</dt><dd>{offering.about.clone()}</dd></div> })}
                <div><dt>"Price of a share"</dt><dd>{price_in_words(&offering)}</dd></div>
                <div><dt>"Shares"</dt><dd>{format::whole(i64::from(terms.shares))}</dd></div>
                <div><dt>"You may ask for"</dt><dd>{limits(terms.minimum, terms.maximum)}</dd></div>
                <div><dt>"How they are shared out"</dt><dd>{shared_out}</dd></div>
                <div><dt>"Open until"</dt><dd>{format::date_time(terms.closes_at)}</dd></div>
            </dl>
        </section>
    }
}

fn limits(minimum: u32, maximum: u32) -> String {
    format!(
        "{} to {} shares",
        format::whole(i64::from(minimum)),
        format::whole(i64::from(maximum))
    )
}

/// The player's investments: open ones on dashed cards, ended ones on slips.
#[component]
fn Mine(mine: Vec<InvestmentView>) -> impl IntoView {
    if mine.is_empty() {
        return ().into_any();
    }
    let row = |one: InvestmentView| {
        let waits = matches!(
            one.state,
            InvestmentState::Pending | InvestmentState::Processing
        );
        let class = if waits { "waiting-slip" } else { "slip" };
        view! {
            <li class=class data-testid="investment" data-state=one.state.as_str()>
                <p><strong>{state_of(&one)}</strong></p>
                <p class="soft">{format!("Asked on {}", format::date_time(one.at))}</p>
            </li>
        }
    };
    view! {
        <section class="mine" aria-labelledby="mine-title">
            <h2 id="mine-title">"What you asked for"</h2>
            <ul class="allotments" role="list">{mine.into_iter().map(row).collect_view()}</ul>
        </section>
    }
    .into_any()
}

/// How anyone can check the draw.
#[component]
fn Draw(offering: OfferingView, game: CurrentGame) -> impl IntoView {
    if offering.terms.rule == AllocationRule::FirstCome {
        return ().into_any();
    }
    let id = offering.id.clone();
    let seed = offering.seed.map(|seed| {
        view! {
            <p>"The seed was "<code class="seed">{seed}</code>"."</p>
            <CheckDraw address=format!("/api/v1/games/{}/offerings/{id}/draw", game.slug())/>
        }
    });
    view! {
        <details class="card">
            <summary>"How the draw is fair"</summary>
            <p>"The seed of the draw was chosen before anybody asked. Its fingerprint (SHA-256) is published from the start, and the seed itself when the shares are shared out:"</p>
            <p><code class="seed">{offering.seed_digest}</code></p>
            {seed}
        </details>
    }
    .into_any()
}

/// Recomputes the allocation in the reader's browser.
#[component]
fn CheckDraw(address: String) -> impl IntoView {
    let assets = use_context::<PageAssets>().unwrap_or_default();
    let file = |name: &str| assets.file(name).unwrap_or_default();
    let script = assets.file("draw.js");
    view! {
        <div data-draw=address.clone() data-script=file("checker.js") data-wasm=file("checker.wasm")>
            <p>
                <button class="button" type="button" hidden data-testid="check-draw">"Check the draw on this device"</button>
            </p>
            <p role="status" data-status="" data-testid="draw-status"></p>
            <p class="soft">"What everybody asked for and got, without names: "<a href=address.clone() rel="external">"the numbers of the draw"</a></p>
        </div>
        {script.map(|script| view! { <script r#type="module" src=script></script> })}
    }
}

/// Everyone's investments, for hosts.
#[component]
fn Everybody(id: String, all: Vec<InvestmentView>) -> impl IntoView {
    let game = CurrentGame::get().slug().to_string();
    let row = |one: InvestmentView| {
        let handle = one.handle.clone().unwrap_or_default();
        let reverse = (one.state == InvestmentState::Completed).then(|| {
            view! {
                <form action="/forms/reverse-allocation" method="post">
                    <input type="hidden" name="game" value=game.clone()/>
                    <input type="hidden" name="offering" value=id.clone()/>
                    <input type="hidden" name="player" value=one.player.to_string()/>
                    <input type="hidden" name="investment" value=one.id.clone()/>
                    <button class="button button-small button-quiet">{format!("Take back from {handle}")}</button>
                </form>
            }
        });
        view! {
            <tr>
                <th scope="row">{handle.clone()}</th>
                <td class="numeric">{format::whole(i64::from(one.shares))}</td>
                <td class="numeric">{one.granted.map(|granted| format::whole(i64::from(granted)))}</td>
                <td>{in_a_word(one.state)}</td>
                <td>{reverse}</td>
            </tr>
        }
    };
    let rows = all.into_iter().map(row).collect_view();
    view! {
        <section class="card" aria-labelledby="all-title">
            <h2 id="all-title">"Everybody's investments"</h2>
            <div class="table-scroll" tabindex="0" role="region" aria-label="Everybody's investments">
                <table class="table">
                    <thead><tr>
                        <th scope="col">"Player"</th><th scope="col" class="numeric">"Asked"</th>
                        <th scope="col" class="numeric">"Got"</th><th scope="col">"State"</th>
                        <th scope="col"><span class="visually-hidden">"Take back"</span></th>
                    </tr></thead>
                    <tbody>{rows}</tbody>
                </table>
            </div>
        </section>
    }
}

/// The state of an investment as its host reads it.
fn in_a_word(state: InvestmentState) -> &'static str {
    match state {
        InvestmentState::Pending => "Waiting",
        InvestmentState::Processing => "On its way",
        InvestmentState::Completed => "Allocated",
        InvestmentState::Failed => "Failed",
        InvestmentState::Reversed => "Taken back",
    }
}
