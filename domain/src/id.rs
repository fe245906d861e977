//! Identities: one type each, so that a player's id is never mistaken for a game's.

use std::fmt;
use std::str::FromStr;

use crate::wire;

/// The text is not a valid id.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct IdError;

impl fmt::Display for IdError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("is not an id")
    }
}

impl std::error::Error for IdError {}

macro_rules! id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        ///
        /// A positive 63-bit number; on the wire a decimal string, because JavaScript numbers
        /// cannot hold it exactly.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(pub i64);

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }

        impl FromStr for $name {
            type Err = IdError;

            fn from_str(text: &str) -> Result<Self, IdError> {
                text.parse().ok().filter(|id| *id > 0).map(Self).ok_or(IdError)
            }
        }

        wire::as_text_or!(
            $name,
            concat!("an id (", stringify!($name), "): a whole number in quotes"),
            "^[1-9][0-9]{0,18}$",
            i64,
            |id| id.0,
            $name
        );
    };
}

id! {
    /// A player.
    PlayerId
}
id! {
    /// A game.
    GameId
}
id! {
    /// A market. Several games may share one.
    MarketId
}
id! {
    /// An instrument of a universe. Players and programs name instruments by their symbol.
    InstrumentId
}
id! {
    /// A log-in of a player on one device.
    SessionId
}

/// One player's account in one game. The pair is the key, so that everything a player owns can
/// live on one node of a database cluster.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct AccountId {
    /// The player who owns it.
    pub player: PlayerId,
    /// The game it belongs to.
    pub game: GameId,
}

impl fmt::Display for AccountId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.player, self.game)
    }
}
