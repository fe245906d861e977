//! The missing points of one account, computed by undoing its ledger from now, close by close.

use std::collections::HashMap;

use domain::statistics::PastAccount;
use domain::{Day, Fact, InstrumentId, LedgerEntry, Money, Price};

use crate::market::{DayCloses, Market};
use crate::store::{EquityRecord, Portfolio};

/// An account of which points are missing.
#[derive(Debug, Clone, Copy)]
pub(super) struct History<'a> {
    pub(super) portfolio: &'a Portfolio,
    /// Its latest point.
    pub(super) latest: Option<&'a EquityRecord>,
    /// Entries since that point and until the portfolio's version, latest first; without a point, all
    /// of them, or very many.
    pub(super) entries: &'a [LedgerEntry],
    /// For its time.
    pub(super) market: &'a Market,
    /// One for each day, without a gap.
    pub(super) closes: &'a [DayCloses],
}

impl History<'_> {
    /// The points of the days that have a close and no point yet, oldest first. The first point of
    /// an account is that of the day before it was opened: what it started with.
    pub(super) fn points(&self) -> Vec<EquityRecord> {
        let record = &self.portfolio.account.record;
        let shares = self.portfolio.positions.iter();
        let shares = shares.map(|row| (row.instrument, row.position.quantity));
        let mut state = PastAccount::now(record.account.cash, shares);
        let costs = self.costs();
        let mut undone = 0;
        let mut points = Vec::new();
        let first = self.first_day();
        let wanted = self.closes.iter().rev();
        for close in wanted.take_while(|close| first.is_none_or(|first| close.day >= first)) {
            while let Some(entry) = self.entries.get(undone)
                && self.day_of(entry) > close.day
            {
                // Before it was opened, it counts as what it started with.
                if !matches!(entry.fact, Fact::Opened { .. }) {
                    state.undo(&entry.fact);
                }
                undone += 1;
            }
            let price = |id| close.price(id).or_else(|| costs.get(&id).copied());
            points.push(EquityRecord {
                account: record.id,
                day: close.day,
                net_worth: state.worth(price),
                cash: state.cash,
                flow: Money::ZERO,
                index: close.index,
                held: None,
                version: self.version_at(undone),
            });
        }
        points.reverse();
        self.add_flows(&mut points);
        self.add_held(&mut points);
        points
    }

    fn first_day(&self) -> Option<Day> {
        if let Some(latest) = self.latest {
            return Some(latest.day.plus_days(1));
        }
        let opening = self.entries.last().filter(|entry| entry.seq == 1)?;
        Some(self.day_of(opening).plus_days(-1))
    }

    fn day_of(&self, entry: &LedgerEntry) -> Day {
        self.market.time_at(entry.at).day()
    }

    /// The version before the latest `undone` entries.
    fn version_at(&self, undone: usize) -> i64 {
        match (self.entries.get(undone), self.latest) {
            (Some(entry), _) => entry.seq,
            (None, Some(latest)) => latest.version,
            // Only the opening is ever undone completely.
            (None, None) => 1,
        }
    }

    /// What was paid in between the point before and each point.
    fn add_flows(&self, points: &mut [EquityRecord]) {
        let mut before = self.latest.map(|latest| latest.version);
        for point in points {
            let since = before.replace(point.version).unwrap_or(point.version);
            let entries = self.entries.iter();
            let of_point = entries.filter(|entry| since < entry.seq && entry.seq <= point.version);
            let units = of_point.map(|entry| entry.fact.flow().units());
            point.flow = Money::from_units(units.fold(0, i64::saturating_add));
        }
    }

    /// What the account bought first, from the close of that day on.
    fn add_held(&self, points: &mut [EquityRecord]) {
        let mut held = self.latest.and_then(|latest| latest.held);
        let first = self.entries.iter().rev().find_map(|entry| {
            let Fact::Bought(trade) = &entry.fact else {
                return None;
            };
            Some((entry.seq, (trade.instrument, trade.price)))
        });
        for point in points {
            let bought = first.filter(|(seq, _)| *seq <= point.version);
            held = held.or(bought.map(|(_, held)| held));
            let close = self.closes.iter().find(|close| close.day == point.day);
            if let Some((instrument, price)) = &mut held {
                let now = close.and_then(|close| close.price(*instrument));
                *price = now.unwrap_or(*price);
            }
            point.held = held;
        }
    }

    /// What each holding cost a share: its price while there is no other.
    fn costs(&self) -> HashMap<InstrumentId, Price> {
        let rows = self.portfolio.positions.iter();
        rows.filter_map(|row| Some((row.instrument, row.position.average_cost()?)))
            .collect()
    }
}
