//! Puzzles: five decisions over a hidden stretch of an invented chart, the same for everybody who plays
//! the same seed. The chart follows from the seed alone, so that anybody can draw it again and check it.

use sha2::{Digest as _, Sha256};

use crate::{Day, Money, Percent, Price, Xp};

mod choices;
#[cfg(test)]
mod tests;

pub use choices::{Choice, Choices, ChoicesError};

/// Decisions of a puzzle.
pub const DECISIONS: usize = 5;
/// Days that are shown before the first decision.
pub const DAYS_BEFORE: usize = 40;
/// Days between two decisions.
pub const STRETCH_DAYS: usize = 10;
/// What the daily puzzle earns, whatever its result: its result is partly luck.
pub const DAILY_XP: Xp = 10;
/// What is played with: 100.00.
const START_UNITS: i64 = 1_000_000;
/// Price units of a cent.
const CENT_UNITS: i64 = 100;
/// Basis points of one.
const WHOLE_BPS: i64 = 10_000;

/// A puzzle: a price a day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Puzzle {
    prices: Vec<Price>,
}

/// How one decision turned out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Turn {
    /// What was chosen.
    pub choice: Choice,
    /// What the price did until the next decision.
    pub change: Percent,
    /// In while the price did not fall, or out while it fell.
    pub is_right: bool,
}

impl Puzzle {
    /// The puzzle of a seed. Trends of 6 to 20 days lie under the noise of single days, so that looking at
    /// the chart helps a little. Prices are scaled: the day of the first decision costs 100.00.
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

    /// The prices that may be seen after a number of decisions: nothing after the day of the next one.
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

    /// What 100.00 have become by decisions: with the price while in, unchanged while out.
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

    /// What decisions brought.
    #[must_use]
    pub fn result(&self, choices: &Choices) -> Percent {
        let start = Money::from_units(START_UNITS);
        let profit = self.worth(choices).checked_sub(start);
        profit
            .and_then(|profit| profit.percent_of(start))
            .unwrap_or_default()
    }

    /// What staying in all the time would have brought over the same decisions.
    #[must_use]
    pub fn holding(&self, decisions: usize) -> Percent {
        self.result(&Choices::all_in(decisions))
    }

    /// Of the others who finished, the part in percent that did less well; none without others. `tallies`
    /// says how many players, this one among them, made which decisions.
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

/// A result as squares: they say which decisions were right and not what was decided.
#[must_use]
pub fn squares(turns: &[Turn]) -> String {
    let square = |turn: &Turn| if turn.is_right { '■' } else { '□' };
    turns.iter().map(square).collect()
}

/// What a seed is known by before it is published: its SHA-256 in hexadecimal digits.
#[must_use]
pub fn fingerprint(seed: &str) -> String {
    let hash = Sha256::digest(seed.as_bytes());
    hash.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Days in a row, of days that were played, latest first. The row may still go on: it ends today or
/// yesterday.
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

/// A number from `low` to `high`, both included, by the seed, what it is for and the day: from the first
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
