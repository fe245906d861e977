//! Price times quantity, in integers: leaderboards value millions of positions at once.

use super::{Money, Price, Quantity};

/// What becomes of a part of a unit of money.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Rounding {
    AwayFromZero,
    ToZero,
}

/// The exact product, rounded once; none when it is beyond [`Money`].
pub(super) fn product(price: Price, quantity: Quantity, rounding: Rounding) -> Option<Money> {
    // A price has the scale of money, so the product has that of the quantity too many.
    let (whole, rest) = match price.0.checked_mul(quantity.0) {
        Some(product) => (
            product.checked_div(Quantity::ONE)?,
            product.checked_rem(Quantity::ONE)?,
        ),
        None => wide(price, quantity)?,
    };
    let away = match rounding {
        Rounding::AwayFromZero => rest.signum(),
        Rounding::ToZero => 0,
    };
    Money::within(whole.checked_add(away)?)
}

/// Quotient and remainder of a product that needs more than 64 bits.
#[cold]
fn wide(price: Price, quantity: Quantity) -> Option<(i64, i64)> {
    let product = i128::from(price.0).checked_mul(i128::from(quantity.0))?;
    let whole = product.checked_div(i128::from(Quantity::ONE))?;
    let rest = product.checked_rem(i128::from(Quantity::ONE))?;
    Some((i64::try_from(whole).ok()?, i64::try_from(rest).ok()?))
}

#[cfg(test)]
mod tests {
    use rust_decimal::RoundingStrategy;

    use super::*;

    /// Products of many sizes and signs are those of decimals, and beyond the type there is none.
    #[test]
    fn a_product_is_that_of_decimals() {
        let mut bits = 7_u64;
        let mut next = || {
            bits = bits.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            let shift = u32::try_from((bits >> 33) % 62).unwrap();
            bits.rotate_left(23).cast_signed() >> shift
        };
        for _ in 0..20_000 {
            let (price, quantity) = (Price(next()), Quantity(next()));
            let exact = price.decimal().checked_mul(quantity.decimal());
            for (rounding, strategy) in [
                (Rounding::AwayFromZero, RoundingStrategy::AwayFromZero),
                (Rounding::ToZero, RoundingStrategy::ToZero),
            ] {
                let expected = exact.and_then(|exact| Money::rounded(exact, strategy));
                let found = product(price, quantity, rounding);
                assert_eq!(found, expected, "{price:?} × {quantity:?}, {rounding:?}");
            }
        }
    }
}
