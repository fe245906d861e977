//! What is held of an instrument, share by share for tax purposes.

use super::super::proceeds_of;
use crate::advice::WASH_SALE_DAYS;
use crate::{Day, Lot, Money, Position, Quantity, Timestamp};

/// What is held of an instrument.
#[derive(Debug, Clone, Default)]
pub(super) struct Holding {
    /// The position as in the ledger: it decides which lots a sale takes.
    pub(super) position: Position,
    /// Its shares with their tax cost, in order of purchase.
    pub(super) parts: Vec<Part>,
    /// Losses that a purchase can still disallow.
    pub(super) losses: Vec<OpenLoss>,
}

/// Shares of one purchase that are treated alike for tax.
#[derive(Debug, Clone, Copy)]
pub(super) struct Part {
    pub(super) acquired_at: Timestamp,
    pub(super) bought: Day,
    /// Earlier than `bought` if they replace shares sold at a loss.
    pub(super) held_since: Day,
    pub(super) quantity: Quantity,
    pub(super) cost: Money,
    /// Whether they already replace other shares.
    pub(super) replaces: bool,
}

/// Shares sold at a loss that nothing has replaced yet.
#[derive(Debug, Clone, Copy)]
pub(super) struct OpenLoss {
    pub(super) day: Day,
    pub(super) quantity: Quantity,
    /// Above zero.
    pub(super) loss: Money,
    pub(super) is_long_term: bool,
    pub(super) held_days: i32,
}

impl Part {
    /// Takes up to `at_most` shares out of it, with their part of the cost.
    pub(super) fn take(&mut self, at_most: Quantity) -> Option<Self> {
        let quantity = self.quantity.min(at_most);
        let cost = share(self.cost, quantity, self.quantity)?;
        self.quantity = self.quantity.checked_sub(quantity)?;
        self.cost = self.cost.checked_sub(cost)?;
        Some(Self {
            quantity,
            cost,
            ..*self
        })
    }

    /// The same shares after they replace others sold at a loss.
    pub(super) fn replacing(self, loss: Money, held_days: i32) -> Option<Self> {
        Some(Self {
            cost: self.cost.checked_add(loss)?,
            held_since: self.bought.plus_days(held_days.saturating_neg()),
            replaces: true,
            ..self
        })
    }
}

impl OpenLoss {
    /// Takes the loss of some of its shares out of it.
    pub(super) fn take(&mut self, quantity: Quantity) -> Option<Money> {
        let loss = share(self.loss, quantity, self.quantity)?;
        self.quantity = self.quantity.checked_sub(quantity)?;
        self.loss = self.loss.checked_sub(loss)?;
        Some(loss)
    }

    pub(super) fn year(&self) -> i32 {
        self.day.calendar().0
    }
}

/// The part of an amount that belongs to some of its shares; of all of them, all.
fn share(amount: Money, part: Quantity, whole: Quantity) -> Option<Money> {
    if part == whole {
        Some(amount)
    } else {
        amount.share_rounded_down(part, whole)
    }
}

/// Whether a purchase on one day can replace what was sold on another.
pub(super) fn is_near(bought: Day, sold: Day) -> bool {
    bought.number().abs_diff(sold.number()) <= WASH_SALE_DAYS.unsigned_abs()
}

impl Holding {
    /// Takes the shares of lots out of the parts, each with its proceeds.
    pub(super) fn take(&mut self, lots: &[Lot], proceeds: Money) -> Option<Vec<(Part, Money)>> {
        let mut taken = Vec::new();
        for lot in lots {
            let mut missing = lot.quantity;
            while missing.is_positive() {
                let of_lot = |part: &&mut Part| {
                    part.acquired_at == lot.acquired_at && part.quantity.is_positive()
                };
                let part = self.parts.iter_mut().find(of_lot)?.take(missing)?;
                missing = missing.checked_sub(part.quantity)?;
                taken.push(part);
            }
        }
        self.parts.retain(|part| part.quantity.is_positive());
        let brought = proceeds_of(taken.iter().map(|part| part.quantity), proceeds)?;
        Some(taken.into_iter().zip(brought).collect())
    }

    /// Disallows a loss to the extent that recently bought shares replace those sold; returns the
    /// disallowed amount.
    pub(super) fn replace(&mut self, loss: &mut OpenLoss, sold: &[Lot]) -> Option<Money> {
        let mut void = Money::ZERO;
        let mut parts = Vec::with_capacity(self.parts.len().saturating_add(1));
        for mut part in std::mem::take(&mut self.parts) {
            let is_of_sale = sold.iter().any(|lot| lot.acquired_at == part.acquired_at);
            let fits = !part.replaces && !is_of_sale && is_near(part.bought, loss.day);
            if fits && loss.quantity.is_positive() {
                let replacing = part.take(loss.quantity)?;
                let of_it = loss.take(replacing.quantity)?;
                void = void.checked_add(of_it)?;
                parts.push(replacing.replacing(of_it, loss.held_days)?);
            }
            if part.quantity.is_positive() {
                parts.push(part);
            }
        }
        self.parts = parts;
        Some(void)
    }

    /// A position with very many lots merges the two oldest: their parts then share the same date.
    pub(super) fn follow_joined_lots(&mut self) {
        let lots = &self.position.lots;
        let Some(oldest) = lots.first().map(|lot| lot.acquired_at) else {
            return;
        };
        for part in &mut self.parts {
            if lots.iter().all(|lot| lot.acquired_at != part.acquired_at) {
                part.acquired_at = oldest;
            }
        }
    }

    /// Updates the parts to the shares that a split has made of their lots. The payout for a fraction of a
    /// share is not taxed.
    pub(super) fn follow_split(&mut self, split: Position, new: i128, old: i128) -> Option<()> {
        let scale = |quantity: Quantity| -> Option<Quantity> {
            let scaled = i128::from(quantity.units()).checked_mul(new)?;
            let units = i64::try_from(scaled.checked_div(old)?).ok()?;
            Some(Quantity::from_units(units))
        };
        for loss in &mut self.losses {
            loss.quantity = scale(loss.quantity)?;
        }
        self.losses.retain(|loss| loss.quantity.is_positive());
        let mut left: Vec<Lot> = split.lots.clone();
        // From the newest: the rounding remainder goes to the oldest part of each lot.
        for place in (0..self.parts.len()).rev() {
            let (earlier, rest) = self.parts.split_at_mut(place);
            let part = rest.first_mut()?;
            let is_last = earlier
                .iter()
                .all(|one| one.acquired_at != part.acquired_at);
            let mut of_lot = left
                .iter_mut()
                .filter(|lot| lot.acquired_at == part.acquired_at);
            let lot = of_lot.next();
            let room = lot.as_ref().map_or(Quantity::ZERO, |lot| lot.quantity);
            part.quantity = if is_last {
                room
            } else {
                scale(part.quantity)?.min(room)
            };
            if let Some(lot) = lot {
                lot.quantity = lot.quantity.checked_sub(part.quantity)?;
            }
        }
        self.parts.retain(|part| part.quantity.is_positive());
        self.position = split;
        Some(())
    }
}
