//! Curves of runs: the return in percent by day, for ghosts and duels. A curve is built as time passes, so it
//! contains nothing of a day before that day is over.

use serde::{Deserialize, Serialize};

use super::{INDEX_FUND, Planned, Scenario};
use crate::market::{Simulation, catalogue, newcomers};
use crate::{Money, Percent, Symbol};

/// Approximate number of points in a curve: as many as a chart has room for.
const POINTS: u32 = 250;
const SECONDS_PER_DAY: i64 = 86_400;

/// The return after a number of days in a scenario.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct RunPoint {
    /// Days that have passed.
    pub day: u32,
    /// The return since the start.
    pub percent: Percent,
}

/// Returns by day, in order. Stored as pairs of the day and hundredths of a percent.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Curve(Vec<(u32, i64)>);

/// What an account consists of at an instant.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Held {
    /// Its cash.
    pub cash: Money,
    /// What each position is worth.
    pub parts: Vec<(Symbol, Money)>,
}

impl Held {
    /// The total worth.
    #[must_use]
    pub fn worth(&self) -> Option<Money> {
        let mut parts = self.parts.iter();
        parts.try_fold(self.cash, |sum, (_, worth)| sum.checked_add(*worth))
    }
}

impl Curve {
    /// The curve of a new run.
    #[must_use]
    pub fn begun() -> Self {
        Self(vec![(0, 0)])
    }

    /// Adds a point, and removes any at its day or later.
    pub fn push(&mut self, day: u32, percent: Percent) {
        self.0.retain(|(known, _)| *known < day);
        self.0.push((day, percent.basis_points()));
    }

    /// The points up to a day: what may be shown on that day.
    #[must_use]
    pub fn until(&self, day: u32) -> Vec<RunPoint> {
        let known = self.0.iter().filter(|(at, _)| *at <= day);
        let point = |(day, hundredths): &(u32, i64)| RunPoint {
            day: *day,
            percent: Percent::from_basis_points(*hundredths),
        };
        known.map(point).collect()
    }

    /// The latest value at a day.
    fn at(&self, day: u32) -> Option<i64> {
        let known = self.0.iter().rev().find(|(at, _)| *at <= day);
        known.map(|(_, hundredths)| *hundredths)
    }

    /// The median of several curves, day by day; none without a curve.
    #[must_use]
    pub fn median(curves: &[Self]) -> Option<Self> {
        let all = curves.iter().flat_map(|curve| curve.0.iter());
        let mut days: Vec<u32> = all.map(|(day, _)| *day).collect();
        days.sort_unstable();
        days.dedup();
        let point = |day: u32| {
            let mut values: Vec<i64> = curves.iter().filter_map(|curve| curve.at(day)).collect();
            values.sort_unstable();
            let above = values.get(values.len() / 2)?;
            let below = values.get(values.len().saturating_sub(1) / 2)?;
            Some((day, above.saturating_add(*below).div_euclid(2)))
        };
        let points: Vec<(u32, i64)> = days.into_iter().filter_map(point).collect();
        (!points.is_empty()).then_some(Self(points))
    }
}

impl Scenario {
    /// Whole days that have passed at a market second.
    #[must_use]
    pub fn days_passed(&self, step: i64) -> u32 {
        let passed = step.saturating_sub(self.step_of(1));
        let days = u32::try_from(passed.div_euclid(SECONDS_PER_DAY)).unwrap_or(0);
        days.min(self.days)
    }

    /// A worth as a return since the start.
    #[must_use]
    pub fn return_of(&self, worth: Money) -> Option<Percent> {
        let profit = worth.checked_sub(self.starting_cash)?;
        profit.percent_of(self.starting_cash)
    }

    /// The days of a curve that end after one market second and up to another.
    pub fn curve_days(&self, from: i64, until: i64) -> impl Iterator<Item = u32> {
        let (days, stride) = (self.days, self.days.div_ceil(POINTS).max(1));
        let first = self.days_passed(from).saturating_add(1);
        let last = self.days_passed(until);
        (first..=last).filter(move |day| day.is_multiple_of(stride) || *day == days)
    }

    /// Adds the days that end after one market second and up to another, during which nothing is traded and
    /// dividends are reinvested, on the simulated market.
    pub fn carry(&self, curve: &mut Curve, held: &Held, from: i64, until: i64) {
        // A company that went public along the way moves as its path does.
        let all: Vec<_> = catalogue().iter().chain(newcomers()).copied().collect();
        let market = Simulation::new(self.seed, &all);
        self.carry_in(&market, curve, held, (from, until));
    }

    fn carry_in(
        &self,
        market: &Simulation,
        curve: &mut Curve,
        held: &Held,
        (from, until): (i64, i64),
    ) {
        let before = market.quotes(from);
        for day in self.curve_days(from, until) {
            let step = self.step_of(day.saturating_add(1));
            let after = market.quotes(step);
            let grown = |(symbol, worth): &(Symbol, Money)| {
                let place = market.find_instrument(symbol.as_str())?;
                let before = i128::from(before.get(place)?.units());
                let units =
                    i128::from(worth.units()).checked_mul(after.get(place)?.units().into())?;
                let units = i64::try_from(units.checked_div(before)?).ok()?;
                let category = market.characters().get(place)?.category;
                Some((*symbol, self.moved_between(units, category, from, step)))
            };
            let parts = held.parts.iter().map(|part| grown(part).unwrap_or(*part));
            let then = Held {
                cash: held.cash,
                parts: parts.collect(),
            };
            if let Some(percent) = then.worth().and_then(|worth| self.return_of(worth)) {
                curve.push(day, percent);
            }
        }
    }

    /// A worth, moved by the events after one second and up to another.
    fn moved_between(&self, units: i64, category: &str, from: i64, until: i64) -> Money {
        let of_it = self.events.iter().filter(|event| {
            let at = self.step_of(event.day);
            from < at && at <= until && event.categories.iter().any(|one| one == category)
        });
        let moved = of_it.fold(units, |units, event| {
            let percent = i64::from(event.percent).saturating_add(100);
            units.saturating_mul(percent).div_euclid(100)
        });
        Money::from_units(moved)
    }

    /// What a plan buys at the start, without fees. The unplanned rest stays in cash.
    #[must_use]
    pub fn planned(&self, plan: &[Planned]) -> Held {
        let share = |part: &Planned| {
            let cash = i128::from(self.starting_cash.units());
            let units = cash.saturating_mul(part.percent.into()).div_euclid(100);
            let worth = Money::from_units(i64::try_from(units).unwrap_or(0));
            (part.symbol, worth)
        };
        let parts: Vec<(Symbol, Money)> = plan.iter().map(share).collect();
        let spent = parts.iter().map(|(_, worth)| worth.units());
        let spent = Money::from_units(spent.fold(0, i64::saturating_add));
        Held {
            cash: self.starting_cash.checked_sub(spent).unwrap_or_default(),
            parts,
        }
    }

    /// The whole curve of a plan that is bought on the first day and held, on the simulated market.
    #[must_use]
    pub fn plan_curve(&self, plan: &[Planned]) -> Curve {
        let held = self.planned(plan);
        let mut curve = Curve::begun();
        self.carry(&mut curve, &held, self.step_of(1), self.end_step());
        curve
    }

    /// The whole curve of the whole-market fund.
    #[must_use]
    pub fn index_curve(&self) -> Curve {
        let symbol = INDEX_FUND.parse().ok();
        let plan = symbol.map(|symbol| Planned {
            symbol,
            percent: 100,
        });
        self.plan_curve(plan.as_slice())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario::library;

    fn scenario(id: &str) -> Scenario {
        let mut library = library().iter();
        let listed = library.find(|listed| listed.id == id).unwrap();
        listed.scenario.clone()
    }

    #[test]
    fn the_index_ends_where_its_return_says_and_shows_nothing_of_later_days() {
        for id in ["whole-market", "panic"] {
            let scenario = scenario(id);
            let curve = scenario.index_curve();
            let points = curve.until(scenario.days);
            assert!(
                points.len() > 100 && points.len() <= 260,
                "{}",
                points.len()
            );
            let last = points.last().unwrap();
            assert_eq!(last.day, scenario.days);
            let apart =
                last.percent.basis_points() - scenario.index_return().unwrap().basis_points();
            assert!(apart.abs() <= 1, "{id}: {apart}");
            assert!(curve.until(50).iter().all(|point| point.day <= 50));
        }
    }

    #[test]
    fn a_jump_in_one_step_is_the_same_as_in_two() {
        let scenario = scenario("panic");
        let held = Held {
            cash: Money::from_whole(4_000),
            parts: vec![("TQ.ALL".parse().unwrap(), Money::from_whole(6_000))],
        };
        let (start, middle) = (scenario.step_of(1), scenario.step_of(41));
        let mut one = Curve::begun();
        scenario.carry(&mut one, &held, start, scenario.step_of(61));
        let mut two = Curve::begun();
        scenario.carry(&mut two, &held, start, middle);
        assert_eq!(two.until(365), one.until(40));
        let fallen = one.until(365).iter().map(|point| point.percent).min();
        assert!(
            fallen.unwrap() < Percent::from_basis_points(-800),
            "{one:?}"
        );
        // What was carried forward before is replaced, not doubled.
        scenario.carry(&mut one, &held, start, middle);
        assert_eq!(one.until(365).last().unwrap().day, 40);
    }

    #[test]
    fn a_company_that_came_on_the_way_moves_as_well() {
        let scenario = scenario("panic");
        let symbol = newcomers().first().unwrap().symbol.parse().unwrap();
        let held = Held {
            cash: Money::ZERO,
            parts: vec![(symbol, scenario.starting_cash)],
        };
        let mut curve = Curve::begun();
        let (start, end) = (scenario.step_of(1), scenario.step_of(31));
        scenario.carry(&mut curve, &held, start, end);
        let points = curve.until(30);
        assert!(points.iter().any(|point| point.percent.basis_points() != 0));
    }

    #[test]
    fn the_median_is_the_middle_of_each_day() {
        let curve = |points: &[(u32, i64)]| Curve(points.to_vec());
        let curves = [
            curve(&[(0, 0), (10, 100), (20, 300)]),
            curve(&[(0, 0), (10, 500)]),
            curve(&[(0, 0), (10, -100), (20, -900)]),
        ];
        let median = Curve::median(&curves).unwrap();
        assert_eq!(median, curve(&[(0, 0), (10, 100), (20, 300)]));
        let two = Curve::median(&curves[..2]).unwrap();
        assert_eq!(two, curve(&[(0, 0), (10, 300), (20, 400)]));
        assert_eq!(Curve::median(&[]), None);
    }
}
