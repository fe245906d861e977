//! Universes: the instruments that all markets of a source share.

use std::collections::HashMap;
use std::path::Path;
use std::sync::Arc;

use anyhow::Context;
use domain::api::KeyFigures;
use domain::market::{self, Character, Tracks, read_catalogue};
use domain::{Currency, InstrumentId, Price, Symbol};

use super::Catalogue;
use crate::store::{InstrumentRecord, MarketSource, Store, StoreResult};

/// The instruments of all simulated markets.
#[derive(Debug)]
pub(super) struct SimulatedUniverse {
    /// Includes the companies that join a market while it runs.
    pub(super) catalogue: Arc<Catalogue>,
    /// For each instrument of the catalogue, its index in a simulation. `None` for one that simulations no
    /// longer have.
    pub(super) indices: Vec<Option<usize>>,
    /// What a market in dollars shows that no company has joined.
    pub(super) opening: Arc<Shown>,
    /// In the simulations' order.
    pub(super) symbols: Vec<Symbol>,
    /// In the same order.
    pub(super) characters: Vec<Character>,
}

impl SimulatedUniverse {
    /// Writes new and changed instruments, then reads all of them.
    pub(super) async fn open(
        store: &dyn Store,
        characters: Vec<Character>,
    ) -> anyhow::Result<Self> {
        let symbols = symbols(&characters)?;
        let instruments = register(store, &characters, &symbols).await?;
        let mut catalogue = Catalogue::new(instruments);
        catalogue.figures = symbols
            .iter()
            .copied()
            .zip(characters.iter().map(figures))
            .collect();
        let catalogue = Arc::new(catalogue);
        let index =
            |record: &InstrumentRecord| symbols.iter().position(|symbol| *symbol == record.symbol);
        let mut universe = Self {
            indices: catalogue.instruments.iter().map(index).collect(),
            catalogue,
            opening: Arc::default(),
            symbols,
            characters,
        };
        universe.opening = Arc::new(universe.shown(Currency::DOLLAR, &[], &[]));
        Ok(universe)
    }

    /// Whether an instrument of the simulation is a company that joins a market while it runs.
    pub(super) fn is_newcomer(&self, index: usize) -> bool {
        let character = self.characters.get(index);
        character.is_some_and(|one| one.tracks == Tracks::Newcomer)
    }

    /// What a market in a currency shows that these companies have joined and those have left, by their
    /// indices.
    pub(super) fn shown(&self, base: Currency, come: &[usize], left: &[usize]) -> Shown {
        let instruments = self.catalogue.instruments.iter();
        let all = instruments.zip(&self.indices);
        let (hidden, shown): (Vec<_>, Vec<_>) = all.partition(|(_, index)| {
            index.is_some_and(|index| self.is_newcomer(index) && !come.contains(&index))
        });
        let record = |(record, index): &(&InstrumentRecord, &Option<usize>)| {
            let gone = index.is_some_and(|index| left.contains(&index));
            let character = index.and_then(|index| self.characters.get(index));
            let currency = character.map_or(record.currency(), |one| one.currency_in(base));
            InstrumentRecord {
                tradable: record.tradable && !gone,
                currency: currency.to_string(),
                ..(*record).clone()
            }
        };
        let records = |of: &[(&InstrumentRecord, &Option<usize>)]| -> Vec<InstrumentRecord> {
            of.iter().map(record).collect()
        };
        let mut catalogue = Catalogue::new(records(&shown));
        catalogue.figures.clone_from(&self.catalogue.figures);
        Shown {
            catalogue: Arc::new(catalogue),
            // Both are sorted by symbol.
            indices: shown.iter().map(|(_, index)| **index).collect(),
            newcomers: records(&hidden).into(),
        }
    }
}

/// The instruments that a market shows.
#[derive(Debug, Default)]
pub(super) struct Shown {
    pub(super) catalogue: Arc<Catalogue>,
    /// As those of the universe.
    pub(super) indices: Vec<Option<usize>>,
    /// Companies that may still join.
    pub(super) newcomers: Arc<[InstrumentRecord]>,
}

fn figures(character: &Character) -> KeyFigures {
    // Two places: hundredths of a percent are basis points.
    let dividend = Price::from_units(i64::from(character.dividend_bps));
    let whole = Price::from_units(10_000);
    let grown = whole.checked_add(dividend).unwrap_or(whole);
    KeyFigures {
        country: character.country.to_owned(),
        dividend_percent: grown.percent_since(whole).unwrap_or_default(),
    }
}

/// The instruments of a file, or the built-in ones.
pub(super) fn characters(file: Option<&Path>) -> anyhow::Result<Vec<Character>> {
    let Some(file) = file else {
        let newcomers = market::newcomers().iter();
        return Ok(market::catalogue()
            .iter()
            .chain(newcomers)
            .copied()
            .collect());
    };
    let shown = file.display();
    let text = std::fs::read_to_string(file);
    let text = text.with_context(|| format!("the instruments of {shown}"))?;
    read_catalogue(&text).with_context(|| format!("the file {shown}"))
}

fn symbols(characters: &[Character]) -> anyhow::Result<Vec<Symbol>> {
    let symbol = |character: &Character| {
        character
            .symbol
            .parse()
            .with_context(|| format!("the simulation's symbol {:?}", character.symbol))
    };
    characters.iter().map(symbol).collect()
}

/// Writes new and changed instruments, then returns all as stored. One that the simulation no longer
/// has stays, because accounts may hold it, but is not tradable.
async fn register(
    store: &dyn Store,
    characters: &[Character],
    symbols: &[Symbol],
) -> anyhow::Result<Vec<InstrumentRecord>> {
    let stored = store.list_instruments(MarketSource::Simulated).await?;
    let mut wanted: Vec<InstrumentRecord> = characters
        .iter()
        .zip(symbols)
        .map(|(character, symbol)| record(character, *symbol))
        .collect();
    assign_ids(store, &mut wanted).await?;
    let gone = stored
        .iter()
        .filter(|record| !symbols.contains(&record.symbol));
    wanted.extend(gone.map(|record| InstrumentRecord {
        tradable: false,
        ..record.clone()
    }));
    wanted.retain(|record| !stored.contains(record));
    if wanted.is_empty() {
        return Ok(stored);
    }
    store.import_market(&wanted, &[]).await?;
    Ok(store.list_instruments(MarketSource::Simulated).await?)
}

fn record(character: &Character, symbol: Symbol) -> InstrumentRecord {
    InstrumentRecord {
        id: InstrumentId(0),
        universe: MarketSource::Simulated,
        symbol,
        name: character.name.to_owned(),
        category: character.category.to_owned(),
        currency: character.currency.to_owned(),
        description: character.description.to_owned(),
        plain_words: character.plain_words.to_owned(),
        fun_fact: character.fun_fact.to_owned(),
        tradable: true,
    }
}

/// The instruments of every universe.
pub(super) async fn all_instruments(store: &dyn Store) -> StoreResult<Vec<InstrumentRecord>> {
    let mut all = Vec::new();
    for universe in MarketSource::ALL {
        all.extend(store.list_instruments(universe).await?);
    }
    Ok(all)
}

/// Gives records the stored ids of their universe and symbol. Those that the store does not know get
/// new ids after all others.
pub(crate) async fn assign_ids(
    store: &dyn Store,
    records: &mut [InstrumentRecord],
) -> StoreResult<()> {
    let known = all_instruments(store).await?;
    let mut latest = known.iter().map(|record| record.id.0).max().unwrap_or(0);
    let ids: HashMap<_, _> = known
        .iter()
        .map(|record| ((record.universe, record.symbol), record.id))
        .collect();
    for record in records {
        record.id = ids
            .get(&(record.universe, record.symbol))
            .copied()
            .unwrap_or_else(|| {
                latest = latest.saturating_add(1);
                InstrumentId(latest)
            });
    }
    Ok(())
}
