//! The boards of the store behind.

use std::collections::HashMap;

use async_trait::async_trait;
use domain::boards::{Measure, Period};
use domain::{AccountId, GameId, PlayerId, Timestamp};
use server::store::boards::{BoardPeriod, BoardPlayer, FinalRow, FinalsOf, OpeningRecord};
use server::store::{BoardStore, StoreResult};

use super::FaultyStore;

#[async_trait]
impl BoardStore for FaultyStore {
    async fn find_board_players(
        &self,
        players: &[PlayerId],
    ) -> StoreResult<HashMap<PlayerId, BoardPlayer>> {
        self.inner.find_board_players(players).await
    }

    async fn find_openings(&self, accounts: &[AccountId]) -> StoreResult<Vec<OpeningRecord>> {
        self.inner.find_openings(accounts).await
    }

    async fn store_openings(&self, openings: &[OpeningRecord]) -> StoreResult<()> {
        self.inner.store_openings(openings).await
    }

    async fn list_board_periods(&self) -> StoreResult<Vec<BoardPeriod>> {
        self.inner.list_board_periods().await
    }

    async fn store_board_period(&self, period: &BoardPeriod) -> StoreResult<()> {
        self.inner.store_board_period(period).await
    }

    async fn store_finals(&self, of: FinalsOf, rows: &[FinalRow]) -> StoreResult<()> {
        self.inner.store_finals(of, rows).await
    }

    async fn list_finals(
        &self,
        of: FinalsOf,
        after: i64,
        limit: u32,
    ) -> StoreResult<Vec<FinalRow>> {
        self.inner.list_finals(of, after, limit).await
    }

    async fn list_closed_periods(
        &self,
        game: GameId,
        period: Period,
        measure: Measure,
        before: Timestamp,
        limit: u32,
    ) -> StoreResult<Vec<Timestamp>> {
        let closed = self
            .inner
            .list_closed_periods(game, period, measure, before, limit);
        closed.await
    }
}
