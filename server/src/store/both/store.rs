//! What concerns the database as a whole.

use async_trait::async_trait;
use domain::Timestamp;

use super::{DatabaseStore, connection, probe};
use crate::store::{Store, StoreResult};

#[async_trait]
impl Store for DatabaseStore {
    async fn ping(&self) -> StoreResult<()> {
        probe::ping(&self.readers).await
    }

    async fn prepare(&self, now: Timestamp) -> StoreResult<()> {
        connection::prepare(&self.writer, now).await
    }

    async fn close(&self) {
        // The writer closes last: SQLite's last connection copies the log into the database file.
        self.close_others().await;
        self.writer.close().await;
    }
}
