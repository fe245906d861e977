//! The second step: an order with a reason.

use domain::{Money, OPEN_LEAGUE};
use leptos::prelude::*;

use super::Company;
use crate::components::fresh_key;
use crate::language::Texts;
use crate::paths;
use crate::submission::typed_before;

/// The default amount in dollars.
const AMOUNT: &str = "500";
/// How much worse the price may be than the one that the page shows, in basis points.
const TOLERANCE_BPS: &str = "200";

/// The form.
#[component]
pub(super) fn Buy(company: Company, cash: Money, texts: Texts) -> impl IntoView {
    let amount = match typed_before("size") {
        typed if typed.is_empty() => AMOUNT.to_owned(),
        typed => typed,
    };
    let lead = texts.start_buy_lead(texts.price(company.price), texts.money(cash));
    view! {
        <section class="card start-card" aria-labelledby="buy-title">
            <h2 id="buy-title">{texts.start_buy_title(company.name)}</h2>
            <p class="soft">{lead}</p>
            <form class="form" action="/forms/order" method="post">
                <Order symbol=company.symbol.to_string() unit="amount"/>
                <input type="hidden" name="expected" value=company.price.to_string()/>
                <input type="hidden" name="tolerance_bps" value=TOLERANCE_BPS/>
                <div class="field">
                    <label for="start-size">{texts.start_amount()}</label>
                    <input id="start-size" name="size" inputmode="decimal" maxlength="24" required value=amount/>
                </div>
                <div class="field">
                    <label for="start-reason">{texts.start_reason()}</label>
                    <p class="hint" id="start-reason-hint">{texts.start_reason_hint()}</p>
                    <textarea class="input" id="start-reason" name="reason" rows="3" maxlength="500" required placeholder=texts.start_reason_example() aria-describedby="start-reason-hint">{typed_before("reason")}</textarea>
                </div>
                <div class="actions">
                    <button class="button button-primary" data-testid="start-buy">{texts.start_buy()}</button>
                    <a class="button button-quiet" href=paths::START>{texts.start_other()}</a>
                </div>
            </form>
        </section>
    }
}

/// What every order of the walk-through has in common. The key is new for each page, so that a double click
/// sends the same order.
#[component]
pub(super) fn Order(symbol: String, unit: &'static str) -> impl IntoView {
    view! {
        <input type="hidden" name="game" value=OPEN_LEAGUE/>
        <input type="hidden" name="symbol" value=symbol/>
        <input type="hidden" name="side" value="buy"/>
        <input type="hidden" name="unit" value=unit/>
        <input type="hidden" name="next" value=paths::START/>
        <input type="hidden" name="idempotency_key" value=fresh_key().to_string()/>
    }
}
