//! Targets: how a player wants the money divided, how it is divided now, and what to trade. A plain page
//! of forms.

use domain::api::{AdviceState, ApiError, HoldingView, SummaryView, TargetsView};
use leptos::prelude::*;
use leptos_meta::{Meta, Title};
use serde::{Deserialize, Serialize};

use crate::components::{FormAlert, Load};
use crate::language::Texts;
use crate::submission::Submission;
use crate::{CurrentGame, api, paths};

mod chart;
mod form;
mod proposal;

use chart::Chart;
use form::{Offered, TargetForm};
use proposal::Trades;

/// The most holdings that can be given a target on the page.
const HOLDINGS_MAX: u32 = 100;

/// All that the page shows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Loaded {
    targets: TargetsView,
    holdings: Vec<HoldingView>,
    categories: Vec<String>,
    summary: SummaryView,
}

async fn load(game: CurrentGame) -> Result<Loaded, ApiError> {
    let slug = game.slug();
    Ok(Loaded {
        targets: api::targets(&slug).await?,
        holdings: api::holdings(&slug, None, Some(HOLDINGS_MAX)).await?.items,
        categories: api::categories(&slug).await?,
        summary: api::summary(&slug).await?,
    })
}

/// The page.
#[component]
pub fn TargetsPage() -> impl IntoView {
    let texts = Texts::get();
    let game = CurrentGame::get();
    let loaded = Resource::new(|| (), move |()| load(game));
    let submission = Submission::new();
    // For a field, too: the sentence names its subject.
    let message = Signal::derive(move || {
        let error = submission.error.get();
        error.map(|error| texts.refusal(&error))
    });
    view! {
        <Title text=texts.targets_title()/>
        <Load resource=loaded let:loaded>
            <header class="page-head">
                <h1>{texts.targets_title()}</h1>
                <p class="soft">
                    {texts.targets_lead()}
                </p>
            </header>
            <FormAlert message/>
            <Page loaded/>
            <p class="advice-links">
                <a href=paths::publish(game)>{texts.targets_publish()}</a>
                <a href=paths::strategies(game)>{texts.targets_others()}</a>
                <a href=paths::x_ray(game)>{texts.what_if_x_ray()}</a>
                <a href=paths::portfolio(game)>{texts.x_ray_back()}</a>
            </p>
        </Load>
    }
}

#[component]
fn Page(loaded: Loaded) -> impl IntoView {
    let Loaded {
        targets,
        holdings,
        categories,
        summary,
    } = loaded;
    let is_under_way = targets
        .rebalancing
        .as_ref()
        .is_some_and(|found| !found.state.has_ended());
    let shown = targets.rebalancing.clone().filter(|found| {
        // Old orders are based on old prices.
        found.state != AdviceState::Completed
            || found
                .ended_at
                .is_none_or(|at| summary.at.seconds_since(at) < 3_600)
    });
    view! {
        // The job will finish shortly: the page reloads to fetch its result.
        {is_under_way.then(|| view! { <Meta http_equiv="refresh" content="1"/> })}
        {targets.allocation.map(|allocation| view! {
            <Chart allocation beyond_since=targets.beyond_since/>
            <Trades rebalancing=shown/>
        })}
        <TargetForm plan=targets.plan holdings offered=Offered { categories, currencies: targets.currencies } summary/>
    }
}
