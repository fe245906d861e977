//! What instruments of a history came to in the course of a scenario, and curves of what somebody held of them.

use std::collections::BTreeMap;

use super::{Curve, Held, Scenario};
use crate::{Money, Percent, Symbol};

/// What each instrument has come to when so many days have passed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct CoursePoint {
    /// The days.
    pub day: u32,
    /// Prices with dividends reinvested and splits undone. Only their ratios mean anything.
    pub values: BTreeMap<Symbol, i128>,
}

/// What instruments came to. The first point is what the others are compared with.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Course(pub Vec<CoursePoint>);

impl Course {
    /// What a holding is worth at each later point, by days. What has no price stays what it was.
    fn worths(&self, held: &Held) -> Vec<(u32, Option<Money>)> {
        let Some((first, later)) = self.0.split_first() else {
            return Vec::new();
        };
        let worth = |point: &CoursePoint| {
            let parts = held.parts.iter().map(|(symbol, worth)| {
                let grown = grown(*worth, first.values.get(symbol), point.values.get(symbol));
                (*symbol, grown.unwrap_or(*worth))
            });
            let then = Held {
                cash: held.cash,
                parts: parts.collect(),
            };
            (point.day, then.worth())
        };
        later.iter().map(worth).collect()
    }
}

fn grown(worth: Money, before: Option<&i128>, after: Option<&i128>) -> Option<Money> {
    let units = i128::from(worth.units()).checked_mul(*after?)?;
    let units = units.checked_div(*before?)?;
    Some(Money::from_units(i64::try_from(units).ok()?))
}

impl Scenario {
    /// Adds to a curve what a holding comes to in the course that follows, if nothing is traded.
    pub fn follow(&self, curve: &mut Curve, held: &Held, course: &Course) {
        for (day, worth) in course.worths(held) {
            if let Some(percent) = worth.and_then(|worth| self.return_of(worth)) {
                curve.push(day, percent);
            }
        }
    }

    /// The curve of what is bought at the start of a course and held.
    #[must_use]
    pub fn curve_in(&self, course: &Course, held: &Held) -> Curve {
        let mut curve = Curve::begun();
        self.follow(&mut curve, held, course);
        curve
    }

    /// The return at the end of a course of what is bought at its start and held.
    #[must_use]
    pub fn return_in(&self, course: &Course, held: &Held) -> Option<Percent> {
        let (_, worth) = course.worths(held).pop()?;
        self.return_of(worth?)
    }

    /// The benchmark on imported history: equal amounts of every instrument that has a price at the start.
    #[must_use]
    pub fn equal_parts(&self, course: &Course) -> Held {
        let first = course.0.first();
        let symbols = first.map(|first| first.values.keys().copied());
        let symbols: Vec<Symbol> = symbols.into_iter().flatten().collect();
        let count = i64::try_from(symbols.len()).unwrap_or(i64::MAX);
        let Some(each) = self.starting_cash.units().checked_div(count) else {
            return Held {
                cash: self.starting_cash,
                parts: Vec::new(),
            };
        };
        let spent = each.saturating_mul(count);
        let cash = self.starting_cash.units().saturating_sub(spent);
        Held {
            cash: Money::from_units(cash),
            parts: symbols
                .into_iter()
                .map(|symbol| (symbol, Money::from_units(each)))
                .collect(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario::library;

    fn course(points: &[(u32, &[(&str, i128)])]) -> Course {
        let point = |(day, values): &(u32, &[(&str, i128)])| CoursePoint {
            day: *day,
            values: values
                .iter()
                .map(|(symbol, value)| (symbol.parse().unwrap(), *value))
                .collect(),
        };
        Course(points.iter().map(point).collect())
    }

    #[test]
    fn a_holding_grows_with_what_it_holds_and_cash_does_not() {
        let scenario = library()[0].scenario.clone();
        assert_eq!(scenario.starting_cash, Money::from_whole(10_000));
        let course = course(&[
            (0, &[("AAPL", 10), ("IBM", 100)]),
            (5, &[("AAPL", 20), ("IBM", 100), ("LATE", 7)]),
            (9, &[("AAPL", 40)]),
        ]);
        let equal = scenario.equal_parts(&course);
        assert_eq!(equal.cash, Money::ZERO);
        assert_eq!(equal.parts.len(), 2, "what comes later is not in it");
        let curve = scenario.curve_in(&course, &equal).until(9);
        let shown = curve
            .iter()
            .map(|point| (point.day, point.percent.to_string()));
        let shown: Vec<(u32, String)> = shown.collect();
        let [start, middle, end] = shown.as_slice() else {
            panic!("{shown:?}");
        };
        assert_eq!(start.0, 0);
        assert_eq!((middle.0, middle.1.as_str()), (5, "50.00"));
        assert_eq!(end.0, 9);
        // What has no price any more stays what it was.
        let percent = scenario.return_in(&course, &equal).unwrap();
        assert_eq!(percent, "150".parse().unwrap());
        let half = Held {
            cash: Money::from_whole(5_000),
            parts: vec![("AAPL".parse().unwrap(), Money::from_whole(5_000))],
        };
        let percent = scenario.return_in(&course, &half).unwrap();
        assert_eq!(percent, "150".parse().unwrap());
        assert_eq!(scenario.return_in(&Course::default(), &half), None);
        let nothing = scenario.equal_parts(&Course::default());
        assert_eq!(nothing.cash, scenario.starting_cash);
    }
}
