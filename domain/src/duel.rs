//! Duels: two players play the same invented stretch of a market, each when it suits them.

use serde::{Deserialize, Serialize};

use crate::scenario::{Goal, GoalMeasure, INDEX_FUND, Planned, Scenario};
use crate::{Day, Fees, Money, Percent, Timestamp};

#[cfg(test)]
mod tests;

/// How many market days a duel may last.
pub const LENGTHS: [u32; 4] = [30, 90, 180, 365];
/// How long a challenge waits for an answer.
pub const ANSWER_S: i64 = 7 * 86_400;
/// How long both players have to finish once it is accepted.
pub const PLAY_S: i64 = 7 * 86_400;
/// Number of first days that a seed chooses from.
const STARTS: u64 = 2_000;
/// 1 January 2031: as in other scenarios, dates that nobody mistakes for real ones.
const FIRST_DAY: i32 = 22_280;

/// One of the two players.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum DuelSide {
    /// Who issued the challenge.
    Challenger,
    /// Who was challenged, or accepted an open challenge.
    Opponent,
}

impl DuelSide {
    /// The other one.
    #[must_use]
    pub fn other(self) -> Self {
        match self {
            Self::Challenger => Self::Opponent,
            Self::Opponent => Self::Challenger,
        }
    }
}

/// How a challenge ended before anyone played.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DuelRefusal {
    /// The challenged player said no.
    Declined,
    /// The challenger took it back.
    Withdrawn,
}

/// Where a duel stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum DuelState {
    /// It waits for an opponent.
    Open,
    /// The challenged player said no.
    Declined,
    /// The challenger took it back.
    Withdrawn,
    /// Nobody accepted it in time.
    Lapsed,
    /// It was accepted, and somebody has yet to finish.
    Running,
    /// Both have finished, or the time is over.
    Over,
}

/// How a duel ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DuelVerdict {
    /// The better result.
    Won(DuelSide),
    /// The same result, to the cent.
    Draw,
    /// Only this player finished in time.
    Forfeit(DuelSide),
    /// Nobody finished in time.
    Nobody,
}

/// A finished run of a duel.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DuelResult {
    /// When it was finished.
    pub finished_at: Timestamp,
    /// What the account was worth.
    pub worth: Money,
}

/// The instants of a duel. Everything else about it is derived from them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DuelCourse {
    /// When the challenge was made.
    pub created_at: Timestamp,
    /// When it was accepted.
    pub accepted_at: Option<Timestamp>,
    /// How it ended without being played.
    pub refusal: Option<DuelRefusal>,
    /// The results of challenger and opponent, whether in time or late.
    pub results: [Option<DuelResult>; 2],
}

impl DuelCourse {
    /// The deadline: for accepting it at first, then for finishing it.
    #[must_use]
    pub fn deadline(&self) -> Timestamp {
        match self.accepted_at {
            Some(at) => at.plus_seconds(PLAY_S),
            None => self.created_at.plus_seconds(ANSWER_S),
        }
    }

    /// A result that counts: one in time.
    #[must_use]
    pub fn result(&self, side: DuelSide) -> Option<DuelResult> {
        let [challenger, opponent] = self.results;
        let result = match side {
            DuelSide::Challenger => challenger,
            DuelSide::Opponent => opponent,
        };
        result.filter(|result| result.finished_at <= self.deadline())
    }

    /// Where it stands.
    #[must_use]
    pub fn state(&self, now: Timestamp) -> DuelState {
        let is_late = now > self.deadline();
        let sides = [DuelSide::Challenger, DuelSide::Opponent];
        let are_done = sides.iter().all(|side| self.result(*side).is_some());
        match (self.refusal, self.accepted_at) {
            (Some(DuelRefusal::Declined), _) => DuelState::Declined,
            (Some(DuelRefusal::Withdrawn), _) => DuelState::Withdrawn,
            (None, None) if is_late => DuelState::Lapsed,
            (None, None) => DuelState::Open,
            (None, Some(_)) if is_late || are_done => DuelState::Over,
            (None, Some(_)) => DuelState::Running,
        }
    }

    /// Who has won; none before it is over. Until then neither player may see the other's result.
    #[must_use]
    pub fn verdict(&self, now: Timestamp) -> Option<DuelVerdict> {
        if self.state(now) != DuelState::Over {
            return None;
        }
        let (challenger, opponent) = (
            self.result(DuelSide::Challenger),
            self.result(DuelSide::Opponent),
        );
        Some(match (challenger, opponent) {
            (None, None) => DuelVerdict::Nobody,
            (Some(_), None) => DuelVerdict::Forfeit(DuelSide::Challenger),
            (None, Some(_)) => DuelVerdict::Forfeit(DuelSide::Opponent),
            (Some(one), Some(other)) if one.worth > other.worth => {
                DuelVerdict::Won(DuelSide::Challenger)
            }
            (Some(one), Some(other)) if one.worth < other.worth => {
                DuelVerdict::Won(DuelSide::Opponent)
            }
            (Some(_), Some(_)) => DuelVerdict::Draw,
        })
    }
}

/// What both play: a stretch of a market derived from a seed that nobody may know beforehand.
#[must_use]
pub fn stretch(seed: u64, days: u32) -> Scenario {
    let goal = |percent: i64| Percent::from_basis_points(percent.saturating_mul(100));
    let first = i32::try_from(seed % STARTS).unwrap_or(0);
    let plan = INDEX_FUND.parse().ok().map(|symbol| Planned {
        symbol,
        percent: 100,
    });
    Scenario {
        title: "Duel".to_owned(),
        learn: "The same market for two, and one better result.".to_owned(),
        story: "Your opponent plays this very market, with the same cash and the same days. The better \
            return at the end wins. Neither of you sees the other's result before both have finished."
            .to_owned(),
        lesson: "One duel says little: on another market the other plan may have won. Look at both curves, \
            and at how far each one fell on the way."
            .to_owned(),
        seed,
        start: Day::from_number(FIRST_DAY.saturating_add(first)),
        days,
        starting_cash: Money::from_whole(10_000),
        fees: Fees {
            basis_points: 0,
            fixed: Money::ZERO,
        },
        categories: Vec::new(),
        position_max_percent: None,
        goal: Goal {
            measure: GoalMeasure::AgainstIndex,
            stars: [goal(-5), goal(0), goal(5)],
            trades_max: None,
        },
        events: Vec::new(),
        new_company: None,
        history: None,
        plan: plan.into_iter().collect(),
    }
}
