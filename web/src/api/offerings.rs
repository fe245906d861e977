//! Offerings and savings plans.

use domain::api::{
    ApiError, ComparisonView, NewcomerView, OfferingDetail, OfferingView, PlanView,
    SubscriptionView,
};

use super::address::Address;
use super::get;

/// `GET games/{game}/offerings`
pub async fn offerings(game: &str) -> Result<Vec<OfferingView>, ApiError> {
    get(Address::new(["games", game, "offerings"])).await
}

/// `GET games/{game}/offerings/{id}`: with a preview of so many shares.
pub async fn offering(
    game: &str,
    id: &str,
    shares: Option<u32>,
) -> Result<OfferingDetail, ApiError> {
    get(Address::new(["games", game, "offerings", id]).with("shares", shares)).await
}

/// `GET games/{game}/newcomers`
pub async fn newcomers(game: &str) -> Result<Vec<NewcomerView>, ApiError> {
    get(Address::new(["games", game, "newcomers"])).await
}

/// `GET games/{game}/plans`
pub async fn plans(game: &str) -> Result<Vec<PlanView>, ApiError> {
    get(Address::new(["games", game, "plans"])).await
}

/// `GET games/{game}/plans/{id}/comparison`
pub async fn comparison(game: &str, id: &str) -> Result<ComparisonView, ApiError> {
    get(Address::new(["games", game, "plans", id, "comparison"])).await
}

/// `GET games/{game}/subscriptions`
pub async fn subscriptions(game: &str) -> Result<Vec<SubscriptionView>, ApiError> {
    get(Address::new(["games", game, "subscriptions"])).await
}
