//! Entries of a receipt in words.

use super::Receipt;
use crate::text::with_groups;
use crate::{Conversion, Fact, Side};

impl Receipt {
    /// What the entry with a number, from 1, states; none when there is no such entry.
    #[must_use]
    pub fn words(&self, seq: usize) -> Option<String> {
        let entry = self.entries.get(seq.checked_sub(1)?)?;
        let shares = self.claim.shares.iter();
        let symbol = entry.fact.instrument().and_then(|instrument| {
            let mut of_it = shares.filter(|shares| shares.instrument == instrument);
            of_it.next()?.symbol
        });
        let name = symbol.map_or_else(|| "shares".to_owned(), |symbol| symbol.to_string());
        let words = with_groups(&sentence(&entry.fact, &name));
        Some(self.game.rules.currency.in_words(words))
    }
}

fn sentence(fact: &Fact, name: &str) -> String {
    if let Some((side, trade)) = fact.trade() {
        let verb = match side {
            Side::Buy => "Bought",
            Side::Sell => "Sold",
        };
        let (quantity, price, fee) = (trade.quantity, trade.price, trade.fee);
        return format!("{verb} {quantity} {name} at ${price}, fee ${fee}");
    }
    match fact {
        Fact::Opened { cash } => format!("The account was opened with ${cash}"),
        Fact::Reserved { reserve, .. } if reserve.cash.is_zero() => {
            format!("Set {} {name} aside for a waiting order", reserve.quantity)
        }
        Fact::Reserved { reserve, .. } => format!("Set ${} aside for {name}", reserve.cash),
        Fact::Released { .. } => format!("A waiting order for {name} ended"),
        Fact::Adjusted { amount, .. } => format!("The host changed the cash by ${amount}"),
        Fact::Dividend { cash, .. } => format!("{name} paid a dividend of ${cash}"),
        Fact::Interest { cash, .. } => format!("Interest of ${cash}"),
        Fact::Split { .. } => format!("{name} split its shares"),
        Fact::Delisted { cash, .. } => format!("{name} left the market and paid ${cash}"),
        Fact::Allocated { quantity, cost, .. } => {
            format!("Got {quantity} {name} in an offering for ${cost}")
        }
        Fact::Reversed { refund, .. } => format!("A trade of {name} was reversed: ${refund}"),
        Fact::Contributed { cash, .. } => format!("${cash} was paid in"),
        Fact::Converted(Conversion {
            currency,
            amount,
            cost,
            ..
        }) if amount.is_negative() => {
            let amount = amount.negated();
            format!("{amount} {currency} were changed back, which cost ${cost}")
        }
        Fact::Converted(Conversion {
            currency,
            amount,
            cost,
            ..
        }) => format!("Money was changed into {amount} {currency}, which cost ${cost}"),
        Fact::Taxed { year, amount } if amount.is_negative() => {
            format!("${} of the tax of {year} came back", amount.negated())
        }
        Fact::Taxed { amount, .. } => format!("Tax of ${amount} on a gain"),
        Fact::Bought(_) | Fact::Sold(_) | Fact::SoldLots(..) => String::new(),
    }
}
