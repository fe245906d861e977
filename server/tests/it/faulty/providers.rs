//! Providers on the store that fails: they do not.

use async_trait::async_trait;
use domain::Timestamp;
use server::store::{
    AnswerKind, ProviderAnswer, ProviderState, ProviderStore, ProviderUsage, QuotaWindow,
    StoreResult,
};

use super::FaultyStore;

#[async_trait]
impl ProviderStore for FaultyStore {
    async fn reserve_call(
        &self,
        provider: &str,
        windows: &[QuotaWindow],
    ) -> StoreResult<Result<Vec<i64>, usize>> {
        self.inner.reserve_call(provider, windows).await
    }

    async fn list_usage(&self) -> StoreResult<Vec<ProviderUsage>> {
        self.inner.list_usage().await
    }

    async fn list_provider_states(&self) -> StoreResult<Vec<ProviderState>> {
        self.inner.list_provider_states().await
    }

    async fn store_provider_state(&self, state: &ProviderState) -> StoreResult<()> {
        self.inner.store_provider_state(state).await
    }

    async fn claim_probe(
        &self,
        provider: &str,
        seen: Timestamp,
        until: Timestamp,
    ) -> StoreResult<bool> {
        self.inner.claim_probe(provider, seen, until).await
    }

    async fn store_answer(&self, answer: &ProviderAnswer) -> StoreResult<()> {
        self.inner.store_answer(answer).await
    }

    async fn list_answers(&self, kind: AnswerKind, limit: u32) -> StoreResult<Vec<ProviderAnswer>> {
        self.inner.list_answers(kind, limit).await
    }

    async fn find_answers(
        &self,
        kind: AnswerKind,
        symbol: &str,
    ) -> StoreResult<Vec<ProviderAnswer>> {
        self.inner.find_answers(kind, symbol).await
    }

    async fn flush_answers(
        &self,
        provider: Option<&str>,
        kind: Option<AnswerKind>,
    ) -> StoreResult<u64> {
        self.inner.flush_answers(provider, kind).await
    }
}
