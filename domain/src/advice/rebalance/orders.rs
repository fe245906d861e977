//! The proposed orders, each with its reason.

use super::{Choice, ProposedOrder, cents, costs_of, percent_of, sale_of, shares};
use crate::advice::Aim;
use crate::{GameRules, Money, Side};

/// The proposed sale of a holding, if there is one.
pub(super) fn sale(choice: &Choice<'_>, rules: &GameRules, base: Money) -> Option<ProposedOrder> {
    if !choice.sold.is_positive() {
        return None;
    }
    let holding = choice.holding;
    let price = holding.price?;
    let (value, fee) = sale_of(price, choice.sold, costs_of(holding, rules))?;
    let (before, after) = (
        percent_of(holding.value.units(), base),
        percent_of(choice.value, base),
    );
    let (symbol, target) = (holding.symbol, choice.target);
    let reason = if choice.goal == 0 {
        format!(
            "You want no {symbol}, and it is {before}% of your plan. Selling frees ${}.",
            cents(value)
        )
    } else {
        format!(
            "{symbol} has grown to {before}% of your plan, and you want {target}%. Your cash alone \
             cannot even this out, so some of it is sold."
        )
    };
    Some(ProposedOrder {
        symbol,
        side: Side::Sell,
        quantity: choice.sold,
        price,
        value,
        fee,
        share_before: before,
        share_after: after,
        target,
        reason,
    })
}

/// The proposed purchase of a holding, if there is one.
pub(super) fn purchase(
    choice: &Choice<'_>,
    rules: &GameRules,
    base: Money,
    sells: bool,
) -> Option<ProposedOrder> {
    if choice.bought == 0 {
        return None;
    }
    let holding = choice.holding;
    let price = holding.price?;
    let quantity = shares(choice.bought);
    let value = price.cost_of(quantity)?;
    let after = choice.value.saturating_add(value.units());
    let (before, after) = (
        percent_of(holding.value.units(), base),
        percent_of(after, base),
    );
    let (symbol, target) = (holding.symbol, choice.target);
    let paid_by = if sells {
        "The sales above and your cash pay for it."
    } else {
        "Your cash pays for it, so nothing has to be sold."
    };
    let now = match choice.aim {
        Some(Aim::Currency(currency)) if holding.quantity.is_zero() => {
            format!(
                "You have nothing in {currency} yet, and you want {target}%. {symbol} trades in it."
            )
        }
        Some(category) if holding.quantity.is_zero() => {
            format!(
                "You have nothing in {category} yet, and you want {target}%. {symbol} is one of them."
            )
        }
        None if holding.quantity.is_zero() => {
            format!("You have no {symbol} yet, and you want {target}% in it.")
        }
        _ => format!("{symbol} is only {before}% of your plan, and you want {target}%."),
    };
    Some(ProposedOrder {
        symbol,
        side: Side::Buy,
        quantity,
        price,
        value,
        fee: costs_of(holding, rules).of(value)?,
        share_before: before,
        share_after: after,
        target,
        reason: format!("{now} {paid_by}"),
    })
}
