//! How a season ends: every account as its ledger says at the closing instant, valued at the prices of
//! that instant, also when the server was off then.

use domain::api::MemberStatus;
use domain::boards::{Measure, return_score};
use domain::{AccountId, Money, Replay, Timestamp, Xp};

use super::roster;
use crate::app::{App, Game};
use crate::market::Snapshot;
use crate::store::{FinalStanding, PortfolioLookup, RosterRow, Store};
use crate::taxes::{self, Stretch};

/// What a hosted game can be scored by. The ledger alone decides each of them.
pub const SCORED: [Measure; 3] = [Measure::Return, Measure::NetWorth, Measure::Xp];

/// Entries that one query reads.
const ENTRIES_AT_ONCE: u32 = 1_000;
/// Members of a season that are ranked.
const RANKED_MAX: u32 = 10_000;

/// Settles every hosted game that is over and has no final standings.
///
/// # Errors
/// When the store or a market fails: the next look tries again.
pub async fn settle_due(app: &App, now: Timestamp) -> anyhow::Result<()> {
    let games = app.games.all();
    for hosted in app.hosting.all() {
        if hosted.settled_at.is_some() {
            continue;
        }
        let Some(game) = games.iter().find(|game| game.record.id == hosted.game) else {
            continue;
        };
        if let Some(closed_at) = game.rules.closes_at.filter(|at| *at <= now) {
            settle(app, game, closed_at).await?;
            super::announce_change(app).await?;
            tracing::info!(game = %game.record.slug, "the season is settled");
        }
    }
    Ok(())
}

async fn settle(app: &App, game: &Game, closed_at: Timestamp) -> anyhow::Result<()> {
    let market = app
        .markets
        .snapshot_at(game.record.market, closed_at)
        .await?;
    let roster = app.store.list_roster(game.record.id, RANKED_MAX).await?;
    let mut ended = Vec::new();
    for row in roster
        .into_iter()
        .filter(|row| row.member.status == MemberStatus::Playing)
    {
        let account = row.member.account;
        let found = end_of(&*app.store, account, closed_at, &market).await?;
        if let Some((net_worth, xp)) = found {
            let back = tax_to_return(app, game, account, closed_at).await?;
            let net_worth = net_worth.checked_add(back).unwrap_or(net_worth);
            ended.push((row, net_worth, xp));
        }
    }
    // The last one also says that the game is settled.
    for measure in SCORED {
        let rows = ranked(measure, game.rules.starting_cash, &ended);
        app.store
            .store_final_standings(game.record.id, measure, &rows, closed_at)
            .await?;
    }
    Ok(())
}

/// What the sales until the end have paid too much of the taxes: it comes back after the end.
async fn tax_to_return(
    app: &App,
    game: &Game,
    account: AccountId,
    closed_at: Timestamp,
) -> anyhow::Result<Money> {
    let Some(taxes) = game.rules.taxes else {
        return Ok(Money::ZERO);
    };
    let market = app.market_of(game).await.map_err(anyhow::Error::from)?;
    let paces = market.paces(&*app.store, game.record.market).await?;
    let stretch = Stretch {
        before: Some(closed_at),
        entries_max: None,
    };
    let book = taxes::book(&*app.store, &paces, account, taxes, stretch).await?;
    let back = book.iter().flat_map(|book| {
        let years = book.years();
        years.filter_map(move |year| Some(book.year(year)?.to_return().units()))
    });
    Ok(Money::from_units(back.fold(0, i64::saturating_add)))
}

/// What an account was worth at an instant and the XP of its trades, by its ledger alone; none without
/// an entry.
async fn end_of(
    store: &dyn Store,
    account: AccountId,
    at: Timestamp,
    market: &Snapshot,
) -> anyhow::Result<Option<(Money, Xp)>> {
    let mut replay = Replay::new(account);
    'entries: loop {
        let rows = store
            .list_entries(account, replay.head.version, ENTRIES_AT_ONCE)
            .await?;
        if rows.is_empty() {
            break;
        }
        for row in &rows {
            if row.entry.at >= at {
                break 'entries;
            }
            // Months that are archived leave a gap: then the account itself is what they add up to.
            if replay.apply(&row.entry).is_err() {
                return account_now(store, account, market).await;
            }
        }
    }
    if replay.head.version == 0 {
        return Ok(None);
    }
    let held = replay.positions.iter();
    let worth = held.map(|(instrument, position)| position.worth(market.quote(*instrument)));
    let mut total = Some(replay.account.cash);
    for value in worth {
        total = total.and_then(|total| total.checked_add(value));
    }
    Ok(total.map(|total| (total, replay.xp)))
}

/// What an account is worth now, and its player's XP. A season that is over changes by its hosts only.
async fn account_now(
    store: &dyn Store,
    account: AccountId,
    market: &Snapshot,
) -> anyhow::Result<Option<(Money, Xp)>> {
    let lookup = PortfolioLookup {
        account,
        known_version: None,
    };
    let found = store.find_portfolios(&[lookup]).await?;
    let portfolio = found.get(&account);
    let worth =
        portfolio.and_then(|portfolio| Some((portfolio, roster::worth(portfolio, market)?)));
    Ok(worth.map(|(portfolio, (total, _))| (total, portfolio.account.xp)))
}

/// Best first; among equal scores the lower player id, as on every board.
fn ranked(
    measure: Measure,
    starting_cash: Money,
    ended: &[(RosterRow, Money, Xp)],
) -> Vec<FinalStanding> {
    let score = |net_worth: Money, xp: Xp| match measure {
        Measure::Xp => xp,
        Measure::NetWorth => net_worth.units(),
        Measure::Return | Measure::SteadyHands | Measure::Process => {
            return_score(starting_cash, net_worth).unwrap_or(0)
        }
    };
    let mut rows: Vec<FinalStanding> = ended
        .iter()
        .map(|(row, net_worth, xp)| FinalStanding {
            rank: 0,
            player: row.member.account.player,
            handle: row.handle.clone(),
            net_worth: *net_worth,
            score: score(*net_worth, *xp),
        })
        .collect();
    rows.sort_by(|a, b| b.score.cmp(&a.score).then(a.player.cmp(&b.player)));
    for (row, rank) in rows.iter_mut().zip(1..) {
        row.rank = rank;
    }
    rows
}
