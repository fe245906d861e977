//! Duels: who plays whom, and how each of the two has done.

use async_trait::async_trait;
use domain::duel::{DuelCourse, DuelRefusal, DuelResult, DuelSide};
use domain::{GameId, PlayerId, Timestamp};

use super::StoreResult;

/// A duel as stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DuelRecord {
    /// Its name in addresses.
    pub id: String,
    pub challenger: PlayerId,
    /// The player who was challenged by name or who accepted.
    pub opponent: Option<PlayerId>,
    /// Market days.
    pub days: u32,
    pub course: DuelCourse,
    /// What both play, as JSON. `None` before the first of them starts.
    pub content: Option<String>,
    /// Challenger and opponent.
    pub seats: [DuelSeat; 2],
}

/// The progress of one of the two.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct DuelSeat {
    /// When the player asked to start.
    pub started_at: Option<Timestamp>,
    /// The game of the run.
    pub game: Option<GameId>,
}

impl DuelRecord {
    /// The seat of a side.
    #[must_use]
    pub fn seat(&self, side: DuelSide) -> DuelSeat {
        let [challenger, opponent] = self.seats;
        match side {
            DuelSide::Challenger => challenger,
            DuelSide::Opponent => opponent,
        }
    }

    /// The player on a side.
    #[must_use]
    pub fn player(&self, side: DuelSide) -> Option<PlayerId> {
        match side {
            DuelSide::Challenger => Some(self.challenger),
            DuelSide::Opponent => self.opponent,
        }
    }

    /// The side of a player. `None` for anyone else.
    #[must_use]
    pub fn side_of(&self, player: PlayerId) -> Option<DuelSide> {
        if player == self.challenger {
            return Some(DuelSide::Challenger);
        }
        (self.opponent == Some(player)).then_some(DuelSide::Opponent)
    }
}

/// Duels.
#[async_trait]
pub trait DuelStore {
    async fn create_duel(&self, duel: &DuelRecord) -> StoreResult<()>;
    async fn find_duel(&self, id: &str) -> StoreResult<Option<DuelRecord>>;
    /// A player's duels, latest first.
    async fn list_duels(&self, player: PlayerId, limit: u32) -> StoreResult<Vec<DuelRecord>>;
    /// Makes a player the opponent of a challenge open to all or to this player. Returns whether it did.
    async fn accept_duel(&self, id: &str, player: PlayerId, at: Timestamp) -> StoreResult<bool>;
    /// Ends a waiting challenge. Returns whether it did.
    async fn refuse_duel(&self, id: &str, refusal: DuelRefusal) -> StoreResult<bool>;
    /// Stores what is played unless it is already settled. Returns what is played.
    async fn settle_duel(&self, id: &str, content: &str) -> StoreResult<Option<String>>;
    /// Lets one of the two start, once, and once more if the first start has led nowhere since `lost_since`.
    /// Returns whether it did.
    async fn start_duel(
        &self,
        id: &str,
        side: DuelSide,
        now: Timestamp,
        lost_since: Timestamp,
    ) -> StoreResult<bool>;
    /// Stores the game of a run that was started.
    async fn store_duel_game(&self, id: &str, side: DuelSide, game: GameId) -> StoreResult<()>;
    /// Stores a result. Returns whether there was none before.
    async fn store_duel_result(
        &self,
        id: &str,
        side: DuelSide,
        result: DuelResult,
    ) -> StoreResult<bool>;
    /// Deletes the oldest duels from before an instant: `limit` of them, plus those created at the same
    /// instant as the last. Returns how many.
    async fn prune_duels(&self, before: Timestamp, limit: u32) -> StoreResult<u64>;
}
