//! `/api/v1/games/{game}/summary`: an account at a glance.

use axum::extract::State;
use domain::api::{ApiError, SummaryView};
use domain::{Money, Progress};

use super::extract::InGame;
use crate::app::{App, Game};
use crate::error::{Error, Result};
use crate::json::Json;
use crate::market::Snapshot;
use crate::store::Portfolio;

/// Cash, worth, profit, level.
#[utoipa::path(get, path = "/api/v1/games/{game}/summary", tag = "Trading",
    params(("game" = String, Path, example = "open")),
    responses((status = 200, description = "The account", body = SummaryView),
        (status = 404, description = "The player has no account in this game", body = ApiError)))]
pub async fn summary(
    State(app): State<App>,
    InGame { game, account }: InGame,
) -> Result<Json<SummaryView>> {
    let portfolio = app.portfolios.find(account).await?;
    let portfolio = portfolio.ok_or_else(no_account)?;
    let market = app.market_of(&game).await?.snapshot();
    let too_large = || Error::internal(format_args!("the sums of account {account} overflow"));
    let summary = sum_up(&app, &game, &market, &portfolio).ok_or_else(too_large)?;
    Ok(Json(summary))
}

/// The player never traded in this game.
pub fn no_account() -> Error {
    Error::not_found("account of yours in this game")
}

/// None when a sum is beyond what money can be.
fn sum_up(app: &App, game: &Game, market: &Snapshot, portfolio: &Portfolio) -> Option<SummaryView> {
    let (trading, positions) = (&portfolio.account, &portfolio.positions);
    let account = &trading.record.account;
    let market_value = positions
        .iter()
        .map(|row| row.position.worth(market.quote(row.instrument)));
    let market_value = sum(market_value)?;
    let invested = sum(positions.iter().map(|row| row.position.cost_basis))?;
    let net_worth = account.cash.checked_add(market_value)?;
    let starting_cash = game.rules.starting_cash;
    let profit = net_worth.checked_sub(starting_cash)?;
    Some(SummaryView {
        game: game.view(),
        cash: account.cash,
        reserved_cash: account.reserved_cash,
        open_orders: account.open_orders,
        market_value,
        invested,
        net_worth,
        profit,
        profit_percent: profit.percent_of(starting_cash),
        unrealized_profit: market_value.checked_sub(invested)?,
        realized_profit: account.realized_profit,
        positions_held: account.positions_held,
        xp: trading.xp,
        progress: Progress::by(app.engine.levels(app.clock.now()), trading.xp),
        version: trading.record.head.version,
        at: app.clock.now(),
    })
}

fn sum(mut amounts: impl Iterator<Item = Money>) -> Option<Money> {
    amounts.try_fold(Money::ZERO, Money::checked_add)
}
