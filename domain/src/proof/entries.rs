//! Adds up the entries of a receipt, and checks that each trade's amounts follow from its price.

use super::Receipt;
use crate::{Fact, Hash, LedgerError, Money, Replay, Side, Timestamp, Trade};

/// A ledger after its last entry, and any irregularities found.
#[derive(Debug)]
pub(super) struct Replayed {
    /// The account.
    pub(super) replay: Replay,
    /// Hash of each entry.
    pub(super) heads: Vec<Hash>,
    /// Purchases and sales.
    pub(super) trades: usize,
    /// The first trade whose amounts do not follow from price, shares and fee, or conversion that does not
    /// follow from the trade before it.
    pub(super) wrong_amount: Option<usize>,
    /// Trades whose fee differs from the receipt's rules.
    pub(super) other_fees: usize,
    /// Trades before the game opened or after it closed.
    pub(super) while_closed: usize,
    /// The first entry that is older than the one before it.
    pub(super) backwards: Option<usize>,
    /// How often a host changed the cash.
    pub(super) adjustments: usize,
    /// By how much in total; none when it exceeds [`crate::Money`].
    pub(super) adjusted: Option<Money>,
}

/// Replays the entries from the first on.
pub(super) fn replay(receipt: &Receipt) -> Result<Replayed, LedgerError> {
    let rules = &receipt.game.rules;
    let mut done = Replayed {
        replay: Replay::new(receipt.account()),
        heads: Vec::with_capacity(receipt.entries.len()),
        trades: 0,
        wrong_amount: None,
        other_fees: 0,
        while_closed: 0,
        backwards: None,
        adjustments: 0,
        adjusted: Some(Money::ZERO),
    };
    let (mut latest, mut before) = (None, None);
    for (number, listed) in (1_usize..).zip(&receipt.entries) {
        let entry = done.replay.head.entry(listed.at, listed.fact.clone());
        done.replay.apply(&entry)?;
        done.heads.push(done.replay.head.hash);
        if latest.is_some_and(|latest| listed.at < latest) {
            done.backwards.get_or_insert(number);
        }
        latest = latest.max(Some(listed.at));
        if let Some((side, trade)) = listed.fact.trade() {
            done.trades = done.trades.saturating_add(1);
            if !fits(side, trade) {
                done.wrong_amount.get_or_insert(number);
            }
            let fee = value(side, trade).and_then(|value| rules.fees.of(value));
            if fee != Some(trade.fee) {
                done.other_fees = done.other_fees.saturating_add(1);
            }
            if !was_open(receipt, listed.at) {
                done.while_closed = done.while_closed.saturating_add(1);
            }
        }
        if let Fact::Converted(conversion) = &listed.fact
            && !before.is_some_and(|before| conversion.follows(before))
        {
            done.wrong_amount.get_or_insert(number);
        }
        before = Some(&listed.fact);
        if let Fact::Adjusted { amount, .. } = &listed.fact {
            done.adjustments = done.adjustments.saturating_add(1);
            done.adjusted = done.adjusted.and_then(|sum| sum.checked_add(*amount));
        }
    }
    Ok(done)
}

fn was_open(receipt: &Receipt, at: Timestamp) -> bool {
    let rules = &receipt.game.rules;
    rules.opens_at.is_none_or(|opens_at| opens_at <= at)
        && rules.closes_at.is_none_or(|closes_at| at < closes_at)
}

/// The cost or proceeds of the shares, without the fee.
fn value(side: Side, trade: &Trade) -> Option<Money> {
    match side {
        Side::Buy => trade.price.cost_of(trade.quantity),
        Side::Sell => trade.price.value_of(trade.quantity),
    }
}

/// Whether the cash moved by price times shares and the fee, rounded against the player.
fn fits(side: Side, trade: &Trade) -> bool {
    let value = value(side, trade);
    let change = value.and_then(|value| match side {
        Side::Buy => Some(value.checked_add(trade.fee)?.negated()),
        Side::Sell => value.checked_sub(trade.fee),
    });
    change == Some(trade.cash_change)
}
