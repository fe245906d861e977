//! What a host does with a market that no other game is played on.

use domain::api::{ApiError, NoticeKind};

use super::actions::{Asked, not_possible};
use crate::app::{App, Game};
use crate::error::{Error, Result};
use crate::hosting;
use crate::market::{Storm, add_storm};
use crate::store::{MarketSource, MarketSpec};

const DAYS_MAX: u32 = 365;
/// How far a storm moves prices, in percent.
const PERCENT: std::ops::RangeInclusive<i32> = -60..=100;
const SECONDS_PER_DAY: i64 = 86_400;

/// Whether no other game is played on a game's market.
pub(in crate::api) fn is_own(app: &App, game: &Game) -> bool {
    let market = game.record.market;
    let mut games = app.games.all().into_iter();
    games.all(|other| other.record.market != market || other.record.id == game.record.id)
}

/// Lets days of the market pass at once.
pub(super) async fn step(asked: &Asked<'_>) -> Result<()> {
    let days = asked.request.days.unwrap_or(1);
    if !(1..=DAYS_MAX).contains(&days) {
        return Err(ApiError::field("days", "must be 1 to 365").into());
    }
    let spec = own_spec(asked).await?;
    let seconds = i64::from(days).saturating_mul(SECONDS_PER_DAY);
    let (app, market) = (asked.app, asked.game.record.market);
    hosting::pass_time(app, market, spec, app.clock.now(), seconds).await?;
    let plural = if days == 1 { "day has" } else { "days have" };
    let text = format!("{days} {plural} passed in the market.");
    asked.tell(NoticeKind::State, &text).await
}

/// Lets a headline move prices from now on.
pub(super) async fn storm(asked: &Asked<'_>) -> Result<()> {
    let headline = asked.text()?;
    let percent = asked.request.percent.unwrap_or(0);
    if percent == 0 || !PERCENT.contains(&percent) {
        return Err(ApiError::field("percent", "must be -60 to 100, and not 0").into());
    }
    let spec = own_spec(asked).await?;
    if spec.source != MarketSource::Simulated {
        return Err(not_possible(
            "What has happened cannot be changed: this market replays history.",
        ));
    }
    let category = asked
        .request
        .category
        .clone()
        .filter(|category| !category.is_empty());
    let market = asked.app.market_of(asked.game).await?.snapshot();
    let mut known = market.catalogue.instruments.iter();
    if let Some(category) = &category
        && !known.any(|instrument| instrument.category == *category)
    {
        return Err(ApiError::field("category", "is not one of this market's").into());
    }
    let storm = Storm {
        step: spec.pace.at(asked.app.clock.now()).seconds(),
        category,
        percent,
        headline: headline.clone(),
    };
    let id = asked.game.record.market;
    if !add_storm(&*asked.app.store, id, storm).await? {
        return Err(not_possible(
            "This market has seen 100 storms, and no more may come.",
        ));
    }
    asked.tell(NoticeKind::Headline, &headline).await
}

/// The specification of the market, if no other game is played on it.
async fn own_spec(asked: &Asked<'_>) -> Result<MarketSpec> {
    if !is_own(asked.app, asked.game) {
        let message = "Other games are played on this market, so its host cannot move it.";
        return Err(not_possible(message));
    }
    let id = asked.game.record.market;
    let market = asked.app.store.find_market(id).await?;
    let spec = market.and_then(|market| market.spec);
    spec.ok_or_else(|| Error::internal(format_args!("market {id} has no specification")))
}
