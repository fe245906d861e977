//! The money-weighted return: the rate at which the money paid in would have grown to what came
//! out.

use super::power::power;
use crate::{Day, Money};

const DAYS_PER_YEAR: f64 = 365.0;
const STEPS_MAX: u32 = 200;
/// The relative precision to which a rate is computed.
const PRECISION: f64 = 1e-14;

/// Money that crossed an account's boundary.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CashFlow {
    /// When.
    pub day: Day,
    /// Below zero for money paid in, above zero for money taken out; the account's value at the end
    /// counts as taken out.
    pub amount: Money,
}

/// A money-weighted return.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct MoneyWeighted {
    /// The rate for the days from the first flow to the last.
    pub period: f64,
    /// The same per year (XIRR); none when it overflows a float, as after a thousandfold gain in a
    /// few days.
    pub annual: Option<f64>,
    /// Days from the first flow to the last.
    pub days: u32,
}

impl MoneyWeighted {
    /// The rate to show: annualized from one year on, and the period's rate below that.
    #[must_use]
    pub fn shown(&self) -> f64 {
        let is_long = f64::from(self.days) >= DAYS_PER_YEAR;
        self.annual.filter(|_| is_long).unwrap_or(self.period)
    }
}

/// The rate x at which `Σ CF (1+x)^(−days/365)` is zero. Flows may come in any order. None when nothing is
/// paid in or nothing comes out, or when all flows are on one day. A sum can have several roots; this finds
/// the one that Newton's method reaches from 10 % a year, or else the lowest one between a billionth and a
/// trillionfold over the whole period.
#[must_use]
pub fn money_weighted(flows: &[CashFlow]) -> Option<MoneyWeighted> {
    let first = flows.iter().map(|flow| flow.day).min()?;
    let last = flows.iter().map(|flow| flow.day).max()?;
    let has_both = flows.iter().any(|flow| flow.amount.is_negative())
        && flows.iter().any(|flow| flow.amount.is_positive());
    let span = last.number().checked_sub(first.number())?;
    let days = u32::try_from(span).ok().filter(|days| *days > 0)?;
    if !has_both {
        return None;
    }
    let terms: Option<Vec<Term>> = flows
        .iter()
        .map(|flow| Term::of(*flow, first, days))
        .collect();
    let terms = terms?;
    let years = f64::from(days) / DAYS_PER_YEAR;
    let growth = newton(&terms, power(1.1, years)?).or_else(|| bisection(&terms))?;
    Some(MoneyWeighted {
        period: growth - 1.0,
        annual: power(growth, 1.0 / years).map(|growth| growth - 1.0),
        days,
    })
}

/// An amount and its distance from the first flow, as a share of the whole period.
struct Term {
    amount: f64,
    at: f64,
}

impl Term {
    fn of(flow: CashFlow, first: Day, days: u32) -> Option<Self> {
        let after = flow.day.number().checked_sub(first.number())?;
        #[expect(
            clippy::cast_precision_loss,
            reason = "16 digits of an amount are enough for a rate"
        )]
        let amount = flow.amount.units() as f64;
        Some(Self {
            amount,
            at: f64::from(after) / f64::from(days),
        })
    }
}

/// The present value at a given growth over the whole period, and its derivative.
fn present_value(terms: &[Term], growth: f64) -> Option<(f64, f64)> {
    let (mut value, mut slope) = (0.0, 0.0);
    for Term { amount, at } in terms {
        let discounted = amount * power(growth, -at)?;
        value += discounted;
        slope -= at * discounted / growth;
    }
    (value.is_finite() && slope.is_finite()).then_some((value, slope))
}

fn newton(terms: &[Term], start: f64) -> Option<f64> {
    let mut growth = start;
    for _ in 0..50 {
        let (value, slope) = present_value(terms, growth)?;
        if slope == 0.0 {
            return None;
        }
        let next = growth - value / slope;
        if next.is_nan() || next <= 0.0 {
            return None;
        }
        if (next - growth).abs() <= PRECISION * next {
            return Some(next);
        }
        growth = next;
    }
    None
}

/// Looks for a sign change between successively doubled growths, then bisects the interval.
fn bisection(terms: &[Term]) -> Option<f64> {
    let value_at = |growth| present_value(terms, growth).map(|(value, _)| value);
    let mut low = 1e-9;
    let mut at_low = value_at(low)?;
    let mut high = low * 2.0;
    loop {
        let at_high = value_at(high)?;
        if at_low * at_high <= 0.0 {
            break;
        }
        if high > 1e12 {
            return None;
        }
        (low, at_low, high) = (high, at_high, high * 2.0);
    }
    for _ in 0..STEPS_MAX {
        let middle = low + (high - low) / 2.0;
        let at_middle = value_at(middle)?;
        if at_low * at_middle <= 0.0 {
            high = middle;
        } else {
            (low, at_low) = (middle, at_middle);
        }
        if high - low <= PRECISION * high {
            break;
        }
    }
    Some(low + (high - low) / 2.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn flows(text: &[(&str, i32)]) -> Vec<CashFlow> {
        let each = text.iter().map(|(day, amount)| CashFlow {
            day: day.parse().unwrap(),
            amount: Money::from_whole(*amount),
        });
        each.collect()
    }

    /// Golden values of pyxirr 0.10.8.
    #[test]
    fn rates_are_those_of_pyxirr() {
        let check = |text: &[(&str, i32)], expected: f64| {
            let found = money_weighted(&flows(text)).unwrap().annual.unwrap();
            let error = (found - expected).abs();
            assert!(error < 1e-10, "{found} instead of {expected}");
        };
        check(
            &[
                ("2008-01-01", -10_000),
                ("2008-03-01", 2_750),
                ("2008-10-30", 4_250),
                ("2009-02-15", 3_250),
                ("2009-04-01", 2_750),
            ],
            0.373_362_533_509_555_6,
        );
        check(
            &[("2025-01-01", -1_000), ("2026-01-02", 1)],
            -0.998_980_947_118_578_1,
        );
        check(
            &[("2025-01-01", -100), ("2025-01-02", 101)],
            36.783_434_332_887_18,
        );
    }

    #[test]
    fn a_rate_of_several_is_one_of_them() {
        let several = flows(&[
            ("2025-01-01", -100),
            ("2026-01-01", 230),
            ("2027-01-01", -132),
        ]);
        let rate = money_weighted(&several).unwrap().annual.unwrap();
        assert!(
            (rate - 0.1).abs() < 1e-9 || (rate - 0.2).abs() < 1e-9,
            "{rate}"
        );
    }

    #[test]
    fn nothing_is_annualized_under_a_year() {
        let day = money_weighted(&flows(&[("2025-01-01", -100), ("2025-01-02", 101)])).unwrap();
        assert!((day.shown() - 0.01).abs() < 1e-12);
        let year = money_weighted(&flows(&[("2025-01-01", -100), ("2026-01-01", 110)])).unwrap();
        assert!((year.shown() - 0.1).abs() < 1e-12);
    }

    #[test]
    fn a_fall_of_a_few_days_has_a_rate_and_a_leap_has_none_for_a_year() {
        let of = |text: &[(&str, i32)]| money_weighted(&flows(text)).unwrap();
        let fell = of(&[("2025-01-01", -100), ("2025-01-03", 60)]);
        assert!((fell.shown() + 0.4).abs() < 1e-12);
        let leapt = of(&[("2025-01-01", -100), ("2025-01-02", 2_000)]);
        assert_eq!(leapt.annual, None);
        assert!((leapt.shown() - 19.0).abs() < 1e-12);
    }

    #[test]
    fn without_a_change_of_sign_or_of_day_there_is_no_rate() {
        let none = |text: &[(&str, i32)]| assert_eq!(money_weighted(&flows(text)), None);
        none(&[]);
        none(&[("2025-01-01", -100), ("2026-01-01", -5)]);
        none(&[("2025-01-01", 100), ("2026-01-01", 5)]);
        none(&[("2025-01-01", -100), ("2025-01-01", 105)]);
    }
}
