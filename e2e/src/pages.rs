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
        place("orders", "/orders"),
        place("dashboard", "/dashboard"),
        place("week", "/week"),
        place("portfolio", "/portfolio"),
        place("leaderboard", "/leaderboard"),
        place("past-leaderboards", "/past-leaderboards"),
        place("friends", "/friends"),
        place("activity", "/activity"),
        place("profile", "/profile"),
        place("start", "/start"),
        place("start-order", "/start?company=MUFFN"),
        place("glossary", "/glossary"),
        place("look", "/look"),
        place("achievements", "/achievements"),
        place("progress", "/progress"),
        place("watch-lists", "/watch-lists"),
        place("games", "/games"),
        place("new-game", "/games/new"),
        place("join", "/join"),
        place("rules", "/games/open/rules"),
        place("more", "/more"),
        place("targets", "/targets"),
        place("strategies", "/strategies"),
        place("publish", "/publish"),
        place("x-ray", "/x-ray"),
        place("what-if", "/what-if"),
        place("luck", "/luck"),
        place("losses", "/losses"),
        place("lots", "/lots/MUFFN"),
        place("taxes", "/taxes"),
        place("notifications", "/notifications"),
        place("notification-settings", "/notifications/settings"),
        place("alerts", "/alerts"),
        place("journal", "/journal"),
        place("notes", "/notes"),
        place("offerings", "/offerings"),
        place("savings", "/savings"),
        place("practice", "/practice"),
        place("puzzle", "/puzzle"),
        place("duels", "/duels"),
        place("scenarios", "/scenarios"),
        place("scenario", "/scenarios/bubble"),
        place("offline-play", "/scenarios/offline"),
        place("proof", "/proof"),
        place("account", "/account"),
        place("forgotten", "/account/forgotten"),
        place("operator", "/operator"),
        place("not-found", "/no/such/page"),
    ]
}
