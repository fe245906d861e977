//! What instruments of a market came to in the course of time, computed apart from the running market.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use domain::scenario::{Course, CoursePoint};
use domain::{CorporateAction, InstrumentId, MarketId, Price, Symbol, Timestamp};

use super::{MarketError, Markets};
use crate::market::{Listing, Snapshot};
use crate::store::{InstrumentAction, InstrumentRecord, MarketSpec};

/// What a share counts for at the start.
const SHARE: i128 = 1_000_000_000;

impl Markets {
    /// What the instruments of a replay came to at some of the market's own times, in order, each with the days
    /// that have passed by then. Times are at most a month apart, so that the prices at which dividends are
    /// reinvested are still known. Nothing of a course is kept.
    ///
    /// # Errors
    /// A [`MarketError`] when it cannot be computed.
    pub async fn course(
        &self,
        id: MarketId,
        spec: &MarketSpec,
        times: &[(u32, Timestamp)],
    ) -> Result<Course, MarketError> {
        let mut source = self.source(id, spec, Arc::default()).await?;
        let mut course = Vec::with_capacity(times.len());
        let mut holdings = Holdings::default();
        let mut before = None;
        for (day, at) in times {
            source.prepare(&*self.store, *at).await?;
            let snapshot = source.snapshot(*at);
            let today = at.day();
            if let Some(before) = before.replace(today) {
                for (action, price) in source.actions(before.plus_days(1), today) {
                    holdings.take(&action, price);
                }
            }
            course.push(CoursePoint {
                day: *day,
                values: holdings.values(&snapshot),
            });
        }
        Ok(Course(course))
    }
}

/// What became of a share of each instrument by splits and reinvested dividends.
#[derive(Debug, Default)]
struct Holdings(HashMap<InstrumentId, i128>);

impl Holdings {
    /// Applies an action on whose day a share cost so much.
    fn take(&mut self, action: &InstrumentAction, price: Price) {
        let held = self.0.entry(action.instrument).or_insert(SHARE);
        let grown = match action.dated.action {
            CorporateAction::Split(ratio) => held
                .checked_mul(i128::from(ratio.new))
                .and_then(|held| held.checked_div(i128::from(ratio.old))),
            CorporateAction::Dividend { per_share } => {
                let price = i128::from(price.units());
                let with = price.saturating_add(i128::from(per_share.units()));
                held.checked_mul(with)
                    .and_then(|held| held.checked_div(price))
            }
            CorporateAction::Delisting { .. } => None,
        };
        if let Some(grown) = grown {
            *held = grown;
        }
    }

    fn values(&self, snapshot: &Snapshot) -> BTreeMap<Symbol, i128> {
        let instruments = snapshot.catalogue.instruments.iter();
        let value = |(record, listing): (&InstrumentRecord, &Listing)| {
            let price = listing.quote.as_ref()?.price;
            let held = self.0.get(&record.id).copied().unwrap_or(SHARE);
            let value = held.checked_mul(i128::from(price.units()))?;
            (value > 0).then_some((record.symbol, value))
        };
        let listed = instruments.zip(&snapshot.listings);
        listed.filter_map(value).collect()
    }
}

#[cfg(test)]
mod tests {
    use domain::{DatedAction, Day, Quote, SplitRatio};

    use super::*;
    use crate::market::Catalogue;
    use crate::store::MarketSource;

    fn snapshot(price: i32) -> Snapshot {
        let symbol = "AAPL".parse().unwrap();
        let record = InstrumentRecord {
            id: InstrumentId(7),
            universe: MarketSource::Replay,
            symbol,
            name: String::new(),
            category: String::new(),
            currency: "USD".into(),
            description: String::new(),
            plain_words: String::new(),
            fun_fact: String::new(),
            tradable: true,
        };
        let quote = Quote {
            symbol,
            price: Price::from_whole(price),
            at: Timestamp::from_seconds(0),
            stale: false,
            previous_close: None,
            foreign: None,
            halted_until: None,
        };
        Snapshot {
            catalogue: Arc::new(Catalogue::new(vec![record])),
            listings: vec![Listing {
                quote: Some(quote),
                ..Listing::default()
            }],
            ..Snapshot::default()
        }
    }

    #[test]
    fn a_split_changes_nothing_and_a_dividend_buys_more() {
        let action = |action| InstrumentAction {
            instrument: InstrumentId(7),
            dated: DatedAction {
                day: Day::from_number(3),
                action,
            },
        };
        let mut holdings = Holdings::default();
        let value = |holdings: &Holdings, price| {
            let values = holdings.values(&snapshot(price));
            values.into_values().next().unwrap()
        };
        let before = value(&holdings, 100);
        let split = CorporateAction::Split(SplitRatio { new: 2, old: 1 });
        holdings.take(&action(split), Price::from_whole(50));
        assert_eq!(value(&holdings, 50), before);
        let per_share = Price::from_whole(5);
        let dividend = action(CorporateAction::Dividend { per_share });
        holdings.take(&dividend, Price::from_whole(50));
        assert_eq!(value(&holdings, 50), before / 10 * 11);
        // What cannot be is left out.
        let odd = CorporateAction::Split(SplitRatio { new: 2, old: 0 });
        holdings.take(&action(odd), Price::from_whole(50));
        holdings.take(&dividend, Price::ZERO);
        assert_eq!(value(&holdings, 50), before / 10 * 11);
    }
}
