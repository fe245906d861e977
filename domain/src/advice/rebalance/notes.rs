//! What a rebalancing could not achieve.

use super::{Choice, buyable_at, cents};
use crate::advice::Allocation;
use crate::{GameRules, Money};

/// What could not be achieved, and why.
pub(super) fn notes(
    choices: &[Choice<'_>],
    after: &Allocation,
    rules: &GameRules,
    may_sell: bool,
) -> Vec<String> {
    let mut notes = Vec::new();
    for choice in choices {
        let Choice { holding, goal, .. } = *choice;
        let symbol = holding.symbol;
        let missing = goal.saturating_sub(choice.value);
        if holding.price.is_none() {
            notes.push(format!("{symbol} has no price now, so it is left alone."));
        } else if missing > 0 && buyable_at(holding, rules).is_none() {
            notes.push(format!("This game does not allow buying {symbol}."));
        } else if let Some(price) = holding.price
            && choice.bought == 0
            && missing > 0
            && price.units() / 2 >= missing
            && holding.quantity.is_zero()
        {
            notes.push(format!(
                "One share of {symbol} costs ${price}, and only ${} is planned for it. Whole shares \
                 cannot come closer.",
                cents(Money::from_units(missing))
            ));
        }
    }
    if after.is_beyond() && !may_sell {
        notes.push(
            "Your cash is not enough to reach the targets, and you chose not to sell.".to_owned(),
        );
    }
    notes
}
