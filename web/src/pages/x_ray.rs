//! X-ray: what could hurt the player's money, and what to do about it. A plain page.

use domain::advice::{Finding, FindingKind, Grade, Remedy};
use domain::api::{ApiError, XRayView};
use domain::{Money, Side, Symbol};
use leptos::prelude::*;
use leptos_meta::Title;

use crate::components::Load;
use crate::language::Texts;
use crate::{CurrentGame, api, paths};

async fn load(game: CurrentGame) -> Result<XRayView, ApiError> {
    api::x_ray(&game.slug()).await
}

/// The page.
#[component]
pub fn XRayPage() -> impl IntoView {
    let texts = Texts::get();
    let game = CurrentGame::get();
    let found = Resource::new(|| (), move |()| load(game));
    view! {
        <Title text=texts.x_ray_title()/>
        <Load resource=found let:found>
            <header class="page-head">
                <h1>{texts.x_ray_title()}</h1>
                <p class="soft">{texts.x_ray_lead()}</p>
            </header>
            <p data-testid="x-ray-sum">{sum_up(&found)}</p>
            <ul class="findings" role="list" data-testid="findings">
                {found.findings.into_iter().map(|finding| view! { <FindingCard finding/> }).collect_view()}
            </ul>
            <p class="advice-links">
                <a href=paths::targets(game)>{texts.x_ray_set_targets()}</a>
                <a href=paths::losses(game)>{texts.x_ray_losses()}</a>
                <a href=paths::what_if(game)>{texts.x_ray_what_if()}</a>
                <a href=paths::PRACTICE>{texts.x_ray_practice()}</a>
                <a href=paths::portfolio(game)>{texts.x_ray_back()}</a>
            </p>
        </Load>
    }
}

fn sum_up(view: &XRayView) -> String {
    let texts = Texts::get();
    let worth = texts.money(view.net_worth);
    let urgent = view.findings.iter();
    let urgent = urgent.filter(|finding| finding.grade == Grade::Act).count();
    match urgent {
        0 => texts.x_ray_sum_none(worth),
        1 => texts.x_ray_sum_one(worth),
        count => texts.x_ray_sum_many(worth, count),
    }
}

/// The label of a finding.
fn name(kind: FindingKind) -> &'static str {
    let texts = Texts::get();
    match kind {
        FindingKind::Concentration => texts.x_ray_concentration(),
        FindingKind::Sectors => texts.x_ray_sectors(),
        FindingKind::IdleCash => texts.x_ray_cash(),
        FindingKind::Fees => texts.x_ray_fees(),
        FindingKind::Churn => texts.x_ray_often(),
        FindingKind::Correlation => texts.x_ray_together(),
        FindingKind::Currencies => texts.x_ray_currencies(),
    }
}

fn verdict(grade: Grade) -> (&'static str, &'static str) {
    let texts = Texts::get();
    match grade {
        Grade::Good => (texts.x_ray_fine(), "finding finding-good"),
        Grade::Watch => (texts.x_ray_watch(), "finding finding-watch"),
        Grade::Act => (texts.x_ray_act(), "finding finding-act"),
    }
}

#[component]
fn FindingCard(finding: Finding) -> impl IntoView {
    let texts = Texts::get();
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
            <p class="finding-figure figure">{texts.value_of(&finding.figure)}</p>
            <p><strong>{texts.said(&finding.headline)}</strong></p>
            <p>{texts.said(&finding.why)}</p>
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
    let texts = Texts::get();
    match remedy {
        Remedy::Target => (paths::targets(game), texts.x_ray_set_targets().to_owned()),
        Remedy::Buy { symbol, amount } => {
            let label = texts.x_ray_try_buying(symbol, texts.money(amount));
            (order(game, symbol, Side::Buy, amount), label)
        }
        Remedy::Sell { symbol, amount } => {
            let label = texts.x_ray_try_selling(symbol, texts.money(amount));
            (order(game, symbol, Side::Sell, amount), label)
        }
        Remedy::Wait => (game.link("/week"), texts.x_ray_week().to_owned()),
    }
}
