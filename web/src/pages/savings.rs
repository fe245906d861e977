//! Saving every month: plans, the player's subscriptions, and how a plan would have done.

use domain::api::{ApiError, PlanView, SubscriptionState, SubscriptionView};
use leptos::prelude::*;
use leptos_meta::Title;
use serde::{Deserialize, Serialize};

use crate::api::StrategyFilter;
use crate::components::{FormAlert, Load};
use crate::pages::hosting::Ask;
use crate::submission::typed_before;
use crate::{CurrentGame, Submission, api, format, paths};

mod comparison;

pub use comparison::ComparisonPage;

/// Everything that the page shows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Savings {
    plans: Vec<PlanView>,
    subscriptions: Vec<SubscriptionView>,
    /// Those that the player follows, or has published.
    strategies: Vec<FollowedStrategy>,
}

/// A strategy that a plan may buy by.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct FollowedStrategy {
    id: String,
    name: String,
}

fn filter(of: &str) -> StrategyFilter {
    StrategyFilter {
        of: Some(of.to_owned()),
        ..StrategyFilter::default()
    }
}

async fn strategies(game: CurrentGame) -> Result<Vec<FollowedStrategy>, ApiError> {
    let mut all: Vec<FollowedStrategy> = Vec::new();
    for of in ["followed", "mine"] {
        let found = api::strategies(&game.slug(), &filter(of)).await?;
        for row in found.items {
            if all.iter().all(|one| one.id != row.id) {
                all.push(FollowedStrategy {
                    id: row.id,
                    name: row.name,
                });
            }
        }
    }
    Ok(all)
}

async fn load(game: CurrentGame) -> Result<Savings, ApiError> {
    Ok(Savings {
        plans: api::plans(&game.slug()).await?,
        subscriptions: api::subscriptions(&game.slug()).await?,
        strategies: strategies(game).await?,
    })
}

/// The page.
#[component]
pub fn SavingsPage() -> impl IntoView {
    let game = CurrentGame::get();
    let savings = Resource::new(|| (), move |()| load(game));
    view! {
        <Title text="Savings plans"/>
        <FormAlert message=Submission::new().message()/>
        <Load resource=savings let:savings>
            <header class="page-head">
                <h1>"Savings plans"</h1>
                <p class="soft">"The same amount every month of the market. When prices are low it buys more, so you do not have to guess the best day."</p>
            </header>
            <Subscriptions subscriptions=savings.subscriptions.clone()/>
            <Plans savings=savings.clone()/>
            <NewPlan strategies=savings.strategies.clone()/>
            <p class="page-links"><a href=paths::offerings(game)>"What is on offer"</a></p>
        </Load>
    }
}

fn in_words(plan: &PlanView) -> String {
    let months = match plan.months {
        1 => "one month".to_owned(),
        months => format!("{months} months"),
    };
    let from = if plan.new_money {
        "as new money from the host"
    } else {
        "from your cash"
    };
    let buys = match plan.symbol {
        Some(symbol) => format!(", which buys {symbol}"),
        None if plan.by_targets => ", spread by your targets".to_owned(),
        None if plan.strategy.is_some() => ", spread by a strategy".to_owned(),
        None => ", to spend on offerings".to_owned(),
    };
    format!(
        "{} a month for {months}, {from}{buys}",
        format::money(plan.amount)
    )
}

#[component]
fn Subscriptions(subscriptions: Vec<SubscriptionView>) -> impl IntoView {
    if subscriptions.is_empty() {
        return ().into_any();
    }
    let rows = subscriptions
        .into_iter()
        .map(|subscription| view! { <Row subscription/> });
    view! {
        <section class="mine" aria-labelledby="follow-title">
            <h2 id="follow-title">"Plans that you follow"</h2>
            <ul class="plans" role="list" data-testid="subscriptions">{rows.collect_view()}</ul>
        </section>
    }
    .into_any()
}

#[component]
fn Row(subscription: SubscriptionView) -> impl IntoView {
    let SubscriptionView {
        id,
        plan,
        amount,
        state,
        due,
        balance,
    } = subscription;
    let words = match (state, due) {
        (SubscriptionState::Active, Some(due)) => {
            format!("Active, the next month is due on {}", format::day(due))
        }
        (SubscriptionState::Active, None) => "Active".to_owned(),
        (SubscriptionState::Paused, _) => "Paused".to_owned(),
        (SubscriptionState::Cancelled, _) => "Ended by you".to_owned(),
        (SubscriptionState::Finished, _) => "Finished: every month is paid".to_owned(),
    };
    let actions: &[(&str, &str)] = match state {
        SubscriptionState::Active => &[("paused", "Pause"), ("cancelled", "End")],
        SubscriptionState::Paused => &[("active", "Resume"), ("cancelled", "End")],
        SubscriptionState::Cancelled | SubscriptionState::Finished => &[],
    };
    let name = plan.name.clone();
    let buttons = actions.iter().map(|(state, label)| {
        view! { <Change id=id.clone() state label=format!("{label} {name}")/> }
    });
    let sum = |label: &'static str, money| {
        view! { <div><dt>{label}</dt><dd>{format::money(money)}</dd></div> }
    };
    view! {
        <li class="card">
            <h3>{plan.name.clone()}</h3>
            <p>{words}</p>
            <dl class="terms">
                {sum("Each month", amount)}
                <div><dt>"Months paid"</dt><dd>{format!("{} of {}", balance.paid_months, plan.months)}</dd></div>
                {sum("Paid in so far", balance.paid)}
                {sum("Invested", balance.invested)}
                {sum("Left to invest, future months included", balance.available)}
                {sum("Can be spent now", balance.spendable)}
            </dl>
            <div class="plan-actions">{buttons.collect_view()}</div>
        </li>
    }
}

#[component]
fn Change(id: String, state: &'static str, label: String) -> impl IntoView {
    let game = CurrentGame::get();
    view! {
        <form action="/forms/subscription" method="post">
            <input type="hidden" name="game" value=game.slug().to_string()/>
            <input type="hidden" name="subscription" value=id/>
            <input type="hidden" name="state" value=state/>
            <button class="button button-small button-quiet">{label}</button>
        </form>
    }
}

#[component]
fn Plans(savings: Savings) -> impl IntoView {
    let game = CurrentGame::get();
    let follows = savings.subscriptions.into_iter().filter(|one| {
        matches!(
            one.state,
            SubscriptionState::Active | SubscriptionState::Paused
        )
    });
    let followed: Vec<String> = follows.map(|one| one.plan.id).collect();
    let row = |plan: PlanView| {
        let words = in_words(&plan);
        let buys = plan.symbol.is_some() || plan.by_targets || plan.strategy.is_some();
        let compare = buys.then(|| {
            let address = format!("{}/{}", paths::savings(game), plan.id);
            view! { <a href=address>{format!("How {} would have done", plan.name)}</a> }
        });
        let follow = (!followed.contains(&plan.id)).then(|| {
            view! {
                <form action="/forms/subscribe" method="post">
                    <input type="hidden" name="game" value=game.slug().to_string()/>
                    <input type="hidden" name="plan" value=plan.id.clone()/>
                    <button class="button button-small">{format!("Follow {}", plan.name)}</button>
                </form>
            }
        });
        let strategy = plan.strategy.clone().map(|id| {
            let address = game.link(&format!("/strategies/{id}"));
            view! { <a href=address>{format!("The strategy of {}", plan.name)}</a> }
        });
        let retire = (!plan.shared).then(|| {
            view! {
                <form action="/forms/retire-plan" method="post">
                    <input type="hidden" name="game" value=game.slug().to_string()/>
                    <input type="hidden" name="plan" value=plan.id.clone()/>
                    <button class="button button-small button-quiet">{format!("Remove {}", plan.name)}</button>
                </form>
            }
        });
        view! {
            <li class="card">
                <h3>{plan.name.clone()}</h3>
                <p>{words}"."</p>
                <div class="plan-actions">{follow}{compare}{strategy}{retire}</div>
            </li>
        }
    };
    if savings.plans.is_empty() {
        return ().into_any();
    }
    let rows = savings.plans.into_iter().map(row).collect_view();
    view! {
        <section class="mine" aria-labelledby="plans-title">
            <h2 id="plans-title">"Plans"</h2>
            <ul class="plans" role="list" data-testid="plans">{rows}</ul>
        </section>
    }
    .into_any()
}

/// How a plan buys.
#[component]
fn Buys(strategies: Vec<FollowedStrategy>) -> impl IntoView {
    let chosen = typed_before("buys");
    let option = |value: String, words: String| {
        let is_chosen = chosen == value;
        view! { <option value=value selected=is_chosen>{words}</option> }
    };
    let ways = [
        ("", "One thing, or nothing yet"),
        ("targets", "What is furthest below your targets"),
    ];
    let ways = ways.map(|(value, words)| option(value.to_owned(), words.to_owned()));
    let strategies: Vec<_> = strategies
        .into_iter()
        .map(|one| option(one.id, format!("By the strategy “{}”", one.name)))
        .collect();
    view! {
        <div class="field">
            <label for="buys">"What it buys each month"</label>
            <select id="buys" name="buys" class="input">{ways.collect_view()}{strategies.collect_view()}</select>
        </div>
    }
}

#[component]
fn NewPlan(strategies: Vec<FollowedStrategy>) -> impl IntoView {
    let game = CurrentGame::get();
    view! {
        <section class="card" aria-labelledby="new-plan-title">
            <h2 id="new-plan-title">"Create a plan of your own"</h2>
            <form class="form" action="/forms/new-plan" method="post">
                <input type="hidden" name="game" value=game.slug().to_string()/>
                <Ask name="name" label="Name" required=true/>
                <Ask name="amount" label="Each month, in dollars" keyboard="decimal" required=true/>
                <Ask name="months" label="Months" hint="12 if you leave it empty." keyboard="numeric"/>
                <Buys strategies/>
                <Ask name="symbol" label="The symbol, if it buys one thing" hint="Such as MUFFN. Without a symbol, targets or a strategy, the money waits for offerings."/>
                <button class="button button-primary" data-testid="new-plan">"Create it"</button>
            </form>
        </section>
    }
}
