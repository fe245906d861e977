//! Which instruments moved an account: the gain of each over a span, in money.

use crate::{InstrumentId, Money, Price, Quantity};

/// An account's stake in an instrument at the beginning and end of a span.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stake {
    /// The instrument.
    pub instrument: InstrumentId,
    /// Shares when the span began, and what one cost then.
    pub before: (Quantity, Price),
    /// Shares when it ended, and what one cost then.
    pub after: (Quantity, Price),
    /// What its trades and dividends in between changed in cash: purchases are below zero.
    pub cash: Money,
}

/// The contribution of an instrument.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Contribution {
    /// The instrument.
    pub instrument: InstrumentId,
    /// Its gain, fees included; a loss is below zero.
    pub amount: Money,
}

/// The contribution of each stake: value after, less value before, plus the cash in between.
/// Largest absolute value first; zero contributions are left out, and so are those that exceed
/// [`Money`].
#[must_use]
pub fn contributions(stakes: &[Stake]) -> Vec<Contribution> {
    let amount = |stake: &Stake| {
        let value = |(quantity, price): (Quantity, Price)| price.cost_of(quantity);
        let gain = value(stake.after)?.checked_sub(value(stake.before)?)?;
        gain.checked_add(stake.cash)
    };
    let mut all: Vec<Contribution> = stakes
        .iter()
        .filter_map(|stake| {
            let amount = amount(stake).filter(|amount| !amount.is_zero())?;
            Some(Contribution {
                instrument: stake.instrument,
                amount,
            })
        })
        .collect();
    all.sort_by_key(|one| {
        let size = one.amount.units().unsigned_abs();
        (std::cmp::Reverse(size), one.instrument)
    });
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stake(id: i64, before: (i32, i32), after: (i32, i32), cash: i32) -> Stake {
        let side = |(shares, price)| (Quantity::from_whole(shares), Price::from_whole(price));
        Stake {
            instrument: InstrumentId(id),
            before: side(before),
            after: side(after),
            cash: Money::from_whole(cash),
        }
    }

    #[test]
    fn the_largest_comes_first_and_trades_are_no_gain() {
        let found = contributions(&[
            stake(1, (10, 5), (10, 6), 0),
            // Bought at 20, which is 23 now.
            stake(2, (0, 20), (10, 23), -200),
            // Sold at 7, which was 12.
            stake(3, (10, 12), (0, 9), 70),
            stake(4, (3, 8), (3, 8), 0),
        ]);
        let found: Vec<_> = found
            .iter()
            .map(|one| (one.instrument.0, one.amount))
            .collect();
        let expected = [(3, -50), (2, 30), (1, 10)];
        assert_eq!(
            found,
            expected.map(|(id, sum)| (id, Money::from_whole(sum)))
        );
    }
}
