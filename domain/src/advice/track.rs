//! How a strategy did since it was published, from the closes of its market.
//!
//! The money is divided by the targets at the close of the day of publication. From then on it moves with
//! the prices. It is divided anew at the close of a day on which a part has drifted beyond the band of its
//! target, or a new version was published. A category's money is spread evenly over its instruments.
//! Trading costs and dividends are left out.

use serde::{Deserialize, Serialize};

use super::TargetPlan;
use super::target::WHOLE_BPS;
use crate::statistics::{EquityPoint, Performance, PeriodsPerYear, percent, ratio};
use crate::{Currency, Day, Money, Percent, Price, Ratio, Symbol};

/// The initial investment, in units of [`Money`]; large, so that rounding is negligible.
const START_UNITS: i64 = 1_000_000_000_000;

/// An instrument at the closes of a [`History`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PastInstrument {
    /// Its symbol.
    pub symbol: Symbol,
    /// Its category.
    pub category: String,
    /// The currency it trades in.
    pub currency: Currency,
    /// Its price on each day, split-adjusted to the last day.
    pub closes: Vec<Option<Price>>,
}

/// The closes of a market.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct History {
    /// The days, in ascending order.
    pub days: Vec<Day>,
    /// The instruments.
    pub instruments: Vec<PastInstrument>,
}

/// The performance of a strategy, as measured by the server.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Measured {
    /// Return since publication.
    pub total: Percent,
    /// Return in the calendar year of the last close, or since publication if that was later.
    pub year: Percent,
    /// Standard deviation of daily returns, annualized; none under 60 days.
    pub volatility: Option<Percent>,
    /// Sharpe ratio over a risk-free rate of zero, annualized; none under 60 days.
    pub sharpe: Option<Ratio>,
    /// The worst fall from a high; zero or below.
    pub worst_fall: Percent,
    /// Calendar days from the first close to the last.
    pub days: u32,
    /// The day of the last close.
    pub until: Day,
}

impl Measured {
    /// The figures of a strategy, given its versions in order of their publication days. None with fewer than
    /// two closes.
    #[must_use]
    pub fn of(versions: &[(Day, TargetPlan)], history: &History) -> Option<Self> {
        let points = track(versions, history);
        let last = points.last()?;
        let year = PeriodsPerYear::CALENDAR_DAYS;
        let whole = Performance::of(&points, year)?;
        let (this_year, ..) = last.day.calendar();
        let before = |point: &EquityPoint| point.day.calendar().0 < this_year;
        let base = points.iter().rposition(before).unwrap_or(0);
        let of_year = Performance::of(points.get(base..)?, year);
        let annual = whole.annual;
        Some(Self {
            total: percent(whole.time_weighted)?,
            year: of_year.map_or(Some(Percent::default()), |year| percent(year.time_weighted))?,
            volatility: annual.and_then(|annual| percent(annual.volatility?)),
            sharpe: annual.and_then(|annual| ratio(annual.sharpe?)),
            worst_fall: match whole.worst_fall {
                Some(fall) => percent(fall.change)?,
                None => Percent::default(),
            },
            days: whole.days,
            until: last.day,
        })
    }
}

/// The value of a strategy's money at each close since its publication.
fn track(versions: &[(Day, TargetPlan)], history: &History) -> Vec<EquityPoint> {
    let mut points = Vec::new();
    let mut book: Option<Book> = None;
    for (place, day) in history.days.iter().enumerate() {
        let published = versions.partition_point(|(since, _)| since <= day);
        let Some(latest) = published.checked_sub(1) else {
            continue;
        };
        let Some((_, plan)) = versions.get(latest) else {
            continue;
        };
        let book = match &mut book {
            Some(book) => {
                book.move_to(place, history);
                if book.version != latest {
                    book.adopt(latest, plan, history);
                    book.divide(place, history);
                } else if book.is_beyond() {
                    book.divide(place, history);
                }
                book
            }
            None => {
                let new = book.insert(Book::default());
                new.cash = START_UNITS;
                new.adopt(latest, plan, history);
                new.divide(place, history);
                new
            }
        };
        points.push(EquityPoint {
            day: *day,
            value: Money::from_units(book.total()),
            flow: Money::ZERO,
            index: 0,
            held: 0,
        });
    }
    points
}

/// A target and the instruments that it covers.
#[derive(Debug)]
struct Part {
    share: Percent,
    band: Percent,
    instruments: Vec<usize>,
    value: i64,
}

/// The value of an instrument's stake in a part.
#[derive(Debug)]
struct Stake {
    part: usize,
    instrument: usize,
    value: i64,
}

/// The money of a strategy.
#[derive(Debug, Default)]
struct Book {
    version: usize,
    cash: i64,
    /// The share that the targets leave in cash, and how far it may drift.
    cash_share: Percent,
    cash_band: Percent,
    parts: Vec<Part>,
    stakes: Vec<Stake>,
}

impl Book {
    fn total(&self) -> i64 {
        let values = self.stakes.iter().map(|stake| stake.value);
        values.fold(self.cash, i64::saturating_add)
    }

    /// Adopts the targets of a version. The money stays where it is until it is divided.
    fn adopt(&mut self, version: usize, plan: &TargetPlan, history: &History) {
        self.version = version;
        self.cash = self.total();
        self.stakes.clear();
        self.cash_share = plan.cash();
        self.cash_band = plan.absolute;
        let part = |share| Part {
            share,
            band: plan.band(share),
            instruments: Vec::new(),
            value: 0,
        };
        self.parts = plan
            .targets
            .iter()
            .map(|target| part(target.share))
            .collect();
        for (place, one) in history.instruments.iter().enumerate() {
            let covering = plan.find(one.symbol, &one.category, one.currency);
            if let Some(part) = covering.and_then(|place| self.parts.get_mut(place)) {
                part.instruments.push(place);
            }
        }
    }

    /// Divides the money by the targets. The money for instruments without a price stays in cash.
    fn divide(&mut self, place: usize, history: &History) {
        let total = self.total();
        self.stakes.clear();
        self.cash = total;
        for (part_place, part) in self.parts.iter_mut().enumerate() {
            let priced: Vec<usize> = part
                .instruments
                .iter()
                .copied()
                .filter(|instrument| price(history, *instrument, place).is_some())
                .collect();
            let amount = scaled(total, part.share.basis_points(), WHOLE_BPS);
            let count = i64::try_from(priced.len()).unwrap_or(i64::MAX);
            let each = amount.checked_div(count).unwrap_or_default();
            part.value = 0;
            for instrument in priced {
                part.value = part.value.saturating_add(each);
                self.cash = self.cash.saturating_sub(each);
                self.stakes.push(Stake {
                    part: part_place,
                    instrument,
                    value: each,
                });
            }
        }
    }

    /// Moves every stake with its price since the day before. One without a price stays as it is.
    fn move_to(&mut self, place: usize, history: &History) {
        for part in &mut self.parts {
            part.value = 0;
        }
        for stake in &mut self.stakes {
            let before = place.checked_sub(1);
            let before = before.and_then(|before| price(history, stake.instrument, before));
            if let (Some(before), Some(now)) = (before, price(history, stake.instrument, place)) {
                stake.value = scaled(stake.value, now, before);
            }
            if let Some(part) = self.parts.get_mut(stake.part) {
                part.value = part.value.saturating_add(stake.value);
            }
        }
    }

    /// Whether a part that can be bought has drifted further than its target allows.
    fn is_beyond(&self) -> bool {
        let total = self.total();
        let drifted = |value: i64, target: Percent, band: Percent| {
            let share = scaled(value, WHOLE_BPS, total);
            let drift = share.saturating_sub(target.basis_points());
            drift.saturating_abs() > band.basis_points()
        };
        let mut parts = self.parts.iter().filter(|part| part.value > 0);
        parts.any(|part| drifted(part.value, part.share, part.band))
            || (self.parts.iter().all(|part| part.value > 0)
                && drifted(self.cash, self.cash_share, self.cash_band))
    }
}

/// An instrument's price at a close, in units; none unless it is above zero.
fn price(history: &History, instrument: usize, place: usize) -> Option<i64> {
    let close = history.instruments.get(instrument)?.closes.get(place)?;
    close.map(Price::units).filter(|units| *units > 0)
}

/// `value × part / whole`, rounded towards zero.
fn scaled(value: i64, part: i64, whole: i64) -> i64 {
    let scaled = i128::from(value)
        .saturating_mul(i128::from(part))
        .checked_div(i128::from(whole))
        .unwrap_or_default();
    i64::try_from(scaled).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::advice::{Aim, Target};

    fn day(number: i32) -> Day {
        // 2026-01-01 is day 20,454.
        Day::from_number(20_454_i32.saturating_add(number))
    }

    fn plan(shares: &[(&str, i64)]) -> TargetPlan {
        let target = |(name, percent): &(&str, i64)| {
            let aim = match name.parse() {
                Ok(symbol) => Aim::Instrument(symbol),
                Err(_) => Aim::Category((*name).to_owned()),
            };
            let share = Percent::from_basis_points(percent.saturating_mul(100));
            Target { aim, share }
        };
        TargetPlan::new(shares.iter().map(target).collect())
    }

    fn history(first: i32, prices: &[(&str, &str, &[i32])]) -> History {
        let count = prices.first().map_or(0, |(.., closes)| closes.len());
        let instrument = |(symbol, category, closes): &(&str, &str, &[i32])| PastInstrument {
            symbol: symbol.parse().unwrap(),
            category: (*category).to_owned(),
            currency: Currency::DOLLAR,
            closes: closes
                .iter()
                .map(|price| (*price > 0).then(|| Price::from_whole(*price)))
                .collect(),
        };
        History {
            days: (first..).take(count).map(day).collect(),
            instruments: prices.iter().map(instrument).collect(),
        }
    }

    fn total(versions: &[(Day, TargetPlan)], history: &History) -> String {
        Measured::of(versions, history).unwrap().total.to_string()
    }

    #[test]
    fn money_moves_with_prices_from_the_close_of_the_first_day_on() {
        let prices = history(0, &[("AAA", "Toys", &[50, 100, 110, 121])]);
        // Half stays in cash: 21 % of a half, within the band of a quarter of 50 %.
        let half = [(day(1), plan(&[("AAA", 50)]))];
        assert_eq!(total(&half, &prices), "10.50");
        let everything = [(day(1), plan(&[("AAA", 100)]))];
        assert_eq!(total(&everything, &prices), "21.00");
        let today = [(day(3), plan(&[("AAA", 100)]))];
        assert_eq!(
            Measured::of(&today, &prices),
            None,
            "one close is no return"
        );
    }

    #[test]
    fn a_part_that_drifts_beyond_its_band_is_divided_anew() {
        let prices = history(0, &[("AAA", "Toys", &[100, 200, 100])]);
        // 100 becomes 50 + 100 = 150, divided into 75 and 75, of which 75 halves.
        let half = [(day(0), plan(&[("AAA", 50)]))];
        assert_eq!(total(&half, &prices), "12.50");
        let mut patient = plan(&[("AAA", 50)]);
        patient.absolute = Percent::from_basis_points(5_000);
        patient.relative = Percent::from_basis_points(10_000);
        assert_eq!(total(&[(day(0), patient)], &prices), "0.00");
    }

    #[test]
    fn a_category_is_spread_over_the_instruments_that_have_a_price() {
        let prices = history(
            0,
            &[
                ("AAA", "Toys & Games", &[100, 120]),
                ("BBB", "Toys & Games", &[100, 100]),
                ("CCC", "Toys & Games", &[0, 7]),
                ("DDD", "Food", &[100, 900]),
            ],
        );
        let toys = [(day(0), plan(&[("Toys & Games", 100)]))];
        assert_eq!(total(&toys, &prices), "10.00");
    }

    #[test]
    fn a_new_version_counts_from_the_close_of_its_day_on() {
        let prices = history(
            0,
            &[
                ("AAA", "Toys", &[100, 110, 55]),
                ("BBB", "Food", &[100, 50, 100]),
            ],
        );
        let versions = [
            (day(0), plan(&[("AAA", 100)])),
            (day(1), plan(&[("BBB", 100)])),
        ];
        // 10 % up with the first one, then doubled with the second one.
        assert_eq!(total(&versions, &prices), "120.00");
        let found = Measured::of(&versions, &prices).unwrap();
        assert_eq!((found.volatility, found.sharpe), (None, None));
        assert_eq!(found.worst_fall, Percent::default());
    }

    #[test]
    fn this_year_begins_with_the_last_close_of_the_year_before() {
        let prices = history(-3, &[("AAA", "Toys", &[50, 80, 100, 110, 99])]);
        let found = Measured::of(&[(day(-3), plan(&[("AAA", 100)]))], &prices).unwrap();
        assert_eq!(found.total.to_string(), "98.00");
        assert_eq!(found.year.to_string(), "-1.00");
        assert_eq!(found.worst_fall.to_string(), "-10.00");
        assert_eq!((found.days, found.until), (4, day(1)));
    }

    #[test]
    fn sixty_days_have_a_volatility() {
        let closes: Vec<i32> = (0..=60).map(|n| 1_000 + (n * 7) % 13).collect();
        let prices = history(0, &[("AAA", "Toys", &closes)]);
        let found = Measured::of(&[(day(0), plan(&[("AAA", 100)]))], &prices).unwrap();
        assert!(found.volatility.is_some() && found.sharpe.is_some());
    }
}
