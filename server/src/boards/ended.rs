//! Stores the periods that have ended: their final standings, and what members had when the next began.

use std::sync::Arc;

use domain::boards::{Measure, Period};
use domain::{AccountId, GameId};

use super::members::record;
use super::standings::{Closed, Final};
use super::{Board, Shared};
use crate::store::boards::{BoardPeriod, FinalRow, FinalsOf, OpeningRecord};
use crate::store::{Store, StoreResult};

/// Rows written per statement.
const AT_ONCE: usize = 500;

/// The periods that have ended in the memory of this server.
#[derive(Debug, Clone)]
pub struct EndedPeriods {
    shared: Arc<Shared>,
    store: Arc<dyn Store>,
}

impl EndedPeriods {
    pub(super) fn new(shared: Arc<Shared>, store: Arc<dyn Store>) -> Self {
        Self { shared, store }
    }

    /// The periods that have ended and that this server has not stored, with their games.
    #[must_use]
    pub fn waiting(&self) -> Vec<(GameId, Closed)> {
        let boards = self.shared.all().into_iter();
        boards
            .flat_map(|(game, board)| {
                let ended = board.ended().clone();
                ended.into_iter().map(move |closed| (game, closed))
            })
            .collect()
    }

    /// Stores every ended period that no server has stored yet. Returns how many. Safe to repeat.
    ///
    /// # Errors
    /// When the store fails. What is not stored is retried next time.
    pub async fn store(&self) -> StoreResult<usize> {
        let mut count = 0_usize;
        for (game, board) in self.shared.all() {
            loop {
                let next = board.ended().first().cloned();
                let Some(closed) = next else { break };
                if !self.is_stored(game, &board, closed.period).await? {
                    self.store_one(game, &board, &closed).await?;
                    count = count.saturating_add(1);
                }
                board.ended().retain(|one| *one != closed);
            }
        }
        Ok(count)
    }

    async fn is_stored(&self, game: GameId, board: &Board, period: Period) -> StoreResult<bool> {
        let start = board.read().start(period);
        let stored = self.store.list_board_periods().await?;
        Ok(stored
            .iter()
            .any(|one| one.game == game && one.period == period && one.starts_at >= start))
    }

    async fn store_one(&self, game: GameId, board: &Board, closed: &Closed) -> StoreResult<()> {
        let period = closed.period;
        for measure in [Measure::Return, Measure::Xp] {
            let of = FinalsOf {
                game,
                period,
                measure,
                starts_at: closed.starts_at,
            };
            let rows = closed.finals.iter().filter(|row| row.measure == measure);
            let rows: Vec<FinalRow> = rows.map(final_row).collect();
            for portion in rows.chunks(AT_ONCE) {
                self.store.store_finals(of, portion).await?;
            }
        }
        let (starts_at, members) = {
            let standings = board.read();
            (standings.start(period), standings.kept(period))
        };
        for portion in members.chunks(AT_ONCE) {
            let records: Vec<OpeningRecord> = portion
                .iter()
                .map(|(player, kept)| {
                    let account = AccountId {
                        player: *player,
                        game,
                    };
                    record(account, period, starts_at, *kept)
                })
                .collect();
            self.store.store_openings(&records).await?;
        }
        let begun = BoardPeriod {
            game,
            period,
            starts_at,
        };
        self.store.store_board_period(&begun).await
    }
}

fn final_row(row: &Final) -> FinalRow {
    FinalRow {
        rank: i64::try_from(row.rank).unwrap_or(i64::MAX),
        player: row.player,
        score: row.score,
    }
}
