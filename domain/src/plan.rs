//! Savings plans: how much is paid in each month of the market, what can be spent of it, and what a
//! plan would have become beside the same money invested at once.

use serde::{Deserialize, Serialize};

use crate::{Day, Money, Price, Quantity, Timestamp};

/// Months of a plan that names none.
pub const USUAL_MONTHS: u32 = 12;
/// Months of a plan at most: fifty years.
pub const MONTHS_MAX: u32 = 600;

/// The day of the market on which a month of a subscription is paid: month 0 on the day of the
/// start, each other one on the same day of its calendar month, or on the last day of a shorter one.
#[must_use]
pub fn month_day(start: Day, month: u32) -> Day {
    let (year, first, day) = start.calendar();
    let months = i64::from(year)
        .saturating_mul(12)
        .saturating_add(i64::from(first).saturating_sub(1))
        .saturating_add(i64::from(month));
    let in_year = u8::try_from(months.rem_euclid(12).saturating_add(1)).unwrap_or(1);
    let year = i32::try_from(months.div_euclid(12)).unwrap_or(year);
    (28..=day)
        .rev()
        .chain([day.min(28)])
        .find_map(|day| Day::from_calendar(year, in_year, day))
        .unwrap_or(start)
}

/// Months that are due by an instant of the market's time, of those that a plan has.
#[must_use]
pub fn months_due(start: Day, months: u32, now: Timestamp) -> u32 {
    let today = now.day();
    let (mut low, mut high) = (0, months.min(MONTHS_MAX));
    // The first month that is not due.
    while low < high {
        let middle = low.midpoint(high);
        if month_day(start, middle) <= today {
            low = middle.saturating_add(1);
        } else {
            high = middle;
        }
    }
    low
}

/// What a subscription has, by what was paid and invested.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Balance {
    /// Months that were paid.
    pub paid_months: u32,
    /// What was paid in these months.
    pub paid: Money,
    /// What is invested or reserved for investments, reversed and failed ones excluded.
    pub invested: Money,
    /// What the whole plan comes to, less what is invested; never below zero.
    pub available: Money,
    /// What can be spent now: never more than was paid in.
    pub spendable: Money,
}

impl Balance {
    /// The balance of a subscription that pays `monthly` for `months`.
    ///
    /// ```
    /// use domain::{Money, plan::Balance};
    /// let money = Money::from_whole;
    /// let balance = Balance::of(money(100), 12, 3, money(300), money(250));
    /// assert_eq!((balance.available, balance.spendable), (money(950), money(50)));
    /// ```
    #[must_use]
    pub fn of(monthly: Money, months: u32, paid_months: u32, paid: Money, invested: Money) -> Self {
        let units = monthly.units().saturating_mul(i64::from(months));
        let left = |of: Money| {
            let left = of.checked_sub(invested).unwrap_or_default();
            left.max(Money::ZERO)
        };
        let available = left(Money::from_units(units));
        Self {
            paid_months,
            paid,
            invested,
            available,
            spendable: available.min(left(paid)),
        }
    }
}

/// A month in the comparison of a plan with a lump sum.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ComparisonPoint {
    /// The day of the price.
    pub day: Day,
    /// What a share cost.
    pub price: Price,
    /// What the plan has paid in so far.
    pub paid: Money,
    /// What the shares bought month by month are worth.
    pub plan: Money,
    /// What the shares bought at the start with all the money are worth.
    pub lump_sum: Money,
}

/// What a monthly amount would have become at past prices, beside the whole sum at the first of them.
/// Shares are counted in full precision; empty without a price above zero.
#[must_use]
pub fn compare(monthly: Money, prices: &[(Day, Price)]) -> Vec<ComparisonPoint> {
    let count = i64::try_from(prices.len()).unwrap_or(i64::MAX);
    let whole = Money::from_units(monthly.units().saturating_mul(count));
    let Some((_, first)) = prices.first() else {
        return Vec::new();
    };
    let Some(at_once) = whole.quantity_at(*first) else {
        return Vec::new();
    };
    let (mut held, mut paid) = (Quantity::ZERO, Money::ZERO);
    let point = |(day, price): &(Day, Price)| {
        held = held.checked_add(monthly.quantity_at(*price)?)?;
        paid = paid.checked_add(monthly)?;
        Some(ComparisonPoint {
            day: *day,
            price: *price,
            paid,
            plan: price.value_of(held)?,
            lump_sum: price.value_of(at_once)?,
        })
    };
    prices.iter().map_while(point).collect()
}

/// The comparison of a plan that buys several instruments, from those of its parts: paid, worth and lump
/// sum of all together, as long as every part goes. The price is that of the first part.
#[must_use]
pub fn add_up(parts: &[Vec<ComparisonPoint>]) -> Vec<ComparisonPoint> {
    let Some((first, others)) = parts.split_first() else {
        return Vec::new();
    };
    let whole = |(nth, first): (usize, &ComparisonPoint)| {
        others.iter().try_fold(*first, |sum, part| {
            let point = part.get(nth)?;
            Some(ComparisonPoint {
                paid: sum.paid.checked_add(point.paid)?,
                plan: sum.plan.checked_add(point.plan)?,
                lump_sum: sum.lump_sum.checked_add(point.lump_sum)?,
                ..sum
            })
        })
    };
    first.iter().enumerate().map_while(whole).collect()
}
