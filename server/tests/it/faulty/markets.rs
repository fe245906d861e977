//! The markets of the store behind.

use async_trait::async_trait;
use domain::MarketId;
use server::store::{LastQuote, MarketRecord, MarketSpec, MarketStore, Pace, StoreResult};

use super::FaultyStore;

#[async_trait]
impl MarketStore for FaultyStore {
    async fn list_markets(&self) -> StoreResult<Vec<MarketRecord>> {
        self.read().list_markets().await
    }

    async fn find_market(&self, market: MarketId) -> StoreResult<Option<MarketRecord>> {
        self.read().find_market(market).await
    }

    async fn settle_market(&self, market: MarketId, spec: &MarketSpec) -> StoreResult<MarketSpec> {
        self.read().settle_market(market, spec).await
    }

    async fn update_market(&self, market: MarketId, spec: &MarketSpec) -> StoreResult<()> {
        self.read().update_market(market, spec).await
    }

    async fn step_market(
        &self,
        market: MarketId,
        before: Pace,
        spec: &MarketSpec,
    ) -> StoreResult<bool> {
        self.read().step_market(market, before, spec).await
    }

    async fn list_paces(&self, market: MarketId, limit: u32) -> StoreResult<Vec<Pace>> {
        self.read().list_paces(market, limit).await
    }

    async fn store_last_quotes(&self, market: MarketId, quotes: &[LastQuote]) -> StoreResult<()> {
        self.read().store_last_quotes(market, quotes).await
    }

    async fn list_last_quotes(&self, market: MarketId) -> StoreResult<Vec<LastQuote>> {
        self.read().list_last_quotes(market).await
    }
}
