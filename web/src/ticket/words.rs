//! Rejections in words that say what would help.

use domain::{Closed, Rejection};

use crate::format::{date_time, exact_money, money, price, shares};

/// The message for a rejection, with its numbers.
#[must_use]
pub fn rejection(rejection: Rejection) -> String {
    let (text, numbers) = template(rejection);
    tell(text, &numbers)
}

/// Replaces each `#` in the text with a number, so that the page's code contains each text only
/// once.
fn tell(text: &str, numbers: &[String]) -> String {
    let mut numbers = numbers.iter();
    let mut told = String::new();
    for part in text.split_inclusive('#') {
        told.push_str(part.trim_end_matches('#'));
        if part.ends_with('#')
            && let Some(number) = numbers.next()
        {
            told.push_str(number);
        }
    }
    told
}

fn template(rejection: Rejection) -> (&'static str, Vec<String>) {
    match rejection {
        Rejection::InsufficientCash { needed, available } => (
            "You have # and this order costs #. Try a smaller one.",
            vec![money(available), money(needed)],
        ),
        Rejection::InsufficientQuantity { available, .. } if available.is_zero() => {
            ("You have none of it to sell yet.", vec![])
        }
        Rejection::InsufficientQuantity { needed, available } => (
            "You hold # and this order sells #.",
            vec![shares(available), shares(needed)],
        ),
        Rejection::InsufficientFreeCash {
            needed,
            available,
            reserved,
        } => (SET_ASIDE, [needed, available, reserved].map(money).into()),
        Rejection::InsufficientFreeQuantity {
            needed,
            available,
            reserved,
        } => (SET_ASIDE, [needed, available, reserved].map(shares).into()),
        Rejection::TooManyOpenOrders { open_orders_max } => (
            "You have # open orders, which is as many as may wait.",
            vec![open_orders_max.to_string()],
        ),
        Rejection::AlreadyExpired { expires_at } => {
            ("It would have ended on #.", vec![date_time(expires_at)])
        }
        Rejection::PriceMoved {
            expected, actual, ..
        } => (
            "It went from # to #, so nothing was traded.",
            vec![price(expected), price(actual)],
        ),
        Rejection::NotTradable { symbol } => {
            ("# cannot be traded right now.", vec![symbol.to_string()])
        }
        Rejection::GameNotOpen { closed } => match closed {
            Closed::NotYetOpen { opens_at } => ("This game opens on #.", vec![date_time(opens_at)]),
            Closed::Over { closed_at } => ("This game ended on #.", vec![date_time(closed_at)]),
            Closed::Frozen => ("The host has paused trading in this game for now.", vec![]),
        },
        Rejection::TooSmall { minimum } => {
            ("The smallest order here is worth #.", vec![money(minimum)])
        }
        Rejection::TooLarge { maximum } => {
            ("The largest order here is worth #.", vec![money(maximum)])
        }
        Rejection::BelowOneShare {
            amount,
            needed,
            quantity,
        } => (
            "# is too little: the least that you can trade here is # shares, which is #.",
            vec![exact_money(amount), shares(quantity), exact_money(needed)],
        ),
        Rejection::CategoryNotAllowed { symbol } => (
            "This game's rules leave out the category of #.",
            vec![symbol.to_string()],
        ),
        Rejection::PriceBelowMinimum {
            price: now,
            price_min,
        } => (
            "You can buy shares from # up here; the price is #.",
            vec![price(price_min), price(now)],
        ),
        Rejection::PositionTooLarge { position, maximum } => (
            "You may have # in one company here. This order would make it #.",
            vec![money(maximum), money(position)],
        ),
        Rejection::UnknownLot { .. } | Rejection::InsufficientLot { .. } => {
            ("You do not hold these shares any more.", vec![])
        }
        Rejection::HeldTooShort { sellable_at } => (
            "You bought it a short time ago. You can sell it from # on.",
            vec![date_time(sellable_at)],
        ),
        Rejection::AmountBelowFee { amount, fee } => (
            "The fee alone is #, so # buys nothing.",
            vec![exact_money(fee), exact_money(amount)],
        ),
        Rejection::StaleQuote { age_s, .. } => {
            let (count, unit) = domain::age(age_s);
            (
                "The latest price is # # old, so nothing was traded. A limit order can wait for the next price.",
                vec![count.to_string(), unit.to_owned()],
            )
        }
        Rejection::WholeSharesOnly { .. } => (
            "This game trades whole shares only, such as 1, 2 or 3.",
            vec![],
        ),
    }
}

const SET_ASIDE: &str = "This needs #. You have # free, and # set aside for open orders.";

#[cfg(test)]
mod tests {
    use domain::Money;

    use super::*;

    #[test]
    fn a_rejection_says_its_numbers() {
        let (needed, available) = (Money::from_whole(12_500), Money::from_whole(9_700));
        let told = rejection(Rejection::InsufficientCash { needed, available });
        assert_eq!(
            told,
            "You have $9,700.00 and this order costs $12,500.00. Try a smaller one."
        );
    }
}
