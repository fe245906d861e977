//! Leagues: cohorts of about 30 members who compete by the XP of a week. The best of a cohort move up
//! a league, the last move down.

use std::collections::BTreeMap;

use domain::boards::{Measure, Period, Ranking};
use domain::{PlayerId, Timestamp};

use super::ladders::slot;
use super::{Row, Standings, View};

/// Approximate members of a cohort.
const COHORT: usize = 30;
/// The highest league, from 0.
const TIER_MAX: u8 = 5;
/// Members of a full cohort who move up, and who move down.
const MOVES_MAX: usize = 7;

/// The cohort of a member.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct League {
    /// 0 is the lowest.
    pub tier: u8,
    /// Which cohort of the league.
    pub cohort: u32,
}

/// A member's cohort as it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LeagueTable {
    /// Which league.
    pub tier: u8,
    /// How many at the top move up when the week ends.
    pub rising: usize,
    /// How many at the bottom move down.
    pub falling: usize,
    /// The members by the XP of the week; of those who hide only the one who asks.
    pub rows: Vec<Row>,
}

/// How many of a cohort move either way: a quarter, seven of a full one.
fn moves(size: usize) -> usize {
    (size / 4).min(MOVES_MAX)
}

fn of_week() -> View {
    View {
        period: Period::Week,
        ..View::from(Measure::Xp)
    }
}

impl Standings {
    /// The cohort of a player; none before the first Monday after the first trade.
    #[must_use]
    pub fn league_of(&self, player: PlayerId) -> Option<LeagueTable> {
        let league = self.members.get(player)?.league?;
        let cohort = self.cohorts.get(&league)?;
        let moving = moves(cohort.len());
        Some(LeagueTable {
            tier: league.tier,
            rising: if league.tier < TIER_MAX { moving } else { 0 },
            falling: if league.tier > 0 { moving } else { 0 },
            rows: self.among(of_week(), cohort, player),
        })
    }

    /// Begins the leagues of the week that starts at an instant, by the XP of the week before. Members
    /// who earned none leave them and come back in the lowest one.
    pub(super) fn begin_leagues(&mut self, starts_at: Timestamp) {
        let mut tiers: BTreeMap<u8, Vec<PlayerId>> = BTreeMap::new();
        for (player, tier) in self.next_tiers() {
            tiers.entry(tier).or_default().push(player);
        }
        for member in self.members.values_mut() {
            member.league = None;
        }
        for (tier, mut players) in tiers {
            // A new order each week, so that nobody keeps meeting the same players.
            players.sort_unstable_by_key(|player| (mixed(*player, starts_at), *player));
            let cohorts = players.len().div_ceil(COHORT).max(1);
            let size = players.len().div_ceil(cohorts).max(1);
            for (cohort, players) in (0_u32..).zip(players.chunks(size)) {
                for player in players {
                    if let Some(member) = self.members.get_mut(*player) {
                        member.league = Some(League { tier, cohort });
                    }
                }
            }
        }
        self.gather_cohorts();
    }

    /// Who moves up a league with the week that ends. Coming into the lowest one is no promotion.
    pub(super) fn promoted(&self) -> Vec<PlayerId> {
        let next = self.next_tiers().into_iter();
        let is_higher = |(player, tier): &(PlayerId, u8)| {
            let league = self.members.get(*player).and_then(|member| member.league);
            league.is_some_and(|league| *tier > league.tier)
        };
        next.filter(is_higher).map(|(player, _)| player).collect()
    }

    /// The league of everyone who has earned XP in the week that ends.
    fn next_tiers(&self) -> Vec<(PlayerId, u8)> {
        let mut next = Vec::new();
        for (league, cohort) in &self.cohorts {
            let ranking = self.by_week(cohort);
            let (size, moving) = (ranking.len(), moves(ranking.len()));
            for standing in ranking.page(0, usize::MAX) {
                let tier = if standing.score <= 0 {
                    continue;
                } else if standing.rank <= moving {
                    league.tier.saturating_add(1).min(TIER_MAX)
                } else if standing.rank > size.saturating_sub(moving) {
                    league.tier.saturating_sub(1)
                } else {
                    league.tier
                };
                next.push((standing.id, tier));
            }
        }
        let outside = self.members.iter().filter(|(_, one)| one.league.is_none());
        let outside: Vec<PlayerId> = outside.map(|(player, _)| player).collect();
        let new = self.by_week(&outside);
        let new = new
            .page(0, usize::MAX)
            .filter(|standing| standing.score > 0);
        next.extend(new.map(|standing| (standing.id, 0)));
        next
    }

    fn by_week(&self, players: &[PlayerId]) -> Ranking<PlayerId, i64> {
        let View {
            period, measure, ..
        } = of_week();
        let slot = slot(period, measure);
        let marks = players.iter().filter_map(|player| {
            let marks = self.members.get(*player)?.marks();
            Some((*player, marks.get(slot?).copied().flatten()?))
        });
        marks.collect()
    }

    /// Notes who is in which cohort.
    pub(super) fn gather_cohorts(&mut self) {
        self.cohorts.clear();
        for (player, member) in self.members.iter() {
            if let Some(league) = member.league {
                self.cohorts.entry(league).or_default().push(player);
            }
        }
    }
}

/// A pseudo-random number that is the same on every server (splitmix64).
fn mixed(player: PlayerId, week: Timestamp) -> u64 {
    let mut mixed = player.0.cast_unsigned() ^ week.seconds().cast_unsigned().rotate_left(32);
    mixed = mixed.wrapping_add(0x9E37_79B9_7F4A_7C15);
    mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    mixed ^ (mixed >> 31)
}
