//! Lists an instrument: looks it up, and stores what it is with its daily history. Only listed
//! instruments are ever asked for.

use domain::{Currency, InstrumentId, Symbol};

use super::desk::{Desk, Unanswered};
use super::provider::{FoundDay, FoundProfile};
use crate::market::{assign_ids, currency_of};
use crate::store::{CandleRecord, InstrumentRecord, MarketSource, Store, StoreError};

const NAME_MAX: usize = 80;
const CATEGORY_MAX: usize = 40;
const DESCRIPTION_MAX: usize = 600;

/// A listed instrument.
#[derive(Debug)]
pub struct Listed {
    pub instrument: InstrumentRecord,
    /// Days of history stored.
    pub days: usize,
    /// Why there is no history, if there is none.
    pub no_history: Option<Unanswered>,
}

/// Why an instrument is not listed.
#[derive(Debug, thiserror::Error)]
pub enum ListError {
    /// No provider knows what it is.
    #[error("{0}")]
    Unanswered(#[from] Unanswered),
    /// It trades in a currency in which no game is played.
    #[error("it trades in {0}, and games are played in USD, EUR and GBP only")]
    Currency(String),
    /// It trades in another currency than what is listed: live prices are not converted.
    #[error("it trades in {0}, and all that is listed here in {1}")]
    OtherCurrency(Currency, Currency),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Lists an instrument, or brings its description and history up to date.
pub async fn list_symbol(
    desk: &Desk,
    store: &dyn Store,
    symbol: Symbol,
) -> Result<Listed, ListError> {
    let profile = desk.profile(symbol).await?;
    check_currency(store, symbol, &profile.currency).await?;
    let (history, no_history) = match desk.history(symbol).await {
        Ok(days) => (days, None),
        Err(unanswered) => (Vec::new(), Some(unanswered)),
    };
    let mut instruments = [record(symbol, &profile)];
    assign_ids(store, &mut instruments).await?;
    let [instrument] = instruments;
    let candles: Vec<CandleRecord> = history
        .iter()
        .map(|day| candle(instrument.id, day))
        .collect();
    store
        .import_market(std::slice::from_ref(&instrument), &candles)
        .await?;
    Ok(Listed {
        instrument,
        days: candles.len(),
        no_history,
    })
}

/// Games are played in it, and it is that of all others.
async fn check_currency(store: &dyn Store, symbol: Symbol, code: &str) -> Result<(), ListError> {
    let currency = code.parse::<Currency>().ok();
    let currency = currency.filter(|currency| currency.is_of_games());
    let currency = currency.ok_or_else(|| ListError::Currency(shortened(code, 10)))?;
    let others = currency_of(store, MarketSource::Live, &[symbol]).await?;
    match others {
        Some(others) if others != currency => Err(ListError::OtherCurrency(currency, others)),
        _ => Ok(()),
    }
}

fn record(symbol: Symbol, profile: &FoundProfile) -> InstrumentRecord {
    let name = match profile.name.trim() {
        "" => symbol.to_string(),
        name => shortened(name, NAME_MAX),
    };
    let category = match profile.sector.trim() {
        "" => "Other".to_owned(),
        sector => shortened(sector, CATEGORY_MAX),
    };
    InstrumentRecord {
        id: InstrumentId(0),
        universe: MarketSource::Live,
        symbol,
        plain_words: format!("Shares of {name}. The price is that of the real market."),
        fun_fact: String::new(),
        description: shortened(&profile.description, DESCRIPTION_MAX),
        name,
        category,
        currency: profile.currency.clone(),
        tradable: true,
    }
}

/// A text without control characters, cut at a word if it is too long.
fn shortened(text: &str, max: usize) -> String {
    let plain = |c: char| if c.is_control() { ' ' } else { c };
    let text: String = text.trim().chars().map(plain).collect();
    if text.chars().count() <= max {
        return text;
    }
    let cut: String = text.chars().take(max.saturating_sub(1)).collect();
    let whole_words = cut
        .rsplit_once(' ')
        .map_or(cut.as_str(), |(words, _)| words);
    format!("{whole_words}…")
}

/// A day whose close lies outside its range, as happens in adjusted history, gets a wider range.
fn candle(instrument: InstrumentId, day: &FoundDay) -> CandleRecord {
    CandleRecord {
        instrument,
        day: day.day,
        open: day.open,
        high: day.high.max(day.open).max(day.close),
        low: day.low.min(day.open).min(day.close),
        close: day.close,
        volume: day.volume,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_description_ends_with_a_whole_word() {
        assert_eq!(shortened("  Makes\nbolts. ", 20), "Makes bolts.");
        assert_eq!(shortened("Makes bolts and nuts", 14), "Makes bolts…");
        assert_eq!(shortened("Größenwahn", 6), "Größe…");
    }
}
