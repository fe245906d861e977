//! The portfolio: what an account is worth, and what it is made of.

use domain::api::{ApiError, HoldingView, Page, SummaryView};
use leptos::either::Either;
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_query_map;
use serde::{Deserialize, Serialize};

use crate::components::{Allocation, Delta, EmptyState, HoldingsTable, IconName, Load, Pagination};
use crate::live::Live;
use crate::{CurrentSession, GAME, api, format, valuation};

/// Holdings a page.
const PER_PAGE: u32 = 50;

/// Everything that the page shows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Portfolio {
    summary: SummaryView,
    holdings: Page<HoldingView>,
}

async fn load(page: u32) -> Result<Portfolio, ApiError> {
    let summary = api::summary(GAME).await?;
    let holdings = api::holdings(GAME, Some(page), Some(PER_PAGE)).await?;
    Ok(Portfolio { summary, holdings })
}

/// The page.
#[component]
pub fn PortfolioPage() -> impl IntoView {
    let query = use_query_map();
    let page = Memo::new(move |_| {
        query
            .with(|query| query.get("page")?.parse().ok())
            .filter(|page| *page > 0)
            .unwrap_or(1)
    });
    let resumed = Live::get().resumed();
    let portfolio = Resource::new(move || (page.get(), resumed.get()), |(page, _)| load(page));
    CurrentSession::get().on_player_change(move || portfolio.refetch());
    view! {
        <Title text="Portfolio"/>
        <Load resource=portfolio let:portfolio>
            <Valued portfolio/>
        </Load>
    }
}

/// The portfolio at the newest prices.
#[component]
fn Valued(portfolio: Portfolio) -> impl IntoView {
    let Portfolio { summary, holdings } = portfolio;
    let live = Live::get();
    let (loaded, meta) = (holdings.items, holdings.meta);
    let quotes: Vec<_> = loaded
        .iter()
        .map(|holding| live.newest(holding.symbol, holding.quote))
        .collect();
    let rows = loaded.clone();
    let cash = summary.cash;
    let valued = Memo::new(move |_| {
        let at_newest =
            |(holding, quote): (&HoldingView, &Signal<Option<domain::Quote>>)| match quote.get() {
                Some(quote) => valuation::revalued(holding, quote),
                None => holding.clone(),
            };
        let now: Vec<HoldingView> = loaded.iter().zip(&quotes).map(at_newest).collect();
        (valuation::summary_at(&summary, &loaded, &now), now)
    });
    let now = Memo::new(move |_| valued.with(|(summary, _)| summary.clone()));
    let slices = Memo::new(move |_| {
        valued.with(|(summary, now)| valuation::allocation(now, summary.market_value, cash))
    });
    let net_worth = Memo::new(move |_| now.with(|now| now.net_worth));
    let body = if rows.is_empty() {
        Either::Left(view! {
            <EmptyState icon=IconName::Portfolio title="All cash, nothing held yet" text="Your money is safe, but it only grows once you own something. Take a look around and pick one thing that you understand.">
                <a class="button button-primary" href="/market">"Go to the market"</a>
            </EmptyState>
        })
    } else {
        Either::Right(view! {
            <section class="card" aria-labelledby="allocation-title">
                <h2 id="allocation-title">"Where your money is"</h2>
                <Allocation slices/>
            </section>
            <section class="card card-flush" aria-labelledby="holdings-title">
                <h2 id="holdings-title">"What you hold"</h2>
                <HoldingsTable holdings=rows net_worth/>
            </section>
            <Pagination meta address=Callback::new(|page: u32| format!("/portfolio?page={page}"))/>
        })
    };
    view! {
        <div class="portfolio">
            <Summary now/>
            {body}
        </div>
    }
}

#[component]
fn Summary(now: Memo<SummaryView>) -> impl IntoView {
    let money =
        move |amount: fn(&SummaryView) -> domain::Money| move || format::money(now.with(amount));
    let profit = Signal::derive(move || Some(now.with(|now| now.profit)));
    let percent = Signal::derive(move || now.with(|now| now.profit_percent));
    let open = Signal::derive(move || Some(now.with(|now| now.unrealized_profit)));
    let sold = Signal::derive(move || Some(now.with(|now| now.realized_profit)));
    view! {
        <header class="portfolio-head">
            <h1>"Portfolio"</h1>
            <p class="portfolio-worth">
                <span class="soft">"You are worth"</span>
                <strong class="figure" data-testid="net-worth">{money(|now| now.net_worth)}</strong>
                <span class="portfolio-profit"><Delta money=profit percent=percent/>" since you started"</span>
            </p>
        </header>
        <dl class="stats">
            <div>
                <dt>"Cash"</dt>
                <dd class="figure" data-testid="cash">{money(|now| now.cash)}</dd>
            </div>
            <div>
                <dt><a href="/orders">"Open orders"</a></dt>
                <dd class="figure" data-testid="set-aside">{money(|now| now.reserved_cash)}" set aside"</dd>
            </div>
            <div>
                <dt>"Shares are worth"</dt>
                <dd class="figure" data-testid="market-value">{money(|now| now.market_value)}</dd>
            </div>
            <div>
                <dt>"You paid for them"</dt>
                <dd class="figure">{money(|now| now.invested)}</dd>
            </div>
            <div>
                <dt>"Profit on paper"</dt>
                <dd><Delta money=open/></dd>
            </div>
            <div>
                <dt>"Profit from sales"</dt>
                <dd><Delta money=sold/></dd>
            </div>
        </dl>
    }
}
