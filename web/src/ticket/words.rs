//! Rejections in words that say what would help.

use domain::{CONVERSION_BPS, Closed, Conversion, Money, Rejection, Timestamp};

use crate::components::minutes_ahead;
use crate::format::{date_time, exact_money, local_date_time, money, price, rate, shares};
use crate::language::Texts;

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

/// An amount that a player has or may use, rounded down so that the sentence stays true.
fn in_hand(amount: Money) -> String {
    told(amount, Money::whole_cents)
}

/// An amount that an order takes, rounded up: whoever has this much has enough.
fn required(amount: Money) -> String {
    told(amount, Money::whole_cents_up)
}

/// Cents, rounded; less than one in full, because the least part of a share can cost less than a cent.
fn told(amount: Money, round: fn(Money) -> Money) -> String {
    if amount.is_positive() && amount < Money::from_whole(1) {
        exact_money(amount)
    } else {
        money(round(amount))
    }
}

/// An instant in the reader's own time zone; in UTC where there is no reader.
fn when(at: Timestamp) -> String {
    let ahead = minutes_ahead(at);
    ahead.map_or_else(|| date_time(at), |minutes| local_date_time(at, minutes))
}

fn template(rejection: Rejection) -> (&'static str, Vec<String>) {
    let texts = Texts::get();
    match rejection {
        Rejection::InsufficientCash { needed, available } => (
            texts.ticket_r_cash(),
            vec![in_hand(available), required(needed)],
        ),
        Rejection::InsufficientQuantity { available, .. } if available.is_zero() => {
            (texts.ticket_r_none(), vec![])
        }
        Rejection::InsufficientQuantity { needed, available } => (
            texts.ticket_r_hold(),
            vec![shares(available), shares(needed)],
        ),
        Rejection::InsufficientFreeCash {
            needed,
            available,
            reserved,
        } => (
            texts.ticket_r_aside(),
            vec![required(needed), in_hand(available), in_hand(reserved)],
        ),
        Rejection::InsufficientFreeQuantity {
            needed,
            available,
            reserved,
        } => (
            texts.ticket_r_aside(),
            [needed, available, reserved].map(shares).into(),
        ),
        Rejection::TooManyOpenOrders { open_orders_max } => {
            (texts.ticket_r_open(), vec![open_orders_max.to_string()])
        }
        Rejection::AlreadyExpired { expires_at } => {
            (texts.ticket_r_expired(), vec![when(expires_at)])
        }
        Rejection::PriceMoved {
            expected, actual, ..
        } => (texts.ticket_r_moved(), vec![price(expected), price(actual)]),
        Rejection::NotTradable { symbol } => (texts.ticket_r_halted(), vec![symbol.to_string()]),
        Rejection::GameNotOpen { closed } => match closed {
            Closed::NotYetOpen { opens_at } => (texts.ticket_r_opens(), vec![when(opens_at)]),
            Closed::Over { closed_at } => (texts.ticket_r_ended(), vec![when(closed_at)]),
            Closed::OutsideHours { opens_at } => (texts.ticket_r_hours(), vec![when(opens_at)]),
            Closed::Frozen => (texts.ticket_r_frozen(), vec![]),
        },
        Rejection::TooSmall { minimum } => (texts.ticket_r_small(), vec![required(minimum)]),
        Rejection::TooLarge { maximum } => (texts.ticket_r_large(), vec![in_hand(maximum)]),
        Rejection::BelowOneShare {
            amount,
            needed,
            quantity,
        } => (
            texts.ticket_r_below_one(),
            vec![in_hand(amount), shares(quantity), required(needed)],
        ),
        Rejection::CategoryNotAllowed { symbol } => {
            (texts.ticket_r_category(), vec![symbol.to_string()])
        }
        Rejection::PriceBelowMinimum {
            price: now,
            price_min,
        } => (texts.ticket_r_cheap(), vec![price(price_min), price(now)]),
        Rejection::PositionTooLarge { position, maximum } => (
            texts.ticket_r_position(),
            vec![in_hand(maximum), required(position)],
        ),
        Rejection::UnknownLot { .. } | Rejection::InsufficientLot { .. } => {
            (texts.ticket_r_lots(), vec![])
        }
        Rejection::HeldTooShort { sellable_at } => (texts.ticket_r_held(), vec![when(sellable_at)]),
        Rejection::AmountBelowFee { amount, fee } => {
            (texts.ticket_r_fee(), vec![required(fee), in_hand(amount)])
        }
        Rejection::StaleQuote { age_s, .. } => {
            let (count, unit) = texts.long_age(age_s);
            (texts.ticket_r_stale(), vec![count, unit.to_owned()])
        }
        Rejection::Halted {
            symbol,
            halted_until,
        } => (
            texts.ticket_r_paused(),
            vec![symbol.to_string(), when(halted_until)],
        ),
        Rejection::WholeSharesOnly { .. } => (texts.ticket_r_whole(), vec![]),
    }
}

/// What the cost of a conversion is called.
pub(crate) fn exchanging(conversion: Conversion) -> String {
    let percent = rate(CONVERSION_BPS);
    Texts::get().ticket_conversion(conversion.currency, percent)
}

#[cfg(test)]
mod tests {
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
