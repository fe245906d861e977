//! What happens to the standings when a period ends.

use domain::boards::{Measure, Period, Ranking};
use domain::{Day, PlayerId, Timestamp};

use super::ladders::{LADDERS, Ladders, slot};
use super::member::{Member, place_of};
use super::{Arrival, Kept, Prices, Standings, rank_again};
use crate::store::Portfolio;
use crate::zones::{local_day, period_start};

/// Places of a closed period kept per measure.
const FINAL_MAX: usize = 1_000;

/// A place in the final standings of a period.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Final {
    /// What ranked the players.
    pub measure: Measure,
    /// From 1.
    pub rank: usize,
    /// Whose.
    pub player: PlayerId,
    /// The score that decided the place: millionths of a return, or XP.
    pub score: i64,
}

/// What the end of a week brings besides its standings.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct WeekEnd {
    /// Who moves up a league.
    pub promoted: Vec<PlayerId>,
    /// The best of the steady hands, with their ranks.
    pub steady: Vec<(usize, PlayerId)>,
    /// All players ranked there.
    pub steady_ranked: usize,
}

/// A period that has ended, with its final standings.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Closed {
    /// Which one.
    pub period: Period,
    /// When it began.
    pub starts_at: Timestamp,
    /// Its first day in the game's time zone.
    pub first_day: Day,
    /// The best of each measure.
    pub finals: Vec<Final>,
    /// All players ranked by return, those that `finals` leaves out included.
    pub ranked: usize,
    /// What else a week brings; empty for other periods.
    pub week: WeekEnd,
}

impl Standings {
    /// When the current period began.
    #[must_use]
    pub fn start(&self, period: Period) -> Timestamp {
        self.starts
            .get(place_of(period))
            .copied()
            .unwrap_or_default()
    }

    /// When the period around an instant begins.
    fn begins(&self, period: Period, now: Timestamp) -> Timestamp {
        period_start(period, self.zone.as_deref(), now)
    }

    /// The periods that have ended by an instant.
    #[must_use]
    pub fn ended(&self, now: Timestamp) -> Vec<Period> {
        let has_ended = |period: &Period| self.begins(*period, now) > self.start(*period);
        Period::CLOSING.into_iter().filter(has_ended).collect()
    }

    /// Closes the periods that have ended and begins the next ones with what members have now. A late call
    /// also closes periods that ended while no server was running.
    pub fn roll(&mut self, now: Timestamp, prices: &Prices) -> Vec<Closed> {
        let ended = self.ended(now);
        if ended.is_empty() {
            return Vec::new();
        }
        let closed = ended.iter().map(|period| self.close(*period)).collect();
        for period in &ended {
            let start = self.begins(*period, now);
            if *period == Period::Week {
                self.begin_leagues(start);
            }
            if let Some(place) = self.starts.get_mut(place_of(*period)) {
                *place = start;
            }
            for member in self.members.values_mut() {
                member.open(*period, prices);
            }
        }
        self.sort();
        self.note_earlier_ranks();
        self.as_of = now;
        closed
    }

    fn close(&self, period: Period) -> Closed {
        let (mut finals, mut ranked) = (Vec::new(), 0);
        for (slot, (of, measure)) in LADDERS.iter().enumerate() {
            if *of != period {
                continue;
            }
            let ranking = self.everyone.get(slot);
            if *measure == Measure::Return {
                ranked = ranking.map_or(0, |ranking| ranking.len());
            }
            let rows = ranking.into_iter();
            let rows = rows.flat_map(|ranking| ranking.top(FINAL_MAX));
            finals.extend(rows.map(|standing| Final {
                measure: *measure,
                rank: standing.rank,
                player: standing.id,
                score: standing.score,
            }));
        }
        Closed {
            period,
            starts_at: self.start(period),
            first_day: local_day(self.zone.as_deref(), self.start(period)),
            finals,
            ranked,
            week: match period {
                Period::Week => self.week_end(),
                _ => WeekEnd::default(),
            },
        }
    }

    fn week_end(&self) -> WeekEnd {
        let ladder = slot(Period::All, Measure::SteadyHands);
        let steady = ladder.and_then(|slot| self.everyone.get(slot));
        let best = steady
            .into_iter()
            .flat_map(|ranking| ranking.top(FINAL_MAX));
        WeekEnd {
            promoted: self.promoted(),
            steady: best.map(|standing| (standing.rank, standing.id)).collect(),
            steady_ranked: steady.map_or(0, |ranking| ranking.len()),
        }
    }

    /// Takes what is stored of when a present period began: servers of one game agree by it.
    pub fn adopt(&mut self, player: PlayerId, period: Period, stored: &Arrival) {
        let Some(member) = self.members.get_mut(player) else {
            return;
        };
        let before = member.marks();
        let place = place_of(period);
        let opening = stored.openings.get(place).copied().flatten();
        if let Some((place, opening)) = member.openings.get_mut(place).zip(opening) {
            *place = opening;
        }
        match period {
            Period::Day => member.closes = stored.closes.unwrap_or(member.closes),
            Period::Week => member.league = stored.league,
            Period::All | Period::Season => {}
        }
        let after = member.marks();
        let ladders = (&mut self.everyone, &mut self.regions);
        rank_again(ladders, player, member, Some(&before), Some(&after));
    }

    /// What is to be stored of each member for the present period, by id.
    #[must_use]
    pub fn kept(&self, period: Period) -> Vec<(PlayerId, Kept)> {
        let members = self.members.iter();
        let kept = |(player, member): (PlayerId, &Member)| (player, member.kept(period));
        let mut kept: Vec<_> = members.map(kept).collect();
        kept.sort_unstable_by_key(|(player, _)| *player);
        kept
    }

    /// What is to be stored of one member for the present periods, in the order of [`Period::EVERY`].
    #[must_use]
    pub fn kept_of(&self, player: PlayerId) -> Option<[Kept; 4]> {
        let member = self.members.get(player)?;
        Some(Period::EVERY.map(|period| member.kept(period)))
    }

    /// Every member, listed or hidden.
    #[must_use]
    pub fn players(&self) -> Vec<PlayerId> {
        self.members.iter().map(|(player, _)| player).collect()
    }

    /// Whether an account differs from the database in cash, holdings or XP, or is missing although it has
    /// traded.
    #[must_use]
    pub fn differs(&self, portfolio: &Portfolio) -> bool {
        let record = &portfolio.account.record;
        match self.members.get(record.id.player) {
            Some(member) => member.differs(portfolio),
            None => record.account.positions_held > 0 || !record.account.realized_profit.is_zero(),
        }
    }

    fn sort(&mut self) {
        (self.everyone, self.regions) = self.sorted(Ladders::of, &[]);
    }

    /// Leaves new members unranked until they are [settled](Self::settle): ranking all of them at once
    /// takes a tenth of the time.
    pub fn gather(&mut self) {
        self.gathers = true;
    }

    /// Settles what follows from all members together, once all of them are present.
    pub fn settle(&mut self) {
        if std::mem::take(&mut self.gathers) {
            self.sort();
        }
        self.note_earlier_ranks();
        self.gather_cohorts();
    }

    /// Notes the ranks when the day began, which follow from what members had then.
    fn note_earlier_ranks(&mut self) {
        let day = self.start(Period::Day);
        for (slot, (period, measure)) in LADDERS.iter().enumerate() {
            for member in self.members.values_mut() {
                if let Some(earlier) = member.earlier.get_mut(slot) {
                    *earlier = 0;
                }
            }
            // A period that began with the day had no ranks before.
            let is_kept = !matches!(measure, Measure::SteadyHands | Measure::Process);
            let had_ranks = self.start(*period) < day && is_kept;
            if !had_ranks {
                continue;
            }
            let listed = self.members.iter();
            let listed = listed.filter(|(_, member)| !member.hidden && !member.is_new());
            let marks = listed.filter_map(|(player, member)| {
                let day = member.opening(Period::Day);
                let mark = member.mark_at((*period, *measure), day.net_worth, day.xp)?;
                Some((player, mark))
            });
            let ranking: Ranking<PlayerId, i64> = marks.collect();
            for standing in ranking.page(0, usize::MAX) {
                let member = self.members.get_mut(standing.id);
                if let Some(earlier) = member.and_then(|member| member.earlier.get_mut(slot)) {
                    *earlier = u32::try_from(standing.rank).unwrap_or(u32::MAX);
                }
            }
        }
    }
}
