//! How a non-trade fact changes an account: the rule that posting and replay share.

use crate::ledger::Fact;
use crate::{Account, Position, Timestamp};

/// The account, and the position if it changes, after a non-trade fact. None when the fact cannot follow:
/// this is the rule that [`post`] and the replay share.
pub(super) fn apply(
    fact: &Fact,
    account: &Account,
    position: &Position,
    at: Timestamp,
) -> Option<(Account, Option<Position>)> {
    let cash = account.cash.checked_add(fact.cash_change())?;
    let mut after = Account { cash, ..*account };
    let position = match fact {
        Fact::Bought(_) | Fact::Sold(_) | Fact::SoldLots(..) => return None,
        Fact::Opened { .. }
        | Fact::Adjusted { .. }
        | Fact::Interest { .. }
        | Fact::Contributed { .. }
        | Fact::Taxed { .. } => None,
        Fact::Converted(conversion) => {
            let costs = !conversion.cost.is_negative();
            costs.then_some(None)?
        }
        Fact::Dividend {
            quantity,
            per_share,
            cash,
            ..
        } => {
            let fits = *quantity == position.quantity && per_share.value_of(*quantity)? == *cash;
            fits.then_some(None)?
        }
        Fact::Reserved { reserve, .. } => {
            let sound = !reserve.cash.is_negative() && !reserve.quantity.is_negative();
            sound.then_some(())?;
            Some(reserve.add_to(&mut after, position)?)
        }
        Fact::Released { reserve, .. } => Some(reserve.release_from(&mut after, position)?),
        Fact::Split {
            ratio,
            whole_shares,
            cash_in_lieu,
            ..
        } => {
            let split = position.after_split(*ratio, *whole_shares, *cash_in_lieu)?;
            take_profit(&mut after, position, &split)?;
            Some(split)
        }
        Fact::Delisted {
            quantity,
            price,
            cash,
            ..
        } => {
            let fits = *quantity == position.quantity && price.value_of(*quantity)? == *cash;
            let gone = fits.then(|| position.after_disposal(*quantity, *cash))??;
            take_profit(&mut after, position, &gone)?;
            Some(gone)
        }
        Fact::Allocated {
            quantity,
            price,
            cost,
            reserve,
            ..
        } => {
            let fits = price.cost_of(*quantity)? == *cost && quantity.is_positive();
            let freed = fits.then(|| reserve.release_from(&mut after, position))??;
            let held = freed.after_acquisition(*quantity, *cost, at)?;
            take_profit(&mut after, position, &held)?;
            Some(held)
        }
        Fact::Reversed {
            quantity, refund, ..
        } => {
            let left = position.after_disposal(*quantity, *refund)?;
            take_profit(&mut after, position, &left)?;
            Some(left)
        }
    };
    let covered = after.cash >= after.reserved_cash && !after.reserved_cash.is_negative();
    let held = position
        .as_ref()
        .is_none_or(|position| position.quantity >= position.reserved_quantity);
    (covered && held).then_some((after, position))
}

/// Takes over what a change of a position means for its account: profit, and positions held.
fn take_profit(account: &mut Account, before: &Position, after: &Position) -> Option<()> {
    let profit = after.realized_profit.checked_sub(before.realized_profit)?;
    account.realized_profit = account.realized_profit.checked_add(profit)?;
    account.count_positions(before, after)
}
