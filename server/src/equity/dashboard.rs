//! An account's dashboard, made from the results of two queries and the market's recent history.

use std::collections::{BTreeMap, HashSet};

use domain::api::{
    AnnualView, ChangeView, CurveRange, DashboardView, FallView, HeldView, LatestUnlock, MoverView,
    PerformanceView, TradeDot,
};
use domain::progress::Achievements;
use domain::statistics::{
    Annual, EquityPoint, PastAccount, Performance, PeriodsPerYear, Stake, contributions, percent,
    ratio,
};
use domain::{AwardCause, Day, Fact, InstrumentId, Money, Quote, Timestamp};

use super::curve::{self, RawPoint, Today};
use crate::market::{Catalogue, Market, Snapshot};
use crate::store::{DashboardRows, EquityRecord, PastEntry, PastTitle, Portfolio};

/// Maximum entries examined.
pub(super) const ENTRIES_MAX: u32 = 1_000;
/// Unlocks that are shown.
pub(super) const UNLOCKS_MAX: u32 = 10;
/// Trades on a curve.
const TRADES_MAX: usize = 100;
/// What moved an account.
const MOVERS_MAX: usize = 3;
/// Days from which figures for a year are computed: older points are one a month.
const FIGURES_DAYS: i32 = 366;
/// Days that are read at least, so that the last close is among them although some were not written.
const READ_DAYS_MIN: i32 = 3;
const DAY_S: i64 = 86_400;

/// From which day on points are read, and since when entries are.
pub(super) fn read_from(range: CurveRange, market: &Market, now: Timestamp) -> (Day, Timestamp) {
    let Some(days) = range.days() else {
        return (Day::from_number(i32::MIN), Timestamp::from_micros(i64::MIN));
    };
    let days = days.max(READ_DAYS_MIN);
    let from = market.snapshot().at.day().plus_days(-days);
    // A market is never slower than the clock.
    let since = now.plus_seconds(-DAY_S * i64::from(days + 1));
    (from, since)
}

/// What a dashboard is made of.
#[derive(Debug)]
pub struct Dashboard<'a> {
    /// What it covers.
    pub(super) range: CurveRange,
    /// The account.
    pub(super) portfolio: &'a Portfolio,
    /// What was read.
    pub(super) rows: &'a DashboardRows,
    /// The game's market.
    pub(super) market: &'a Market,
    /// The market now.
    pub(super) snapshot: &'a Snapshot,
    /// The instruments of every universe.
    pub(super) instruments: &'a Catalogue,
    /// What accounts of the game start with.
    pub(super) starting_cash: Money,
}

impl Dashboard<'_> {
    /// The view.
    #[must_use]
    pub fn view(&self) -> DashboardView {
        let achievements = Achievements::standard();
        let trading = &self.portfolio.account;
        let counters = &trading.progress.counters;
        let unlocked = counters.get(domain::progress::Counter::AchievementsUnlocked);
        DashboardView {
            range: self.range,
            version: trading.record.head.version,
            net_worth: self.net_worth(),
            today: self.today(),
            curve: curve::beside_market(&self.curve()),
            trades: self.trades(),
            performance: self.performance(),
            movers: self.movers(),
            unlocks: self.unlocks(),
            unlocked: u32::try_from(unlocked).unwrap_or(u32::MAX),
            achievements: u32::try_from(achievements.all().len()).unwrap_or(u32::MAX),
            games: self.rows.games,
            titles: Vec::new(),
            completion_percent: None,
        }
    }

    /// What the player has in games of other programs.
    #[must_use]
    pub fn titles(&self) -> &[PastTitle] {
        &self.rows.titles
    }

    /// Cash and shares now, as everywhere else on the pages.
    pub(super) fn net_worth(&self) -> Money {
        let cash = self.portfolio.account.record.account.cash;
        let positions = self.portfolio.positions.iter();
        let worths = positions.map(|row| row.position.worth(self.quote(row.instrument)));
        worths.fold(cash, curve::add)
    }

    fn quote(&self, instrument: InstrumentId) -> Option<&Quote> {
        self.snapshot.quote(instrument)
    }

    fn first_day(&self) -> Day {
        let today = self.snapshot.at.day();
        let days = self.range.days();
        days.map_or(Day::from_number(i32::MIN), |days| today.plus_days(-days))
    }

    fn points(&self) -> &[EquityRecord] {
        let first = self.first_day();
        let points = &self.rows.points;
        let skipped = points.partition_point(|point| point.day < first);
        points.get(skipped..).unwrap_or_default()
    }

    fn market_day(&self, entry: &PastEntry) -> Day {
        self.market.time_at(entry.at).day()
    }

    /// What was paid in since the last close.
    fn flow_since_close(&self) -> Money {
        let last = self.rows.points.last().map_or(0, |point| point.version);
        let entries = self.rows.entries.iter().filter(|entry| entry.seq > last);
        let flows = entries.map(|entry| curve::flow_of(&entry.fact));
        flows.fold(Money::ZERO, curve::add)
    }

    fn today(&self) -> Option<ChangeView> {
        let last = self.rows.points.last();
        let base = last.map_or(self.starting_cash, |point| point.net_worth);
        let base = base.checked_add(self.flow_since_close())?;
        let amount = self.net_worth().checked_sub(base)?;
        Some(ChangeView {
            amount,
            percent: amount.percent_of(base),
            since: last.map(|point| point.day),
        })
    }

    fn curve(&self) -> Vec<RawPoint> {
        let now = RawPoint {
            at: self.snapshot.at,
            net_worth: self.net_worth(),
            flow: self.flow_since_close(),
            index: self.index_now(),
        };
        let mut points = if self.range == CurveRange::Day {
            self.minutes()
        } else {
            curve::of_days(self.points())
        };
        if points.is_empty() {
            // Nothing has changed since it was opened, before today at least.
            points.push(RawPoint {
                at: self.opened_at(),
                net_worth: self.starting_cash,
                flow: Money::ZERO,
                index: None,
            });
        }
        if points.last().is_some_and(|last| last.at < now.at) {
            let flow = if self.range == CurveRange::Day {
                Money::ZERO
            } else {
                now.flow
            };
            points.push(RawPoint { flow, ..now });
        }
        points
    }

    fn minutes(&self) -> Vec<RawPoint> {
        let account = &self.portfolio.account.record.account;
        let positions = self.portfolio.positions.iter();
        let shares = positions.map(|row| (row.instrument, row.position.quantity));
        let entries = &self.rows.entries;
        let today = Today {
            now: PastAccount::now(account.cash, shares),
            entries,
            has_more: entries.len() >= usize::try_from(ENTRIES_MAX).unwrap_or(usize::MAX),
            market: self.market,
        };
        today.points()
    }

    fn opened_at(&self) -> Timestamp {
        self.snapshot.at.day().start()
    }

    fn index_now(&self) -> Option<domain::Price> {
        self.market.list_minutes().last()?.index
    }

    fn trades(&self) -> Vec<TradeDot> {
        let first = self.first_day().start();
        let dots = self.rows.entries.iter().filter_map(|entry| {
            let (side, trade) = entry.fact.trade()?;
            let (_, instrument) = self.instruments.find_by_id(trade.instrument)?;
            let cash = trade.cash_change;
            Some(TradeDot {
                at: self.market.time_at(entry.at),
                symbol: instrument.symbol,
                side,
                amount: if cash.is_negative() {
                    cash.negated()
                } else {
                    cash
                },
            })
        });
        let in_range = dots.filter(|dot| self.range == CurveRange::All || dot.at >= first);
        let mut trades: Vec<TradeDot> = in_range.take(TRADES_MAX).collect();
        trades.reverse();
        trades
    }

    /// What each instrument brought since the last close.
    fn movers(&self) -> Vec<MoverView> {
        let today = self.snapshot.at.day();
        let positions = self.portfolio.positions.iter();
        let mut shares: BTreeMap<InstrumentId, Money> =
            positions.map(|row| (row.instrument, Money::ZERO)).collect();
        let account = &self.portfolio.account.record.account;
        let held = self.portfolio.positions.iter();
        let held = held.map(|row| (row.instrument, row.position.quantity));
        let now = PastAccount::now(account.cash, held);
        let mut before = now.clone();
        let entries = self.rows.entries.iter();
        // The latest come first: the conversion of a trade comes before the trade.
        let mut converted = Money::ZERO;
        for entry in entries.take_while(|entry| self.market_day(entry) >= today) {
            before.undo(&entry.fact);
            if let Fact::Converted(conversion) = &entry.fact {
                converted = conversion.cost.negated();
            }
            if let Some(instrument) = entry.fact.instrument() {
                let cash = shares.entry(instrument).or_default();
                let change = curve::add(entry.fact.cash_change(), converted);
                *cash = curve::add(*cash, change);
                converted = Money::ZERO;
            }
        }
        let stakes: Vec<Stake> = shares
            .into_iter()
            .filter_map(|(instrument, cash)| {
                let quote = self.quote(instrument)?;
                let close = quote.previous_close.unwrap_or(quote.price);
                Some(Stake {
                    instrument,
                    before: (before.held(instrument), close),
                    after: (now.held(instrument), quote.price),
                    cash,
                })
            })
            .collect();
        let largest = contributions(&stakes).into_iter().take(MOVERS_MAX);
        let movers = largest.filter_map(|one| {
            let (_, instrument) = self.instruments.find_by_id(one.instrument)?;
            Some(MoverView {
                symbol: instrument.symbol,
                name: instrument.name.clone(),
                amount: one.amount,
            })
        });
        movers.collect()
    }

    fn unlocks(&self) -> Vec<LatestUnlock> {
        let mut seen = HashSet::new();
        let stamps = self.rows.unlocks.iter().filter_map(|award| {
            let AwardCause::Unlocked { achievement, .. } = &award.cause else {
                return None;
            };
            // Earned in two games, it is still one stamp.
            if !seen.insert(achievement) {
                return None;
            }
            let definition = Achievements::standard().find(achievement)?;
            Some(LatestUnlock {
                achievement: definition.id.clone(),
                name: definition.name.clone(),
                icon: definition.icon.clone(),
                at: award.at,
            })
        });
        stamps.collect()
    }

    pub(super) fn performance(&self) -> Option<PerformanceView> {
        let today = self.snapshot.at.day();
        let oldest = today.plus_days(-FIGURES_DAYS);
        let daily = self.points().iter().filter(|point| point.day >= oldest);
        let mut points: Vec<EquityPoint> = daily.map(as_point).collect();
        let last = self.rows.points.last()?;
        let held = last.held.map(|(instrument, price)| {
            let now = self.quote(instrument).map(|quote| quote.price);
            now.unwrap_or(price).units()
        });
        points.push(EquityPoint {
            day: today,
            value: self.net_worth(),
            flow: self.flow_since_close(),
            index: self.index_now().map_or(0, domain::Price::units),
            held: held.unwrap_or_default(),
        });
        // A market that never closes has a point for every day of the calendar.
        let performance = Performance::of(&points, PeriodsPerYear::CALENDAR_DAYS)?;
        let held = last.held.zip(performance.held);
        let fall = performance.worst_fall;
        Some(PerformanceView {
            from: points.first()?.day,
            to: today,
            time_weighted: percent(performance.time_weighted),
            money_weighted: performance
                .money_weighted
                .and_then(|weighted| percent(weighted.shown())),
            market: performance.index.and_then(percent),
            held: held.and_then(|((instrument, _), change)| {
                let (_, instrument) = self.instruments.find_by_id(instrument)?;
                Some(HeldView {
                    symbol: instrument.symbol,
                    percent: percent(change)?,
                })
            }),
            worst_fall: fall.and_then(|fall| {
                Some(FallView {
                    change: percent(fall.change)?,
                    high: fall.high,
                    low: fall.low,
                    recovered: fall.recovered,
                })
            }),
            annual: performance.annual.map(annual),
        })
    }
}

fn as_point(point: &EquityRecord) -> EquityPoint {
    EquityPoint {
        day: point.day,
        value: point.net_worth,
        flow: point.flow,
        index: point.index.map_or(0, domain::Price::units),
        held: point.held.map_or(0, |(_, price)| price.units()),
    }
}

fn annual(annual: Annual) -> AnnualView {
    AnnualView {
        time_weighted: annual.time_weighted.and_then(percent),
        volatility: annual.volatility.and_then(percent),
        sharpe: annual.sharpe.and_then(ratio),
        sortino: annual.sortino.and_then(ratio),
        beta: annual.beta.and_then(ratio),
        alpha: annual.alpha.and_then(percent),
    }
}
