//! Import of real price history: daily OHLCV files in CSV become instruments of the replayed
//! market, all of a call or nothing.
//!
//! # Numbers are never guessed
//!
//! A comma is a thousands separator where each group behind it has three digits. Where `;` separates
//! the fields of the whole file it is the decimal point instead, and then a point separates thousands.
//! Anything else is refused with its line, its column and the reason.
//!
//! # Splits and dividends
//!
//! A file that names its splits is imported as it was traded. Its splits and dividends become corporate
//! actions: a replay pays them and splits positions on their day, and charts are adjusted for them. So
//! are the dividends of a file without adjusted prices.
//!
//! A file with a column `Adj Close`, and without splits, is imported adjusted: open, high, low and close of a day are
//! multiplied by the ratio of its adjusted close to its close, so that a split, a dividend or a
//! spin-off is no jump and a position bought before it keeps its worth. One that has nothing but
//! `Adj. Open`, `Adj. High`, `Adj. Low` and `Adj. Close` is imported with these, and with
//! `Adj. Volume`. Any other file is imported as it is; jumps that may be splits are reported.
//!
//! Adjusted prices are relative to the last day of their file. A later file of the same symbol
//! therefore has to hold the whole history again: days that it holds too are replaced.

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use domain::{Currency, InstrumentId, Symbol};

use crate::market::{assign_ids, currency_of};
use crate::store::{CandleRecord, InstrumentAction, InstrumentRecord, MarketSource, Store};

mod columns;
mod error;
mod field;
mod history;
mod labels;
pub(crate) mod line;
mod notation;
mod report;
mod row;
mod splits;
mod text;
mod unused;

pub use error::{BadRow, BadRows, ImportError};
pub use history::{DailyPrices, Examined, Fate, History, RowNote, examine, parse_history};
pub use labels::{Category, LabelError, Name};
pub use report::{DryRun, Imported};
pub use splits::{Adjustment, Dividend, Split};

/// Bytes that a file may have, as it is and decompressed.
const FILE_MAX_BYTES: u64 = 32 * 1024 * 1024;

/// What to import, and as what.
#[derive(Debug, Clone, Default, clap::Args)]
pub struct ImportArgs {
    /// CSV files with the columns date, open, high, low, close and, if there are, volume, adj close,
    /// splits and dividends, as Yahoo, Stooq, Alpha Vantage and Quandl write them. Without --symbol
    /// each is imported under its own name, AAPL.csv and AAPL.csv.gz as AAPL.
    #[arg(required = true, value_name = "FILE")]
    pub files: Vec<PathBuf>,
    /// Symbol of the one file that is given: 1 to 8 of A-Z, 0-9, '.' and '-', a letter or digit
    /// first.
    #[arg(long)]
    pub symbol: Option<Symbol>,
    /// Name of the instrument, such as "Apple Inc.", of the one file that is given.
    #[arg(long)]
    pub name: Option<Name>,
    /// Category of what is imported; "Stocks" unless it has one already.
    #[arg(long)]
    pub category: Option<Category>,
    /// Currency of the prices: USD, EUR or GBP. By default that of what was imported before, or else USD.
    #[arg(long)]
    pub currency: Option<Currency>,
    /// Writes nothing, and says of every row that is not taken why.
    #[arg(long)]
    pub dry_run: bool,
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
    let actions: Vec<InstrumentAction> = instruments
        .iter()
        .zip(&histories)
        .flat_map(|(record, history)| {
            let instrument = record.id;
            let action = move |dated| InstrumentAction { instrument, dated };
            history.actions().into_iter().map(action)
        })
        .collect();
    store
        .import_history(&instruments, &candles, &actions)
        .await?;
    Ok(symbols
        .into_iter()
        .zip(&histories)
        .map(|(symbol, history)| Imported::of(symbol, history))
        .collect())
}

/// Reads the files and says what an import would do with each row. Nothing is written.
///
/// # Errors
/// An [`ImportError`] when a file cannot be read at all.
pub async fn dry_run(args: &ImportArgs) -> Result<Vec<DryRun>, ImportError> {
    let mut runs = Vec::with_capacity(args.files.len());
    for (file, symbol) in args.files.iter().zip(symbols(args)?) {
        runs.push(DryRun {
            file: file.clone(),
            symbol,
            examined: examine(file, &read(file).await?)?,
        });
    }
    Ok(runs)
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
    let compressed = file.extension().is_some_and(|extension| extension == "gz");
    let name = if compressed {
        file.file_stem()?
    } else {
        file.file_name()?
    };
    let stem = Path::new(name).file_stem()?;
    stem.to_str()?.to_ascii_uppercase().parse().ok()
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
    let stored = store.list_instruments(MarketSource::Replay).await?;
    let others = currency_of(store, MarketSource::Replay, symbols).await?;
    let usual = currency_of(store, MarketSource::Replay, &[]).await?;
    let known: HashMap<Symbol, InstrumentRecord> = stored
        .into_iter()
        .map(|record| (record.symbol, record))
        .collect();
    let record = |symbol: &Symbol| {
        let mut record = known
            .get(symbol)
            .cloned()
            .unwrap_or_else(|| unknown(*symbol, usual.unwrap_or_default()));
        let (name, category) = (args.name.as_ref(), args.category.as_ref());
        let fields = [
            (&mut record.name, name.map(AsRef::as_ref)),
            (&mut record.category, category.map(AsRef::as_ref)),
            (
                &mut record.currency,
                args.currency.as_ref().map(Currency::as_str),
            ),
        ];
        for (field, wanted) in fields {
            if let Some(wanted) = wanted {
                str::clone_into(wanted, field);
            }
        }
        check_currency(&record, others)?;
        record.tradable = true;
        Ok(record)
    };
    symbols.iter().map(record).collect()
}

/// Games are played in it, and it is that of all others.
fn check_currency(record: &InstrumentRecord, others: Option<Currency>) -> Result<(), ImportError> {
    let (symbol, currency) = (record.symbol, record.currency());
    if !currency.is_of_games() {
        return Err(ImportError::ForeignCurrency {
            symbol,
            currency: record.currency.clone(),
        });
    }
    match others {
        Some(others) if others != currency => Err(ImportError::OtherCurrency {
            symbol,
            currency,
            others,
        }),
        _ => Ok(()),
    }
}

fn unknown(symbol: Symbol, currency: Currency) -> InstrumentRecord {
    InstrumentRecord {
        id: InstrumentId(0),
        universe: MarketSource::Replay,
        symbol,
        name: symbol.to_string(),
        category: "Stocks".into(),
        currency: currency.to_string(),
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
