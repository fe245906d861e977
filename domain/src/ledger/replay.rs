//! An account rebuilt from its ledger.

use std::collections::BTreeMap;

use crate::ledger::apply::apply;
use crate::ledger::{Fact, LedgerEntry, LedgerError, LedgerHead, Trade};
use crate::progress::Counters;
use crate::{Account, AccountId, IdempotencyKey, InstrumentId, Money, Position, Reserve, Side, Xp};

/// An account rebuilt from its ledger, entry by entry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Replay {
    /// The end of the chain so far.
    pub head: LedgerHead,
    /// Cash and realized profit so far.
    pub account: Account,
    /// Positions so far, those sold out included.
    pub positions: BTreeMap<InstrumentId, Position>,
    /// Waiting orders and investments, and what is reserved for them.
    pub open: BTreeMap<IdempotencyKey, OpenReserve>,
    /// XP from the entries.
    pub xp: Xp,
    /// The account's counters so far.
    pub counters: Counters,
}

/// What is reserved for a waiting order or investment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OpenReserve {
    /// What it is for.
    pub instrument: InstrumentId,
    /// What is reserved.
    pub reserve: Reserve,
}

impl Replay {
    /// Before the first entry.
    #[must_use]
    pub fn new(account: AccountId) -> Self {
        Self {
            head: LedgerHead::before_first(account),
            account: Account::opened_with(Money::ZERO),
            positions: BTreeMap::new(),
            open: BTreeMap::new(),
            xp: 0,
            counters: Counters::default(),
        }
    }

    /// Adds the next entry.
    ///
    /// # Errors
    /// A [`LedgerError`] that names the entry; nothing can be added to the account after it.
    pub fn apply(&mut self, entry: &LedgerEntry) -> Result<(), LedgerError> {
        let expected = self.head.version.saturating_add(1);
        if entry.seq != expected {
            return Err(LedgerError::Gap {
                expected,
                found: entry.seq,
            });
        }
        if entry.previous_hash != self.head.hash {
            return Err(LedgerError::BrokenChain { seq: entry.seq });
        }
        let instrument = entry.fact.instrument();
        let before = instrument.and_then(|instrument| self.positions.get(&instrument));
        self.counters.record_fact(&entry.fact, entry.at, before);
        self.apply_fact(entry)
            .ok_or(LedgerError::Impossible { seq: entry.seq })?;
        self.head = entry.head();
        Ok(())
    }

    fn apply_fact(&mut self, entry: &LedgerEntry) -> Option<()> {
        let opens = matches!(entry.fact, Fact::Opened { .. });
        (opens == (entry.seq == 1)).then_some(())?;
        self.track_open(&entry.fact)?;
        if let Some((side, trade)) = entry.fact.trade() {
            return self.apply_trade(side, trade, entry);
        }
        let instrument = entry.fact.instrument();
        let before = self.position(instrument);
        let (account, position) = apply(&entry.fact, &self.account, &before, entry.at)?;
        self.account = account;
        if let (Some(instrument), Some(position)) = (instrument, position) {
            self.keep(instrument, position);
        }
        Some(())
    }

    /// Untouched positions are dropped: a reserve of cash alone leaves none behind.
    fn keep(&mut self, instrument: InstrumentId, position: Position) {
        if position != Position::default() || self.positions.contains_key(&instrument) {
            self.positions.insert(instrument, position);
        }
    }

    fn position(&self, instrument: Option<InstrumentId>) -> Position {
        let known = instrument.and_then(|instrument| self.positions.get(&instrument));
        known.cloned().unwrap_or_default()
    }

    fn apply_trade(&mut self, side: Side, trade: &Trade, entry: &LedgerEntry) -> Option<()> {
        let mut account = self.account;
        let mut before = self.position(Some(trade.instrument));
        // A reserve is released first: the fill may be paid from it.
        if let Some(reserve) = trade.released {
            before = reserve.release_from(&mut account, &before)?;
        }
        let after = position_after(&before, side, trade, entry)?;
        account.cash = account.cash.checked_add(trade.cash_change)?;
        let profit = account.realized_profit.checked_add(trade.realized_profit);
        account.realized_profit = profit?;
        account.count_positions(&before, &after)?;
        (account.cash >= account.reserved_cash).then_some(())?;
        self.xp = self.xp.checked_add(trade.xp).filter(|_| trade.xp >= 0)?;
        self.account = account;
        self.positions.insert(trade.instrument, after);
        Some(())
    }

    /// Records what begins to wait, and removes what ends, with exactly what was reserved for it.
    fn track_open(&mut self, fact: &Fact) -> Option<()> {
        let ends = |key, instrument, reserve| {
            (
                key,
                OpenReserve {
                    instrument,
                    reserve,
                },
            )
        };
        let (key, ended) = match fact {
            Fact::Reserved {
                key,
                instrument,
                reserve,
                ..
            } => {
                let open = OpenReserve {
                    instrument: *instrument,
                    reserve: *reserve,
                };
                let earlier = self.open.insert(key.clone(), open);
                return earlier.is_none().then_some(());
            }
            Fact::Released {
                key,
                instrument,
                reserve,
                ..
            }
            | Fact::Allocated {
                key,
                instrument,
                reserve,
                ..
            } => ends(key, *instrument, *reserve),
            Fact::Bought(trade) | Fact::Sold(trade) | Fact::SoldLots(trade, _) => {
                match trade.released {
                    Some(reserve) => ends(&trade.key, trade.instrument, reserve),
                    None => return Some(()),
                }
            }
            Fact::Opened { .. }
            | Fact::Adjusted { .. }
            | Fact::Dividend { .. }
            | Fact::Interest { .. }
            | Fact::Split { .. }
            | Fact::Delisted { .. }
            | Fact::Reversed { .. }
            | Fact::Contributed { .. }
            | Fact::Converted(_)
            | Fact::Taxed { .. } => return Some(()),
        };
        (self.open.remove(key)? == ended).then_some(())
    }
}

fn position_after(
    before: &Position,
    side: Side,
    trade: &Trade,
    entry: &LedgerEntry,
) -> Option<Position> {
    let lots = entry.fact.lots();
    // One canonical form per fact: a sale of the oldest lots does not list them.
    let is_mentioned = matches!(entry.fact, Fact::SoldLots(..));
    (is_mentioned != lots.is_oldest()).then_some(())?;
    let (quantity, cash) = (trade.quantity, trade.cash_change);
    let after = match side {
        Side::Buy => before.after_purchase(quantity, cash.negated(), entry.at)?,
        Side::Sell => before.after_sale(quantity, lots, cash, entry.at)?.0,
    };
    let fits = trade.quantity.is_positive()
        && after.cost_basis.checked_sub(before.cost_basis)? == trade.cost_basis_change
        && after.realized_profit.checked_sub(before.realized_profit)? == trade.realized_profit
        && after.quantity >= after.reserved_quantity;
    fits.then_some(after)
}
