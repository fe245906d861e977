//! Price alerts: a player sets a line and is notified when the price crosses it.

use serde::{Deserialize, Serialize};

use crate::{Price, Symbol, Timestamp};

/// The side of the line that a price has to be on to trigger an alert.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum AlertSide {
    /// At the line or above it.
    Above,
    /// At the line or below it.
    Below,
}

impl AlertSide {
    /// Its name in databases and in the API.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Above => "above",
            Self::Below => "below",
        }
    }

    /// The side with this name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        [Self::Above, Self::Below]
            .into_iter()
            .find(|side| side.as_str() == name)
    }

    /// Whether a price is on this side of a line. A price on the line is on both.
    #[must_use]
    pub fn holds(self, line: Price, price: Price) -> bool {
        match self {
            Self::Above => price >= line,
            Self::Below => price <= line,
        }
    }
}

/// A price alert of a player.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct AlertView {
    /// Its id, unique per player.
    pub id: String,
    /// Whose price.
    pub symbol: Symbol,
    /// On which side of the line.
    pub side: AlertSide,
    /// The line.
    pub price: Price,
    /// Whether it triggers every time the price crosses to this side, not only the first time.
    pub repeats: bool,
    /// Whether it is still armed.
    pub active: bool,
    /// How often it has triggered.
    pub times: u32,
    /// When it last triggered.
    pub told_at: Option<Timestamp>,
    /// When it was created.
    pub created_at: Timestamp,
}

/// A price alert to create.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct NewAlert {
    /// Whose price.
    pub symbol: Symbol,
    /// On which side of the line.
    pub side: AlertSide,
    /// The line.
    pub price: Price,
    /// Whether it triggers every time.
    #[serde(default)]
    pub repeats: bool,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_price_on_the_line_is_on_both_sides() {
        let [low, line, high]: [Price; 3] = ["9.99", "10", "10.01"].map(|p| p.parse().unwrap());
        for (side, holds) in [
            (AlertSide::Above, [false, true, true]),
            (AlertSide::Below, [true, true, false]),
        ] {
            assert_eq!([low, line, high].map(|p| side.holds(line, p)), holds);
            assert_eq!(AlertSide::named(side.as_str()), Some(side));
        }
    }
}
