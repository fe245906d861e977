//! The market of a run: three instruments whose prices go up and down, and sometimes away.

use std::sync::Arc;
use std::time::Duration;

use domain::{InstrumentId, Price, Quote, Symbol};
use server::market::{Catalogue, Listing, Market, Snapshot};
use server::store::{InstrumentRecord, MarketKind};

use crate::Chance;
use crate::clock::noon;

/// Symbols with the prices that they begin at.
const START: [(&str, i32); 3] = [("ACME", 10), ("BOLT", 20), ("COGS", 50)];
const TICK: Duration = Duration::from_millis(40);

/// One market that every server sees.
#[derive(Debug, Clone)]
pub(crate) struct SimulatedMarket(pub(crate) Arc<Market>);

impl SimulatedMarket {
    pub(crate) fn new() -> Self {
        let prices = START.map(|(_, price)| Some(Price::from_whole(price)));
        Self(Arc::new(Market::new(snapshot(&catalogue(), &prices))))
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
        market: MarketKind::Simulated,
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
    let catalogue = catalogue();
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
        market.0.swap(snapshot(&catalogue, &prices));
    }
}
