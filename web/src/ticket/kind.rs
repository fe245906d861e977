//! When an order trades: now, at a limit, or at a stop.

use crate::language::Texts;
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
        let texts = Texts::get();
        match self {
            Self::Now => texts.ticket_now(),
            Self::Limit => texts.ticket_limit(),
            Self::Stop => texts.ticket_stop(),
        }
    }

    /// What it does, in one sentence.
    #[must_use]
    pub fn taught(self, side: Side) -> &'static str {
        let texts = Texts::get();
        match (self, side) {
            (Self::Now, Side::Buy) => texts.ticket_buys_now(),
            (Self::Now, Side::Sell) => texts.ticket_sells_now(),
            (Self::Limit, Side::Buy) => texts.ticket_buys_limit(),
            (Self::Limit, Side::Sell) => texts.ticket_sells_limit(),
            (Self::Stop, Side::Buy) => texts.ticket_buys_stop(),
            (Self::Stop, Side::Sell) => texts.ticket_sells_stop(),
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
