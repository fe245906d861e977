//! How a season ends: every account according to its ledger at the closing instant, valued at the prices
//! of that instant, even if the server was off then.

use domain::api::MemberStatus;
use domain::boards::{Measure, net_worth_score, return_score};
use domain::{AccountId, Money, Replay, Timestamp, Xp};

use super::roster;
use crate::app::{App, Game};
use crate::market::Snapshot;
use crate::notifications::{self, Happened, HostingNews, Subject};
use crate::store::{FinalStanding, HostedGame, PortfolioLookup, RosterRow, Store, StoreResult};
use crate::taxes::{self, Stretch};

/// The measures by which a hosted game can be scored. Each follows from the ledger alone.
pub const SCORED: [Measure; 3] = [Measure::Return, Measure::NetWorth, Measure::Xp];

/// Entries read per query.
const ENTRIES_AT_ONCE: u32 = 1_000;
/// Maximum members ranked per season.
const RANKED_MAX: u32 = 10_000;
/// Members notified of the end per transaction.
const TOLD_AT_ONCE: usize = 200;

/// Settles every hosted game that is over and has no final standings.
///
/// # Errors
/// When the store or a market fails. The next check retries.
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
            settle(app, game, &hosted, closed_at).await?;
            super::announce_change(app).await?;
            tracing::info!(game = %game.record.slug, "the season is settled");
        }
    }
    Ok(())
}

/// Writes the final standings by every measure, and notifies each player of the rank by the game's measure.
async fn settle(
    app: &App,
    game: &Game,
    hosted: &HostedGame,
    closed_at: Timestamp,
) -> anyhow::Result<()> {
    let player = AccountId {
        player: hosted.owner,
        game: hosted.game,
    };
    // Whoever plays a scenario has its result, and nobody to be ranked among.
    let is_run = app.store.find_run(player).await?.is_some();
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
    // The last one also marks the game as settled. Players notified before a crash are not notified again.
    for measure in SCORED {
        let rows = ranked(measure, game.rules.starting_cash, &ended);
        if measure == hosted.settings.measure && !is_run {
            tell_ranks(app, game, &rows, closed_at).await?;
        }
        app.store
            .store_final_standings(game.record.id, measure, &rows, closed_at)
            .await?;
    }
    Ok(())
}

async fn tell_ranks(
    app: &App,
    game: &Game,
    rows: &[FinalStanding],
    closed_at: Timestamp,
) -> StoreResult<()> {
    let of = u32::try_from(rows.len()).unwrap_or(u32::MAX);
    let told: Vec<Happened> = rows
        .iter()
        .map(|row| Happened {
            player: row.player,
            cause: format!("over:{}", game.record.id),
            subject: Subject::Hosting {
                game: game.record.id,
                news: HostingNews::Over(row.rank, of),
            },
            at: closed_at,
        })
        .collect();
    for some in told.chunks(TOLD_AT_ONCE) {
        notifications::tell(app, some).await?;
    }
    Ok(())
}

/// The tax that sales up to the end have overpaid, which is refunded after the end.
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

/// What an account was worth at an instant and the XP of its trades, by its ledger alone. `None` without
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
            // Archived months leave a gap; in that case the account itself holds their total.
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

/// What an account is worth now, and its player's XP. Only hosts can still change a season that is over.
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

/// Best first; ties go to the lower player id, as on every board.
fn ranked(
    measure: Measure,
    starting_cash: Money,
    ended: &[(RosterRow, Money, Xp)],
) -> Vec<FinalStanding> {
    let score = |net_worth: Money, xp: Xp| match measure {
        Measure::Xp => xp,
        Measure::NetWorth => net_worth_score(net_worth),
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
