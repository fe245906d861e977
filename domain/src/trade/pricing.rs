//! What an order is worth at a price: its shares, their value and the fee, within the game's limits.

use crate::{GameRules, Money, Position, Price, PriceGuard, Quantity, Rejection, Side, Size};

/// Shares at a price, with what they are worth and what the trade costs besides.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Priced {
    pub(crate) quantity: Quantity,
    pub(crate) price: Price,
    pub(crate) value: Money,
    pub(crate) fee: Money,
}

/// Whether a price is within what a guard allows; a better one always is.
pub(super) fn check_guard(side: Side, guard: PriceGuard, actual: Price) -> Result<(), Rejection> {
    // In ten-thousandths of a unit, so that basis points need no rounding.
    let scaled = |price: Price| i128::from(price.units()).saturating_mul(10_000);
    let slack = i128::from(guard.expected.units()).saturating_mul(i128::from(guard.tolerance_bps));
    let moved = match side {
        Side::Buy => scaled(actual) > scaled(guard.expected).saturating_add(slack),
        Side::Sell => scaled(actual) < scaled(guard.expected).saturating_sub(slack),
    };
    if moved {
        let PriceGuard {
            expected,
            tolerance_bps,
        } = guard;
        return Err(Rejection::PriceMoved {
            expected,
            actual,
            tolerance_bps,
        });
    }
    Ok(())
}

/// A purchase of so much at a price.
pub(crate) fn purchase(size: Size, price: Price, game: &GameRules) -> Result<Priced, Rejection> {
    let too_large = Rejection::TooLarge {
        maximum: game.order_max,
    };
    let too_small = Rejection::TooSmall {
        minimum: game.order_min,
    };
    let quantity = match size {
        Size::Quantity(quantity) => quantity,
        Size::Amount(amount) => covered_quantity(amount, price, game).ok_or(too_small)?,
    };
    check_fraction(quantity, game)?;
    let value = price.cost_of(quantity).ok_or(too_large)?;
    check_value(value, game)?;
    Ok(Priced {
        quantity,
        price,
        value,
        fee: game.fees.of(value).ok_or(too_large)?,
    })
}

/// A sale of so much at a price out of what is held and free. All that is free may always be sold,
/// even where it is a fraction or worth less than the smallest order.
pub(crate) fn sale(
    size: Size,
    price: Price,
    position: &Position,
    game: &GameRules,
) -> Result<Priced, Rejection> {
    let too_large = Rejection::TooLarge {
        maximum: game.order_max,
    };
    let quantity = match size {
        Size::Quantity(quantity) => quantity,
        Size::Amount(amount) => whole_if_needed(amount.quantity_at(price).ok_or(too_large)?, game),
    };
    if !quantity.is_positive() {
        return Err(Rejection::TooSmall {
            minimum: game.order_min,
        });
    }
    let free = position.free_quantity();
    if quantity > free {
        return Err(short_of_shares(quantity, free, position.reserved_quantity));
    }
    let value = price.value_of(quantity).ok_or(too_large)?;
    if quantity < free {
        check_fraction(quantity, game)?;
        check_value(value, game)?;
    }
    Ok(Priced {
        quantity,
        price,
        value,
        fee: game.fees.of(value).ok_or(too_large)?,
    })
}

fn short_of_shares(needed: Quantity, available: Quantity, reserved: Quantity) -> Rejection {
    if reserved.is_zero() {
        Rejection::InsufficientQuantity { needed, available }
    } else {
        Rejection::InsufficientFreeQuantity {
            needed,
            available,
            reserved,
        }
    }
}

/// The most shares whose cost with the fee is covered by an amount.
fn covered_quantity(amount: Money, price: Price, game: &GameRules) -> Option<Quantity> {
    let for_shares = amount
        .checked_sub(game.fees.fixed)
        .filter(|rest| rest.is_positive())?;
    // value × (10000 + bps) / 10000 ≤ for_shares, in whole units of money, rounded down.
    let scaled = i128::from(for_shares.units()).checked_mul(10_000)?;
    let divisor = i128::from(game.fees.basis_points).checked_add(10_000)?;
    let value = Money::from_units(i64::try_from(scaled.checked_div(divisor)?).ok()?);
    let quantity = whole_if_needed(value.quantity_at(price)?, game);
    quantity.is_positive().then_some(quantity)
}

fn whole_if_needed(quantity: Quantity, game: &GameRules) -> Quantity {
    if game.fractional {
        quantity
    } else {
        quantity.whole_shares()
    }
}

fn check_fraction(quantity: Quantity, game: &GameRules) -> Result<(), Rejection> {
    if game.fractional || quantity.is_whole() {
        Ok(())
    } else {
        Err(Rejection::WholeSharesOnly { quantity })
    }
}

fn check_value(value: Money, game: &GameRules) -> Result<(), Rejection> {
    if value < game.order_min {
        return Err(Rejection::TooSmall {
            minimum: game.order_min,
        });
    }
    if value > game.order_max {
        return Err(Rejection::TooLarge {
            maximum: game.order_max,
        });
    }
    Ok(())
}
