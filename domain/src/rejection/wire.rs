//! Deserializes a rejection. The code that serde derives for a tagged enum buffers all input first,
//! and makes up a large part of a page's WebAssembly; here each field is read once.

use std::str::FromStr;

use serde::Deserialize;

use super::Rejection;
use crate::{Closed, Money, Price, Quantity, Symbol, Timestamp};

/// All fields that a rejection may carry.
#[derive(Deserialize)]
pub(super) struct Fields {
    code: String,
    // Money or shares, depending on the code.
    needed: Option<String>,
    available: Option<String>,
    reserved: Option<String>,
    expected: Option<Price>,
    actual: Option<Price>,
    tolerance_bps: Option<u32>,
    symbol: Option<Symbol>,
    closed: Option<Closed>,
    minimum: Option<Money>,
    maximum: Option<Money>,
    open_orders_max: Option<u32>,
    expires_at: Option<Timestamp>,
    quantity: Option<Quantity>,
    amount: Option<Money>,
    fee: Option<Money>,
    price: Option<Price>,
    price_min: Option<Price>,
    position: Option<Money>,
    sellable_at: Option<Timestamp>,
    quoted_at: Option<Timestamp>,
    age_s: Option<u64>,
    acquired_at: Option<Timestamp>,
    halted_until: Option<Timestamp>,
}

/// The fields are not those of a rejection of this code, or there is no such code.
#[derive(Debug)]
pub(super) struct NotARejection;

impl std::fmt::Display for NotARejection {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("not the code and the numbers of a rejection")
    }
}

impl TryFrom<Fields> for Rejection {
    type Error = NotARejection;

    fn try_from(fields: Fields) -> Result<Self, NotARejection> {
        fields.rejection().ok_or(NotARejection)
    }
}

impl Fields {
    fn rejection(self) -> Option<Rejection> {
        Some(match self.code.as_str() {
            "insufficient_cash" => Rejection::InsufficientCash {
                needed: parsed(self.needed)?,
                available: parsed(self.available)?,
            },
            "insufficient_quantity" => Rejection::InsufficientQuantity {
                needed: parsed(self.needed)?,
                available: parsed(self.available)?,
            },
            "insufficient_free_cash" => Rejection::InsufficientFreeCash {
                needed: parsed(self.needed)?,
                available: parsed(self.available)?,
                reserved: parsed(self.reserved)?,
            },
            "insufficient_free_quantity" => Rejection::InsufficientFreeQuantity {
                needed: parsed(self.needed)?,
                available: parsed(self.available)?,
                reserved: parsed(self.reserved)?,
            },
            "too_many_open_orders" => Rejection::TooManyOpenOrders {
                open_orders_max: self.open_orders_max?,
            },
            "already_expired" => Rejection::AlreadyExpired {
                expires_at: self.expires_at?,
            },
            "price_moved" => Rejection::PriceMoved {
                expected: self.expected?,
                actual: self.actual?,
                tolerance_bps: self.tolerance_bps?,
            },
            "not_tradable" => Rejection::NotTradable {
                symbol: self.symbol?,
            },
            "game_not_open" => Rejection::GameNotOpen {
                closed: self.closed?,
            },
            "too_small" => Rejection::TooSmall {
                minimum: self.minimum?,
            },
            "too_large" => Rejection::TooLarge {
                maximum: self.maximum?,
            },
            "whole_shares_only" => Rejection::WholeSharesOnly {
                quantity: self.quantity?,
            },
            "below_one_share" => Rejection::BelowOneShare {
                amount: self.amount?,
                needed: parsed(self.needed)?,
                quantity: self.quantity?,
            },
            "amount_below_fee" => Rejection::AmountBelowFee {
                amount: self.amount?,
                fee: self.fee?,
            },
            "category_not_allowed" => Rejection::CategoryNotAllowed {
                symbol: self.symbol?,
            },
            "price_below_minimum" => Rejection::PriceBelowMinimum {
                price: self.price?,
                price_min: self.price_min?,
            },
            "position_too_large" => Rejection::PositionTooLarge {
                position: self.position?,
                maximum: self.maximum?,
            },
            "held_too_short" => Rejection::HeldTooShort {
                sellable_at: self.sellable_at?,
            },
            "stale_quote" => Rejection::StaleQuote {
                symbol: self.symbol?,
                quoted_at: self.quoted_at?,
                age_s: self.age_s?,
            },
            "halted" => Rejection::Halted {
                symbol: self.symbol?,
                halted_until: self.halted_until?,
            },
            "unknown_lot" => Rejection::UnknownLot {
                acquired_at: self.acquired_at?,
            },
            "insufficient_lot" => Rejection::InsufficientLot {
                acquired_at: self.acquired_at?,
                needed: parsed(self.needed)?,
                available: parsed(self.available)?,
            },
            _ => return None,
        })
    }
}

fn parsed<N: FromStr>(text: Option<String>) -> Option<N> {
    text?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Timestamp;

    #[test]
    fn every_rejection_is_read_as_it_was_written() {
        let (money, price) = (Money::from_units(12_345), "1.5".parse().unwrap());
        let quantity = Quantity::from_units(1_234_567);
        let at = Timestamp::from_seconds(7);
        let closed = [
            Closed::NotYetOpen { opens_at: at },
            Closed::Over { closed_at: at },
            Closed::Frozen,
            Closed::OutsideHours { opens_at: at },
        ];
        let mut all = vec![
            Rejection::InsufficientCash {
                needed: money,
                available: Money::ZERO,
            },
            Rejection::InsufficientQuantity {
                needed: quantity,
                available: quantity,
            },
            Rejection::InsufficientFreeCash {
                needed: money,
                available: Money::ZERO,
                reserved: money,
            },
            Rejection::InsufficientFreeQuantity {
                needed: quantity,
                available: Quantity::ZERO,
                reserved: quantity,
            },
            Rejection::TooManyOpenOrders {
                open_orders_max: 50,
            },
            Rejection::AlreadyExpired { expires_at: at },
            Rejection::PriceMoved {
                expected: price,
                actual: price,
                tolerance_bps: 50,
            },
            Rejection::NotTradable {
                symbol: "ACME".parse().unwrap(),
            },
            Rejection::TooSmall { minimum: money },
            Rejection::TooLarge { maximum: money },
            Rejection::WholeSharesOnly { quantity },
            Rejection::BelowOneShare {
                amount: money,
                needed: money,
                quantity,
            },
            Rejection::AmountBelowFee {
                amount: money,
                fee: money,
            },
            Rejection::CategoryNotAllowed {
                symbol: "ACME".parse().unwrap(),
            },
            Rejection::PriceBelowMinimum {
                price,
                price_min: price,
            },
            Rejection::PositionTooLarge {
                position: money,
                maximum: money,
            },
            Rejection::HeldTooShort { sellable_at: at },
            Rejection::StaleQuote {
                symbol: "ACME".parse().unwrap(),
                quoted_at: at,
                age_s: 1_380,
            },
            Rejection::Halted {
                symbol: "ACME".parse().unwrap(),
                halted_until: at,
            },
            Rejection::UnknownLot { acquired_at: at },
            Rejection::InsufficientLot {
                acquired_at: at,
                needed: quantity,
                available: Quantity::ZERO,
            },
        ];
        all.extend(closed.map(|closed| Rejection::GameNotOpen { closed }));
        for rejection in all {
            let text = serde_json::to_string(&rejection).unwrap();
            assert!(text.contains(rejection.code()), "{text}");
            assert_eq!(serde_json::from_str::<Rejection>(&text).unwrap(), rejection);
        }
    }

    #[test]
    fn what_is_no_rejection_is_an_error() {
        for text in [
            "{}",
            r#"{"code":"new_one"}"#,
            r#"{"code":"too_small"}"#,
            r#"{"code":"insufficient_cash","needed":"x","available":"1"}"#,
            r#"{"code":"game_not_open","closed":{"why":"over"}}"#,
        ] {
            assert!(serde_json::from_str::<Rejection>(text).is_err(), "{text}");
        }
    }
}
