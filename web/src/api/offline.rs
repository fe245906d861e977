//! Runs that are played away from the server that counts them.

use domain::api::{ApiError, OfflineBoardView, OfflinePlayView};

use super::address::Address;
use super::get;

/// `GET offline-runs`
pub async fn offline_play() -> Result<OfflinePlayView, ApiError> {
    get(Address::new(["offline-runs"])).await
}

/// `GET scenarios/{id}/offline-results`
pub async fn offline_results(scenario: &str) -> Result<OfflineBoardView, ApiError> {
    get(Address::new(["scenarios", scenario, "offline-results"])).await
}
