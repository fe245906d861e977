//! A player's counters: a small sorted map, moved only by happenings.

use std::collections::BTreeMap;

use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::counter::{Counter, CounterKind, CounterScope};
use super::happening::{Close, Happening, Purchase, Sale};

/// The fewest days held for a patient sale.
pub const DAYS_OF_PATIENCE: u32 = 30;
/// The smallest fall, in percent, that counts as held through.
const FALL_THAT_COUNTS: u32 = 10;
/// When night ends, in minutes after midnight.
const NIGHT_ENDS: u16 = 4 * 60;
/// Sectors that fit the bits of a counter.
const SECTORS_MAX: u8 = 63;

/// Values of counters; untouched ones are zero and take no space. On the wire an object of names
/// and numbers.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Counters {
    /// Sorted by counter, without zeros.
    values: Vec<(Counter, i64)>,
}

impl Counters {
    /// The value of a counter.
    #[must_use]
    pub fn get(&self, counter: Counter) -> i64 {
        self.place(counter)
            .ok()
            .and_then(|place| self.values.get(place))
            .map_or(0, |(_, value)| *value)
    }

    /// All counters that are not zero, in order.
    pub fn iter(&self) -> impl Iterator<Item = (Counter, i64)> + '_ {
        self.values.iter().copied()
    }

    /// These counters with one set to a value, for callers that store counters individually.
    #[must_use]
    pub fn with(mut self, counter: Counter, value: i64) -> Self {
        self.set(counter, value);
        self
    }

    /// The counters after something happened.
    ///
    /// ```
    /// use domain::progress::{Counter, Counters, Happening};
    /// let counters = Counters::default().after(Happening::OrderPlaced);
    /// assert_eq!(counters.get(Counter::OrdersPlaced), 1);
    /// ```
    #[must_use]
    pub fn after(&self, happening: Happening) -> Self {
        let mut after = self.clone();
        after.record(happening);
        after
    }

    /// Moves the counters by what happened.
    pub fn record(&mut self, happening: Happening) {
        match happening {
            Happening::Bought(purchase) => self.bought(purchase),
            Happening::Sold(sale) => self.sold(sale),
            Happening::OrderPlaced => self.add(Counter::OrdersPlaced, 1),
            Happening::LimitFilled => self.add(Counter::LimitsFilled, 1),
            Happening::StopFilled => self.add(Counter::StopsFilled, 1),
            Happening::FundBought => self.add(Counter::FundBuys, 1),
            Happening::Closed(close) => self.closed(close),
            Happening::FallHeld { percent } => {
                self.raise(Counter::FallHeld, percent);
                self.add(Counter::FallsHeld, i64::from(percent >= FALL_THAT_COUNTS));
            }
            Happening::DayVisited {
                streak,
                freezes_spent,
                days_since_last,
            } => {
                self.add(Counter::DaysVisited, 1);
                self.raise(Counter::Streak, streak);
                self.add(Counter::FreezesSpent, i64::from(freezes_spent));
                self.add(Counter::Comebacks, i64::from(days_since_last >= 30));
            }
            Happening::StreakRepaired { streak } => {
                self.add(Counter::StreaksRepaired, 1);
                self.raise(Counter::Streak, streak);
            }
            Happening::ReasonReviewed => self.add(Counter::ReasonsReviewed, 1),
            Happening::InstrumentRead { is_first, is_held } => {
                self.add(Counter::InstrumentsRead, i64::from(is_first));
                self.add(Counter::HeldPagesRead, i64::from(is_held));
            }
            Happening::BoughtAfterReading => self.add(Counter::ReadBuys, 1),
            Happening::StormSatOut => self.add(Counter::StormsSatOut, 1),
            Happening::TermOpened => self.add(Counter::TermsOpened, 1),
            Happening::LetterRead => self.add(Counter::LettersRead, 1),
            Happening::WhatIfRun => self.add(Counter::WhatIfs, 1),
            Happening::ReceiptChecked => self.add(Counter::ReceiptsChecked, 1),
            Happening::QuestDone => self.add(Counter::QuestsDone, 1),
            Happening::WeekRanked { percentile_bps } => {
                self.raise(Counter::BestPercentile, percentile_bps / 100);
                self.add(Counter::UpperHalfWeeks, i64::from(percentile_bps >= 5_000));
            }
            Happening::SteadyHandsRanked { percentile_bps } => {
                self.raise(Counter::SteadyPercentile, percentile_bps / 100);
            }
            Happening::WeekAhead => self.add(Counter::WeeksAheadOfIndex, 1),
            Happening::Promoted => self.add(Counter::Promotions, 1),
            Happening::SeasonFinished => self.add(Counter::SeasonsFinished, 1),
            Happening::GameJoined => self.add(Counter::GamesJoined, 1),
            Happening::PlayerWelcomed => self.add(Counter::PlayersWelcomed, 1),
            Happening::GameHosted => self.add(Counter::GamesHosted, 1),
            Happening::ReasonMarked => self.add(Counter::ReasonsMarked, 1),
            Happening::FriendFollowed => self.add(Counter::FriendsFollowed, 1),
            Happening::CurveCompared => self.add(Counter::CurvesCompared, 1),
        }
    }

    /// Merges these counters with those of another scope, for criteria over both. A counter present
    /// in both is added up if it is a sum; otherwise the larger value is used.
    #[must_use]
    pub fn joined(&self, other: &Self) -> Self {
        let mut joined = self.clone();
        for (counter, value) in other.iter() {
            match counter.kind() {
                CounterKind::Sum => joined.add(counter, value),
                CounterKind::Most | CounterKind::Now => {
                    let larger = joined.get(counter).max(value);
                    joined.set(counter, larger);
                }
            }
        }
        joined
    }

    /// Only the counters of a scope: the inverse of [`Counters::joined`].
    #[must_use]
    pub fn of_scope(&self, scope: CounterScope) -> Self {
        let of_scope = |(counter, _): &(Counter, i64)| counter.scope() == scope;
        Self {
            values: self.values.iter().copied().filter(of_scope).collect(),
        }
    }

    /// The counters that differ, each with its value before and after, in order.
    #[must_use]
    pub fn changes(&self, after: &Self) -> Vec<(Counter, i64, i64)> {
        let gone = self.iter().filter(|(counter, _)| after.get(*counter) == 0);
        let mut changes: Vec<_> = gone.map(|(counter, value)| (counter, value, 0)).collect();
        for (counter, value) in after.iter() {
            let before = self.get(counter);
            if before != value {
                changes.push((counter, before, value));
            }
        }
        changes.sort_unstable();
        changes
    }

    fn bought(&mut self, purchase: Purchase) {
        if !purchase.counts {
            return;
        }
        self.add(Counter::Buys, 1);
        self.add(Counter::Reasons, i64::from(purchase.has_reason));
        let is_new = i64::from(purchase.is_new_instrument);
        self.add(Counter::InstrumentsBought, is_new);
        if let Some(sector) = purchase.sector.filter(|sector| *sector < SECTORS_MAX) {
            let bits = self.get(Counter::SectorBits);
            let with_it = bits | 1_i64.wrapping_shl(u32::from(sector));
            self.add(Counter::SectorsBought, i64::from(with_it != bits));
            self.set(Counter::SectorBits, with_it);
        }
        self.traded(
            purchase.minute_of_day,
            purchase.is_weekend,
            purchase.is_forty_two,
        );
    }

    fn sold(&mut self, sale: Sale) {
        if !sale.counts {
            return;
        }
        self.add(Counter::Sales, 1);
        self.add(Counter::Reasons, i64::from(sale.has_reason));
        self.add(Counter::ReasonedSales, i64::from(sale.has_reason));
        self.add(Counter::PlansKept, i64::from(sale.keeps_plan));
        self.add(
            Counter::ProfitableSales,
            i64::from(sale.profit.is_positive()),
        );
        self.add(Counter::LosingSales, i64::from(sale.profit.is_negative()));
        let explained_loss = sale.profit.is_negative() && sale.has_reason;
        self.add(Counter::ReasonedLosses, i64::from(explained_loss));
        self.add(Counter::BreakEvenSales, i64::from(sale.profit.is_zero()));
        self.add(
            Counter::PatientSales,
            i64::from(sale.held_days >= DAYS_OF_PATIENCE),
        );
        self.raise(Counter::LongestHolding, sale.held_days);
        self.traded(sale.minute_of_day, sale.is_weekend, sale.is_forty_two);
    }

    fn traded(&mut self, minute_of_day: u16, is_weekend: bool, is_forty_two: bool) {
        self.add(Counter::Trades, 1);
        self.add(Counter::NightTrades, i64::from(minute_of_day < NIGHT_ENDS));
        self.add(Counter::WeekendTrades, i64::from(is_weekend));
        self.add(Counter::FortyTwos, i64::from(is_forty_two));
    }

    fn closed(&mut self, close: Close) {
        let holds = close.instruments_held > 0;
        let is_balanced = close.instruments_held >= 4 && close.largest_share_bps <= 2_500;
        let has_cushion = holds && (500..=5_000).contains(&close.cash_share_bps);
        self.set(Counter::InstrumentsHeld, close.instruments_held.into());
        self.set(Counter::SectorsHeld, close.sectors_held.into());
        self.add(Counter::DiversifiedDays, i64::from(close.sectors_held >= 3));
        self.add(Counter::BalancedDays, i64::from(is_balanced));
        self.add(Counter::CushionDays, i64::from(has_cushion));
        self.raise(Counter::LongestHolding, close.longest_holding_days);
        self.raise(Counter::QuietDays, close.quiet_days);
        self.raise(Counter::SteadyDays, close.steady_days);
    }

    fn add(&mut self, counter: Counter, more: i64) {
        if more != 0 {
            self.set(counter, self.get(counter).saturating_add(more));
        }
    }

    pub(super) fn raise(&mut self, counter: Counter, to: u32) {
        let to = i64::from(to);
        if to > self.get(counter) {
            self.set(counter, to);
        }
    }

    fn set(&mut self, counter: Counter, value: i64) {
        match (self.place(counter), value) {
            (Ok(place), 0) => {
                self.values.remove(place);
            }
            (Ok(place), _) => {
                if let Some(entry) = self.values.get_mut(place) {
                    entry.1 = value;
                }
            }
            (Err(_), 0) => {}
            (Err(place), _) => self.values.insert(place, (counter, value)),
        }
    }

    fn place(&self, counter: Counter) -> Result<usize, usize> {
        self.values.binary_search_by_key(&counter, |entry| entry.0)
    }
}

impl From<BTreeMap<Counter, i64>> for Counters {
    fn from(map: BTreeMap<Counter, i64>) -> Self {
        let values = map.into_iter().filter(|(_, value)| *value != 0).collect();
        Self { values }
    }
}

impl Counters {
    /// The counters as stored in databases: pairs of number and value, in postcard's encoding.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        if self.values.is_empty() {
            return Vec::new();
        }
        // Pairs of numbers: encoding cannot fail.
        postcard::to_allocvec(self).unwrap_or_default()
    }

    /// Reads what [`Counters::to_bytes`] wrote; none when it is anything else.
    #[must_use]
    pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
        if bytes.is_empty() {
            return Some(Self::default());
        }
        let (counters, rest) = postcard::take_from_bytes::<Self>(bytes).ok()?;
        rest.is_empty().then_some(counters)
    }
}

impl Serialize for Counters {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if serializer.is_human_readable() {
            return serializer.collect_map(self.iter());
        }
        let numbered = |(counter, value): (Counter, i64)| (counter as u8, value);
        serializer.collect_seq(self.values.iter().copied().map(numbered))
    }
}

impl<'de> Deserialize<'de> for Counters {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        if deserializer.is_human_readable() {
            return BTreeMap::deserialize(deserializer).map(Self::from);
        }
        let numbered: Vec<(u8, i64)> = Vec::deserialize(deserializer)?;
        let named = numbered.into_iter().map(|(number, value)| {
            let counter = Counter::ALL.get(usize::from(number)).copied();
            counter.map(|counter| (counter, value))
        });
        let map: Option<BTreeMap<Counter, i64>> = named.collect();
        map.map(Self::from)
            .ok_or_else(|| D::Error::custom("a counter has a number that none has"))
    }
}

#[cfg(test)]
mod tests;
