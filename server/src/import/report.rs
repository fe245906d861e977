//! What an import tells: of each file that was imported, and of each row in a dry run.

use std::fmt;
use std::path::PathBuf;

use domain::{Day, Symbol};

use super::history::{Examined, Fate, History};
use super::splits::{Adjustment, Dividend, Split};

/// Days and splits that a report names; of more it names the count.
const NAMED_MAX: usize = 10;

/// What was imported from one file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Imported {
    /// The instrument.
    pub symbol: Symbol,
    /// Its days.
    pub days: usize,
    /// The first of them.
    pub first: Day,
    /// The last of them.
    pub last: Day,
    /// What its prices were adjusted for.
    pub adjustment: Adjustment,
    /// The splits that the file names, oldest first.
    pub splits: Vec<Split>,
    /// The dividends that the file names, oldest first.
    pub dividends: Vec<Dividend>,
    /// Rows without prices, which were left out.
    pub left_out: usize,
    /// Days that may be splits, in a file that says nothing of them.
    pub jumps: Vec<Day>,
    /// Columns of dividends and splits that cannot be used, with how many values of each are lost.
    pub not_imported: Vec<(String, usize)>,
}

impl Imported {
    /// What becomes of a history under a symbol.
    #[must_use]
    pub fn of(symbol: Symbol, history: &History) -> Self {
        Self {
            symbol,
            days: history.days().len(),
            first: history.first_day(),
            last: history.last_day(),
            adjustment: history.adjustment(),
            splits: history.splits().to_vec(),
            dividends: history.dividends().to_vec(),
            left_out: history.left_out(),
            jumps: history.jumps().to_vec(),
            not_imported: history.not_imported().to_vec(),
        }
    }
}

impl fmt::Display for Imported {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { symbol, .. } = self;
        let adjusted = match self.adjustment {
            Adjustment::None => "",
            Adjustment::ByFile => ", adjusted for splits and dividends by the file's own prices",
            Adjustment::AsTraded => ", prices as they were traded, with their splits and dividends",
        };
        let (days, first, last) = (Count(self.days, "day"), self.first, self.last);
        write!(f, "{symbol}: {days} from {first} to {last}{adjusted}")?;
        if !self.splits.is_empty() {
            let splits = Count(self.splits.len(), "split");
            write!(f, "\n{symbol}: {splits}: {}", Named(&self.splits))?;
        }
        if !self.dividends.is_empty() {
            let dividends = Count(self.dividends.len(), "dividend");
            write!(f, "\n{symbol}: the file names {dividends}")?;
        }
        for (column, count) in &self.not_imported {
            let values = Count(*count, "value");
            write!(
                f,
                "\n{symbol}: {values} of the column {column} not imported: it does not say whether the prices are adjusted for them"
            )?;
        }
        if self.left_out > 0 {
            let rows = Count(self.left_out, "row");
            write!(f, "\n{symbol}: {rows} without prices left out")?;
        }
        if !self.jumps.is_empty() {
            write!(
                f,
                "\n{symbol}: the price jumps overnight to {}. If that is a split, import a file with adjusted prices",
                Named(&self.jumps)
            )?;
        }
        Ok(())
    }
}

/// What would happen to the rows of one file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DryRun {
    /// The file.
    pub file: PathBuf,
    /// The instrument it would become.
    pub symbol: Symbol,
    /// What it holds.
    pub examined: Examined,
}

impl fmt::Display for DryRun {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for note in &self.examined.notes {
            let fate = match note.fate {
                Fate::LeftOut => "left out",
                Fate::Rejected => "rejected",
            };
            let (line, reason) = (note.row.line, &note.row.reason);
            write!(f, "{}:{line}: {fate}: ", self.file.display())?;
            if let Some(column) = &note.row.column {
                write!(f, "column {column}: ")?;
            }
            writeln!(f, "{reason}")?;
        }
        match &self.examined.history {
            Some(history) => write!(f, "{}", Imported::of(self.symbol, history))?,
            None => write!(f, "{}: has no row of prices", self.file.display())?,
        }
        if self.examined.is_refused() {
            write!(f, "\n{}: the import would be refused", self.file.display())?;
        }
        Ok(())
    }
}

/// A number and the noun it counts.
struct Count(usize, &'static str);

impl fmt::Display for Count {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self(count, noun) = self;
        let plural = if *count == 1 { "" } else { "s" };
        write!(f, "{count} {noun}{plural}")
    }
}

/// The first of a list, and how many more there are.
struct Named<'a, T>(&'a [T]);

impl<T: fmt::Display> fmt::Display for Named<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (place, one) in self.0.iter().take(NAMED_MAX).enumerate() {
            let comma = if place == 0 { "" } else { ", " };
            write!(f, "{comma}{one}")?;
        }
        match self.0.len().saturating_sub(NAMED_MAX) {
            0 => Ok(()),
            more => write!(f, " and {more} more"),
        }
    }
}
