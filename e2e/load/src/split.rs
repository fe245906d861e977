//! How the players of a population are split over games, and games over markets.

use anyhow::{Context as _, ensure};
use domain::api::{HostSettings, HostedState, MemberStatus, Visibility};
use domain::boards::Measure;
use domain::{GameRules, Timestamp};
use server::config::MarketConfig;
use server::market::new_spec;
use server::store::{GameRecord, NewGame, NewGameMarket, Store};

use super::database::Database;
use super::population::Population;

/// What the address of each game begins with.
const SLUG: &str = "load-";

/// Hosted games. Players are in them by turns: the first in the first, the next in the next. So are games
/// on markets, each of which has prices of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Split {
    /// Games.
    pub games: u32,
    /// Markets.
    pub markets: u32,
}

impl Split {
    /// Whether nobody's game is missing and no market is without a game.
    ///
    /// # Errors
    /// The number that is out of range.
    pub fn check(self, population: Population) -> anyhow::Result<()> {
        let players = population.players;
        ensure!(
            (1..=players).contains(&self.games),
            "--games must be 1 to the number of players, {players}"
        );
        ensure!(
            (1..=self.games).contains(&self.markets),
            "--markets must be 1 to the number of games, {}",
            self.games
        );
        Ok(())
    }

    /// The game of a player; both are counted from 0.
    #[must_use]
    pub fn game(self, player: u32) -> u32 {
        player % self.games.max(1)
    }

    /// Makes the games and their markets, which run as fast as that of the open league; the first games
    /// are on different markets.
    ///
    /// # Errors
    /// When the store fails, or there are such games already.
    pub async fn make_games(
        self,
        store: &dyn Store,
        config: &MarketConfig,
        now: Timestamp,
    ) -> anyhow::Result<Vec<GameRecord>> {
        let seed = config.seed.context("a population has a seed")?;
        let mut games: Vec<GameRecord> = Vec::new();
        for number in 0..self.games {
            let place = usize::try_from(number % self.markets.max(1))?;
            let market = match games.get(place).map(|game| game.market) {
                Some(market) => NewGameMarket::Shared(market),
                None => {
                    let config = MarketConfig {
                        seed: Some(seed.wrapping_add(u64::from(number) + 1)),
                        ..config.clone()
                    };
                    NewGameMarket::Own(new_spec(store, &config, now).await?)
                }
            };
            let new = NewGame {
                slug: slug(number),
                name: format!("Class {number}"),
                rules: GameRules::open_league(),
                market,
            };
            let made = store.create_game(&new).await?;
            games.push(made.with_context(|| format!("there is a game {} already", new.slug))?);
        }
        Ok(games)
    }

    /// Gives each of these games to its first player as the host, and makes everybody in it a member.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn host_games(self, database: &Database) -> anyhow::Result<()> {
        let settings = HostSettings {
            visibility: Visibility::Code,
            approval: false,
            late_entry: true,
            measure: Measure::Return,
            time_zone: "UTC".to_owned(),
        };
        let settings = serde_json::to_string(&settings)?;
        let open = HostedState::Open.as_str();
        let playing = MemberStatus::Playing.as_str();
        let hosted = format!(
            "insert into hosted_games (game_id, owner_id, state, settings, created_at)
             select a.game_id, min(a.player_id), '{open}', '{settings}', 0
             from accounts a
             join games g on g.game_id = a.game_id
             where g.slug like '{SLUG}%'
             group by a.game_id"
        );
        database.run(&hosted).await?;
        let members = format!(
            "insert into game_members (player_id, game_id, status, joined_at, made_here)
             select a.player_id, a.game_id, '{playing}', 0, true
             from accounts a
             join games g on g.game_id = a.game_id
             where g.slug like '{SLUG}%'"
        );
        database.run(&members).await
    }
}

/// The name of a game in addresses.
#[must_use]
pub fn slug(game: u32) -> String {
    format!("{SLUG}{game}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_game_has_players_and_every_market_a_game() {
        let population = Population {
            players: 100,
            positions: 1,
            seed: 1,
        };
        let split = |games, markets| Split { games, markets };
        for good in [split(1, 1), split(100, 30), split(7, 7)] {
            assert!(good.check(population).is_ok());
        }
        for bad in [split(0, 0), split(101, 1), split(5, 6), split(5, 0)] {
            assert!(bad.check(population).is_err());
        }
        let players: Vec<u32> = (0..4).map(|player| split(3, 2).game(player)).collect();
        assert_eq!(players, [0, 1, 2, 0]);
    }
}
