//! Rejections in words.

use std::fmt;

use super::Rejection;
use super::time::{age, minute};
use crate::text::with_groups;
use crate::{Closed, Money};

impl fmt::Display for Rejection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&with_groups(&Words(self).to_string()))
    }
}

/// The message, with amounts formatted as in JSON. What is there is rounded down and what is needed up, so
/// that the sentence stays true.
struct Words<'a>(&'a Rejection);

impl fmt::Display for Words<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.write_words(f)
    }
}

impl Rejection {
    fn write_words(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::InsufficientCash { needed, available } => {
                let (needed, available) = (needed.whole_cents_up(), available.whole_cents());
                write!(f, "You have ${available} and this order costs ${needed}.")
            }
            Self::InsufficientQuantity { needed, available } => {
                write!(
                    f,
                    "You hold {available} shares and this order sells {needed}."
                )
            }
            Self::InsufficientFreeCash {
                needed,
                available,
                reserved,
            } => {
                let needed = needed.whole_cents_up();
                let [available, reserved] =
                    [available, reserved].map(|amount| amount.whole_cents());
                write!(
                    f,
                    "This order needs ${needed}. You have ${available} free; ${reserved} is set aside for open orders."
                )
            }
            Self::InsufficientFreeQuantity {
                needed,
                available,
                reserved,
            } => {
                write!(
                    f,
                    "This order sells {needed} shares. You have {available} free; {reserved} are set aside for open orders."
                )
            }
            Self::TooManyOpenOrders { open_orders_max } => {
                write!(
                    f,
                    "You have {open_orders_max} open orders, and no more may wait at once."
                )
            }
            Self::AlreadyExpired { expires_at } => {
                write!(
                    f,
                    "This order would have ended on {}, which is past.",
                    minute(*expires_at)
                )
            }
            Self::PriceMoved {
                expected, actual, ..
            } => {
                write!(
                    f,
                    "The price has moved from ${expected} to ${actual}. Nothing was traded."
                )
            }
            Self::NotTradable { symbol } => write!(f, "{symbol} cannot be traded right now."),
            Self::GameNotOpen {
                closed: Closed::NotYetOpen { opens_at },
            } => {
                write!(f, "This game opens on {}.", minute(*opens_at))
            }
            Self::GameNotOpen {
                closed: Closed::Over { closed_at },
            } => write!(f, "This game ended on {}.", minute(*closed_at)),
            Self::GameNotOpen {
                closed: Closed::Frozen,
            } => f.write_str("The host has paused trading in this game."),
            Self::GameNotOpen {
                closed: Closed::OutsideHours { opens_at },
            } => write!(
                f,
                "Trading in this game begins again on {}.",
                minute(*opens_at)
            ),
            Self::TooSmall { minimum } => {
                let minimum = covering(*minimum);
                write!(f, "The smallest order in this game is worth ${minimum}.")
            }
            Self::TooLarge { maximum } => {
                write!(f, "The largest order in this game is worth ${maximum}.")
            }
            Self::WholeSharesOnly { quantity } => {
                write!(
                    f,
                    "This game trades whole shares only, and {quantity} is not a whole number."
                )
            }
            Self::BelowOneShare {
                amount,
                needed,
                quantity,
            } if quantity.is_whole() => {
                let needed = covering(*needed);
                write!(
                    f,
                    "This game trades whole shares only. {quantity} share is ${needed}, and ${amount} is not enough for it."
                )
            }
            Self::BelowOneShare {
                amount,
                needed,
                quantity,
            } => {
                let needed = covering(*needed);
                write!(
                    f,
                    "The smallest part of a share that can be traded is {quantity}, which is ${needed}. ${amount} is not enough for it."
                )
            }
            Self::AmountBelowFee { amount, fee } => {
                let fee = covering(*fee);
                write!(f, "The fee alone is ${fee}, so ${amount} buys nothing.")
            }
            Self::CategoryNotAllowed { symbol } => {
                write!(
                    f,
                    "The rules of this game do not allow buying {symbol}: its category is not among those allowed."
                )
            }
            Self::PriceBelowMinimum { price, price_min } => {
                write!(
                    f,
                    "In this game you can only buy shares from ${price_min} up, and the price is ${price}."
                )
            }
            Self::PositionTooLarge { position, maximum } => {
                let position = covering(*position);
                write!(
                    f,
                    "This game allows ${maximum} in one company, and this order would make it ${position}."
                )
            }
            Self::HeldTooShort { sellable_at } => {
                write!(
                    f,
                    "This game has you hold shares for a while first: you can sell from {} on.",
                    minute(*sellable_at)
                )
            }
            Self::StaleQuote { symbol, age_s, .. } => {
                let (count, unit) = age(*age_s);
                write!(
                    f,
                    "The latest price of {symbol} is {count} {unit} old, so nothing was traded. A limit order can wait for the next price."
                )
            }
            Self::Halted {
                symbol,
                halted_until,
            } => {
                write!(
                    f,
                    "{symbol} pauses until {} on the market's clock, so that everybody can read its news. Nothing was traded; a limit order can wait.",
                    minute(*halted_until)
                )
            }
            Self::UnknownLot { acquired_at } => {
                write!(
                    f,
                    "You hold no shares that were bought on {}.",
                    minute(*acquired_at)
                )
            }
            Self::InsufficientLot {
                acquired_at,
                needed,
                available,
            } => {
                write!(
                    f,
                    "Of the shares bought on {} you hold {available}, and this order sells {needed} of them.",
                    minute(*acquired_at)
                )
            }
        }
    }
}

/// What has to be there, in cents, so that whoever has that much has enough. [`with_groups`] rounds down
/// otherwise. Less than one stays exact.
fn covering(amount: Money) -> Money {
    if amount < Money::from_whole(1) {
        amount
    } else {
        amount.whole_cents_up()
    }
}
