//! What the nightly walk over all accounts records for achievements: how each stood, and who visited a
//! hosted game.

use domain::progress::{Close, Deed};
use domain::{Money, Timestamp};

use super::patience::{PastPrices, Patience};
use super::sectors;
use crate::app::{App, Game, OPEN_LEAGUE};
use crate::deeds;
use crate::jobs::JobError;
use crate::store::Portfolio;

const SECONDS_A_DAY: i64 = 86_400;

/// Records an account with shares. Each deed counts once, so a second walk on the same day changes
/// nothing.
pub(super) async fn of_account(
    app: &App,
    portfolio: &Portfolio,
    game: &Game,
    now: Timestamp,
    prices: &mut PastPrices,
) -> Result<(), JobError> {
    let id = portfolio.account.record.id;
    let patience = Patience::of(app, portfolio, game, now, prices).await?;
    let close = close(app, portfolio, game, now, patience.steady_days).await?;
    let closed = Deed::ClosedDay {
        game: id.game,
        close,
    };
    let own = patience.deeds.into_iter().chain([closed]);
    let mut deeds: Vec<_> = own.map(|deed| (id.player, deed)).collect();
    let host = app.hosting.find(id.game).map(|hosted| hosted.owner);
    if game.record.slug != OPEN_LEAGUE && host != Some(id.player) {
        deeds.push((id.player, Deed::JoinedGame { game: id.game }));
    }
    if let Some(host) = host.filter(|host| *host != id.player) {
        let (game, player) = (id.game, id.player);
        deeds.push((host, Deed::WelcomedPlayer { game, player }));
        deeds.push((host, Deed::HostedGame { game }));
    }
    for (player, deed) in deeds {
        deeds::record(app, player, deed).await?;
    }
    Ok(())
}

async fn close(
    app: &App,
    portfolio: &Portfolio,
    game: &Game,
    now: Timestamp,
    steady_days: u32,
) -> Result<Close, JobError> {
    let market = app.market_of(game).await.map_err(anyhow::Error::from)?;
    let snapshot = market.snapshot();
    let account = &portfolio.account.record.account;
    let values: Vec<Money> = portfolio
        .positions
        .iter()
        .map(|record| {
            let quote = snapshot.quote(record.instrument);
            let value = quote.and_then(|quote| record.position.value(quote.price));
            // Without a price, it is valued at cost.
            value.unwrap_or(record.position.cost_basis)
        })
        .collect();
    let cash = account.cash.units();
    let all = values.iter().map(|value| value.units()).sum::<i64>();
    let all = all.saturating_add(cash);
    let share_bps = |part: i64| {
        let share = i128::from(part) * 10_000 / i128::from(all.max(1));
        u32::try_from(share.clamp(0, 10_000)).unwrap_or_default()
    };
    let largest = values.iter().map(|value| value.units()).max().unwrap_or(0);
    let lots = portfolio.positions.iter();
    let oldest = lots
        .flat_map(|record| &record.position.lots)
        .map(|lot| now.seconds_since(lot.acquired_at) / SECONDS_A_DAY)
        .max();
    let traded = portfolio.account.progress.traded.day;
    let quiet = traded.map_or(0, |day| now.day().number().saturating_sub(day.number()));
    Ok(Close {
        instruments_held: u32::try_from(values.len()).unwrap_or(u32::MAX),
        sectors_held: u32::try_from(sectors(app, portfolio).len()).unwrap_or(u32::MAX),
        largest_share_bps: share_bps(largest),
        cash_share_bps: share_bps(cash),
        longest_holding_days: oldest
            .and_then(|days| u32::try_from(days).ok())
            .unwrap_or(0),
        quiet_days: u32::try_from(quiet).unwrap_or(0),
        steady_days,
    })
}
