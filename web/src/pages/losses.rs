//! Losses and taxes: what selling at a loss would save. A plain page whose form changes nothing.

use domain::advice::{Harvest, TaxLot};
use domain::api::{ApiError, LossView, LossesView};
use domain::statistics::Alike;
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_query_map;

use crate::components::{EmptyState, IconName, Load};
use crate::language::Texts;
use crate::{CurrentGame, api, paths};

async fn load(game: CurrentGame, rate: Option<String>) -> Result<LossesView, ApiError> {
    api::losses(&game.slug(), rate.as_deref()).await
}

/// The page.
#[component]
pub fn LossesPage() -> impl IntoView {
    let texts = Texts::get();
    let game = CurrentGame::get();
    let query = use_query_map().get_untracked();
    let rate = query.get("rate").filter(|rate| !rate.is_empty());
    let found = Resource::new(|| (), move |()| load(game, rate.clone()));
    view! {
        <Title text=texts.x_ray_losses()/>
        <Load resource=found let:found>
            <header class="page-head">
                <h1>{texts.x_ray_losses()}</h1>
                <p class="soft">{lead(found.taxes.is_some())}</p>
            </header>
            <form class="card losses-rate" method="get" action=paths::losses(game)>
                <label for="rate">{texts.losses_rate()}</label>
                <input class="input" id="rate" name="rate" inputmode="decimal" maxlength="5" autocomplete="off" value=found.rate.decimal().normalize().to_string()/>
                <button class="button">{texts.losses_work_out()}</button>
            </form>
            {if found.losses.is_empty() {
                view! { <EmptyState icon=IconName::Portfolio title=texts.losses_none() text=texts.losses_none_words()/> }.into_any()
            } else {
                view! {
                    <ul class="findings" role="list" data-testid="losses">
                        {found.losses.into_iter().map(|loss| view! { <Loss loss/> }).collect_view()}
                    </ul>
                }
                .into_any()
            }}
            <p class="advice-links">
                <a href=paths::x_ray(game)>{texts.what_if_x_ray()}</a>
                {found.taxes.map(|_| view! { <a href=paths::taxes(game)>{texts.losses_your_taxes()}</a> })}
            </p>
        </Load>
    }
}

/// What it is about.
fn lead(has_taxes: bool) -> &'static str {
    let texts = Texts::get();
    if has_taxes {
        texts.losses_lead_taxed()
    } else {
        texts.losses_lead()
    }
}

/// What the sale is worth, in plain words.
fn words(harvest: &Harvest) -> String {
    let texts = Texts::get();
    let (loss, saving) = (texts.money(harvest.loss), texts.money(harvest.saving));
    let (costs, net) = (texts.money(harvest.costs), texts.money(harvest.net));
    let verdict = if harvest.is_advised {
        texts.losses_is_worth()
    } else {
        texts.losses_too_little()
    };
    let shares = texts.shares(harvest.quantity);
    texts.losses_said(shares, loss, saving, costs, net, verdict)
}

/// The rule of thirty days, in plain words.
fn window(harvest: &Harvest) -> String {
    let texts = Texts::get();
    let symbol = harvest.symbol;
    let again = texts.losses_again(symbol, texts.day(harvest.buy_again));
    match harvest.void_until {
        Some(day) => format!("{} {again}", texts.losses_void(symbol, texts.day(day))),
        None => again,
    }
}

/// How alike two companies moved, in plain words.
fn alike_words(alike: Alike) -> String {
    let in_ten = alike
        .same_days
        .saturating_mul(10)
        .saturating_add(alike.days / 2)
        .checked_div(alike.days);
    Texts::get().losses_alike(in_ten.unwrap_or_default(), alike.correlation)
}

#[component]
fn Loss(loss: LossView) -> impl IntoView {
    let texts = Texts::get();
    let game = CurrentGame::get();
    let LossView {
        harvest,
        replacement,
        alike,
    } = loss;
    let (class, chip) = if harvest.is_advised {
        ("finding finding-watch", texts.losses_worth_it())
    } else {
        ("finding", texts.losses_not_worth_it())
    };
    let (words, window) = (words(&harvest), window(&harvest));
    let sell = paths::sale_of_lots(game, harvest.symbol, &harvest.lots);
    let instead = replacement.map(|symbol| view! {
        <p>{texts.losses_instead()}" "<a href=paths::instrument(game, symbol)>{symbol.to_string()}</a>". "{alike.map(alike_words)}</p>
    });
    let story = view! { <p>{words}</p><p>{window}</p>{instead} };
    // What is not worth it needs no more than its figure, until someone asks.
    let story = if harvest.is_advised {
        story.into_any()
    } else {
        view! { <details><summary>{texts.losses_why()}</summary>{story}</details> }.into_any()
    };
    view! {
        <li class=class>
            <div class="finding-head">
                <h2>{harvest.symbol.to_string()}</h2>
                <span class="chip">{chip}</span>
            </div>
            <p><span class="finding-figure figure">{texts.money(harvest.net)}</span><span class="soft">" "{texts.losses_would_be_left()}</span></p>
            {story}
            <details>
                <summary>{texts.losses_each()}</summary>
                <div class="table-scroll">
                    <table class="table">
                        <caption class="visually-hidden">{texts.losses_caption()}</caption>
                        <thead><tr><th scope="col">{texts.losses_bought()}</th><th scope="col">{texts.losses_shares()}</th><th scope="col">{texts.losses_cost()}</th><th scope="col">{texts.losses_worth()}</th><th scope="col">{texts.losses_gain()}</th><th scope="col">{texts.losses_sell()}</th></tr></thead>
                        <tbody>{harvest.lots.into_iter().map(row).collect_view()}</tbody>
                    </table>
                </div>
            </details>
            {harvest.is_advised.then(|| view! { <p><a class="button button-small button-quiet" href=sell>{texts.losses_try()}</a></p> })}
        </li>
    }
}

fn row(lot: TaxLot) -> impl IntoView {
    let texts = Texts::get();
    view! {
        <tr>
            <th scope="row">{texts.day(lot.day)}</th>
            <td class="figure">{texts.quantity(lot.quantity)}</td>
            <td class="figure">{texts.money(lot.cost)}</td>
            <td class="figure">{texts.money(lot.value)}</td>
            <td class="figure">{texts.signed_money(lot.gain)}</td>
            <td>{if lot.sells { texts.losses_yes() } else { texts.losses_keep() }}</td>
        </tr>
    }
}
