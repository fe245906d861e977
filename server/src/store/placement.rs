//! Whose is where: the place of a player among the engine's lanes and among the databases that a game
//! is spread over, and the place of a name. What these say is stored, so it never changes.

use domain::PlayerId;
use sha2::{Digest as _, Sha256};

/// The place of a player among so many. Who knows a place among many knows it among a divisor of them
/// as well: players of one lane are in one database where there are as many lanes for each.
#[must_use]
pub fn place_of(player: PlayerId, count: usize) -> usize {
    let spread = player.0.unsigned_abs().wrapping_mul(0x9E37_79B9_7F4A_7C15);
    place(spread >> 32, count)
}

/// The place of a name, as it is compared, among so many.
pub(super) fn place_of_name(folded: &str, count: usize) -> usize {
    let hash = Sha256::digest(folded.as_bytes());
    let first = hash.iter().take(8);
    place(
        first.fold(0, |sum, byte| sum << 8 | u64::from(*byte)),
        count,
    )
}

/// Below `count`, unless that is zero.
fn place(hash: u64, count: usize) -> usize {
    let count = u64::try_from(count).unwrap_or(u64::MAX);
    let place = hash.checked_rem(count).unwrap_or(0);
    usize::try_from(place).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_never_changes() {
        let players = [1, 2, 3, 77, i64::MAX, i64::MIN].map(|id| place_of(PlayerId(id), 16));
        assert_eq!(players, [9, 2, 12, 11, 6, 0]);
        let names = ["ann", "ann@example.org", "пётр", ""].map(|name| place_of_name(name, 16));
        assert_eq!(names, [14, 15, 2, 4]);
        assert_eq!(place_of(PlayerId(1), 0), 0);
    }

    #[test]
    fn players_of_one_lane_are_in_one_database() {
        for (lanes, databases) in [(2, 2), (6, 3), (20, 5), (64, 1)] {
            for id in 1..1_000 {
                let player = PlayerId(id);
                let lane = place_of(player, lanes);
                assert_eq!(lane % databases, place_of(player, databases));
            }
        }
    }

    #[test]
    fn everyone_has_about_as_many() {
        for count in 1..=9 {
            let mut places = vec![0_usize; count];
            let mut named = places.clone();
            for id in 1..=10_000 {
                places[place_of(PlayerId(id), count)] += 1;
                named[place_of_name(&format!("player-{id}"), count)] += 1;
            }
            let fair = 10_000 / count;
            let about = |many: &usize| many.abs_diff(fair) < fair / 5;
            assert!(places.iter().all(about), "{places:?}");
            assert!(named.iter().all(about), "{named:?}");
        }
    }
}
