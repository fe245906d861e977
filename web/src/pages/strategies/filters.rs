//! The search: words, filters and the order, in the page's URL.

use domain::api::{RiskProfile, StrategyOrder};
use leptos::prelude::*;
use leptos_router::params::ParamsMap;

use crate::api::StrategyFilter;
use crate::{CurrentGame, paths};

/// The label of each order.
pub(super) const ORDERS: [(StrategyOrder, &str); 4] = [
    (StrategyOrder::Followers, "Most followed first"),
    (StrategyOrder::Return, "Best return this year first"),
    (StrategyOrder::Recency, "Newest first"),
    (StrategyOrder::Relevance, "Best match first"),
];

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
    let action = paths::strategies(CurrentGame::get());
    let is_open = filter.risk.is_some()
        || filter.category.is_some()
        || filter.tag.is_some()
        || filter.min_return.is_some()
        || filter.order.is_some();
    let chosen = |value: &Option<String>, one: &str| value.as_deref() == Some(one);
    let risks = RiskProfile::ALL.map(|risk| {
        let selected = chosen(&filter.risk, risk.as_str());
        view! { <option value=risk.as_str() selected=selected>{risk.label()}</option> }
    });
    let orders = ORDERS.map(|(order, label)| {
        let selected = chosen(&filter.order, order.as_str());
        view! { <option value=order.as_str() selected=selected>{label}</option> }
    });
    let categories = categories.into_iter().map(|name| {
        let selected = chosen(&filter.category, &name);
        view! { <option selected=selected>{name}</option> }
    });
    view! {
        <form class="card strategy-search" action=action method="get" role="search" data-testid="strategy-search">
            <div class="field">
                <label for="text">"Words"</label>
                <input class="input" id="text" name="text" type="search" maxlength="100" value=filter.text autocomplete="off"
                    aria-describedby="text-hint"/>
                <p class="hint" id="text-hint">"Such as: calm funds. All words must be in the name, the text, the tags or what it invests in."</p>
            </div>
            <details open=is_open>
                <summary>"Filters and order"</summary>
                <div class="strategy-filters">
                    <div class="field">
                        <label for="risk">"Risk"</label>
                        <select class="input" id="risk" name="risk"><option value="">"Any"</option>{risks.into_iter().collect_view()}</select>
                    </div>
                    <div class="field">
                        <label for="category">"Invests in"</label>
                        <select class="input" id="category" name="category"><option value="">"Anything"</option>{categories.collect_view()}</select>
                    </div>
                    <div class="field">
                        <label for="tag">"Tag"</label>
                        <input class="input" id="tag" name="tag" maxlength="25" value=filter.tag autocomplete="off"/>
                    </div>
                    <div class="field">
                        <label for="min-return">"Return this year, at least (%)"</label>
                        <input class="input" id="min-return" name="min_return" maxlength="8" inputmode="decimal" value=filter.min_return autocomplete="off"/>
                    </div>
                    <div class="field">
                        <label for="order">"Order"</label>
                        <select class="input" id="order" name="order"><option value="">"Choose for me"</option>{orders.into_iter().collect_view()}</select>
                    </div>
                </div>
            </details>
            <button class="button button-primary">"Search"</button>
        </form>
    }
}
