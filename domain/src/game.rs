//! The rules of one game: when it is open, what a trade costs, what a trade may be.

use serde::{Deserialize, Serialize};

use crate::{Money, Timestamp};

/// What a fill costs its player: a share of its value, rounded up, plus a fixed part.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Fees {
    /// Basis points (hundredths of a percent) of the value.
    pub basis_points: u32,
    /// The fixed part of every fill.
    pub fixed: Money,
}

impl Fees {
    /// No fees.
    pub const NONE: Self = Self {
        basis_points: 0,
        fixed: Money::ZERO,
    };

    /// The fee of a fill of this value; none beyond what [`Money`] holds.
    #[must_use]
    pub fn of(self, value: Money) -> Option<Money> {
        value
            .basis_points_rounded_up(self.basis_points)?
            .checked_add(self.fixed)
    }
}

/// The rules of a game that bear on a trade.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct GameRules {
    /// Trading starts here; none: it has always been open.
    pub opens_at: Option<Timestamp>,
    /// Trading ends here; none: it never does.
    pub closes_at: Option<Timestamp>,
    /// The host has stopped trading for a while.
    pub frozen: bool,
    /// Cash of a new account.
    pub starting_cash: Money,
    /// Whether parts of a share can be traded.
    pub fractional: bool,
    /// What a fill costs.
    pub fees: Fees,
    /// The smallest value of an order. The sale of a whole position may be smaller.
    pub order_min: Money,
    /// The largest value of an order.
    pub order_max: Money,
}

/// Why a game does not trade now.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case", tag = "why", try_from = "ClosedFields")]
pub enum Closed {
    /// It opens later.
    NotYetOpen {
        /// When.
        opens_at: Timestamp,
    },
    /// It is over.
    Over {
        /// Since when.
        closed_at: Timestamp,
    },
    /// The host has frozen it.
    Frozen,
}

/// All that a [`Closed`] may carry. What serde derives for a tagged enum first keeps everything it
/// reads, which is a large part of a page's WebAssembly.
#[derive(Deserialize)]
struct ClosedFields {
    why: String,
    opens_at: Option<Timestamp>,
    closed_at: Option<Timestamp>,
}

impl TryFrom<ClosedFields> for Closed {
    type Error = &'static str;

    fn try_from(fields: ClosedFields) -> Result<Self, Self::Error> {
        match (fields.why.as_str(), fields.opens_at, fields.closed_at) {
            ("not_yet_open", Some(opens_at), _) => Ok(Self::NotYetOpen { opens_at }),
            ("over", _, Some(closed_at)) => Ok(Self::Over { closed_at }),
            ("frozen", ..) => Ok(Self::Frozen),
            _ => Err("not a reason why a game is closed"),
        }
    }
}

impl GameRules {
    /// The open league: always open, fractional shares, no fees, 10,000 to start with.
    #[must_use]
    pub fn open_league() -> Self {
        Self {
            opens_at: None,
            closes_at: None,
            frozen: false,
            starting_cash: Money::from_whole(10_000),
            fractional: true,
            fees: Fees::NONE,
            order_min: Money::from_whole(1),
            order_max: Money::from_whole(1_000_000_000),
        }
    }

    /// Whether the game trades at an instant, and if not, why.
    ///
    /// # Errors
    /// The reason why it is closed.
    pub fn check_open(&self, now: Timestamp) -> Result<(), Closed> {
        match (self.opens_at, self.closes_at) {
            (Some(opens_at), _) if now < opens_at => Err(Closed::NotYetOpen { opens_at }),
            (_, Some(closed_at)) if now >= closed_at => Err(Closed::Over { closed_at }),
            _ if self.frozen => Err(Closed::Frozen),
            _ => Ok(()),
        }
    }
}
