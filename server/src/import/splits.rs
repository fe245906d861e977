//! Splits and dividends of an imported file, and prices that are adjusted for them.
//!
//! Where prices are as they were traded, splits and dividends become corporate actions. Where they are
//! adjusted, a split of `s` new shares for an old one multiplies every earlier volume by `s`.

use std::fmt;

use domain::{CorporateAction, DatedAction, Day, Price, SplitRatio};
use rust_decimal::Decimal;

use super::columns::{Basis, Columns};
use super::field;
use super::history::DailyPrices;
use super::row::Row;

/// What the prices of a history are adjusted for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Adjustment {
    /// Nothing.
    None,
    /// Splits and dividends, by the file's adjusted prices.
    ByFile,
    /// Nothing: they are as they were traded, and the file says what splits and dividends there were.
    AsTraded,
}

/// A split.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Split {
    /// The first day that trades the new shares.
    pub day: Day,
    /// New shares for an old one; below one where shares are joined.
    pub ratio: Decimal,
}

/// A dividend.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Dividend {
    /// The first day that trades without it.
    pub day: Day,
    /// What each share of that day paid, in the file's currency; adjusted for nothing.
    pub amount: Decimal,
}

impl fmt::Display for Split {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} for 1 on {}", self.ratio.normalize(), self.day)
    }
}

impl Adjustment {
    pub(super) fn of(columns: &Columns) -> Self {
        match columns.basis {
            Basis::AdjustedClose | Basis::AdjustedColumns => Self::ByFile,
            Basis::Written if columns.split.is_some() || columns.dividend.is_some() => {
                Self::AsTraded
            }
            Basis::Written => Self::None,
        }
    }
}

impl Split {
    /// The split in whole shares; none when the numbers are beyond their type.
    pub(super) fn shares(&self) -> Option<SplitRatio> {
        let ratio = self.ratio.normalize();
        let new = u128::try_from(ratio.mantissa()).ok()?;
        let old = 10_u128.checked_pow(ratio.scale())?;
        let divisor = greatest_common_divisor(new, old);
        Some(SplitRatio {
            new: u32::try_from(new.checked_div(divisor)?).ok()?,
            old: u32::try_from(old.checked_div(divisor)?).ok()?,
        })
    }
}

fn greatest_common_divisor(mut a: u128, mut b: u128) -> u128 {
    while let Some(rest) = a.checked_rem(b) {
        (a, b) = (b, rest);
    }
    a
}

/// What a file of prices as they were traded says of splits and dividends, in the order of their days.
/// A split of too many digits is read as none, and so is a dividend below the smallest amount.
pub(super) fn actions(splits: &[Split], dividends: &[Dividend]) -> Vec<DatedAction> {
    let splits = splits.iter().filter_map(|split| {
        let action = CorporateAction::Split(split.shares()?);
        let day = split.day;
        Some(DatedAction { day, action })
    });
    let dividends = dividends.iter().filter_map(|dividend| {
        let per_share = Price::from_decimal(dividend.amount.round_dp(Price::SCALE)).ok()?;
        let action = CorporateAction::Dividend { per_share };
        let day = dividend.day;
        per_share
            .is_positive()
            .then_some(DatedAction { day, action })
    });
    let mut actions: Vec<DatedAction> = splits.chain(dividends).collect();
    actions.sort_by_key(|dated| (dated.day, dated.action.ratio().is_some()));
    actions
}

/// The splits of rows, in their order.
pub(super) fn splits(rows: &[Row]) -> Vec<Split> {
    let splits = rows.iter().filter(|row| row.split != Decimal::ONE);
    splits
        .map(|row| Split {
            day: row.day,
            ratio: row.split,
        })
        .collect()
}

/// The dividends of rows, in their order.
pub(super) fn dividends(rows: &[Row]) -> Vec<Dividend> {
    let dividends = rows.iter().filter(|row| !row.dividend.is_zero());
    dividends
        .map(|row| Dividend {
            day: row.day,
            amount: row.dividend,
        })
        .collect()
}

/// Shares that a share of the row's day is by the last day, for each row. Rows come oldest first.
///
/// # Errors
/// The line of a row whose splits are beyond all bounds, and why.
pub(super) fn later_splits(rows: &[Row]) -> Result<Vec<Decimal>, (u64, String)> {
    let mut factor = Decimal::ONE;
    let mut factors = Vec::with_capacity(rows.len());
    for row in rows.iter().rev() {
        factors.push(factor);
        let next = factor.checked_mul(row.split).filter(|next| !next.is_zero());
        factor = next.ok_or_else(|| (row.line, "its split is beyond all bounds".to_owned()))?;
    }
    factors.reverse();
    Ok(factors)
}

/// The prices of a row as they are stored. `factor` is that of [`later_splits`].
pub(super) fn adjusted(
    columns: &Columns,
    row: &Row,
    factor: Decimal,
) -> Result<DailyPrices, String> {
    let (multiplier, divisor) = match (columns.basis, row.adjusted_close) {
        (Basis::AdjustedClose, Some(adjusted_close)) => (adjusted_close, row.close),
        _ => (Decimal::ONE, Decimal::ONE),
    };
    let price = |what, exact| field::price(what, scale(exact, multiplier, divisor)?);
    let (open, close) = (price("open", row.open)?, price("close", row.close)?);
    let volume = if columns.volume_is_adjusted {
        row.volume
    } else {
        scale(row.volume, factor, Decimal::ONE)?
    };
    Ok(DailyPrices {
        day: row.day,
        open,
        // Rows may be off by less than is kept; rounding must not turn that into a wrong range.
        high: price("high", row.high)?.max(open).max(close),
        low: price("low", row.low)?.min(open).min(close),
        close,
        volume: field::shares(volume)?,
    })
}

/// `exact × multiplier / divisor`.
fn scale(exact: Decimal, multiplier: Decimal, divisor: Decimal) -> Result<Decimal, String> {
    if multiplier == divisor {
        return Ok(exact);
    }
    let scaled = exact
        .checked_mul(multiplier)
        .and_then(|product| product.checked_div(divisor));
    scaled.ok_or_else(|| {
        format!(
            "{} cannot be adjusted by {} for {}",
            exact.normalize(),
            multiplier.normalize(),
            divisor.normalize()
        )
    })
}
