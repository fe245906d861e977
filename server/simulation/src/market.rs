//! The market of a run: three instruments whose prices go up and down, and sometimes away.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::time::Duration;

use domain::{InstrumentId, Price, Quote, Symbol};
use server::market::{Catalogue, Listing, Market, Snapshot};
use server::store::{InstrumentRecord, MarketSource};

use crate::Chance;
use crate::clock::noon;

/// Symbols with the prices that they begin at.
const START: [(&str, i32); 3] = [("ACME", 10), ("BOLT", 20), ("COGS", 50)];
const TICK: Duration = Duration::from_millis(40);

/// One market that every server sees, each by itself: those who wait for the same tick are woken in
/// any order, and the order is to be the seed's.
#[derive(Debug, Clone)]
pub(crate) struct SimulatedMarket(Arc<Mutex<Seen>>);

#[derive(Debug)]
struct Seen {
    catalogue: Arc<Catalogue>,
    prices: Vec<Option<Price>>,
    by: Vec<Weak<Market>>,
}

impl SimulatedMarket {
    pub(crate) fn new() -> Self {
        Self(Arc::new(Mutex::new(Seen {
            catalogue: catalogue(),
            prices: START
                .map(|(_, price)| Some(Price::from_whole(price)))
                .to_vec(),
            by: Vec::new(),
        })))
    }

    /// As a server that starts now sees it.
    pub(crate) fn seen_by_a_server(&self) -> Arc<Market> {
        let mut seen = self.lock();
        let market = Arc::new(Market::new(snapshot(&seen.catalogue, &seen.prices)));
        seen.by.push(Arc::downgrade(&market));
        market
    }

    fn move_to(&self, prices: Vec<Option<Price>>) {
        let mut seen = self.lock();
        seen.by.retain(|market| market.strong_count() > 0);
        for market in seen.by.iter().filter_map(Weak::upgrade) {
            market.swap(snapshot(&seen.catalogue, &prices));
        }
        seen.prices = prices;
    }

    fn lock(&self) -> MutexGuard<'_, Seen> {
        // There is only one thread, and what is seen is never half changed.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn symbol(place: u64) -> Symbol {
        let place = usize::try_from(place).unwrap_or_default() % START.len();
        let (text, _) = START.get(place).copied().unwrap_or(("ACME", 10));
        text.parse().expect("these symbols are well-formed")
    }

    /// About what a symbol costs.
    pub(crate) fn usual_price(symbol: Symbol) -> i32 {
        let found = START.iter().find(|(text, _)| *text == symbol.as_str());
        found.map_or(10, |(_, price)| *price)
    }
}

fn catalogue() -> Arc<Catalogue> {
    let record = |(id, (symbol, _)): (i64, &(&str, i32))| InstrumentRecord {
        id: InstrumentId(id),
        universe: MarketSource::Simulated,
        symbol: symbol.parse().expect("these symbols are well-formed"),
        name: (*symbol).into(),
        category: "Things".into(),
        currency: "USD".into(),
        description: String::new(),
        plain_words: String::new(),
        fun_fact: String::new(),
        tradable: true,
    };
    Arc::new(Catalogue::new((1..).zip(&START).map(record).collect()))
}

fn snapshot(catalogue: &Arc<Catalogue>, prices: &[Option<Price>]) -> Snapshot {
    let listing = |(record, price): (&InstrumentRecord, &Option<Price>)| Listing {
        quote: price.map(|price| Quote {
            symbol: record.symbol,
            price,
            at: noon(),
            stale: false,
            previous_close: None,
            foreign: None,
            halted_until: None,
        }),
        ..Listing::default()
    };
    let listings = catalogue
        .instruments
        .iter()
        .zip(prices)
        .map(listing)
        .collect();
    Snapshot {
        at: noon(),
        catalogue: Arc::clone(catalogue),
        listings,
        ..Snapshot::default()
    }
}

/// Moves every price at every tick, by up to three percent of where it began.
pub(crate) async fn move_prices(market: SimulatedMarket, chance: Chance) {
    let mut units = START.map(|(_, price)| Price::from_whole(price).units());
    loop {
        tokio::time::sleep(TICK).await;
        let mut prices = Vec::with_capacity(units.len());
        for (units, (_, start)) in units.iter_mut().zip(START) {
            let start = Price::from_whole(start).units();
            let step = i64::try_from(chance.below(601)).unwrap_or_default() - 300;
            *units = (*units + start * step / 10_000).clamp(start / 2, start * 2);
            let price = Price::from_units(*units);
            prices.push((!chance.happens(2)).then_some(price));
        }
        market.move_to(prices);
    }
}
