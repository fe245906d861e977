//! `/api/v1/games/{game}/dashboard` and `/api/v1/games/{game}/week`: an account over time.

use std::collections::HashMap;

use axum::extract::State;
use domain::AccountId;
use domain::api::{ApiError, CurveRange, DashboardView, TitleShare, WeekView};
use domain::progress::Deed;
use serde::Deserialize;
use utoipa::IntoParams;

use super::extract::{InGame, Query};
use super::language::{LanguageQuery, dashboard_in};
use super::summary::no_account;
use crate::app::{App, Game};
use crate::deeds;
use crate::equity::{self, Reading};
use crate::error::Result;
use crate::json::Json;
use crate::store::PastTitle;

/// Maximum entries of a week examined.
const WEEK_ENTRIES_MAX: u32 = 500;

/// What the curve covers.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct DashboardParams {
    /// `1w`, the last 7 days, by default.
    #[param(pattern = "^(1d|1w|1m|all)$", example = "1w")]
    range: Option<String>,
}

impl DashboardParams {
    fn check(&self) -> Result<CurveRange> {
        match self.range.as_deref() {
            None => Ok(CurveRange::default()),
            Some(name) => CurveRange::named(name).ok_or_else(|| {
                ApiError::field("range", "must be one of 1d, 1w, 1m and all").into()
            }),
        }
    }
}

/// Net worth, the curve beside the market's, performance, what moved it, and the latest unlocks.
#[utoipa::path(get, path = "/api/v1/games/{game}/dashboard", tag = "Trading",
    params(("game" = String, Path, example = "open"), DashboardParams, LanguageQuery),
    responses((status = 200, description = "The account over time", body = DashboardView),
        (status = 404, description = "The player has no account in this game", body = ApiError)))]
pub async fn dashboard(
    State(app): State<App>,
    InGame { game, account }: InGame,
    Query(params): Query<DashboardParams>,
    Query(asked): Query<LanguageQuery>,
) -> Result<Json<DashboardView>> {
    let (range, texts) = (params.check()?, asked.texts()?);
    let reading = read(&app, &game, account, range).await?;
    let (instruments, cash) = (app.markets.instruments(), game.rules.starting_cash);
    let view = reading.with(&instruments, cash, |dashboard| {
        let titles = titles(&app, dashboard.titles());
        let completions: Vec<_> = titles
            .iter()
            .filter_map(|one| one.completion_percent)
            .collect();
        let count = u32::try_from(completions.len()).unwrap_or(u32::MAX);
        DashboardView {
            completion_percent: completions.iter().sum::<u32>().checked_div(count),
            titles,
            ..dashboard.view()
        }
    });
    Ok(Json(dashboard_in(texts, view)))
}

fn titles(app: &App, titles: &[PastTitle]) -> Vec<TitleShare> {
    // Most players have none, and a server may have many games.
    if titles.is_empty() {
        return Vec::new();
    }
    let games: HashMap<_, _> = app
        .games
        .all()
        .into_iter()
        .map(|game| (game.record.id, game))
        .collect();
    let share = |title: &PastTitle| {
        let game = games.get(&title.game)?;
        Some(TitleShare {
            slug: game.record.slug.clone(),
            name: game.record.name.clone(),
            completion_percent: title
                .unlocked
                .saturating_mul(100)
                .checked_div(title.achievements),
            playtime_seconds: title.seconds,
        })
    };
    titles.iter().filter_map(share).collect()
}

/// The week that ends today: its return, the reason that paid most, and the worst habit.
#[utoipa::path(get, path = "/api/v1/games/{game}/week", tag = "Trading",
    params(("game" = String, Path, example = "open")),
    responses((status = 200, description = "The week", body = WeekView),
        (status = 404, description = "The player has no account in this game", body = ApiError)))]
pub async fn week(
    State(app): State<App>,
    InGame { game, account }: InGame,
) -> Result<Json<WeekView>> {
    let reading = read(&app, &game, account, CurveRange::Week).await?;
    let week = app.clock.now().day().monday();
    deeds::tell(&app, account.player, Deed::ReadLetter { week });
    let ledger = app.store.list_ledger(account, None, WEEK_ENTRIES_MAX);
    let ledger = ledger.await?;
    let (instruments, cash) = (app.markets.instruments(), game.rules.starting_cash);
    Ok(Json(reading.with(&instruments, cash, |dashboard| {
        equity::week(dashboard, &ledger)
    })))
}

async fn read(app: &App, game: &Game, account: AccountId, range: CurveRange) -> Result<Reading> {
    let market = app.market_of(game).await?;
    let from = (&*app.store, &app.portfolios);
    let reading = Reading::of(account, range, from, market, app.clock.now()).await?;
    reading.ok_or_else(no_account)
}
