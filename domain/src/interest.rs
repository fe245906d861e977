//! Interest on cash, for each month of the market.

use crate::{Day, Fact, Money};

const CENT_UNITS: i128 = 100;
/// A cent in units times days times basis points. A year counts 365 days, however long it is: the
/// convention "actual/365".
const CENT: i128 = CENT_UNITS * 365 * 10_000;

/// What a month has earned.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MonthInterest {
    /// The month's last day.
    pub until: Day,
    /// Rounded down to whole cents.
    pub cash: Money,
}

/// The interest of an account, computed from its ledger entry by entry.
///
/// Every day earns `balance × rate / 365` on the cash at its end, including what waiting orders set
/// aside. A month is paid as a whole when it is over, and what was paid earns interest itself from then
/// on. Days before the account was opened earn nothing.
#[derive(Debug, Clone)]
pub struct InterestBook {
    bps: u32,
    cash: Money,
    /// The day whose end is still to come.
    day: Option<Day>,
    /// Cash units times days of the month so far.
    earning: i128,
    over: Vec<MonthInterest>,
    paid_until: Option<Day>,
}

impl InterestBook {
    /// The highest rate that a game may pay, in basis points a year.
    pub const BPS_MAX: u32 = 2_000;

    /// The book of an account before its first entry, for a yearly rate in basis points.
    #[must_use]
    pub fn new(bps: u32) -> Self {
        Self {
            bps,
            cash: Money::ZERO,
            day: None,
            earning: 0,
            over: Vec::new(),
            paid_until: None,
        }
    }

    /// Adds the next entry, made on a market day. `None` if the cash exceeds [`Money`].
    pub fn record(&mut self, fact: &Fact, day: Day) -> Option<()> {
        self.pass(day)?;
        if let Fact::Interest { until, .. } = fact {
            self.paid_until = self.paid_until.max(Some(*until));
        }
        self.cash = self.cash.checked_add(fact.cash_change())?;
        Some(())
    }

    /// The months before a day that have earned something and are not paid, oldest first. `None` if an
    /// amount exceeds [`Money`].
    #[must_use]
    pub fn due(mut self, today: Day) -> Option<Vec<MonthInterest>> {
        self.pass(today)?;
        let paid_until = self.paid_until;
        let is_due = |month: &MonthInterest| {
            month.cash.is_positive() && paid_until.is_none_or(|paid| month.until > paid)
        };
        Some(self.over.into_iter().filter(is_due).collect())
    }

    /// Lets the ends of the days before `to` pass.
    fn pass(&mut self, to: Day) -> Option<()> {
        let Some(mut day) = self.day else {
            self.day = Some(to);
            return Some(());
        };
        while day < to {
            let next = next_month(day);
            let until = next.min(to);
            let days = until.number().saturating_sub(day.number());
            let earned = i128::from(self.cash.units()).checked_mul(i128::from(days))?;
            self.earning = self.earning.checked_add(earned)?;
            if until == next {
                self.over.push(MonthInterest {
                    until: next.plus_days(-1),
                    cash: self.earned()?,
                });
                self.earning = 0;
            }
            day = until;
        }
        self.day = Some(day);
        Some(())
    }

    /// What the month so far has earned, rounded down to whole cents.
    fn earned(&self) -> Option<Money> {
        let exact = self.earning.checked_mul(i128::from(self.bps))?;
        let cents = exact.checked_div_euclid(CENT)?;
        let units = cents.checked_mul(CENT_UNITS)?;
        Some(Money::from_units(i64::try_from(units).ok()?))
    }
}

/// The first day of the month after a day's.
fn next_month(day: Day) -> Day {
    let (year, month, _) = day.calendar();
    let next = if month == 12 {
        Day::from_calendar(year.saturating_add(1), 1, 1)
    } else {
        Day::from_calendar(year, month.saturating_add(1), 1)
    };
    // The last month of all time ends with its last day.
    next.unwrap_or(day.plus_days(31))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> Day {
        text.parse().unwrap()
    }

    fn opened(cash: i32) -> Fact {
        let cash = Money::from_whole(cash);
        Fact::Opened { cash }
    }

    fn shown(due: &[MonthInterest]) -> Vec<(String, String)> {
        due.iter()
            .map(|month| (month.until.to_string(), month.cash.to_string()))
            .collect()
    }

    fn pair(until: &str, cash: &str) -> (String, String) {
        (until.to_owned(), cash.to_owned())
    }

    #[test]
    fn a_month_earns_its_days_part_of_the_yearly_rate() {
        let mut book = InterestBook::new(365);
        book.record(&opened(10_000), day("2026-01-11")).unwrap();
        // 3.65 % of 10,000 is a dollar a day: 21 days of January, 28 of February, none of March yet.
        let due = book.clone().due(day("2026-03-31")).unwrap();
        let expected = [pair("2026-01-31", "21.00"), pair("2026-02-28", "28.00")];
        assert_eq!(shown(&due), expected);
        assert!(book.clone().due(day("2026-01-31")).unwrap().is_empty());
        assert_eq!(shown(&book.due(day("2026-02-01")).unwrap()), expected[..1]);
    }

    #[test]
    fn the_balance_at_the_end_of_a_day_counts() {
        let mut book = InterestBook::new(365);
        book.record(&opened(10_000), day("2026-01-01")).unwrap();
        let taken = Fact::Taxed {
            year: 2025,
            amount: Money::from_whole(5_000),
        };
        book.record(&taken, day("2026-01-11")).unwrap();
        // Ten days of a dollar, and 21 of half a dollar.
        let due = book.due(day("2026-02-01")).unwrap();
        assert_eq!(shown(&due), [pair("2026-01-31", "20.50")]);
    }

    #[test]
    fn what_was_paid_is_not_due_again_and_earns_interest_itself() {
        let mut book = InterestBook::new(2_000);
        book.record(&opened(10_000), day("2026-01-01")).unwrap();
        let [january] = book.clone().due(day("2026-02-01")).unwrap()[..] else {
            panic!("one month");
        };
        // 10,000 × 0.2 × 31 / 365 = 169.863…
        assert_eq!(january.cash.to_string(), "169.86");
        let paid = Fact::Interest {
            cash: january.cash,
            until: january.until,
        };
        // Paid late, for example after an outage.
        book.record(&paid, day("2026-02-15")).unwrap();
        let due = book.due(day("2026-03-02")).unwrap();
        // (10,000 × 14 + 10,169.86 × 14) × 0.2 / 365 = 154.725…
        assert_eq!(shown(&due), [pair("2026-02-28", "154.72")]);
    }

    #[test]
    fn less_than_a_cent_is_nothing() {
        let mut book = InterestBook::new(1);
        book.record(&opened(1), day("2026-12-05")).unwrap();
        assert!(book.due(day("2028-01-01")).unwrap().is_empty());
    }
}
