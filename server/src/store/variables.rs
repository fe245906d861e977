//! Variables: short texts that a part of the server keeps across restarts.

use async_trait::async_trait;

use super::StoreResult;

/// Variables, by name.
#[async_trait]
pub trait VariableStore {
    async fn find_variable(&self, name: &str) -> StoreResult<Option<String>>;
    /// Stores a variable unless the name is taken. Returns the value that is then stored.
    async fn store_variable_once(&self, name: &str, value: &str) -> StoreResult<String>;
    /// Stores or replaces a variable.
    async fn store_variable(&self, name: &str, value: &str) -> StoreResult<()>;
}
