//! The portfolio: what an account is worth, and what it is made of.

use domain::api::{ApiError, HoldingView, Page, ProgressView, SummaryView};
use leptos::either::Either;
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_query_map;
use serde::{Deserialize, Serialize};

use crate::components::{
    Allocation, Delta, EmptyState, Explain, HoldingsTable, IconName, Load, Pagination,
    ProgressCard, Term,
};
use crate::language::Texts;
use crate::live::Live;
use crate::session::free_cash;
use crate::{AccountChanges, CurrentGame, CurrentSession, api, format, paths, valuation};

/// Holdings per page.
const PER_PAGE: u32 = 50;

/// Everything that the page shows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Portfolio {
    summary: SummaryView,
    holdings: Page<HoldingView>,
    progress: ProgressView,
}

async fn load(game: CurrentGame, page: u32) -> Result<Portfolio, ApiError> {
    let summary = api::summary(&game.slug()).await?;
    let holdings = api::holdings(&game.slug(), Some(page), Some(PER_PAGE)).await?;
    let progress = api::progress().await?;
    Ok(Portfolio {
        summary,
        holdings,
        progress,
    })
}

/// The page.
#[component]
pub fn PortfolioPage() -> impl IntoView {
    let texts = Texts::get();
    let query = use_query_map();
    let page = Memo::new(move |_| {
        query
            .with(|query| query.get("page")?.parse().ok())
            .filter(|page| *page > 0)
            .unwrap_or(1)
    });
    let game = CurrentGame::get();
    let portfolio = Resource::new(move || page.get(), move |page| load(game, page));
    CurrentSession::get().on_player_change(move || portfolio.refetch());
    let shown = move || match &*portfolio.read_untracked() {
        Some(Ok(portfolio)) => portfolio.summary.version,
        _ => 0,
    };
    AccountChanges::get().keep_fresh(shown, move || portfolio.refetch());
    view! {
        <Title text=texts.portfolio_title()/>
        <Load resource=portfolio let:portfolio>
            <Valued portfolio/>
        </Load>
    }
}

/// The portfolio at the newest prices.
#[component]
fn Valued(portfolio: Portfolio) -> impl IntoView {
    let texts = Texts::get();
    let Portfolio {
        summary,
        holdings,
        progress,
    } = portfolio;
    let game = CurrentGame::get();
    let live = Live::get();
    let (loaded, meta) = (holdings.items, holdings.meta);
    let quotes: Vec<_> = loaded
        .iter()
        .map(|holding| live.newest(holding.symbol, holding.quote))
        .collect();
    let rows = loaded.clone();
    let (cash, reserved) = (free_cash(&summary), summary.reserved_cash);
    let has_taxes = summary.game.rules.taxes.is_some();
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
        valued
            .with(|(summary, now)| valuation::allocation(now, summary.market_value, cash, reserved))
    });
    let net_worth = Memo::new(move |_| now.with(|now| now.net_worth));
    let body = if rows.is_empty() {
        Either::Left(view! {
            <EmptyState icon=IconName::Portfolio title=texts.portfolio_no_shares() text=texts.portfolio_no_shares_text()>
                <a class="button button-primary" href=paths::market(game)>{texts.portfolio_to_market()}</a>
            </EmptyState>
        })
    } else {
        Either::Right(view! {
            <section class="card" aria-labelledby="allocation-title">
                <h2 id="allocation-title">{texts.portfolio_where()}</h2>
                <Allocation slices/>
            </section>
            <section class="card card-flush" aria-labelledby="holdings-title">
                <h2 id="holdings-title">{texts.portfolio_what()}</h2>
                <HoldingsTable holdings=rows net_worth/>
            </section>
            <Pagination meta address=Callback::new(move |page: u32| format!("{}?page={page}", paths::portfolio(game)))/>
        })
    };
    view! {
        <div class="portfolio">
            <Summary now/>
            <ProgressCard progress/>
            {body}
            <p class="advice-links">
                <a href=paths::x_ray(game)>{texts.portfolio_x_ray()}</a>
                {has_taxes.then(|| view! { <a href=paths::taxes(game)>{texts.portfolio_tax()}</a> })}
            </p>
        </div>
    }
}

#[component]
fn Summary(now: Memo<SummaryView>) -> impl IntoView {
    let texts = Texts::get();
    let money =
        move |amount: fn(&SummaryView) -> domain::Money| move || format::money(now.with(amount));
    let profit = Signal::derive(move || Some(now.with(|now| now.profit)));
    let percent = Signal::derive(move || now.with(|now| now.profit_percent));
    let open = Signal::derive(move || Some(now.with(|now| now.unrealized_profit)));
    let sold = Signal::derive(move || Some(now.with(|now| now.realized_profit)));
    let waiting = move || match now.with(|now| now.open_orders) {
        0 => texts.portfolio_no_waiting().to_owned(),
        1 => texts.portfolio_one_waiting().to_owned(),
        count => texts.portfolio_waiting(count),
    };
    view! {
        <header class="portfolio-head">
            <h1>{texts.portfolio_title()}</h1>
            <p class="portfolio-worth">
                <span class="soft">{texts.portfolio_worth()}</span>
                <strong class="figure" data-testid="net-worth">{money(|now| now.net_worth)}</strong>
                <span class="portfolio-profit"><Delta money=profit percent=percent/>" "{texts.portfolio_since()}</span>
            </p>
        </header>
        <dl class="stats">
            <div>
                <dt>{texts.portfolio_cash()}</dt>
                <dd class="figure" data-testid="cash">{move || format::money(now.with(free_cash))}</dd>
            </div>
            <div>
                <dt><Explain term=Term::SetAside place="portfolio">{texts.portfolio_aside()}</Explain></dt>
                <dd class="figure" data-testid="set-aside">{money(|now| now.reserved_cash)}</dd>
                <dd class="stats-more"><a href=paths::orders(CurrentGame::get())>{waiting}</a></dd>
            </div>
            <div>
                <dt>{texts.portfolio_shares_worth()}</dt>
                <dd class="figure" data-testid="market-value">{money(|now| now.market_value)}</dd>
            </div>
            <div>
                <dt>{texts.portfolio_paid()}</dt>
                <dd class="figure">{money(|now| now.invested)}</dd>
            </div>
            <div>
                <dt><Explain term=Term::ProfitOnPaper place="portfolio">{texts.portfolio_on_paper()}</Explain></dt>
                <dd><Delta money=open/></dd>
            </div>
            <div>
                <dt>{texts.portfolio_from_sales()}</dt>
                <dd><Delta money=sold/></dd>
            </div>
        </dl>
    }
}
