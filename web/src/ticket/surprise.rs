//! What a receipt discloses: where it differs from what the player was shown.

use domain::api::OrderView;
use domain::{Execution, Fill, Placement, Quantity, Side};

use crate::format::{exact_price, money, price, shares};

/// Sentences with both numbers, one for each way in which a filled order differs from its preview.
#[must_use]
pub fn surprises(predicted: &Placement, order: &OrderView) -> Vec<String> {
    let Some(fill) = order.fill else {
        return Vec::new();
    };
    match predicted {
        Placement::Filled(execution) => [
            moved_price(execution, &fill),
            other_account(execution, order, &fill),
        ]
        .into_iter()
        .flatten()
        .collect(),
        Placement::Rests(_) => vec![format!(
            "Its price came before it had to wait, so it was filled at once at {}.",
            exact_price(fill.price)
        )],
    }
}

fn moved_price(predicted: &Execution, fill: &Fill) -> Option<String> {
    let seen = predicted.fill.price;
    (seen != fill.price).then(|| {
        let (seen, got) = if price(seen) == price(fill.price) {
            (exact_price(seen), exact_price(fill.price))
        } else {
            (price(seen), price(fill.price))
        };
        format!("The price moved on the way: you saw {seen} and traded at {got}, inside your price guard.")
    })
}

/// The account differed from what the preview assumed.
fn other_account(predicted: &Execution, order: &OrderView, fill: &Fill) -> Option<String> {
    let before = predicted
        .account
        .cash
        .checked_sub(predicted.fill.cash_change)?;
    let expected = before.checked_add(fill.cash_change)?;
    let cash = order.cash_after?;
    if cash != expected {
        let set_aside = predicted.account.reserved_cash;
        return Some(told(
            "have",
            money(expected.checked_sub(set_aside)?),
            money(cash.checked_sub(set_aside)?),
        ));
    }
    let held = (predicted.position.quantity).checked_sub(change(&predicted.fill)?)?;
    let expected = held.checked_add(change(fill)?)?;
    let quantity = order.position_after?.quantity;
    (quantity != expected).then(|| told("hold", shares(expected), shares(quantity)))
}

fn told(verb: &str, expected: String, actual: String) -> String {
    format!(
        "Your account changed meanwhile: by the preview you would {verb} {expected}, and you {verb} {actual}."
    )
}

/// How a fill changes the number of shares held.
fn change(fill: &Fill) -> Option<Quantity> {
    match fill.side {
        Side::Buy => Some(fill.quantity),
        Side::Sell => Quantity::ZERO.checked_sub(fill.quantity),
    }
}
