//! Who plays in a load run. Everything follows from three numbers, so that the program that sends
//! the requests knows each player's token and holdings without asking.

use anyhow::ensure;
use clap::Args;
use domain::{Hash, PlayerId, SessionId};
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

/// From one player's id to the next. Real ids are spread over 63 bits, so these are, too: a small
/// id would take less room in every row and index. They rise, so that writing them all is quick.
pub const ID_STEP: i64 = 900_000_000_037;
/// As many as have an id.
const PLAYERS_MAX: u32 = 10_000_000;
/// Fewer than the market has instruments.
const POSITIONS_MAX: u32 = 40;

const ADJECTIVES: [&str; 16] = [
    "able", "brave", "calm", "clever", "eager", "fair", "gentle", "happy", "keen", "lucky",
    "merry", "nimble", "proud", "quiet", "sunny", "wise",
];
const ANIMALS: [&str; 16] = [
    "badger", "bison", "crane", "deer", "eagle", "finch", "gecko", "heron", "ibex", "koala",
    "lynx", "moose", "otter", "panda", "raven", "swan",
];

/// How many players there are, and what they begin with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Args, Serialize, Deserialize)]
pub struct Population {
    /// Players, each with an account in the open league and a session.
    #[arg(long, default_value_t = 10_000)]
    pub players: u32,
    /// Positions of each.
    #[arg(long, default_value_t = 10)]
    pub positions: u32,
    /// Where names, tokens, purchases and prices come from.
    #[arg(long, default_value_t = 1)]
    pub seed: u64,
}

impl Population {
    /// Whether it can be made.
    ///
    /// # Errors
    /// The number that is out of range.
    pub fn check(self) -> anyhow::Result<()> {
        ensure!(
            (1..=PLAYERS_MAX).contains(&self.players),
            "--players must be 1 to {PLAYERS_MAX}"
        );
        ensure!(
            (1..=POSITIONS_MAX).contains(&self.positions),
            "--positions must be 1 to {POSITIONS_MAX}"
        );
        Ok(())
    }

    /// The id of a player, counted from 0.
    #[must_use]
    pub fn id(self, number: u32) -> PlayerId {
        PlayerId((i64::from(number) + 1) * ID_STEP)
    }

    /// An invented name that no other player has.
    #[must_use]
    pub fn handle(self, number: u32) -> String {
        let bits = self.random(number, 0);
        let word = |words: [&'static str; 16], shift: u32| {
            let place = usize::try_from((bits >> shift) & 15).unwrap_or(0);
            words.get(place).copied().unwrap_or("quick")
        };
        format!("{}-{}-{number}", word(ADJECTIVES, 0), word(ANIMALS, 8))
    }

    /// The session of a player.
    #[must_use]
    pub fn session(self, number: u32) -> SessionId {
        SessionId(i64::from(number) + 1)
    }

    /// What the database keeps of a player's token.
    #[must_use]
    pub fn token_hash(self, number: u32) -> Hash {
        Sha256::digest(self.secret(number)).into()
    }

    /// Writes the bearer token of a player.
    pub fn write_token(self, number: u32, out: &mut Vec<u8>) {
        let secret = hex::encode(self.secret(number));
        let token = format!("{}.{}.{secret}", self.id(number), self.session(number));
        out.extend_from_slice(token.as_bytes());
    }

    /// Which instrument, counted among `instruments`, a player's position of a place is in. All of
    /// a player are different. The scripts for pgbench compute the same.
    #[must_use]
    pub fn instrument(self, number: u32, place: u32, instruments: usize) -> usize {
        let place = u64::from(number) * 7 + u64::from(place);
        usize::try_from(place).unwrap_or(0) % instruments.max(1)
    }

    /// A random number of a player and a purpose, always the same.
    #[must_use]
    pub fn random(self, number: u32, purpose: u64) -> u64 {
        let mut bits = self
            .seed
            .wrapping_add(u64::from(number).wrapping_mul(0x9E37_79B9_7F4A_7C15))
            .wrapping_add(purpose.wrapping_mul(0xD1B5_4A32_D192_ED03));
        // SplitMix64's finalizer: every bit of the input changes every bit of the output.
        bits = (bits ^ (bits >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        bits = (bits ^ (bits >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        bits ^ (bits >> 31)
    }

    fn secret(self, number: u32) -> [u8; 32] {
        let mut hasher = Sha256::new();
        hasher.update(b"tickerquest load session\0");
        hasher.update(self.seed.to_be_bytes());
        hasher.update(number.to_be_bytes());
        hasher.finalize().into()
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    const POPULATION: Population = Population {
        players: 10_000,
        positions: 10,
        seed: 7,
    };

    #[test]
    fn every_player_has_a_name_and_ten_instruments_of_their_own() {
        let names: BTreeSet<String> = (0..1_000).map(|n| POPULATION.handle(n)).collect();
        assert_eq!(names.len(), 1_000);
        for number in 0..1_000 {
            let held: BTreeSet<usize> = (0..10)
                .map(|place| POPULATION.instrument(number, place, 44))
                .collect();
            assert_eq!(held.len(), 10);
            assert!(held.iter().all(|place| *place < 44));
        }
    }

    #[test]
    fn a_token_names_player_and_session_and_its_secret_has_the_kept_hash() {
        let mut token = Vec::new();
        POPULATION.write_token(41, &mut token);
        let token = String::from_utf8(token).unwrap();
        let parts: Vec<&str> = token.split('.').collect();
        assert_eq!(parts[0], POPULATION.id(41).to_string());
        assert_eq!(parts[1], "42");
        let hash: Hash = Sha256::digest(hex::decode(parts[2]).unwrap()).into();
        assert_eq!(hash, POPULATION.token_hash(41));
        assert_ne!(hash, POPULATION.token_hash(42));
    }

    #[test]
    fn the_last_player_has_an_id() {
        assert!(POPULATION.id(PLAYERS_MAX - 1).0 > 0);
    }
}
