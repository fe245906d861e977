//! Asking for shares: possible outcomes, and the form.

use domain::Money;
use domain::api::OfferingDetail;
use domain::offering::{Expectation, InvestmentPreview};
use leptos::prelude::*;

use crate::components::fresh_key;
use crate::submission::typed_before;
use crate::{CurrentGame, Submission, format, paths};

#[component]
pub(super) fn Invest(detail: OfferingDetail, cash: Money) -> impl IntoView {
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
        let words = format!("{}: {} to spend", plan.name, format::money(plan.spendable));
        view! { <option value=plan.id>{words}</option> }
    });
    let from = (!detail.subscriptions.is_empty()).then(|| {
        view! {
            <div class="field">
                <label for="subscription">"Pay with"</label>
                <select id="subscription" name="subscription" class="input" aria-describedby="subscription-error">
                    <option value="">"Free cash"</option>
                    {options.collect_view()}
                </select>
                <p class="field-error" id="subscription-error">{wrong_plan}</p>
            </div>
        }
    });
    let terms = detail.offering.terms;
    view! {
        <section class="card waiting-slip" aria-labelledby="invest-title">
            <h2 id="invest-title">"Ask for shares"</h2>
            <p class="soft">{format!("You have {} of free cash.", format::money(cash))}</p>
            <form class="form" action="/forms/invest" method="post">
                <input type="hidden" name="game" value=game.slug().to_string()/>
                <input type="hidden" name="offering" value=id/>
                <input type="hidden" name="idempotency_key" value=fresh_key().to_string()/>
                <div class="field">
                    <label for="shares">"Shares"</label>
                    <input id="shares" name="shares" type="number" inputmode="numeric" required
                        min=terms.minimum.to_string() max=terms.maximum.to_string() value=shares
                        aria-describedby="shares-error" aria-invalid=wrong_shares.is_some().then_some("true")/>
                    <p class="field-error" id="shares-error">{wrong_shares}</p>
                </div>
                {from}
                <div class="actions">
                    <button class="button button-primary" data-testid="invest">"Reserve the money and ask"</button>
                    <button class="button button-quiet" formaction=page formmethod="get">"What might I get?"</button>
                </div>
            </form>
            {detail.preview.map(|preview| view! { <Preview preview waiting=detail.waiting demand=detail.demand/> })}
        </section>
    }
}

/// Three outcomes.
#[component]
fn Preview(preview: InvestmentPreview, waiting: u64, demand: u64) -> impl IntoView {
    let count = |number: u64| format::whole(i64::try_from(number).unwrap_or(i64::MAX));
    let others = match waiting {
        0 => "Nobody else is waiting for shares now.".to_owned(),
        1 => format!(
            "One other request is waiting, for {} shares.",
            count(demand)
        ),
        _ => format!(
            "{} requests are waiting, for {} shares in all.",
            count(waiting),
            count(demand)
        ),
    };
    let outcomes = [
        ("If nobody else asks", preview.undersold),
        ("If it ended now", preview.now),
        ("If many more ask", preview.oversubscribed),
    ];
    let rows = outcomes.map(|(when, expectation)| {
        view! { <div><dt>{when}</dt><dd>{in_words(expectation)}</dd></div> }
    });
    view! {
        <h3 class="preview-title">{format!("What asking for {} may get you", shares(preview.shares))}</h3>
        <p>{format!("{} would be reserved until then. {others}", format::money(preview.reserved))}</p>
        <dl class="terms" data-testid="preview">{rows.collect_view()}</dl>
    }
}

fn shares(number: u32) -> String {
    match number {
        1 => "1 share".to_owned(),
        _ => format!("{} shares", format::whole(i64::from(number))),
    }
}

fn in_words(expected: Expectation) -> String {
    let certain = shares(expected.shares);
    let percent = expected.one_more_bps.div_ceil(100);
    if expected.one_more_bps == 0 {
        certain
    } else {
        format!("{certain}, and a chance of about {percent} % of one more")
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
            "16 shares, and a chance of about 37 % of one more"
        );
    }
}
