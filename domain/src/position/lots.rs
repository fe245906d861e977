//! Lots: which of them a sale takes, and what leaves with them.

use super::{Lot, Position, Sold};
use crate::{ChosenLot, LotChoice, Money, Quantity, Timestamp};

impl Position {
    /// The lots, or parts of them, that a sale of so many shares takes. None when the position does
    /// not have them.
    #[must_use]
    pub fn lots_sold(&self, quantity: Quantity, choice: &LotChoice) -> Option<Vec<Lot>> {
        take(&mut self.lots.clone(), quantity, choice)
    }

    /// Shares of the lots that were bought at an instant; none when there is no such lot.
    #[must_use]
    pub fn shares_bought_at(&self, instant: Timestamp) -> Option<Quantity> {
        let lots = self.lots.iter().filter(|lot| lot.acquired_at == instant);
        lots.map(|lot| lot.quantity)
            .reduce(|sum, more| sum.checked_add(more).unwrap_or(sum))
    }
}

impl Sold {
    /// What the shares cost that were sold, lot by lot.
    #[must_use]
    pub fn lot_cost(&self) -> Option<Money> {
        let mut costs = self.lots.iter().map(|lot| lot.cost);
        costs.try_fold(Money::ZERO, Money::checked_add)
    }

    /// When the newest of the shares sold was bought.
    #[must_use]
    pub fn newest_bought_at(&self) -> Option<Timestamp> {
        self.lots.iter().map(|lot| lot.acquired_at).max()
    }
}

/// Takes so many shares out of lots. None when they do not have them.
pub(super) fn take(
    lots: &mut Vec<Lot>,
    quantity: Quantity,
    choice: &LotChoice,
) -> Option<Vec<Lot>> {
    let mut taken = Vec::new();
    match choice {
        LotChoice::Oldest => take_each(lots, quantity, &mut taken, oldest)?,
        LotChoice::HighestCost => take_each(lots, quantity, &mut taken, dearest)?,
        LotChoice::Chosen(chosen) => {
            (choice.chosen_quantity()? == quantity).then_some(())?;
            for ChosenLot {
                acquired_at,
                quantity,
            } in chosen
            {
                take_each(lots, *quantity, &mut taken, |lots| {
                    let named = |lot: &Lot| lot.acquired_at == *acquired_at && has_shares(lot);
                    lots.iter().position(named)
                })?;
            }
        }
    }
    lots.retain(has_shares);
    Some(taken)
}

fn has_shares(lot: &Lot) -> bool {
    lot.quantity.is_positive()
}

fn oldest(lots: &[Lot]) -> Option<usize> {
    lots.iter().position(has_shares)
}

/// The lot whose shares cost most each; of equal ones the oldest.
fn dearest(lots: &[Lot]) -> Option<usize> {
    let with_shares = lots.iter().enumerate().filter(|(_, lot)| has_shares(lot));
    // From the newest, because the last of equal ones is found.
    let found = with_shares.rev().max_by(|(_, one), (_, other)| {
        cost_times_shares(one, other).cmp(&cost_times_shares(other, one))
    });
    found.map(|(place, _)| place)
}

/// The cost of a lot times the shares of another: compares costs of a share without dividing.
fn cost_times_shares(one: &Lot, other: &Lot) -> i128 {
    i128::from(one.cost.units()).saturating_mul(i128::from(other.quantity.units()))
}

/// Takes so many shares out of one lot after the other, as `next` finds them.
fn take_each(
    lots: &mut [Lot],
    quantity: Quantity,
    taken: &mut Vec<Lot>,
    next: impl Fn(&[Lot]) -> Option<usize>,
) -> Option<()> {
    let mut missing = quantity;
    while missing.is_positive() {
        let place = next(lots)?;
        let part = part_of(lots.get_mut(place)?, missing)?;
        missing = missing.checked_sub(part.quantity)?;
        taken.push(part);
    }
    Some(())
}

/// Takes at most so many shares out of a lot, with their part of its cost, rounded down.
fn part_of(lot: &mut Lot, at_most: Quantity) -> Option<Lot> {
    let quantity = lot.quantity.min(at_most);
    let cost = if quantity == lot.quantity {
        lot.cost
    } else {
        lot.cost.share_rounded_down(quantity, lot.quantity)?
    };
    lot.quantity = lot.quantity.checked_sub(quantity)?;
    lot.cost = lot.cost.checked_sub(cost)?;
    Some(Lot {
        acquired_at: lot.acquired_at,
        quantity,
        cost,
    })
}

#[cfg(test)]
mod tests;
