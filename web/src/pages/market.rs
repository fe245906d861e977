//! The market: what can be traded, with a text search and categories.

mod overview;
mod sorted;

use std::time::Duration;

use domain::api::{InstrumentRow, Page};
use leptos::either::Either;
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::NavigateOptions;
use leptos_router::hooks::{use_navigate, use_query_map};
use leptos_router::params::ParamsMap;

use crate::api::{self, InstrumentFilter};
use crate::components::{EmptyState, Icon, IconName, InstrumentTable, Load, Pagination};
use crate::language::Texts;
use crate::typing_pause::TypingPause;
use crate::{CurrentGame, format, paths, reading_position};
use overview::Overview;
use sorted::Sort;

/// Allowed search lengths in characters.
const QUERY_LENGTH: std::ops::RangeInclusive<usize> = 2..=50;
/// How long typing must pause before the list updates.
const TYPING_PAUSE: Duration = Duration::from_millis(250);

/// The page.
#[component]
pub fn MarketPage() -> impl IntoView {
    let texts = Texts::get();
    let query = use_query_map();
    let filter = Memo::new(move |_| query.with(filter_of));
    let game = CurrentGame::get();
    let categories = Resource::new(
        || (),
        move |()| async move { api::categories(&game.slug()).await },
    );
    let sort = Memo::new(move |_| query.with(|query| Sort::from_text(query.get_str("sort"))));
    let found = Resource::new(
        move || (filter.get(), sort.get()),
        move |(filter, sort)| async move {
            let wanted = InstrumentFilter {
                sort: Some(sort.asked(filter.query.is_some())),
                ..filter
            };
            api::instruments(&game.slug(), &wanted).await
        },
    );
    let browses = Memo::new(move |_| {
        filter.with(|filter| {
            filter.query.is_none() && filter.category.is_none() && filter.page.is_none()
        })
    });
    let overview = Resource::new(
        || (),
        move |()| async move { api::market(&game.slug()).await },
    );
    view! {
        <Title text=texts.market_title()/>
        <header class="page-head">
            <h1>{texts.market_title()}</h1>
            <p class="soft">{texts.market_lead()}</p>
        </header>
        <p><a href=paths::watch_lists(CurrentGame::get()) rel="external">{texts.market_watch_lists()}</a></p>
        <SearchForm filter sort/>
        <Load resource=categories fallback=|| () part=texts.market_category_list() let:categories>
            <Categories categories filter sort/>
        </Load>
        // Whoever looks for something sees what is found, not the market above it.
        <div hidden=move || !browses.get()>
            <Load resource=overview part=texts.market_at_a_glance() let:overview>
                <Overview overview/>
            </Load>
        </div>
        <Load resource=found let:found>
            <Found found filter=filter.get_untracked() sort=sort.get_untracked()/>
        </Load>
    }
}

/// The filter in a URL. An invalid search counts as none.
fn filter_of(query: &ParamsMap) -> InstrumentFilter {
    let text = |name: &str| {
        query
            .get(name)
            .map(|text| text.trim().to_owned())
            .filter(|text| !text.is_empty())
    };
    InstrumentFilter {
        query: text("query").and_then(|words| searchable(&words)),
        category: text("category"),
        page: text("page")
            .and_then(|page| page.parse().ok())
            .filter(|page| *page > 1),
        per_page: None,
        symbols: None,
        sort: None,
    }
}

/// A search text that is long enough, cut to the maximum length.
fn searchable(words: &str) -> Option<String> {
    let words: String = words.trim().chars().take(*QUERY_LENGTH.end()).collect();
    (words.chars().count() >= *QUERY_LENGTH.start()).then_some(words)
}

/// The address of the market under a filter, in an order.
fn address_of(market: &str, filter: &InstrumentFilter, sort: Sort) -> String {
    let mut query = ParamsMap::new();
    let sorted = (
        "sort",
        (sort != Sort::default()).then(|| sort.as_str().to_owned()),
    );
    let named = [
        ("query", filter.query.clone()),
        ("category", filter.category.clone()),
    ];
    let page = (
        "page",
        filter
            .page
            .filter(|page| *page > 1)
            .map(|page| page.to_string()),
    );
    for (name, value) in named.into_iter().chain([sorted, page]) {
        if let Some(value) = value {
            query.insert(name, value);
        }
    }
    format!("{market}{}", query.to_query_string())
}

/// A plain form, with live results as the user types.
#[component]
fn SearchForm(filter: Memo<InstrumentFilter>, sort: Memo<Sort>) -> impl IntoView {
    let texts = Texts::get();
    let navigate = use_navigate();
    let market = paths::market(CurrentGame::get());
    let action = market.clone();
    let search = move |words: String| {
        let before = filter.get_untracked();
        let after = InstrumentFilter {
            query: searchable(&words),
            page: None,
            ..before.clone()
        };
        if after != before {
            let options = NavigateOptions {
                replace: true,
                scroll: false,
                ..NavigateOptions::default()
            };
            navigate(&address_of(&market, &after, sort.get_untracked()), options);
        }
    };
    let pause = TypingPause::new(TYPING_PAUSE);
    let typed = search.clone();
    let words = RwSignal::new(
        filter
            .with_untracked(|filter| filter.query.clone())
            .unwrap_or_default(),
    );
    let too_short = move || words.with(|words| words.trim().chars().count() == 1);
    view! {
        <form
            class="search"
            role="search"
            action=action
            method="get"
            on:submit=move |event| {
                event.prevent_default();
                search(words.get_untracked());
            }
        >
            <label class="visually-hidden" for="search">{texts.market_search_label()}</label>
            <div class="search-box">
                <Icon name=IconName::Search/>
                <input
                    id="search"
                    type="search"
                    name="query"
                    placeholder=texts.market_search_hint()
                    maxlength=QUERY_LENGTH.end().to_string()
                    autocomplete="off"
                    spellcheck="false"
                    aria-describedby="search-hint"
                    value=words.get_untracked()
                    on:input=move |event| {
                        let text = event_target_value(&event);
                        words.set(text.clone());
                        let typed = typed.clone();
                        pause.then(move || typed(text));
                    }
                />
                {move || filter.get().category.map(|category| view! { <input type="hidden" name="category" value=category/> })}
                {move || (sort.get() != Sort::default()).then(|| view! { <input type="hidden" name="sort" value=sort.get().as_str()/> })}
                <button class="button">{texts.market_search()}</button>
            </div>
            <p class="hint" id="search-hint" aria-live="polite">
                {move || too_short().then_some(texts.market_one_more_letter())}
            </p>
        </form>
    }
}

#[component]
fn Categories(
    categories: Vec<String>,
    filter: Memo<InstrumentFilter>,
    sort: Memo<Sort>,
) -> impl IntoView {
    let texts = Texts::get();
    let market = paths::market(CurrentGame::get());
    let chip = move |category: Option<String>| {
        let market = market.clone();
        let label = category.clone().map_or_else(
            || texts.market_all().to_owned(),
            |category| texts.category(category),
        );
        let (wanted, shown) = (category.clone(), category);
        let address = move || {
            filter.with(|filter| {
                let wanted = InstrumentFilter {
                    category: wanted.clone(),
                    page: None,
                    ..filter.clone()
                };
                address_of(&market, &wanted, sort.get())
            })
        };
        let current = move || {
            filter
                .with(|filter| filter.category == shown)
                .then_some("true")
        };
        view! { <li><a class="pill" href=address aria-current=current>{label}</a></li> }
    };
    let all = std::iter::once(None).chain(categories.into_iter().map(Some));
    view! {
        <nav class="categories" aria-label=texts.market_categories()>
            <ul role="list">{all.map(chip).collect_view()}</ul>
        </nav>
    }
}

/// One page of what was found.
#[component]
fn Found(found: Page<InstrumentRow>, filter: InstrumentFilter, sort: Sort) -> impl IntoView {
    let texts = Texts::get();
    // The list may only appear now, after the player has come back to it.
    Effect::new(reading_position::restore);
    let count = i64::try_from(found.meta.total).unwrap_or(i64::MAX);
    let market = paths::market(CurrentGame::get());
    let counted = match (count, &filter.query) {
        (1, None) => texts.market_one().to_owned(),
        (1, Some(words)) => texts.market_one_for(words),
        (_, None) => texts.market_many(format::whole(count)),
        (_, Some(words)) => texts.market_many_for(format::whole(count), words),
    };
    let beyond = found.items.is_empty() && count > 0;
    let pages = found.meta.pages();
    let list = if beyond {
        let last = match pages {
            1 => texts.market_one_page().to_owned(),
            pages => texts.market_pages(pages),
        };
        let first = address_of(
            &market,
            &InstrumentFilter {
                page: None,
                ..filter.clone()
            },
            sort,
        );
        Either::Left(Either::Left(view! {
            <EmptyState icon=IconName::Search title=texts.market_past_the_end() text=last>
                <a class="button" href=first>{texts.market_first_page()}</a>
            </EmptyState>
        }))
    } else if found.items.is_empty() {
        Either::Left(Either::Right(view! {
            <EmptyState icon=IconName::Search title=texts.market_nothing() text=texts.market_nothing_help()>
                <a class="button" href=market.clone()>{texts.market_everything()}</a>
            </EmptyState>
        }))
    } else {
        let sorted = filter.clone();
        let address = move |page: u32| {
            let wanted = InstrumentFilter {
                page: Some(page),
                ..filter.clone()
            };
            address_of(&market, &wanted, sort)
        };
        Either::Right(view! {
            <SortLinks filter=sorted sort/>
            <div class="card card-flush" on:click=|_| reading_position::keep()><InstrumentTable rows=found.items/></div>
            <Pagination meta=found.meta address=Callback::new(address)/>
        })
    };
    view! {
        <p class="found soft" role="status" data-testid="found">{counted}</p>
        {list}
    }
}

/// Links to the same list in another order. They work without script.
#[component]
fn SortLinks(filter: InstrumentFilter, sort: Sort) -> impl IntoView {
    let texts = Texts::get();
    let market = paths::market(CurrentGame::get());
    let searched = filter.query.is_some();
    let link = |other: Sort| {
        let wanted = InstrumentFilter {
            page: None,
            ..filter.clone()
        };
        let current = (other == sort).then_some("true");
        view! {
            <li><a class="sort-link" href=address_of(&market, &wanted, other) rel="nofollow" aria-current=current>{other.label(searched)}</a></li>
        }
    };
    view! {
        <nav class="sort" aria-label=texts.market_order()>
            <span class="soft" aria-hidden="true">{texts.market_sort_by()}</span>
            <ul role="list">{Sort::EACH.map(link)}</ul>
        </nav>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_and_filters_say_the_same() {
        let check = |pairs: &[(&'static str, &str)], query: Option<&str>, address: &str| {
            let params: ParamsMap = pairs
                .iter()
                .map(|(name, value)| (*name, (*value).to_owned()))
                .collect();
            let filter = filter_of(&params);
            assert_eq!(filter.query.as_deref(), query, "{pairs:?}");
            assert_eq!(
                address_of("/market", &filter, Sort::from_text(params.get_str("sort"))),
                address,
                "{pairs:?}"
            );
        };
        check(&[], None, "/market");
        check(&[("query", "a")], None, "/market");
        check(
            &[("query", "  tea "), ("page", "1")],
            Some("tea"),
            "/market?query=tea",
        );
        check(
            &[("page", "3"), ("category", "Food")],
            None,
            "/market?category=Food&page=3",
        );
        check(&[("page", "x")], None, "/market");
        check(&[("sort", "movers")], None, "/market");
        check(
            &[("sort", "price"), ("page", "2")],
            None,
            "/market?sort=price&page=2",
        );
        check(&[("sort", "nonsense")], None, "/market");
        assert_eq!(
            searchable(&"x".repeat(80)).map(|words| words.len()),
            Some(50)
        );
    }
}
