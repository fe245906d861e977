//! Watch lists: instruments that a player keeps an eye on.

use serde::{Deserialize, Serialize};

use crate::Symbol;

/// A watch list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct WatchListView {
    /// Two numbers, which are needed to read a shared list.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Whether whoever has its id may read it.
    pub shared: bool,
    /// What is watched, in the order in which it was added; at most 50.
    pub symbols: Vec<Symbol>,
}

/// A list to create.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct NewWatchList {
    /// Its name: 1 to 40 characters.
    #[cfg_attr(feature = "openapi", schema(min_length = 1, max_length = 40))]
    pub name: String,
}

/// Changes to a list; omitted fields stay as they are.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct WatchListPatch {
    /// A new name: 1 to 40 characters.
    #[serde(default)]
    pub name: Option<String>,
    /// Whether whoever has its id may read it.
    #[serde(default)]
    pub shared: Option<bool>,
    /// An instrument to add.
    #[serde(default)]
    pub add: Option<Symbol>,
    /// An instrument to remove.
    #[serde(default)]
    pub remove: Option<Symbol>,
}
