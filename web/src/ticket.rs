//! The order ticket without its looks: from what stands in its fields to what the order would do.
//!
//! [`preview`] runs [`domain::execute`], as the server will, so what the page promises is what
//! the server does.

use domain::api::{OrderRequest, TicketView};
use domain::{
    Execution, IdempotencyKey, Money, NumberError, Order, OrderError, Price, PriceGuard, Quantity,
    Quote, Rejection, Side, Situation, Size, Symbol, Timestamp, XpRules, execute,
};

mod attempt;
mod words;

pub use attempt::{Attempt, settled};
#[cfg(not(feature = "csr"))]
pub(crate) use words::rejection as rejection_in_words;

/// What the size field counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unit {
    /// Shares.
    Quantity,
    /// Money.
    Amount,
}

impl Unit {
    /// As the form posts it.
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
/// The tolerance that it starts with: wide enough for a quiet minute, too narrow for a surprise.
pub const DEFAULT_TOLERANCE_BPS: u32 = 50;

/// What stands in the ticket's fields.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Buy or sell.
    pub side: Side,
    /// What `size` counts.
    pub unit: Unit,
    /// How much, as typed.
    pub size: String,
    /// How far the price may move before the order is filled, in basis points.
    pub tolerance_bps: u32,
    /// Why, as typed.
    pub reason: String,
}

impl Default for Entry {
    fn default() -> Self {
        Self {
            side: Side::Buy,
            unit: Unit::Quantity,
            size: String::new(),
            tolerance_bps: DEFAULT_TOLERANCE_BPS,
            reason: String::new(),
        }
    }
}

/// Why there is nothing to press the button for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Problem {
    /// No size has been entered.
    Blank,
    /// The size cannot be read.
    Size(String),
    /// The reason is too long.
    Reason(String),
    /// The order can be read and the server would reject it.
    Rejected(Rejection),
}

impl Problem {
    /// What the player is told; nothing while the field is still blank.
    #[must_use]
    pub fn message(&self) -> Option<String> {
        match self {
            Self::Blank => None,
            Self::Size(message) | Self::Reason(message) => Some(message.clone()),
            Self::Rejected(rejection) => Some(words::rejection(*rejection)),
        }
    }
}

impl Entry {
    /// The order that the fields describe, under a key, at the price that the player sees.
    ///
    /// # Errors
    /// The [`Problem`] of the field that cannot be read.
    pub fn request(
        &self,
        key: &IdempotencyKey,
        symbol: Symbol,
        expected: Option<Price>,
    ) -> Result<OrderRequest, Problem> {
        let request = OrderRequest {
            idempotency_key: key.clone(),
            symbol,
            side: self.side,
            size: self.read_size()?,
            guard: expected.map(|expected| PriceGuard {
                expected,
                tolerance_bps: self.tolerance_bps,
            }),
            reason: Some(self.reason.trim())
                .filter(|reason| !reason.is_empty())
                .map(str::to_owned),
            trigger: None,
            expires_at: None,
        };
        checked(&request).map(|_| request)
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
    request.order().map_err(|error| match error {
        OrderError::Reason => Problem::Reason(format!(
            "A reason has at most {} characters.",
            Order::REASON_MAX
        )),
        OrderError::NotPositive
        | OrderError::Key
        | OrderError::Guard
        | OrderError::Trigger
        | OrderError::GuardedTrigger
        | OrderError::Expiry => Problem::Size("It has to be more than zero.".to_owned()),
    })
}

/// What an order would do, by the rules that the server follows.
///
/// # Errors
/// The [`Problem`] that a player can mend, rejections with their numbers included.
pub fn preview(
    request: &OrderRequest,
    ticket: &TicketView,
    quote: Option<&Quote>,
    now: Timestamp,
) -> Result<Execution, Problem> {
    execute(&checked(request)?, situation(ticket, quote, now)).map_err(Problem::Rejected)
}

/// What an order is decided on.
pub(crate) fn situation<'a>(
    ticket: &'a TicketView,
    quote: Option<&'a Quote>,
    now: Timestamp,
) -> Situation<'a> {
    Situation {
        account: &ticket.account,
        position: &ticket.position,
        xp: ticket.xp,
        quote,
        game: &ticket.game,
        xp_rules: &ticket.xp_rules,
        now,
    }
}

/// The ticket once an execution has happened.
#[must_use]
pub fn after(ticket: &TicketView, execution: &Execution) -> TicketView {
    TicketView {
        version: ticket.version.saturating_add(1),
        account: execution.account,
        position: execution.position.clone(),
        xp: execution.xp,
        now: execution.fill.at,
        ..ticket.clone()
    }
}

/// Parts of the cash, or of the holding, that one press enters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    /// 25 %.
    Quarter,
    /// 50 %.
    Half,
    /// Everything.
    All,
}

impl Part {
    /// All parts, smallest first.
    pub const EACH: [Self; 3] = [Self::Quarter, Self::Half, Self::All];

    /// On its button.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Self::Quarter => "25 %",
            Self::Half => "50 %",
            Self::All => "All",
        }
    }

    fn of_units(self, units: i64) -> i64 {
        match self {
            Self::Quarter => units / 4,
            Self::Half => units / 2,
            Self::All => units,
        }
    }
}

/// What a part enters; none when there is nothing to take a part of.
///
/// A purchase is entered as an amount and a sale as shares, whatever the field counted before:
/// "all my cash" then stays affordable when the price moves on the way, and "all my shares"
/// leaves no crumb behind.
#[must_use]
pub fn preset(part: Part, side: Side, ticket: &TicketView) -> Option<(Unit, String)> {
    match side {
        Side::Buy => {
            let amount = Money::from_units(part.of_units(ticket.account.free_cash().units()))
                .min(ticket.game.order_max);
            let whole_cents = Money::from_units(amount.units() / 100 * 100);
            let entered = if part == Part::All {
                amount
            } else {
                whole_cents
            };
            entered
                .is_positive()
                .then(|| (Unit::Amount, entered.to_string()))
        }
        Side::Sell => {
            let quantity =
                Quantity::from_units(part.of_units(ticket.position.free_quantity().units()));
            let whole = !ticket.game.fractional && part != Part::All;
            let entered = if whole {
                quantity.whole_shares()
            } else {
                quantity
            };
            entered
                .is_positive()
                .then(|| (Unit::Quantity, entered.to_string()))
        }
    }
}

/// Characters that a reason still lacks to earn more; none once it is long enough.
#[must_use]
pub fn reason_missing(reason: &str) -> Option<usize> {
    let written = reason.trim().chars().count();
    XpRules::REASON_MIN
        .checked_sub(written)
        .filter(|missing| *missing > 0)
}

/// A number as people write it, in the plain notation that the rules read: without blanks,
/// currency sign and separators, with a point before the decimals.
///
/// A single comma is the decimal sign, unless exactly three digits follow it: `1,5` is one and a
/// half and `1,500` is fifteen hundred. The preview shows at once how it was understood.
pub(crate) fn plain_number(typed: &str) -> String {
    let text: String = typed
        .chars()
        .filter(|c| !c.is_whitespace() && *c != '$' && *c != '\'')
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
    match error {
        NumberError::Malformed => "Write a number, such as 3 or 2.5.".to_owned(),
        NumberError::TooPrecise { scale } => format!("At most {scale} digits after the point."),
        NumberError::OutOfRange => "That is more than any market holds.".to_owned(),
        NumberError::Negative => "It has to be more than zero.".to_owned(),
    }
}

#[cfg(test)]
mod tests;
