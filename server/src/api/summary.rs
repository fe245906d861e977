//! `/api/v1/games/{game}/summary`: an account at a glance.

use axum::Json;
use axum::extract::State;
use domain::api::{ApiError, HoldingView, SummaryView};
use domain::{AccountId, Money, Progress};

use super::extract::InGame;
use super::holdings::value;
use crate::app::{App, Game};
use crate::error::{Error, Result};
use crate::store::{PositionRecord, TradingAccount};

/// More instruments than any market has: all positions of an account.
const ALL: u32 = 10_000;
/// Readings after which positions are taken that are one trade newer than the cash.
const READINGS: usize = 3;

/// Cash, worth, profit, level.
#[utoipa::path(get, path = "/summary", tag = "Trading",
    params(("game" = String, Path, example = "open")),
    responses((status = 200, description = "The account", body = SummaryView),
        (status = 404, description = "The player has no account in this game", body = ApiError)))]
pub async fn summary(
    State(app): State<App>,
    InGame { game, account }: InGame,
) -> Result<Json<SummaryView>> {
    let (trading, positions) = read(&app, account).await?;
    let market = app.market.snapshot();
    let holdings = positions.iter().map(|row| value(&app, &market, row));
    let holdings = holdings.collect::<Result<Vec<_>>>()?;
    let too_large = || Error::internal(format_args!("the sums of account {account} overflow"));
    let summary = sum_up(&app, &game, &trading, &holdings).ok_or_else(too_large)?;
    Ok(Json(summary))
}

/// The account and its positions, between which no trade has come: that would count shares
/// twice, as cash and as worth.
async fn read(app: &App, account: AccountId) -> Result<(TradingAccount, Vec<PositionRecord>)> {
    let mut before = app
        .store
        .find_account(account)
        .await?
        .ok_or_else(no_account)?;
    for reading in 1.. {
        let (positions, _) = app.store.list_holdings(account, 0, ALL).await?;
        let after = app
            .store
            .find_account(account)
            .await?
            .ok_or_else(no_account)?;
        if after.record.head.version == before.record.head.version || reading == READINGS {
            return Ok((after, positions));
        }
        before = after;
    }
    Err(no_account())
}

/// The player never traded in this game.
pub fn no_account() -> Error {
    Error::not_found("account of yours in this game")
}

/// None when a sum is beyond what money can be.
fn sum_up(
    app: &App,
    game: &Game,
    trading: &TradingAccount,
    holdings: &[HoldingView],
) -> Option<SummaryView> {
    let account = &trading.record.account;
    let market_value = sum(holdings.iter().map(|holding| holding.value))?;
    let invested = sum(holdings.iter().map(|holding| holding.position.cost_basis))?;
    let net_worth = account.cash.checked_add(market_value)?;
    let starting_cash = game.rules.starting_cash;
    let profit = net_worth.checked_sub(starting_cash)?;
    Some(SummaryView {
        game: game.view(),
        cash: account.cash,
        market_value,
        invested,
        net_worth,
        profit,
        profit_percent: profit.percent_of(starting_cash),
        unrealized_profit: market_value.checked_sub(invested)?,
        realized_profit: account.realized_profit,
        positions_held: account.positions_held,
        xp: trading.xp,
        progress: Progress::of(trading.xp),
        version: trading.record.head.version,
        at: app.clock.now(),
    })
}

fn sum(mut amounts: impl Iterator<Item = Money>) -> Option<Money> {
    amounts.try_fold(Money::ZERO, Money::checked_add)
}
