//! The dashboard, where a player starts: worth, curve, quest, waiting orders, what moved it, stamps
//! and the neighbours on the leaderboard.

use domain::api::{ApiError, CurveRange, DashboardView, LeaderboardView, OrderView, ProgressView};
use domain::boards::{Measure, Period};
use domain::{Money, Quote, Symbol};
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_query_map;
use serde::{Deserialize, Serialize};

use super::leaderboard::poll;
use super::leaderboard::rows::Standings;
use crate::components::{Delta, Load, ProgressCard};
use crate::language::Texts;
use crate::{AccountChanges, CurrentGame, CurrentSession, api, format, paths};

mod curve;
mod figures;
mod parts;

use curve::Curve;
use parts::{Movers, Stamps, Titles, Waiting};

/// Everything that the page shows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Dashboard {
    account: DashboardView,
    progress: ProgressView,
    open: Vec<OrderView>,
    /// The instruments with waiting orders.
    quotes: Vec<Quote>,
    /// None while the boards are being built: the rest is shown without.
    board: Option<LeaderboardView>,
}

async fn load(game: CurrentGame, range: CurveRange) -> Result<Dashboard, ApiError> {
    let account = api::dashboard(&game.slug(), range).await?;
    let progress = api::progress().await?;
    let open = api::open_orders(&game.slug()).await?.items;
    let mut symbols: Vec<Symbol> = open.iter().map(|order| order.symbol).collect();
    symbols.sort();
    symbols.dedup();
    let quotes = if symbols.is_empty() {
        Vec::new()
    } else {
        api::quotes(&game.slug(), &symbols).await?
    };
    let asked = api::BoardAsked {
        measure: Measure::NetWorth,
        period: Period::All,
        of: None,
        page: 1,
        per_page: 1,
    };
    let board = api::leaderboard(&game.slug(), &asked).await;
    Ok(Dashboard {
        account,
        progress,
        open,
        quotes,
        board: board.ok(),
    })
}

/// The page.
#[component]
pub fn DashboardPage() -> impl IntoView {
    let texts = Texts::get();
    let query = use_query_map();
    let range = Memo::new(move |_| {
        let name = query.with(|query| query.get("range"));
        name.and_then(|name| CurveRange::named(&name))
            .unwrap_or_default()
    });
    let game = CurrentGame::get();
    let dashboard = Resource::new(move || range.get(), move |range| load(game, range));
    CurrentSession::get().on_player_change(move || dashboard.refetch());
    let shown = move || match &*dashboard.read_untracked() {
        Some(Ok(dashboard)) => dashboard.account.version,
        _ => 0,
    };
    AccountChanges::get().keep_fresh(shown, move || dashboard.refetch());
    view! {
        <Title text=texts.nav_home()/>
        <Load resource=dashboard let:dashboard>
            <Shown dashboard/>
        </Load>
    }
}

#[component]
fn Shown(dashboard: Dashboard) -> impl IntoView {
    let texts = Texts::get();
    let Dashboard {
        account,
        progress,
        open,
        quotes,
        board,
    } = dashboard;
    let game = CurrentGame::get();
    let close = account.today.as_ref().and_then(|today| today.since);
    let since = close.map_or_else(
        || texts.portfolio_since().to_owned(),
        |day| texts.dashboard_since_close(format::day(day)),
    );
    let around = board.map(|board| board.around).unwrap_or_default();
    let (movers, unlocks) = (account.movers.clone(), account.unlocks.clone());
    let (titles, account_mean) = (account.titles.clone(), account.completion_percent);
    view! {
        <div class="dashboard">
            <Worth loaded=account.net_worth gained=account.today.as_ref().map(|today| today.amount) since/>
            <Curve account/>
            <div class="dashboard-side">
                <ProgressCard progress/>
                <Waiting open quotes/>
                <Movers movers/>
                <Stamps unlocks/>
                <Titles titles mean=account_mean/>
            </div>
            {(!around.is_empty()).then(|| view! {
                <section class="card card-flush dashboard-around" aria-labelledby="around-title">
                    <h2 id="around-title">{texts.dashboard_around()}</h2>
                    <Standings rows=around measure=Measure::NetWorth period=Period::All caption=texts.dashboard_around_caption()/>
                    <p class="dashboard-more"><a href=game.link("/leaderboard")>{texts.dashboard_whole_board()}</a></p>
                </section>
            })}
            <nav class="dashboard-links" aria-label=texts.dashboard_more()>
                <a href=paths::portfolio(game)>{texts.portfolio_what()}</a>
                <a href=game.link("/week")>{texts.dashboard_week()}</a>
                <a href=paths::activity(game)>{texts.dashboard_activity()}</a>
            </nav>
        </div>
    }
}

/// The account's worth, in large type, with today's change; it follows prices without reloading the
/// rest of the page.
#[component]
fn Worth(loaded: Money, gained: Option<Money>, since: String) -> impl IntoView {
    let texts = Texts::get();
    let game = CurrentGame::get();
    let worth = RwSignal::new(loaded);
    poll::while_visible(move || {
        leptos::task::spawn_local(async move {
            if let Ok(now) = api::summary(&game.slug()).await {
                _ = worth.try_set(now.net_worth);
            }
        });
    });
    let base = gained.and_then(|gained| loaded.checked_sub(gained));
    let amount = Memo::new(move |_| worth.get().checked_sub(base?));
    let percent = Signal::derive(move || amount.get()?.percent_of(base?));
    view! {
        <header class="portfolio-head">
            <h1>{texts.nav_home()}</h1>
            <p class="portfolio-worth">
                <span class="soft">{texts.portfolio_worth()}</span>
                <strong class="figure" data-testid="net-worth">{move || format::money(worth.get())}</strong>
                <span class="portfolio-profit" data-testid="today"><Delta money=amount percent=percent/>" "{since}</span>
            </p>
        </header>
    }
}
