//! Savings plans: what is paid each market month, how much of it can be spent, and how a plan would
//! have done compared with the same money invested at once.

use serde::{Deserialize, Serialize};

use crate::{Day, Money, Price, Quantity, Timestamp};

/// Default number of months of a plan.
pub const USUAL_MONTHS: u32 = 12;
/// Maximum number of months of a plan: fifty years.
pub const MONTHS_MAX: u32 = 600;

/// The market day on which a month of a subscription is paid: month 0 on the start day, every later month on
/// the same day of its calendar month, or on the last day of a shorter month.
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

/// How many of a plan's months are due by an instant of market time.
#[must_use]
pub fn months_due(start: Day, months: u32, now: Timestamp) -> u32 {
    let today = now.day();
    let (mut low, mut high) = (0, months.min(MONTHS_MAX));
    // The first month that is not yet due.
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

/// The balance of a subscription, from what was paid in and invested.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Balance {
    /// Number of months paid.
    pub paid_months: u32,
    /// The amount paid in over these months.
    pub paid: Money,
    /// The amount invested or reserved for investments, excluding reversed and failed ones.
    pub invested: Money,
    /// The total of the whole plan, less what is invested; never below zero.
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

/// One month in the comparison of a plan with a lump sum.
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
    /// What the shares are worth if all the money had been invested at the start.
    pub lump_sum: Money,
}

/// Compares a monthly amount invested at past prices with the whole sum invested at the first price. Shares
/// are counted at full precision; empty without a price above zero.
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

/// The comparison of a plan that buys several instruments, from the comparisons of its parts: paid, worth and
/// lump sum are added up for as long as every part has data. The price is that of the first part.
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
