//! The process score: the game's own measure of good habits, regardless of the result.

/// The fewest days with shares for a process score.
pub const PROCESS_DAYS_MIN: u32 = 5;

/// What an account did over a period, as counts. Each share is the ratio of two of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Habits {
    /// Trades that count.
    pub trades: u32,
    /// How many of them have a real reason.
    pub reasoned_trades: u32,
    /// Reasons that came up for review.
    pub reviews_due: u32,
    /// How many of them were reviewed.
    pub reviews_done: u32,
    /// Closes with shares held.
    pub days_invested: u32,
    /// Of these, with three sectors or more and no position above a third of the account.
    pub days_diversified: u32,
    /// Sales.
    pub sales: u32,
    /// How many of these sold shares held for seven days or longer, or followed the player's own
    /// plan.
    pub patient_sales: u32,
    /// How many of the invested days had at most three trades.
    pub days_unhurried: u32,
}

/// Process score, version 1: 0 to 1,000. The weighted sum of five shares:
///
/// | what | weight |
/// | --- | --- |
/// | trades with a real reason | 250 |
/// | reasons reviewed of those due | 200 |
/// | days diversified of those invested | 250 |
/// | patient sales of all sales | 150 |
/// | days unhurried of those invested | 150 |
///
/// If nothing is due for review, or nothing was sold, that share counts in full. None before a
/// first trade and [`PROCESS_DAYS_MIN`] days with shares.
#[must_use]
pub fn process_score(habits: Habits) -> Option<u32> {
    if habits.trades == 0 || habits.days_invested < PROCESS_DAYS_MIN {
        return None;
    }
    let shares = [
        (habits.reasoned_trades, habits.trades, 250),
        (habits.reviews_done, habits.reviews_due, 200),
        (habits.days_diversified, habits.days_invested, 250),
        (habits.patient_sales, habits.sales, 150),
        (habits.days_unhurried, habits.days_invested, 150),
    ];
    let points = shares.map(|(part, whole, weight)| points(part, whole, weight));
    Some(points.iter().fold(0, |sum, more| sum.saturating_add(*more)))
}

fn points(part: u32, whole: u32, weight: u64) -> u32 {
    let scaled = u64::from(part.min(whole)).saturating_mul(weight);
    let points = scaled.checked_div(u64::from(whole)).unwrap_or(weight);
    u32::try_from(points).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    const CAREFUL: Habits = Habits {
        trades: 8,
        reasoned_trades: 8,
        reviews_due: 0,
        reviews_done: 0,
        days_invested: 30,
        days_diversified: 27,
        sales: 0,
        patient_sales: 0,
        days_unhurried: 30,
    };

    #[test]
    fn habits_count_and_results_do_not() {
        assert_eq!(process_score(CAREFUL), Some(975));
        let churn = Habits {
            trades: 600,
            reasoned_trades: 0,
            days_diversified: 0,
            sales: 300,
            days_unhurried: 0,
            ..CAREFUL
        };
        assert_eq!(process_score(churn), Some(200));
    }

    #[test]
    fn there_is_no_score_without_days_and_trades() {
        let few = PROCESS_DAYS_MIN - 1;
        for habits in [
            Habits::default(),
            Habits {
                trades: 0,
                ..CAREFUL
            },
            Habits {
                days_invested: few,
                ..CAREFUL
            },
        ] {
            assert_eq!(process_score(habits), None);
        }
    }

    #[test]
    fn a_share_is_never_more_than_the_whole() {
        let much = Habits {
            reasoned_trades: u32::MAX,
            days_diversified: u32::MAX,
            ..CAREFUL
        };
        assert_eq!(process_score(much), Some(1_000));
    }
}
