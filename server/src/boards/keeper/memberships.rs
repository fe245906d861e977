//! Which boards a player is on: XP is the player's, so a trade in one game is told to the boards of the
//! player's other games, and to no others.

use std::collections::HashMap;

use domain::{GameId, PlayerId};

/// The games of the boards that players are on.
#[derive(Debug, Default)]
pub(super) struct Memberships(HashMap<PlayerId, Vec<GameId>>);

impl Memberships {
    /// Notes that a player is on the board of a game.
    pub(super) fn add(&mut self, player: PlayerId, game: GameId) {
        let games = self.0.entry(player).or_default();
        if !games.contains(&game) {
            // Most players are on one board for ever.
            games.reserve_exact(1);
            games.push(game);
        }
    }

    /// Notes that a player is not on the board of a game any more.
    pub(super) fn remove(&mut self, player: PlayerId, game: GameId) {
        let Some(games) = self.0.get_mut(&player) else {
            return;
        };
        games.retain(|known| *known != game);
        if games.is_empty() {
            self.0.remove(&player);
        }
    }

    /// The games of a player's boards besides one.
    pub(super) fn others(&self, player: PlayerId, game: GameId) -> impl Iterator<Item = GameId> {
        let games = self.0.get(&player).map(Vec::as_slice).unwrap_or_default();
        games.iter().copied().filter(move |other| *other != game)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_player_is_told_of_on_the_boards_of_the_other_games_and_on_no_others() {
        let mut memberships = Memberships::default();
        let others = |memberships: &Memberships, player, game| {
            let others = memberships.others(PlayerId(player), GameId(game));
            others.map(|game| game.0).collect::<Vec<_>>()
        };
        for (player, game) in [(1, 1), (1, 2), (1, 2), (1, 3), (2, 3)] {
            memberships.add(PlayerId(player), GameId(game));
        }
        assert_eq!(others(&memberships, 1, 2), [1, 3]);
        assert_eq!(others(&memberships, 1, 9), [1, 2, 3]);
        assert_eq!(others(&memberships, 2, 3), Vec::<i64>::new());
        assert_eq!(others(&memberships, 7, 1), Vec::<i64>::new());
        memberships.remove(PlayerId(1), GameId(3));
        memberships.remove(PlayerId(2), GameId(3));
        memberships.remove(PlayerId(7), GameId(3));
        assert_eq!(others(&memberships, 1, 2), [1]);
        assert_eq!(others(&memberships, 2, 1), Vec::<i64>::new());
    }
}
