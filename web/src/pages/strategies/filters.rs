//! The search: words, filters and the order, in the page's URL.

use domain::api::{RiskProfile, StrategyOrder};
use leptos::prelude::*;
use leptos_router::params::ParamsMap;

use super::risk_label;
use crate::api::StrategyFilter;
use crate::language::Texts;
use crate::{CurrentGame, paths};

/// Each order with its label.
fn orders() -> [(StrategyOrder, &'static str); 4] {
    let texts = Texts::get();
    [
        (StrategyOrder::Followers, texts.strategies_order_followers()),
        (StrategyOrder::Return, texts.strategies_order_return()),
        (StrategyOrder::Recency, texts.strategies_order_recency()),
        (StrategyOrder::Relevance, texts.strategies_order_relevance()),
    ]
}

/// The search in a URL; empty fields are left out.
pub(super) fn filter_of(query: &ParamsMap) -> StrategyFilter {
    let text = |name: &str| {
        let given = query.get(name)?;
        let given = given.trim();
        (!given.is_empty()).then(|| given.to_owned())
    };
    // People also write a comma or a percent sign.
    let number = |text: String| text.trim_end_matches('%').trim().replace(',', ".");
    StrategyFilter {
        of: text("of"),
        text: text("text"),
        risk: text("risk"),
        category: text("category"),
        tag: text("tag").map(|tag| tag.trim_start_matches('#').to_owned()),
        min_return: text("min_return").map(number),
        order: text("order"),
        page: text("page"),
    }
}

/// The URL of a page of a search.
pub(super) fn address_of(game: CurrentGame, filter: &StrategyFilter, page: u32) -> String {
    let mut query = ParamsMap::new();
    let page = (page > 1).then(|| page.to_string());
    for (name, value) in [
        ("of", &filter.of),
        ("text", &filter.text),
        ("risk", &filter.risk),
        ("category", &filter.category),
        ("tag", &filter.tag),
        ("min_return", &filter.min_return),
        ("order", &filter.order),
        ("page", &page),
    ] {
        if let Some(value) = value {
            query.insert(name, value.clone());
        }
    }
    format!("{}{}", paths::strategies(game), query.to_query_string())
}

#[component]
pub(super) fn Filters(filter: StrategyFilter, categories: Vec<String>) -> impl IntoView {
    let texts = Texts::get();
    let action = paths::strategies(CurrentGame::get());
    let is_open = filter.risk.is_some()
        || filter.category.is_some()
        || filter.tag.is_some()
        || filter.min_return.is_some()
        || filter.order.is_some();
    let chosen = |value: &Option<String>, one: &str| value.as_deref() == Some(one);
    let risks = RiskProfile::ALL.map(|risk| {
        let selected = chosen(&filter.risk, risk.as_str());
        view! { <option value=risk.as_str() selected=selected>{risk_label(risk)}</option> }
    });
    let orders = orders().map(|(order, label)| {
        let selected = chosen(&filter.order, order.as_str());
        view! { <option value=order.as_str() selected=selected>{label}</option> }
    });
    let categories = categories.into_iter().map(|name| {
        let selected = chosen(&filter.category, &name);
        let label = texts.category(name.clone());
        view! { <option value=name selected=selected>{label}</option> }
    });
    view! {
        <form class="card strategy-search" action=action method="get" role="search" data-testid="strategy-search">
            <div class="field">
                <label for="text">{texts.strategies_words()}</label>
                <input class="input" id="text" name="text" type="search" maxlength="100" value=filter.text autocomplete="off"
                    aria-describedby="text-hint"/>
                <p class="hint" id="text-hint">{texts.strategies_words_hint()}</p>
            </div>
            <details open=is_open>
                <summary>{texts.strategies_filters()}</summary>
                <div class="strategy-filters">
                    <div class="field">
                        <label for="risk">{texts.strategies_risk()}</label>
                        <select class="input" id="risk" name="risk"><option value="">{texts.strategies_any()}</option>{risks.into_iter().collect_view()}</select>
                    </div>
                    <div class="field">
                        <label for="category">{texts.strategies_invests_in()}</label>
                        <select class="input" id="category" name="category"><option value="">{texts.strategies_anything()}</option>{categories.collect_view()}</select>
                    </div>
                    <div class="field">
                        <label for="tag">{texts.strategies_tag()}</label>
                        <input class="input" id="tag" name="tag" maxlength="25" value=filter.tag autocomplete="off"/>
                    </div>
                    <div class="field">
                        <label for="min-return">{texts.strategies_min_return()}</label>
                        <input class="input" id="min-return" name="min_return" maxlength="8" inputmode="decimal" value=filter.min_return autocomplete="off"/>
                    </div>
                    <div class="field">
                        <label for="order">{texts.strategies_order()}</label>
                        <select class="input" id="order" name="order"><option value="">{texts.strategies_order_chosen()}</option>{orders.into_iter().collect_view()}</select>
                    </div>
                </div>
            </details>
            <button class="button button-primary">{texts.strategies_search()}</button>
        </form>
    }
}
