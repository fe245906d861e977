//! The worst habit in a week of trading, explained so that a beginner can change it.

use serde::{Deserialize, Serialize};

use crate::Money;

/// Trades a week above which a beginner trades too much.
const TRADES_MAX: u32 = 15;
/// The percentage of net worth in one instrument above which it dominates the result.
const SHARE_MAX: i64 = 50;

/// What an account did in a week.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Week {
    /// Purchases and sales.
    pub trades: u32,
    /// Those with a written reason.
    pub reasoned: u32,
    /// Sales of something that was bought less than a day before.
    pub hasty_sales: u32,
    /// Value of the largest position at its end.
    pub largest: Money,
    /// Cash and shares at its end.
    pub net_worth: Money,
}

/// A habit that costs money or teaches nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Habit {
    /// Sold within a day of buying.
    HastySales,
    /// Most of the money is in one instrument.
    AllInOne,
    /// Traded very often.
    TooManyTrades,
    /// Traded mostly without a written reason.
    NoReasons,
    /// Held nothing, so nothing could grow.
    AllCash,
}

/// All habits, the worst first.
pub const HABITS: [Habit; 5] = [
    Habit::HastySales,
    Habit::AllInOne,
    Habit::TooManyTrades,
    Habit::NoReasons,
    Habit::AllCash,
];

/// The worst habit that a week shows; none: it shows none.
#[must_use]
pub fn worst_habit(week: &Week) -> Option<Habit> {
    HABITS.into_iter().find(|habit| habit.shows(week))
}

impl Habit {
    fn shows(self, week: &Week) -> bool {
        match self {
            Self::HastySales => week.hasty_sales > 0,
            Self::AllInOne => {
                let largest = i128::from(week.largest.units()).saturating_mul(100);
                let whole = i128::from(week.net_worth.units());
                week.largest.is_positive() && largest >= whole.saturating_mul(i128::from(SHARE_MAX))
            }
            Self::TooManyTrades => week.trades > TRADES_MAX,
            Self::NoReasons => week.trades > week.reasoned.saturating_mul(2),
            Self::AllCash => week.largest.is_zero(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_worst_of_several_habits_is_told() {
        let good = Week {
            trades: 2,
            reasoned: 1,
            hasty_sales: 0,
            largest: Money::from_whole(400),
            net_worth: Money::from_whole(1_000),
        };
        let check = |week: Week, expected| assert_eq!(worst_habit(&week), expected, "{week:?}");
        check(good, None);
        let no_reasons = Week {
            reasoned: 0,
            ..good
        };
        check(no_reasons, Some(Habit::NoReasons));
        let one = Week {
            largest: Money::from_whole(500),
            ..no_reasons
        };
        check(one, Some(Habit::AllInOne));
        let hasty = Week {
            hasty_sales: 1,
            ..one
        };
        check(hasty, Some(Habit::HastySales));
        let many = Week {
            trades: 16,
            reasoned: 16,
            ..good
        };
        check(many, Some(Habit::TooManyTrades));
        check(Week::default(), Some(Habit::AllCash));
    }
}
