//! Orders that wait for their price, in words.

use domain::api::OrderView;
use domain::{Price, Reserve, Side, Size, Trigger};

use crate::format;
use crate::language::Texts;

/// What is set aside for an order: money for a purchase, shares for a sale.
#[must_use]
pub fn set_aside(reserve: &Reserve) -> String {
    if reserve.quantity.is_zero() {
        format::money(reserve.cash)
    } else {
        format::shares(reserve.quantity)
    }
}

/// How far the price is from the one that is waited for: `$0.31 away (1.20%)`.
#[must_use]
pub fn distance(trigger: Price, now: Price) -> String {
    let texts = Texts::get();
    let (low, high) = (trigger.min(now), trigger.max(now));
    let Some(gap) = high.checked_sub(low) else {
        return "\u{2013}".to_owned();
    };
    let percent = trigger.percent_since(now);
    let percent = percent.map(|percent| format!(" ({})", format::signed_percent(percent)));
    texts.ticket_away(format::price(gap), percent.unwrap_or_default())
}

/// An order that waits, in a sentence.
#[must_use]
pub fn in_words(order: &OrderView) -> String {
    let texts = Texts::get();
    let size = match order.size {
        Size::Quantity(quantity) => texts.ticket_size_of(format::shares(quantity), order.symbol),
        Size::Amount(amount) => texts.ticket_size_for(order.symbol, format::money(amount)),
    };
    let when = match (order.trigger, order.side) {
        (None, _) => texts.ticket_at_current().to_owned(),
        (Some(Trigger::Limit(price)), Side::Buy) => {
            texts.ticket_or_less(format::exact_price(price))
        }
        (Some(Trigger::Limit(price)), Side::Sell) => {
            texts.ticket_or_more(format::exact_price(price))
        }
        (Some(Trigger::Stop(price)), Side::Buy) => {
            texts.ticket_once_more(format::exact_price(price))
        }
        (Some(Trigger::Stop(price)), Side::Sell) => {
            texts.ticket_once_less(format::exact_price(price))
        }
    };
    match order.side {
        Side::Buy => texts.ticket_would_buy(size, when),
        Side::Sell => texts.ticket_would_sell(size, when),
    }
}

#[cfg(test)]
mod tests {
    use domain::api::{OrderRequest, OrderStatus};
    use domain::{LotChoice, Timestamp};

    use super::*;

    #[test]
    fn the_distance_is_what_the_price_still_has_to_go() {
        let check = |trigger: &str, now: &str, expected: &str| {
            let told = distance(trigger.parse().unwrap(), now.parse().unwrap());
            assert_eq!(told, expected);
        };
        check("9.69", "10", "$0.31 away (−3.10%)");
        check("110", "100", "$10.00 away (+10.00%)");
        check("100", "100", "$0.00 away (0.00%)");
    }

    #[test]
    fn an_order_that_waits_is_a_sentence() {
        let check = |side, trigger, expected: &str| {
            let request = OrderRequest {
                idempotency_key: "an-order".parse().unwrap(),
                symbol: "ACME".parse().unwrap(),
                side,
                size: Size::Quantity("2".parse().unwrap()),
                guard: None,
                reason: None,
                trigger: Some(trigger),
                expires_at: None,
                lots: LotChoice::Oldest,
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
