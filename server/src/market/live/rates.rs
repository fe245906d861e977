//! Exchange rates of the dollar: requested one after the other, so that each is renewed within the
//! configured time, and stored with their source and time.

use domain::Timestamp;
use domain::api::RateView;

use super::desk::{Desk, Unanswered};
use super::provider::{Currency, FoundRate};
use crate::store::{AnswerKind, Store, StoreResult};

/// What the dollar is compared with.
const AGAINST: [Currency; 4] = [Currency::Eur, Currency::Gbp, Currency::Jpy, Currency::Cny];
/// Maximum rates read: each rate from every provider.
const RATES_MAX: u32 = 16;

/// Decides when to request the next rate.
#[derive(Debug, Default)]
pub(super) struct Rates {
    next: usize,
    asked_at: Option<Timestamp>,
}

impl Rates {
    /// The currency whose rate is due now, if any.
    pub(super) fn due(&mut self, every_s: u32, now: Timestamp) -> Option<Currency> {
        let count = AGAINST.len();
        let pause_s = i64::from(every_s) / i64::try_from(count).unwrap_or(1);
        let waits = |asked_at: Timestamp| now < asked_at.plus_seconds(pause_s);
        if every_s == 0 || self.asked_at.is_some_and(waits) {
            return None;
        }
        let due = AGAINST.get(self.next % count).copied();
        self.next = (self.next + 1) % count;
        self.asked_at = Some(now);
        due
    }
}

/// Requests a rate of the dollar and stores it.
pub(super) async fn renew(desk: &Desk, currency: Currency) -> Result<FoundRate, Unanswered> {
    desk.rate(Currency::Usd, currency).await
}

/// The latest known rates of the dollar; one that was received before `ttl_s` is stale.
pub(crate) async fn list(
    store: &dyn Store,
    ttl_s: u32,
    now: Timestamp,
) -> StoreResult<Vec<RateView>> {
    let answers = store.list_answers(AnswerKind::Rate, RATES_MAX).await?;
    let oldest = now.plus_seconds(-i64::from(ttl_s));
    let latest = |currency: &Currency| {
        let from = Currency::Usd.as_str();
        let pair = format!("{from}{}", currency.as_str());
        let of_pair = answers.iter().filter(|answer| answer.symbol == pair);
        let answer = of_pair.max_by_key(|answer| answer.at)?;
        let found: FoundRate = serde_json::from_str(&answer.answer).ok()?;
        Some(RateView {
            from: from.to_owned(),
            to: currency.as_str().to_owned(),
            rate: found.rate.normalize().to_string(),
            at: found.at,
            provider: answer.provider.clone(),
            stale: answer.at <= oldest,
        })
    };
    Ok(AGAINST.iter().filter_map(latest).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_rate_is_due_once_within_the_time() {
        let mut rates = Rates::default();
        let start = Timestamp::from_seconds(1_000);
        let mut asked = Vec::new();
        for second in 0..480 {
            asked.extend(rates.due(240, start.plus_seconds(second)));
        }
        let twice: Vec<Currency> = AGAINST.iter().chain(&AGAINST).copied().collect();
        assert_eq!(asked, twice);
        assert_eq!(Rates::default().due(0, start), None, "0 is never");
    }
}
