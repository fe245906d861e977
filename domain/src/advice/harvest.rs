//! Selling at a loss on purpose: what a loss saves in tax, less what the trades cost.
//!
//! Where a game takes no taxes, the rate is an assumption of the player's, so that the idea can be
//! learned on one's own shares.

use serde::{Deserialize, Serialize};

use crate::{Day, Fees, Lot, LotChoice, Money, Percent, Price, Quantity, Symbol, Timestamp};

/// Days before and after a sale at a loss in which buying the same instrument makes the loss void for
/// the tax: 26 U.S.C. § 1091(a).
pub const WASH_SALE_DAYS: i32 = 30;
/// A net benefit up to this is not worth the trouble.
const BENEFIT_MIN: i32 = 100;
/// Nor one up to this part of the position: a tenth.
const POSITION_PART: i64 = 10;

/// A purchase that is still held.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct TaxLot {
    /// The market day on which it was bought.
    pub day: Day,
    /// Shares.
    pub quantity: Quantity,
    /// What they cost.
    pub cost: Money,
    /// What they are worth.
    pub value: Money,
    /// Value less cost: below zero it is a loss.
    pub gain: Money,
    /// Names it in a sale.
    pub acquired_at: Timestamp,
    /// Whether it is one of those to sell.
    pub sells: bool,
}

/// A position with a loss in it, and what selling the loss would bring.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Harvest {
    /// The instrument.
    pub symbol: Symbol,
    /// Its purchases, oldest first.
    pub lots: Vec<TaxLot>,
    /// Shares to sell for the largest loss: those of the purchases with a loss.
    pub quantity: Quantity,
    /// That loss; above zero.
    pub loss: Money,
    /// The tax that it saves at the assumed rate.
    pub saving: Money,
    /// The fees of selling, and of buying something like it.
    pub costs: Money,
    /// Saving less costs.
    pub net: Money,
    /// Whether that is worth it: more than 100, and more than a tenth of the position.
    pub is_advised: bool,
    /// Until then shares that were bought too recently make the loss void; none: nothing does.
    pub void_until: Option<Day>,
    /// From this market day on the same instrument can be bought again without making the loss void.
    pub buy_again: Day,
}

/// What the loss in a position is worth. None without a loss. The days of the lots are market days.
#[must_use]
pub fn harvest(
    symbol: Symbol,
    lots: &[(Day, Lot)],
    price: Price,
    fees: Fees,
    rate: Percent,
    today: Day,
) -> Option<Harvest> {
    let mut lots: Vec<TaxLot> = lots.iter().filter_map(|lot| tax_lot(*lot, price)).collect();
    mark_largest_losses(&mut lots);
    let sold = || lots.iter().filter(|lot| lot.sells);
    let quantity = sum(sold().map(|lot| lot.quantity.units()));
    let value = Money::from_units(sum(sold().map(|lot| lot.value.units())));
    let gain = Money::from_units(sum(sold().map(|lot| lot.gain.units())));
    let loss = Some(gain.negated()).filter(|loss| loss.is_positive())?;
    let saving = part(loss, rate.basis_points());
    // Selling, and buying something like it for as much.
    let fee = fees.of(value)?;
    let costs = fee.checked_add(fee)?;
    let net = saving.checked_sub(costs)?;
    let position = sum(lots.iter().map(|lot| lot.value.units()));
    let is_advised = net > Money::from_whole(BENEFIT_MIN) && net.units() > position / POSITION_PART;
    let wash = WASH_SALE_DAYS.saturating_add(1);
    let kept = lots.iter().filter(|lot| !lot.sells);
    let recent = kept.map(|lot| lot.day.plus_days(wash)).max();
    Some(Harvest {
        symbol,
        quantity: Quantity::from_units(quantity),
        loss,
        saving,
        costs,
        net,
        is_advised,
        void_until: recent.filter(|until| *until > today),
        buy_again: today.plus_days(wash),
        lots,
    })
}

fn tax_lot((day, lot): (Day, Lot), price: Price) -> Option<TaxLot> {
    let value = price.value_of(lot.quantity)?;
    Some(TaxLot {
        day,
        quantity: lot.quantity,
        cost: lot.cost,
        value,
        gain: value.checked_sub(lot.cost)?,
        acquired_at: lot.acquired_at,
        sells: false,
    })
}

/// Marks the purchases with a loss, the largest ones where they are more than a sale can name.
fn mark_largest_losses(lots: &mut [TaxLot]) {
    let mut losses: Vec<&mut TaxLot> = lots
        .iter_mut()
        .filter(|lot| lot.gain.is_negative())
        .collect();
    losses.sort_by_key(|lot| lot.gain);
    for lot in losses.into_iter().take(LotChoice::CHOSEN_MAX) {
        lot.sells = true;
    }
}

/// So many basis points of an amount, rounded down.
fn part(amount: Money, basis_points: i64) -> Money {
    let units = i128::from(amount.units()).saturating_mul(i128::from(basis_points)) / 10_000;
    Money::from_units(i64::try_from(units).unwrap_or(i64::MAX))
}

fn sum(units: impl Iterator<Item = i64>) -> i64 {
    units.fold(0, i64::saturating_add)
}

#[cfg(test)]
mod tests;
