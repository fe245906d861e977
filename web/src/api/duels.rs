//! Duels.

use domain::api::{ApiError, DuelView, DuelsView};

use super::address::Address;
use super::get;

/// `GET duels`
pub async fn duels() -> Result<DuelsView, ApiError> {
    get(Address::new(["duels"])).await
}

/// `GET duels/{id}`
pub async fn duel(id: &str) -> Result<DuelView, ApiError> {
    get(Address::new(["duels", id])).await
}
