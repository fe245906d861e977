//! The standings of one game: what each member holds, and who ranks where by each measure.
//!
//! Uses no store and no clock: `keeper.rs` passes in the changes.

use std::collections::HashMap;

use domain::boards::{Measure, Period, Ranking};
use domain::{Money, PlayerId, Timestamp, Xp};

use crate::store::Portfolio;

mod closes;
mod ladders;
mod leagues;
mod member;
mod members;
mod periods;
mod prices;
mod revaluation;

pub use closes::Closes;
pub use ladders::LADDERS;
use ladders::{Ladders, Marks, slot};
pub use leagues::{League, LeagueTable};
use member::Member;
pub use member::{Arrival, Kept, Opening, Region, Scores};
use members::Members;
pub use periods::{Closed, Final};
pub use prices::Prices;
pub use revaluation::Revaluation;

/// Which board of a game is meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct View {
    /// How far back it looks.
    pub period: Period,
    /// What it ranks by.
    pub measure: Measure,
    /// Only the players of a region.
    pub region: Option<Region>,
}

impl From<Measure> for View {
    /// The board of everyone and of all time.
    fn from(measure: Measure) -> Self {
        Self {
            period: Period::All,
            measure,
            region: None,
        }
    }
}

/// One row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Row {
    /// From 1.
    pub rank: usize,
    /// Whose.
    pub player: PlayerId,
    /// All scores of the period, of which one decides the rank.
    pub scores: Scores,
    /// The worst fall of all time, in millionths.
    pub worst_fall_ppm: i64,
    /// Trades with a written reason.
    pub reasons: u32,
    /// The process score, 0 to 1,000. `None` before there are trades and days.
    pub process: Option<u32>,
    /// Ranks gained since the day began, negative if lost. `None` for a member who had no rank then, and
    /// on boards of a subset of the players.
    pub rise: Option<i64>,
}

/// Who is in a game, and who ranks where.
#[derive(Debug, Default)]
pub struct Standings {
    starting_cash: Money,
    members: Members,
    everyone: Ladders,
    regions: HashMap<Region, Ladders>,
    /// Who is in which cohort of a league.
    cohorts: HashMap<League, Vec<PlayerId>>,
    /// When the current periods began, in the order of [`Period::EVERY`].
    starts: [Timestamp; 4],
    /// The time zone at whose midnights the periods begin; UTC without one.
    zone: Option<String>,
    /// The instant of the latest change.
    as_of: Timestamp,
    /// New members are not ranked before all of them are present.
    gathers: bool,
}

impl Standings {
    /// Those of a game in which nobody has traded yet; `starts` says when its periods began, in the
    /// order of [`Period::EVERY`].
    #[must_use]
    pub fn new(starting_cash: Money, starts: [Timestamp; 4]) -> Self {
        Self {
            starting_cash,
            starts,
            ..Self::default()
        }
    }

    /// How many are ranked on a board.
    #[must_use]
    pub fn total(&self, view: impl Into<View>) -> usize {
        self.ranking(view.into()).map_or(0, Ranking::len)
    }

    /// The memory of all rankings in bytes, without what members hold.
    #[must_use]
    pub fn bytes_of_rankings(&self) -> usize {
        let all = self.regions.values().chain([&self.everyone]);
        all.map(Ladders::bytes).sum()
    }

    /// Whether a player is a member, listed or hidden.
    #[must_use]
    pub fn contains(&self, player: PlayerId) -> bool {
        self.members.contains(player)
    }

    /// The region of a member, whose board the member can see.
    #[must_use]
    pub fn region_of(&self, player: PlayerId) -> Option<Region> {
        self.members.get(player)?.region
    }

    /// The cash that accounts start with from now on. Existing ones keep theirs.
    pub fn set_starting_cash(&mut self, starting_cash: Money) {
        self.starting_cash = starting_cash;
    }

    /// The time zone at whose midnights the periods begin from now on.
    pub fn set_zone(&mut self, zone: Option<String>) {
        self.zone = zone;
    }

    /// The instant of the latest change.
    #[must_use]
    pub fn as_of(&self) -> Timestamp {
        self.as_of
    }

    /// Up to `count` rows after the first `skipped`. `None` for a board that is not maintained.
    #[must_use]
    pub fn page(&self, view: impl Into<View>, skipped: usize, count: usize) -> Vec<Row> {
        let view = view.into();
        let Some(ranking) = self.ranking(view) else {
            return Vec::new();
        };
        let rows = ranking.page(skipped, count);
        rows.filter_map(|standing| self.row(view, standing.rank, standing.id))
            .collect()
    }

    /// A player's row, and the share of the others who rank behind, in basis points. A hidden player
    /// has the rank that the player would be listed at.
    #[must_use]
    pub fn own(&self, view: impl Into<View>, player: PlayerId) -> Option<(Row, u32)> {
        let view = view.into();
        let member = self.members.get(player)?;
        if view.region.is_some() && view.region != member.region {
            return None;
        }
        slot(view.period, view.measure)?;
        let ladder = (view.period, view.measure);
        let score = member.mark_at(ladder, member.net_worth, member.xp)?;
        let nobody = Ranking::default();
        let ranking = self.ranking(view).unwrap_or(&nobody);
        let rank = ranking.place(player, score);
        let row = self.row(view, rank, player)?;
        let others = ranking.len().saturating_sub(usize::from(!member.hidden));
        let behind = ranking.len().saturating_sub(rank);
        let behind = behind.saturating_add(usize::from(member.hidden));
        let share = behind.saturating_mul(10_000).checked_div(others);
        let share = share.and_then(|share| u32::try_from(share).ok());
        Some((row, share.unwrap_or(10_000)))
    }

    /// A player's row with up to `neighbours` on each side; empty if the player is not ranked. A hidden
    /// player sees no neighbours.
    #[must_use]
    pub fn around(&self, view: impl Into<View>, player: PlayerId, neighbours: usize) -> Vec<Row> {
        let view = view.into();
        let Some((row, _)) = self.own(view, player) else {
            return Vec::new();
        };
        if self.members.get(player).is_some_and(|member| member.hidden) {
            return vec![row];
        }
        let first = row.rank.saturating_sub(1).saturating_sub(neighbours);
        let end = row.rank.saturating_add(neighbours);
        self.page(view, first, end.saturating_sub(first))
    }

    /// The rows of these players ranked among themselves, best first, without hidden ones other than the
    /// one who asks.
    #[must_use]
    pub fn among(&self, view: View, players: &[PlayerId], asking: PlayerId) -> Vec<Row> {
        if slot(view.period, view.measure).is_none() {
            return Vec::new();
        }
        let ladder = (view.period, view.measure);
        let marked = players.iter().filter_map(|player| {
            let member = self.members.get(*player)?;
            let is_shown = !member.hidden || *player == asking;
            let mark = member.mark_at(ladder, member.net_worth, member.xp)?;
            is_shown.then_some((*player, mark))
        });
        let ranking: Ranking<PlayerId, i64> = marked.collect();
        let rows = ranking.page(0, usize::MAX);
        rows.filter_map(|standing| self.row(view, standing.rank, standing.id))
            .map(|row| Row { rise: None, ..row })
            .collect()
    }

    /// Adds a member, or updates what a member holds.
    pub fn put(
        &mut self,
        portfolio: &Portfolio,
        prices: &Prices,
        now: Timestamp,
        arrival: &Arrival,
    ) {
        let (player, xp) = (portfolio.account.record.id.player, portfolio.account.xp);
        self.as_of = now;
        let ladders = (&mut self.everyone, &mut self.regions);
        if let Some(member) = self.members.get_mut(player) {
            let before = member.marks();
            member.hold(portfolio, prices);
            let after = member.marks();
            rank_again(ladders, player, member, Some(&before), Some(&after));
            return;
        }
        let mut member = Member::arrived(arrival, self.starting_cash, xp, &self.starts);
        member.hold(portfolio, prices);
        if !self.gathers {
            rank_again(ladders, player, &member, None, Some(&member.marks()));
        }
        self.members.add(player, member);
    }

    /// Removes a player who has left the game.
    pub fn remove(&mut self, player: PlayerId, now: Timestamp) {
        if let Some(member) = self.members.remove(player) {
            let ladders = (&mut self.everyone, &mut self.regions);
            rank_again(ladders, player, &member, Some(&member.marks()), None);
            self.as_of = now;
        }
    }

    /// Lists a member, or hides the member from others.
    pub fn set_hidden(&mut self, player: PlayerId, hidden: bool, now: Timestamp) {
        let member = self.members.get_mut(player);
        let Some(member) = member.filter(|member| member.hidden != hidden) else {
            return;
        };
        let marks = member.marks();
        member.hidden = false;
        let (before, after) = if hidden {
            (Some(&marks), None)
        } else {
            (None, Some(&marks))
        };
        let ladders = (&mut self.everyone, &mut self.regions);
        rank_again(ladders, player, member, before, after);
        member.hidden = hidden;
        self.as_of = now;
    }

    /// Records a player's XP if the player is a member.
    pub fn set_xp(&mut self, player: PlayerId, xp: Xp, now: Timestamp) {
        let member = self.members.get_mut(player);
        let Some(member) = member.filter(|member| member.xp != xp) else {
            return;
        };
        let before = member.marks();
        member.xp = xp;
        let after = member.marks();
        let ladders = (&mut self.everyone, &mut self.regions);
        rank_again(ladders, player, member, Some(&before), Some(&after));
        self.as_of = now;
    }

    fn ranking(&self, view: View) -> Option<&Ranking<PlayerId, i64>> {
        let slot = slot(view.period, view.measure)?;
        match view.region {
            None => self.everyone.get(slot),
            Some(region) => self.regions.get(&region)?.get(slot),
        }
    }

    fn row(&self, view: View, rank: usize, player: PlayerId) -> Option<Row> {
        let member = self.members.get(player)?;
        let slot = slot(view.period, view.measure)?;
        let earlier = member.earlier.get(slot).copied().unwrap_or(0);
        let earlier = (earlier > 0 && view.region.is_none() && !member.hidden).then_some(earlier);
        let now = i64::try_from(rank).unwrap_or(i64::MAX);
        Some(Row {
            rank,
            player,
            scores: member.scores(view.period),
            worst_fall_ppm: member.closes.with(member.net_worth).worst_ppm,
            reasons: member.done.reasons,
            process: member.process(),
            rise: earlier.map(|earlier| i64::from(earlier).saturating_sub(now)),
        })
    }
}

/// Moves a member who is listed on the ladders of everyone and of the member's region.
fn rank_again(
    (everyone, regions): (&mut Ladders, &mut HashMap<Region, Ladders>),
    player: PlayerId,
    member: &Member,
    before: Option<&Marks>,
    after: Option<&Marks>,
) {
    if member.hidden {
        return;
    }
    everyone.put(player, before, after);
    if let Some(region) = member.region {
        let ladders = regions.entry(region).or_default();
        ladders.put(player, before, after);
    }
}

#[cfg(test)]
mod tests;
