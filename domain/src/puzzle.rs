//! Puzzles: five decisions over a hidden stretch of an invented chart, the same for everyone who plays the
//! same seed. The chart is derived from the seed alone, so anyone can recreate and check it.

use sha2::{Digest as _, Sha256};

use crate::{Day, Money, Percent, Price, Xp};

mod choices;
#[cfg(test)]
mod tests;

pub use choices::{Choice, Choices, ChoicesError};

/// Number of decisions in a puzzle.
pub const DECISIONS: usize = 5;
/// Number of days shown before the first decision.
pub const DAYS_BEFORE: usize = 40;
/// Number of days between two decisions.
pub const STRETCH_DAYS: usize = 10;
/// XP for the daily puzzle, whatever the result, because the result is partly luck.
pub const DAILY_XP: Xp = 10;
/// The stake: 100.00.
const START_UNITS: i64 = 1_000_000;
/// Price units in a cent.
const CENT_UNITS: i64 = 100;
/// Basis points in one.
const WHOLE_BPS: i64 = 10_000;

/// A puzzle: one price per day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Puzzle {
    prices: Vec<Price>,
}

/// How one decision turned out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Turn {
    /// What the player chose.
    pub choice: Choice,
    /// What the price did until the next decision.
    pub change: Percent,
    /// Whether it was right: in while the price did not fall, or out while it fell.
    pub is_right: bool,
}

impl Puzzle {
    /// The puzzle of a seed. Trends of 6 to 20 days lie beneath the daily noise, so that reading the chart
    /// helps a little. Prices are scaled: the day of the first decision costs 100.00.
    #[must_use]
    pub fn of_seed(seed: &str) -> Self {
        let last = STRETCH_DAYS
            .saturating_mul(DECISIONS)
            .saturating_add(DAYS_BEFORE);
        let mut raw = vec![START_UNITS];
        let (mut price, mut trend, mut left) = (START_UNITS, 0, 0);
        for day in 1..last {
            if left == 0 {
                left = draw(seed, "length", day, 6, 20);
                trend = draw(seed, "trend", day, -55, 65);
            }
            left = left.saturating_sub(1);
            let noise = ["a", "b", "c", "d"].map(|name| draw(seed, name, day, -80, 80));
            let change = noise.into_iter().fold(trend, i64::saturating_add);
            let factor = WHOLE_BPS.saturating_add(change);
            price = price.saturating_mul(factor).div_euclid(WHOLE_BPS).max(1);
            raw.push(price);
        }
        let first = DAYS_BEFORE.saturating_sub(1);
        let base = raw.get(first).copied().unwrap_or(START_UNITS);
        let scaled = |units: i64| {
            let cents = units.saturating_mul(START_UNITS / CENT_UNITS);
            let cents = cents.checked_div(base).unwrap_or(1).max(1);
            Price::from_units(cents.saturating_mul(CENT_UNITS))
        };
        Self {
            prices: raw.into_iter().map(scaled).collect(),
        }
    }

    /// The prices that may be shown after a number of decisions: nothing beyond the day of the next one.
    #[must_use]
    pub fn shown(&self, decisions: usize) -> &[Price] {
        let days = decisions
            .saturating_mul(STRETCH_DAYS)
            .saturating_add(DAYS_BEFORE);
        self.prices.get(..days).unwrap_or(&self.prices)
    }

    /// How each decision turned out.
    #[must_use]
    pub fn turns(&self, choices: &Choices) -> Vec<Turn> {
        let turn = |(number, choice): (usize, &Choice)| {
            let (before, after) = (self.price(number), self.price(number.saturating_add(1)));
            let is_up = after >= before;
            Turn {
                choice: *choice,
                change: after.percent_since(before).unwrap_or_default(),
                is_right: is_up == (*choice == Choice::In),
            }
        };
        choices.list().iter().enumerate().map(turn).collect()
    }

    /// What 100.00 have become after these decisions: they follow the price while in, and stay
    /// unchanged while out.
    #[must_use]
    pub fn worth(&self, choices: &Choices) -> Money {
        let grown = |worth: i64, (number, choice): (usize, &Choice)| match choice {
            Choice::Out => worth,
            Choice::In => {
                let before = self.price(number).units().max(1);
                let after = self.price(number.saturating_add(1)).units();
                worth
                    .saturating_mul(after)
                    .checked_div(before)
                    .unwrap_or(worth)
            }
        };
        let all = choices.list().iter().enumerate();
        Money::from_units(all.fold(START_UNITS, grown))
    }

    /// The return of these decisions.
    #[must_use]
    pub fn result(&self, choices: &Choices) -> Percent {
        let start = Money::from_units(START_UNITS);
        let profit = self.worth(choices).checked_sub(start);
        profit
            .and_then(|profit| profit.percent_of(start))
            .unwrap_or_default()
    }

    /// The return of staying in all the time over the same decisions.
    #[must_use]
    pub fn holding(&self, decisions: usize) -> Percent {
        self.result(&Choices::all_in(decisions))
    }

    /// The percentage of the other finishers who did worse; none without others. `tallies` says how many
    /// players, including this one, made which decisions.
    #[must_use]
    pub fn better_than(&self, choices: &Choices, tallies: &[(Choices, u64)]) -> Option<u64> {
        let worth = self.worth(choices);
        let count = |all: u64, (_, players): &(Choices, u64)| all.saturating_add(*players);
        let all = tallies.iter().fold(0, count);
        let less = tallies
            .iter()
            .filter(|(other, _)| self.worth(other) < worth);
        let less = less.fold(0, count);
        less.saturating_mul(100).checked_div(all.saturating_sub(1))
    }

    /// The price on the day of a decision, counted from 0; after the last one, on the last day.
    fn price(&self, decision: usize) -> Price {
        let shown = self.shown(decision).last();
        shown.copied().unwrap_or(Price::from_units(START_UNITS))
    }
}

/// A result as squares: they show which decisions were right without giving them away.
#[must_use]
pub fn squares(turns: &[Turn]) -> String {
    let square = |turn: &Turn| if turn.is_right { '■' } else { '□' };
    turns.iter().map(square).collect()
}

/// The commitment to a seed before it is published: its SHA-256 in hexadecimal.
#[must_use]
pub fn fingerprint(seed: &str) -> String {
    hex::encode(Sha256::digest(seed.as_bytes()))
}

/// The current streak in days, given the days played, latest first. A streak counts if it ends
/// today or yesterday, because it can still continue.
#[must_use]
pub fn streak(played: &[Day], today: Day) -> u32 {
    let Some(latest) = played.first().filter(|day| **day >= today.plus_days(-1)) else {
        return 0;
    };
    let number = latest.number();
    let expected = (0..).map(|back| number.saturating_sub(back));
    let row = played.iter().zip(expected);
    let row = row.take_while(|(day, expected)| day.number() == *expected);
    u32::try_from(row.count()).unwrap_or(u32::MAX)
}

/// A number from `low` to `high` inclusive, derived from the seed, its purpose and the day: from the first
/// four bytes of a SHA-256.
fn draw(seed: &str, name: &str, day: usize, low: i64, high: i64) -> i64 {
    let text = format!("tickerquest puzzle/{seed}/{name}/{day}");
    let hash = Sha256::digest(text.as_bytes());
    let drawn = hash.iter().take(4).fold(0_i64, |all, byte| {
        all.saturating_mul(256).saturating_add(i64::from(*byte))
    });
    let width = high.saturating_sub(low).saturating_add(1);
    low.saturating_add(drawn.checked_rem(width).unwrap_or(0))
}
