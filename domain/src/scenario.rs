//! Scenarios: a market fixed from its first day to its last, a task, and a lesson. A scenario is one signed
//! file that anyone can play alone, at any time and pace.

use std::fmt;
use std::sync::LazyLock;

use serde::{Deserialize, Serialize};

use crate::market::{catalogue, disguised, first_step, newcomers};
use crate::{Day, Fees, GameRules, Money, Percent, Price, Symbol};

mod course;
mod curve;
mod file;
mod history;
mod offline;
mod replay;
mod returns;
#[cfg(test)]
mod tests;

pub use course::{Course, CoursePoint};
pub use curve::{Curve, Held, RunPoint};
pub use file::{ScenarioFile, ScenarioFileError};
pub use history::{HistoryDigest, ScenarioHistory};
pub use offline::{OfflineStart, StartFile, StartFileError, Submission};
pub use replay::{Impossible, ImpossibleInput, NotReplayable, RunAction, RunInput, RunOutcome};

/// The largest file, in bytes.
pub const FILE_MAX: usize = 32_768;
/// The most days of a scenario: 20 years.
const DAYS_MAX: u32 = 7_305;
const EVENTS_MAX: usize = 30;
/// The most headlines, each counted once per category it moves.
const MOVES_MAX: usize = 90;
const TITLE_MAX: usize = 60;
const LINE_MAX: usize = 140;
const TEXT_MAX: usize = 700;
/// The longest name of a pack of price files.
const PACK_MAX: usize = 60;
/// The whole-market fund, the benchmark for results.
pub const INDEX_FUND: &str = "TQ.ALL";

static LIBRARY: LazyLock<Vec<Listed>> = LazyLock::new(|| {
    // A test reads the file, so it is never the empty default.
    serde_json::from_str(include_str!("../data/scenarios.json")).unwrap_or_default()
});

/// A scenario in the library.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Listed {
    /// Its name in URLs; never changes once published.
    pub id: String,
    /// The scenario itself.
    pub scenario: Scenario,
}

/// The scenarios that come with the game, in the order in which a beginner plays them.
#[must_use]
pub fn library() -> &'static [Listed] {
    &LIBRARY
}

/// A scenario.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Scenario {
    /// Its name, at most 60 characters.
    pub title: String,
    /// What it teaches, in a sentence of at most 140 characters.
    pub learn: String,
    /// What the player is told at the start, at most 700 characters.
    pub story: String,
    /// What the player is told at the end, at most 700 characters.
    pub lesson: String,
    /// The seed of all prices; 0 on imported history.
    pub seed: u64,
    /// The first market day. On imported history it is the real one, also where dates are hidden.
    pub start: Day,
    /// Length in market days, 1 to 7,305.
    pub days: u32,
    /// Cash at the start.
    pub starting_cash: Money,
    /// What each trade costs.
    pub fees: Fees,
    /// Categories that may be bought; empty: all of them.
    pub categories: Vec<String>,
    /// The largest part of the account in one instrument, in percent; none: no limit.
    pub position_max_percent: Option<u32>,
    /// The goal.
    pub goal: Goal,
    /// What happens along the way, by day.
    pub events: Vec<ScenarioEvent>,
    /// A company that offers its shares from the first day, and trades from a later day.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub new_company: Option<NewCompany>,
    /// The imported history that it is played on; none: the simulated market.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub history: Option<ScenarioHistory>,
    /// A simple buy-and-hold plan: at the end it shows what was possible without any foresight.
    pub plan: Vec<Planned>,
}

/// How a result is measured, and what earns stars.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Goal {
    /// What is measured.
    pub measure: GoalMeasure,
    /// The thresholds for one, two and three stars, in percent, strictly rising.
    pub stars: [Percent; 3],
    /// More trades than this limit the result to one star; none: no limit.
    pub trades_max: Option<u32>,
}

/// How a result is measured.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum GoalMeasure {
    /// The account's return.
    Return,
    /// The account's return less that of the whole-market fund, or on imported history of equal parts of every
    /// instrument.
    AgainstIndex,
}

/// A company that goes public.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct NewCompany {
    /// One of [`newcomers`].
    pub symbol: Symbol,
    /// The offer price of a share.
    pub price: Price,
    /// Shares on offer; the player may ask for all of them.
    pub shares: u32,
    /// The market day, counted from 1, on which the shares are allocated and start trading.
    pub day: u32,
    /// What the player is told, at most 700 characters.
    pub story: String,
}

impl NewCompany {
    fn check(&self, days: u32) -> Result<(), ScenarioError> {
        let known = newcomers()
            .iter()
            .any(|one| one.symbol == self.symbol.as_str());
        let fine = known
            && self.price.is_positive()
            && (1..=1_000_000).contains(&self.shares)
            && (2..=days).contains(&self.day)
            && is_told(&self.story, TEXT_MAX);
        ensure(
            fine,
            "new_company",
            "must be one that does not trade yet, with a price, up to 1,000,000 shares, a story, and a day after the first",
        )
    }
}

/// A headline that moves prices.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct ScenarioEvent {
    /// The market day, counted from 1.
    pub day: u32,
    /// Whose prices it moves.
    pub categories: Vec<String>,
    /// By how much, -60 to 100 and not 0.
    pub percent: i32,
    /// The text of the headline, at most 140 characters.
    pub headline: String,
}

/// One purchase in a plan.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Planned {
    /// The instrument to buy.
    pub symbol: Symbol,
    /// The share of the starting cash, in percent.
    pub percent: u32,
}

/// What is wrong with a scenario.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ScenarioError {
    /// The field.
    pub field: &'static str,
    /// Why.
    pub reason: &'static str,
}

impl fmt::Display for ScenarioError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.field, self.reason)
    }
}

impl std::error::Error for ScenarioError {}

impl Scenario {
    /// Checks that it can be played.
    ///
    /// # Errors
    /// The first invalid field, and why.
    pub fn check(&self) -> Result<(), ScenarioError> {
        let texts = [
            ("title", &self.title, TITLE_MAX),
            ("learn", &self.learn, LINE_MAX),
            ("story", &self.story, TEXT_MAX),
            ("lesson", &self.lesson, TEXT_MAX),
        ];
        for (field, text, max) in texts {
            ensure(
                is_told(text, max),
                field,
                "is missing, too long or not readable",
            )?;
        }
        ensure(
            (1..=DAYS_MAX).contains(&self.days),
            "days",
            "must be 1 to 7305",
        )?;
        let most = Money::from_whole(1_000_000_000);
        let enough = (Money::from_whole(1)..=most).contains(&self.starting_cash);
        ensure(enough, "starting_cash", "must be 1 to 1,000,000,000")?;
        let cheap = self.fees.basis_points <= 1_000 && !self.fees.fixed.is_negative();
        ensure(
            cheap,
            "fees",
            "must be 0 to 1,000 basis points and no less than nothing",
        )?;
        let percent = self.position_max_percent;
        let sensible = percent.is_none_or(|percent| (1..=100).contains(&percent));
        ensure(sensible, "position_max_percent", "must be 1 to 100")?;
        let known = |category: &String| {
            catalogue()
                .iter()
                .any(|one| one.category == category.as_str())
        };
        ensure(
            self.categories.iter().all(known),
            "categories",
            "are none of this market",
        )?;
        ensure(
            self.goal.stars.is_sorted(),
            "goal",
            "must have stars that take more and more",
        )?;
        let events = &self.events;
        let moves = events.iter().map(|event| event.categories.len());
        let few = events.len() <= EVENTS_MAX && moves.sum::<usize>() <= MOVES_MAX;
        ensure(few, "events", "are too many")?;
        for event in events {
            let within = (1..=self.days).contains(&event.day);
            ensure(within, "events", "must come within the days")?;
            let moved = event.percent != 0 && (-60..=100).contains(&event.percent);
            ensure(moved, "events", "must move prices by -60 to 100 percent")?;
            let whose = !event.categories.is_empty() && event.categories.iter().all(known);
            ensure(whose, "events", "must name categories of this market")?;
            ensure(
                is_told(&event.headline, LINE_MAX),
                "events",
                "must have a headline",
            )?;
        }
        if let Some(company) = &self.new_company {
            company.check(self.days)?;
        }
        let planned = self.plan.iter().map(|part| part.percent);
        let whole = planned.fold(0, u32::saturating_add) <= 100;
        ensure(whole, "plan", "must not take more than 100 percent")?;
        if let Some(history) = &self.history {
            return history.check(self);
        }
        let bought = |part: &Planned| {
            catalogue()
                .iter()
                .any(|one| one.symbol == part.symbol.as_str())
        };
        ensure(
            self.plan.iter().all(bought),
            "plan",
            "must name instruments of this market",
        )
    }

    /// The rules of a game for this scenario.
    #[must_use]
    pub fn rules(&self) -> GameRules {
        GameRules {
            starting_cash: self.starting_cash,
            fees: self.fees,
            categories: self.categories.clone(),
            position_max_percent: self.position_max_percent.filter(|percent| *percent < 100),
            ..GameRules::open_league()
        }
    }

    /// The first day of the market: the real one, unless dates are hidden.
    #[must_use]
    pub fn first_day(&self) -> Day {
        match &self.history {
            Some(history) if history.hidden => disguised(self.start),
            _ => self.start,
        }
    }

    /// The market second at which a day, counted from 1, begins.
    #[must_use]
    pub fn step_of(&self, day: u32) -> i64 {
        let days = i32::try_from(day.saturating_sub(1)).unwrap_or(i32::MAX);
        first_step(self.first_day().plus_days(days))
    }

    /// The market second at which it ends.
    #[must_use]
    pub fn end_step(&self) -> i64 {
        self.step_of(self.days.saturating_add(1))
    }

    /// Stars for a result: 0 to 3. `index` is the return of the whole-market fund.
    #[must_use]
    pub fn stars(&self, result: Percent, index: Percent, trades: u32) -> u32 {
        let measured = match self.goal.measure {
            GoalMeasure::Return => Some(result),
            GoalMeasure::AgainstIndex => {
                let ahead = result.decimal().checked_sub(index.decimal());
                ahead.and_then(|ahead| ahead.to_string().parse().ok())
            }
        };
        let Some(measured) = measured else { return 0 };
        let reached = self.goal.stars.iter().filter(|stars| measured >= **stars);
        let stars = u32::try_from(reached.count()).unwrap_or(0);
        let too_many = self.goal.trades_max.is_some_and(|max| trades > max);
        if too_many { stars.min(1) } else { stars }
    }
}

fn ensure(fine: bool, field: &'static str, reason: &'static str) -> Result<(), ScenarioError> {
    fine.then_some(()).ok_or(ScenarioError { field, reason })
}

/// Whether a text is non-empty, within its length limit and free of invisible characters.
fn is_told(text: &str, max: usize) -> bool {
    let length = text.trim().chars().count();
    let hidden = |c: char| crate::text::is_invisible(c) && c != ' ';
    (1..=max).contains(&length) && !text.contains(hidden)
}
