//! The gains and losses of an account, year by year, from its ledger.
//!
//! A loss is disallowed to the extent that the same instrument was bought within 30 market days before or
//! after the sale (26 U.S.C. § 1091, IRS Publication 550, *Wash Sales*). The loss is not forfeited: it is
//! added to the cost of the replacement shares, which also inherit the holding period. Shares are matched in
//! order of purchase, each share once, and shares of a purchase never replace others of the same purchase.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{Gains, Taxes, is_long_term};
use crate::{Day, Fact, InstrumentId, Lot, LotChoice, Money, Quantity, Timestamp, Trade};

mod holding;

use holding::{Holding, OpenLoss, Part, is_near};

/// The taxable gains of an account, computed from its ledger entry by entry.
#[derive(Debug, Clone)]
pub struct TaxBook {
    taxes: Taxes,
    holdings: BTreeMap<InstrumentId, Holding>,
    years: BTreeMap<i32, Sums>,
}

/// An account's tax figures for a market year.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct TaxYear {
    /// Gains less deductible losses.
    pub gains: Gains,
    /// Losses disallowed because the same shares were bought back; they were added to the cost of those
    /// shares.
    pub void_losses: Money,
    /// Losses carried forward from earlier years.
    pub carried_in: Money,
    /// Losses to carry forward to later years.
    pub carried_out: Money,
    /// The tax.
    pub due: Money,
    /// What sales paid immediately.
    pub paid: Money,
    /// What has been refunded.
    pub returned: Money,
}

impl TaxYear {
    /// What is still to be refunded: the amount paid beyond the tax.
    #[must_use]
    pub fn to_return(&self) -> Money {
        let left = self.paid.checked_sub(self.due);
        let left = left.and_then(|left| left.checked_sub(self.returned));
        left.unwrap_or_default().max(Money::ZERO)
    }
}

#[derive(Debug, Clone, Copy, Default)]
struct Sums {
    gains: Gains,
    void_losses: Money,
    paid: Money,
    returned: Money,
}

impl TaxBook {
    /// The book of an account before its first entry.
    #[must_use]
    pub fn new(taxes: Taxes) -> Self {
        Self {
            taxes,
            holdings: BTreeMap::new(),
            years: BTreeMap::new(),
        }
    }

    /// Adds the next entry, made on a market day. None when it is inconsistent with the previous
    /// ones.
    pub fn record(&mut self, fact: &Fact, at: Timestamp, day: Day) -> Option<()> {
        match fact {
            Fact::Bought(trade) => {
                let cost = trade.cash_change.negated();
                self.buy(trade.instrument, (trade.quantity, cost), at, day)
            }
            Fact::Allocated {
                instrument,
                quantity,
                cost,
                ..
            } => self.buy(*instrument, (*quantity, *cost), at, day),
            Fact::Sold(trade) | Fact::SoldLots(trade, _) => self.sell(trade, fact.lots(), at, day),
            Fact::Delisted {
                instrument,
                quantity,
                cash,
                ..
            } => self.leave(*instrument, *quantity, Some(*cash), day),
            Fact::Reversed {
                instrument,
                quantity,
                ..
            } => self.leave(*instrument, *quantity, None, day),
            Fact::Split {
                instrument,
                ratio,
                whole_shares,
                cash_in_lieu,
            } => {
                let holding = self.holdings.entry(*instrument).or_default();
                let split = holding
                    .position
                    .after_split(*ratio, *whole_shares, *cash_in_lieu)?;
                holding.follow_split(split, i128::from(ratio.new), i128::from(ratio.old))
            }
            Fact::Taxed { year, amount } => {
                if amount.is_negative() {
                    let sums = self.years.entry(*year).or_default();
                    sums.returned = sums.returned.checked_sub(*amount)?;
                } else {
                    // Paid for the year in which the sale counts: if prices are slightly old, the entry may
                    // still name the previous year.
                    let sums = self.years.entry(day.calendar().0).or_default();
                    sums.paid = sums.paid.checked_add(*amount)?;
                }
                Some(())
            }
            Fact::Opened { .. }
            | Fact::Reserved { .. }
            | Fact::Released { .. }
            | Fact::Adjusted { .. }
            | Fact::Dividend { .. }
            | Fact::Interest { .. }
            | Fact::Contributed { .. }
            | Fact::Converted(_) => Some(()),
        }
    }

    /// A year, as far as it is known. None when an amount exceeds [`Money`].
    #[must_use]
    pub fn year(&self, year: i32) -> Option<TaxYear> {
        let mut found = TaxYear::default();
        let none = Sums::default();
        let earlier = self.years.range(..year).map(|(_, sums)| sums);
        for sums in earlier.chain([self.years.get(&year).unwrap_or(&none)]) {
            let (taxed, carried_out) = set_off(sums.gains, found.carried_out)?;
            found = TaxYear {
                gains: sums.gains,
                void_losses: sums.void_losses,
                carried_in: found.carried_out,
                carried_out,
                due: self.taxes.of_gains(taxed)?,
                paid: sums.paid,
                returned: sums.returned,
            };
        }
        Some(found)
    }

    /// The years in which something was sold, earliest first.
    pub fn years(&self) -> impl DoubleEndedIterator<Item = i32> + '_ {
        self.years.keys().copied()
    }

    fn buy(
        &mut self,
        instrument: InstrumentId,
        (quantity, cost): (Quantity, Money),
        at: Timestamp,
        day: Day,
    ) -> Option<()> {
        let holding = self.holdings.entry(instrument).or_default();
        holding.position = holding.position.after_acquisition(quantity, cost, at)?;
        holding.follow_joined_lots();
        let mut bought = Part {
            acquired_at: at,
            bought: day,
            held_since: day,
            quantity,
            cost,
            replaces: false,
        };
        holding.losses.retain(|loss| is_near(day, loss.day));
        for loss in &mut holding.losses {
            let part = bought.take(loss.quantity)?;
            if part.quantity.is_zero() {
                break;
            }
            let void = loss.take(part.quantity)?;
            // It was counted when the shares were sold.
            let sums = self.years.entry(loss.year()).or_default();
            sums.gains = sums.gains.plus(void, loss.is_long_term)?;
            sums.void_losses = sums.void_losses.checked_add(void)?;
            holding.parts.push(part.replacing(void, loss.held_days)?);
        }
        holding.losses.retain(|loss| loss.quantity.is_positive());
        if bought.quantity.is_positive() {
            holding.parts.push(bought);
        }
        Some(())
    }

    fn sell(&mut self, trade: &Trade, lots: &LotChoice, at: Timestamp, day: Day) -> Option<()> {
        let holding = self.holdings.get_mut(&trade.instrument)?;
        let (quantity, proceeds) = (trade.quantity, trade.cash_change);
        let (after, sold) = holding.position.after_sale(quantity, lots, proceeds, at)?;
        holding.position = after;
        self.gain(trade.instrument, &sold.lots, proceeds, day)
    }

    /// Shares leave without being sold: their gain counts if they were paid out.
    fn leave(
        &mut self,
        instrument: InstrumentId,
        quantity: Quantity,
        brought: Option<Money>,
        day: Day,
    ) -> Option<()> {
        let holding = self.holdings.entry(instrument).or_default();
        let lots = holding.position.lots_sold(quantity, &LotChoice::Oldest)?;
        let proceeds = brought.unwrap_or_default();
        holding.position = holding.position.after_disposal(quantity, proceeds)?;
        match brought {
            Some(proceeds) => self.gain(instrument, &lots, proceeds, day),
            None => holding.take(&lots, proceeds).map(|_| ()),
        }
    }

    fn gain(
        &mut self,
        instrument: InstrumentId,
        lots: &[Lot],
        proceeds: Money,
        day: Day,
    ) -> Option<()> {
        let holding = self.holdings.get_mut(&instrument)?;
        let sold = holding.take(lots, proceeds)?;
        let sums = self.years.entry(day.calendar().0).or_default();
        for (part, brought) in sold {
            let gain = brought.checked_sub(part.cost)?;
            let is_long_term = is_long_term(part.held_since, day);
            sums.gains = sums.gains.plus(gain, is_long_term)?;
            if !gain.is_negative() {
                continue;
            }
            let mut loss = OpenLoss {
                day,
                quantity: part.quantity,
                loss: gain.negated(),
                is_long_term,
                held_days: day.number().saturating_sub(part.held_since.number()),
            };
            let void = holding.replace(&mut loss, lots)?;
            sums.gains = sums.gains.plus(void, is_long_term)?;
            sums.void_losses = sums.void_losses.checked_add(void)?;
            if loss.quantity.is_positive() {
                holding.losses.push(loss);
            }
        }
        Some(())
    }
}

/// Offsets the losses of a year and earlier years against its gains, short-term ones first. Returns what is
/// taxed, and the remaining losses.
fn set_off(gains: Gains, carried: Money) -> Option<(Gains, Money)> {
    let loss = |gain: Money| gain.negated().max(Money::ZERO);
    let losses = carried.checked_add(loss(gains.short_term))?;
    let losses = losses.checked_add(loss(gains.long_term))?;
    let short = gains.short_term.max(Money::ZERO);
    let long = gains.long_term.max(Money::ZERO);
    let (of_short, losses) = (losses.min(short), losses.checked_sub(losses.min(short))?);
    let of_long = losses.min(long);
    let taxed = Gains {
        short_term: short.checked_sub(of_short)?,
        long_term: long.checked_sub(of_long)?,
    };
    Some((taxed, losses.checked_sub(of_long)?))
}

#[cfg(test)]
mod tests;
