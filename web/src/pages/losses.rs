//! Losses and taxes: what selling at a loss would save. A plain page whose form changes nothing.

use domain::advice::{Harvest, TaxLot};
use domain::api::{ApiError, LossView, LossesView};
use domain::statistics::Alike;
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_query_map;

use crate::components::{EmptyState, IconName, Load};
use crate::{CurrentGame, api, format, paths};

async fn load(game: CurrentGame, rate: Option<String>) -> Result<LossesView, ApiError> {
    api::losses(&game.slug(), rate.as_deref()).await
}

/// The page.
#[component]
pub fn LossesPage() -> impl IntoView {
    let game = CurrentGame::get();
    let query = use_query_map().get_untracked();
    let rate = query.get("rate").filter(|rate| !rate.is_empty());
    let found = Resource::new(|| (), move |()| load(game, rate.clone()));
    view! {
        <Title text="Losses and taxes"/>
        <Load resource=found let:found>
            <header class="page-head">
                <h1>"Losses and taxes"</h1>
                <p class="soft">{lead(found.taxes.is_some())}</p>
            </header>
            <form class="card losses-rate" method="get" action=paths::losses(game)>
                <label for="rate">"Assume a tax on gains of, in %"</label>
                <input class="input" id="rate" name="rate" inputmode="decimal" maxlength="5" autocomplete="off" value=found.rate.decimal().normalize().to_string()/>
                <button class="button">"Work it out"</button>
            </form>
            {if found.losses.is_empty() {
                view! { <EmptyState icon=IconName::Portfolio title="No losses" text="Nothing that you hold is worth less than it cost, so there is nothing to sell at a loss."/> }.into_any()
            } else {
                view! {
                    <ul class="findings" role="list" data-testid="losses">
                        {found.losses.into_iter().map(|loss| view! { <Loss loss/> }).collect_view()}
                    </ul>
                }
                .into_any()
            }}
            <p class="advice-links">
                <a href=paths::x_ray(game)>"X-ray: what could hurt my money?"</a>
                {found.taxes.map(|_| view! { <a href=paths::taxes(game)>"Your taxes"</a> })}
            </p>
        </Load>
    }
}

/// What it is about.
fn lead(has_taxes: bool) -> &'static str {
    if has_taxes {
        "This game takes a tax on what you gain. A loss that you sell makes that tax smaller: what you overpaid comes back at the end of the market's year."
    } else {
        "In real life you pay tax on what you gain. A loss that you sell makes that tax smaller. This game has no taxes, so here you can learn it for free, on your own shares."
    }
}

/// What the sale is worth, in plain words.
fn words(harvest: &Harvest) -> String {
    let (loss, saving) = (format::money(harvest.loss), format::money(harvest.saving));
    let (costs, net) = (format::money(harvest.costs), format::money(harvest.net));
    let verdict = if harvest.is_advised {
        "That is worth it."
    } else {
        "That is too little to be worth it."
    };
    format!(
        "Selling the {} that are worth less than you paid makes a loss of {loss}. It would save {saving} in tax. Selling \
         and buying something like it costs {costs}, so {net} is left. {verdict}",
        format::shares(harvest.quantity)
    )
}

/// The rule of thirty days, in plain words.
fn window(harvest: &Harvest) -> String {
    let symbol = harvest.symbol;
    let void = harvest.void_until.map(|day| {
        format!(
            "You bought {symbol} less than 30 days ago, so the loss does not count before {}. ",
            format::day(day)
        )
    });
    format!(
        "{}Do not buy {symbol} again before {}: within 30 days of the sale, the loss would not count.",
        void.unwrap_or_default(),
        format::day(harvest.buy_again)
    )
}

/// How alike two companies moved, in plain words.
fn alike_words(alike: Alike) -> String {
    let in_ten = alike
        .same_days
        .saturating_mul(10)
        .saturating_add(alike.days / 2)
        .checked_div(alike.days);
    format!(
        "In the last year, both went the same way on {} of 10 days. Their correlation is {}: 1 means in step, 0 means \
         that one says nothing about the other.",
        in_ten.unwrap_or_default(),
        alike.correlation
    )
}

#[component]
fn Loss(loss: LossView) -> impl IntoView {
    let game = CurrentGame::get();
    let LossView {
        harvest,
        replacement,
        alike,
    } = loss;
    let (class, chip) = if harvest.is_advised {
        ("finding finding-watch", "Worth it")
    } else {
        ("finding", "Not worth it")
    };
    let (words, window) = (words(&harvest), window(&harvest));
    let sell = paths::sale_of_lots(game, harvest.symbol, &harvest.lots);
    let instead = replacement.map(|symbol| view! {
        <p>"A company of the same kind that you could hold meanwhile: "<a href=paths::instrument(game, symbol)>{symbol.to_string()}</a>". "{alike.map(alike_words)}</p>
    });
    view! {
        <li class=class>
            <div class="finding-head">
                <h2>{harvest.symbol.to_string()}</h2>
                <span class="chip">{chip}</span>
            </div>
            <p><span class="finding-figure figure">{format::money(harvest.net)}</span><span class="soft">" would be left"</span></p>
            <p>{words}</p>
            <p>{window}</p>
            {instead}
            <details>
                <summary>"Each purchase"</summary>
                <div class="table-scroll">
                    <table class="table">
                        <caption class="visually-hidden">"Purchases that are still held, oldest first"</caption>
                        <thead><tr><th scope="col">"Bought"</th><th scope="col">"Shares"</th><th scope="col">"Cost"</th><th scope="col">"Worth"</th><th scope="col">"Gain or loss"</th><th scope="col">"Sell"</th></tr></thead>
                        <tbody>{harvest.lots.into_iter().map(row).collect_view()}</tbody>
                    </table>
                </div>
            </details>
            {harvest.is_advised.then(|| view! { <p><a class="button button-small button-quiet" href=sell>"Try selling them"</a></p> })}
        </li>
    }
}

fn row(lot: TaxLot) -> impl IntoView {
    view! {
        <tr>
            <th scope="row">{format::day(lot.day)}</th>
            <td class="figure">{format::quantity(lot.quantity)}</td>
            <td class="figure">{format::money(lot.cost)}</td>
            <td class="figure">{format::money(lot.value)}</td>
            <td class="figure">{format::signed_money(lot.gain)}</td>
            <td>{if lot.sells { "yes" } else { "keep" }}</td>
        </tr>
    }
}
