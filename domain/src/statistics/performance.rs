//! Performance over a range: everything a dashboard shows about a curve, computed from daily
//! points.

use super::cash_flow::{CashFlow, MoneyWeighted, money_weighted};
use super::drawdown::max_drawdown;
use super::ratios;
use crate::{Day, Money};

/// The fewest calendar days for annualizing anything.
pub const DAYS_TO_ANNUALIZE: u32 = 60;

/// How many points a year has: 252 for a market with weekends and holidays.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct PeriodsPerYear(pub f64);

impl PeriodsPerYear {
    /// Trading days.
    pub const TRADING_DAYS: Self = Self(252.0);
    /// Every day of the calendar.
    pub const CALENDAR_DAYS: Self = Self(365.0);
}

/// An account at the close of a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct EquityPoint {
    /// The day.
    pub day: Day,
    /// Cash and positions.
    pub value: Money,
    /// Paid in (above zero) or taken out on that day. It counts at the day's start, before its
    /// trades. Buys, sales, dividends and fees are inside the account and are not flows.
    pub flow: Money,
    /// The index at the same close, in any unit; zero when it is not known.
    pub index: i64,
    /// The price at the same close of what the account bought first, in any unit; zero when it is
    /// not known, as before that purchase.
    pub held: i64,
}

/// Where and how deep the worst fall was.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct WorstFall {
    /// Low over high, less one: below zero. Flows are left out.
    pub change: f64,
    /// The day of the high.
    pub high: Day,
    /// The day of the low.
    pub low: Day,
    /// The day on which the high was reached again; none: not yet.
    pub recovered: Option<Day>,
}

/// The performance of an account. Ratios are fractions: 0.05 is 5 %.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Performance {
    /// Calendar days from the first point to the last.
    pub days: u32,
    /// Time-weighted return: independent of when money came in.
    pub time_weighted: f64,
    /// Money-weighted return: takes into account when the player paid money in.
    pub money_weighted: Option<MoneyWeighted>,
    /// Return of the index; none unless it is known for every point.
    pub index: Option<f64>,
    /// Return of buying and holding what the account bought first, from the first close in the range
    /// at which it was held; none before there are two.
    pub held: Option<f64>,
    /// The worst fall; none: there was none.
    pub worst_fall: Option<WorstFall>,
    /// Annualized figures; none under [`DAYS_TO_ANNUALIZE`] days.
    pub annual: Option<Annual>,
}

/// Annualized figures. Each is none where its formula has no result.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Annual {
    /// Annualized time-weighted return.
    pub time_weighted: Option<f64>,
    /// Standard deviation of returns.
    pub volatility: Option<f64>,
    /// Sharpe ratio over a risk-free rate of zero.
    pub sharpe: Option<f64>,
    /// Sortino ratio over an acceptable return of zero.
    pub sortino: Option<f64>,
    /// Beta against the index.
    pub beta: Option<f64>,
    /// Alpha against the index.
    pub alpha: Option<f64>,
}

impl Performance {
    /// The performance over points in the order of their days. None for fewer than two points, for days that
    /// do not increase, and when an account had nothing at a day's start.
    #[must_use]
    pub fn of(points: &[EquityPoint], year: PeriodsPerYear) -> Option<Self> {
        let (first, last) = (points.first()?, points.last()?);
        let days = u32::try_from(last.day.number().checked_sub(first.day.number())?).ok()?;
        let returns = returns(points)?;
        if returns.is_empty() {
            return None;
        }
        let index = index_returns(points);
        let annual =
            (days >= DAYS_TO_ANNUALIZE).then(|| Annual::of(&returns, index.as_deref(), year));
        Some(Self {
            days,
            time_weighted: ratios::cumulative_return(&returns),
            money_weighted: money_weighted(&flows(points)?),
            index: index.as_deref().map(ratios::cumulative_return),
            held: held_return(points),
            worst_fall: worst_fall(points, &returns),
            annual,
        })
    }
}

impl Annual {
    fn of(returns: &[f64], index: Option<&[f64]>, year: PeriodsPerYear) -> Self {
        let PeriodsPerYear(periods) = year;
        Self {
            time_weighted: ratios::annual_return(returns, periods),
            volatility: ratios::volatility(returns, periods),
            sharpe: ratios::sharpe(returns, 0.0, periods),
            sortino: ratios::sortino(returns, 0.0, periods),
            beta: index.and_then(|index| ratios::beta(returns, index)),
            alpha: index.and_then(|index| ratios::alpha(returns, index, 0.0, periods)),
        }
    }
}

/// `V_end / (V_start + flow) − 1` of each day after the first.
fn returns(points: &[EquityPoint]) -> Option<Vec<f64>> {
    let pairs = points.windows(2).filter_map(|pair| match pair {
        [before, after] => Some((before, after)),
        _ => None,
    });
    pairs
        .map(|(before, after)| {
            let start = before.value.checked_add(after.flow)?;
            let fits = start.is_positive() && before.day < after.day;
            fits.then(|| float(after.value.units()) / float(start.units()) - 1.0)
        })
        .collect()
}

fn index_returns(points: &[EquityPoint]) -> Option<Vec<f64>> {
    let is_known = points.iter().all(|point| point.index > 0);
    let values: Vec<f64> = points.iter().map(|point| float(point.index)).collect();
    ratios::simple_returns(&values).filter(|_| is_known)
}

fn held_return(points: &[EquityPoint]) -> Option<f64> {
    let known = points.iter().position(|point| point.held > 0)?;
    let (first, last) = (points.get(known)?, points.last()?);
    (first.day < last.day && last.held > 0).then(|| float(last.held) / float(first.held) - 1.0)
}

/// The first value as paid in, every flow, and the last value as taken out.
fn flows(points: &[EquityPoint]) -> Option<Vec<CashFlow>> {
    let (first, last) = (points.first()?, points.last()?);
    let flow = |day, amount| CashFlow { day, amount };
    let mut flows = vec![flow(first.day, first.value.negated())];
    let later = points.iter().skip(1).filter(|point| !point.flow.is_zero());
    flows.extend(later.map(|point| flow(point.day, point.flow.negated())));
    flows.push(flow(last.day, last.value));
    Some(flows)
}

/// The worst fall of the curve that a unit paid in at the start would have made.
fn worst_fall(points: &[EquityPoint], returns: &[f64]) -> Option<WorstFall> {
    let mut unit = 1.0;
    let mut curve = vec![unit];
    for r in returns {
        unit *= 1.0 + r;
        curve.push(unit);
    }
    let fall = max_drawdown(&curve)?;
    let day = |place: usize| points.get(place).map(|point| point.day);
    Some(WorstFall {
        change: fall.change,
        high: day(fall.high)?,
        low: day(fall.low)?,
        recovered: fall.recovered.and_then(day),
    })
}

#[expect(
    clippy::cast_precision_loss,
    reason = "16 digits of an amount are enough for a ratio"
)]
fn float(units: i64) -> f64 {
    units as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    fn point(number: i32, value: i32, flow: i32) -> EquityPoint {
        EquityPoint {
            day: Day::from_number(20_000_i32.saturating_add(number)),
            value: Money::from_whole(value),
            flow: Money::from_whole(flow),
            index: i64::from(value.saturating_add(number)),
            held: 0,
        }
    }

    #[test]
    fn money_paid_in_is_no_return() {
        let year = PeriodsPerYear::TRADING_DAYS;
        // 10 % up, then as much again is paid in, and 10 % down.
        let points = [point(0, 100, 0), point(1, 110, 0), point(2, 198, 110)];
        let performance = Performance::of(&points, year).unwrap();
        assert!((performance.time_weighted + 0.01).abs() < 1e-12);
        let weighted = performance.money_weighted.unwrap().shown();
        assert!(weighted < performance.time_weighted, "{weighted}");
        let fall = performance.worst_fall.unwrap();
        assert!((fall.change + 0.1).abs() < 1e-12);
        assert_eq!((fall.high, fall.low), (points[1].day, points[2].day));
    }

    #[test]
    fn nothing_is_annualized_under_sixty_days() {
        let of = |days: i32| {
            let points: Vec<_> = (0..=days)
                .map(|number| point(number, 1_000 + (number * 7) % 13, 0))
                .collect();
            Performance::of(&points, PeriodsPerYear::CALENDAR_DAYS).unwrap()
        };
        assert_eq!(of(59).annual, None);
        let annual = of(60).annual.unwrap();
        assert!(annual.volatility.is_some() && annual.beta.is_some() && annual.alpha.is_some());
    }

    #[test]
    fn points_that_make_no_curve_have_no_performance() {
        let year = PeriodsPerYear::TRADING_DAYS;
        for points in [
            vec![],
            vec![point(0, 100, 0)],
            vec![point(0, 100, 0), point(0, 101, 0)],
            vec![point(0, 0, 0), point(1, 101, 0)],
        ] {
            assert_eq!(Performance::of(&points, year), None, "{points:?}");
        }
    }

    #[test]
    fn what_was_bought_first_is_held_from_its_first_close_on() {
        let mut points = [point(0, 100, 0), point(1, 110, 0), point(2, 105, 0)];
        let year = PeriodsPerYear::CALENDAR_DAYS;
        let held = |points: &[EquityPoint]| Performance::of(points, year).unwrap().held;
        assert_eq!(held(&points), None);
        points[2].held = 90;
        assert_eq!(held(&points), None, "one close is no return");
        points[1].held = 100;
        assert!((held(&points).unwrap() + 0.1).abs() < 1e-12);
    }

    #[test]
    fn an_index_that_is_not_known_every_day_is_not_compared() {
        let mut points = [point(0, 100, 0), point(1, 110, 0)];
        let year = PeriodsPerYear::TRADING_DAYS;
        assert!(Performance::of(&points, year).unwrap().index.is_some());
        points[1].index = 0;
        assert_eq!(Performance::of(&points, year).unwrap().index, None);
    }
}
