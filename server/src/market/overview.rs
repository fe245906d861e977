//! The whole market at a glance: what moved, by category, and the index.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use domain::api::{IndexView, InstrumentRow, MarketOverview, SectorView};
use domain::{Percent, Price, Quote};

use super::Snapshot;
use crate::store::InstrumentRecord;

/// Rows of top movers.
const MOVERS: usize = 5;
/// The value of an unchanged price when averaging changes.
const UNMOVED: i64 = 1_000_000_000;

impl Snapshot {
    /// An instrument as lists show it.
    #[must_use]
    pub fn row(&self, instrument: &InstrumentRecord) -> InstrumentRow {
        let listing = self.listing(instrument.id);
        let quote = listing.and_then(|listing| listing.quote);
        let quote = quote.filter(|_| instrument.tradable);
        InstrumentRow {
            symbol: instrument.symbol,
            name: instrument.name.clone(),
            category: instrument.category.clone(),
            currency: instrument.currency.clone(),
            quote,
            change_percent: quote.as_ref().and_then(change),
            sparkline: listing
                .map(|listing| listing.closes.to_vec())
                .unwrap_or_default(),
        }
    }

    /// The whole market at a glance.
    #[must_use]
    pub fn overview(&self) -> MarketOverview {
        let mut all = Mean::default();
        let mut sectors: BTreeMap<&str, Mean> = BTreeMap::new();
        let mut moved: Vec<(Percent, &InstrumentRecord)> = Vec::new();
        for (instrument, listing) in self.catalogue.instruments.iter().zip(&self.listings) {
            let Some(quote) = listing.quote.as_ref().filter(|_| instrument.tradable) else {
                continue;
            };
            all.add(quote);
            sectors.entry(&instrument.category).or_default().add(quote);
            if let Some(change) = change(quote) {
                moved.push((change, instrument));
            }
        }
        let none = Percent::default();
        let rows = |moved: &[(Percent, &InstrumentRecord)], up: bool| -> Vec<InstrumentRow> {
            let these = moved
                .iter()
                .filter(|(change, _)| if up { *change > none } else { *change < none });
            these
                .take(MOVERS)
                .map(|(_, instrument)| self.row(instrument))
                .collect()
        };
        moved.sort_by_key(|(change, instrument)| (Reverse(*change), instrument.symbol));
        let risers = rows(&moved, true);
        moved.reverse();
        let fallers = rows(&moved, false);
        MarketOverview {
            at: self.at,
            speed: self.speed.max(1),
            change_percent: all.change(),
            index: self.index.as_ref().map(Index::view),
            sectors: sectors
                .into_iter()
                .map(|(category, mean)| mean.view(category))
                .collect(),
            risers,
            fallers,
            coming_reports: Vec::new(),
            live: None,
        }
    }
}

/// The index of a market at one instant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Index {
    /// Its level.
    pub level: Price,
    /// The latest daily closes, oldest first.
    pub closes: std::sync::Arc<[Price]>,
}

impl Index {
    fn view(&self) -> IndexView {
        let before = self.closes.last();
        IndexView {
            level: self.level,
            change_percent: before.and_then(|before| self.level.percent_since(*before)),
            sparkline: self.closes.to_vec(),
        }
    }
}

/// Change since the previous day's close.
pub(crate) fn change(quote: &Quote) -> Option<Percent> {
    quote.price.percent_since(quote.previous_close?)
}

/// The mean of changes.
#[derive(Debug, Default)]
struct Mean {
    sum: i128,
    count: u32,
    quotes: u32,
}

impl Mean {
    fn add(&mut self, quote: &Quote) {
        self.quotes += 1;
        let before = quote.previous_close.map_or(0, Price::units);
        if before > 0 {
            let scaled = i128::from(quote.price.units()) * i128::from(UNMOVED);
            self.sum += scaled / i128::from(before);
            self.count += 1;
        }
    }

    fn change(&self) -> Option<Percent> {
        let mean = self.sum.checked_div(i128::from(self.count))?;
        let mean = Price::from_units(i64::try_from(mean).ok()?);
        mean.percent_since(Price::from_units(UNMOVED))
    }

    fn view(&self, category: &str) -> SectorView {
        SectorView {
            category: category.to_owned(),
            count: self.quotes,
            change_percent: self.change(),
        }
    }
}
