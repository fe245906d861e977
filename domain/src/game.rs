//! The rules of one game: when it is open, what a trade costs, and which trades are allowed.

use serde::{Deserialize, Serialize};

use crate::hours::TradingHours;
use crate::tax::Taxes;
use crate::{Currency, Money, Price, Timestamp};

/// What a fill costs its player: a proportion of its value, rounded up, plus a fixed part.
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

/// The slug of the league that never ends, in which every player has an account.
pub const OPEN_LEAGUE: &str = "open";

/// The rules of a game that affect a trade.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct GameRules {
    /// When trading starts; none: it has always been open.
    pub opens_at: Option<Timestamp>,
    /// When trading ends; none: it never does.
    pub closes_at: Option<Timestamp>,
    /// The host has paused trading.
    pub frozen: bool,
    /// Starting cash of a new account.
    pub starting_cash: Money,
    /// Whether fractional shares can be traded.
    pub fractional: bool,
    /// What a fill costs.
    pub fees: Fees,
    /// The smallest value of an order. The sale of a whole position may be smaller.
    pub order_min: Money,
    /// The largest value of an order.
    pub order_max: Money,
    /// Categories that may be bought; empty: all of them.
    #[serde(default)]
    pub categories: Vec<String>,
    /// The largest part of an account that may be in one instrument, at cost, in percent; none: no
    /// limit. [`GameRules::position_max`] is the formula.
    #[serde(default)]
    pub position_max_percent: Option<u32>,
    /// The lowest price at which players may buy; none: any.
    #[serde(default)]
    pub price_min: Option<Price>,
    /// Seconds after a purchase of an instrument before any shares of it may be sold.
    #[serde(default)]
    pub hold_seconds: u32,
    /// The tax on realized gains; none: gains are untaxed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub taxes: Option<Taxes>,
    /// The yearly interest on cash, in basis points; [`crate::interest`] has the formula.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub cash_interest_bps: u32,
    /// The hours in which it trades; none: at all times.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hours: Option<TradingHours>,
    /// The currency of all its amounts, which is also that of its market.
    #[serde(default, skip_serializing_if = "Currency::is_dollar")]
    pub currency: Currency,
}

// As serde wants it.
#[expect(
    clippy::trivially_copy_pass_by_ref,
    reason = "the signature that serde calls"
)]
fn is_zero(number: &u32) -> bool {
    *number == 0
}

/// Why a game is closed for trading.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case", tag = "why", try_from = "ClosedFields")]
pub enum Closed {
    /// It opens later.
    NotYetOpen {
        /// When it opens.
        opens_at: Timestamp,
    },
    /// It is over.
    Over {
        /// When it ended.
        closed_at: Timestamp,
    },
    /// The host has frozen it.
    Frozen,
    /// It is outside its trading hours.
    OutsideHours {
        /// When they begin next.
        opens_at: Timestamp,
    },
}

/// All fields that a [`Closed`] may carry. The code that serde derives for a tagged enum buffers
/// all input first, and makes up a large part of a page's WebAssembly.
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
            ("outside_hours", Some(opens_at), _) => Ok(Self::OutsideHours { opens_at }),
            _ => Err("not a reason why a game is closed"),
        }
    }
}

impl GameRules {
    /// The open league: always open, fractional shares, no fees, 10,000 dollars to start with.
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
            categories: Vec::new(),
            position_max_percent: None,
            price_min: None,
            hold_seconds: 0,
            taxes: None,
            cash_interest_bps: 0,
            hours: None,
            currency: Currency::DOLLAR,
        }
    }

    /// Whether players may buy instruments of this category.
    #[must_use]
    pub fn allows_category(&self, category: &str) -> bool {
        self.categories.is_empty() || self.categories.iter().any(|one| one == category)
    }

    /// The most that one position may cost, given the account's realized profit and its cash; none when there
    /// is no limit. The base is the starting cash plus the realized profit, or the cash if that is more.
    /// Prices play no part, so the limit never moves while a player decides.
    #[must_use]
    pub fn position_max(&self, realized_profit: Money, cash: Money) -> Option<Money> {
        let percent = i128::from(self.position_max_percent?);
        let earned = self.starting_cash.checked_add(realized_profit);
        let base = earned.unwrap_or(self.starting_cash).max(cash);
        let part = i128::from(base.units()).checked_mul(percent)?;
        let units = i64::try_from(part.checked_div(100)?).ok()?;
        Some(Money::from_units(units))
    }

    /// Whether the game has ended at `now`.
    #[must_use]
    pub fn is_over_at(&self, now: Timestamp) -> bool {
        self.closes_at.is_some_and(|closed_at| closed_at <= now)
    }

    /// Checks that the game is open for trading at an instant.
    ///
    /// # Errors
    /// The reason why it is closed.
    pub fn check_open(&self, now: Timestamp) -> Result<(), Closed> {
        self.check_running(now)?;
        match &self.hours {
            Some(hours) if !hours.contain(now) => Err(Closed::OutsideHours {
                opens_at: hours.next_opening(now),
            }),
            _ => Ok(()),
        }
    }

    /// The same at any time of day: for what does not wait for the trading hours, such as savings plans.
    ///
    /// # Errors
    /// The reason why it is closed.
    pub fn check_running(&self, now: Timestamp) -> Result<(), Closed> {
        match (self.opens_at, self.closes_at) {
            (Some(opens_at), _) if now < opens_at => Err(Closed::NotYetOpen { opens_at }),
            (_, Some(closed_at)) if now >= closed_at => Err(Closed::Over { closed_at }),
            _ if self.frozen => Err(Closed::Frozen),
            _ => Ok(()),
        }
    }
}
