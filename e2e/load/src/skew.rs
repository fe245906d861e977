//! Which players send requests: all alike, or a few of them half of all.

use rand::RngExt as _;
use rand::rngs::StdRng;

/// One account in so many is a hot one.
const ONE_IN: u32 = 100;

/// How requests are spread over the players.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Spread {
    /// Every player sends as many.
    Uniform,
    /// One in a hundred players sends half of all, the others the rest.
    Skewed,
}

impl Spread {
    /// The next player to send a request, counted from 0.
    pub fn pick(self, players: u32, random: &mut StdRng) -> u32 {
        let players = players.max(1);
        let hot = players.div_ceil(ONE_IN);
        let cold = players - hot;
        match self {
            Self::Skewed if cold == 0 || random.random_bool(0.5) => {
                // Spread over the whole population, so that they do not share pages of a table.
                random.random_range(0..hot) * ONE_IN
            }
            Self::Skewed => {
                let place = random.random_range(0..cold);
                place / (ONE_IN - 1) * ONE_IN + 1 + place % (ONE_IN - 1)
            }
            Self::Uniform => random.random_range(0..players),
        }
    }
}

#[cfg(test)]
mod tests {
    use rand::SeedableRng as _;

    use super::*;

    const PICKS: usize = 40_000;

    fn hot_share(spread: Spread, players: u32) -> f64 {
        let mut random = StdRng::seed_from_u64(3);
        let hot = (0..PICKS)
            .map(|_| spread.pick(players, &mut random))
            .inspect(|picked| assert!(*picked < players))
            .filter(|picked| picked % ONE_IN == 0)
            .count();
        hot as f64 / PICKS as f64
    }

    #[test]
    fn one_account_in_a_hundred_gets_half() {
        for players in [100, 150, 1_234, 10_000] {
            let share = hot_share(Spread::Skewed, players);
            assert!((0.48..0.52).contains(&share), "{players}: {share}");
        }
        assert!(hot_share(Spread::Uniform, 10_000) < 0.02);
    }

    #[test]
    fn the_others_are_all_picked() {
        let mut random = StdRng::seed_from_u64(3);
        let mut picked = [false; 250];
        for _ in 0..PICKS {
            picked[Spread::Skewed.pick(250, &mut random) as usize] = true;
        }
        assert!(picked.iter().all(|picked| *picked));
    }

    #[test]
    fn a_single_player_sends_everything() {
        assert_eq!(hot_share(Spread::Skewed, 1), 1.0);
    }
}
