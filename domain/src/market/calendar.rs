//! Steps and days of the market: one step is one simulated second, a day is a UTC day.

use crate::Day;

/// Steps in a day: the market is open round the clock.
pub const STEPS_PER_DAY: i64 = 86_400;
/// Steps between the samples behind the high and low of a daily candle: five minutes.
pub const CANDLE_SAMPLE_STEPS: i64 = 300;
/// The market exists from day 0 (1970-01-01) until the day before this one (2149-06-07).
pub(super) const DAYS: i64 = 65_536;
/// The last step; later ones show the same prices.
pub const LAST_STEP: i64 = DAYS.saturating_mul(STEPS_PER_DAY).saturating_sub(1);
/// The default day on which every instrument costs its start price: 2016-01-01, so that a market started
/// today has ten years of history.
pub const DEFAULT_ORIGIN: i32 = 16_801;

/// A Monday that nobody takes for the past: 2035-01-01.
const DISGUISED: i32 = 23_741;
const WEEK: i32 = 7;

/// A seed that makes a good market to play: its index rises over the years, but not steadily.
pub const DEFAULT_SEED: u64 = 31;

/// The step, clamped to the market's time.
pub(super) fn held(step: i64) -> i64 {
    step.clamp(0, LAST_STEP)
}

/// The number of the day that a step within the market's time falls on.
pub(super) fn day_number(step: i64) -> i64 {
    step.div_euclid(STEPS_PER_DAY)
}

/// The day that a step falls on.
#[must_use]
pub fn day_of(step: i64) -> Day {
    Day::from_number(i32::try_from(day_number(held(step))).unwrap_or_default())
}

/// The first step of a day, clamped to the market's time.
#[must_use]
pub fn first_step(day: Day) -> i64 {
    let number = i64::from(day.number()).clamp(0, DAYS.saturating_sub(1));
    number.saturating_mul(STEPS_PER_DAY)
}

/// The last step of a day: its close.
#[must_use]
pub fn last_step(day: Day) -> i64 {
    first_step(day)
        .saturating_add(STEPS_PER_DAY)
        .saturating_sub(1)
}

/// The day on which a market begins that plays imported history in disguise from `real` on: the same day of
/// the week, in the first week of 2035.
///
/// ```
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let friday: domain::Day = "2008-09-12".parse()?;
/// assert_eq!(domain::market::disguised(friday).to_string(), "2035-01-05");
/// # Ok(())
/// # }
/// ```
#[must_use]
pub fn disguised(real: Day) -> Day {
    let weeks = DISGUISED
        .saturating_sub(real.number())
        .saturating_add(WEEK.saturating_sub(1))
        .div_euclid(WEEK);
    real.plus_days(weeks.saturating_mul(WEEK))
}
