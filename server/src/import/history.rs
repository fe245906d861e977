//! A file of daily prices: read, checked row by row, and adjusted for splits and dividends.

use std::collections::HashMap;
use std::path::Path;

use domain::{DatedAction, Day, Price};
use rust_decimal::Decimal;

use super::columns::{Basis, Columns};
use super::field::DayOrder;
use super::line::{Line, Separator, numbered_lines};
use super::notation::Notation;
use super::row::{NotTaken, Row};
use super::splits::{self, Adjustment, Dividend, Split};
use super::unused::Unused;
use super::{BadRow, BadRows, ImportError, text};

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
    adjustment: Adjustment,
    splits: Vec<Split>,
    dividends: Vec<Dividend>,
    left_out: usize,
    jumps: Vec<Day>,
    not_imported: Vec<(String, usize)>,
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

    /// What its prices are adjusted for.
    #[must_use]
    pub fn adjustment(&self) -> Adjustment {
        self.adjustment
    }

    /// The splits that the file names, oldest first.
    #[must_use]
    pub fn splits(&self) -> &[Split] {
        &self.splits
    }

    /// The dividends that the file names, oldest first.
    #[must_use]
    pub fn dividends(&self) -> &[Dividend] {
        &self.dividends
    }

    /// The corporate actions that go with its prices: none where these are adjusted.
    #[must_use]
    pub fn actions(&self) -> Vec<DatedAction> {
        match self.adjustment {
            Adjustment::AsTraded => splits::actions(&self.splits, &self.dividends),
            Adjustment::None | Adjustment::ByFile => Vec::new(),
        }
    }

    /// Rows without prices, which were left out.
    #[must_use]
    pub fn left_out(&self) -> usize {
        self.left_out
    }

    /// Days that open by a third or more below the close before, or by half or more above it, in a
    /// file that says nothing of splits: each may be a split that the prices are not adjusted for.
    #[must_use]
    pub fn jumps(&self) -> &[Day] {
        &self.jumps
    }

    /// Columns of dividends and splits that cannot be used, with how many values of each are lost.
    #[must_use]
    pub fn not_imported(&self) -> &[(String, usize)] {
        &self.not_imported
    }
}

/// What becomes of a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fate {
    /// It has no prices and is left out.
    LeftOut,
    /// It is wrong, and with it nothing is imported.
    Rejected,
}

/// A row that is not taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RowNote {
    /// Where it is, and why it is not taken.
    pub row: BadRow,
    /// What becomes of it.
    pub fate: Fate,
}

/// A file that was read: what it holds, and every row that is not taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Examined {
    /// The history of the rows that are taken; none when no row is.
    pub history: Option<History>,
    /// The others, in their order.
    pub notes: Vec<RowNote>,
}

impl Examined {
    /// Whether a row is wrong.
    #[must_use]
    pub fn is_refused(&self) -> bool {
        self.history.is_none() || self.notes.iter().any(|note| note.fate == Fate::Rejected)
    }

    /// The history, if no row is wrong.
    ///
    /// # Errors
    /// All rows that are wrong, or that there is none.
    pub fn into_history(self, file: &Path) -> Result<History, ImportError> {
        let mut bad = BadRows::default();
        let wrong = self.notes.into_iter();
        for note in wrong.filter(|note| note.fate == Fate::Rejected) {
            bad.push(note.row);
        }
        if !bad.is_empty() {
            return Err(ImportError::BadRows(bad));
        }
        self.history.ok_or_else(|| ImportError::Empty {
            file: file.to_owned(),
        })
    }
}

/// Reads a file of daily prices: columns by their common names in any case and order, separated by
/// commas, semicolons or tabs, rows in any order of their days. `file` is what errors call it.
///
/// # Errors
/// An [`ImportError`]; of bad rows all, with line, column and reason.
pub fn parse_history(file: &Path, bytes: &[u8]) -> Result<History, ImportError> {
    examine(file, bytes)?.into_history(file)
}

/// Reads a file as [`parse_history`] does, and says what becomes of every row.
///
/// # Errors
/// An [`ImportError`] when the file cannot be read at all.
pub fn examine(file: &Path, bytes: &[u8]) -> Result<Examined, ImportError> {
    let text = text::decode(file, bytes)?;
    let mut lines = numbered_lines(&text);
    let empty = || ImportError::Empty {
        file: file.to_owned(),
    };
    let (_, header) = lines.next().ok_or_else(empty)?;
    let separator = Separator::of_header(header);
    let names = separator
        .split(header)
        .map_err(|reason| ImportError::BadHeader {
            file: file.to_owned(),
            reason,
        })?;
    let columns = Columns::find(file, &names)?;
    let lines: Vec<Line> = lines
        .map(|(line, text)| (line, separator.split(text)))
        .take(ROWS_MAX.saturating_add(1))
        .collect();
    if lines.len() > ROWS_MAX {
        return Err(ImportError::TooManyRows {
            file: file.to_owned(),
            max: ROWS_MAX,
        });
    }
    let mut rows = Rows::new(file, &columns);
    let notation = match Notation::of_file(separator, &columns, &lines) {
        Ok(notation) => notation,
        Err((line, not_taken)) => {
            rows.note(line, not_taken);
            Notation::Point
        }
    };
    for (line, fields) in lines {
        rows.add(notation, line, fields);
    }
    Ok(rows.examined())
}

/// The rows read so far.
struct Rows<'a> {
    file: &'a Path,
    columns: &'a Columns,
    taken: Vec<Row>,
    lines: HashMap<Day, u64>,
    ticker: Option<String>,
    notes: Vec<RowNote>,
    unused: Unused,
}

impl<'a> Rows<'a> {
    fn new(file: &'a Path, columns: &'a Columns) -> Self {
        Self {
            file,
            columns,
            taken: Vec::new(),
            lines: HashMap::new(),
            ticker: None,
            notes: Vec::new(),
            unused: Unused::default(),
        }
    }

    fn add(&mut self, notation: Notation, line: u64, fields: Result<Vec<String>, String>) {
        let read = fields.map_err(NotTaken::row).and_then(|fields| {
            let row = Row::read(self.columns, notation, line, &fields)?;
            self.check_ticker(&fields)?;
            self.check_day(&row)?;
            self.unused.count(self.columns, notation, &fields);
            Ok(row)
        });
        match read {
            Ok(row) => self.taken.push(row),
            Err(reason) => self.note(line, reason),
        }
    }

    fn note(&mut self, line: u64, not_taken: NotTaken) {
        let (fate, place, reason) = match not_taken {
            NotTaken::NoPrices => (Fate::LeftOut, None, "has no prices".to_owned()),
            NotTaken::Wrong { place, reason } => (Fate::Rejected, place, reason),
        };
        self.notes.push(RowNote {
            row: BadRow {
                file: self.file.to_owned(),
                line,
                column: place.map(|place| self.columns.name(place).to_owned()),
                reason,
            },
            fate,
        });
    }

    fn check_day(&mut self, row: &Row) -> Result<(), NotTaken> {
        match self.lines.insert(row.day, row.line) {
            None => Ok(()),
            Some(other) => Err(NotTaken::row(format!(
                "the day {} is already on line {other}",
                row.day
            ))),
        }
    }

    /// A file is one instrument, also where it names it in every row.
    fn check_ticker(&mut self, fields: &[String]) -> Result<(), NotTaken> {
        let Some(place) = self.columns.ticker else {
            return Ok(());
        };
        let ticker = fields.get(place).cloned().unwrap_or_default();
        match &self.ticker {
            None => self.ticker = Some(ticker),
            Some(first) if *first == ticker => {}
            Some(first) => {
                return Err(NotTaken::Wrong {
                    place: Some(place),
                    reason: format!(
                        "{ticker:?} is not {first:?} as above; a file is one instrument"
                    ),
                });
            }
        }
        Ok(())
    }

    /// Dates such as 03/04/2000 are read month first if another row shows that the file is so.
    fn check_day_order(&mut self) {
        let of = |order| self.taken.iter().find(|row| row.day_order == order);
        if of(DayOrder::MonthFirst).is_some() {
            return;
        }
        if let Some(line) = of(DayOrder::Ambiguous).map(|row| row.line) {
            let reason = "may be month/day or day/month, and no row of the file says which; write 2000-03-01";
            let not_taken = NotTaken::Wrong {
                place: Some(self.columns.date),
                reason: reason.to_owned(),
            };
            self.note(line, not_taken);
        }
    }

    fn examined(mut self) -> Examined {
        self.check_day_order();
        self.taken.sort_by_key(|row| row.day);
        let days = self.adjusted_days();
        self.notes.sort_by_key(|note| note.row.line);
        let splits = splits::splits(&self.taken);
        let left_out = self.notes.iter().filter(|note| note.fate == Fate::LeftOut);
        let history = match (days.first(), days.last()) {
            (Some(first), Some(last)) => Some(History {
                first: first.day,
                last: last.day,
                adjustment: Adjustment::of(self.columns),
                dividends: splits::dividends(&self.taken),
                left_out: left_out.count(),
                jumps: jumps(self.columns, &days),
                not_imported: self.unused.named(self.columns),
                splits,
                days,
            }),
            _ => None,
        };
        Examined {
            history,
            notes: self.notes,
        }
    }

    fn adjusted_days(&mut self) -> Vec<DailyPrices> {
        let factors = match splits::later_splits(&self.taken) {
            Ok(factors) => factors,
            Err((line, reason)) => {
                self.note(line, NotTaken::row(reason));
                return Vec::new();
            }
        };
        let mut days = Vec::with_capacity(self.taken.len());
        let mut wrong = Vec::new();
        for (row, factor) in self.taken.iter().zip(factors) {
            match splits::adjusted(self.columns, row, factor) {
                Ok(prices) => days.push(prices),
                Err(reason) => wrong.push((row.line, reason)),
            }
        }
        for (line, reason) in wrong {
            self.note(line, NotTaken::row(reason));
        }
        days
    }
}

fn jumps(columns: &Columns, days: &[DailyPrices]) -> Vec<Day> {
    if columns.basis != Basis::Written || columns.split.is_some() {
        return Vec::new();
    }
    let jumped = |before: Price, after: Price| {
        let (before, after) = (before.decimal(), after.decimal());
        after * Decimal::from(3) <= before * Decimal::from(2)
            || after * Decimal::from(2) >= before * Decimal::from(3)
    };
    let pairs = days.windows(2).filter_map(|pair| match pair {
        [before, after] if jumped(before.close, after.open) => Some(after.day),
        _ => None,
    });
    pairs.collect()
}

#[cfg(test)]
mod tests;
