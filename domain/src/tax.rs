//! Taxes on gains: how much a sale gains, and how long its shares were held.

use serde::{Deserialize, Serialize};

use crate::{Day, Lot, Money, Quantity};

mod book;

pub use book::{TaxBook, TaxYear};

/// A flat tax on realized gains, set by the host of a game.
///
/// Each sale immediately pays the higher of the two rates on each of its lots with a gain, so nobody ever
/// owes anything. After the year ends, losses and the lower rate are taken into account, and any overpayment
/// is refunded.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Taxes {
    /// On gains of shares held for a market year or less, in basis points.
    pub short_term_bps: u32,
    /// On gains of shares held for longer, in basis points.
    pub long_term_bps: u32,
}

impl Taxes {
    /// The highest rate: nine tenths, so that a gain always leaves something.
    pub const BPS_MAX: u32 = 9_000;

    /// The tax that a sale of lots for `proceeds` pays immediately, rounded up; never more than the
    /// proceeds. None when it exceeds [`Money`].
    #[must_use]
    pub fn of_sale(self, lots: &[Lot], proceeds: Money) -> Option<Money> {
        let parts = proceeds_of(lots.iter().map(|lot| lot.quantity), proceeds)?;
        let mut gained = Money::ZERO;
        for (lot, part) in lots.iter().zip(parts) {
            gained = gained.checked_add(part.checked_sub(lot.cost)?.max(Money::ZERO))?;
        }
        let rate = self.short_term_bps.max(self.long_term_bps);
        Some(
            gained
                .basis_points_rounded_up(rate)?
                .min(proceeds.max(Money::ZERO)),
        )
    }

    /// The tax on a year's gains, neither of them below zero; rounded up.
    fn of_gains(self, gains: Gains) -> Option<Money> {
        let short = gains
            .short_term
            .basis_points_rounded_up(self.short_term_bps)?;
        short.checked_add(
            gains
                .long_term
                .basis_points_rounded_up(self.long_term_bps)?,
        )
    }
}

/// The day on which a year's tax is settled: 31 January of the next year.
#[must_use]
pub fn settlement_day(year: i32) -> Day {
    let day = Day::from_calendar(year.saturating_add(1), 1, 31);
    day.unwrap_or(Day::from_number(i32::MAX))
}

/// The latest year whose tax is final on a market day. A year's tax can still change for 30 days after its
/// end, because buying shares back in that time disallows a loss. It is settled on 31 January.
#[must_use]
pub fn final_year(today: Day) -> i32 {
    let (year, month, day) = today.calendar();
    let is_over = month > 1 || day >= 31;
    year.saturating_sub(if is_over { 1 } else { 2 })
}

/// Gains from sales; a loss is below zero.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Gains {
    /// On shares held for a market year or less.
    pub short_term: Money,
    /// On shares held for longer.
    pub long_term: Money,
}

impl Gains {
    /// The sum of both; none when it exceeds [`Money`].
    #[must_use]
    pub fn total(self) -> Option<Money> {
        self.short_term.checked_add(self.long_term)
    }

    /// These gains plus another one.
    #[must_use]
    pub fn plus(self, gain: Money, is_long_term: bool) -> Option<Self> {
        let (short, long) = if is_long_term {
            (Money::ZERO, gain)
        } else {
            (gain, Money::ZERO)
        };
        Some(Self {
            short_term: self.short_term.checked_add(short)?,
            long_term: self.long_term.checked_add(long)?,
        })
    }

    /// The gains of a sale of lots for `proceeds`. None when they exceed [`Money`].
    #[must_use]
    pub fn of_sale(
        lots: &[Lot],
        proceeds: Money,
        is_long_term: impl Fn(&Lot) -> bool,
    ) -> Option<Self> {
        let parts = proceeds_of(lots.iter().map(|lot| lot.quantity), proceeds)?;
        let mut gains = Self::default();
        for (lot, part) in lots.iter().zip(parts) {
            gains = gains.plus(part.checked_sub(lot.cost)?, is_long_term(lot))?;
        }
        Some(gains)
    }
}

/// Whether shares bought on one market day and sold on another were held for more than a year, that
/// is, sold after the same date of the next year. This is how the IRS counts (Publication 550,
/// *Holding Period*). For shares bought on 29 February, the year ends on 1 March.
#[must_use]
pub fn is_long_term(bought: Day, sold: Day) -> bool {
    let (year, month, day) = bought.calendar();
    let next = year.saturating_add(1);
    let anniversary = Day::from_calendar(next, month, day);
    let anniversary = anniversary.or_else(|| Day::from_calendar(next, 3, 1));
    anniversary.is_some_and(|anniversary| sold > anniversary)
}

/// Divides the proceeds of a sale among its lots by their shares; the last lot gets the rounding remainder.
pub(crate) fn proceeds_of(
    quantities: impl Iterator<Item = Quantity> + Clone,
    proceeds: Money,
) -> Option<Vec<Money>> {
    let mut left = quantities
        .clone()
        .try_fold(Quantity::ZERO, Quantity::checked_add)?;
    let mut rest = proceeds;
    let parts = quantities.map(|quantity| {
        let part = if quantity == left {
            rest
        } else {
            rest.share_rounded_down(quantity, left)?
        };
        rest = rest.checked_sub(part)?;
        left = left.checked_sub(quantity)?;
        Some(part)
    });
    parts.collect()
}

#[cfg(test)]
mod tests;
