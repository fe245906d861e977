//! Asking for shares: possible outcomes, and the form.

use domain::api::OfferingDetail;
use domain::offering::{Expectation, InvestmentPreview};
use domain::{Money, Quantity};
use leptos::prelude::*;

use crate::components::fresh_key;
use crate::language::Texts;
use crate::submission::typed_before;
use crate::{CurrentGame, Submission, paths};

#[component]
pub(super) fn Invest(detail: OfferingDetail, cash: Money) -> impl IntoView {
    let texts = Texts::get();
    let game = CurrentGame::get();
    let id = detail.offering.id.clone();
    let page = paths::offering(game, &id);
    let asked = detail.preview.map(|preview| preview.shares);
    let typed = typed_before("shares");
    let shares = if typed.is_empty() {
        asked.unwrap_or(detail.offering.terms.minimum).to_string()
    } else {
        typed
    };
    let error = |field: &'static str| Submission::new().message_of(field).get_untracked();
    let (wrong_shares, wrong_plan) = (error("shares"), error("subscription"));
    let plans = detail.subscriptions.clone();
    let options = plans.into_iter().map(|plan| {
        let words = texts.offerings_plan_spend(plan.name, texts.money(plan.spendable));
        view! { <option value=plan.id>{words}</option> }
    });
    let from = (!detail.subscriptions.is_empty()).then(|| {
        view! {
            <div class="field">
                <label for="subscription">{texts.offerings_pay_with()}</label>
                <select id="subscription" name="subscription" class="input" aria-describedby="subscription-error">
                    <option value="">{texts.offerings_free_cash()}</option>
                    {options.collect_view()}
                </select>
                <p class="field-error" id="subscription-error">{wrong_plan}</p>
            </div>
        }
    });
    let terms = detail.offering.terms;
    view! {
        <section class="card waiting-slip" aria-labelledby="invest-title">
            <h2 id="invest-title">{texts.offerings_ask()}</h2>
            <p class="soft">{texts.offerings_have_cash(texts.money(cash))}</p>
            <form class="form" action="/forms/invest" method="post">
                <input type="hidden" name="game" value=game.slug().to_string()/>
                <input type="hidden" name="offering" value=id/>
                <input type="hidden" name="idempotency_key" value=fresh_key().to_string()/>
                <div class="field">
                    <label for="shares">{texts.offerings_shares()}</label>
                    <input id="shares" name="shares" type="number" inputmode="numeric" required
                        min=terms.minimum.to_string() max=terms.maximum.to_string() value=shares
                        aria-describedby="shares-error" aria-invalid=wrong_shares.is_some().then_some("true")/>
                    <p class="field-error" id="shares-error">{wrong_shares}</p>
                </div>
                {from}
                <div class="actions">
                    <button class="button button-primary" data-testid="invest">{texts.offerings_reserve()}</button>
                    <button class="button button-quiet" formaction=page formmethod="get">{texts.offerings_might_get()}</button>
                </div>
            </form>
            {detail.preview.map(|preview| view! { <Preview preview waiting=detail.waiting demand=detail.demand/> })}
        </section>
    }
}

/// Three outcomes.
#[component]
fn Preview(preview: InvestmentPreview, waiting: u64, demand: u64) -> impl IntoView {
    let texts = Texts::get();
    let count = |number: u64| texts.whole(i64::try_from(number).unwrap_or(i64::MAX));
    let others = match waiting {
        0 => texts.offerings_nobody_waits().to_owned(),
        1 => texts.offerings_one_waits(count(demand)),
        _ => texts.offerings_some_wait(count(waiting), count(demand)),
    };
    let outcomes = [
        (texts.offerings_if_nobody(), preview.undersold),
        (texts.offerings_if_now(), preview.now),
        (texts.offerings_if_many(), preview.oversubscribed),
    ];
    let rows = outcomes.map(|(when, expectation)| {
        view! { <div><dt>{when}</dt><dd>{in_words(expectation)}</dd></div> }
    });
    view! {
        <h3 class="preview-title">{texts.offerings_preview(shares(preview.shares))}</h3>
        <p>{texts.offerings_reserved(texts.money(preview.reserved))}" "{others}</p>
        <dl class="terms" data-testid="preview">{rows.collect_view()}</dl>
    }
}

fn shares(number: u32) -> String {
    let texts = Texts::get();
    let whole = i32::try_from(number).unwrap_or(i32::MAX);
    texts.shares(Quantity::from_whole(whole))
}

fn in_words(expected: Expectation) -> String {
    let texts = Texts::get();
    let certain = shares(expected.shares);
    let percent = expected.one_more_bps.div_ceil(100);
    if expected.one_more_bps == 0 {
        certain
    } else {
        texts.offerings_chance(certain, texts.whole_percent(percent.into()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_chance_is_told_in_percent() {
        let expected = |shares, one_more_bps| Expectation {
            shares,
            one_more_bps,
        };
        assert_eq!(in_words(expected(1, 0)), "1 share");
        assert_eq!(
            in_words(expected(16, 3_636)),
            "16 shares, and a chance of about 37% of one more"
        );
    }
}
