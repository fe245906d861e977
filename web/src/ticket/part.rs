//! Fractions of what there is to spend or to sell, each entered with one press.

use crate::language::Texts;
use domain::api::TicketView;
use domain::{Money, Quantity, Side};

use super::Unit;

/// A fraction of the cash, or of the holding, entered with one press.
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

    /// Its button label.
    #[must_use]
    pub fn label(self) -> String {
        let texts = Texts::get();
        match self {
            Self::Quarter => texts.language().percent("25%"),
            Self::Half => texts.language().percent("50%"),
            Self::All => texts.ticket_all().to_owned(),
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
/// A purchase is entered as an amount and a sale as shares, whatever the field counted before: "all
/// my cash" then stays affordable when the price moves in the meantime, and "all my shares" leaves
/// no remainder.
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
