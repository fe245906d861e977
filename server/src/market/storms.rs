//! Storms: headlines by a host that move the prices of a simulated market from an instant on.
//!
//! They are stored alongside the seed. Prices follow from both, including at every past instant.

use std::sync::Arc;

use arc_swap::ArcSwap;
use domain::api::MarketNews;
use domain::market::{DayCandle, last_step};
use domain::{MarketId, Price, Timestamp};
use serde::{Deserialize, Serialize};

use super::debuts::Debuts;
use super::departures::Departures;
use super::kept::Kept;
use super::{NewsItem, NewsSubject};
use crate::store::{Store, StoreResult};

/// Maximum storms of one market.
pub const STORMS_MAX: usize = 100;

/// One headline and its effect.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Storm {
    /// The market second from which prices are moved.
    pub step: i64,
    /// The category it affects; without one, all.
    pub category: Option<String>,
    /// How far it moves prices: more than -100.
    pub percent: i32,
    /// The text.
    pub headline: String,
}

impl Storm {
    fn concerns(&self, category: &str) -> bool {
        self.category.as_deref().is_none_or(|one| one == category)
    }
}

/// The storms of a market, and the companies that joined or leave it, shared by everything that shows its
/// prices.
#[derive(Debug, Default)]
pub struct Storms {
    all: ArcSwap<Vec<Storm>>,
    pub(super) debuts: Debuts,
    pub(super) departures: Departures,
}

impl Storms {
    /// Loads those stored for a market.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn load(store: &dyn Store, market: MarketId) -> StoreResult<Self> {
        let storms = Self::default();
        storms.refresh(store, market).await?;
        Ok(storms)
    }

    /// Reloads them.
    ///
    /// # Errors
    /// When the store fails. The known ones stay.
    pub async fn refresh(&self, store: &dyn Store, market: MarketId) -> StoreResult<()> {
        self.all.store(Arc::new(KEPT.list(store, market).await?));
        self.departures.refresh(store, market).await?;
        self.debuts.refresh(store, market).await
    }

    /// Whether there are none.
    pub(super) fn is_calm(&self) -> bool {
        self.all.load().is_empty()
    }

    /// A price made at one step, moved by the storms after that step up to another; at least the smallest
    /// price there is.
    pub(super) fn moved_since(&self, made: i64, price: Price, category: &str, step: i64) -> Price {
        let storms = self.all.load();
        let until = storms
            .iter()
            .filter(|storm| storm.step > made && storm.step <= step);
        let units = until.filter(|storm| storm.concerns(category)).fold(
            i128::from(price.units()),
            |units, storm| {
                let percent = i128::from(storm.percent).saturating_add(100).max(1);
                units.saturating_mul(percent).div_euclid(100).max(1)
            },
        );
        Price::from_units(i64::try_from(units).unwrap_or(i64::MAX))
    }

    /// A day's candle. On the day of a storm, it spans the prices before and after.
    pub(super) fn moved_candle(&self, candle: &DayCandle, category: &str) -> DayCandle {
        self.moved_candle_since(i64::MIN, candle, category)
    }

    /// The same without the storms up to a step.
    pub(super) fn moved_candle_since(
        &self,
        made: i64,
        candle: &DayCandle,
        category: &str,
    ) -> DayCandle {
        if self.is_calm() {
            return *candle;
        }
        let (first, last) = (candle.day.start().seconds(), last_step(candle.day));
        let moved = |price, step| self.moved_since(made, price, category, step);
        let both = |price| [first, last].map(|step| moved(price, step));
        let [high, low] = [both(candle.high), both(candle.low)];
        DayCandle {
            open: moved(candle.open, first),
            close: moved(candle.close, last),
            high: high[0].max(high[1]),
            low: low[0].min(low[1]),
            ..*candle
        }
    }

    /// The market's news merged with the headlines, latest first.
    pub(super) fn told(&self, news: &Arc<[NewsItem]>, step: i64) -> Arc<[NewsItem]> {
        let storms = self.all.load();
        if storms.is_empty() {
            return Arc::clone(news);
        }
        let told = storms
            .iter()
            // A storm without words moves another category under the previous headline.
            .filter(|storm| storm.step <= step && !storm.headline.is_empty())
            .map(|storm| NewsItem {
                subject: storm
                    .category
                    .clone()
                    .map_or(NewsSubject::Market, NewsSubject::Category),
                news: MarketNews {
                    at: Timestamp::from_seconds(storm.step),
                    headline: storm.headline.clone(),
                    symbol: None,
                },
            });
        let mut all: Vec<NewsItem> = news.iter().cloned().chain(told).collect();
        all.sort_by_key(|item| std::cmp::Reverse(item.news.at));
        all.into()
    }
}

const KEPT: Kept = Kept {
    name: "storms",
    words: "storms",
};

/// Adds a storm. False if the maximum has been reached.
///
/// # Errors
/// When the store fails.
pub async fn add_storm(store: &dyn Store, market: MarketId, storm: Storm) -> StoreResult<bool> {
    let mut storms: Vec<Storm> = KEPT.list(store, market).await?;
    if storms.len() >= STORMS_MAX {
        return Ok(false);
    }
    storms.push(storm);
    KEPT.store(store, market, &storms).await?;
    Ok(true)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn storms(all: &[(i64, Option<&str>, i32)]) -> Storms {
        let storm = |(step, category, percent): &(i64, Option<&str>, i32)| Storm {
            step: *step,
            category: category.map(str::to_owned),
            percent: *percent,
            headline: "Rain".to_owned(),
        };
        Storms {
            all: ArcSwap::from_pointee(all.iter().map(storm).collect()),
            debuts: Debuts::default(),
            departures: Departures::default(),
        }
    }

    #[test]
    fn a_storm_moves_its_category_from_its_instant_on() {
        let storms = storms(&[(100, Some("Food"), -50), (200, None, 10)]);
        let price = Price::from_units(1_000);
        let moved = |category, step| storms.moved_since(i64::MIN, price, category, step).units();
        assert_eq!((moved("Food", 99), moved("Food", 100)), (1_000, 500));
        assert_eq!((moved("Energy", 150), moved("Energy", 200)), (1_000, 1_100));
        assert_eq!(moved("Food", 200), 550);
        let tiny = Price::from_units(1);
        assert_eq!(
            storms.moved_since(i64::MIN, tiny, "Food", 100).units(),
            1,
            "no price is zero"
        );
    }

    #[test]
    fn headlines_stand_among_the_news_once_they_are_told() {
        let storms = storms(&[(100, Some("Food"), -50)]);
        assert!(storms.told(&Arc::default(), 99).is_empty());
        let told = storms.told(&Arc::default(), 100);
        assert_eq!(told[0].news.headline, "Rain");
        assert_eq!(told[0].subject, NewsSubject::Category("Food".into()));
    }
}
