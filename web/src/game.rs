//! The game that a page plays: the one that its address names.
//!
//! It is the same for as long as the page lives. A link into another game therefore carries
//! `rel="external"`: the browser loads a new page, with that game's prices, account and connection.

use std::sync::Arc;

use domain::OPEN_LEAGUE;
use leptos::prelude::*;

/// What the addresses of all other games' pages begin with.
const GAMES: &str = "/games/";

/// Stands where a slug would, in the address of the page that makes a game.
const NEW: &str = "new";

/// The game of the page around.
#[derive(Debug, Clone, Copy)]
pub struct CurrentGame(StoredValue<Arc<str>>);

impl CurrentGame {
    fn new(slug: &str) -> Self {
        Self(StoredValue::new(slug.into()))
    }

    /// Makes the game of this page's address known to all components below.
    pub(crate) fn provide() -> Self {
        let address = address().unwrap_or_default();
        let game = Self::new(slug_in(&address).unwrap_or(OPEN_LEAGUE));
        provide_context(game);
        game
    }

    /// The game of the page around. To be asked while the page is made, not in what runs later.
    #[must_use]
    pub fn get() -> Self {
        use_context().unwrap_or_else(|| Self::new(OPEN_LEAGUE))
    }

    /// Its name in addresses.
    #[must_use]
    pub fn slug(self) -> Arc<str> {
        self.0.try_get_value().unwrap_or_else(|| OPEN_LEAGUE.into())
    }

    /// Whether it is the league in which everybody plays.
    #[must_use]
    pub fn is_open_league(self) -> bool {
        *self.slug() == *OPEN_LEAGUE
    }

    /// The address of one of its pages, given that of the open league's.
    #[must_use]
    pub fn link(self, page: &str) -> String {
        link_into(&self.slug(), page)
    }
}

/// The address of a page of a game, given that of the open league's.
#[must_use]
pub fn link_into(slug: &str, page: &str) -> String {
    if slug == OPEN_LEAGUE {
        return page.to_owned();
    }
    format!("{GAMES}{slug}{page}")
}

/// The game that an address names, if it names one.
fn slug_in(address: &str) -> Option<&str> {
    let rest = address.strip_prefix(GAMES)?;
    let slug = rest.split(['/', '?', '#']).next()?;
    (!["", NEW].contains(&slug)).then_some(slug)
}

/// The path of this page.
#[cfg(feature = "client")]
fn address() -> Option<String> {
    window().location().pathname().ok()
}

#[cfg(not(feature = "client"))]
fn address() -> Option<String> {
    let address = use_context::<leptos_router::location::RequestUrl>()?;
    Some(address.parse().ok()?.path().to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_address_names_the_game() {
        for (address, slug) in [
            ("/games/class-1/market?page=2", Some("class-1")),
            ("/games/class-1", Some("class-1")),
            ("/games/class-1?x=/y", Some("class-1")),
            ("/games/", None),
            ("/games/new", None),
            ("/games/newton/market", Some("newton")),
            ("/games", None),
            ("/market", None),
            ("", None),
        ] {
            assert_eq!(slug_in(address), slug, "{address}");
        }
    }

    #[test]
    fn pages_of_the_open_league_have_short_addresses() {
        assert_eq!(link_into("open", "/market"), "/market");
        assert_eq!(link_into("class-1", "/orders"), "/games/class-1/orders");
    }
}
