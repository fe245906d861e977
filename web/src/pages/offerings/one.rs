//! An offering: its prospectus, the expected allocation, and the player's investments.

use domain::api::{ApiError, InvestmentState, InvestmentView, OfferingDetail, OfferingView};
use domain::offering::AllocationRule;
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::{use_params_map, use_query_map};

use super::invest::Invest;
use super::{price_in_words, state_in_words, state_of};
use crate::components::{FormAlert, Load, LocalTime};
use crate::language::Texts;
use crate::pages::proof::CheckerTexts;
use crate::{CurrentGame, PageAssets, Submission, api, paths};

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
    let texts = Texts::get();
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
            <Title text=Texts::get().said(&detail.offering.title)/>
            <Prospectus offering=detail.offering.clone()/>
            <Mine mine=detail.mine.clone()/>
            {detail.free_cash.filter(|_| is_open(&detail.offering)).map(|cash| view! { <Invest detail=detail.clone() cash/> })}
            <Draw offering=detail.offering.clone() game/>
            {detail.all.clone().map(|all| view! { <Everybody id=detail.offering.id.clone() all/> })}
            <p class="page-links"><a href=paths::offerings(game)>{texts.offerings_all()}</a></p>
        </Load>
    }
}

fn is_open(offering: &OfferingView) -> bool {
    let terms = &offering.terms;
    offering.settled_at.is_none() && (terms.opens_at..terms.closes_at).contains(&offering.now)
}

#[component]
fn Prospectus(offering: OfferingView) -> impl IntoView {
    let texts = Texts::get();
    let game = CurrentGame::get();
    let terms = offering.terms;
    let shared_out = match terms.rule {
        AllocationRule::FirstCome if offering.is_new => texts.offerings_first_come_closed(),
        AllocationRule::FirstCome => texts.offerings_first_come_order(),
        AllocationRule::ProRata => texts.offerings_fair_words(),
    };
    // A company that does not trade yet has no page.
    let company = if offering.is_new {
        texts
            .offerings_new_company(&offering.company, offering.symbol)
            .into_any()
    } else {
        view! { <a href=paths::instrument(game, offering.symbol)>{offering.company.clone()}</a> }
            .into_any()
    };
    let paragraphs = offering.story.lines().map(str::trim);
    let paragraphs = paragraphs.filter(|line| !line.is_empty());
    let paragraphs = paragraphs.map(|line| view! { <p>{texts.said(line)}</p> });
    view! {
        <header class="page-head">
            <h1>{texts.said(&offering.title)}</h1>
            <p class="soft">{state_in_words(&offering)}</p>
        </header>
        <section class="card prospectus" aria-labelledby="prospectus-title">
            <h2 id="prospectus-title">{texts.offerings_prospectus()}</h2>
            {paragraphs.collect_view()}
            <dl class="terms">
                <div><dt>{texts.offerings_company()}</dt><dd>{company}</dd></div>
                {offering.is_new.then(|| view! { <div><dt>{texts.offerings_what_it_does()}</dt><dd>{texts.said(&offering.about)}</dd></div> })}
                <div><dt>{texts.offerings_price()}</dt><dd>{price_in_words(&offering)}</dd></div>
                <div><dt>{texts.offerings_shares()}</dt><dd>{texts.whole(i64::from(terms.shares))}</dd></div>
                <div><dt>{texts.offerings_may_ask()}</dt><dd>{limits(terms.minimum, terms.maximum)}</dd></div>
                <div><dt>{texts.offerings_shared_out()}</dt><dd>{shared_out}</dd></div>
                <div><dt>{texts.offerings_open_until()}</dt><dd><LocalTime at=terms.closes_at/></dd></div>
            </dl>
        </section>
    }
}

fn limits(minimum: u32, maximum: u32) -> String {
    let texts = Texts::get();
    texts.offerings_limits(
        texts.whole(i64::from(minimum)),
        texts.whole(i64::from(maximum)),
    )
}

/// The player's investments: open ones on dashed cards, ended ones on slips.
#[component]
fn Mine(mine: Vec<InvestmentView>) -> impl IntoView {
    let texts = Texts::get();
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
                <p class="soft">{texts.offerings_asked_on(texts.date_time(one.at))}</p>
            </li>
        }
    };
    view! {
        <section class="mine" aria-labelledby="mine-title">
            <h2 id="mine-title">{texts.offerings_mine()}</h2>
            <ul class="allotments" role="list">{mine.into_iter().map(row).collect_view()}</ul>
        </section>
    }
    .into_any()
}

/// How anyone can check the draw.
#[component]
fn Draw(offering: OfferingView, game: CurrentGame) -> impl IntoView {
    let texts = Texts::get();
    if offering.terms.rule == AllocationRule::FirstCome {
        return ().into_any();
    }
    let id = offering.id.clone();
    let seed = offering.seed.map(|seed| {
        view! {
            <p>{texts.offerings_seed()}" "<code class="seed">{seed}</code></p>
            <CheckDraw address=format!("/api/v1/games/{}/offerings/{id}/draw", game.slug())/>
        }
    });
    view! {
        <details class="card">
            <summary>{texts.offerings_draw()}</summary>
            <p>{texts.offerings_draw_words()}</p>
            <p><code class="seed">{offering.seed_digest}</code></p>
            {seed}
        </details>
    }
    .into_any()
}

/// Recomputes the allocation in the reader's browser.
#[component]
fn CheckDraw(address: String) -> impl IntoView {
    let texts = Texts::get();
    let assets = use_context::<PageAssets>().unwrap_or_default();
    let file = |name: &str| assets.file(name).unwrap_or_default();
    let script = assets.file("draw.js");
    view! {
        <div data-draw=address.clone() data-script=file("checker.js") data-wasm=file("checker.wasm") data-words=file("said.js")>
            <p>
                <button class="button" type="button" hidden data-testid="check-draw">{texts.offerings_check_draw()}</button>
            </p>
            <p role="status" data-status="" data-testid="draw-status"></p>
            <p class="soft">{texts.offerings_draw_data()}" "<a href=address.clone() rel="external">{texts.offerings_draw_numbers()}</a></p>
        </div>
        <CheckerTexts/>
        {script.map(|script| view! { <script r#type="module" src=script></script> })}
    }
}

/// Everyone's investments, for hosts.
#[component]
fn Everybody(id: String, all: Vec<InvestmentView>) -> impl IntoView {
    let texts = Texts::get();
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
                    <button class="button button-small button-quiet">{texts.offerings_take_back(&handle)}</button>
                </form>
            }
        });
        view! {
            <tr>
                <th scope="row">{handle.clone()}</th>
                <td class="numeric">{texts.whole(i64::from(one.shares))}</td>
                <td class="numeric">{one.granted.map(|granted| texts.whole(i64::from(granted)))}</td>
                <td>{in_a_word(one.state)}</td>
                <td>{reverse}</td>
            </tr>
        }
    };
    let rows = all.into_iter().map(row).collect_view();
    view! {
        <section class="card" aria-labelledby="all-title">
            <h2 id="all-title">{texts.offerings_everybody()}</h2>
            <div class="table-scroll" tabindex="0" role="region" aria-label=texts.offerings_everybody()>
                <table class="table">
                    <thead><tr>
                        <th scope="col">{texts.offerings_player()}</th><th scope="col" class="numeric">{texts.offerings_asked()}</th>
                        <th scope="col" class="numeric">{texts.offerings_got()}</th><th scope="col">{texts.offerings_state()}</th>
                        <th scope="col"><span class="visually-hidden">{texts.offerings_take_back_head()}</span></th>
                    </tr></thead>
                    <tbody>{rows}</tbody>
                </table>
            </div>
        </section>
    }
}

/// The state of an investment as its host reads it.
fn in_a_word(state: InvestmentState) -> &'static str {
    let texts = Texts::get();
    match state {
        InvestmentState::Pending => texts.offerings_st_waiting(),
        InvestmentState::Processing => texts.offerings_st_way(),
        InvestmentState::Completed => texts.offerings_st_done(),
        InvestmentState::Failed => texts.offerings_st_failed(),
        InvestmentState::Reversed => texts.offerings_st_back(),
    }
}
