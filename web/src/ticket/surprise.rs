//! What a receipt discloses: where it differs from what the player was shown.

use domain::api::OrderView;
use domain::{Execution, Fill, Placement, Quantity, Side};

use crate::format::{exact_price, money, price, shares};
use crate::language::Texts;

/// Sentences with both numbers, one for each way in which a filled order differs from its preview.
#[must_use]
pub fn surprises(predicted: &Placement, order: &OrderView) -> Vec<String> {
    let texts = Texts::get();
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
        Placement::Rests(_) => vec![texts.ticket_s_waited(exact_price(fill.price))],
    }
}

fn moved_price(predicted: &Execution, fill: &Fill) -> Option<String> {
    let texts = Texts::get();
    let seen = predicted.fill.price;
    (seen != fill.price).then(|| {
        let (seen, got) = if price(seen) == price(fill.price) {
            (exact_price(seen), exact_price(fill.price))
        } else {
            (price(seen), price(fill.price))
        };
        texts.ticket_s_moved(seen, got)
    })
}

/// The account differed from what the preview assumed.
fn other_account(predicted: &Execution, order: &OrderView, fill: &Fill) -> Option<String> {
    let texts = Texts::get();
    let before = predicted
        .account
        .cash
        .checked_sub(predicted.fill.cash_change_in_all())?;
    let expected = before.checked_add(fill.cash_change_in_all())?;
    let cash = order.cash_after?;
    if cash != expected {
        let set_aside = predicted.account.reserved_cash;
        return Some(texts.ticket_s_have(
            money(expected.checked_sub(set_aside)?),
            money(cash.checked_sub(set_aside)?),
        ));
    }
    let held = (predicted.position.quantity).checked_sub(change(&predicted.fill)?)?;
    let expected = held.checked_add(change(fill)?)?;
    let quantity = order.position_after?.quantity;
    (quantity != expected).then(|| texts.ticket_s_hold(shares(expected), shares(quantity)))
}

/// How a fill changes the number of shares held.
fn change(fill: &Fill) -> Option<Quantity> {
    match fill.side {
        Side::Buy => Some(fill.quantity),
        Side::Sell => Quantity::ZERO.checked_sub(fill.quantity),
    }
}
