//! When an order trades: now, at a limit, or at a stop.

use domain::{Price, Side, Trigger};

/// When an order trades.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Kind {
    /// At the current price.
    #[default]
    Now,
    /// At a price as good as the player's, or better.
    Limit,
    /// Once the price is as bad as the player's, or worse.
    Stop,
}

impl Kind {
    /// All kinds, the simplest first.
    pub const EACH: [Self; 3] = [Self::Now, Self::Limit, Self::Stop];

    /// Its value in the form.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Now => "market",
            Self::Limit => "limit",
            Self::Stop => "stop",
        }
    }

    /// The kind of a form's value; [`Kind::Now`] for any other text.
    #[must_use]
    pub fn from_text(text: &str) -> Self {
        let named = |kind: &Self| kind.as_str() == text;
        Self::EACH.into_iter().find(named).unwrap_or_default()
    }

    /// Its button label.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Self::Now => "Now",
            Self::Limit => "Limit",
            Self::Stop => "Stop",
        }
    }

    /// What it does, in one sentence.
    #[must_use]
    pub fn taught(self, side: Side) -> &'static str {
        match (self, side) {
            (Self::Now, Side::Buy) => "Buys at once, at the price of this moment.",
            (Self::Now, Side::Sell) => "Sells at once, at the price of this moment.",
            (Self::Limit, Side::Buy) => {
                "A limit waits for a lower price: it buys at yours or cheaper, never above."
            }
            (Self::Limit, Side::Sell) => {
                "A limit waits for a higher price: it sells at yours or better, never below."
            }
            (Self::Stop, Side::Buy) => {
                "A stop waits for a rise: once the price reaches yours, it buys at the price of that moment."
            }
            (Self::Stop, Side::Sell) => {
                "A stop guards against a fall: once the price drops to yours, it sells at the price of that moment."
            }
        }
    }

    /// What an order of this kind waits for; none when it does not wait.
    #[must_use]
    pub fn trigger(self, price: Price) -> Option<Trigger> {
        match self {
            Self::Now => None,
            Self::Limit => Some(Trigger::Limit(price)),
            Self::Stop => Some(Trigger::Stop(price)),
        }
    }
}
