//! The simulation: derives prices at any step from a seed and characters.

use std::fmt;

use super::basket::{Basket, scaled};
use super::calendar::{DEFAULT_ORIGIN, first_step, held};
use super::character::{Character, Tracks};
use super::currency::{Exchange, from_dollars};
use super::departure::Left;
use super::fixed::{FLOOR_UNITS, START_UNITS_MAX};
use super::mover::{Factor, Mover, Stream, start_units};
use super::payout::{Payout, payouts};
use crate::{Currency, Day, Price};

/// The index at the origin, in price units: 1,000.00.
const INDEX_BASE_UNITS: i64 = 10_000_000;

/// A market with random access in time: any price can be read in any order.
///
/// It is built once (in some milliseconds) and then only read, from any number of threads. The same
/// seed and characters give the same prices on every machine, for ever. Steps beyond the market's
/// time show the prices of its first or last step.
///
/// ```
/// use domain::market::{Simulation, catalogue, first_step, DEFAULT_ORIGIN};
/// use domain::Day;
///
/// let market = Simulation::new(7, catalogue());
/// let start = first_step(Day::from_number(DEFAULT_ORIGIN));
/// assert_eq!(market.price(0, start), Some(catalogue()[0].start_price()));
/// assert_eq!(market.index(start).to_string(), "1000.00");
/// ```
#[derive(Clone)]
pub struct Simulation {
    pub(super) seed: u64,
    currency: Currency,
    pub(super) characters: Vec<Character>,
    pub(super) market: Stream,
    pub(super) sectors: Vec<Sector>,
    pub(super) currencies: Vec<Exchange>,
    pub(super) sources: Vec<Source>,
    pub(super) index: Basket,
    pub(super) payouts: Vec<Payout>,
    pub(super) left: Vec<Left>,
}

/// What the instruments of one category follow.
#[derive(Debug, Clone)]
pub(super) struct Sector {
    pub name: &'static str,
    pub stream: Stream,
}

/// Where an instrument's price comes from.
#[derive(Debug, Clone)]
pub(super) enum Source {
    /// From its own path and those of the market, of a sector and of a foreign currency.
    Mover {
        mover: Box<Mover>,
        sector: usize,
        currency: Option<usize>,
    },
    /// From the value of a basket.
    Basket { basket: Basket, start_units: i64 },
}

impl Simulation {
    /// A market in which every instrument costs its start price on 2016-01-01.
    #[must_use]
    pub fn new(seed: u64, characters: &[Character]) -> Self {
        Self::starting_on(seed, characters, Day::from_number(DEFAULT_ORIGIN))
    }

    /// A market in which every instrument costs its start price at the first step of a day.
    ///
    /// Prices before that day exist too.
    #[must_use]
    pub fn starting_on(seed: u64, characters: &[Character], origin: Day) -> Self {
        Self::in_currency(seed, characters, origin, Currency::DOLLAR)
    }

    /// The same market in another currency: a price is that in dollars over what one unit of the currency
    /// costs in dollars. What trades in that very currency depends on no exchange rate. Funds, bonds and cash
    /// are at home in every market and begin at the same number in each.
    ///
    /// ```
    /// use domain::market::{DEFAULT_ORIGIN, Simulation, catalogue};
    /// use domain::{Currency, Day};
    ///
    /// let origin = Day::from_number(DEFAULT_ORIGIN);
    /// let euro = Currency::of_code("EUR");
    /// let market = Simulation::in_currency(7, catalogue(), origin, euro);
    /// let abroad = market.rates(1_800_000_000);
    /// assert!(abroad.iter().all(|foreign| foreign.currency != euro));
    /// assert!(abroad.iter().any(|foreign| foreign.currency.is_dollar()));
    /// ```
    #[must_use]
    pub fn in_currency(seed: u64, characters: &[Character], origin: Day, base: Currency) -> Self {
        let origin_step = first_step(origin);
        let mut sectors: Vec<Sector> = Vec::new();
        let mut sources = Vec::with_capacity(characters.len());
        let used = characters
            .iter()
            .map(|character| character.currency_in(base));
        let currencies = Exchange::all(seed, used, origin_step, base);
        for character in characters {
            let source = match character.tracks {
                Tracks::Company | Tracks::Itself | Tracks::Newcomer => {
                    let own = character.currency_in(base);
                    let start = start_units_in(character, base);
                    Source::Mover {
                        mover: Box::new(Mover::new(seed, character, origin_step, start)),
                        sector: sector_index(&mut sectors, seed, character.category, origin_step),
                        currency: currencies.iter().position(|exchange| exchange.is(own)),
                    }
                }
                Tracks::Index => fund(characters, character, base, |_| true),
                Tracks::Sector(name) => {
                    fund(characters, character, base, |one| one.category == name)
                }
            };
            sources.push(source);
        }
        let mut market = Self {
            seed,
            currency: base,
            characters: characters.to_vec(),
            market: Stream::of_market(seed, origin_step),
            sectors,
            currencies,
            sources,
            index: companies(characters, base, |_| true),
            payouts: Vec::new(),
            left: Vec::new(),
        };
        market.payouts = payouts(&market, origin);
        market
    }

    /// The currency of all its prices.
    #[must_use]
    pub fn currency(&self) -> Currency {
        self.currency
    }

    /// The characters, in the order of all indices and lists of this market.
    #[must_use]
    pub fn characters(&self) -> &[Character] {
        &self.characters
    }

    /// The index of the instrument with a symbol.
    #[must_use]
    pub fn find_instrument(&self, symbol: &str) -> Option<usize> {
        self.characters
            .iter()
            .position(|character| character.symbol == symbol)
    }

    /// The price of one instrument at a step, as if no share had ever been split and every dividend
    /// were reinvested; none when there is no such instrument. [`Simulation::traded_price`] is what a
    /// share costs. A company that has left keeps its last one.
    #[must_use]
    pub fn price(&self, instrument: usize, step: i64) -> Option<Price> {
        let step = held(step);
        let units = match self.sources.get(instrument)? {
            Source::Mover {
                mover,
                sector,
                currency,
            } => {
                let sector = self.sectors.get(*sector)?.stream.at(step);
                let exchange = currency.and_then(|currency| self.currencies.get(currency));
                let exchange = exchange.map_or(0, |exchange| exchange.log_at(step));
                let own = mover.stream.at(step).moved_by(exchange);
                let path = mover.price_units(step, self.market.at(step), sector, own);
                self.with_departure(instrument, step, path)
            }
            Source::Basket { .. } => self.units(step).get(instrument).copied()?,
        };
        Some(Price::from_units(units))
    }

    /// The prices of all instruments at a step, as [`Simulation::price`] gives them.
    #[must_use]
    pub fn quotes(&self, step: i64) -> Vec<Price> {
        self.units(held(step))
            .into_iter()
            .map(Price::from_units)
            .collect()
    }

    /// The index of all companies at a step, weighted by size; 1,000.00 at the origin.
    #[must_use]
    pub fn index(&self, step: i64) -> Price {
        let step = held(step);
        let worth = self.index.at(step).worth(&self.units(step));
        Price::from_units(super::fixed::quoted(scaled(INDEX_BASE_UNITS, worth)))
    }

    /// All prices in units at a step within the market's time.
    pub(super) fn units(&self, step: i64) -> Vec<i64> {
        let market = self.market.at(step);
        let sectors: Vec<Factor> = self.sectors.iter().map(|one| one.stream.at(step)).collect();
        let exchanges = self.currencies.iter();
        let exchanges: Vec<i64> = exchanges.map(|one| one.log_at(step)).collect();
        let moved = |source: &Source| match source {
            Source::Mover {
                mover,
                sector,
                currency,
            } => sectors.get(*sector).map_or(0, |sector| {
                let exchange = currency.and_then(|currency| exchanges.get(currency));
                let own = mover.stream.at(step);
                let own = own.moved_by(exchange.copied().unwrap_or_default());
                mover.price_units(step, market, *sector, own)
            }),
            Source::Basket { .. } => 0,
        };
        let mut units: Vec<i64> = self.sources.iter().map(moved).collect();
        for left in &self.left {
            if let Some(place) = units.get_mut(left.departure.instrument) {
                *place = left.units(step, *place);
            }
        }
        // Baskets hold companies only, so their values do not depend on one another.
        for (instrument, source) in self.sources.iter().enumerate() {
            if let Source::Basket {
                basket,
                start_units,
            } = source
            {
                let price = fund_price(*start_units, basket.at(step).worth(&units));
                if let Some(place) = units.get_mut(instrument) {
                    *place = price;
                }
            }
        }
        units
    }

    /// Takes an instrument out of the index and every fund at a step, given the prices at that
    /// step.
    pub(super) fn sell_everywhere(&mut self, instrument: usize, step: i64, prices: &[i64]) {
        self.index.sell(instrument, step, prices);
        for source in &mut self.sources {
            if let Source::Basket { basket, .. } = source {
                basket.sell(instrument, step, prices);
            }
        }
    }
}

/// The price of a fund, given its price at the origin.
pub(super) fn fund_price(start_units: i64, worth: i64) -> i64 {
    super::fixed::quoted(scaled(start_units, worth))
}

/// The start price in the currency of the market, in units. What is at home in every market begins at the same
/// number in each.
fn start_units_in(character: &Character, base: Currency) -> i64 {
    let units = start_units(character);
    if character.is_at_home_everywhere() {
        units
    } else {
        from_dollars(units, base).clamp(FLOOR_UNITS, START_UNITS_MAX)
    }
}

fn fund(
    characters: &[Character],
    of: &Character,
    base: Currency,
    member: impl Fn(&Character) -> bool,
) -> Source {
    Source::Basket {
        basket: companies(characters, base, member),
        start_units: start_units_in(of, base),
    }
}

/// The basket of all matching companies, weighted by size.
fn companies(
    characters: &[Character],
    base: Currency,
    member: impl Fn(&Character) -> bool,
) -> Basket {
    let belongs = |character: &Character| character.tracks == Tracks::Company && member(character);
    let members: Vec<_> = characters
        .iter()
        .enumerate()
        .filter(|(_, character)| belongs(character))
        .map(|(instrument, one)| {
            let start = start_units_in(one, base);
            (instrument, one.size_millions.max(1), start)
        })
        .collect();
    Basket::new(&members)
}

/// The index of a sector, which is added if new.
fn sector_index(
    sectors: &mut Vec<Sector>,
    seed: u64,
    name: &'static str,
    origin_step: i64,
) -> usize {
    if let Some(known) = sectors.iter().position(|sector| sector.name == name) {
        return known;
    }
    sectors.push(Sector {
        name,
        stream: Stream::of_sector(seed, name, origin_step),
    });
    sectors.len().saturating_sub(1)
}

impl fmt::Debug for Simulation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // The seed is secret while the market is traded; paths and jumps would fill pages.
        f.debug_struct("Simulation")
            .field("instruments", &self.characters.len())
            .finish_non_exhaustive()
    }
}
