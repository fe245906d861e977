//! Names and dates of a replay in disguise: every company of the history appears under a number, on
//! other days and at other prices, so that nobody recognizes the past before the game is over.
//!
//! Days move by whole weeks, so that weekends stay weekends. The prices of a company are multiplied
//! by one factor, which leaves every return as it was. Who is behind which number is drawn once for
//! each market, among companies of the same category, and stored.

use std::collections::{BTreeMap, HashMap};

use domain::market::disguised;
use domain::{CorporateAction, DatedAction, Day, InstrumentId, MarketId, Price, Symbol};
use rand::RngExt as _;
use rand::seq::SliceRandom as _;
use serde::{Deserialize, Serialize};

use crate::market::kept::Kept;
use crate::market::universe::assign_ids;
use crate::store::{CandleRecord, InstrumentRecord, MarketSource, MarketSpec, Store, StoreResult};

const KEPT: Kept = Kept {
    name: "disguise",
    words: "disguise",
};
/// The factors of prices, in percent.
const PERCENT: std::ops::RangeInclusive<u32> = 40..=250;
const WHOLE: i128 = 100;

/// Days from the history to the market.
fn days(first: Day) -> i32 {
    disguised(first).number().saturating_sub(first.number())
}

/// A company behind its number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
struct Mask {
    /// As it appears.
    shown: i64,
    /// As it was imported.
    real: i64,
    /// What its prices are multiplied by, in percent.
    percent: u32,
}

/// The disguise of a market.
#[derive(Debug)]
pub(in crate::market) struct Disguise {
    days: i32,
    by_shown: HashMap<InstrumentId, Mask>,
    by_real: HashMap<InstrumentId, Mask>,
}

impl Disguise {
    /// The disguise of a market, drawn when the market first starts.
    pub(in crate::market) async fn open(
        store: &dyn Store,
        market: MarketId,
        spec: &MarketSpec,
    ) -> StoreResult<Self> {
        let mut masks = KEPT.list(store, market).await?;
        if masks.is_empty() {
            let drawn = draw(store, &spec.instruments).await?;
            masks = KEPT.store_once(store, market, &drawn).await?;
        }
        let by = |id: fn(&Mask) -> i64| {
            let masks = masks.iter();
            masks.map(|mask| (InstrumentId(id(mask)), *mask)).collect()
        };
        Ok(Self {
            days: spec.from.map_or(0, days),
            by_shown: by(|mask| mask.shown),
            by_real: by(|mask| mask.real),
        })
    }

    /// The instruments of the market with those of the history behind them, in any order.
    pub(super) fn pairs(&self) -> impl Iterator<Item = (InstrumentId, InstrumentId)> {
        let masks = self.by_shown.values();
        masks.map(|mask| (InstrumentId(mask.shown), InstrumentId(mask.real)))
    }

    /// Whether an instrument appears in the market.
    pub(super) fn shows(&self, shown: InstrumentId) -> bool {
        self.by_shown.contains_key(&shown)
    }

    /// The imported instrument behind one of the market.
    pub(super) fn real(&self, shown: InstrumentId) -> Option<InstrumentId> {
        let mask = self.by_shown.get(&shown)?;
        Some(InstrumentId(mask.real))
    }

    /// The day of the history behind a day of the market.
    pub(super) fn real_day(&self, shown: Day) -> Day {
        shown.plus_days(self.days.saturating_neg())
    }

    /// The day of the market that shows a day of the history.
    pub(super) fn shown_day(&self, real: Day) -> Day {
        real.plus_days(self.days)
    }

    /// A candle of the history as the market shows it. `None` for a company that it does not.
    pub(super) fn candle(&self, real: &CandleRecord) -> Option<CandleRecord> {
        let mask = self.by_real.get(&real.instrument)?;
        let price = |price| multiplied(price, mask.percent);
        Some(CandleRecord {
            instrument: InstrumentId(mask.shown),
            day: self.shown_day(real.day),
            open: price(real.open),
            high: price(real.high),
            low: price(real.low),
            close: price(real.close),
            // The same money changes hands.
            volume: divided(real.volume, mask.percent),
        })
    }

    /// An action of an imported instrument as the market shows it, and of which of its instruments.
    pub(super) fn action(
        &self,
        real: InstrumentId,
        dated: DatedAction,
    ) -> Option<(InstrumentId, DatedAction)> {
        let mask = self.by_real.get(&real)?;
        let action = match dated.action {
            CorporateAction::Split(ratio) => CorporateAction::Split(ratio),
            CorporateAction::Dividend { per_share } => CorporateAction::Dividend {
                per_share: multiplied(per_share, mask.percent),
            },
            CorporateAction::Delisting { price } => CorporateAction::Delisting {
                price: multiplied(price, mask.percent),
            },
        };
        let day = self.shown_day(dated.day);
        Some((InstrumentId(mask.shown), DatedAction { day, action }))
    }
}

/// Rounded half up to ten-thousandths. A price above zero stays above zero.
fn multiplied(price: Price, percent: u32) -> Price {
    let scaled = (i128::from(price.units()) * i128::from(percent) + WHOLE / 2) / WHOLE;
    let scaled = i64::try_from(scaled).unwrap_or(i64::MAX);
    Price::from_units(scaled.max(price.units().min(1)))
}

fn divided(volume: i64, percent: u32) -> i64 {
    let scaled = i128::from(volume) * WHOLE / i128::from(percent.max(1));
    i64::try_from(scaled).unwrap_or(i64::MAX)
}

/// Draws who appears as whom: of these instruments, or of all where none are named.
async fn draw(store: &dyn Store, only: &[Symbol]) -> StoreResult<Vec<Mask>> {
    let mut imported = store.list_instruments(MarketSource::Replay).await?;
    imported.retain(|one| only.is_empty() || only.contains(&one.symbol));
    let mut real: BTreeMap<(&str, &str), Vec<InstrumentId>> = BTreeMap::new();
    for one in &imported {
        let alike = real.entry((&one.category, &one.currency)).or_default();
        alike.push(one.id);
    }
    let mut shown = numbered(store, &real).await?;
    let mut random = rand::rng();
    let mut masks = Vec::with_capacity(imported.len());
    for ((category, currency), mut hidden) in real {
        hidden.shuffle(&mut random);
        for real in hidden {
            let place = shown
                .iter()
                .position(|one| one.category == category && one.currency == currency);
            let Some(place) = place else { continue };
            masks.push(Mask {
                shown: shown.swap_remove(place).id.0,
                real: real.0,
                percent: random.random_range(PERCENT),
            });
        }
    }
    Ok(masks)
}

/// Enough numbered companies of each category. All markets in disguise share them.
async fn numbered(
    store: &dyn Store,
    wanted: &BTreeMap<(&str, &str), Vec<InstrumentId>>,
) -> StoreResult<Vec<InstrumentRecord>> {
    let known = store.list_instruments(MarketSource::Hidden).await?;
    let mut number = known.len();
    let mut new = Vec::new();
    for ((category, currency), real) in wanted {
        let there = known
            .iter()
            .filter(|one| one.category == *category && one.currency == *currency);
        for _ in there.count()..real.len() {
            number += 1;
            // Always a symbol: two letters and a number.
            let Ok(symbol) = format!("CO{number}").parse() else {
                continue;
            };
            new.push(InstrumentRecord {
                id: InstrumentId(0),
                universe: MarketSource::Hidden,
                symbol,
                name: format!("Company {number}"),
                category: (*category).to_owned(),
                currency: (*currency).to_owned(),
                description: "A real company under another name, with its real ups and downs on other dates. Who it was is told when the game is over.".into(),
                plain_words: "Somebody once had to decide about this share without knowing what came next. Now you do.".into(),
                fun_fact: String::new(),
                tradable: true,
            });
        }
    }
    if new.is_empty() {
        return Ok(known);
    }
    assign_ids(store, &mut new).await?;
    store.import_market(&new, &[]).await?;
    store.list_instruments(MarketSource::Hidden).await
}

#[cfg(test)]
mod tests {
    use domain::SplitRatio;

    use super::*;

    fn disguise(first: &str) -> Disguise {
        let mask = Mask {
            shown: 70,
            real: 7,
            percent: 250,
        };
        Disguise {
            days: days(first.parse().unwrap()),
            by_shown: [(InstrumentId(70), mask)].into(),
            by_real: [(InstrumentId(7), mask)].into(),
        }
    }

    #[test]
    fn time_begins_in_the_first_week_of_2035_on_the_same_day_of_the_week() {
        let shown = |real: &str| disguised(real.parse().unwrap()).to_string();
        // 2000-01-03 was a Monday, 2008-09-12 a Friday, 2036-05-04 is a Sunday.
        assert_eq!(shown("2000-01-03"), "2035-01-01");
        assert_eq!(shown("2008-09-12"), "2035-01-05");
        assert_eq!(shown("2036-05-04"), "2035-01-07");
        let disguise = disguise("2008-09-12");
        let day = disguise.real_day("2035-01-08".parse().unwrap());
        assert_eq!(day.to_string(), "2008-09-15");
        assert_eq!(disguise.shown_day(day).to_string(), "2035-01-08");
    }

    #[test]
    fn prices_dividends_and_volume_are_those_of_a_share_of_another_size() {
        let price = |text: &str| text.parse::<Price>().unwrap();
        let real = CandleRecord {
            instrument: InstrumentId(7),
            day: "2008-09-12".parse().unwrap(),
            open: price("10"),
            high: price("11"),
            low: price("0.0001"),
            close: price("10.01"),
            volume: 1_000,
        };
        let disguise = disguise("2008-09-12");
        let shown = disguise.candle(&real).unwrap();
        assert_eq!(shown.instrument, InstrumentId(70));
        assert_eq!(shown.day.to_string(), "2035-01-05");
        assert_eq!(
            [shown.open, shown.high, shown.low, shown.close].map(|price| price.to_string()),
            ["25.00", "27.50", "0.0003", "25.025"]
        );
        assert_eq!(shown.volume, 400);
        let other = InstrumentId(8);
        assert!(
            disguise
                .candle(&CandleRecord {
                    instrument: other,
                    ..real
                })
                .is_none()
        );
        let dated = |action| DatedAction {
            day: real.day,
            action,
        };
        let per_share = price("0.5");
        let (id, paid) = disguise
            .action(
                InstrumentId(7),
                dated(CorporateAction::Dividend { per_share }),
            )
            .unwrap();
        let per_share = price("1.25");
        assert_eq!(
            (id, paid.action),
            (InstrumentId(70), CorporateAction::Dividend { per_share })
        );
        let split = CorporateAction::Split(SplitRatio { new: 2, old: 1 });
        let (_, same) = disguise.action(InstrumentId(7), dated(split)).unwrap();
        assert_eq!(same.action, split);
    }

    #[test]
    fn a_price_above_zero_stays_above_zero() {
        assert_eq!(multiplied(Price::from_units(1), 40), Price::from_units(1));
        assert_eq!(multiplied(Price::ZERO, 40), Price::ZERO);
    }
}
