//! A board: a ranking that remembers everyone's score.

use std::collections::HashMap;
use std::hash::Hash;

use super::ranking::{Ranking, Standing};

/// A ranking with the scores by id. It takes about 36 bytes per player more than a [`Ranking`]
/// alone, which suffices where scores are already stored in columns.
#[derive(Debug, Clone)]
pub struct Board<K, S> {
    scores: HashMap<K, S>,
    ranking: Ranking<K, S>,
}

impl<K, S> Default for Board<K, S> {
    fn default() -> Self {
        Self {
            scores: HashMap::new(),
            ranking: Ranking::default(),
        }
    }
}

impl<K: Copy + Ord + Hash, S: Copy + Ord> FromIterator<(K, S)> for Board<K, S> {
    /// Builds a board in one go. The last score of an id counts.
    fn from_iter<I: IntoIterator<Item = (K, S)>>(scores: I) -> Self {
        let scores: HashMap<K, S> = scores.into_iter().collect();
        let ranking = scores.iter().map(|(id, score)| (*id, *score)).collect();
        Self { scores, ranking }
    }
}

impl<K: Copy + Ord + Hash, S: Copy + Ord> Board<K, S> {
    /// The ranking: top, pages, and how many there are.
    #[must_use]
    pub fn ranking(&self) -> &Ranking<K, S> {
        &self.ranking
    }

    /// A player's score.
    #[must_use]
    pub fn score(&self, id: K) -> Option<S> {
        self.scores.get(&id).copied()
    }

    /// Sets the score of a new or existing player.
    pub fn set(&mut self, id: K, score: S) {
        match self.scores.insert(id, score) {
            Some(old) => self.ranking.update(id, old, score),
            None => self.ranking.insert(id, score),
        };
    }

    /// Removes a player who is hidden or has left; returns whether there was one.
    pub fn remove(&mut self, id: K) -> bool {
        let score = self.scores.remove(&id);
        score.is_some_and(|score| self.ranking.remove(id, score))
    }

    /// A player's place, from 1.
    #[must_use]
    pub fn rank(&self, id: K) -> Option<usize> {
        self.ranking.rank(id, self.score(id)?)
    }

    /// A player's row with up to `neighbours` on each side; empty when there is no such player.
    #[must_use]
    pub fn around(&self, id: K, neighbours: usize) -> Vec<Standing<K, S>> {
        let score = self.score(id);
        score.map_or_else(Vec::new, |score| {
            self.ranking.around(id, score, neighbours).collect()
        })
    }

    /// The share of the other players who rank behind, in basis points rounded down.
    #[must_use]
    pub fn percentile_bps(&self, id: K) -> Option<u32> {
        self.ranking.percentile_bps(id, self.score(id)?)
    }
}
