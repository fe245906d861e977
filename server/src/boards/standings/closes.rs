//! What daily closes reveal about a member: the worst fall, and the habits behind the process score.

use std::collections::HashSet;

use domain::Money;
use domain::boards::{Habits, process_score};
use domain::progress::{Counter, Counters};

use super::prices::{Holding, Prices};

/// A million millionths.
const WHOLE_PPM: i128 = 1_000_000;
/// Categories from which a day counts as diversified.
const CATEGORIES_MIN: usize = 3;
/// No position may exceed one of this many parts of the account on such a day.
const PARTS: i64 = 3;
/// Maximum trades on an unhurried day.
const TRADES_UNHURRIED: u32 = 3;

/// What the closes of days told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Closes {
    /// The highest close.
    pub peak: Money,
    /// The deepest fall below an earlier close, in millionths.
    pub worst_ppm: i64,
    /// Days that have closed.
    pub days: u32,
    /// Of these, with shares held.
    pub invested: u32,
    /// Of these, with shares of three categories and no position above a third of the account.
    pub diversified: u32,
    /// Of those invested, with at most three trades.
    pub unhurried: u32,
    /// Trades until the latest close.
    pub trades: u32,
}

/// What an account has done over its life, according to its counters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Done {
    pub(super) trades: u32,
    pub(super) reasons: u32,
    sales: u32,
    patient_sales: u32,
}

impl Done {
    pub(super) fn of(counters: &Counters) -> Self {
        let count = |counter| u32::try_from(counters.get(counter)).unwrap_or(0);
        Self {
            trades: count(Counter::Trades),
            reasons: count(Counter::Reasons),
            sales: count(Counter::Sales),
            patient_sales: count(Counter::PatientSales),
        }
    }
}

impl Closes {
    /// The fall, counting the current net worth as one more close.
    #[must_use]
    pub fn with(self, net_worth: Money) -> Self {
        let peak = self.peak.max(net_worth);
        let lost = i128::from(peak.units()).saturating_sub(i128::from(net_worth.units()));
        let depth = lost
            .saturating_mul(WHOLE_PPM)
            .checked_div(i128::from(peak.units()));
        let depth = depth.and_then(|depth| i64::try_from(depth).ok());
        Self {
            peak,
            worst_ppm: self.worst_ppm.max(depth.unwrap_or(0)),
            ..self
        }
    }

    /// One more day that closes.
    pub(super) fn close(
        self,
        net_worth: Money,
        holdings: &[Holding],
        done: Done,
        prices: &Prices,
    ) -> Self {
        let invested = !holdings.is_empty();
        let traded = done.trades.saturating_sub(self.trades);
        let more = |count: u32, counts: bool| count.saturating_add(u32::from(counts));
        Self {
            days: more(self.days, true),
            invested: more(self.invested, invested),
            diversified: more(
                self.diversified,
                invested && is_diversified(net_worth, holdings, prices),
            ),
            unhurried: more(self.unhurried, invested && traded <= TRADES_UNHURRIED),
            trades: done.trades,
            ..self.with(net_worth)
        }
    }

    /// [`process_score`]; none before there are trades and days. Reasons are not reviewed on a date
    /// yet, so none is due.
    pub(super) fn process(&self, done: Done) -> Option<u32> {
        process_score(Habits {
            trades: done.trades,
            reasoned_trades: done.reasons,
            reviews_due: 0,
            reviews_done: 0,
            days_invested: self.invested,
            days_diversified: self.diversified,
            sales: done.sales,
            patient_sales: done.patient_sales,
            days_unhurried: self.unhurried,
        })
    }
}

fn is_diversified(net_worth: Money, holdings: &[Holding], prices: &Prices) -> bool {
    let categories = holdings
        .iter()
        .filter_map(|one| prices.category(one.instrument.id()));
    let categories: HashSet<u16> = categories.collect();
    let is_small =
        |one: &Holding| one.worth(prices).units().saturating_mul(PARTS) <= net_worth.units();
    categories.len() >= CATEGORIES_MIN && holdings.iter().all(is_small)
}

#[cfg(test)]
mod tests {
    use domain::{InstrumentId, Price};

    use super::*;

    #[test]
    fn a_fall_is_the_deepest_below_an_earlier_close() {
        let closes = [100, 80, 120, 90, 130].map(Money::from_whole);
        let after = closes
            .iter()
            .fold(Closes::default(), |closes, at| closes.with(*at));
        assert_eq!(
            (after.worst_ppm, after.peak),
            (250_000, Money::from_whole(130))
        );
        assert_eq!(after.with(Money::ZERO).worst_ppm, 1_000_000);
        assert_eq!(Closes::default().with(Money::ZERO).worst_ppm, 0);
    }

    #[test]
    fn a_day_is_diversified_with_three_categories_and_no_large_position() {
        let prices = Prices::with_categories((1..=4).map(|id| {
            (
                InstrumentId(id),
                Price::from_whole(1),
                u16::try_from(id % 4).unwrap(),
            )
        }));
        let holdings = |shares: &[(i64, i32)]| -> Vec<Holding> {
            shares
                .iter()
                .map(|(id, shares)| Holding::plain(InstrumentId(*id), *shares))
                .collect()
        };
        let check = |shares: &[(i64, i32)], expected| {
            let is = is_diversified(Money::from_whole(90), &holdings(shares), &prices);
            assert_eq!(is, expected, "{shares:?}");
        };
        check(&[(1, 30), (2, 30), (3, 30)], true);
        check(&[(1, 31), (2, 29), (3, 30)], false);
        check(&[(1, 30), (2, 30)], false);
        let done = Done {
            trades: 4,
            ..Done::default()
        };
        let three = holdings(&[(1, 30), (2, 30), (3, 30)]);
        let day = Closes::default().close(Money::from_whole(90), &three, done, &prices);
        assert_eq!(
            (day.days, day.invested, day.diversified, day.unhurried),
            (1, 1, 1, 0)
        );
        let day = day.close(Money::from_whole(90), &three, done, &prices);
        assert_eq!((day.invested, day.unhurried), (2, 1), "no trade that day");
        let day = day.close(Money::from_whole(90), &[], done, &prices);
        assert_eq!((day.days, day.invested), (3, 2));
    }

    #[test]
    fn a_process_score_needs_trades_and_days() {
        let done = Done {
            trades: 4,
            reasons: 4,
            ..Done::default()
        };
        let closes = Closes {
            invested: 5,
            diversified: 5,
            unhurried: 5,
            ..Closes::default()
        };
        assert_eq!(closes.process(done), Some(1_000));
        assert_eq!(closes.process(Done::default()), None);
        assert_eq!(Closes::default().process(done), None);
    }
}
