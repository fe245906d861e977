//! The form of an order that waits for its price, without its looks: from what stands in its fields
//! to what would be set aside.
//!
//! [`preview`] runs [`domain::place`], as the server will.

use domain::api::{OrderRequest, OrderView, TicketView};
use domain::{
    IdempotencyKey, Placement, Price, Quote, Side, Size, Symbol, Timestamp, Trigger, place,
};

use crate::format;
use crate::ticket::{self, Entry, Unit, plain_number};

/// What stands in the fields.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Fields {
    /// `buy` or `sell`.
    pub side: String,
    /// `quantity` or `amount`.
    pub unit: String,
    /// How much, as typed.
    pub size: String,
    /// `limit` or `stop`.
    pub trigger: String,
    /// The price to wait for, as typed.
    pub trigger_price: String,
    /// When it ends unfilled; empty: never.
    pub expires_at: String,
    /// Why, as typed.
    pub reason: String,
}

impl Fields {
    /// Whether there is nothing to say of the order yet.
    fn is_blank(&self) -> bool {
        self.size.trim().is_empty() || self.trigger_price.trim().is_empty()
    }

    /// The order that the fields describe.
    fn request(&self, symbol: Symbol, key: &IdempotencyKey) -> Result<OrderRequest, String> {
        let entry = Entry {
            side: if self.side == Side::Sell.as_str() {
                Side::Sell
            } else {
                Side::Buy
            },
            unit: if self.unit == Unit::Amount.as_str() {
                Unit::Amount
            } else {
                Unit::Quantity
            },
            size: self.size.clone(),
            reason: self.reason.clone(),
            ..Entry::default()
        };
        let request = entry
            .request(key, symbol, None)
            .map_err(|problem| problem.message().unwrap_or_default())?;
        let price = plain_number(&self.trigger_price).parse::<Price>();
        let price = price.map_err(|error| format!("The price {error}."))?;
        let trigger = if self.trigger == "stop" {
            Trigger::Stop(price)
        } else {
            Trigger::Limit(price)
        };
        Ok(OrderRequest {
            trigger: Some(trigger),
            expires_at: self.expires_at.parse().ok(),
            ..request
        })
    }
}

/// What placing the order would come to; none while it is not complete.
///
/// # Errors
/// What keeps the order from being placed, in words.
pub fn preview(
    fields: &Fields,
    symbol: Symbol,
    ticket: &TicketView,
    quote: Option<&Quote>,
    now: Timestamp,
) -> Result<Option<Placement>, String> {
    if fields.is_blank() {
        return Ok(None);
    }
    // Its name has no part in what it comes to.
    let Ok(key) = "a-preview".parse() else {
        return Ok(None);
    };
    let order = fields.request(symbol, &key)?.order();
    let order = order.map_err(|error| format!("The {} {error}.", error.field()))?;
    place(&order, ticket::situation(ticket, quote, now))
        .map(Some)
        .map_err(ticket::rejection_in_words)
}

/// What a placement comes to, as lines of a label and a value.
#[must_use]
pub fn lines(placement: &Placement) -> Vec<(&'static str, String)> {
    match placement {
        Placement::Filled(execution) => {
            let fill = &execution.fill;
            let cash = format::money(execution.account.free_cash());
            vec![
                ("The price is there already, at", format::price(fill.price)),
                ("Filled at once", format::shares(fill.quantity)),
                ("Free cash after", cash),
            ]
        }
        Placement::Rests(rest) => {
            let reserve = rest.resting.reserve;
            let set_aside = match reserve.quantity.is_zero() {
                true => format::money(reserve.cash),
                false => format::shares(reserve.quantity),
            };
            let free = match reserve.quantity.is_zero() {
                true => ("Free cash after", format::money(rest.account.free_cash())),
                false => (
                    "Free shares after",
                    format::quantity(rest.position.free_quantity()),
                ),
            };
            let open = format::whole(i64::from(rest.account.open_orders));
            vec![("Set aside", set_aside), free, ("Open orders after", open)]
        }
    }
}

/// An order that waits, in a sentence.
#[must_use]
pub fn in_words(order: &OrderView) -> String {
    let size = match order.size {
        Size::Quantity(quantity) => format!("{} of {}", format::shares(quantity), order.symbol),
        Size::Amount(amount) => format!("{} for {}", order.symbol, format::money(amount)),
    };
    let verb = if order.side == Side::Buy {
        "Buy"
    } else {
        "Sell"
    };
    let when = match (order.trigger, order.side) {
        (None, _) => "at the current price".to_owned(),
        (Some(Trigger::Limit(price)), Side::Buy) => {
            format!("at {} or less", format::exact_price(price))
        }
        (Some(Trigger::Limit(price)), Side::Sell) => {
            format!("at {} or more", format::exact_price(price))
        }
        (Some(Trigger::Stop(price)), Side::Buy) => {
            format!("once it costs {} or more", format::exact_price(price))
        }
        (Some(Trigger::Stop(price)), Side::Sell) => {
            format!("once it costs {} or less", format::exact_price(price))
        }
    };
    format!("{verb} {size} {when}")
}

#[cfg(test)]
mod tests {
    use domain::api::OrderStatus;
    use domain::{Account, GameRules, Money, Position, XpRules};

    use super::*;

    fn symbol() -> Symbol {
        "ACME".parse().unwrap()
    }

    fn ticket() -> TicketView {
        TicketView {
            version: 1,
            account: Account::opened_with(Money::from_whole(10_000)),
            position: Position::default(),
            xp: 0,
            quote: Some(quote()),
            game: GameRules::open_league(),
            xp_rules: XpRules::default(),
            now: Timestamp::default(),
        }
    }

    fn quote() -> Quote {
        Quote {
            symbol: symbol(),
            price: "100".parse().unwrap(),
            at: Timestamp::default(),
            stale: false,
            previous_close: None,
        }
    }

    fn fields(size: &str, trigger: &str, price: &str) -> Fields {
        Fields {
            side: "buy".into(),
            unit: "quantity".into(),
            size: size.into(),
            trigger: trigger.into(),
            trigger_price: price.into(),
            ..Fields::default()
        }
    }

    fn shown(fields: &Fields) -> Result<Vec<String>, String> {
        let quote = quote();
        let placement = preview(fields, symbol(), &ticket(), Some(&quote), quote.at)?;
        let lines = placement.iter().flat_map(lines);
        Ok(lines
            .map(|(label, value)| format!("{label} {value}"))
            .collect())
    }

    #[test]
    fn the_preview_says_what_would_be_set_aside() {
        let check = |fields: Fields, expected: &[&str]| {
            assert_eq!(shown(&fields).unwrap(), expected, "{fields:?}");
        };
        check(fields("", "limit", "90"), &[]);
        check(
            fields("3", "limit", "$90"),
            &[
                "Set aside $270.00",
                "Free cash after $9,730.00",
                "Open orders after 1",
            ],
        );
        check(
            fields("1", "limit", "110"),
            &[
                "The price is there already, at $100.00",
                "Filled at once 1 share",
                "Free cash after $9,900.00",
            ],
        );
        let refused = shown(&fields("200", "limit", "90")).unwrap_err();
        assert!(refused.starts_with("You have $10,000.00"), "{refused}");
        assert!(shown(&fields("x", "limit", "90")).is_err());
        assert!(shown(&fields("1", "limit", "x")).is_err());
        assert!(shown(&fields("1", "limit", "0")).is_err());
    }

    #[test]
    fn an_order_that_waits_is_a_sentence() {
        let check = |side, trigger, expected: &str| {
            let request = OrderRequest {
                idempotency_key: "an-order".parse().unwrap(),
                symbol: symbol(),
                side,
                size: Size::Quantity("2".parse().unwrap()),
                guard: None,
                reason: None,
                trigger: Some(trigger),
                expires_at: None,
            };
            let order = request.order().unwrap();
            let view = OrderView::unfilled(&order, OrderStatus::Resting, Timestamp::default());
            assert_eq!(in_words(&view), expected);
        };
        let price = "9.50".parse().unwrap();
        let (limit, stop) = (Trigger::Limit(price), Trigger::Stop(price));
        check(Side::Buy, limit, "Buy 2 shares of ACME at $9.50 or less");
        check(Side::Sell, limit, "Sell 2 shares of ACME at $9.50 or more");
        check(
            Side::Buy,
            stop,
            "Buy 2 shares of ACME once it costs $9.50 or more",
        );
        check(
            Side::Sell,
            stop,
            "Sell 2 shares of ACME once it costs $9.50 or less",
        );
    }
}
