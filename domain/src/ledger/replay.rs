//! An account rebuilt from its ledger.

use std::collections::BTreeMap;

use super::{EntryKind, LedgerEntry, LedgerError, LedgerHead, ReserveChange, TradeEntry};
use crate::{Account, AccountId, IdempotencyKey, InstrumentId, Money, Position, Quantity, Xp};

/// An account rebuilt from its ledger, entry by entry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Replay {
    /// The end of the chain so far.
    pub head: LedgerHead,
    /// Cash and realized profit so far.
    pub account: Account,
    /// Positions so far, those sold out included.
    pub positions: BTreeMap<InstrumentId, Position>,
    /// Orders that rest, and what is set aside for them.
    pub open: BTreeMap<IdempotencyKey, OpenReserve>,
    /// XP that the entries brought.
    pub xp: Xp,
}

/// What is set aside for a resting order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OpenReserve {
    /// The order's instrument.
    pub instrument: InstrumentId,
    /// Cash.
    pub cash: Money,
    /// Shares of the instrument.
    pub quantity: Quantity,
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
        self.apply_amounts(entry)
            .ok_or(LedgerError::Impossible { seq: entry.seq })?;
        self.head = entry.head();
        Ok(())
    }

    fn apply_amounts(&mut self, entry: &LedgerEntry) -> Option<()> {
        let cash = self.account.cash.checked_add(entry.cash_change)?;
        let xp = self.xp.checked_add(entry.xp)?;
        // What is set aside is released first: a fill may be paid from it.
        if let Some(change) = entry.reserve {
            self.apply_reserve(entry, entry.trade.as_ref()?, change)?;
        }
        match (&entry.trade, entry.kind) {
            (None, EntryKind::Opened) => {}
            (Some(trade), EntryKind::Bought | EntryKind::Sold) => self.apply_trade(entry, trade)?,
            (Some(trade), _) => changes_nothing(entry, trade).then_some(())?,
            (None, _) => return None,
        }
        self.account.cash = Some(cash).filter(|cash| *cash >= self.account.reserved_cash)?;
        self.xp = xp;
        Some(())
    }

    fn apply_trade(&mut self, entry: &LedgerEntry, trade: &TradeEntry) -> Option<()> {
        let before = self.positions.get(&trade.instrument);
        let before = before.cloned().unwrap_or_default();
        let after = position_after(&before, entry, trade)?;
        let account = &mut self.account;
        account.realized_profit = account.realized_profit.checked_add(trade.realized_profit)?;
        let (held, holds) = (before.quantity.is_positive(), after.quantity.is_positive());
        let opened = u32::from(holds && !held);
        let closed = u32::from(held && !holds);
        let positions_held = account.positions_held.checked_add(opened)?;
        account.positions_held = positions_held.checked_sub(closed)?;
        self.positions.insert(trade.instrument, after);
        Some(())
    }

    /// Takes an order in that is put to rest, or out that ends; with exactly what it had set aside.
    fn apply_reserve(
        &mut self,
        entry: &LedgerEntry,
        trade: &TradeEntry,
        change: ReserveChange,
    ) -> Option<()> {
        let (key, account) = (&trade.order_key, &mut self.account);
        if entry.kind == EntryKind::Placed {
            let open = OpenReserve {
                instrument: trade.instrument,
                cash: change.cash,
                quantity: change.quantity,
            };
            let sound = !open.cash.is_negative() && !open.quantity.is_negative();
            let earlier = sound.then(|| self.open.insert(key.clone(), open))?;
            account.open_orders = account.open_orders.checked_add(1)?;
            earlier.is_none().then_some(())?;
        } else {
            let open = self.open.remove(key)?;
            let released = (change.cash.negated(), negated(change.quantity));
            let exact = released == (open.cash, open.quantity);
            (exact && open.instrument == trade.instrument).then_some(())?;
            account.open_orders = account.open_orders.checked_sub(1)?;
        }
        account.reserved_cash = account.reserved_cash.checked_add(change.cash)?;
        if change.quantity.is_zero() {
            return Some(());
        }
        let position = self.positions.get_mut(&trade.instrument)?;
        let reserved = position.reserved_quantity.checked_add(change.quantity)?;
        let covered = !reserved.is_negative() && reserved <= position.quantity;
        position.reserved_quantity = covered.then_some(reserved)?;
        Some(())
    }
}

fn changes_nothing(entry: &LedgerEntry, trade: &TradeEntry) -> bool {
    let money = [
        entry.cash_change,
        trade.fee,
        trade.cost_basis_change,
        trade.realized_profit,
    ];
    let untouched = money.into_iter().all(Money::is_zero) && trade.quantity_change.is_zero();
    untouched && entry.xp == 0 && entry.reserve.is_some() && entry.kind != EntryKind::Opened
}

fn negated(quantity: Quantity) -> Quantity {
    Quantity::from_units(quantity.units().saturating_neg())
}

fn position_after(before: &Position, entry: &LedgerEntry, trade: &TradeEntry) -> Option<Position> {
    let after = if entry.kind == EntryKind::Bought {
        before.after_purchase(trade.quantity_change, entry.cash_change.negated(), entry.at)?
    } else {
        let quantity = negated(trade.quantity_change);
        before.after_sale(quantity, entry.cash_change, entry.at)?.0
    };
    let fits = after.cost_basis.checked_sub(before.cost_basis)? == trade.cost_basis_change
        && after.realized_profit.checked_sub(before.realized_profit)? == trade.realized_profit
        && after.quantity >= after.reserved_quantity;
    fits.then_some(after)
}
