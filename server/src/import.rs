//! Import of real price history: daily OHLCV files in CSV become instruments of the replayed
//! market, all of a call or nothing.
//!
//! # Splits and dividends
//!
//! A file with a column `Adj Close` is imported adjusted: open, high, low and close of a day are
//! multiplied by the ratio of its adjusted close to its close, so that a split, a dividend or a
//! spin-off is no jump and a position bought before it keeps its worth. Volume is taken as it
//! is, because files of this kind already count it in shares of after the splits. A file without
//! that column is imported as it is, splits and all.
//!
//! Adjusted prices are relative to the last day of their file. A later file of the same symbol
//! therefore has to hold the whole history again: days that it holds too are replaced.

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use domain::{Day, InstrumentId, Symbol};

use crate::market::assign_ids;
use crate::store::{CandleRecord, InstrumentRecord, MarketKind, Store};

mod columns;
mod error;
mod field;
mod history;

pub use error::{BadRow, BadRows, ImportError};
pub use history::{DailyPrices, History, parse_history};

/// Bytes that a file may have.
const FILE_MAX_BYTES: u64 = 32 * 1024 * 1024;

/// What to import, and as what.
#[derive(Debug, Clone, Default, clap::Args)]
pub struct ImportArgs {
    /// CSV files with the columns date, open, high, low, close and, if there are, volume and adj
    /// close. Without --symbol each is imported under its own name, AAPL.csv as AAPL.
    #[arg(required = true, value_name = "FILE")]
    pub files: Vec<PathBuf>,
    /// Symbol of the one file that is given: 1 to 8 of A-Z, 0-9, '.' and '-'.
    #[arg(long)]
    pub symbol: Option<Symbol>,
    /// Name of the instrument, such as "Apple Inc.", of the one file that is given.
    #[arg(long)]
    pub name: Option<String>,
    /// Category of what is imported; "Stocks" unless it has one already.
    #[arg(long)]
    pub category: Option<String>,
    /// ISO 4217 code of the currency of the prices; "USD" unless it has one already.
    #[arg(long)]
    pub currency: Option<String>,
}

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
    /// Whether prices were adjusted for splits and dividends.
    pub adjusted: bool,
}

/// Reads the files and stores them in one transaction, or nothing when anything is wrong.
///
/// # Errors
/// An [`ImportError`] that says what is wrong: of bad rows every one, up to 100.
pub async fn import(store: &dyn Store, args: &ImportArgs) -> Result<Vec<Imported>, ImportError> {
    let symbols = symbols(args)?;
    let histories = read_all(&args.files).await?;
    let mut instruments = instruments(store, &symbols, args).await?;
    assign_ids(store, &mut instruments).await?;
    let candles: Vec<CandleRecord> = instruments
        .iter()
        .zip(&histories)
        .flat_map(|(instrument, history)| candles(instrument.id, history))
        .collect();
    store.import_market(&instruments, &candles).await?;
    Ok(symbols
        .into_iter()
        .zip(&histories)
        .map(|(symbol, history)| imported(symbol, history))
        .collect())
}

/// The symbol of each file.
fn symbols(args: &ImportArgs) -> Result<Vec<Symbol>, ImportError> {
    let one_file = args.files.len() == 1;
    if !one_file && (args.symbol.is_some() || args.name.is_some()) {
        return Err(ImportError::OneNameForManyFiles);
    }
    let mut files: HashMap<Symbol, &Path> = HashMap::new();
    let mut symbols = Vec::with_capacity(args.files.len());
    for file in &args.files {
        let symbol = args.symbol.or_else(|| named(file));
        let symbol = symbol.ok_or_else(|| ImportError::NoSymbol { file: file.clone() })?;
        if let Some(other) = files.insert(symbol, file) {
            return Err(ImportError::SameSymbol {
                symbol,
                files: [other.to_owned(), file.clone()],
            });
        }
        symbols.push(symbol);
    }
    Ok(symbols)
}

fn named(file: &Path) -> Option<Symbol> {
    file.file_stem()?
        .to_str()?
        .to_ascii_uppercase()
        .parse()
        .ok()
}

/// Every history, or every bad row of all files.
async fn read_all(files: &[PathBuf]) -> Result<Vec<History>, ImportError> {
    let mut histories = Vec::with_capacity(files.len());
    let mut bad = BadRows::default();
    for file in files {
        let bytes = read(file).await?;
        match parse_history(file, &bytes) {
            Ok(history) => histories.push(history),
            Err(ImportError::BadRows(rows)) => bad.join(rows),
            Err(error) => return Err(error),
        }
    }
    if bad.is_empty() {
        Ok(histories)
    } else {
        Err(ImportError::BadRows(bad))
    }
}

async fn read(file: &Path) -> Result<Vec<u8>, ImportError> {
    let unreadable = |source| ImportError::Unreadable {
        file: file.to_owned(),
        source,
    };
    let bytes = tokio::fs::metadata(file).await.map_err(unreadable)?.len();
    if bytes > FILE_MAX_BYTES {
        return Err(ImportError::FileTooLarge {
            file: file.to_owned(),
            bytes,
            max: FILE_MAX_BYTES,
        });
    }
    tokio::fs::read(file).await.map_err(unreadable)
}

/// The instruments as they are known, with what the arguments say changed.
async fn instruments(
    store: &dyn Store,
    symbols: &[Symbol],
    args: &ImportArgs,
) -> Result<Vec<InstrumentRecord>, ImportError> {
    let stored = store.list_instruments(MarketKind::Replay).await?;
    let known: HashMap<Symbol, InstrumentRecord> = stored
        .into_iter()
        .map(|record| (record.symbol, record))
        .collect();
    let record = |symbol: &Symbol| {
        let mut record = known
            .get(symbol)
            .cloned()
            .unwrap_or_else(|| unknown(*symbol));
        let fields = [
            (&mut record.name, &args.name),
            (&mut record.category, &args.category),
            (&mut record.currency, &args.currency),
        ];
        for (field, wanted) in fields {
            if let Some(wanted) = wanted {
                field.clone_from(wanted);
            }
        }
        record.tradable = true;
        record
    };
    Ok(symbols.iter().map(record).collect())
}

fn unknown(symbol: Symbol) -> InstrumentRecord {
    InstrumentRecord {
        id: InstrumentId(0),
        market: MarketKind::Replay,
        symbol,
        name: symbol.to_string(),
        category: "Stocks".into(),
        currency: "USD".into(),
        description: "Real daily prices of the past, played again.".into(),
        plain_words: "This is what a share of it really cost, day after day. You live through it again, without knowing what comes next.".into(),
        fun_fact: String::new(),
        tradable: true,
    }
}

fn candles(instrument: InstrumentId, history: &History) -> impl Iterator<Item = CandleRecord> {
    history.days().iter().map(move |prices| CandleRecord {
        instrument,
        day: prices.day,
        open: prices.open,
        high: prices.high,
        low: prices.low,
        close: prices.close,
        volume: prices.volume,
    })
}

fn imported(symbol: Symbol, history: &History) -> Imported {
    Imported {
        symbol,
        days: history.days().len(),
        first: history.first_day(),
        last: history.last_day(),
        adjusted: history.is_adjusted(),
    }
}
