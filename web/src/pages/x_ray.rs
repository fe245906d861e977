//! X-ray: what could hurt the player's money, and what to do about it. A plain page.

use domain::advice::{Finding, FindingKind, Grade, Remedy};
use domain::api::{ApiError, XRayView};
use domain::{Money, Side, Symbol};
use leptos::prelude::*;
use leptos_meta::Title;

use crate::components::Load;
use crate::{CurrentGame, api, format, paths};

async fn load(game: CurrentGame) -> Result<XRayView, ApiError> {
    api::x_ray(&game.slug()).await
}

/// The page.
#[component]
pub fn XRayPage() -> impl IntoView {
    let game = CurrentGame::get();
    let found = Resource::new(|| (), move |()| load(game));
    view! {
        <Title text="X-ray"/>
        <Load resource=found let:found>
            <header class="page-head">
                <h1>"X-ray"</h1>
                <p class="soft">"An X-ray shows what the eye does not see: where a surprise would hurt your money most. It is not about which company will do well. Nobody knows that."</p>
            </header>
            <p data-testid="x-ray-sum">{sum_up(&found)}</p>
            <ul class="findings" role="list" data-testid="findings">
                {found.findings.into_iter().map(|finding| view! { <FindingCard finding/> }).collect_view()}
            </ul>
            <p class="advice-links">
                <a href=paths::targets(game)>"Set targets"</a>
                <a href=paths::losses(game)>"Losses and taxes"</a>
                <a href=paths::what_if(game)>"What if I had decided differently?"</a>
                <a href=paths::PRACTICE>"Practise with a portfolio that you really own"</a>
                <a href=paths::portfolio(game)>"Back to my portfolio"</a>
            </p>
        </Load>
    }
}

fn sum_up(view: &XRayView) -> String {
    let worth = format::money(view.net_worth);
    let urgent = view.findings.iter();
    let urgent = urgent.filter(|finding| finding.grade == Grade::Act).count();
    match urgent {
        0 => format!("You own {worth}. Nothing urgent was found."),
        1 => format!("You own {worth}. One thing is worth doing something about."),
        count => format!("You own {worth}. {count} things are worth doing something about."),
    }
}

/// The label of a finding.
fn name(kind: FindingKind) -> &'static str {
    match kind {
        FindingKind::Concentration => "All eggs in one basket?",
        FindingKind::Sectors => "Different kinds of companies?",
        FindingKind::IdleCash => "Money that waits",
        FindingKind::Fees => "What trading costs",
        FindingKind::Churn => "How often you trade",
        FindingKind::Correlation => "Do your shares move together?",
    }
}

fn verdict(grade: Grade) -> (&'static str, &'static str) {
    match grade {
        Grade::Good => ("Fine", "finding finding-good"),
        Grade::Watch => ("Have a look", "finding finding-watch"),
        Grade::Act => ("Do something", "finding finding-act"),
    }
}

#[component]
fn FindingCard(finding: Finding) -> impl IntoView {
    let game = CurrentGame::get();
    let (verdict, class) = verdict(finding.grade);
    let remedy = finding.remedy.map(|remedy| {
        let (address, label) = remedy_link(game, remedy);
        view! { <p><a class="button button-small button-quiet" href=address>{label}</a></p> }
    });
    view! {
        <li class=class>
            <div class="finding-head">
                <h2>{name(finding.kind)}</h2>
                <span class="chip">{verdict}</span>
            </div>
            <p class="finding-figure figure">{finding.figure}</p>
            <p><strong>{finding.headline}</strong></p>
            <p>{finding.why}</p>
            {remedy}
        </li>
    }
}

/// The link to a pre-filled order ticket, which shows what the order would do before it is placed.
fn order(game: CurrentGame, symbol: Symbol, side: Side, amount: Money) -> String {
    let address = paths::trade(game, symbol, side);
    format!(
        "{address}&unit=amount&size={}",
        amount.decimal().normalize()
    )
}

fn remedy_link(game: CurrentGame, remedy: Remedy) -> (String, String) {
    match remedy {
        Remedy::Target => (paths::targets(game), "Set targets".to_owned()),
        Remedy::Buy { symbol, amount } => {
            let label = format!("Try buying {symbol} for {}", format::money(amount));
            (order(game, symbol, Side::Buy, amount), label)
        }
        Remedy::Sell { symbol, amount } => {
            let label = format!("Try selling {symbol} for {}", format::money(amount));
            (order(game, symbol, Side::Sell, amount), label)
        }
        Remedy::Wait => (game.link("/week"), "See my habits of this week".to_owned()),
    }
}
