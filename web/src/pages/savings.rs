//! Saving every month: plans, the player's subscriptions, and how a plan would have done.

use domain::api::{ApiError, PlanView, SubscriptionState, SubscriptionView};
use leptos::prelude::*;
use leptos_meta::Title;
use serde::{Deserialize, Serialize};

use crate::api::StrategyFilter;
use crate::components::{FormAlert, Load};
use crate::language::Texts;
use crate::pages::hosting::Ask;
use crate::submission::typed_before;
use crate::{CurrentGame, Submission, api, paths};

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
    let texts = Texts::get();
    let game = CurrentGame::get();
    let savings = Resource::new(|| (), move |()| load(game));
    view! {
        <Title text=texts.savings_title()/>
        <FormAlert message=Submission::new().message()/>
        <Load resource=savings let:savings>
            <header class="page-head">
                <h1>{texts.savings_title()}</h1>
                <p class="soft">{texts.savings_lead()}</p>
            </header>
            <Subscriptions subscriptions=savings.subscriptions.clone()/>
            <Plans savings=savings.clone()/>
            <NewPlan strategies=savings.strategies.clone()/>
            <p class="page-links"><a href=paths::offerings(game)>{texts.savings_on_offer()}</a></p>
        </Load>
    }
}

fn in_words(plan: &PlanView) -> String {
    let texts = Texts::get();
    let months = match plan.months {
        1 => texts.savings_one_month().to_owned(),
        months => texts.scenarios_months(months),
    };
    let from = if plan.new_money {
        texts.savings_new_money()
    } else {
        texts.savings_from_cash()
    };
    let buys = match plan.symbol {
        Some(symbol) => texts.savings_buys_symbol(symbol),
        None if plan.by_targets => texts.savings_by_targets().to_owned(),
        None if plan.strategy.is_some() => texts.savings_by_strategy().to_owned(),
        None => texts.savings_for_offerings().to_owned(),
    };
    texts.savings_words(texts.money(plan.amount), months, from, buys)
}

#[component]
fn Subscriptions(subscriptions: Vec<SubscriptionView>) -> impl IntoView {
    let texts = Texts::get();
    if subscriptions.is_empty() {
        return ().into_any();
    }
    let rows = subscriptions
        .into_iter()
        .map(|subscription| view! { <Row subscription/> });
    view! {
        <section class="mine" aria-labelledby="follow-title">
            <h2 id="follow-title">{texts.savings_followed()}</h2>
            <ul class="plans" role="list" data-testid="subscriptions">{rows.collect_view()}</ul>
        </section>
    }
    .into_any()
}

#[component]
fn Row(subscription: SubscriptionView) -> impl IntoView {
    let texts = Texts::get();
    let SubscriptionView {
        id,
        plan,
        amount,
        state,
        due,
        balance,
    } = subscription;
    let words = match (state, due) {
        (SubscriptionState::Active, Some(due)) => texts.savings_active_due(texts.day(due)),
        (SubscriptionState::Active, None) => texts.savings_active().to_owned(),
        (SubscriptionState::Paused, _) => texts.savings_paused().to_owned(),
        (SubscriptionState::Cancelled, _) => texts.savings_ended().to_owned(),
        (SubscriptionState::Finished, _) => texts.savings_finished().to_owned(),
    };
    let name = plan.name.clone();
    let end = || ("cancelled", texts.savings_end(&name));
    let actions = match state {
        SubscriptionState::Active => vec![("paused", texts.savings_pause(&name)), end()],
        SubscriptionState::Paused => vec![("active", texts.savings_resume(&name)), end()],
        SubscriptionState::Cancelled | SubscriptionState::Finished => Vec::new(),
    };
    let buttons = actions.into_iter().map(|(state, label)| {
        view! { <Change id=id.clone() state label/> }
    });
    let sum = |label: &'static str, money| {
        view! { <div><dt>{label}</dt><dd>{texts.money(money)}</dd></div> }
    };
    view! {
        <li class="card">
            <h3>{plan.name.clone()}</h3>
            <p>{words}</p>
            <dl class="terms">
                {sum(texts.savings_each_month(), amount)}
                <div><dt>{texts.savings_months_paid()}</dt><dd>{texts.savings_paid_of(balance.paid_months, plan.months)}</dd></div>
                {sum(texts.savings_paid_in(), balance.paid)}
                {sum(texts.savings_invested(), balance.invested)}
                {sum(texts.savings_left(), balance.available)}
                {sum(texts.savings_spendable(), balance.spendable)}
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
    let texts = Texts::get();
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
            view! { <a href=address>{texts.savings_compare(&plan.name)}</a> }
        });
        let follow = (!followed.contains(&plan.id)).then(|| {
            view! {
                <form action="/forms/subscribe" method="post">
                    <input type="hidden" name="game" value=game.slug().to_string()/>
                    <input type="hidden" name="plan" value=plan.id.clone()/>
                    <button class="button button-small">{texts.savings_follow(&plan.name)}</button>
                </form>
            }
        });
        let strategy = plan.strategy.clone().map(|id| {
            let address = game.link(&format!("/strategies/{id}"));
            view! { <a href=address>{texts.savings_strategy(&plan.name)}</a> }
        });
        let retire = (!plan.shared).then(|| {
            view! {
                <form action="/forms/retire-plan" method="post">
                    <input type="hidden" name="game" value=game.slug().to_string()/>
                    <input type="hidden" name="plan" value=plan.id.clone()/>
                    <button class="button button-small button-quiet">{texts.savings_remove(&plan.name)}</button>
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
            <h2 id="plans-title">{texts.savings_plans()}</h2>
            <ul class="plans" role="list" data-testid="plans">{rows}</ul>
        </section>
    }
    .into_any()
}

/// How a plan buys.
#[component]
fn Buys(strategies: Vec<FollowedStrategy>) -> impl IntoView {
    let texts = Texts::get();
    let chosen = typed_before("buys");
    let option = |value: String, words: String| {
        let is_chosen = chosen == value;
        view! { <option value=value selected=is_chosen>{words}</option> }
    };
    let ways = [
        ("", texts.savings_one_thing()),
        ("targets", texts.savings_below_targets()),
    ];
    let ways = ways.map(|(value, words)| option(value.to_owned(), words.to_owned()));
    let strategies: Vec<_> = strategies
        .into_iter()
        .map(|one| option(one.id, texts.savings_by_named(one.name)))
        .collect();
    view! {
        <div class="field">
            <label for="buys">{texts.savings_buys()}</label>
            <select id="buys" name="buys" class="input">{ways.collect_view()}{strategies.collect_view()}</select>
        </div>
    }
}

#[component]
fn NewPlan(strategies: Vec<FollowedStrategy>) -> impl IntoView {
    let texts = Texts::get();
    let game = CurrentGame::get();
    view! {
        <section class="card" aria-labelledby="new-plan-title">
            <h2 id="new-plan-title">{texts.savings_create_title()}</h2>
            <form class="form" action="/forms/new-plan" method="post">
                <input type="hidden" name="game" value=game.slug().to_string()/>
                <Ask name="name" label=texts.savings_name() required=true/>
                <Ask name="amount" label=texts.savings_amount(texts.currency_word()) keyboard="decimal" required=true/>
                <Ask name="months" label=texts.savings_months() hint=texts.savings_months_hint() keyboard="numeric"/>
                <Buys strategies/>
                <Ask name="symbol" label=texts.savings_symbol() hint=texts.savings_symbol_hint()/>
                <button class="button button-primary" data-testid="new-plan">{texts.savings_create()}</button>
            </form>
        </section>
    }
}
