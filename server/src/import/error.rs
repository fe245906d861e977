//! What can be wrong with an import.

use std::fmt;
use std::io;
use std::path::PathBuf;

use domain::{Currency, Symbol};

use crate::store::StoreError;

/// Why nothing was imported.
#[derive(Debug, thiserror::Error)]
pub enum ImportError {
    /// A file cannot be read.
    #[error("{}: cannot be read", file.display())]
    Unreadable { file: PathBuf, source: io::Error },
    /// A file is not text with fields.
    #[error("{}: is {what}, not CSV; save it as CSV in UTF-8", file.display())]
    NotCsv { file: PathBuf, what: &'static str },
    /// A file begins like gzip and cannot be decompressed.
    #[error("{}: cannot be decompressed as gzip", file.display())]
    DamagedGzip { file: PathBuf, source: io::Error },
    /// A file is larger than an import takes when it is decompressed.
    #[error("{}: has more than {max} bytes when it is decompressed", file.display())]
    UnzipsTooLarge { file: PathBuf, max: u64 },
    /// A file is larger than an import takes.
    #[error("{}: has {bytes} bytes; at most {max} are imported", file.display())]
    FileTooLarge { file: PathBuf, bytes: u64, max: u64 },
    /// A file has more rows than an import takes.
    #[error("{}: has more than {max} rows", file.display())]
    TooManyRows { file: PathBuf, max: usize },
    /// A file has no row.
    #[error("{}: has no row of prices", file.display())]
    Empty { file: PathBuf },
    /// A file lacks columns.
    #[error("{}: its first line has no column named {}", file.display(), missing.join(", "))]
    MissingColumns {
        file: PathBuf,
        missing: Vec<&'static str>,
    },
    /// A file has a column twice.
    #[error("{}: has more than one column named {name}", file.display())]
    ColumnTwice { file: PathBuf, name: String },
    /// A file's first line has no columns.
    #[error("{}:1: {reason}", file.display())]
    BadHeader { file: PathBuf, reason: String },
    /// An instrument's prices are in a currency in which no game is played.
    #[error(
        "the prices of {symbol} are in {currency}, and games are played in USD, EUR and GBP only: convert them before the import, and say their currency with --currency"
    )]
    ForeignCurrency { symbol: Symbol, currency: String },
    /// An instrument's prices are in another currency than those imported before.
    #[error(
        "the prices of {symbol} are in {currency}, and those imported before in {others}: one server replays one currency, because imported prices are not converted"
    )]
    OtherCurrency {
        symbol: Symbol,
        currency: Currency,
        others: Currency,
    },
    /// A file's name is no symbol, and no other was given.
    #[error("{}: its name is not a symbol (1 to 8 of A-Z, 0-9, '.' and '-', a letter or digit first); say it with --symbol", file.display())]
    NoSymbol { file: PathBuf },
    /// A symbol or a name was given for more than one file.
    #[error(
        "--symbol and --name are for one file; several are named by their files, as in AAPL.csv"
    )]
    OneNameForManyFiles,
    /// Two files have the same symbol.
    #[error("{} and {} are both {symbol}", files[0].display(), files[1].display())]
    SameSymbol { symbol: Symbol, files: [PathBuf; 2] },
    /// Rows cannot be taken as they are.
    #[error(transparent)]
    BadRows(BadRows),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// A row that cannot be taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BadRow {
    pub file: PathBuf,
    /// From 1, the header included.
    pub line: u64,
    /// As the header calls it, where a single one is wrong.
    pub column: Option<String>,
    pub reason: String,
}

/// All rows that cannot be taken; the first 100 with their reasons.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct BadRows {
    pub told: Vec<BadRow>,
    /// How many there are in all.
    pub count: usize,
}

impl BadRows {
    /// Rows whose reason is kept.
    pub const TOLD_MAX: usize = 100;

    pub(super) fn is_empty(&self) -> bool {
        self.count == 0
    }

    pub(super) fn push(&mut self, row: BadRow) {
        self.count += 1;
        if self.told.len() < Self::TOLD_MAX {
            self.told.push(row);
        }
    }

    pub(super) fn join(&mut self, others: Self) {
        let untold = others.count - others.told.len();
        for row in others.told {
            self.push(row);
        }
        self.count += untold;
    }
}

impl fmt::Display for BadRow {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}: ", self.file.display(), self.line)?;
        if let Some(column) = &self.column {
            write!(f, "column {column}: ")?;
        }
        f.write_str(&self.reason)
    }
}

impl fmt::Display for BadRows {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let rows = if self.count == 1 {
            "row is"
        } else {
            "rows are"
        };
        write!(f, "nothing was imported: {} {rows} wrong", self.count)?;
        for row in &self.told {
            write!(f, "\n{row}")?;
        }
        let untold = self.count.saturating_sub(self.told.len());
        if untold > 0 {
            write!(f, "\nand {untold} more")?;
        }
        Ok(())
    }
}

impl std::error::Error for BadRows {}
