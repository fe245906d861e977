//! The game that a page plays: the one in its URL.
//!
//! It stays the same for the lifetime of the page. A link into another game therefore carries
//! `rel="external"`: the browser loads a new page, with that game's prices, account and connection.

use std::sync::Arc;

use domain::OPEN_LEAGUE;
use leptos::prelude::*;

/// The prefix of the URLs of all other games' pages.
const GAMES: &str = "/games/";

/// Takes the place of a slug in the URL of the page that creates a game.
const NEW: &str = "new";

/// The game of the surrounding page.
#[derive(Debug, Clone, Copy)]
pub struct CurrentGame(StoredValue<Arc<str>>);

impl CurrentGame {
    fn new(slug: &str) -> Self {
        Self(StoredValue::new(slug.into()))
    }

    /// Provides the game in this page's URL to all components below.
    pub(crate) fn provide() -> Self {
        let address = address().unwrap_or_default();
        let game = Self::new(slug_in(&address).unwrap_or(OPEN_LEAGUE));
        provide_context(game);
        game
    }

    /// The game of the surrounding page. Call this while the page is created, not in callbacks that
    /// run later.
    #[must_use]
    pub fn get() -> Self {
        use_context().unwrap_or_else(|| Self::new(OPEN_LEAGUE))
    }

    /// Its slug.
    #[must_use]
    pub fn slug(self) -> Arc<str> {
        self.0.try_get_value().unwrap_or_else(|| OPEN_LEAGUE.into())
    }

    /// Whether it is the league in which everyone plays.
    #[must_use]
    pub fn is_open_league(self) -> bool {
        *self.slug() == *OPEN_LEAGUE
    }

    /// The URL of one of its pages, given the open league's URL for it.
    #[must_use]
    pub fn link(self, page: &str) -> String {
        link_into(&self.slug(), page)
    }
}

/// The URL of a game's page, given the open league's URL for it.
#[must_use]
pub fn link_into(slug: &str, page: &str) -> String {
    if slug == OPEN_LEAGUE {
        return page.to_owned();
    }
    format!("{GAMES}{slug}{page}")
}

/// The currency of the game in a page's URL, which the server provides to the page.
#[cfg(feature = "ssr")]
#[derive(Debug, Clone, Copy)]
pub struct PageCurrency(pub domain::Currency);

#[cfg(feature = "ssr")]
impl PageCurrency {
    /// That of the surrounding page; the dollar on a page of no game.
    pub(crate) fn get() -> domain::Currency {
        use_context::<Self>().map_or(domain::Currency::DOLLAR, |page| page.0)
    }
}

/// The game that a URL names, if any.
#[must_use]
pub fn slug_in(address: &str) -> Option<&str> {
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
