//! A company that comes to the market of a run: its shares are offered from the first day on, and shared
//! out on its day.

use domain::PlayerId;
use domain::Timestamp;
use domain::api::ErrorCode;
use domain::offering::{AllocationRule, OfferingTerms};
use domain::scenario::Scenario;

use crate::app::{App, Game, random_id};
use crate::error::{Error, Result};
use crate::jobs;
use crate::store::{GameRecord, Offering};

/// Longer than anybody plays. The offering closes when its day has come.
const WINDOW_S: i64 = 366 * 86_400;
/// Offerings of a run that are looked through: there is one.
const OFFERINGS_MAX: u32 = 10;

/// Offers the shares, if the scenario has such a company.
pub(super) async fn offer(
    app: &App,
    game: &GameRecord,
    scenario: &Scenario,
    now: Timestamp,
) -> Result<()> {
    let Some(company) = &scenario.new_company else {
        return Ok(());
    };
    let market = app.markets.find(game.market).await?.snapshot();
    let mut newcomers = market.newcomers.iter();
    let found = newcomers.find(|one| one.symbol == company.symbol);
    let missing = || Error::internal("the company of a scenario is not there");
    let record = found.ok_or_else(missing)?;
    let offering = Offering {
        id: random_id(),
        game: game.id,
        instrument: record.id,
        // The market itself.
        created_by: PlayerId(0),
        created_at: now,
        terms: OfferingTerms {
            price: company.price,
            range: None,
            shares: company.shares,
            minimum: 1,
            maximum: company.shares,
            rule: AllocationRule::ProRata,
            opens_at: now,
            closes_at: now.plus_seconds(WINDOW_S),
        },
        title: format!("{} comes to the market", record.name),
        story: company.story.clone(),
        seed: rand::random(),
        granted: 0,
        version: 0,
        settled_at: None,
        counted_on: Some(market.at.day()),
        splits: 0,
    };
    Ok(app.store.create_offering(&offering).await?)
}

/// An offering whose day is still to come.
#[derive(Debug, Clone, Copy)]
pub(super) struct Ahead {
    offering: i64,
    /// Seconds of the market until then.
    pub(super) seconds: i64,
}

/// What lies ahead of a run at a second of its market. Time waits while the shares are shared out, so that
/// the first trading day is the same in every run.
///
/// # Errors
/// 409 while they are.
pub(super) async fn ahead(
    app: &App,
    game: &Game,
    scenario: &Scenario,
    at: i64,
) -> Result<Option<Ahead>> {
    let Some(company) = &scenario.new_company else {
        return Ok(None);
    };
    let offerings = app
        .store
        .list_offerings(game.record.id, OFFERINGS_MAX)
        .await?;
    let open = offerings.into_iter().find(|one| one.settled_at.is_none());
    let Some(open) = open else { return Ok(None) };
    let ahead = Ahead {
        offering: open.id,
        seconds: scenario.step_of(company.day).saturating_sub(at),
    };
    if ahead.seconds > 0 {
        return Ok(Some(ahead));
    }
    // A server may have stopped between the step and this.
    close(app, ahead).await?;
    let message =
        "The shares of the new company are being shared out. Please try again in a moment.";
    Err(Error::new(ErrorCode::NotPossible, message))
}

/// Ends the time for asking: the job shares the shares out.
pub(super) async fn close(app: &App, ahead: Ahead) -> Result<()> {
    app.store
        .close_offering(ahead.offering, app.clock.now())
        .await?;
    if let Err(error) = jobs::allocate(&app.jobs, ahead.offering).await {
        // The schedule finds it within seconds.
        tracing::warn!(%error, "an allocation could not be enqueued");
    }
    Ok(())
}
