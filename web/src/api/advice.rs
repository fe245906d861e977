//! Advice on the player's own portfolio.

use domain::api::{
    ApiError, LossesView, LotsView, LuckView, TargetsView, TaxesView, WhatIfView, XRayView,
};

use super::address::Address;
use super::get;

mod strategies;

pub use strategies::*;

/// `GET games/{game}/targets`
pub async fn targets(game: &str) -> Result<TargetsView, ApiError> {
    get(Address::new(["games", game, "targets"])).await
}

/// `GET games/{game}/x-ray`
pub async fn x_ray(game: &str) -> Result<XRayView, ApiError> {
    get(Address::new(["games", game, "x-ray"])).await
}

/// `GET games/{game}/what-if`
///
/// Day and entry are text as they stand in an address: the server says what is wrong with them.
pub async fn what_if(
    game: &str,
    scenario: &str,
    day: Option<&str>,
    seq: Option<&str>,
) -> Result<WhatIfView, ApiError> {
    get(Address::new(["games", game, "what-if"])
        .with("scenario", Some(scenario))
        .with("day", day)
        .with("seq", seq))
    .await
}

/// `GET games/{game}/luck/{id}`
pub async fn luck(game: &str, id: &str) -> Result<LuckView, ApiError> {
    get(Address::new(["games", game, "luck", id])).await
}

/// `GET games/{game}/instruments/{symbol}/lots`
///
/// All but the game is text as it stands in an address: the server says what is wrong with it.
#[cfg(feature = "ssr")]
pub async fn lots(
    game: &str,
    symbol: &str,
    first: Option<&str>,
    quantity: Option<&str>,
    lots: Option<&str>,
) -> Result<LotsView, ApiError> {
    let address = Address::new(["games", game, "instruments", symbol, "lots"]);
    let address = address.with("first", first).with("quantity", quantity);
    get(address.with("lots", lots)).await
}

/// `GET games/{game}/taxes`
#[cfg(feature = "ssr")]
pub async fn taxes(game: &str) -> Result<TaxesView, ApiError> {
    get(Address::new(["games", game, "taxes"])).await
}

/// `GET games/{game}/losses`
pub async fn losses(game: &str, rate: Option<&str>) -> Result<LossesView, ApiError> {
    get(Address::new(["games", game, "losses"]).with("rate", rate)).await
}
