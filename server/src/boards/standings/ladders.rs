//! The rankings of one set of members: one for each period and measure that goes together.

use domain::boards::{Measure, Period, Ranking};
use domain::{Money, PlayerId};

use super::member::Member;

use Measure::{NetWorth, Process, Return, SteadyHands, Xp};
use Period::{All, Day, Season, Week};

/// What members are ranked by.
pub const LADDERS: [(Period, Measure); 11] = [
    (All, NetWorth),
    (All, Return),
    (All, Xp),
    (All, SteadyHands),
    (All, Process),
    (Season, Return),
    (Season, Xp),
    (Week, Return),
    (Week, Xp),
    (Day, Return),
    (Day, Xp),
];

/// A member's scores in the order of [`LADDERS`]; none where the member is not ranked yet.
pub(super) type Marks = [Option<i64>; LADDERS.len()];

/// A member who is listed, with the net worth to rank by.
pub(super) type Listed<'a> = (PlayerId, &'a Member, Money);

/// The rankings in the order of [`LADDERS`].
#[derive(Debug, Default)]
pub(super) struct Ladders([Ranking<PlayerId, i64>; LADDERS.len()]);

/// Whether prices move the members of a ladder.
fn is_priced((_, measure): &(Period, Measure)) -> bool {
    !matches!(measure, Xp | Process)
}

/// Where in [`LADDERS`] a board is; none when the measure is not ranked for the period.
pub(super) fn slot(period: Period, measure: Measure) -> Option<usize> {
    LADDERS
        .iter()
        .position(|ladder| *ladder == (period, measure))
}

impl Ladders {
    /// Ranks all members at once.
    pub(super) fn of(members: &[Listed<'_>]) -> Self {
        let mut ladders = Self::default();
        ladders.sort(members, |_| true);
        ladders
    }

    /// Ranks all members by what prices move; the other rankings stay empty.
    pub(super) fn priced(members: &[Listed<'_>]) -> Self {
        let mut ladders = Self::default();
        ladders.sort(members, is_priced);
        ladders
    }

    fn sort(&mut self, members: &[Listed<'_>], sorts: impl Fn(&(Period, Measure)) -> bool) {
        for (ranking, ladder) in self.0.iter_mut().zip(&LADDERS) {
            if sorts(ladder) {
                let marks = members.iter().filter_map(|(player, member, net_worth)| {
                    let mark = member.mark_at(*ladder, *net_worth, member.xp)?;
                    Some((*player, mark))
                });
                *ranking = marks.collect();
            }
        }
    }

    /// Takes the rankings that prices move from others.
    pub(super) fn take_priced(&mut self, priced: Self) {
        for ((ranking, new), ladder) in self.0.iter_mut().zip(priced.0).zip(&LADDERS) {
            if is_priced(ladder) {
                *ranking = new;
            }
        }
    }

    /// Their memory in bytes.
    pub(super) fn bytes(&self) -> usize {
        self.0.iter().map(Ranking::bytes).sum()
    }

    /// The ranking of a place in [`LADDERS`].
    pub(super) fn get(&self, slot: usize) -> Option<&Ranking<PlayerId, i64>> {
        self.0.get(slot)
    }

    /// Moves a member from earlier scores to later ones; none: the member was not here, or goes.
    pub(super) fn put(&mut self, player: PlayerId, before: Option<&Marks>, after: Option<&Marks>) {
        for (slot, ranking) in self.0.iter_mut().enumerate() {
            let mark = |marks: Option<&Marks>| marks?.get(slot).copied().flatten();
            match (mark(before), mark(after)) {
                (Some(old), Some(new)) => ranking.update(player, old, new),
                (None, Some(new)) => ranking.insert(player, new),
                (Some(old), None) => ranking.remove(player, old),
                (None, None) => false,
            };
        }
    }
}
