//! New idempotency keys.

use domain::IdempotencyKey;

/// A key that no other order has: 128 random bits.
pub(crate) fn fresh() -> IdempotencyKey {
    let key = format!("web-{:032x}", random_bits());
    key.parse().expect("hexadecimal digits make a key")
}

/// From the browser's random number generator.
#[cfg(feature = "client")]
fn random_bits() -> u128 {
    let mut bytes = [0; 16];
    // Without one, as on a page that is not served securely, two other sources are enough: a key
    // must be unique, not secret.
    let random = leptos::prelude::window()
        .crypto()
        .and_then(|crypto| crypto.get_random_values_with_u8_array(&mut bytes));
    match random {
        Ok(_) => u128::from_be_bytes(bytes),
        Err(_) => {
            (u128::from(js_sys::Date::now().to_bits()) << 64)
                | u128::from(js_sys::Math::random().to_bits())
        }
    }
}

/// The standard library seeds each of its hashers from the system's randomness.
#[cfg(not(feature = "client"))]
fn random_bits() -> u128 {
    use std::hash::{BuildHasher, RandomState};
    let half = || u128::from(RandomState::new().hash_one("order"));
    (half() << 64) | half()
}

#[cfg(test)]
mod tests {
    #[test]
    fn keys_are_new() {
        assert_ne!(super::fresh(), super::fresh());
    }
}
