//! Variables: short texts that a part of the server keeps from start to start.

use async_trait::async_trait;

use super::StoreResult;

/// Variables, by name.
#[async_trait]
pub trait VariableStore {
    async fn find_variable(&self, name: &str) -> StoreResult<Option<String>>;
    /// Stores a variable unless there is one of that name; the value that is stored then.
    async fn store_variable_once(&self, name: &str, value: &str) -> StoreResult<String>;
    /// Stores or replaces a variable.
    async fn store_variable(&self, name: &str, value: &str) -> StoreResult<()>;
}
