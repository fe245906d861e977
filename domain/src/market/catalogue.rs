//! The instruments of the simulated market, all invented, read from a data file that a host can
//! replace.

use std::collections::HashSet;
use std::fmt;
use std::sync::LazyLock;

use serde::Deserialize;

use super::character::{CALM, Character, LIVELY, STEADY, Temper, Tracks, WILD};
use super::currency::is_known;
use crate::{Currency, Symbol};

/// The most instruments in a file.
const INSTRUMENTS_MAX: usize = 5_000;
/// The longest text, in bytes.
const TEXT_MAX: usize = 400;

static ALL: LazyLock<Vec<Character>> = LazyLock::new(|| {
    // A test reads the file, so it is never the empty default.
    read_catalogue(include_str!("../../data/instruments.json")).unwrap_or_default()
});

/// All instruments of `domain/data/instruments.json`: companies in twelve sectors, funds, bonds and
/// cash-like instruments.
///
/// A symbol is never changed once it has been published, because prices are derived from it. New
/// instruments do not change the prices of any other company.
#[must_use]
pub fn catalogue() -> &'static [Character] {
    &ALL
}

static NEWCOMERS: LazyLock<Vec<Character>> =
    LazyLock::new(|| read_catalogue(include_str!("../../data/newcomers.json")).unwrap_or_default());

/// The companies of `domain/data/newcomers.json`, which come to a market when their shares are offered.
#[must_use]
pub fn newcomers() -> &'static [Character] {
    &NEWCOMERS
}

/// Why a file of instruments cannot be used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CatalogueError {
    /// The text is not a JSON array of instruments.
    Malformed(String),
    /// It has no instrument, or more than 5,000.
    Count(usize),
    /// An instrument has an invalid field.
    Field {
        /// Its symbol.
        symbol: String,
        /// What is wrong with it.
        reason: &'static str,
    },
}

impl fmt::Display for CatalogueError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Malformed(why) => write!(f, "the instruments cannot be read: {why}"),
            Self::Count(count) => write!(f, "{count} instruments: must be 1 to {INSTRUMENTS_MAX}"),
            Self::Field { symbol, reason } => write!(f, "the instrument {symbol:?}: {reason}"),
        }
    }
}

impl std::error::Error for CatalogueError {}

/// An instrument as written in the file. Its own temper fields override those of the named temper.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Row {
    symbol: String,
    name: String,
    category: String,
    country: String,
    /// The game's own when absent.
    currency: Option<String>,
    description: String,
    plain_words: String,
    fun_fact: String,
    start_cents: u32,
    typical_volume: u32,
    size_millions: u32,
    dividend_bps: u32,
    tracks: RowTracks,
    temper: RowTemper,
    drift_bps: Option<i32>,
    volatility_bps: Option<u32>,
    market_percent: Option<u32>,
    sector_percent: Option<u32>,
    jumps_per_year: Option<u32>,
    jump_bps: Option<u32>,
}

#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
enum RowTracks {
    Company,
    Itself,
    Index,
    Sector(String),
    Newcomer,
}

#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
enum RowTemper {
    Calm,
    Steady,
    Lively,
    Wild,
}

impl Row {
    fn temper(&self) -> Temper {
        let named = match self.temper {
            RowTemper::Calm => CALM,
            RowTemper::Steady => STEADY,
            RowTemper::Lively => LIVELY,
            RowTemper::Wild => WILD,
        };
        Temper {
            drift_bps: self.drift_bps.unwrap_or(named.drift_bps),
            volatility_bps: self.volatility_bps.unwrap_or(named.volatility_bps),
            market_percent: self.market_percent.unwrap_or(named.market_percent),
            sector_percent: self.sector_percent.unwrap_or(named.sector_percent),
            jumps_per_year: self.jumps_per_year.unwrap_or(named.jumps_per_year),
            jump_bps: self.jump_bps.unwrap_or(named.jump_bps),
        }
    }

    fn check(&self, symbols: &mut HashSet<String>) -> Result<(), &'static str> {
        if self.symbol.parse::<Symbol>().is_err() {
            return Err("the symbol must be 1 to 8 of A-Z, 0-9, '.' and '-'");
        }
        if !symbols.insert(self.symbol.clone()) {
            return Err("the symbol is there twice");
        }
        let texts = [&self.name, &self.category, &self.country, &self.description];
        let fits = |text: &String| (1..=TEXT_MAX).contains(&text.len());
        let more = [&self.plain_words, &self.fun_fact];
        if !texts.into_iter().chain(more).all(fits) {
            return Err("each text must have 1 to 400 bytes");
        }
        let currency = self.currency.as_deref().unwrap_or(Currency::DOLLAR_CODE);
        let is_fund = matches!(self.tracks, RowTracks::Index | RowTracks::Sector(_));
        if !is_known(currency) || (is_fund && currency != Currency::DOLLAR_CODE) {
            return Err("the currency must be USD, EUR, GBP, JPY or CNY, and USD for a fund");
        }
        if !(1..=10_000_000).contains(&self.start_cents) {
            return Err("start_cents must be 1 to 10,000,000");
        }
        let pays = self.dividend_bps > 0;
        if pays && matches!(self.tracks, RowTracks::Newcomer) {
            return Err("a newcomer pays no dividend");
        }
        if self.dividend_bps > 2_000 {
            return Err("dividend_bps must be at most 2,000");
        }
        let temper = self.temper();
        let shares_fit = temper.market_percent <= 500 && temper.sector_percent <= 500;
        let jumps_fit = temper.jumps_per_year <= 45 && temper.jump_bps <= 5_000;
        let drift_fits = (-10_000..=10_000).contains(&temper.drift_bps);
        if !(shares_fit && jumps_fit && drift_fits && temper.volatility_bps <= 20_000) {
            return Err("its temper is beyond its limits");
        }
        Ok(())
    }

    /// Leaks the texts for the life of the process: a catalogue is read once.
    fn character(self) -> Character {
        let temper = self.temper();
        let text = |text: String| -> &'static str { Box::leak(text.into_boxed_str()) };
        Character {
            symbol: text(self.symbol),
            name: text(self.name),
            category: text(self.category),
            country: text(self.country),
            currency: self.currency.map_or(Currency::DOLLAR_CODE, text),
            description: text(self.description),
            plain_words: text(self.plain_words),
            fun_fact: text(self.fun_fact),
            start_cents: self.start_cents,
            typical_volume: self.typical_volume,
            size_millions: self.size_millions,
            dividend_bps: self.dividend_bps,
            tracks: match self.tracks {
                RowTracks::Company => Tracks::Company,
                RowTracks::Itself => Tracks::Itself,
                RowTracks::Index => Tracks::Index,
                RowTracks::Sector(name) => Tracks::Sector(text(name)),
                RowTracks::Newcomer => Tracks::Newcomer,
            },
            temper,
        }
    }
}

/// Reads a JSON array of instruments; `domain/data/instruments.json` shows its fields. Its texts are never
/// freed, so a process should read a file only once.
///
/// # Errors
/// What is wrong with the text, or with the first instrument that cannot be used.
pub fn read_catalogue(text: &str) -> Result<Vec<Character>, CatalogueError> {
    let rows: Result<Vec<Row>, _> = serde_json::from_str(text);
    let rows = rows.map_err(|error| CatalogueError::Malformed(error.to_string()))?;
    if !(1..=INSTRUMENTS_MAX).contains(&rows.len()) {
        return Err(CatalogueError::Count(rows.len()));
    }
    let mut symbols = HashSet::new();
    for row in &rows {
        row.check(&mut symbols)
            .map_err(|reason| CatalogueError::Field {
                symbol: row.symbol.clone(),
                reason,
            })?;
    }
    Ok(rows.into_iter().map(Row::character).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_file_that_comes_along_is_used_and_a_bad_one_says_why() {
        assert_eq!(
            read_catalogue(include_str!("../../data/instruments.json")).map(|all| all.len()),
            Ok(134)
        );
        let newcomers = read_catalogue(include_str!("../../data/newcomers.json"));
        let newcomers = newcomers.expect("the file of newcomers can be read");
        assert!(newcomers.iter().all(|one| one.tracks == Tracks::Newcomer));
        let listed = |one: &Character| catalogue().iter().any(|other| other.symbol == one.symbol);
        assert!(!newcomers.is_empty() && !newcomers.iter().any(listed));
        let check = |from: &str, to: &str, reason: &str| {
            let text = include_str!("../../data/instruments.json").replacen(from, to, 1);
            let told =
                read_catalogue(&text).map_or_else(|error| error.to_string(), |_| String::new());
            assert!(told.contains(reason), "{told}");
        };
        check("\"MUFFN\"", "\"muffn\"", "symbol must be");
        check("\"MUFFN\"", "\"QUIBL\"", "twice");
        check("\"start_cents\": ", "\"start_cents\": 9999", "start_cents");
        check("\"category\"", "\"kategorie\"", "unknown field");
        assert_eq!(read_catalogue("[]"), Err(CatalogueError::Count(0)));
    }
}
