//! The URLs of the pages. All links are built here, so that a page can move.

mod kinds;

use domain::{Side, Symbol};

#[cfg(feature = "hydrate")]
pub(crate) use kinds::page_of;
pub use kinds::{is_plain, is_translated};

use crate::CurrentGame;
use crate::address::encode;

/// The games that players can join.
pub const GAMES: &str = "/games";

/// How the pages look.
pub const LOOK: &str = "/look";

/// The first five minutes.
pub const START: &str = "/start";

/// The puzzle of the day.
#[cfg(feature = "ssr")]
pub const PUZZLE: &str = "/puzzle";

/// The puzzle of an earlier day.
#[cfg(feature = "ssr")]
#[must_use]
pub fn past_puzzle(day: domain::Day) -> String {
    format!("{PUZZLE}/{day}")
}

/// Runs that are played away from the server that counts them.
#[cfg(feature = "ssr")]
pub const OFFLINE_PLAY: &str = "/scenarios/offline";

/// A practice account that begins with a real portfolio.
pub const PRACTICE: &str = "/practice";

/// Duels.
#[cfg(feature = "ssr")]
pub const DUELS: &str = "/duels";

/// A duel.
#[cfg(feature = "ssr")]
#[must_use]
pub fn duel(id: &str) -> String {
    format!("{DUELS}/{}", encode(id))
}

/// The form of a challenge to a player.
#[cfg(feature = "ssr")]
#[must_use]
pub fn challenge(handle: &str) -> String {
    format!("{DUELS}?opponent={}", encode(handle))
}

/// What the words of the market mean.
pub const GLOSSARY: &str = "/glossary";

/// What can be traded.
#[must_use]
pub fn market(game: CurrentGame) -> String {
    game.link("/market")
}

/// The player's notifications.
pub const NOTIFICATIONS: &str = "/notifications";

/// The player's notes.
pub const NOTES: &str = "/notes";

/// The decision journal.
#[must_use]
pub fn journal(game: CurrentGame) -> String {
    game.link("/journal")
}

/// The player's price alerts.
#[must_use]
pub fn alerts(game: CurrentGame) -> String {
    game.link("/alerts")
}

/// The dashboard.
#[must_use]
pub fn dashboard(game: CurrentGame) -> String {
    game.link("/dashboard")
}

/// The portfolio.
#[must_use]
pub fn portfolio(game: CurrentGame) -> String {
    game.link("/portfolio")
}

/// Waiting orders.
#[must_use]
pub fn orders(game: CurrentGame) -> String {
    game.link("/orders")
}

/// Everything that ever changed the account.
#[must_use]
pub fn activity(game: CurrentGame) -> String {
    game.link("/activity")
}

/// The leaderboard of the player and the players they follow.
#[must_use]
pub fn friends_board() -> String {
    "/leaderboard?of=friends".to_owned()
}

/// A player's public profile.
#[must_use]
pub fn player(handle: &str) -> String {
    format!("/players/{}", encode(handle))
}

/// The proof of a player's score in a game.
#[must_use]
pub fn proof(game: &str, handle: &str) -> String {
    format!("/players/{}/proof?game={}", encode(handle), encode(game))
}

/// An instrument with its ticket.
#[must_use]
pub fn instrument(game: CurrentGame, symbol: Symbol) -> String {
    game.link(&format!("/instruments/{symbol}"))
}

/// The watch lists.
#[must_use]
pub fn watch_lists(game: CurrentGame) -> String {
    game.link("/watch-lists")
}

/// The watch lists, with a company to put on one.
#[must_use]
pub fn watch(game: CurrentGame, symbol: Symbol) -> String {
    game.link(&format!("/watch-lists?symbol={symbol}"))
}

/// Offerings.
#[cfg(feature = "ssr")]
#[must_use]
pub fn offerings(game: CurrentGame) -> String {
    game.link("/offerings")
}

/// An offering.
#[cfg(feature = "ssr")]
#[must_use]
pub fn offering(game: CurrentGame, id: &str) -> String {
    game.link(&format!("/offerings/{}", encode(id)))
}

/// Savings plans.
#[cfg(feature = "ssr")]
#[must_use]
pub fn savings(game: CurrentGame) -> String {
    game.link("/savings")
}

/// How the player wants the money divided.
#[must_use]
pub fn targets(game: CurrentGame) -> String {
    game.link("/targets")
}

/// Strategies that players publish.
#[cfg(feature = "ssr")]
#[must_use]
pub fn strategies(game: CurrentGame) -> String {
    game.link("/strategies")
}

/// Strategies with a tag.
#[cfg(feature = "ssr")]
#[must_use]
pub fn strategies_tagged(game: CurrentGame, tag: &str) -> String {
    format!("{}?tag={}", strategies(game), encode(tag))
}

/// A strategy.
#[cfg(feature = "ssr")]
#[must_use]
pub fn strategy(game: CurrentGame, id: &str) -> String {
    game.link(&format!("/strategies/{}", encode(id)))
}

/// Publishing the player's targets as a strategy.
#[cfg(feature = "ssr")]
#[must_use]
pub fn publish(game: CurrentGame) -> String {
    game.link("/publish")
}

/// What could hurt the player's money.
#[must_use]
pub fn x_ray(game: CurrentGame) -> String {
    game.link("/x-ray")
}

/// What would have happened had the player acted differently.
#[must_use]
pub fn what_if(game: CurrentGame) -> String {
    game.link("/what-if")
}

/// How much of the player's result was luck.
#[must_use]
pub fn luck(game: CurrentGame) -> String {
    game.link("/luck")
}

/// What selling at a loss would save in tax.
#[must_use]
pub fn losses(game: CurrentGame) -> String {
    game.link("/losses")
}

/// The prefix of the names of fields for shares of a lot, followed by the microsecond of its
/// purchase.
pub const LOT: &str = "lot-";

/// The page to choose which shares to sell.
#[must_use]
pub fn lots(game: CurrentGame, symbol: Symbol) -> String {
    game.link(&format!("/lots/{symbol}"))
}

/// The taxes that the player has paid.
#[must_use]
pub fn taxes(game: CurrentGame) -> String {
    game.link("/taxes")
}

/// The sale of the marked purchases of an instrument.
#[cfg(feature = "ssr")]
#[must_use]
pub fn sale_of_lots(game: CurrentGame, symbol: Symbol, lots: &[domain::advice::TaxLot]) -> String {
    let sold = lots.iter().filter(|lot| lot.sells);
    let fields: Vec<String> = sold
        .map(|lot| format!("&{LOT}{}={}", lot.acquired_at.micros(), lot.quantity))
        .collect();
    format!("{}?how=chosen{}", self::lots(game, symbol), fields.concat())
}

/// An instrument with a ticket that buys or sells.
#[must_use]
pub fn trade(game: CurrentGame, symbol: Symbol, side: Side) -> String {
    format!("{}?side={}", instrument(game, symbol), side.as_str())
}
