//! Luck or skill: the same decisions replayed on other markets that differ only by chance.

use serde::{Deserialize, Serialize};

use crate::market::{Character, Simulation, day_of};
use crate::{Currency, Money, Percent, Quantity, Symbol};

/// What a player decided: the amount of a purchase, or the fraction of the holding that was sold.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Choice {
    /// Bought for this amount.
    Buy(Money),
    /// Sold some of the shares held.
    Sell {
        /// Shares sold.
        part: Quantity,
        /// Shares held before.
        whole: Quantity,
    },
}

/// A decision, and when it was made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Decision {
    /// The market second.
    pub step: i64,
    /// Which instrument.
    pub symbol: Symbol,
    /// The decision.
    pub choice: Choice,
}

/// How a set of decisions ended on one market.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ending {
    /// What the account was worth.
    pub worth: Money,
    /// What the same money would have been worth in that market's index.
    pub index: Money,
}

/// One bar of the histogram.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Bar {
    /// Its inclusive lower bound.
    pub from: Money,
    /// Its exclusive upper bound.
    pub to: Money,
    /// How many markets ended in it.
    pub markets: u32,
}

/// How the decisions ended on many markets.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct LuckReport {
    /// Number of markets.
    pub markets: u32,
    /// What the player really has.
    pub real: Money,
    /// The share of the markets on which the same decisions ended lower than that.
    pub lower: Percent,
    /// The share of the markets on which the decisions beat the index of that very market.
    pub beat_index: Percent,
    /// The 5th percentile.
    pub low: Money,
    /// The median.
    pub middle: Money,
    /// The 95th percentile.
    pub high: Money,
    /// The bars, lowest first.
    pub bars: Vec<Bar>,
}

/// Number of bars in a histogram.
const BARS: usize = 20;

/// Replays decisions on the market of a seed in a currency. Every instrument costs its start price when the first decision
/// is made. There are no fees, and dividends are reinvested.
#[must_use]
pub fn play(
    (seed, currency): (u64, Currency),
    characters: &[Character],
    money: Money,
    decisions: &[Decision],
    end: i64,
) -> Ending {
    let start = decisions.first().map_or(end, |first| first.step);
    let market = Simulation::in_currency(seed, characters, day_of(start), currency);
    let mut cash = money;
    let mut shares = vec![Quantity::ZERO; characters.len()];
    for decision in decisions {
        let found = market.find_instrument(decision.symbol.as_str());
        let price = found.and_then(|place| market.price(place, decision.step));
        let (Some(place), Some(price)) = (found, price) else {
            continue;
        };
        let Some(held) = shares.get_mut(place) else {
            continue;
        };
        match decision.choice {
            Choice::Buy(amount) => {
                let amount = amount.min(cash);
                let bought = amount.quantity_at(price).unwrap_or_default();
                let cost = price.cost_of(bought).unwrap_or_default();
                cash = cash.checked_sub(cost).unwrap_or(cash);
                *held = held.checked_add(bought).unwrap_or(*held);
            }
            Choice::Sell { part, whole } => {
                let sold = part_of(*held, part, whole);
                let brings = price.value_of(sold).unwrap_or_default();
                cash = cash.checked_add(brings).unwrap_or(cash);
                *held = held.checked_sub(sold).unwrap_or_default();
            }
        }
    }
    let prices = market.quotes(end);
    let values = shares.iter().zip(&prices);
    let values = values.filter_map(|(held, price)| price.value_of(*held));
    let worth = values.fold(cash.units(), |sum, value| sum.saturating_add(value.units()));
    let (before, after) = (market.index(start).units(), market.index(end).units());
    let index = i128::from(money.units()).saturating_mul(i128::from(after));
    let index = index.checked_div(i128::from(before)).unwrap_or_default();
    Ending {
        worth: Money::from_units(worth),
        index: Money::from_units(i64::try_from(index).unwrap_or(i64::MAX)),
    }
}

/// `held` × `part` / `whole`, rounded down, and never more than `held`.
fn part_of(held: Quantity, part: Quantity, whole: Quantity) -> Quantity {
    let product = i128::from(held.units()).saturating_mul(i128::from(part.units()));
    let sold = product.checked_div(i128::from(whole.units()));
    let sold = sold.and_then(|units| i64::try_from(units).ok());
    Quantity::from_units(sold.unwrap_or_default()).min(held)
}

impl LuckReport {
    /// Summarizes endings; none without any.
    #[must_use]
    pub fn of(real: Money, endings: &[Ending]) -> Option<Self> {
        let mut worths: Vec<Money> = endings.iter().map(|ending| ending.worth).collect();
        worths.sort_unstable();
        let at = |twentieth: usize| {
            let place = worths.len().saturating_sub(1).saturating_mul(twentieth) / 20;
            worths.get(place).copied()
        };
        let lower = worths.iter().filter(|worth| **worth < real).count();
        let beats = |ending: &&Ending| ending.worth > ending.index;
        let beat = endings.iter().filter(beats).count();
        Some(Self {
            markets: u32::try_from(endings.len()).ok()?,
            real,
            lower: share(lower, endings.len())?,
            beat_index: share(beat, endings.len())?,
            low: at(1)?,
            middle: at(10)?,
            high: at(19)?,
            bars: bars(&worths)?,
        })
    }
}

fn share(part: usize, whole: usize) -> Option<Percent> {
    let amount = |count: usize| Some(Money::from_units(i64::try_from(count).ok()?));
    amount(part)?.percent_of(amount(whole)?)
}

/// Bars of equal width from the first sorted amount to the last.
fn bars(sorted: &[Money]) -> Option<Vec<Bar>> {
    let (low, high) = (sorted.first()?.units(), sorted.last()?.units());
    let count = i64::try_from(BARS).ok()?;
    let width = high
        .saturating_sub(low)
        .checked_div(count)?
        .saturating_add(1);
    let from = |place: i64| low.saturating_add(width.saturating_mul(place));
    let bars = (0..count).map(|place| {
        let (from, to) = (from(place), from(place.saturating_add(1)));
        let inside = sorted
            .iter()
            .filter(|worth| (from..to).contains(&worth.units()));
        Bar {
            from: Money::from_units(from),
            to: Money::from_units(to),
            markets: u32::try_from(inside.count()).unwrap_or(u32::MAX),
        }
    });
    Some(bars.collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Day;
    use crate::market::{catalogue, first_step};

    fn day(number: i32) -> i64 {
        first_step(Day::from_number(number.saturating_add(20_000)))
    }

    fn decisions() -> Vec<Decision> {
        let symbol: Symbol = catalogue()[0].symbol.parse().unwrap();
        let decide = |step, choice| Decision {
            step,
            symbol,
            choice,
        };
        let part = Quantity::from_whole(5);
        let whole = Quantity::from_whole(10);
        vec![
            decide(day(0), Choice::Buy(Money::from_whole(400))),
            decide(day(10), Choice::Sell { part, whole }),
            decide(day(20), Choice::Buy(Money::from_whole(5_000))),
        ]
    }

    #[test]
    fn a_seed_always_ends_the_same_and_others_differ() {
        let money = Money::from_whole(1_000);
        let on = |seed| (seed, Currency::DOLLAR);
        let play = |seed| play(on(seed), catalogue(), money, &decisions(), day(60));
        assert_eq!(play(1), play(1));
        assert_ne!(play(1).worth, play(2).worth);
        assert_ne!(play(1).index, play(2).index);
    }

    #[test]
    fn without_decisions_the_money_stays_what_it_is() {
        let money = Money::from_whole(1_000);
        let euro = Currency::of_code("EUR");
        let ending = play((1, euro), catalogue(), money, &[], day(60));
        assert_eq!((ending.worth, ending.index), (money, money));
    }

    #[test]
    fn a_report_counts_every_market_once() {
        let endings: Vec<Ending> = (1..=100)
            .map(|worth| Ending {
                worth: Money::from_whole(worth),
                index: Money::from_whole(40),
            })
            .collect();
        let report = LuckReport::of(Money::from_whole(71), &endings).unwrap();
        let total: u32 = report.bars.iter().map(|bar| bar.markets).sum();
        assert_eq!((total, report.markets), (100, 100));
        assert_eq!(report.lower.to_string(), "70.00");
        assert_eq!(report.beat_index.to_string(), "60.00");
        assert_eq!(report.middle, Money::from_whole(50));
        assert_eq!(LuckReport::of(Money::ZERO, &[]), None);
    }
}
