//! Valuing all members again when prices move.

use std::collections::{HashMap, HashSet};

use domain::{InstrumentId, Money, Timestamp};

use super::ladders::{Ladders, Listed};
use super::prices::{Changed, Prices, net_worth};
use super::{Region, Standings, rank_again};

/// If more than one member in this many moves at once, sorting all of them is cheaper.
const SORT_FROM: usize = 8;

/// Members whose worth changes at new prices, ready to be moved.
#[derive(Debug)]
pub struct Revaluation {
    /// Where among the members they are, in that order, with what they are worth now.
    pub(super) moved: Vec<(usize, Money)>,
    /// The ladders that prices move, when many members have moved.
    sorted: Option<(Ladders, HashMap<Region, Ladders>)>,
}

impl Standings {
    /// The new worth of members who hold something whose price has changed. Only reads, so that pages can
    /// be read meanwhile.
    #[must_use]
    pub fn revalue(&self, prices: &Prices, changed: &HashSet<InstrumentId>) -> Revaluation {
        self.ranked(self.valued(prices, changed))
    }

    /// Members who are worth something else at new prices; nobody is ranked by it yet.
    #[must_use]
    pub fn valued(&self, prices: &Prices, changed: &HashSet<InstrumentId>) -> Revaluation {
        let changed = Changed::of(changed);
        let members = self.members.all().iter().enumerate();
        let moved = members.filter_map(|(place, (_, member))| {
            if !changed.concerns(&member.holdings) {
                return None;
            }
            let net_worth = net_worth(member.cash, &member.holdings, prices);
            (net_worth != member.net_worth).then_some((place, net_worth))
        });
        Revaluation {
            moved: moved.collect(),
            sorted: None,
        }
    }

    /// Ranks everyone by a valuation if it has moved many.
    #[must_use]
    pub fn ranked(&self, valued: Revaluation) -> Revaluation {
        let moved = valued.moved;
        let many = moved.len().saturating_mul(SORT_FROM) > self.members.len();
        let sorted = many.then(|| self.sorted(Ladders::priced, &moved));
        Revaluation { moved, sorted }
    }

    /// Moves the members of a revaluation. Nothing may have changed since it was computed.
    pub fn apply(&mut self, revaluation: Revaluation, now: Timestamp) {
        let Revaluation { moved, sorted } = revaluation;
        if moved.is_empty() {
            return;
        }
        self.as_of = now;
        let Some((everyone, regions)) = sorted else {
            for (place, net_worth) in moved {
                self.set_net_worth(place, net_worth);
            }
            return;
        };
        self.everyone.take_priced(everyone);
        for (region, ladders) in regions {
            self.regions.entry(region).or_default().take_priced(ladders);
        }
        for (place, net_worth) in moved {
            if let Some(member) = self.members.at_mut(place) {
                member.net_worth = net_worth;
            }
        }
    }

    fn set_net_worth(&mut self, place: usize, net_worth: Money) {
        let Some((player, _)) = self.members.all().get(place) else {
            return;
        };
        let player = *player;
        if let Some(member) = self.members.at_mut(place) {
            let before = member.marks();
            member.net_worth = net_worth;
            let after = member.marks();
            let (everyone, regions) = (&mut self.everyone, &mut self.regions);
            rank_again(
                (everyone, regions),
                player,
                member,
                Some(&before),
                Some(&after),
            );
        }
    }

    /// Ladders of all listed members and of each region, with the net worth that some have now, given in
    /// the order of members.
    pub(super) fn sorted(
        &self,
        ladders: fn(&[Listed<'_>]) -> Ladders,
        moved: &[(usize, Money)],
    ) -> (Ladders, HashMap<Region, Ladders>) {
        let mut moved = moved.iter().peekable();
        let mut all = Vec::with_capacity(self.members.len());
        let mut by_region: HashMap<Region, Vec<Listed<'_>>> = HashMap::new();
        for (place, (player, member)) in self.members.all().iter().enumerate() {
            let net_worth = moved.next_if(|(moved, _)| *moved == place);
            let net_worth = net_worth.map_or(member.net_worth, |(_, net_worth)| *net_worth);
            if member.hidden {
                continue;
            }
            let listed = (*player, member, net_worth);
            all.push(listed);
            if let Some(region) = member.region {
                by_region.entry(region).or_default().push(listed);
            }
        }
        let regions = by_region.into_iter();
        let regions = regions.map(|(region, members)| (region, ladders(&members)));
        (ladders(&all), regions.collect())
    }
}
