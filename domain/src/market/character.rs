//! The character of an invented instrument: its description, and how its price behaves.

use crate::{Currency, Price};

/// An invented instrument.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Character {
    /// Its symbol: 1 to 8 of `A-Z`, `0-9`, `.` and `-`.
    pub symbol: &'static str,
    /// Its name.
    pub name: &'static str,
    /// Its sector: instruments of one sector move together.
    pub category: &'static str,
    /// The currency of its price; see [`Character::currency_in`].
    pub currency: &'static str,
    /// What it does, in a sentence or two.
    pub description: &'static str,
    /// The same for a twelve-year-old reader.
    pub plain_words: &'static str,
    /// A fun fact.
    pub fun_fact: &'static str,
    /// What it costs at the origin of a market in dollars, in hundredths: 1 to 10,000,000.
    pub start_cents: u32,
    /// Shares traded on a typical day.
    pub typical_volume: u32,
    /// Market capitalization at the origin, in millions: its weight in the index.
    pub size_millions: u32,
    /// Its home country.
    pub country: &'static str,
    /// Annual dividend, in basis points of its price; at most 2,000.
    pub dividend_bps: u32,
    /// Where its price comes from.
    pub tracks: Tracks,
    /// How its price behaves when it tracks [`Tracks::Itself`].
    pub temper: Temper,
}

impl Character {
    /// What it costs at the origin of a market in dollars.
    #[must_use]
    pub fn start_price(&self) -> Price {
        Price::from_units(i64::from(self.start_cents).saturating_mul(100))
    }

    /// Whether it trades in the currency of its market, whatever that is: funds, bonds and cash do, unless
    /// their file names another currency than the dollar.
    #[must_use]
    pub fn is_at_home_everywhere(&self) -> bool {
        let is_company = matches!(self.tracks, Tracks::Company | Tracks::Newcomer);
        !is_company && self.currency == Currency::DOLLAR_CODE
    }

    /// The currency that it trades in on a market whose own currency is `base`.
    #[must_use]
    pub fn currency_in(&self, base: Currency) -> Currency {
        if self.is_at_home_everywhere() {
            base
        } else {
            Currency::of_code(self.currency)
        }
    }
}

/// Where an instrument's price comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tracks {
    /// From its own path; it is a company in the index.
    Company,
    /// From its own path, but it is not a company and not in the index.
    Itself,
    /// From the index of all companies, exactly.
    Index,
    /// From the companies of one sector, exactly.
    Sector(&'static str),
    /// From its own path, but hidden until its shares have been offered: a company that goes public
    /// in a running market. It is not in the index, pays no dividends and never splits.
    Newcomer,
}

/// How a price behaves. Rates are per year and in basis points (1/100 of a percent).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Temper {
    /// Expected growth, -10,000 to 10,000.
    pub drift_bps: i32,
    /// Its own volatility, in addition to that of market, sector and jumps; at most 20,000.
    pub volatility_bps: u32,
    /// How strongly it follows the whole market, in percent; at most 500.
    pub market_percent: u32,
    /// How strongly it follows its sector, in percent; at most 500.
    pub sector_percent: u32,
    /// How often its own news strikes; at most 45.
    pub jumps_per_year: u32,
    /// How far such news moves it on average; at most 5,000.
    pub jump_bps: u32,
}

/// Moves about 1 % a day.
pub const CALM: Temper = Temper {
    drift_bps: 550,
    volatility_bps: 1_300,
    market_percent: 60,
    sector_percent: 60,
    jumps_per_year: 6,
    jump_bps: 250,
};

/// Moves about 1.5 % a day.
pub const STEADY: Temper = Temper {
    drift_bps: 800,
    volatility_bps: 1_900,
    market_percent: 95,
    sector_percent: 90,
    jumps_per_year: 9,
    jump_bps: 380,
};

/// Moves more than 2 % a day.
pub const LIVELY: Temper = Temper {
    drift_bps: 1_050,
    volatility_bps: 2_900,
    market_percent: 120,
    sector_percent: 115,
    jumps_per_year: 12,
    jump_bps: 600,
};

/// Moves about 3 % a day.
pub const WILD: Temper = Temper {
    drift_bps: 1_200,
    volatility_bps: 4_200,
    market_percent: 145,
    sector_percent: 130,
    jumps_per_year: 15,
    jump_bps: 850,
};
