//! An account as it was: later facts are undone, latest first.

use std::collections::BTreeMap;

use crate::{Fact, InstrumentId, Money, Price, Quantity};

/// Cash and shares at some instant. Reserves are part of both.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct PastAccount {
    /// Cash.
    pub cash: Money,
    /// Shares by instrument; never zero.
    pub shares: BTreeMap<InstrumentId, Quantity>,
}

impl PastAccount {
    /// The account as it is now.
    #[must_use]
    pub fn now(cash: Money, shares: impl IntoIterator<Item = (InstrumentId, Quantity)>) -> Self {
        let held = |(_, quantity): &(InstrumentId, Quantity)| quantity.is_positive();
        Self {
            cash,
            shares: shares.into_iter().filter(held).collect(),
        }
    }

    /// Undoes the latest fact that has not been undone yet. Shares before a split round down to the
    /// sixth place.
    pub fn undo(&mut self, fact: &Fact) {
        let cash = self.cash.checked_sub(fact.cash_change());
        self.cash = cash.unwrap_or(self.cash);
        match fact {
            Fact::Bought(trade) => self.take(trade.instrument, trade.quantity),
            Fact::Sold(trade) | Fact::SoldLots(trade, _) => {
                self.give(trade.instrument, trade.quantity);
            }
            Fact::Allocated {
                instrument,
                quantity,
                ..
            } => self.take(*instrument, *quantity),
            Fact::Delisted {
                instrument,
                quantity,
                ..
            }
            | Fact::Reversed {
                instrument,
                quantity,
                ..
            } => self.give(*instrument, *quantity),
            Fact::Split {
                instrument, ratio, ..
            } => {
                let now = i128::from(self.held(*instrument).units());
                let before = now
                    .saturating_mul(i128::from(ratio.old))
                    .checked_div(i128::from(ratio.new));
                let units = before.and_then(|units| i64::try_from(units).ok());
                self.set(*instrument, Quantity::from_units(units.unwrap_or_default()));
            }
            Fact::Opened { .. }
            | Fact::Reserved { .. }
            | Fact::Released { .. }
            | Fact::Adjusted { .. }
            | Fact::Dividend { .. }
            | Fact::Interest { .. }
            | Fact::Contributed { .. }
            | Fact::Converted(_)
            | Fact::Taxed { .. } => {}
        }
    }

    /// Shares of an instrument; may be zero.
    #[must_use]
    pub fn held(&self, instrument: InstrumentId) -> Quantity {
        self.shares.get(&instrument).copied().unwrap_or_default()
    }

    /// Cash and shares at these prices, as far as known; saturates at the largest [`Money`].
    #[must_use]
    pub fn worth(&self, price: impl Fn(InstrumentId) -> Option<Price>) -> Money {
        let values = self.shares.iter().filter_map(|(instrument, quantity)| {
            let value = price(*instrument)?.cost_of(*quantity)?;
            Some(value.units())
        });
        Money::from_units(values.fold(self.cash.units(), i64::saturating_add))
    }

    fn give(&mut self, instrument: InstrumentId, quantity: Quantity) {
        let held = self.held(instrument);
        self.set(instrument, held.checked_add(quantity).unwrap_or(held));
    }

    fn take(&mut self, instrument: InstrumentId, quantity: Quantity) {
        let rest = self.held(instrument).checked_sub(quantity);
        self.set(instrument, rest.unwrap_or_default());
    }

    fn set(&mut self, instrument: InstrumentId, quantity: Quantity) {
        if quantity.is_positive() {
            self.shares.insert(instrument, quantity);
        } else {
            self.shares.remove(&instrument);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{SplitRatio, Trade, TradeMarks};

    fn trade(quantity: i32, cash: i32) -> Trade {
        Trade {
            instrument: InstrumentId(1),
            quantity: Quantity::from_whole(quantity),
            price: Price::from_whole(10),
            fee: Money::ZERO,
            cash_change: Money::from_whole(cash),
            cost_basis_change: Money::ZERO,
            realized_profit: Money::ZERO,
            xp: 0,
            key: "order-0001".parse().unwrap(),
            reason: None,
            released: None,
            marks: TradeMarks::default(),
        }
    }

    #[test]
    fn facts_are_taken_back_latest_first() {
        let shares = [(InstrumentId(1), Quantity::from_whole(6))];
        let mut account = PastAccount::now(Money::from_whole(50), shares);
        account.undo(&Fact::Sold(trade(4, 40)));
        assert_eq!(account.held(InstrumentId(1)), Quantity::from_whole(10));
        assert_eq!(account.cash, Money::from_whole(10));
        account.undo(&Fact::Split {
            instrument: InstrumentId(1),
            ratio: SplitRatio { new: 2, old: 1 },
            whole_shares: false,
            cash_in_lieu: Money::ZERO,
        });
        let price = |_| Some(Price::from_whole(18));
        assert_eq!(account.worth(price), Money::from_whole(100));
        account.undo(&Fact::Bought(trade(5, -90)));
        let all_cash = PastAccount::now(Money::from_whole(100), []);
        assert_eq!(account, all_cash);
        assert_eq!(account.worth(|_| None), Money::from_whole(100));
    }
}
