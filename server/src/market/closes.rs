//! What every instrument cost at the close of a day, and the index.

use std::collections::HashMap;

use domain::{Day, InstrumentId, Price};

use super::replay::Imported;
use crate::store::{CandleRecord, StoreResult};

/// The index of a replay at its start: 1,000.
const BASE_UNITS: i128 = 10_000_000;
/// Days after the first one within which an instrument must have started to be in the index.
const BASE_DAYS: i32 = 30;
/// Days without a candle after which the search for a close goes no further back.
const GAP_DAYS: i32 = 14;

/// A market at the close of a day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DayCloses {
    /// The day.
    pub day: Day,
    /// The index. `None` if unknown.
    pub index: Option<Price>,
    pub(super) prices: HashMap<InstrumentId, Price>,
}

impl DayCloses {
    /// What an instrument cost.
    #[must_use]
    pub fn price(&self, instrument: InstrumentId) -> Option<Price> {
        self.prices.get(&instrument).copied()
    }
}

/// The index of a replay; without a first close, none is known. Equal amounts in every instrument that has a candle in the first 30 days
/// of history, bought at its first close and never touched.
#[derive(Debug, Default)]
pub(super) struct StoredIndex {
    first: HashMap<InstrumentId, Price>,
}

impl StoredIndex {
    pub(super) async fn load(imported: &Imported) -> StoreResult<Self> {
        let Some((first_day, _)) = imported.range().await? else {
            return Ok(Self::default());
        };
        let until = first_day.plus_days(BASE_DAYS);
        let candles = imported.all_candles(first_day, until);
        let mut first = HashMap::new();
        for candle in candles.await? {
            // Ordered by instrument and day, so the first one stays.
            first.entry(candle.instrument).or_insert(candle.close);
        }
        first.retain(|_, price: &mut Price| price.is_positive());
        Ok(Self { first })
    }

    /// The index at these prices. An instrument without a price yet counts at its first price.
    pub(super) fn at(&self, price: impl Fn(InstrumentId) -> Option<Price>) -> Option<Price> {
        let ratios = self.first.iter().map(|(instrument, first)| {
            let now = price(*instrument).unwrap_or(*first);
            BASE_UNITS * i128::from(now.units()) / i128::from(first.units())
        });
        let sum: i128 = ratios.sum();
        let mean = sum.checked_div(i128::try_from(self.first.len()).ok()?)?;
        i64::try_from(mean).ok().map(Price::from_units)
    }

    /// The closes of a replay from day to day; a day without a candle has the previous close.
    pub(super) async fn closes(
        &self,
        imported: &Imported,
        from: Day,
        to: Day,
    ) -> StoreResult<Vec<DayCloses>> {
        let Some((_, last_day)) = imported.range().await? else {
            return Ok(Vec::new());
        };
        let begin = from.min(last_day).plus_days(-GAP_DAYS);
        let mut candles = imported.all_candles(begin, to).await?;
        candles.sort_by_key(|candle| candle.day);
        Ok(self.carried(&candles, from, to))
    }

    fn carried(&self, candles: &[CandleRecord], from: Day, to: Day) -> Vec<DayCloses> {
        let mut candles = candles.iter().peekable();
        let mut prices = HashMap::new();
        let mut closes = Vec::new();
        for number in from.number()..=to.number() {
            let day = Day::from_number(number);
            while let Some(candle) = candles.next_if(|candle| candle.day <= day) {
                prices.insert(candle.instrument, candle.close);
            }
            closes.push(DayCloses {
                day,
                index: self.at(|instrument| prices.get(&instrument).copied()),
                prices: prices.clone(),
            });
        }
        closes
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn candle(instrument: i64, day: i32, close: i32) -> CandleRecord {
        let price = Price::from_whole(close);
        CandleRecord {
            instrument: InstrumentId(instrument),
            day: Day::from_number(day),
            open: price,
            high: price,
            low: price,
            close: price,
            volume: 0,
        }
    }

    #[test]
    fn a_day_without_a_candle_has_the_close_before_it() {
        let first = [(1, 10), (2, 50)];
        let first = first.map(|(id, price)| (InstrumentId(id), Price::from_whole(price)));
        let index = StoredIndex {
            first: first.into_iter().collect(),
        };
        let candles = [candle(1, 4, 10), candle(1, 6, 15), candle(2, 7, 100)];
        let closes = index.carried(&candles, Day::from_number(5), Day::from_number(8));
        let shown: Vec<_> = closes
            .iter()
            .map(|day| (day.price(InstrumentId(1)), day.index))
            .collect();
        let whole = |price| Some(Price::from_whole(price));
        let expected = [
            (whole(10), whole(1_000)),
            (whole(15), whole(1_250)),
            (whole(15), whole(1_750)),
            (whole(15), whole(1_750)),
        ];
        assert_eq!(shown, expected);
    }
}
