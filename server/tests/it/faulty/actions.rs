//! The corporate actions of the store behind.

use async_trait::async_trait;
use domain::{AccountId, DatedAction, Day, GameId, InstrumentId, MarketId, PlayerId, Timestamp};
use server::store::{
    ActionStore, CandleRecord, InstrumentAction, InstrumentRecord, MarketAction, MarketSource,
    RestingRecord, StoreResult,
};

use super::FaultyStore;

#[async_trait]
impl ActionStore for FaultyStore {
    async fn import_history(
        &self,
        instruments: &[InstrumentRecord],
        candles: &[CandleRecord],
        actions: &[InstrumentAction],
    ) -> StoreResult<()> {
        self.inner
            .import_history(instruments, candles, actions)
            .await
    }

    async fn list_instrument_actions(
        &self,
        instrument: InstrumentId,
        until: Day,
        limit: u32,
    ) -> StoreResult<Vec<DatedAction>> {
        self.inner
            .list_instrument_actions(instrument, until, limit)
            .await
    }

    async fn list_universe_actions(
        &self,
        universe: MarketSource,
        from: Day,
        to: Day,
    ) -> StoreResult<Vec<InstrumentAction>> {
        self.inner.list_universe_actions(universe, from, to).await
    }

    async fn register_actions(&self, actions: &[MarketAction], now: Timestamp) -> StoreResult<()> {
        self.inner.register_actions(actions, now).await
    }

    async fn list_open_actions(
        &self,
        market: MarketId,
        limit: u32,
    ) -> StoreResult<Vec<MarketAction>> {
        self.inner.list_open_actions(market, limit).await
    }

    async fn list_due_actions(&self, now: Timestamp, limit: u32) -> StoreResult<Vec<MarketAction>> {
        self.inner.list_due_actions(now, limit).await
    }

    async fn finish_action(&self, action: &MarketAction, now: Timestamp) -> StoreResult<()> {
        self.inner.finish_action(action, now).await
    }

    async fn list_holders(
        &self,
        game: GameId,
        instrument: InstrumentId,
        after: PlayerId,
        limit: u32,
    ) -> StoreResult<Vec<AccountId>> {
        self.inner
            .list_holders(game, instrument, after, limit)
            .await
    }

    async fn list_resting_before(
        &self,
        game: GameId,
        instrument: InstrumentId,
        before: Timestamp,
        limit: u32,
    ) -> StoreResult<Vec<RestingRecord>> {
        self.inner
            .list_resting_before(game, instrument, before, limit)
            .await
    }
}
