//! Strategies that players publish.

use domain::api::{ApiError, CopyPreview, StrategiesView, StrategyView};

use super::{Address, get};

/// What is looked for, as it stands in an address: the server says what is wrong with it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct StrategyFilter {
    /// `mine`, `followed`, or none for all that can be found.
    pub of: Option<String>,
    /// Words.
    pub text: Option<String>,
    /// A risk profile.
    pub risk: Option<String>,
    /// A category.
    pub category: Option<String>,
    /// A tag.
    pub tag: Option<String>,
    /// The lowest return this year, in percent.
    pub min_return: Option<String>,
    /// The order.
    pub order: Option<String>,
    /// The page.
    pub page: Option<String>,
}

/// `GET games/{game}/strategies`
pub async fn strategies(game: &str, filter: &StrategyFilter) -> Result<StrategiesView, ApiError> {
    get(Address::new(["games", game, "strategies"])
        .with("of", filter.of.as_ref())
        .with("text", filter.text.as_ref())
        .with("risk", filter.risk.as_ref())
        .with("category", filter.category.as_ref())
        .with("tag", filter.tag.as_ref())
        .with("min_return", filter.min_return.as_ref())
        .with("order", filter.order.as_ref())
        .with("page", filter.page.as_ref()))
    .await
}

/// `GET games/{game}/strategies/{id}`
pub async fn strategy(
    game: &str,
    id: &str,
    version: Option<&str>,
) -> Result<StrategyView, ApiError> {
    get(Address::new(["games", game, "strategies", id]).with("version", version)).await
}

/// `GET games/{game}/strategies/{id}/copy`
pub async fn strategy_copy(
    game: &str,
    id: &str,
    version: Option<&str>,
) -> Result<CopyPreview, ApiError> {
    get(Address::new(["games", game, "strategies", id, "copy"]).with("version", version)).await
}
