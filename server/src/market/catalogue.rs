//! The instruments of a market, found by symbol, by id and by what players type.

use std::collections::{BTreeSet, HashMap};
use std::sync::OnceLock;

use domain::api::KeyFigures;
use domain::search::{Field, SearchIndex};
use domain::{Currency, InstrumentId, Symbol};

use crate::store::InstrumentRecord;

/// The instruments of a market, fixed while it runs.
#[derive(Debug, Default)]
pub struct Catalogue {
    /// By symbol.
    pub instruments: Vec<InstrumentRecord>,
    by_symbol: HashMap<Symbol, usize>,
    by_id: HashMap<InstrumentId, usize>,
    /// Of invented companies.
    pub figures: HashMap<Symbol, KeyFigures>,
    search: OnceLock<SearchIndex>,
}

impl Catalogue {
    /// The catalogue of these instruments.
    #[must_use]
    pub fn new(mut instruments: Vec<InstrumentRecord>) -> Self {
        instruments.sort_by_key(|instrument| instrument.symbol);
        let by_symbol = instruments
            .iter()
            .enumerate()
            .map(|(place, instrument)| (instrument.symbol, place))
            .collect();
        let by_id = instruments
            .iter()
            .enumerate()
            .map(|(place, instrument)| (instrument.id, place))
            .collect();
        Self {
            instruments,
            by_symbol,
            by_id,
            figures: HashMap::new(),
            search: OnceLock::new(),
        }
    }

    /// The instrument with a symbol, and its place in the catalogue.
    #[must_use]
    pub fn find(&self, symbol: Symbol) -> Option<(usize, &InstrumentRecord)> {
        let place = *self.by_symbol.get(&symbol)?;
        Some((place, self.instruments.get(place)?))
    }

    /// The currencies that the instruments trade in, by code.
    #[must_use]
    pub fn currencies(&self) -> Vec<Currency> {
        let all: BTreeSet<Currency> = self.instruments.iter().map(|one| one.currency()).collect();
        all.into_iter().collect()
    }

    /// The places of the instruments that a search finds, best first. The search tolerates typos.
    #[must_use]
    pub fn search(&self, query: &str) -> Vec<usize> {
        let index = self.search.get_or_init(|| {
            SearchIndex::new(self.instruments.iter().map(|one| {
                [
                    (Field::Symbol, one.symbol.as_str()),
                    (Field::Name, &one.name),
                    (Field::Description, &one.description),
                    (Field::Description, &one.plain_words),
                    (Field::Description, &one.category),
                ]
            }))
        });
        index.find(query)
    }

    /// The instrument with an id, and its place in the catalogue.
    #[must_use]
    pub fn find_by_id(&self, id: InstrumentId) -> Option<(usize, &InstrumentRecord)> {
        let place = *self.by_id.get(&id)?;
        Some((place, self.instruments.get(place)?))
    }
}
