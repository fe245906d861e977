//! An account's curve alongside the whole market's.

use std::sync::Arc;

use domain::api::CurvePoint;
use domain::statistics::PastAccount;
use domain::{Fact, InstrumentId, Money, Price, Timestamp};

use crate::market::{Market, Minute};
use crate::store::{EquityRecord, PastEntry};

/// Points of a curve of minutes: what a chart has room for.
const MINUTES_MAX: usize = 96;

/// A point before the market's line is drawn beside it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct RawPoint {
    pub(super) at: Timestamp,
    pub(super) net_worth: Money,
    /// Paid in since the point before.
    pub(super) flow: Money,
    pub(super) index: Option<Price>,
}

/// The closes of days: each point is that of its day's last second.
pub(super) fn of_days(points: &[EquityRecord]) -> Vec<RawPoint> {
    let raw = |point: &EquityRecord| RawPoint {
        at: point.day.plus_days(1).start().plus_seconds(-1),
        net_worth: point.net_worth,
        flow: point.flow,
        index: point.index,
    };
    points.iter().map(raw).collect()
}

/// What a curve of minutes is drawn from.
#[derive(Debug)]
pub(super) struct Today<'a> {
    /// The account now.
    pub(super) now: PastAccount,
    /// Latest first, as far back as is known.
    pub(super) entries: &'a [PastEntry],
    /// Whether there are entries before those.
    pub(super) has_more: bool,
    pub(super) market: &'a Market,
}

impl Today<'_> {
    /// The worth at the minutes that the market remembers, oldest first.
    pub(super) fn points(mut self) -> Vec<RawPoint> {
        let minutes = self.market.list_minutes();
        let step = minutes.len().div_ceil(MINUTES_MAX).max(1);
        let known_since = self.entries.last().filter(|_| self.has_more);
        let known_since = known_since.map(|entry| self.market.time_at(entry.at));
        let mut undone = 0;
        let mut flow = Money::ZERO;
        let mut points: Vec<RawPoint> = Vec::new();
        for minute in minutes.iter().rev().step_by(step) {
            if known_since.is_some_and(|since| minute.at < since) {
                break;
            }
            while let Some(entry) = self.entries.get(undone)
                && self.market.time_at(entry.at) > minute.at
            {
                flow = add(flow, flow_of(&entry.fact));
                // Before it was opened, it counts as what it started with.
                if !matches!(entry.fact, Fact::Opened { .. }) {
                    self.now.undo(&entry.fact);
                }
                undone += 1;
            }
            // What was paid in since this minute belongs to the point after it.
            if let Some(later) = points.last_mut() {
                later.flow = std::mem::take(&mut flow);
            }
            points.push(RawPoint {
                at: minute.at,
                net_worth: self.worth(minute),
                flow: Money::ZERO,
                index: minute.index,
            });
        }
        points.reverse();
        points
    }

    fn worth(&self, minute: &Arc<Minute>) -> Money {
        self.now.worth(|id: InstrumentId| minute.price(id))
    }
}

/// What an entry paid in; the cash of the opening is what the curve begins with.
pub(super) fn flow_of(fact: &Fact) -> Money {
    match fact {
        Fact::Opened { .. } => Money::ZERO,
        other => other.flow(),
    }
}

/// On overflow, it stays unchanged.
pub(super) fn add(sum: Money, amount: Money) -> Money {
    sum.checked_add(amount).unwrap_or(sum)
}

/// The points with what the money of the first one would be worth in the whole market, whatever was
/// paid in later included.
pub(super) fn beside_market(points: &[RawPoint]) -> Vec<CurvePoint> {
    let mut in_market = None;
    let mut index = None;
    points
        .iter()
        .map(|point| {
            let before = in_market.map_or(point.net_worth, |worth| add(worth, point.flow));
            let after = grown(before, index, point.index);
            in_market = Some(after);
            index = point.index.or(index);
            CurvePoint {
                at: point.at,
                net_worth: point.net_worth,
                market: point.index.map(|_| after),
            }
        })
        .collect()
}

fn grown(amount: Money, before: Option<Price>, now: Option<Price>) -> Money {
    let Some((before, now)) = before.zip(now) else {
        return amount;
    };
    let product = i128::from(amount.units()).saturating_mul(i128::from(now.units()));
    let units = product
        .checked_div(i128::from(before.units()))
        .and_then(|units| i64::try_from(units).ok());
    units.map_or(amount, Money::from_units)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn point(worth: i32, flow: i32, index: Option<i32>) -> RawPoint {
        RawPoint {
            at: Timestamp::default(),
            net_worth: Money::from_whole(worth),
            flow: Money::from_whole(flow),
            index: index.map(Price::from_whole),
        }
    }

    #[test]
    fn the_market_s_line_begins_where_the_curve_does_and_takes_what_is_paid_in() {
        let points = [
            point(100, 0, Some(50)),
            point(90, 0, Some(55)),
            point(200, 110, Some(55)),
            point(210, 0, None),
            point(220, 0, Some(110)),
        ];
        let market = beside_market(&points);
        let market: Vec<_> = market.iter().map(|point| point.market).collect();
        let whole = |amount| Some(Money::from_whole(amount));
        let expected = [whole(100), whole(110), whole(220), None, whole(440)];
        assert_eq!(market, expected);
    }
}
