//! Splits: new shares for old ones, with the same cost.

use crate::{Money, Position, Quantity, SplitRatio};

/// `quantity × new / old`, rounded down to the smallest unit; none beyond the type.
fn scaled(quantity: Quantity, ratio: SplitRatio) -> Option<Quantity> {
    let product = i128::from(quantity.units()).checked_mul(i128::from(ratio.new))?;
    let units = product.checked_div_euclid(i128::from(ratio.old))?;
    Some(Quantity::from_units(i64::try_from(units).ok()?))
}

impl Position {
    /// The part of a new share that a split leaves over where only whole shares remain; nothing where
    /// fractions remain. None when the ratio has a zero.
    #[must_use]
    pub fn split_rest(&self, ratio: SplitRatio, whole_shares: bool) -> Option<Quantity> {
        (ratio.new > 0).then_some(())?;
        let all = scaled(self.quantity, ratio)?;
        if whole_shares {
            all.checked_sub(all.whole_shares())
        } else {
            Some(Quantity::ZERO)
        }
    }

    /// The position after a split. What it leaves over is sold for `cash_in_lieu`, oldest shares
    /// first, which realizes a profit or a loss. None when shares are reserved: whatever waits ends
    /// before a split.
    #[must_use]
    pub fn after_split(
        &self,
        ratio: SplitRatio,
        whole_shares: bool,
        cash_in_lieu: Money,
    ) -> Option<Self> {
        self.reserved_quantity.is_zero().then_some(())?;
        let rest = self.split_rest(ratio, whole_shares)?;
        let mut split = self.clone();
        split.quantity = scaled(self.quantity, ratio)?;
        let mut in_lots = Quantity::ZERO;
        for lot in &mut split.lots {
            lot.quantity = scaled(lot.quantity, ratio)?;
            in_lots = in_lots.checked_add(lot.quantity)?;
        }
        // Each lot was rounded down: what they lost together is the newest one's.
        let lost = split.quantity.checked_sub(in_lots)?;
        if let Some(newest) = split.lots.last_mut() {
            newest.quantity = newest.quantity.checked_add(lost)?;
        }
        split.lots.retain(|lot| lot.quantity.is_positive());
        if rest.is_zero() && split.quantity.is_positive() {
            return Some(split).filter(|_| cash_in_lieu.is_zero());
        }
        split.after_disposal(rest, cash_in_lieu)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Timestamp;

    fn held(shares: &[(&str, i32)]) -> Position {
        shares
            .iter()
            .enumerate()
            .fold(Position::default(), |position, (day, (quantity, cost))| {
                let at = Timestamp::from_seconds(i64::try_from(day).unwrap());
                let quantity = quantity.parse().unwrap();
                position
                    .after_acquisition(quantity, Money::from_whole(*cost), at)
                    .unwrap()
            })
    }

    fn ratio(new: u32, old: u32) -> SplitRatio {
        SplitRatio { new, old }
    }

    #[test]
    fn a_split_keeps_the_cost_and_every_lot() {
        let before = held(&[("3", 30), ("0.5", 10)]);
        let after = before.after_split(ratio(2, 1), false, Money::ZERO).unwrap();
        assert_eq!(after.quantity, "7".parse().unwrap());
        assert_eq!(after.cost_basis, before.cost_basis);
        let lots: Vec<_> = after
            .lots
            .iter()
            .map(|lot| lot.quantity.to_string())
            .collect();
        assert_eq!(lots, ["6", "1"]);
        assert_eq!(after.realized_profit, Money::ZERO);
    }

    #[test]
    fn a_joined_fraction_is_paid_out_where_shares_are_whole() {
        let before = held(&[("7", 70)]);
        assert_eq!(before.split_rest(ratio(1, 2), true), "0.5".parse().ok());
        let paid = "11".parse().unwrap();
        let after = before.after_split(ratio(1, 2), true, paid).unwrap();
        assert_eq!(after.quantity, Quantity::from_whole(3));
        // A seventh of the cost leaves with the half share.
        assert_eq!(after.cost_basis, Money::from_whole(60));
        assert_eq!(after.realized_profit, Money::from_whole(1));
        assert_eq!(
            after.lots.iter().map(|lot| lot.quantity).next(),
            Some(after.quantity)
        );
        let fractions = before.after_split(ratio(1, 2), false, Money::ZERO).unwrap();
        assert_eq!(fractions.quantity, "3.5".parse().unwrap());
    }

    #[test]
    fn nothing_is_split_by_zero_or_while_shares_are_reserved() {
        let mut position = held(&[("1", 1)]);
        assert_eq!(position.after_split(ratio(1, 0), false, Money::ZERO), None);
        assert_eq!(position.after_split(ratio(0, 1), false, Money::ZERO), None);
        position.reserved_quantity = Quantity::from_units(1);
        assert_eq!(position.after_split(ratio(2, 1), false, Money::ZERO), None);
    }
}
