//! A ranking: who is at which place, using order statistics.
//!
//! Entries are kept in order, in blocks of at most 1,024, with a Fenwick tree over the blocks' sizes. A move
//! touches one or two blocks, a rank is a binary search and a prefix sum, and a player takes the size of one
//! entry (16 bytes for two 64-bit numbers) plus the slack in blocks.

use std::cmp::{Ordering, Reverse};

use super::fenwick::Fenwick;

/// The number of entries at which a block is split in two.
const BLOCK_MAX: usize = 1_024;
/// The number of entries below which a block is merged with its neighbour.
const BLOCK_MIN: usize = 256;
/// Entries per block when a ranking is built in one go.
const BLOCK_BUILT: usize = 768;

/// One row of a ranking.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Standing<K, S> {
    /// The place, from 1.
    pub rank: usize,
    /// The player.
    pub id: K,
    /// The score.
    pub score: S,
}

/// Scores in order: the highest first, and the lower id first among equals, always.
///
/// It cannot look up a player by id alone: the caller passes the current score, which it usually stores
/// anyway. [`super::Board`] remembers scores for callers that do not.
///
/// ```
/// use domain::boards::Ranking;
/// let mut ranking = Ranking::default();
/// ranking.insert(7, 100);
/// ranking.insert(9, 300);
/// ranking.update(7, 100, 500);
/// assert_eq!(ranking.rank(7, 500), Some(1));
/// assert_eq!(ranking.top(10).map(|row| row.id).collect::<Vec<_>>(), [7, 9]);
/// ```
#[derive(Debug, Clone)]
pub struct Ranking<K, S> {
    /// Blocks of entries, each sorted and none empty; all entries of one precede those of the next.
    blocks: Vec<Vec<Entry<K, S>>>,
    sizes: Fenwick,
    len: usize,
}

/// In the order of ranks.
type Entry<K, S> = (Reverse<S>, K);

impl<K, S> Default for Ranking<K, S> {
    fn default() -> Self {
        Self {
            blocks: Vec::new(),
            sizes: Fenwick::default(),
            len: 0,
        }
    }
}

impl<K: Copy + Ord, S: Copy + Ord> FromIterator<(K, S)> for Ranking<K, S> {
    /// Builds a ranking in one go. Each id must occur only once.
    fn from_iter<I: IntoIterator<Item = (K, S)>>(scores: I) -> Self {
        let mut entries: Vec<Entry<K, S>> = scores
            .into_iter()
            .map(|(id, score)| (Reverse(score), id))
            .collect();
        entries.sort_unstable();
        entries.dedup();
        let blocks = entries.chunks(BLOCK_BUILT).map(<[_]>::to_vec).collect();
        let len = entries.len();
        let sizes = Fenwick::default();
        let mut ranking = Self { blocks, sizes, len };
        ranking.count_again();
        ranking
    }
}

impl<K: Copy + Ord, S: Copy + Ord> Ranking<K, S> {
    /// How many are ranked.
    #[must_use]
    pub fn len(&self) -> usize {
        self.len
    }

    /// Whether nobody is ranked.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// Adds a player; false when this exact entry already exists.
    pub fn insert(&mut self, id: K, score: S) -> bool {
        let entry = (Reverse(score), id);
        let place = self.block_of(&entry);
        // Beyond the last block, the last one takes it.
        let place = place.min(self.blocks.len().saturating_sub(1));
        let Some(block) = self.blocks.get_mut(place) else {
            self.blocks.push(vec![entry]);
            self.len = 1;
            self.count_again();
            return true;
        };
        let Err(at) = block.binary_search(&entry) else {
            return false;
        };
        block.insert(at, entry);
        self.len = self.len.saturating_add(1);
        if block.len() > BLOCK_MAX {
            let mut upper = block.split_off(BLOCK_MAX / 2);
            upper.shrink_to_fit();
            block.shrink_to(BLOCK_BUILT);
            self.blocks.insert(place.saturating_add(1), upper);
            self.count_again();
        } else {
            self.sizes.grow(place);
        }
        true
    }

    /// Removes a player with this score; false when there is none.
    pub fn remove(&mut self, id: K, score: S) -> bool {
        let entry = (Reverse(score), id);
        let place = self.block_of(&entry);
        let Some(block) = self.blocks.get_mut(place) else {
            return false;
        };
        let Ok(at) = block.binary_search(&entry) else {
            return false;
        };
        block.remove(at);
        let left = block.len();
        self.len = self.len.saturating_sub(1);
        if left < BLOCK_MIN && self.join(place) {
            self.count_again();
        } else {
            self.sizes.shrink(place);
        }
        true
    }

    /// Moves a player from one score to another; if there is none with the old score, returns false and
    /// changes nothing.
    pub fn update(&mut self, id: K, old: S, new: S) -> bool {
        if old == new {
            return self.rank(id, old).is_some();
        }
        self.remove(id, old) && self.insert(id, new)
    }

    /// The place of a player with this score, from 1; none when there is none.
    #[must_use]
    pub fn rank(&self, id: K, score: S) -> Option<usize> {
        let entry = (Reverse(score), id);
        let place = self.block_of(&entry);
        let at = self.blocks.get(place)?.binary_search(&entry).ok()?;
        Some(
            self.sizes
                .before(place)
                .saturating_add(at)
                .saturating_add(1),
        )
    }

    /// The place that a player with this score has, or would have, from 1.
    #[must_use]
    pub fn place(&self, id: K, score: S) -> usize {
        let entry = (Reverse(score), id);
        let block = self.block_of(&entry);
        let within = self.blocks.get(block).map_or(0, |block| {
            block.binary_search(&entry).unwrap_or_else(|at| at)
        });
        self.sizes
            .before(block)
            .saturating_add(within)
            .saturating_add(1)
    }

    /// The first `count` rows.
    pub fn top(&self, count: usize) -> impl Iterator<Item = Standing<K, S>> + '_ {
        self.page(0, count)
    }

    /// Up to `count` rows after the first `skipped`.
    pub fn page(&self, skipped: usize, count: usize) -> impl Iterator<Item = Standing<K, S>> + '_ {
        let (place, before) = self.sizes.find(skipped);
        let entries = self.blocks.iter().skip(place).flatten();
        entries
            .skip(skipped.saturating_sub(before))
            .take(count)
            .zip(skipped.saturating_add(1)..)
            .map(|((Reverse(score), id), rank)| Standing {
                rank,
                id: *id,
                score: *score,
            })
    }

    /// A player's row with up to `neighbours` on each side; empty when there is no such player.
    pub fn around(
        &self,
        id: K,
        score: S,
        neighbours: usize,
    ) -> impl Iterator<Item = Standing<K, S>> + '_ {
        let index = self.rank(id, score).map(|rank| rank.saturating_sub(1));
        let first = index.map_or(0, |index| index.saturating_sub(neighbours));
        let end = index.map_or(0, |index| {
            index.saturating_add(neighbours).saturating_add(1)
        });
        self.page(first, end.saturating_sub(first))
    }

    /// The share of the other players who rank behind this one, in basis points rounded down; all of
    /// them for a player who is alone.
    #[must_use]
    pub fn percentile_bps(&self, id: K, score: S) -> Option<u32> {
        let behind = self.len.saturating_sub(self.rank(id, score)?);
        let others = self.len.saturating_sub(1);
        let share = behind.saturating_mul(10_000).checked_div(others);
        Some(
            share
                .and_then(|share| u32::try_from(share).ok())
                .unwrap_or(10_000),
        )
    }

    /// The memory it uses in bytes, for a metric.
    #[must_use]
    pub fn bytes(&self) -> usize {
        let entries = self.blocks.iter().map(Vec::capacity).sum::<usize>();
        let per_block = size_of::<Vec<Entry<K, S>>>().saturating_add(size_of::<usize>());
        entries
            .saturating_mul(size_of::<Entry<K, S>>())
            .saturating_add(self.blocks.capacity().saturating_mul(per_block))
    }

    /// The first block whose last entry is not before this one.
    fn block_of(&self, entry: &Entry<K, S>) -> usize {
        let ends_before = |block: &Vec<Entry<K, S>>| {
            block.last().map(|last| last.cmp(entry)) == Some(Ordering::Less)
        };
        self.blocks.partition_point(ends_before)
    }

    /// Merges a small block with a neighbour when both fit into one, or drops it when it is empty.
    fn join(&mut self, place: usize) -> bool {
        let len = |place: usize| self.blocks.get(place).map(Vec::len);
        if len(place) == Some(0) {
            self.blocks.remove(place);
            return true;
        }
        let fits = |first: usize| {
            let (a, b) = (len(first)?, len(first.saturating_add(1))?);
            (a.saturating_add(b) <= BLOCK_BUILT).then_some(first)
        };
        let before = place.checked_sub(1).and_then(fits);
        let Some(first) = before.or_else(|| fits(place)) else {
            return false;
        };
        let second = self.blocks.remove(first.saturating_add(1));
        if let Some(block) = self.blocks.get_mut(first) {
            block.extend(second);
        }
        true
    }

    fn count_again(&mut self) {
        self.sizes = Fenwick::of(self.blocks.iter().map(Vec::len));
    }
}
