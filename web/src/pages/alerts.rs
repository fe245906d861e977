//! Price alerts: lines at which a player is told. A plain page, whose forms the server answers.

use domain::api::{AlertSide, AlertView};
use leptos::prelude::*;
use leptos_meta::Title;

use crate::components::{EmptyState, FormAlert, IconName, Load, LocalTime};
use crate::language::Texts;
use crate::submission::{Submission, first_value};
use crate::{CurrentGame, api, paths};

/// The page. The URL may name a symbol, as the link from an instrument does.
#[component]
pub fn AlertsPage() -> impl IntoView {
    let texts = Texts::get();
    let game = CurrentGame::get();
    let alerts = Resource::new(
        || (),
        move |()| async move { api::alerts(&game.slug()).await },
    );
    let message = Submission::new().message_of_any(&["symbol", "price", "side"]);
    view! {
        <Title text=texts.alerts_title()/>
        <FormAlert message/>
        <Load resource=alerts let:alerts>
            <header class="page-head">
                <h1>{texts.alerts_title()}</h1>
                <p class="soft">{texts.alerts_lead()}</p>
            </header>
            <NewAlert/>
            {if alerts.is_empty() {
                view! {
                    <EmptyState icon=IconName::Bell title=texts.alerts_none() text=texts.alerts_none_words()/>
                }.into_any()
            } else {
                view! {
                    <ul class="card notices" role="list" data-testid="alerts">
                        {alerts.into_iter().map(|alert| view! { <Row alert/> }).collect_view()}
                    </ul>
                }.into_any()
            }}
        </Load>
    }
}

#[component]
fn NewAlert() -> impl IntoView {
    let texts = Texts::get();
    let game = CurrentGame::get();
    let is_below = first_value("side") == "below";
    let repeats = first_value("repeats") == "true";
    view! {
        <form class="card alert-form" action="/forms/new-alert" method="post">
            <h2>{texts.alerts_new()}</h2>
            <input type="hidden" name="game" value=game.slug()/>
            <p class="field">
                <label for="alert-symbol">{texts.alerts_symbol()}</label>
                <input id="alert-symbol" name="symbol" maxlength="8" required autocomplete="off" spellcheck="false" placeholder="PUFFN" value=first_value("symbol")/>
            </p>
            <p class="field">
                <label for="alert-side">{texts.alerts_tell()}</label>
                <select id="alert-side" name="side">
                    <option value="above" selected=!is_below>{texts.alerts_rises()}</option>
                    <option value="below" selected=is_below>{texts.alerts_falls()}</option>
                </select>
            </p>
            <p class="field">
                <label for="alert-price">{texts.alerts_price(texts.currency_word())}</label>
                <input id="alert-price" name="price" inputmode="decimal" maxlength="20" required autocomplete="off" value=first_value("price")/>
            </p>
            <label class="tick">
                <input type="checkbox" name="repeats" value="true" checked=repeats/>
                <span>{texts.alerts_every_time()}</span>
            </label>
            <button class="button button-primary">{texts.alerts_set()}</button>
        </form>
    }
}

#[component]
fn Row(alert: AlertView) -> impl IntoView {
    let texts = Texts::get();
    let game = CurrentGame::get();
    let price = texts.price(alert.price);
    let way = match alert.side {
        AlertSide::Above => texts.alerts_rises_to(&price),
        AlertSide::Below => texts.alerts_falls_to(&price),
    };
    let state = match (alert.active, alert.times) {
        (false, _) => texts.alerts_done().to_owned(),
        (true, 0) if alert.repeats => texts.alerts_waits_every().to_owned(),
        (true, 0) => texts.alerts_waits_once().to_owned(),
        (true, 1) => texts.alerts_again_once().to_owned(),
        (true, times) => texts.alerts_again(times),
    };
    let symbol = alert.symbol;
    view! {
        <li class="told">
            <p class="notice-text">
                <a href=paths::instrument(game, symbol)>{symbol.to_string()}</a>
                " "{way}
            </p>
            <p class="soft notice-at">
                {state}
                {alert.told_at.map(|at| view! { " "{texts.alerts_last()}" "<LocalTime at=at/> })}
            </p>
            <form action="/forms/delete-alert" method="post">
                <input type="hidden" name="game" value=game.slug()/>
                <input type="hidden" name="id" value=alert.id/>
                <button class="button button-small button-quiet">{texts.alerts_delete()}<span class="visually-hidden">" "{texts.alerts_delete_which(symbol, price)}</span></button>
            </form>
        </li>
    }
}
