//! The members of a board: side by side in memory, because all of them are valued again when prices move.

use std::collections::HashMap;

use domain::PlayerId;

use super::member::Member;

/// Members by player, in the order in which they came as long as none leaves.
#[derive(Debug, Default)]
pub(super) struct Members {
    /// Where in `all` a player is.
    places: HashMap<PlayerId, usize>,
    all: Vec<(PlayerId, Member)>,
}

impl Members {
    pub(super) fn len(&self) -> usize {
        self.all.len()
    }

    pub(super) fn contains(&self, player: PlayerId) -> bool {
        self.places.contains_key(&player)
    }

    pub(super) fn get(&self, player: PlayerId) -> Option<&Member> {
        let (_, member) = self.all.get(*self.places.get(&player)?)?;
        Some(member)
    }

    pub(super) fn get_mut(&mut self, player: PlayerId) -> Option<&mut Member> {
        self.at_mut(*self.places.get(&player)?)
    }

    /// The member at a place of [`Members::all`].
    pub(super) fn at_mut(&mut self, place: usize) -> Option<&mut Member> {
        let (_, member) = self.all.get_mut(place)?;
        Some(member)
    }

    /// All of them, each at a place that stays as long as none leaves.
    pub(super) fn all(&self) -> &[(PlayerId, Member)] {
        &self.all
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = (PlayerId, &Member)> {
        self.all.iter().map(|(player, member)| (*player, member))
    }

    pub(super) fn values_mut(&mut self) -> impl Iterator<Item = &mut Member> {
        self.all.iter_mut().map(|(_, member)| member)
    }

    /// Adds a member who is not there yet.
    pub(super) fn add(&mut self, player: PlayerId, member: Member) {
        self.places.insert(player, self.all.len());
        self.all.push((player, member));
    }

    /// Removes a member; the last one takes the place.
    pub(super) fn remove(&mut self, player: PlayerId) -> Option<Member> {
        let place = self.places.remove(&player)?;
        let (_, member) = self.all.swap_remove(place);
        if let Some((last, _)) = self.all.get(place) {
            self.places.insert(*last, place);
        }
        Some(member)
    }
}

#[cfg(test)]
mod tests {
    use domain::Money;

    use super::*;
    use crate::boards::standings::Arrival;

    fn member(xp: i64) -> Member {
        Member::arrived(&Arrival::default(), Money::ZERO, xp, &Default::default())
    }

    #[test]
    fn whoever_leaves_takes_nobody_along() {
        let mut members = Members::default();
        for player in 1..=4 {
            members.add(PlayerId(player), member(player * 10));
        }
        for gone in [2, 4, 1] {
            assert_eq!(members.remove(PlayerId(gone)).unwrap().xp, gone * 10);
            assert!(!members.contains(PlayerId(gone)));
            assert!(members.remove(PlayerId(gone)).is_none());
            for (player, member) in members.iter() {
                assert_eq!(member.xp, player.0 * 10);
                assert_eq!(members.get(player).unwrap().xp, member.xp);
            }
        }
        assert_eq!((members.len(), members.all()[0].0), (1, PlayerId(3)));
    }
}
