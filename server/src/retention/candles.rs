//! Files of candles of live markets that have left the database: one for each instrument, length and month,
//! whole or not there, as gzip-compressed CSV that any spreadsheet opens.

use std::fs::File;
use std::io::{self, BufRead as _, BufReader, BufWriter, ErrorKind, Write as _};
use std::path::{Path, PathBuf};

use domain::{InstrumentId, Price, Symbol, Timestamp};
use flate2::Compression;
use flate2::bufread::GzDecoder;
use flate2::write::GzEncoder;

use super::file::{put_in_place, unfinished};
use super::{BadFile, FileDamage, Month};
use crate::store::{CandleRecord, IntradayCandle};

/// The first line of a file.
const HEADER: &str = "at,open,high,low,close,volume";
const ENDING: &str = ".csv.gz";
/// Candles that a file may have: the minutes of a month.
const CANDLES_MAX: usize = 44_640;
/// Entries of an instrument's folder that are looked at: those of centuries.
const FILES_MAX: usize = 10_000;

/// The length of the candles of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Filed {
    /// Minutes.
    Minutes,
    /// Hours.
    Hours,
    /// Days.
    Days,
}

impl Filed {
    /// What the names of its files begin with.
    fn as_str(self) -> &'static str {
        match self {
            Self::Minutes => "minutes",
            Self::Hours => "hours",
            Self::Days => "days",
        }
    }

    fn file_name(self, month: Month) -> String {
        format!("{}-{month}{ENDING}", self.as_str())
    }

    /// The month of a file of this length; none for any other file.
    fn month_of(self, name: &str) -> Option<Month> {
        let month = name.strip_prefix(self.as_str())?.strip_prefix('-')?;
        month.strip_suffix(ENDING)?.parse().ok()
    }
}

/// A line of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FiledCandle {
    /// When it begins.
    pub at: Timestamp,
    /// The first price.
    pub open: Price,
    /// The highest.
    pub high: Price,
    /// The lowest.
    pub low: Price,
    /// The last.
    pub close: Price,
    /// Shares traded; 0 within a day, where nobody tells them.
    pub volume: i64,
}

impl From<&IntradayCandle> for FiledCandle {
    fn from(candle: &IntradayCandle) -> Self {
        Self {
            at: candle.at,
            open: candle.open,
            high: candle.high,
            low: candle.low,
            close: candle.close,
            volume: 0,
        }
    }
}

impl From<&CandleRecord> for FiledCandle {
    fn from(candle: &CandleRecord) -> Self {
        Self {
            at: candle.day.start(),
            open: candle.open,
            high: candle.high,
            low: candle.low,
            close: candle.close,
            volume: candle.volume,
        }
    }
}

impl FiledCandle {
    /// As a candle within a day.
    #[must_use]
    pub fn intraday(&self) -> IntradayCandle {
        IntradayCandle {
            at: self.at,
            open: self.open,
            high: self.high,
            low: self.low,
            close: self.close,
        }
    }

    /// As a daily candle of an instrument.
    #[must_use]
    pub fn day(&self, instrument: InstrumentId) -> CandleRecord {
        CandleRecord {
            instrument,
            day: self.at.day(),
            open: self.open,
            high: self.high,
            low: self.low,
            close: self.close,
            volume: self.volume,
        }
    }

    fn write(&self, to: &mut impl io::Write) -> io::Result<()> {
        let Self {
            at,
            open,
            high,
            low,
            close,
            volume,
        } = self;
        writeln!(to, "{at},{open},{high},{low},{close},{volume}")
    }

    fn read(line: &str) -> Option<Self> {
        let mut fields = line.split(',');
        let candle = Self {
            at: fields.next()?.parse().ok()?,
            open: fields.next()?.parse().ok()?,
            high: fields.next()?.parse().ok()?,
            low: fields.next()?.parse().ok()?,
            close: fields.next()?.parse().ok()?,
            volume: fields.next()?.parse().ok()?,
        };
        fields.next().is_none().then_some(candle)
    }
}

/// The files. By default there are none, and none can be written.
#[derive(Debug, Clone, Default)]
pub struct CandleFiles {
    folder: Option<PathBuf>,
}

impl CandleFiles {
    /// Those beside the archived months of the ledger, each instrument in a folder of its own.
    #[must_use]
    pub fn open(archive_dir: &Path) -> Self {
        Self {
            folder: Some(archive_dir.join("candles")),
        }
    }

    /// What was filed of an instrument from month to month, both included, oldest first.
    ///
    /// # Errors
    /// When a file cannot be read or is damaged.
    pub async fn read(
        &self,
        filed: Filed,
        symbol: Symbol,
        months: (Month, Month),
    ) -> Result<Vec<FiledCandle>, BadFile> {
        let Some(folder) = self.folder_of(symbol) else {
            return Ok(Vec::new());
        };
        let read = move || read_months(&folder, filed, months);
        on_a_thread(read).await
    }

    /// Writes the file of a month, in the place of the one that is there. It is whole and on disk when this
    /// returns.
    ///
    /// # Errors
    /// When it cannot be written; then the file that was there still is.
    pub async fn write(
        &self,
        filed: Filed,
        symbol: Symbol,
        month: Month,
        candles: Vec<FiledCandle>,
    ) -> Result<(), BadFile> {
        let Some(folder) = self.folder_of(symbol) else {
            let error = io::Error::other("there is no folder for candles");
            return Err(bad(Path::new(symbol.as_str()), error));
        };
        let write = move || write_month(&folder, &filed.file_name(month), &candles);
        on_a_thread(write).await
    }

    /// A symbol begins with a letter or a digit, so it is a name in this folder and no way out of it.
    fn folder_of(&self, symbol: Symbol) -> Option<PathBuf> {
        Some(self.folder.as_ref()?.join(symbol.as_str()))
    }
}

/// Files block the thread that reads them.
async fn on_a_thread<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, BadFile> + Send + 'static,
) -> Result<T, BadFile> {
    let done = tokio::task::spawn_blocking(work).await;
    done.unwrap_or_else(|error| Err(bad(Path::new("candles"), io::Error::other(error))))
}

fn read_months(
    folder: &Path,
    filed: Filed,
    (first, last): (Month, Month),
) -> Result<Vec<FiledCandle>, BadFile> {
    let months = list_months(folder, filed).map_err(|error| bad(folder, error))?;
    let wanted = months
        .into_iter()
        .filter(|month| (first..=last).contains(month));
    let mut candles = Vec::new();
    for month in wanted {
        candles.extend(read_file(&folder.join(filed.file_name(month)))?);
    }
    Ok(candles)
}

/// The months with a file, in order.
fn list_months(folder: &Path, filed: Filed) -> io::Result<Vec<Month>> {
    let entries = match std::fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(error),
    };
    let mut months = Vec::new();
    for entry in entries.take(FILES_MAX) {
        let name = entry?.file_name();
        months.extend(name.to_str().and_then(|name| filed.month_of(name)));
    }
    months.sort_unstable();
    Ok(months)
}

fn read_file(path: &Path) -> Result<Vec<FiledCandle>, BadFile> {
    let file = File::open(path).map_err(|error| bad(path, error))?;
    let lines = BufReader::new(GzDecoder::new(BufReader::new(file))).lines();
    let mut candles = Vec::new();
    for (line, number) in lines.zip(1_u64..).take(CANDLES_MAX + 1) {
        let line = line.map_err(|error| bad(path, error))?;
        match FiledCandle::read(&line) {
            Some(candle) if number > 1 => candles.push(candle),
            None if number == 1 && line == HEADER => {}
            _ => {
                let damage = FileDamage::Line { line: number };
                let path = path.to_owned();
                return Err(BadFile { path, damage });
            }
        }
    }
    Ok(candles)
}

fn write_month(folder: &Path, name: &str, candles: &[FiledCandle]) -> Result<(), BadFile> {
    let path = folder.join(name);
    let part = unfinished(path.clone());
    write_file(folder, &part, candles).map_err(|error| bad(&part, error))?;
    if read_file(&part)? != candles {
        let damage = FileDamage::Content;
        return Err(BadFile { path: part, damage });
    }
    put_in_place(&part, &path, folder).map_err(|error| bad(&path, error))
}

fn write_file(folder: &Path, part: &Path, candles: &[FiledCandle]) -> io::Result<()> {
    std::fs::create_dir_all(folder)?;
    if let Some(parent) = folder.parent() {
        // The folder itself may be new.
        File::open(parent)?.sync_all()?;
    }
    let file = BufWriter::new(File::create(part)?);
    let mut gzip = BufWriter::new(GzEncoder::new(file, Compression::default()));
    writeln!(gzip, "{HEADER}")?;
    for candle in candles {
        candle.write(&mut gzip)?;
    }
    let gzip = gzip.into_inner().map_err(io::Error::from)?;
    let file = gzip.finish()?.into_inner().map_err(io::Error::from)?;
    file.sync_all()
}

fn bad(path: &Path, error: io::Error) -> BadFile {
    BadFile {
        path: path.to_owned(),
        damage: FileDamage::Io(error),
    }
}

#[cfg(test)]
mod tests;
