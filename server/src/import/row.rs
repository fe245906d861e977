//! A row of an imported file as it is written, before anything is adjusted.

use domain::{Day, Price};
use rust_decimal::Decimal;

use super::columns::Columns;
use super::field::{self, DayOrder};
use super::notation::Notation;

/// What a row says.
#[derive(Debug, Clone)]
pub(super) struct Row {
    pub line: u64,
    pub day: Day,
    pub day_order: DayOrder,
    pub open: Decimal,
    pub high: Decimal,
    pub low: Decimal,
    pub close: Decimal,
    pub adjusted_close: Option<Decimal>,
    pub volume: Decimal,
    /// New shares for an old one; 1 on a day without a split.
    pub split: Decimal,
    /// What a share paid.
    pub dividend: Decimal,
}

/// Why a row is not taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum NotTaken {
    /// It has a day and no prices: a day without trade.
    NoPrices,
    /// Something is wrong with it.
    Wrong {
        /// Where, if it is a single column.
        place: Option<usize>,
        reason: String,
    },
}

impl NotTaken {
    pub(super) fn row(reason: String) -> Self {
        Self::Wrong {
            place: None,
            reason,
        }
    }
}

impl Row {
    /// Reads the fields of a line.
    pub(super) fn read(
        columns: &Columns,
        notation: Notation,
        line: u64,
        fields: &[String],
    ) -> Result<Self, NotTaken> {
        check_count(columns, fields)?;
        let text = |place: usize| fields.get(place).map_or("", String::as_str);
        let at = |place: usize| {
            move |reason| NotTaken::Wrong {
                place: Some(place),
                reason,
            }
        };
        if let Some(place) = columns.period.filter(|place| !is_a_day(text(*place))) {
            let reason = format!("{:?} is not D: only daily prices are imported", text(place));
            return Err(at(place)(reason));
        }
        let (day, day_order) = field::day(text(columns.date)).map_err(at(columns.date))?;
        let split = match columns.split {
            Some(place) => field::positive(notation, text(place)).map_err(at(place)),
            None => Ok(Decimal::ONE),
        };
        if has_no_prices(columns, fields) {
            let splits = columns.split.is_some_and(|place| !is_null(text(place)));
            return Err(if splits && split != Ok(Decimal::ONE) {
                NotTaken::row("has a split but no prices".to_owned())
            } else {
                NotTaken::NoPrices
            });
        }
        let price = |place| field::positive(notation, text(place)).map_err(at(place));
        let count = |place: Option<usize>| {
            place.map_or(Ok(Decimal::ZERO), |place| {
                field::not_negative(notation, text(place)).map_err(at(place))
            })
        };
        let row = Self {
            line,
            day,
            day_order,
            open: price(columns.open)?,
            high: price(columns.high)?,
            low: price(columns.low)?,
            close: price(columns.close)?,
            adjusted_close: columns.adjusted_close.map(price).transpose()?,
            volume: count(columns.volume)?,
            split: split?,
            dividend: count(columns.dividend)?,
        };
        row.check_range().map_err(NotTaken::row)?;
        Ok(row)
    }

    /// Compared in the places that are kept, because files carry the noise of binary fractions.
    fn check_range(&self) -> Result<(), String> {
        let Self {
            open,
            high,
            low,
            close,
            ..
        } = *self;
        let kept = |exact: Decimal| exact.round_dp(Price::SCALE);
        for (what, other) in [("open", open), ("close", close), ("low", low)] {
            if kept(high) < kept(other) {
                return Err(format!(
                    "the high {} is below the {what} {}",
                    high.normalize(),
                    other.normalize()
                ));
            }
        }
        for (what, other) in [("open", open), ("close", close)] {
            if kept(low) > kept(other) {
                return Err(format!(
                    "the low {} is above the {what} {}",
                    low.normalize(),
                    other.normalize()
                ));
            }
        }
        Ok(())
    }
}

/// A field more than there are columns means that a number was cut in two.
fn check_count(columns: &Columns, fields: &[String]) -> Result<(), NotTaken> {
    let (count, expected) = (fields.len(), columns.count());
    if count <= expected {
        return Ok(());
    }
    Err(NotTaken::row(format!(
        "has {count} fields where the header has {expected}; a number with a comma in it needs quotes"
    )))
}

fn is_a_day(period: &str) -> bool {
    period.eq_ignore_ascii_case("D")
}

fn is_null(text: &str) -> bool {
    text.is_empty() || text.eq_ignore_ascii_case("null")
}

/// As files of Yahoo write a day without trade. A row that is cut short is not one.
fn has_no_prices(columns: &Columns, fields: &[String]) -> bool {
    let prices = [columns.open, columns.high, columns.low, columns.close];
    let null = |place: &usize| fields.get(*place).is_some_and(|text| is_null(text));
    prices.iter().all(null)
}
