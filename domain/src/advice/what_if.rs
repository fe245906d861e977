//! What if: the same history with something changed, valued at the same closes.

use std::collections::HashMap;

use serde::{Deserialize, Serialize};

use crate::statistics::PastAccount;
use crate::{Day, Fact, InstrumentId, Money, Price, Quantity};

/// What would have been different.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scenario {
    /// No shares were ever bought.
    Nothing,
    /// All money was invested in the market's index when it came in.
    Index,
    /// Nothing was traded after a day.
    Rewind {
        /// The last day with trades.
        day: Day,
    },
    /// One trade was not made.
    Without {
        /// Its ledger entry.
        seq: i64,
    },
}

/// A ledger entry with its market day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DatedFact {
    /// Its number in the ledger.
    pub seq: i64,
    /// The market day on which it happened.
    pub day: Day,
    /// What it states.
    pub fact: Fact,
}

/// The prices at the end of a day.
pub trait DayClose {
    /// The day.
    fn day(&self) -> Day;
    /// The market's index; none when unknown.
    fn index(&self) -> Option<Price>;
    /// The price of an instrument; none when unknown.
    fn price(&self, instrument: InstrumentId) -> Option<Price>;
}

/// One day in both histories.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct WhatIfPoint {
    /// The market day.
    pub day: Day,
    /// What the account was worth at its close.
    pub real: Money,
    /// What it would have been worth.
    pub other: Money,
}

/// Both histories, compared.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct WhatIf {
    /// One for each close, oldest first.
    pub points: Vec<WhatIfPoint>,
    /// How many later purchases could not have been paid for. They are left out as well.
    pub unpaid: u32,
}

/// Replays both histories, day by day. `base` is the account before the first of `entries`, which are in the
/// order of the ledger; `closes` are in the order of their days.
#[must_use]
pub fn what_if<C: DayClose>(
    base: &PastAccount,
    entries: &[DatedFact],
    closes: &[C],
    scenario: Scenario,
) -> WhatIf {
    let mut story = Story::new(base, scenario);
    story.opening = entries
        .first()
        .map_or(Money::ZERO, |entry| entry.fact.flow());
    let mut entries = entries.iter().peekable();
    for close in closes {
        story.begin(close);
        while let Some(entry) = entries.next_if(|entry| entry.day <= close.day()) {
            story.tell(entry);
        }
        story.end(close);
    }
    story.told
}

/// Both accounts during the replay.
struct Story {
    scenario: Scenario,
    real: PastAccount,
    other: PastAccount,
    /// Units of the index held; only in [`Scenario::Index`].
    index_parts: Quantity,
    index: Option<Price>,
    /// The latest known prices.
    prices: HashMap<InstrumentId, Price>,
    /// How much of the latest trade the other account made, and the whole of it: its conversion costs as much.
    made: (Quantity, Quantity),
    has_begun: bool,
    /// What came in with the first entry. On the day before, the account counts as worth this much.
    opening: Money,
    has_told: bool,
    told: WhatIf,
}

impl Story {
    fn new(base: &PastAccount, scenario: Scenario) -> Self {
        Self {
            scenario,
            real: base.clone(),
            other: base.clone(),
            index_parts: Quantity::ZERO,
            index: None,
            prices: HashMap::new(),
            made: (Quantity::ZERO, Quantity::ZERO),
            has_begun: false,
            opening: Money::ZERO,
            has_told: false,
            told: WhatIf::default(),
        }
    }

    fn begin(&mut self, close: &impl DayClose) {
        self.index = self.index.or(close.index());
        if self.has_begun {
            return;
        }
        self.has_begun = true;
        if self.scenario == Scenario::Index {
            let worth = self.real.worth(|instrument| close.price(instrument));
            self.other = PastAccount::default();
            self.invest(worth);
        }
    }

    /// Invests money in the index, at its latest close.
    fn invest(&mut self, amount: Money) {
        let taken_out = amount.is_negative();
        let size = if taken_out { amount.negated() } else { amount };
        let parts = self.index.and_then(|index| size.quantity_at(index));
        let Some(parts) = parts else {
            self.other.cash = plus(self.other.cash, amount);
            return;
        };
        let parts = if taken_out {
            self.index_parts.checked_sub(parts)
        } else {
            self.index_parts.checked_add(parts)
        };
        self.index_parts = parts.unwrap_or(self.index_parts).max(Quantity::ZERO);
    }

    fn tell(&mut self, entry: &DatedFact) {
        self.has_told = true;
        if let Some((_, trade)) = entry.fact.trade() {
            self.prices.insert(trade.instrument, trade.price);
            self.made = (Quantity::ZERO, trade.quantity);
        }
        let skipped = match self.scenario {
            Scenario::Nothing => true,
            Scenario::Rewind { day } => entry.day > day,
            Scenario::Without { seq } => entry.seq == seq,
            Scenario::Index => false,
        };
        if self.scenario == Scenario::Index {
            self.invest(entry.fact.flow());
        } else if !(skipped && is_choice(&entry.fact)) {
            self.apply_to_other(&entry.fact);
        }
        apply(&mut self.real, &entry.fact);
    }

    fn apply_to_other(&mut self, fact: &Fact) {
        let other = &mut self.other;
        match fact {
            Fact::Bought(trade) if plus(other.cash, trade.cash_change).is_negative() => {
                self.told.unpaid = self.told.unpaid.saturating_add(1);
            }
            Fact::Allocated { cost, .. } if *cost > other.cash => {
                self.told.unpaid = self.told.unpaid.saturating_add(1);
            }
            Fact::Bought(trade) => {
                self.made.0 = trade.quantity;
                apply(other, fact);
            }
            Fact::Converted(conversion) => {
                let (made, whole) = self.made;
                let cost = conversion.cost.share_rounded_down(made, whole);
                other.cash = plus(other.cash, cost.unwrap_or_default().negated());
            }
            Fact::Sold(trade) | Fact::SoldLots(trade, _) => {
                let sold = trade.quantity.min(other.held(trade.instrument));
                self.made.0 = sold;
                let brings = trade.cash_change.share_rounded_down(sold, trade.quantity);
                other.cash = plus(other.cash, brings.unwrap_or_default());
                change(other, trade.instrument, negative(sold));
            }
            Fact::Dividend {
                instrument,
                per_share,
                ..
            } => {
                let paid = per_share.value_of(other.held(*instrument));
                other.cash = plus(other.cash, paid.unwrap_or_default());
            }
            Fact::Delisted {
                instrument, price, ..
            } => {
                let held = other.held(*instrument);
                other.cash = plus(other.cash, price.value_of(held).unwrap_or_default());
                change(other, *instrument, negative(held));
            }
            Fact::Reversed {
                instrument,
                quantity,
                refund,
                ..
            } => {
                let back = (*quantity).min(other.held(*instrument));
                let refund = refund.share_rounded_down(back, *quantity);
                other.cash = plus(other.cash, refund.unwrap_or_default());
                change(other, *instrument, negative(back));
            }
            _ => apply(other, fact),
        }
    }

    fn end(&mut self, close: &impl DayClose) {
        let is_empty = self.real.cash.is_zero() && self.real.shares.is_empty();
        if is_empty && !self.has_told {
            self.told.points.push(WhatIfPoint {
                day: close.day(),
                real: self.opening,
                other: self.opening,
            });
            return;
        }
        self.index = close.index().or(self.index);
        let held = self.real.shares.keys().chain(self.other.shares.keys());
        for instrument in held {
            if let Some(price) = close.price(*instrument) {
                self.prices.insert(*instrument, price);
            }
        }
        let price = |instrument| self.prices.get(&instrument).copied();
        let parts = self
            .index
            .and_then(|index| index.value_of(self.index_parts));
        self.told.points.push(WhatIfPoint {
            day: close.day(),
            real: self.real.worth(price),
            other: plus(self.other.worth(price), parts.unwrap_or_default()),
        });
    }
}

/// Whether a fact is the player's own choice rather than something that happened to the account.
fn is_choice(fact: &Fact) -> bool {
    matches!(
        fact,
        Fact::Bought(_)
            | Fact::Sold(_)
            | Fact::SoldLots(..)
            | Fact::Allocated { .. }
            | Fact::Reversed { .. }
    )
}

/// Applies a fact to the account that it belongs to.
fn apply(account: &mut PastAccount, fact: &Fact) {
    account.cash = plus(account.cash, fact.cash_change());
    match fact {
        Fact::Bought(trade) => change(account, trade.instrument, trade.quantity),
        Fact::Sold(trade) | Fact::SoldLots(trade, _) => {
            change(account, trade.instrument, negative(trade.quantity));
        }
        Fact::Allocated {
            instrument,
            quantity,
            ..
        } => change(account, *instrument, *quantity),
        Fact::Reversed {
            instrument,
            quantity,
            ..
        }
        | Fact::Delisted {
            instrument,
            quantity,
            ..
        } => change(account, *instrument, negative(*quantity)),
        Fact::Split {
            instrument, ratio, ..
        } => {
            let held = i128::from(account.held(*instrument).units());
            let after = held
                .saturating_mul(i128::from(ratio.new))
                .checked_div(i128::from(ratio.old));
            let after = after.and_then(|units| i64::try_from(units).ok());
            let before = account.held(*instrument);
            let after = Quantity::from_units(after.unwrap_or(before.units()));
            change(
                account,
                *instrument,
                after.checked_sub(before).unwrap_or_default(),
            );
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

fn plus(one: Money, other: Money) -> Money {
    one.checked_add(other).unwrap_or(one)
}

fn negative(quantity: Quantity) -> Quantity {
    Quantity::ZERO.checked_sub(quantity).unwrap_or_default()
}

fn change(account: &mut PastAccount, instrument: InstrumentId, by: Quantity) {
    let after = account.held(instrument).checked_add(by).unwrap_or_default();
    if after.is_positive() {
        account.shares.insert(instrument, after);
    } else {
        account.shares.remove(&instrument);
    }
}

#[cfg(test)]
mod tests;
