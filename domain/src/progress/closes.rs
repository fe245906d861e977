//! What a series of market closes says about a player's patience: calm runs, storms sat out, weeks ahead of
//! the index, falls held through. Decisions use integers only, so every machine agrees.

use crate::{Day, Money, Price};

/// An account at the close of a market day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DayStand {
    /// The day.
    pub day: Day,
    /// Cash and shares.
    pub value: Money,
    /// Cash alone.
    pub cash: Money,
    /// Paid in on that day, or taken out when below zero. Counted at the start of the day.
    pub flow: Money,
    /// The index; none when unknown.
    pub index: Option<Price>,
    /// The account's last ledger entry up to then.
    pub version: i64,
}

impl DayStand {
    fn holds(&self) -> bool {
        self.value > self.cash
    }

    fn is_half_invested(&self) -> bool {
        self.value.is_positive() && self.cash.units().saturating_mul(2) <= self.value.units()
    }
}

/// A day on which the whole market fell by 2 % or more while the account held shares.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Storm {
    /// The day.
    pub day: Day,
    /// Ledger entries after this one belong to the day.
    pub after: i64,
    /// The last ledger entry of the day.
    pub until: i64,
}

/// A fall that was held through until half of it was recovered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct HeldFall {
    /// Of the high, rounded down.
    pub percent: u32,
    /// The day of the high.
    pub high: Day,
    /// The day of the low.
    pub low: Day,
    /// The day on which half of it was recovered.
    pub recovered: Day,
}

/// A fall below this percentage of its high is too small to count.
const FALL_MIN: u32 = 10;
/// What one unit of an account is worth at the first close.
const UNIT: i128 = 1_000_000_000_000;

/// How many closes in a row, up to the last, had half the account or more invested and no fall of 10 % or
/// more from a high. `stands` are oldest first.
#[must_use]
pub fn steady_days(stands: &[DayStand]) -> u32 {
    let units = unit_values(stands);
    let mut low = i128::MAX;
    let mut days = 0_u32;
    for (stand, unit) in stands.iter().zip(units).rev() {
        low = low.min(unit);
        let fell = low.saturating_mul(10) <= unit.saturating_mul(9);
        if fell || !stand.is_half_invested() {
            break;
        }
        days = days.saturating_add(1);
    }
    days
}

/// The storms among closes, oldest first. Its ledger tells whether the account sold nothing.
pub fn storms(stands: &[DayStand]) -> impl Iterator<Item = Storm> {
    let pairs = stands.iter().zip(stands.iter().skip(1));
    pairs.filter_map(|(before, stand)| {
        let (was, is) = (before.index?.units(), stand.index?.units());
        let fell = is.saturating_mul(100) <= was.saturating_mul(98);
        (fell && before.holds()).then_some(Storm {
            day: stand.day,
            after: before.version,
            until: stand.version,
        })
    })
}

/// The Mondays of weeks that ended ahead of the index, with shares held at every close, starting with the
/// last one before the week.
#[must_use]
pub fn weeks_ahead(stands: &[DayStand]) -> Vec<Day> {
    let units = unit_values(stands);
    let all: Vec<_> = stands.iter().zip(units).collect();
    let mut mondays = Vec::new();
    let mut rest = all.as_slice();
    while let Some(((opening, opened), after)) = rest.split_first() {
        let next = after.first().map(|(stand, _)| stand.day.monday());
        // A new week begins if the next close belongs to another week.
        if let Some(monday) = next.filter(|monday| *monday != opening.day.monday()) {
            let is_over = after.last().is_some_and(|(last, _)| {
                last.day.monday() > monday || last.day == monday.plus_days(6)
            });
            let week: Vec<_> = after
                .iter()
                .take_while(|(stand, _)| stand.day.monday() == monday)
                .collect();
            let held = opening.holds() && week.iter().all(|(stand, _)| stand.holds());
            let closing = week.last().filter(|_| is_over && held);
            let is_ahead = closing.is_some_and(|(closing, closed)| {
                let indexes = opening.index.zip(closing.index);
                indexes.is_some_and(|(was, is)| {
                    let own = closed.saturating_mul(was.units().into());
                    own > opened.saturating_mul(is.units().into())
                })
            });
            if is_ahead {
                mondays.push(monday);
            }
        }
        rest = after;
    }
    mondays
}

/// Price falls of 10 % or more that were half recovered, oldest first; only the deepest for each high.
/// `closes` are those since the shares were bought, oldest first.
#[must_use]
pub fn falls_held(closes: &[(Day, Price)]) -> Vec<HeldFall> {
    let mut falls = Vec::new();
    let Some((mut high, mut low)) = closes.first().map(|first| (*first, *first)) else {
        return falls;
    };
    for close in closes {
        if close.1 < low.1 {
            low = *close;
        }
        let recovered = close.1.units().saturating_mul(2);
        if recovered >= high.1.units().saturating_add(low.1.units()) {
            note(&mut falls, high, low, close.0);
        }
        if close.1 >= high.1 {
            (high, low) = (*close, *close);
        }
    }
    falls
}

fn note(falls: &mut Vec<HeldFall>, high: (Day, Price), low: (Day, Price), recovered: Day) {
    let fall = high.1.units().saturating_sub(low.1.units());
    let percent = fall
        .saturating_mul(100)
        .checked_div(high.1.units())
        .and_then(|percent| u32::try_from(percent).ok())
        .unwrap_or(0);
    let is_known = |known: &HeldFall| known.high == high.0 && known.low == low.0;
    if percent < FALL_MIN || falls.iter().any(is_known) {
        return;
    }
    falls.retain(|known| known.high != high.0);
    falls.push(HeldFall {
        percent,
        high: high.0,
        low: low.0,
        recovered,
    });
}

/// What one unit of the account was worth at each close: money paid in buys units and does not count as
/// profit.
fn unit_values(stands: &[DayStand]) -> Vec<i128> {
    let mut unit = UNIT;
    let mut before: Option<&DayStand> = None;
    let mut units = Vec::with_capacity(stands.len());
    for stand in stands {
        if let Some(before) = before {
            let began = before.value.units().saturating_add(stand.flow.units());
            let ends = unit.saturating_mul(stand.value.units().into());
            unit = ends.checked_div(began.into()).unwrap_or(unit);
        }
        units.push(unit);
        before = Some(stand);
    }
    units
}

#[cfg(test)]
mod tests {
    use super::*;

    /// 5 January 1970 was a Monday.
    fn day(number: i32) -> Day {
        Day::from_number(number.saturating_add(4))
    }

    fn stand(number: i32, value: i32, index: i32) -> DayStand {
        DayStand {
            day: day(number),
            value: Money::from_whole(value),
            cash: Money::from_whole(10),
            flow: Money::ZERO,
            index: Some(Price::from_whole(index)),
            version: i64::from(number),
        }
    }

    fn stands(values: &[i32]) -> Vec<DayStand> {
        let numbered = (0..).zip(values);
        numbered.map(|(n, value)| stand(n, *value, 100)).collect()
    }

    #[test]
    fn a_steady_run_ends_before_a_fall_of_a_tenth() {
        assert_eq!(steady_days(&stands(&[100, 95, 98, 91])), 4);
        // From 100 to 90 is a tenth: the run begins after the high.
        assert_eq!(steady_days(&stands(&[100, 95, 98, 90])), 3);
        assert_eq!(steady_days(&stands(&[100, 50, 100])), 2);
        assert_eq!(steady_days(&[]), 0);
    }

    #[test]
    fn a_steady_run_needs_half_the_account_invested() {
        let mut closes = stands(&[100, 100, 100]);
        if let Some(stand) = closes.get_mut(1) {
            stand.cash = Money::from_whole(51);
        }
        assert_eq!(steady_days(&closes), 1);
    }

    #[test]
    fn money_taken_out_is_no_fall() {
        let mut closes = stands(&[100, 60]);
        if let Some(stand) = closes.get_mut(1) {
            stand.flow = Money::from_whole(-40);
        }
        assert_eq!(steady_days(&closes), 2);
    }

    #[test]
    fn a_storm_is_a_fall_of_the_index_by_two_percent() {
        let closes = [stand(0, 100, 1_000), stand(1, 97, 980), stand(2, 97, 961)];
        let storm = Storm {
            day: day(1),
            after: 0,
            until: 1,
        };
        assert_eq!(storms(&closes).collect::<Vec<_>>(), [storm]);
        let without_shares = closes.map(|stand| DayStand {
            cash: stand.value,
            ..stand
        });
        assert_eq!(storms(&without_shares).count(), 0);
    }

    #[test]
    fn a_week_is_ahead_when_it_is_over_and_gained_more_than_the_index() {
        // Sunday, then Monday to Sunday.
        let mut closes = vec![stand(-1, 100, 100)];
        closes.extend((0..7).map(|n| stand(n, 103, 102)));
        assert_eq!(weeks_ahead(&closes), [day(0)]);
        assert_eq!(weeks_ahead(&closes[..7]), []);
        let slower = closes.iter().map(|stand| DayStand {
            index: Some(Price::from_whole(if stand.day < day(0) {
                100
            } else {
                104
            })),
            ..*stand
        });
        assert_eq!(weeks_ahead(&slower.collect::<Vec<_>>()), []);
        if let Some(stand) = closes.get_mut(3) {
            stand.cash = stand.value;
        }
        assert_eq!(weeks_ahead(&closes), []);
    }

    #[test]
    fn a_fall_counts_when_half_of_it_is_recovered() {
        let closes = |prices: &[i32]| -> Vec<_> {
            let numbered = (0..).zip(prices);
            numbered
                .map(|(n, price)| (day(n), Price::from_whole(*price)))
                .collect()
        };
        let fall = |percent, high, low, recovered| HeldFall {
            percent,
            high: day(high),
            low: day(low),
            recovered: day(recovered),
        };
        assert_eq!(falls_held(&closes(&[100, 75, 87])), []);
        assert_eq!(falls_held(&closes(&[100, 75, 88])), [fall(25, 0, 1, 2)]);
        // Deeper after that, from the same high.
        assert_eq!(
            falls_held(&closes(&[100, 75, 88, 60, 80])),
            [fall(40, 0, 3, 4)]
        );
        let two = [fall(25, 0, 1, 2), fall(20, 2, 3, 4)];
        assert_eq!(falls_held(&closes(&[100, 75, 110, 88, 120])), two);
        assert_eq!(falls_held(&closes(&[100, 91, 100])), []);
        assert_eq!(falls_held(&[]), []);
    }
}
