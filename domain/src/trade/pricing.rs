//! What an order is worth at a price: its shares, their value and the fee, within the game's limits.

use crate::currency::{basis_points, conversion_cost};
use crate::{
    Conversion, Foreign, GameRules, Money, Position, Price, PriceGuard, Quantity, Rejection, Side,
    Size,
};

/// What decides what a trade costs besides its price.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Terms<'a> {
    pub(crate) game: &'a GameRules,
    /// The currency of the instrument, when it is not the game's.
    pub(crate) foreign: Option<Foreign>,
}

/// Shares at a price, with what they are worth and what the trade costs besides.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Priced {
    pub(crate) quantity: Quantity,
    pub(crate) price: Price,
    pub(crate) value: Money,
    pub(crate) fee: Money,
    /// The money that has to be changed; its amount is that of a purchase.
    pub(crate) conversion: Option<Conversion>,
}

impl Priced {
    fn of(
        quantity: Quantity,
        price: Price,
        value: Money,
        terms: Terms<'_>,
    ) -> Result<Self, Rejection> {
        let Terms { game, foreign } = terms;
        let too_large = Rejection::TooLarge {
            maximum: game.order_max,
        };
        let conversion = foreign.map(|one| {
            Some(Conversion {
                currency: one.currency,
                amount: value.in_currency(one.rate)?,
                rate: one.rate,
                cost: conversion_cost(value, game.fees, foreign)?,
            })
        });
        let conversion = conversion.map(|conversion| conversion.ok_or(too_large));
        Ok(Self {
            quantity,
            price,
            value,
            fee: game.fees.of(value).ok_or(too_large)?,
            conversion: conversion.transpose()?,
        })
    }

    /// What changing the money costs.
    pub(crate) fn conversion_cost(&self) -> Money {
        self.conversion.map_or(Money::ZERO, |one| one.cost)
    }

    /// What it costs besides its value.
    pub(crate) fn costs(&self) -> Option<Money> {
        self.fee.checked_add(self.conversion_cost())
    }
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

/// A purchase of so much at a price. The game's limits bound the amount that is asked for, or the
/// value of the shares that are, and never what rounding makes of an amount.
pub(crate) fn purchase(size: Size, price: Price, terms: Terms<'_>) -> Result<Priced, Rejection> {
    let game = terms.game;
    let too_large = Rejection::TooLarge {
        maximum: game.order_max,
    };
    let quantity = match size {
        Size::Quantity(quantity) => quantity,
        Size::Amount(amount) => {
            check_value(amount, game)?;
            covered_quantity(amount, price, terms)?
        }
    };
    check_fraction(quantity, game)?;
    let value = price.cost_of(quantity).ok_or(too_large)?;
    if matches!(size, Size::Quantity(_)) {
        check_value(value, game)?;
    }
    Priced::of(quantity, price, value, terms)
}

/// A sale of so much at a price out of what is held and free. All that is free may always be sold,
/// even where it is a fraction or worth less than the smallest order. An amount that is not below the
/// value of what is free, in whole cents, sells all of it: a rest that no page shows is of no use.
pub(crate) fn sale(
    size: Size,
    price: Price,
    position: &Position,
    terms: Terms<'_>,
) -> Result<Priced, Rejection> {
    let game = terms.game;
    let too_large = Rejection::TooLarge {
        maximum: game.order_max,
    };
    let free = position.free_quantity();
    let quantity = match size {
        Size::Quantity(quantity) => quantity,
        Size::Amount(amount) if is_all(amount, price, free) => free,
        Size::Amount(amount) => {
            check_value(amount, game)?;
            let quantity = amount.quantity_at(price).ok_or(too_large)?;
            let quantity = whole_if_needed(quantity, game);
            if !quantity.is_positive() {
                return Err(below_one_share(
                    amount,
                    price.value_of(smallest(game)),
                    game,
                ));
            }
            quantity
        }
    };
    if quantity > free {
        return Err(short_of_shares(quantity, free, position.reserved_quantity));
    }
    let value = price.value_of(quantity).ok_or(too_large)?;
    if quantity < free {
        check_fraction(quantity, game)?;
        if matches!(size, Size::Quantity(_)) {
            check_value(value, game)?;
        }
    }
    Priced::of(quantity, price, value, terms)
}

/// Whether an amount is all that shares are worth, in whole cents.
fn is_all(amount: Money, price: Price, free: Quantity) -> bool {
    let value = price.value_of(free).map(Money::whole_cents);
    free.is_positive() && value.is_some_and(|value| amount >= value)
}

/// The least that the game trades: a share, or the smallest part of one.
fn smallest(game: &GameRules) -> Quantity {
    if game.fractional {
        Quantity::from_units(1)
    } else {
        Quantity::from_whole(1)
    }
}

/// An amount that comes to no share, or to no part of one. `needed` is what the least would take.
fn below_one_share(amount: Money, needed: Option<Money>, game: &GameRules) -> Rejection {
    let quantity = smallest(game);
    match needed {
        Some(needed) => Rejection::BelowOneShare {
            amount,
            needed,
            quantity,
        },
        None => Rejection::TooLarge {
            maximum: game.order_max,
        },
    }
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

/// The most shares whose cost with the fee and the conversion is covered by an amount; at least the
/// smallest part.
fn covered_quantity(amount: Money, price: Price, terms: Terms<'_>) -> Result<Quantity, Rejection> {
    let game = terms.game;
    let fee = game.fees.fixed;
    let for_shares = amount.checked_sub(fee).filter(|rest| rest.is_positive());
    let for_shares = for_shares.ok_or(Rejection::AmountBelowFee { amount, fee })?;
    let quantity = shares_for(for_shares, price, terms);
    let quantity = quantity.filter(|quantity| quantity.is_positive());
    quantity.ok_or_else(|| {
        let value = price.cost_of(smallest(game));
        let needed = value.and_then(|value| value.checked_add(cost_of(value, terms)?));
        below_one_share(amount, needed, game)
    })
}

/// Fee and conversion of a trade of this value; none beyond what [`Money`] holds.
pub(crate) fn cost_of(value: Money, terms: Terms<'_>) -> Option<Money> {
    let fees = terms.game.fees;
    let conversion = conversion_cost(value, fees, terms.foreign)?;
    fees.of(value)?.checked_add(conversion)
}

/// The most shares whose value, and the costs that grow with it, are covered.
fn shares_for(for_shares: Money, price: Price, terms: Terms<'_>) -> Option<Quantity> {
    let game = terms.game;
    // value × (10000 + bps) / 10000 ≤ for_shares, in whole units of money, rounded down.
    let scaled = i128::from(for_shares.units()).checked_mul(10_000)?;
    let costs = basis_points(game.fees, terms.foreign);
    let divisor = i128::from(costs).checked_add(10_000)?;
    let value = Money::from_units(i64::try_from(scaled.checked_div(divisor)?).ok()?);
    Some(whole_if_needed(value.quantity_at(price)?, game))
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
