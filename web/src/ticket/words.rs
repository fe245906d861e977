//! Rejections in words that say what would help.

use domain::{Closed, Rejection};

use crate::format::{date_time, money, price, shares};

/// What a player is told of a rejection, with its numbers.
#[must_use]
pub fn rejection(rejection: Rejection) -> String {
    match rejection {
        Rejection::InsufficientCash { needed, available } => {
            format!(
                "You have {} and this order costs {}. Try a smaller one.",
                money(available),
                money(needed)
            )
        }
        Rejection::InsufficientQuantity { available, .. } if available.is_zero() => {
            "You have none of it to sell yet.".to_owned()
        }
        Rejection::InsufficientQuantity { needed, available } => {
            format!(
                "You hold {} and this order sells {}.",
                shares(available),
                shares(needed)
            )
        }
        Rejection::PriceMoved {
            expected, actual, ..
        } => {
            format!(
                "It went from {} to {}, so nothing was traded.",
                price(expected),
                price(actual)
            )
        }
        Rejection::NotTradable { symbol } => format!("{symbol} cannot be traded right now."),
        Rejection::GameNotOpen {
            closed: Closed::NotYetOpen { opens_at },
        } => {
            format!("This game opens on {}.", date_time(opens_at))
        }
        Rejection::GameNotOpen {
            closed: Closed::Over { closed_at },
        } => {
            format!("This game ended on {}.", date_time(closed_at))
        }
        Rejection::GameNotOpen {
            closed: Closed::Frozen,
        } => "The host has paused trading in this game for now.".to_owned(),
        Rejection::TooSmall { minimum } => {
            format!("The smallest order here is worth {}.", money(minimum))
        }
        Rejection::TooLarge { maximum } => {
            format!("The largest order here is worth {}.", money(maximum))
        }
        Rejection::WholeSharesOnly { .. } => {
            "This game trades whole shares only, such as 1, 2 or 3.".to_owned()
        }
    }
}

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
