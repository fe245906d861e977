//! Making an offering, from what a host asks for.

use domain::api::{ApiError, ErrorCode, NewOffering, NoticeKind};
use domain::offering::{AllocationRule, OfferingTerms, PriceRange};
use domain::text::seen;
use domain::{InstrumentId, PlayerId, Symbol, Timestamp};

use super::{OFFERINGS_MAX, is_own};
use crate::app::{App, Game, random_id};
use crate::error::{Error, Result};
use crate::market::Snapshot;
use crate::store::{Notice, Offering, StoreResult};

const TITLE_MAX: usize = 80;
const STORY_MAX: usize = 2_000;
/// 30 days.
const MINUTES_MAX: u32 = 43_200;

/// Checks what is asked for, stores it and tells the players.
pub(super) async fn create(
    app: &App,
    game: &Game,
    host: PlayerId,
    request: &NewOffering,
) -> Result<Offering> {
    let now = app.clock.now();
    let market = app.market_of(game).await?.snapshot();
    let instrument = match market.catalogue.find(request.symbol) {
        Some((_, record)) => record.id,
        None => newcomer(app, game, &market, request.symbol).await?,
    };
    let offering = Offering {
        id: random_id(),
        game: game.record.id,
        instrument,
        created_by: host,
        created_at: now,
        terms: terms(request, now)?,
        title: text(&request.title, "title", 1, TITLE_MAX)?,
        story: text(&request.story, "story", 0, STORY_MAX)?,
        seed: rand::random(),
        granted: 0,
        version: 0,
        settled_at: None,
        counted_on: Some(market.at.day()),
        splits: 0,
    };
    publish(app, &offering).await?;
    Ok(offering)
}

/// Stores an offering and tells the players of its game.
pub(crate) async fn publish(app: &App, offering: &Offering) -> StoreResult<()> {
    app.store.create_offering(offering).await?;
    let notice = Notice {
        game: offering.game,
        seq: 0,
        at: offering.created_at,
        effective_at: offering.created_at,
        author: offering.created_by,
        kind: NoticeKind::Announcement,
        text: format!("An offering has opened: {}", offering.title),
        rules: None,
        applied: true,
    };
    app.store.add_notice(&notice).await?;
    Ok(())
}

/// A company that does not trade yet. One that comes to a market comes for all its games, so hosts bring
/// them to a market of their own only.
async fn newcomer(
    app: &App,
    game: &Game,
    market: &Snapshot,
    symbol: Symbol,
) -> Result<InstrumentId> {
    let mut newcomers = market.newcomers.iter();
    let found = newcomers.find(|one| one.symbol == symbol);
    let unknown = || ApiError::field("symbol", "is not the symbol of an instrument");
    let company = found.ok_or_else(unknown)?.id;
    if !is_own(app, game) {
        let message = "Other games are played on this market, so no new company can come to it.";
        return Err(Error::new(ErrorCode::NotPossible, message));
    }
    let offerings = app
        .store
        .list_offerings(game.record.id, OFFERINGS_MAX)
        .await?;
    let open = |one: &Offering| one.instrument == company && one.settled_at.is_none();
    if offerings.iter().any(open) {
        let message = "Shares of this company are on offer already.";
        return Err(Error::new(ErrorCode::NotPossible, message));
    }
    Ok(company)
}

fn terms(request: &NewOffering, now: Timestamp) -> Result<OfferingTerms> {
    let wrong = |field: &str, message: String| Err(ApiError::field(field, message).into());
    let NewOffering {
        price,
        shares,
        minutes,
        ..
    } = *request;
    if !price.is_positive() {
        return wrong("price", "must be above zero".to_owned());
    }
    let range = request.price_low.map(|low| PriceRange { low, high: price });
    if range.is_some_and(|range| !range.low.is_positive() || range.low >= price) {
        return wrong(
            "price_low",
            "must be above zero and below the highest price".to_owned(),
        );
    }
    if range.is_some() && request.rule == AllocationRule::FirstCome {
        let message =
            "is for shares that are divided after the window: whoever comes first pays the price";
        return wrong("price_low", message.to_owned());
    }
    let most = OfferingTerms::SHARES_MAX;
    if !(1..=most).contains(&shares) {
        return wrong("shares", format!("must be 1 to {most}"));
    }
    let minimum = request.minimum.unwrap_or(1);
    if !(1..=shares).contains(&minimum) {
        return wrong("minimum", format!("must be 1 to {shares}"));
    }
    let maximum = request.maximum.unwrap_or(shares);
    if !(minimum..=shares).contains(&maximum) {
        return wrong("maximum", format!("must be {minimum} to {shares}"));
    }
    if !(1..=MINUTES_MAX).contains(&minutes) {
        return wrong("minutes", format!("must be 1 to {MINUTES_MAX}"));
    }
    let terms = OfferingTerms {
        price,
        range,
        shares,
        minimum,
        maximum,
        rule: request.rule,
        opens_at: now,
        closes_at: now.plus_seconds(i64::from(minutes) * 60),
    };
    if terms.cost_of(shares).is_none() {
        return wrong("price", "is too high for so many shares".to_owned());
    }
    Ok(terms)
}

fn text(text: &str, field: &str, least: usize, most: usize) -> Result<String> {
    let text = text.trim();
    let plain = !text
        .chars()
        .any(|c| c.is_control() && c != '\n' && c != '\r');
    if plain && (least..=most).contains(&text.chars().count()) {
        if least > 0 && seen(text, true).is_empty() {
            return Err(ApiError::field(field, "has no visible characters").into());
        }
        return Ok(text.to_owned());
    }
    let message = format!("must have {least} to {most} characters");
    Err(ApiError::field(field, message).into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_title_can_be_seen_and_a_story_may_be_left_out() {
        assert!(text("Rockets", "title", 1, 60).is_ok());
        assert!(text("", "story", 0, 60).is_ok());
        assert!(text("\u{200b}", "title", 1, 60).is_err());
        assert!(text("", "title", 1, 60).is_err());
    }
}
