//! Whatever text comes in is either read exactly or refused in words; `PROPTEST_CASES` says how
//! many texts are tried.

#![cfg(not(target_arch = "wasm32"))]
#![allow(
    clippy::arithmetic_side_effects,
    reason = "a test may stop at what cannot happen"
)]

use std::fmt::{Debug, Display};
use std::str::FromStr;

use domain::api::OrderRequest;
use domain::{
    Day, IdempotencyKey, Money, Percent, PlayerId, Price, Quantity, SessionId, Symbol, Timestamp,
};
use proptest::prelude::*;

/// Texts of every kind: anything, what looks like the thing that is asked for, and what was one
/// until somebody changed it.
fn texts() -> impl Strategy<Value = String> {
    prop_oneof![
        any::<String>(),
        "[-+]?[0-9]{0,30}[.,]?[0-9]{0,30}(e[-+]?[0-9]{1,3})?",
        "[A-Z0-9.-]{0,10}",
        "[A-Za-z0-9_-]{0,70}",
        "[0-9]{1,5}-[0-9]{1,3}-[0-9]{1,3}(T[0-9]{1,3}:[0-9]{1,3}:[0-9]{1,3}(\\.[0-9]{0,9})?Z?)?",
        (valid(), any::<prop::sample::Index>(), any::<char>()).prop_map(|(text, place, put)| {
            let at = place.index(text.chars().count().max(1));
            text.chars()
                .enumerate()
                .map(|(index, kept)| if index == at { put } else { kept })
                .collect()
        }),
    ]
}

fn valid() -> impl Strategy<Value = String> {
    prop_oneof![
        any::<i64>().prop_map(|units| Money::from_units(units).to_string()),
        any::<i64>().prop_map(|units| Quantity::from_units(units).to_string()),
        any::<i64>().prop_map(|micros| Timestamp::from_micros(micros).to_string()),
        any::<i32>().prop_map(|number| Day::from_number(number).to_string()),
        (1..=i64::MAX).prop_map(|id| PlayerId(id).to_string()),
        "[A-Z0-9][A-Z0-9.-]{0,7}",
        "[A-Za-z0-9_-]{8,64}",
    ]
}

/// A text is refused in words, or what it is read as is written and read again as the same.
fn check<T>(text: &str)
where
    T: FromStr + Display + Debug + PartialEq + serde::Serialize + serde::de::DeserializeOwned,
    T::Err: Display,
{
    let json = serde_json::Value::from(text);
    match text.parse::<T>() {
        Ok(read) => {
            let written = read.to_string();
            assert_eq!(
                written.parse::<T>().ok().as_ref(),
                Some(&read),
                "{text:?} is written {written:?}"
            );
            assert_eq!(
                serde_json::from_value::<T>(json).ok(),
                Some(read),
                "{text:?} in JSON"
            );
        }
        Err(error) => {
            assert!(!error.to_string().is_empty());
            assert!(
                serde_json::from_value::<T>(json).is_err(),
                "{text:?} in JSON"
            );
        }
    }
}

proptest! {
    #[test]
    fn a_text_is_read_exactly_or_refused(text in texts()) {
        check::<Money>(&text);
        check::<Price>(&text);
        check::<Quantity>(&text);
        check::<Percent>(&text);
        check::<Symbol>(&text);
        check::<IdempotencyKey>(&text);
        check::<PlayerId>(&text);
        check::<SessionId>(&text);
        check::<Timestamp>(&text);
        check::<Day>(&text);
    }

    #[test]
    fn what_is_held_is_written_and_read_again(units in any::<i64>(), text in valid()) {
        let held = units.max(-i64::MAX);
        prop_assert_eq!(Money::from_units(held).to_string().parse(), Ok(Money::from_units(held)));
        prop_assert_eq!(Price::from_units(held).to_string().parse(), Ok(Price::from_units(held)));
        prop_assert_eq!(Quantity::from_units(held).to_string().parse(), Ok(Quantity::from_units(held)));
        prop_assert_eq!(Money::from_units(held).units(), held);
        check::<Money>(&text);
    }

    #[test]
    fn an_order_that_is_read_is_one_or_says_which_field_is_wrong(
        key in texts(),
        symbol in texts(),
        side in prop_oneof![Just("buy".to_owned()), Just("sell".to_owned()), any::<String>()],
        kind in prop_oneof![Just("quantity"), Just("amount"), Just("shares")],
        size in texts(),
        expected in texts(),
        tolerance in any::<i64>(),
        reason in proptest::option::of(any::<String>()),
    ) {
        let body = serde_json::json!({
            "idempotency_key": key, "symbol": symbol, "side": side, "size": {kind: size},
            "guard": {"expected": expected, "tolerance_bps": tolerance}, "reason": reason,
        });
        if let Ok(request) = serde_json::from_value::<OrderRequest>(body) {
            match request.order() {
                Ok(order) => prop_assert_eq!(order.key().as_str(), key),
                Err(error) => prop_assert!(!error.field().is_empty()),
            }
        }
    }

    #[test]
    fn no_bytes_are_more_than_refused_as_an_order(bytes in any::<Vec<u8>>()) {
        prop_assert!(serde_json::from_slice::<OrderRequest>(&bytes).is_err());
    }
}
