//! The market's clock: how market time follows the server's.

use anyhow::Context;
use domain::Timestamp;

use crate::store::Store;

/// Market time as a line: at a real instant it was a market instant, and since then it passes
/// `speed` times as fast, also while the server is down.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Pace {
    real: Timestamp,
    market: Timestamp,
    speed: u32,
}

impl Pace {
    /// The market's clock is the server's.
    pub(super) fn real_time() -> Self {
        Self {
            real: Timestamp::from_micros(0),
            market: Timestamp::from_micros(0),
            speed: 1,
        }
    }

    /// Market time at a real instant; before the anchor it stands still.
    pub(super) fn at(&self, now: Timestamp) -> Timestamp {
        let passed = now.micros().saturating_sub(self.real.micros()).max(0);
        let market_passed = passed.saturating_mul(i64::from(self.speed));
        Timestamp::from_micros(self.market.micros().saturating_add(market_passed))
    }

    /// The pace that is kept under a name since the first start, or a new one from `start` on.
    /// Another speed than the one kept counts from now on; market time never jumps.
    pub(super) async fn anchored(
        store: &dyn Store,
        fact: &str,
        start: Timestamp,
        now: Timestamp,
        speed: u32,
    ) -> anyhow::Result<Self> {
        let first = Self {
            real: now,
            market: start,
            speed,
        };
        let kept = store.store_fact_once(fact, &first.to_text()).await?;
        let kept = Self::from_text(&kept).with_context(|| {
            format!("the fact {fact} is not an anchor of the market's time: {kept:?}")
        })?;
        if kept.speed == speed {
            return Ok(kept);
        }
        let changed = Self {
            real: now,
            market: kept.at(now),
            speed,
        };
        store.store_fact(fact, &changed.to_text()).await?;
        Ok(changed)
    }

    fn to_text(self) -> String {
        format!(
            "{} {} {}",
            self.real.micros(),
            self.market.micros(),
            self.speed
        )
    }

    fn from_text(text: &str) -> Option<Self> {
        let mut words = text.split(' ');
        let mut instant = || Some(Timestamp::from_micros(words.next()?.parse().ok()?));
        let (real, market) = (instant()?, instant()?);
        let speed = words.next()?.parse().ok()?;
        words.next().is_none().then_some(Self {
            real,
            market,
            speed,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn market_time_passes_at_its_speed_from_its_anchor_on() {
        let seconds = Timestamp::from_seconds;
        let pace = Pace {
            real: seconds(1_000),
            market: seconds(50),
            speed: 60,
        };
        assert_eq!(pace.at(seconds(1_000)), seconds(50));
        assert_eq!(pace.at(seconds(1_002)), seconds(170));
        assert_eq!(pace.at(seconds(900)), seconds(50));
        assert_eq!(Pace::real_time().at(seconds(77)), seconds(77));
    }

    #[test]
    fn a_pace_reads_back_as_written() {
        let pace = Pace {
            real: Timestamp::from_micros(7),
            market: Timestamp::from_micros(-9),
            speed: 3,
        };
        assert_eq!(Pace::from_text(&pace.to_text()), Some(pace));
        for text in ["", "1 2", "1 2 x", "1 2 3 4", "1 2 -3"] {
            assert_eq!(Pace::from_text(text), None, "{text:?}");
        }
    }
}
