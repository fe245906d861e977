//! A file of daily prices: read, checked row by row, and adjusted for splits and dividends.

use std::collections::HashMap;
use std::path::Path;

use csv::StringRecord;
use domain::{Day, Price};
use rust_decimal::Decimal;

use super::columns::Columns;
use super::{BadRow, BadRows, ImportError, field};

/// Rows that a file may have: 400 years of trading days.
const ROWS_MAX: usize = 100_000;

/// The prices of one day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DailyPrices {
    pub day: Day,
    pub open: Price,
    /// Not below any other price of the day.
    pub high: Price,
    /// Not above any other price of the day.
    pub low: Price,
    pub close: Price,
    pub volume: i64,
}

/// The history of one instrument: at least one day, oldest first, no day twice.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct History {
    first: Day,
    last: Day,
    days: Vec<DailyPrices>,
    adjusted: bool,
}

impl History {
    /// The days, oldest first.
    #[must_use]
    pub fn days(&self) -> &[DailyPrices] {
        &self.days
    }

    /// The first day.
    #[must_use]
    pub fn first_day(&self) -> Day {
        self.first
    }

    /// The last day.
    #[must_use]
    pub fn last_day(&self) -> Day {
        self.last
    }

    /// Whether the file has adjusted closes, by which all its prices were adjusted.
    #[must_use]
    pub fn is_adjusted(&self) -> bool {
        self.adjusted
    }
}

/// Reads a CSV file with a header: columns by their common names in any case and order, rows in
/// any order of their days. `file` is what errors call it.
///
/// # Errors
/// An [`ImportError`]; of bad rows all, with line and reason.
pub fn parse_history(file: &Path, bytes: &[u8]) -> Result<History, ImportError> {
    let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
    let mut reader = csv::ReaderBuilder::new()
        .flexible(true)
        .trim(csv::Trim::All)
        .from_reader(bytes);
    let header = reader.headers().map_err(|_| ImportError::Empty {
        file: file.to_owned(),
    })?;
    let columns = Columns::find(file, header)?;
    let mut rows = Rows::default();
    for (index, record) in reader.records().enumerate() {
        if index >= ROWS_MAX {
            return Err(ImportError::TooManyRows {
                file: file.to_owned(),
                max: ROWS_MAX,
            });
        }
        rows.add(file, &columns, record);
    }
    rows.into_history(file, columns.adjusted_close.is_some())
}

/// The rows read so far.
#[derive(Debug, Default)]
struct Rows {
    days: Vec<DailyPrices>,
    lines: HashMap<Day, u64>,
    bad: BadRows,
}

impl Rows {
    fn add(&mut self, file: &Path, columns: &Columns, record: csv::Result<StringRecord>) {
        let (line, prices) = match record {
            Ok(record) => (
                record.position().map_or(0, csv::Position::line),
                prices(columns, &record),
            ),
            Err(error) => (
                error.position().map_or(0, csv::Position::line),
                Err(format!("cannot be read: {error}")),
            ),
        };
        match prices.and_then(|prices| self.check_day(prices, line)) {
            Ok(prices) => self.days.push(prices),
            Err(reason) => self.bad.push(BadRow {
                file: file.to_owned(),
                line,
                reason,
            }),
        }
    }

    fn check_day(&mut self, prices: DailyPrices, line: u64) -> Result<DailyPrices, String> {
        match self.lines.insert(prices.day, line) {
            None => Ok(prices),
            Some(other) => Err(format!("the day {} is already on line {other}", prices.day)),
        }
    }

    fn into_history(mut self, file: &Path, adjusted: bool) -> Result<History, ImportError> {
        if !self.bad.is_empty() {
            return Err(ImportError::BadRows(self.bad));
        }
        self.days.sort_by_key(|prices| prices.day);
        match (self.days.first(), self.days.last()) {
            (Some(first), Some(last)) => Ok(History {
                first: first.day,
                last: last.day,
                days: self.days,
                adjusted,
            }),
            _ => Err(ImportError::Empty {
                file: file.to_owned(),
            }),
        }
    }
}

/// The prices of a row, checked as they are written and then adjusted.
fn prices(columns: &Columns, record: &StringRecord) -> Result<DailyPrices, String> {
    let text = |place: usize| record.get(place).unwrap_or_default();
    let day = field::day(text(columns.date))?;
    let open = field::positive("open", text(columns.open))?;
    let high = field::positive("high", text(columns.high))?;
    let low = field::positive("low", text(columns.low))?;
    let close = field::positive("close", text(columns.close))?;
    check_range(open, high, low, close)?;
    let volume = columns
        .volume
        .map_or(Ok(0), |place| field::volume(text(place)))?;
    let adjusted_close = match columns.adjusted_close {
        Some(place) => field::positive("adj close", text(place))?,
        None => close,
    };
    let adjusted = |what, exact: Decimal| field::price(what, adjust(exact, close, adjusted_close)?);
    let (open, close) = (adjusted("open", open)?, adjusted("close", close)?);
    // Rows may be off by less than is kept; rounding must not turn that into a wrong range.
    let high = adjusted("high", high)?.max(open).max(close);
    let low = adjusted("low", low)?.min(open).min(close);
    Ok(DailyPrices {
        day,
        open,
        high,
        low,
        close,
        volume,
    })
}

/// Compared in the places that are kept, because files carry the noise of binary fractions.
fn check_range(open: Decimal, high: Decimal, low: Decimal, close: Decimal) -> Result<(), String> {
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

/// `exact × adjusted_close / close`.
fn adjust(exact: Decimal, close: Decimal, adjusted_close: Decimal) -> Result<Decimal, String> {
    if close == adjusted_close {
        return Ok(exact);
    }
    let adjusted = exact
        .checked_mul(adjusted_close)
        .and_then(|product| product.checked_div(close));
    adjusted.ok_or_else(|| {
        format!(
            "the adj close {} does not fit the close {}",
            adjusted_close.normalize(),
            close.normalize()
        )
    })
}

#[cfg(test)]
mod tests;
