//! The variables of the store behind.

use async_trait::async_trait;
use server::store::{StoreResult, VariableStore};

use super::FaultyStore;

#[async_trait]
impl VariableStore for FaultyStore {
    async fn find_variable(&self, name: &str) -> StoreResult<Option<String>> {
        self.read().find_variable(name).await
    }

    async fn store_variable_once(&self, name: &str, value: &str) -> StoreResult<String> {
        self.read().store_variable_once(name, value).await
    }

    async fn store_variable(&self, name: &str, value: &str) -> StoreResult<()> {
        self.read().store_variable(name, value).await
    }
}
