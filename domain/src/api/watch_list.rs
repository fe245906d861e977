//! Watch lists: instruments that a player keeps an eye on.

use serde::{Deserialize, Serialize};

use crate::Symbol;

/// A watch list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct WatchListView {
    /// Two numbers, which whoever is to read a shared list needs to know.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Whether whoever has its id may read it.
    pub shared: bool,
    /// What is watched, in the order in which it was added; at most 50.
    pub symbols: Vec<Symbol>,
}

/// A list that is to be made.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct NewWatchList {
    /// Its name: 1 to 40 characters.
    #[cfg_attr(feature = "openapi", schema(min_length = 1, max_length = 40))]
    pub name: String,
}

/// What is to change in a list; what is left out stays.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct WatchListPatch {
    /// Another name: 1 to 40 characters.
    #[serde(default)]
    pub name: Option<String>,
    /// Whether whoever has its id may read it.
    #[serde(default)]
    pub shared: Option<bool>,
    /// An instrument more.
    #[serde(default)]
    pub add: Option<Symbol>,
    /// An instrument less.
    #[serde(default)]
    pub remove: Option<Symbol>,
}
