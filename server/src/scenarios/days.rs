//! How the days of a run pass, and how its trading ends.

use domain::api::{ErrorCode, NoticeKind};
use domain::scenario::{Curve, Scenario};
use domain::{GameRules, Timestamp};

use super::{company, history, read, spec, standing};
use crate::app::{App, Game};
use crate::error::{Error, Result};
use crate::hosting::{announce_change, pass_time};
use crate::store::{MarketSpec, Notice, Pace, ScenarioRun};

const SECONDS_PER_DAY: i64 = 86_400;

/// The instant after which nothing may be traded. Else somebody could wait until the last day is over, see what
/// follows, and trade with it at what counts: the prices of the end.
pub(super) fn closes_at(scenario: &Scenario, pace: Pace) -> Timestamp {
    pace.real_time_of(Timestamp::from_seconds(scenario.end_step()))
}

/// Lets days of the market pass, at most to the end, where trading stops.
///
/// # Errors
/// 409 at the end, and while other days pass; those of the store.
pub async fn step(app: &App, game: &Game, run: &ScenarioRun, days: u32) -> Result<()> {
    let scenario = read(&run.content)?;
    let now = app.clock.now();
    let spec = spec(app, game).await?;
    let left = scenario
        .end_step()
        .saturating_sub(spec.pace.at(now).seconds());
    if run.result.is_some() || left <= 0 {
        let message = "This scenario is over.";
        return Err(Error::new(ErrorCode::NotPossible, message));
    }
    let ahead = company::ahead(app, game, &scenario, spec.pace.at(now).seconds()).await?;
    let until = ahead.map_or(left, |ahead| ahead.seconds.min(left));
    let seconds = i64::from(days).saturating_mul(SECONDS_PER_DAY).min(until);
    let curve = followed(app, game, run, (&scenario, &spec, seconds)).await?;
    pass_time(app, game.record.market, spec, now, seconds).await?;
    app.store.store_curve(run.account, &curve).await?;
    if let Some(ahead) = ahead.filter(|ahead| ahead.seconds == seconds) {
        company::close(app, ahead).await?;
    }
    tell_end(app, game, run, &scenario).await?;
    Ok(announce_change(app).await?)
}

/// A run's curve with the days that are about to pass.
async fn followed(
    app: &App,
    game: &Game,
    run: &ScenarioRun,
    (scenario, spec, seconds): (&Scenario, &MarketSpec, i64),
) -> Result<Curve> {
    let standing = standing(app, game, run).await?;
    let mut own = app.store.find_curves(run.account).await?.own;
    let from = standing.market.seconds();
    let until = from.saturating_add(seconds);
    let market = (game.record.market, spec);
    let held = (&mut own, &standing.held);
    history::carry(app, market, scenario, held, (from, until)).await?;
    Ok(own)
}

/// Puts the end of trading where it is now. Of two requests whose days passed one after the other, the first may
/// come here last: so it looks again until nothing has changed meanwhile.
async fn tell_end(app: &App, game: &Game, run: &ScenarioRun, scenario: &Scenario) -> Result<()> {
    let mut pace = spec(app, game).await?.pace;
    loop {
        let (rules, text) = end_of(scenario, pace, &game.rules);
        tell(app, run, rules, text).await?;
        let again = spec(app, game).await?.pace;
        if again == pace {
            return Ok(());
        }
        pace = again;
    }
}

/// The rules of a run whose market has this pace, and what its player is told.
fn end_of(scenario: &Scenario, pace: Pace, rules: &GameRules) -> (GameRules, &'static str) {
    let over = pace.market().seconds() >= scenario.end_step();
    let rules = GameRules {
        frozen: over || rules.frozen,
        // A run that is over tells it in its own words.
        closes_at: if over {
            rules.closes_at
        } else {
            Some(closes_at(scenario, pace))
        },
        ..rules.clone()
    };
    let text = if over {
        "The last day is over. Ask for your result."
    } else {
        "Days have passed: the end is closer."
    };
    (rules, text)
}

async fn tell(app: &App, run: &ScenarioRun, rules: GameRules, text: &str) -> Result<()> {
    let now = app.clock.now();
    let notice = Notice {
        game: run.account.game,
        seq: 0,
        at: now,
        effective_at: now,
        author: run.account.player,
        kind: NoticeKind::State,
        text: text.to_owned(),
        rules: Some(rules),
        applied: true,
    };
    app.store.add_notice(&notice).await?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use domain::scenario::library;

    use super::*;

    #[test]
    fn nobody_trades_after_the_last_day_however_long_it_is_waited_for() {
        let scenario = &library()[0].scenario;
        let now = Timestamp::from_seconds(1_795_262_400);
        let first = Timestamp::from_seconds(scenario.step_of(1));
        let begun = Pace::starting(now, first, 1);
        let days = i64::from(scenario.days);
        let end = now.plus_seconds(days * SECONDS_PER_DAY);
        assert_eq!(closes_at(scenario, begun), end);
        let later = now.plus_seconds(60);
        let last_day = begun.stepped(later, (days - 1) * SECONDS_PER_DAY);
        let (rules, _) = end_of(scenario, last_day, &GameRules::open_league());
        assert!(!rules.frozen);
        assert_eq!(rules.closes_at, Some(now.plus_seconds(SECONDS_PER_DAY)));
        assert!(rules.check_open(later).is_ok());
        assert!(
            rules
                .check_open(later.plus_seconds(SECONDS_PER_DAY))
                .is_err()
        );
        let over = last_day.stepped(later, SECONDS_PER_DAY);
        let (rules, _) = end_of(scenario, over, &rules);
        assert!(rules.frozen);
    }
}
