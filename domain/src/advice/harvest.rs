//! Tax-loss harvesting: what a realized loss saves in tax, less what the trades cost.
//!
//! In games without taxes the player assumes a rate, to learn the idea on their own shares.

use serde::{Deserialize, Serialize};

use crate::{Day, Fees, Lot, LotChoice, Money, Percent, Price, Quantity, Symbol, Timestamp};

/// The wash-sale window: buying the same instrument within this many days before or after a sale at a loss
/// disallows the loss (26 U.S.C. § 1091(a)).
pub const WASH_SALE_DAYS: i32 = 30;
/// A net benefit up to this amount is not worth the trouble.
const BENEFIT_MIN: i32 = 100;
/// Nor is one up to this fraction of the position: a tenth.
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
    /// Identifies the lot in a sale.
    pub acquired_at: Timestamp,
    /// Whether to sell it.
    pub sells: bool,
}

/// A position with an unrealized loss, and what harvesting it would bring.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Harvest {
    /// The instrument.
    pub symbol: Symbol,
    /// Its purchases, oldest first.
    pub lots: Vec<TaxLot>,
    /// Shares to sell for the largest loss: those of all purchases with a loss.
    pub quantity: Quantity,
    /// The loss; above zero.
    pub loss: Money,
    /// The tax that the loss saves at the assumed rate.
    pub saving: Money,
    /// The fees of selling, and of buying a similar instrument.
    pub costs: Money,
    /// Savings less costs.
    pub net: Money,
    /// Whether that is worth it: more than 100, and more than a tenth of the position.
    pub is_advised: bool,
    /// Until this day, shares bought too recently disallow the loss; none: nothing does.
    pub void_until: Option<Day>,
    /// From this market day on, the same instrument can be bought back without disallowing the loss.
    pub buy_again: Day,
}

/// What harvesting the loss in a position is worth. None without a loss. The days of the lots are
/// market days.
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
    // Selling, and buying a similar instrument for the same amount.
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

/// Marks the purchases with a loss; only the largest losses if there are more than a sale can name.
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

/// The given basis points of an amount, rounded down.
fn part(amount: Money, basis_points: i64) -> Money {
    let units = i128::from(amount.units()).saturating_mul(i128::from(basis_points)) / 10_000;
    Money::from_units(i64::try_from(units).unwrap_or(i64::MAX))
}

fn sum(units: impl Iterator<Item = i64>) -> i64 {
    units.fold(0, i64::saturating_add)
}

#[cfg(test)]
mod tests;
