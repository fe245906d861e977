//! Scenarios on imported history: whether this server has its prices, the market of a run on it, and what its
//! instruments came to.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use domain::api::{ApiError, ErrorCode};
use domain::scenario::{Course, Curve, Held, HistoryDigest, Scenario, ScenarioHistory};
use domain::{Currency, Day, MarketId, Percent, Symbol, Timestamp};

use crate::app::App;
use crate::clock::Clock;
use crate::error::{Error, Result};
use crate::market::currency_of;
use crate::store::{MarketSource, MarketSpec, Pace, Seed};

/// Seconds for which it is remembered what a history is like here. An import runs beside the server, so it is
/// noticed by looking again.
const KNOWN_S: i64 = 30;
/// Histories that are remembered.
const KNOWN_MAX: usize = 1_000;
/// Days of an instrument: the longest scenario, and the weeks before it.
const DAYS_MAX: u32 = 8_000;
/// Splits and dividends of an instrument.
const ACTIONS_MAX: u32 = 10_000;

/// A part of the imported history: its instruments, its first day and its last one.
type Part = (Vec<Symbol>, Day, Day);

/// What a part of the imported history is like here.
#[derive(Debug, Clone)]
struct Known {
    /// When that was computed.
    at: Timestamp,
    /// None if the part is not here.
    digest: Option<String>,
}

/// What is known of parts of the imported history.
#[derive(Debug, Default)]
pub struct Histories {
    known: Mutex<HashMap<Part, Known>>,
    /// Held while one is looked at: a look reads up to 20 instruments over 20 years, so many requests at once must
    /// not make many looks.
    looking: tokio::sync::Mutex<()>,
}

impl Histories {
    /// What is known of a part, or else what a look at it tells.
    async fn known_or(
        &self,
        part: &Part,
        clock: &dyn Clock,
        look: impl Future<Output = Result<Option<String>>>,
    ) -> Result<Option<String>> {
        if let Some(known) = self.known(part, clock.now()) {
            return Ok(known.digest);
        }
        let _alone = self.looking.lock().await;
        // Whoever was first has looked.
        if let Some(known) = self.known(part, clock.now()) {
            return Ok(known.digest);
        }
        self.remembered(part, clock, look).await
    }

    /// What a look at a part tells now.
    async fn looked_at(
        &self,
        part: &Part,
        clock: &dyn Clock,
        look: impl Future<Output = Result<Option<String>>>,
    ) -> Result<Option<String>> {
        let _alone = self.looking.lock().await;
        self.remembered(part, clock, look).await
    }

    async fn remembered(
        &self,
        part: &Part,
        clock: &dyn Clock,
        look: impl Future<Output = Result<Option<String>>>,
    ) -> Result<Option<String>> {
        let digest = look.await?;
        let known = Known {
            at: clock.now(),
            digest: digest.clone(),
        };
        self.remember(part.clone(), known);
        Ok(digest)
    }

    fn known(&self, part: &Part, now: Timestamp) -> Option<Known> {
        let known = self.lock().get(part).cloned()?;
        let age_s = now.seconds_since(known.at);
        (0..KNOWN_S).contains(&age_s).then_some(known)
    }

    fn remember(&self, part: Part, known: Known) {
        let mut all = self.lock();
        if all.len() >= KNOWN_MAX {
            all.clear();
        }
        all.insert(part, known);
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<Part, Known>> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Why a scenario cannot be played on this server, as known lately; none if it can.
///
/// # Errors
/// Those of the store.
pub async fn missing(app: &App, scenario: &Scenario) -> Result<Option<String>> {
    let Some(history) = &scenario.history else {
        return Ok(None);
    };
    let part = part(scenario, history);
    let look = computed(app, &part);
    let digest = app.histories.known_or(&part, &*app.clock, look).await?;
    Ok(lacking(app, history, digest.as_deref()))
}

/// Checks that a scenario can be played on this server now.
///
/// # Errors
/// 409 that says what to import; those of the store.
pub async fn check(app: &App, scenario: &Scenario) -> Result<()> {
    let Some(history) = &scenario.history else {
        return Ok(());
    };
    let digest = digest(app, &part(scenario, history)).await?;
    match lacking(app, history, digest.as_deref()) {
        Some(message) => Err(Error::new(ErrorCode::NotPossible, message)),
        None => Ok(()),
    }
}

/// The scenario with the digest of its history, if its author has left that to the server.
///
/// # Errors
/// 422 without the history; those of the store.
pub async fn complete(app: &App, mut scenario: Scenario) -> Result<Scenario> {
    let open = scenario.history.clone();
    let Some(history) = open.filter(|history| history.digest.is_empty()) else {
        return Ok(scenario);
    };
    let Some(digest) = digest(app, &part(&scenario, &history)).await? else {
        let message = lacking(app, &history, None).unwrap_or_default();
        return Err(ApiError::field("file", message).into());
    };
    scenario.history = Some(ScenarioHistory { digest, ..history });
    Ok(scenario)
}

fn part(scenario: &Scenario, history: &ScenarioHistory) -> Part {
    let (from, to) = scenario.history_days();
    (history.symbols.clone(), from, to)
}

/// The digest of what this server has of a part of the history; none if an instrument has no price in it.
async fn digest(app: &App, part: &Part) -> Result<Option<String>> {
    let look = computed(app, part);
    app.histories.looked_at(part, &*app.clock, look).await
}

async fn computed(app: &App, (symbols, from, to): &Part) -> Result<Option<String>> {
    let store = &app.store;
    let imported = store.list_instruments(MarketSource::Replay).await?;
    let mut digest = HistoryDigest::default();
    for symbol in symbols {
        let Some(record) = imported.iter().find(|one| one.symbol == *symbol) else {
            return Ok(None);
        };
        let days = store.list_candles(record.id, *from, *to, DAYS_MAX).await?;
        if days.is_empty() {
            return Ok(None);
        }
        digest.instrument(*symbol);
        for day in days {
            digest.day(day.day, [day.open, day.high, day.low, day.close]);
        }
        let actions = store.list_instrument_actions(record.id, *to, ACTIONS_MAX);
        let mut actions = actions.await?;
        actions.retain(|dated| dated.day >= *from);
        digest.actions(&actions);
    }
    Ok(Some(digest.finish()))
}

/// What is missing for a scenario on this history, of which the server has this digest.
fn lacking(app: &App, history: &ScenarioHistory, digest: Option<&str>) -> Option<String> {
    if digest == Some(history.digest.as_str()) {
        return None;
    }
    let pack = &history.pack;
    // The desktop app comes without commands.
    if app.config.session.launch_token.is_some() {
        return Some(format!(
            "This scenario is played on the price history {pack}, which this app does not have. Play it on a server that has it."
        ));
    }
    let files: Vec<String> = history
        .symbols
        .iter()
        .map(|symbol| format!("{symbol}.csv"))
        .collect();
    let files = files.join(" ");
    Some(match digest {
        None => format!(
            "This scenario is played on the price history {pack}, which this server does not have. Whoever runs it can add it: tickerquest import {files}"
        ),
        Some(_) => format!(
            "This scenario is played on the price history {pack}, of which this server has other prices. Whoever runs it can replace them: tickerquest import {files}"
        ),
    })
}

/// The currency of a scenario's prices: that of the imported instruments where it is played on them, as those are
/// not converted, and the dollar elsewhere.
///
/// # Errors
/// Those of the store.
pub async fn currency(app: &App, scenario: &Scenario) -> Result<Currency> {
    if scenario.history.is_none() {
        return Ok(Currency::DOLLAR);
    }
    let imported = currency_of(&*app.store, MarketSource::Replay, &[]).await?;
    Ok(imported.unwrap_or_default())
}

/// The market of a new run.
#[must_use]
pub fn spec(scenario: &Scenario, currency: Currency, now: Timestamp) -> MarketSpec {
    let first = Timestamp::from_seconds(scenario.step_of(1));
    let history = scenario.history.as_ref();
    MarketSpec {
        source: match history {
            None => MarketSource::Simulated,
            Some(history) if history.hidden => MarketSource::Hidden,
            Some(_) => MarketSource::Replay,
        },
        seed: Seed(scenario.seed),
        pace: Pace::starting(now, first, scenario.speed()),
        from: history.map(|_| scenario.start),
        instruments: history.map_or_else(Vec::new, |history| history.symbols.clone()),
        currency,
    }
}

/// What could have been earned in a scenario.
#[derive(Debug, Clone, Copy, Default)]
pub struct Benchmarks {
    /// By its index: the whole-market fund, or equal parts of every instrument of a history.
    pub index: Option<Percent>,
    /// By its plan.
    pub plan: Option<Percent>,
}

/// What could have been earned in a scenario.
///
/// # Errors
/// Those of market and store.
pub async fn benchmarks(app: &App, scenario: &Scenario) -> Result<Benchmarks> {
    if scenario.history.is_none() {
        return Ok(Benchmarks {
            index: scenario.index_return(),
            plan: scenario.plan_return(&scenario.plan),
        });
    }
    let course = course(app, scenario).await?;
    let planned = scenario.planned(&scenario.plan);
    Ok(Benchmarks {
        index: scenario.return_in(&course, &scenario.equal_parts(&course)),
        plan: scenario.return_in(&course, &planned),
    })
}

/// The whole curve of a scenario's index.
///
/// # Errors
/// Those of market and store.
pub async fn index_curve(app: &App, scenario: &Scenario) -> Result<Curve> {
    if scenario.history.is_none() {
        return Ok(scenario.index_curve());
    }
    let course = course(app, scenario).await?;
    Ok(scenario.curve_in(&course, &scenario.equal_parts(&course)))
}

/// What the instruments of a scenario came to on the days of a curve, by their real names.
async fn course(app: &App, scenario: &Scenario) -> Result<Course> {
    let open = MarketSpec {
        source: MarketSource::Replay,
        ..spec(scenario, currency(app, scenario).await?, app.clock.now())
    };
    let ends = scenario.curve_days(scenario.step_of(1), scenario.end_step());
    let at = |day: u32| (day, Timestamp::from_seconds(scenario.real_step_after(day)));
    let times: Vec<(u32, Timestamp)> = std::iter::once(0).chain(ends).map(at).collect();
    Ok(app.markets.course(MarketId(0), &open, &times).await?)
}

/// Adds to a run's curve the days that end after one second of its market and up to another, during which
/// nothing is traded.
///
/// # Errors
/// Those of market and store.
pub(super) async fn carry(
    app: &App,
    (market, spec): (MarketId, &MarketSpec),
    scenario: &Scenario,
    (curve, held): (&mut Curve, &Held),
    (from, until): (i64, i64),
) -> Result<()> {
    if scenario.history.is_none() {
        scenario.carry(curve, held, from, until);
        return Ok(());
    }
    let ends = scenario.curve_days(from, until);
    let at = |day: u32| {
        let step = scenario.step_of(day.saturating_add(1));
        (day, Timestamp::from_seconds(step))
    };
    let now = (scenario.days_passed(from), Timestamp::from_seconds(from));
    let times: Vec<(u32, Timestamp)> = std::iter::once(now).chain(ends.map(at)).collect();
    let course = app.markets.course(market, spec, &times).await?;
    scenario.follow(curve, held, &course);
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicU32, Ordering};

    use super::*;
    use crate::clock::SystemClock;

    #[tokio::test]
    async fn many_who_ask_at_once_make_one_look() {
        let (histories, looks) = (Histories::default(), AtomicU32::new(0));
        let clock = SystemClock::start();
        let day = Day::from_number(14_000);
        let part: Part = (Vec::new(), day, day.plus_days(30));
        let look = || async {
            tokio::task::yield_now().await;
            looks.fetch_add(1, Ordering::Relaxed);
            Ok(Some("digest".to_owned()))
        };
        let ask = || histories.known_or(&part, &clock, look());
        let told = tokio::join!(ask(), ask(), ask());
        for one in [told.0, told.1, told.2] {
            assert_eq!(one.ok().flatten().as_deref(), Some("digest"));
        }
        assert_eq!(looks.load(Ordering::Relaxed), 1);
        // Whoever begins a run wants to know how it is now.
        let now = histories.looked_at(&part, &clock, look()).await;
        assert!(now.is_ok_and(|digest| digest.is_some()));
        assert_eq!(looks.load(Ordering::Relaxed), 2);
    }
}
