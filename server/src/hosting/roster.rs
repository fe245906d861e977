//! The members of a hosted game and how each is doing: reasons and risk as well as profit.

use std::collections::HashMap;

use domain::api::{MemberStatus, PupilView, ReasonView};
use domain::progress::Counter;
use domain::{AccountId, Money, PlayerId};

use crate::app::{App, Game};
use crate::error::Result;
use crate::market::Snapshot;
use crate::store::{Portfolio, PortfolioLookup, ReasonRow, RosterRow};

/// Maximum members on a host's page.
pub const ROSTER_MAX: u32 = 500;
/// Maximum reasons on a host's page.
const REASONS_MAX: u32 = 200;

/// The members of a game and their latest reasons.
///
/// # Errors
/// Those of the store and of the market.
pub async fn view(app: &App, game: &Game) -> Result<(Vec<PupilView>, Vec<ReasonView>)> {
    let id = game.record.id;
    let reasons = app.store.list_game_reasons(id, REASONS_MAX).await?;
    let rows = app.store.list_roster(id, ROSTER_MAX).await?;
    let portfolios = portfolios(app, &rows).await?;
    let market = app.market_of(game).await?.snapshot();
    let mut stamped: HashMap<PlayerId, u32> = HashMap::new();
    for reason in reasons.iter().filter(|reason| reason.good) {
        let count = stamped.entry(reason.player).or_default();
        *count = count.saturating_add(1);
    }
    let pupils = rows.into_iter().map(|row| {
        let portfolio = portfolios.get(&row.member.account);
        let good_ones = stamped.get(&row.member.account.player).copied();
        pupil(game, &market, row, portfolio, good_ones.unwrap_or(0))
    });
    let reasons = reasons.into_iter().map(|row| reason(app, row));
    Ok((pupils.collect(), reasons.collect()))
}

async fn portfolios(app: &App, rows: &[RosterRow]) -> Result<HashMap<AccountId, Portfolio>> {
    let lookups: Vec<_> = rows
        .iter()
        .map(|row| PortfolioLookup {
            account: row.member.account,
            known_version: None,
        })
        .collect();
    Ok(app.store.find_portfolios(&lookups).await?)
}

/// What an account is worth, and its largest position. `None` if a sum overflows.
#[must_use]
pub fn worth(portfolio: &Portfolio, market: &Snapshot) -> Option<(Money, Money)> {
    let mut total = portfolio.account.record.account.cash;
    let mut largest = Money::ZERO;
    for row in portfolio.positions.iter() {
        let value = row.position.worth(market.quote(row.instrument));
        total = total.checked_add(value)?;
        largest = largest.max(value);
    }
    Some((total, largest))
}

fn pupil(
    game: &Game,
    market: &Snapshot,
    row: RosterRow,
    portfolio: Option<&Portfolio>,
    good_ones: u32,
) -> PupilView {
    let start = game.rules.starting_cash;
    let worth = portfolio.and_then(|portfolio| worth(portfolio, market));
    let (net_worth, largest) = worth.unwrap_or((start, Money::ZERO));
    let record = portfolio.map(|portfolio| &portfolio.account.record);
    let counter = |counter| record.map_or(0, |record| record.counters.get(counter));
    PupilView {
        player: row.member.account.player,
        handle: row.handle,
        status: row.member.status,
        team: row.member.team,
        net_worth,
        return_percent: net_worth
            .checked_sub(start)
            .and_then(|profit| profit.percent_of(start)),
        xp: portfolio.map_or(0, |portfolio| portfolio.account.xp),
        trades: counter(Counter::Trades),
        reasons: counter(Counter::Reasons),
        companies: record.map_or(0, |record| record.account.positions_held),
        largest_percent: largest.percent_of(net_worth),
        good_ones,
        last_seen_at: row.last_seen_at,
    }
}

fn reason(app: &App, row: ReasonRow) -> ReasonView {
    let symbol = app.symbol(row.instrument);
    ReasonView {
        player: row.player,
        handle: row.handle,
        seq: row.seq,
        at: row.at,
        kind: row.kind,
        symbol: symbol.map(|symbol| symbol.to_string()).unwrap_or_default(),
        text: row.text,
        good: row.good,
    }
}

/// Whether a member is active.
#[must_use]
pub fn plays(pupil: &PupilView) -> bool {
    pupil.status == MemberStatus::Playing
}
