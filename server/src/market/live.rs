//! The live market: today's prices of listed instruments, from providers on the internet.
//!
//! A price is shown with its time until there is a newer one. Once it is older than the configured
//! limit, or the exchange is closed, it is stale: it still values holdings but fills no order.

use std::sync::Arc;

use domain::{Day, Price, Quote, Symbol, Timestamp};

use super::{CLOSES_MAX, Catalogue, Listing, Snapshot};
use crate::store::{CandleRecord, InstrumentRecord, MarketSource, Store, StoreResult};

mod alpha_vantage;
mod budget;
mod calls;
mod desk;
mod financial_modeling_prep;
mod gate;
mod hours;
mod line;
mod listing;
mod number;
mod prices;
pub mod provider;
pub(crate) mod rates;

pub use calls::CallCounts;
pub use desk::Desk;
pub use hours::Hours;
use hours::close_of;
pub(super) use hours::{day_in_new_york, midnight_in_new_york};
pub(crate) use line::{Client, client};
pub use listing::{ListError, Listed, list_symbol};
pub use prices::{Known, LivePrices};

/// A live market.
#[derive(Debug)]
pub(super) struct Live {
    catalogue: Arc<Catalogue>,
    prices: Arc<LivePrices>,
    /// The closes before a day, in the catalogue's order.
    closes: Option<(Day, Vec<Closes>)>,
}

/// Daily closes of an instrument, oldest first, and the day of the last one.
#[derive(Debug, Clone, Default)]
struct Closes {
    prices: Arc<[Price]>,
    last_day: Option<Day>,
}

impl Closes {
    fn of(candles: &[CandleRecord]) -> Self {
        Self {
            prices: candles.iter().map(|candle| candle.close).collect(),
            last_day: candles.last().map(|candle| candle.day),
        }
    }

    /// The last close as a price at which nothing trades, until a provider has reported one.
    fn quote(&self, symbol: Symbol) -> Option<Quote> {
        let before_last = self.prices.len().checked_sub(2);
        Some(Quote {
            symbol,
            price: *self.prices.last()?,
            at: close_of(self.last_day?),
            stale: true,
            previous_close: before_last.and_then(|place| self.prices.get(place).copied()),
            foreign: None,
            halted_until: None,
        })
    }
}

impl Live {
    /// The market of all listed instruments.
    pub(super) async fn open(store: &dyn Store, prices: Arc<LivePrices>) -> StoreResult<Self> {
        let instruments = store.list_instruments(MarketSource::Live).await?;
        Ok(Self {
            catalogue: Arc::new(Catalogue::new(instruments)),
            prices,
            closes: None,
        })
    }

    pub(super) fn catalogue(&self) -> &Arc<Catalogue> {
        &self.catalogue
    }

    pub(super) fn prices(&self) -> &Arc<LivePrices> {
        &self.prices
    }

    /// Reads the closes before a day.
    pub(super) async fn prepare(&mut self, store: &dyn Store, day: Day) -> StoreResult<()> {
        if self.closes.as_ref().is_some_and(|(read, _)| *read == day) {
            return Ok(());
        }
        let mut closes = Vec::with_capacity(self.catalogue.instruments.len());
        let (first, yesterday) = (Day::from_number(i32::MIN), day.plus_days(-1));
        let limit = u32::try_from(CLOSES_MAX).unwrap_or(u32::MAX);
        for instrument in &self.catalogue.instruments {
            let candles = store.list_candles(instrument.id, first, yesterday, limit);
            let of_one = candles.await?;
            closes.push(Closes::of(&of_one));
        }
        self.closes = Some((day, closes));
        Ok(())
    }

    /// The market at a time whose day has been prepared.
    pub(super) fn snapshot(&self, at: Timestamp) -> Snapshot {
        let known = self.prices.known();
        let max_s = i64::from(self.prices.fill_age_max_s());
        let closed = matches!(Hours::at(at), Hours::Closed { .. });
        let closes = self.closes.as_ref().map(|(_, closes)| closes.as_slice());
        let listing = |(index, instrument): (usize, &InstrumentRecord)| {
            let closes = closes.and_then(|closes| closes.get(index)).cloned();
            let closes = closes.unwrap_or_default();
            let known = known
                .get(&instrument.symbol)
                .filter(|_| instrument.tradable);
            let told = known.map(|known| Quote {
                symbol: instrument.symbol,
                price: known.quote.price,
                at: known.quote.at,
                stale: closed || at.seconds_since(known.quote.at) > max_s,
                previous_close: known.quote.previous_close.or(closes.prices.last().copied()),
                // Only instruments in the game's currency are listed.
                foreign: None,
                halted_until: None,
            });
            let last_close = || {
                closes
                    .quote(instrument.symbol)
                    .filter(|_| instrument.tradable)
            };
            let quote = told.or_else(last_close);
            let today = known.and_then(|known| prices::candle(instrument.id, &known.quote));
            Listing {
                quote,
                closes: closes.prices,
                today: today
                    .filter(|candle| candle.day == at.day())
                    .map(|candle| candle.view()),
            }
        };
        let instruments = self.catalogue.instruments.iter().enumerate();
        Snapshot {
            at,
            catalogue: Arc::clone(&self.catalogue),
            listings: instruments.map(listing).collect(),
            ..Snapshot::default()
        }
    }
}
