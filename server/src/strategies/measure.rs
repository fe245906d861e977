//! The closes that strategies of a market are measured by.

use domain::Day;
use domain::adjusted_price;
use domain::advice::{History, PastInstrument};

use crate::market::Market;

/// How far back strategies are measured.
const DAYS_MAX: i32 = 730;

/// The last day of a market that is over.
#[must_use]
pub fn last_close(market: &Market) -> Day {
    market.snapshot().at.day().plus_days(-1)
}

/// The closes of a market's last two years until a day, in the shares of that day.
///
/// # Errors
/// When the store fails.
pub async fn history(market: &Market, until: Day) -> anyhow::Result<History> {
    let closes = market.closes(until.plus_days(-DAYS_MAX), until).await?;
    let snapshot = market.snapshot();
    let mut instruments = Vec::with_capacity(snapshot.catalogue.instruments.len());
    for instrument in &snapshot.catalogue.instruments {
        let actions = market.actions(instrument.id).await?;
        let priced = closes.iter().map(|close| {
            let price = close.price(instrument.id)?;
            Some(adjusted_price(price, close.day, until, &actions))
        });
        instruments.push(PastInstrument {
            symbol: instrument.symbol,
            category: instrument.category.clone(),
            currency: instrument.currency(),
            closes: priced.collect(),
        });
    }
    Ok(History {
        days: closes.iter().map(|close| close.day).collect(),
        instruments,
    })
}
