//! The logic of the order ticket: from the contents of its fields to what the order would do.
//!
//! [`preview`] runs [`domain::place`], as the server will, so what the page promises is what the
//! server does.

use domain::api::{OrderRequest, TicketView, WouldUnlock};
use domain::{
    Currency, IdempotencyKey, LotChoice, NumberError, Order, OrderError, Placement, Price,
    PriceGuard, Quote, Rejection, Side, Situation, Size, Symbol, Timestamp, Trigger, place,
};

use crate::language::Texts;

mod attempt;
mod kind;
mod part;
mod surprise;
mod words;

pub use attempt::{Attempt, Receipt, settled};
pub use kind::Kind;
pub use part::{Part, preset};
pub(crate) use words::{exchanging, rejection};

/// What the size field counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unit {
    /// Shares.
    Quantity,
    /// Money.
    Amount,
}

impl Unit {
    /// Its value in the form.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Quantity => "quantity",
            Self::Amount => "amount",
        }
    }
}

/// Tolerances that the ticket offers, in basis points.
pub const TOLERANCES_BPS: [u32; 5] = [0, 10, 50, 100, 500];
/// The default tolerance: wide enough for a quiet minute, too narrow for a surprise.
pub const DEFAULT_TOLERANCE_BPS: u32 = 50;

/// The form value for selling the most expensive shares first.
pub const HIGHEST_COST: &str = "highest_cost";

/// The contents of the ticket's fields.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Buy or sell.
    pub side: Side,
    /// What `size` counts.
    pub unit: Unit,
    /// How much, as typed.
    pub size: String,
    /// When to trade: now, at a limit or at a stop.
    pub kind: Kind,
    /// The price that a limit or a stop waits for, as typed.
    pub trigger_price: String,
    /// When a limit or a stop expires, as the form posts it; empty: never.
    pub expires_at: String,
    /// How far the price may move before the order is filled, in basis points.
    pub tolerance_bps: u32,
    /// Why, as typed.
    pub reason: String,
    /// Whether a sale takes the most expensive shares first.
    pub dearest_first: bool,
}

impl Default for Entry {
    fn default() -> Self {
        Self {
            side: Side::Buy,
            unit: Unit::Quantity,
            size: String::new(),
            kind: Kind::Now,
            trigger_price: String::new(),
            expires_at: String::new(),
            tolerance_bps: DEFAULT_TOLERANCE_BPS,
            reason: String::new(),
            dearest_first: false,
        }
    }
}

/// Why the order cannot be placed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Problem {
    /// No size has been entered.
    Blank,
    /// The size cannot be parsed.
    Size(String),
    /// A limit or a stop has no price yet.
    NoPrice,
    /// The price of a limit or a stop cannot be parsed.
    Price(String),
    /// The reason is too long.
    Reason(String),
    /// The order is well-formed, but the server would reject it.
    Rejected(Rejection),
}

/// A field of the ticket that can be invalid.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Field {
    /// How much.
    Size,
    /// At which price.
    Price,
    /// Why.
    Reason,
}

impl Problem {
    /// The field that fixes it.
    #[must_use]
    pub fn field(&self) -> Field {
        match self {
            Self::NoPrice | Self::Price(_) => Field::Price,
            Self::Reason(_) => Field::Reason,
            Self::Blank | Self::Size(_) | Self::Rejected(_) => Field::Size,
        }
    }

    /// Whether the field is still empty.
    #[must_use]
    pub fn is_blank(&self) -> bool {
        matches!(self, Self::Blank | Self::NoPrice)
    }

    /// The message for the player; none while the field is still blank.
    #[must_use]
    pub fn message(&self) -> Option<String> {
        match self {
            Self::Blank | Self::NoPrice => None,
            Self::Size(message) | Self::Price(message) | Self::Reason(message) => {
                Some(message.clone())
            }
            Self::Rejected(rejection) => Some(words::rejection(*rejection)),
        }
    }
}

impl Entry {
    /// The order that the fields describe, under a key, at the price that the player sees.
    ///
    /// # Errors
    /// The [`Problem`] of the field that cannot be parsed.
    pub fn request(
        &self,
        key: &IdempotencyKey,
        symbol: Symbol,
        expected: Option<Price>,
    ) -> Result<OrderRequest, Problem> {
        let size = self.read_size()?;
        let trigger = self.read_trigger()?;
        let guard = expected.map(|expected| PriceGuard {
            expected,
            tolerance_bps: self.tolerance_bps,
        });
        let request = OrderRequest {
            idempotency_key: key.clone(),
            symbol,
            side: self.side,
            size,
            // A limit or a stop has its own price.
            guard: guard.filter(|_| trigger.is_none()),
            reason: Some(self.reason.trim())
                .filter(|reason| !reason.is_empty())
                .map(str::to_owned),
            trigger,
            expires_at: trigger.and_then(|_| self.expires_at.parse().ok()),
            lots: match self.side {
                Side::Sell if self.dearest_first && trigger.is_none() => LotChoice::HighestCost,
                _ => LotChoice::Oldest,
            },
        };
        checked(&request).map(|_| request)
    }

    /// What the order waits for; none when it trades now.
    fn read_trigger(&self) -> Result<Option<Trigger>, Problem> {
        if self.kind == Kind::Now {
            return Ok(None);
        }
        let text = plain_number(&self.trigger_price);
        if text.is_empty() {
            return Err(Problem::NoPrice);
        }
        let price = text.parse::<Price>();
        let price = price.map_err(|error| Problem::Price(number_problem(error)))?;
        Ok(self.kind.trigger(price))
    }

    /// The price that a limit or a stop waits for, if it can be parsed.
    #[must_use]
    pub fn trigger_price(&self) -> Option<Price> {
        let trigger = self.read_trigger().ok().flatten()?;
        Some(trigger.price()).filter(|price| price.is_positive())
    }

    fn read_size(&self) -> Result<Size, Problem> {
        let text = plain_number(&self.size);
        if text.is_empty() {
            return Err(Problem::Blank);
        }
        let unreadable = |error| Problem::Size(number_problem(error));
        match self.unit {
            Unit::Quantity => text.parse().map(Size::Quantity).map_err(unreadable),
            Unit::Amount => text.parse().map(Size::Amount).map_err(unreadable),
        }
    }
}

fn checked(request: &OrderRequest) -> Result<Order, Problem> {
    let texts = Texts::get();
    request.order().map_err(|error| match error {
        OrderError::Reason => Problem::Reason(texts.ticket_reason_long(Order::REASON_MAX)),
        OrderError::Trigger => Problem::Price(texts.ticket_more_than_zero().to_owned()),
        OrderError::NotPositive
        | OrderError::Key
        | OrderError::Guard
        | OrderError::GuardedTrigger
        | OrderError::Expiry
        | OrderError::LotsOfPurchase
        | OrderError::LotsWait
        | OrderError::LotsUnclear
        | OrderError::LotsSum => Problem::Size(texts.ticket_more_than_zero().to_owned()),
    })
}

/// What an order would do, by the rules that the server follows.
///
/// # Errors
/// The [`Problem`] that a player can fix, including rejections with their numbers.
pub fn preview(
    request: &OrderRequest,
    ticket: &TicketView,
    quote: Option<&Quote>,
    now: Timestamp,
) -> Result<Placement, Problem> {
    place(&checked(request)?, situation(ticket, quote, now)).map_err(Problem::Rejected)
}

/// The situation that an order is decided in.
fn situation<'a>(
    ticket: &'a TicketView,
    quote: Option<&'a Quote>,
    now: Timestamp,
) -> Situation<'a> {
    Situation {
        account: &ticket.account,
        position: &ticket.position,
        xp: ticket.xp,
        quote,
        category: ticket.category.as_deref(),
        game: &ticket.game,
        xp_rules: &ticket.xp_rules,
        traded: ticket.traded,
        now,
    }
}

/// The ticket after an order has been filled or put to rest.
#[must_use]
pub fn after(ticket: &TicketView, placement: &Placement) -> TicketView {
    let version = ticket.version.saturating_add(1);
    match placement {
        Placement::Filled(execution) => TicketView {
            // The conversion of a trade abroad and the tax on a sale are separate ledger entries.
            version: version
                .saturating_add(i64::from(execution.fill.conversion.is_some()))
                .saturating_add(i64::from(!execution.fill.tax.is_zero())),
            account: execution.account,
            position: execution.position.clone(),
            xp: execution.xp,
            traded: ticket
                .traded
                .after_trade(execution.fill.at.day(), execution.fill.xp),
            // The server predicts the next one.
            would_unlock: WouldUnlock::default(),
            now: execution.fill.at,
            ..ticket.clone()
        },
        Placement::Rests(rest) => TicketView {
            version,
            account: rest.account,
            position: rest.position.clone(),
            now: rest.resting.placed_at,
            ..ticket.clone()
        },
    }
}

/// Converts a number as people write it to the plain notation that the rules parse: without spaces,
/// currency sign and separators, with a decimal point.
///
/// A single comma is the decimal sign, unless exactly three digits follow it: `1,5` is one and a
/// half and `1,500` is fifteen hundred. The preview shows at once how it was understood.
pub(crate) fn plain_number(typed: &str) -> String {
    let text: String = typed
        .chars()
        .filter(|c| !c.is_whitespace() && Currency::of_sign(*c).is_none() && *c != '\'')
        .collect();
    let text = match text.split_once(',') {
        Some((whole, decimals)) if is_decimal_comma(whole, decimals) => {
            format!("{whole}.{decimals}")
        }
        _ => text.replace(',', ""),
    };
    // ".5" and "5." on the way to "0.5" and "5.2".
    let text = text.strip_suffix('.').unwrap_or(&text);
    if text.starts_with('.') {
        format!("0{text}")
    } else {
        text.to_owned()
    }
}

fn is_decimal_comma(whole: &str, decimals: &str) -> bool {
    let plain = !decimals.contains([',', '.']) && !whole.contains('.');
    plain && (decimals.len() != 3 || whole.is_empty() || whole == "0")
}

fn number_problem(error: NumberError) -> String {
    let texts = Texts::get();
    match error {
        NumberError::Malformed => texts.ticket_a_number().to_owned(),
        NumberError::TooPrecise { scale } => texts.ticket_digits(scale),
        NumberError::OutOfRange => texts.ticket_too_much().to_owned(),
        NumberError::Negative => texts.ticket_more_than_zero().to_owned(),
    }
}

#[cfg(test)]
mod tests;
