//! Every page of the game.

use domain::Symbol;

/// A page: its name and its path.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// A name for files and messages.
    pub name: &'static str,
    /// Where it is.
    pub path: String,
}

/// Every page, the instrument's with this symbol, and one that does not exist.
#[must_use]
pub fn all(symbol: Symbol) -> Vec<Place> {
    let place = |name, path: &str| Place {
        name,
        path: path.to_owned(),
    };
    vec![
        place("landing", "/"),
        place("login", "/login"),
        place("register", "/register"),
        place("market", "/market"),
        place("instrument", &format!("/instruments/{symbol}")),
        place("orders", &format!("/orders?symbol={symbol}")),
        place("portfolio", "/portfolio"),
        place("activity", "/activity"),
        place("profile", "/profile"),
        place("not-found", "/no/such/page"),
    ]
}
