//! Price alerts: lines at which a player is told. A plain page, whose forms the server answers.

use domain::api::{AlertSide, AlertView};
use leptos::prelude::*;
use leptos_meta::Title;

use crate::components::{EmptyState, FormAlert, IconName, Load, LocalTime};
use crate::submission::{Submission, first_value};
use crate::{CurrentGame, api, format, paths};

/// The page. The URL may name a symbol, as the link from an instrument does.
#[component]
pub fn AlertsPage() -> impl IntoView {
    let game = CurrentGame::get();
    let alerts = Resource::new(
        || (),
        move |()| async move { api::alerts(&game.slug()).await },
    );
    let message = Submission::new().message_of_any(&["symbol", "price", "side"]);
    view! {
        <Title text="Price alerts"/>
        <FormAlert message/>
        <Load resource=alerts let:alerts>
            <header class="page-head">
                <h1>"Price alerts"</h1>
                <p class="soft">"Draw a line, and get a notification when a price reaches it. An alert buys and sells nothing."</p>
            </header>
            <NewAlert/>
            {if alerts.is_empty() {
                view! {
                    <EmptyState icon=IconName::Bell title="No alert yet" text="Set one for a price that would make you think again."/>
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
    let game = CurrentGame::get();
    let is_below = first_value("side") == "below";
    let repeats = first_value("repeats") == "true";
    view! {
        <form class="card alert-form" action="/forms/new-alert" method="post">
            <h2>"A new alert"</h2>
            <input type="hidden" name="game" value=game.slug()/>
            <p class="field">
                <label for="alert-symbol">"Symbol"</label>
                <input id="alert-symbol" name="symbol" maxlength="8" required autocomplete="off" spellcheck="false" placeholder="PUFFN" value=first_value("symbol")/>
            </p>
            <p class="field">
                <label for="alert-side">"Tell me when the price"</label>
                <select id="alert-side" name="side">
                    <option value="above" selected=!is_below>"rises to"</option>
                    <option value="below" selected=is_below>"falls to"</option>
                </select>
            </p>
            <p class="field">
                <label for="alert-price">"Price in dollars"</label>
                <input id="alert-price" name="price" inputmode="decimal" maxlength="20" required autocomplete="off" value=first_value("price")/>
            </p>
            <p class="alert-repeats">
                <input type="checkbox" id="alert-repeats" name="repeats" value="true" checked=repeats/>
                <label for="alert-repeats">"Every time, not only the first"</label>
            </p>
            <button class="button button-primary">"Set the alert"</button>
        </form>
    }
}

#[component]
fn Row(alert: AlertView) -> impl IntoView {
    let game = CurrentGame::get();
    let way = match alert.side {
        AlertSide::Above => "rises to",
        AlertSide::Below => "falls to",
    };
    let price = format::price(alert.price);
    let state = match (alert.active, alert.times) {
        (false, _) => "It has gone off, and is done.".to_owned(),
        (true, 0) if alert.repeats => "It is waiting, and will tell you every time.".to_owned(),
        (true, 0) => "It is waiting, and will tell you once.".to_owned(),
        (true, 1) => "It has gone off once, and is waiting again.".to_owned(),
        (true, times) => format!("It has gone off {times} times, and is waiting again."),
    };
    let symbol = alert.symbol;
    view! {
        <li class="told">
            <p class="notice-text">
                <a href=paths::instrument(game, symbol)>{symbol.to_string()}</a>
                {format!(" {way} {price}")}
            </p>
            <p class="soft notice-at">
                {state}
                {alert.told_at.map(|at| view! { " Last: "<LocalTime at=at/> })}
            </p>
            <form action="/forms/delete-alert" method="post">
                <input type="hidden" name="game" value=game.slug()/>
                <input type="hidden" name="id" value=alert.id/>
                <button class="button button-small button-quiet">"Delete"<span class="visually-hidden">{format!(" the alert for {symbol} at {price}")}</span></button>
            </form>
        </li>
    }
}
