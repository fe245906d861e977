//! Titles: what programs of others do around a game.

use domain::api::{ApiError, ApiKeyView, TitleView};

use super::address::Address;
use super::get;

/// `GET games/{game}/title`: the player in the title.
pub async fn title(game: &str) -> Result<TitleView, ApiError> {
    get(Address::new(["games", game, "title"])).await
}

/// `GET games/{game}/keys`: for hosts.
pub async fn api_keys(game: &str) -> Result<Vec<ApiKeyView>, ApiError> {
    get(Address::new(["games", game, "keys"])).await
}
