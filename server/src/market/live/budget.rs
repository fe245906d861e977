//! How the calls of a day are divided: over the trading hours, and among what players look at.

use std::collections::HashMap;

use domain::{InstrumentId, Symbol, Timestamp};

use super::hours::Hours;

/// Seconds for which an instrument counts as viewed.
const LOOKED_AT_S: i64 = 1_800;
/// Seconds before a retry for an instrument for which no provider had a price.
const TRY_AGAIN_S: i64 = 3_600;

/// What is known about an instrument when choosing the next one to request.
#[derive(Debug, Clone, Copy)]
pub(super) struct Candidate {
    pub(super) id: InstrumentId,
    pub(super) symbol: Symbol,
    /// When its price was last received.
    pub(super) fetched_at: Option<Timestamp>,
    /// When no provider had a price for it.
    pub(super) refused_at: Option<Timestamp>,
}

/// When each instrument was last viewed.
#[derive(Debug, Default)]
pub(super) struct Looks(HashMap<InstrumentId, Timestamp>);

impl Looks {
    pub(super) fn look_at(&mut self, instrument: InstrumentId, now: Timestamp) {
        self.0.insert(instrument, now);
    }

    pub(super) fn is_looked_at(&self, instrument: InstrumentId, now: Timestamp) -> bool {
        let since = now.plus_seconds(-LOOKED_AT_S);
        self.0.get(&instrument).is_some_and(|at| *at > since)
    }

    pub(super) fn forget_before(&mut self, now: Timestamp) {
        let since = now.plus_seconds(-LOOKED_AT_S);
        self.0.retain(|_, at| *at > since);
    }
}

/// Whether a price may have changed since it was received.
fn is_due(candidate: &Candidate, hours: Hours, ttl_s: u32, now: Timestamp) -> bool {
    let again = now.plus_seconds(-TRY_AGAIN_S);
    if candidate.refused_at.is_some_and(|at| at > again) {
        return false;
    }
    let Some(fetched_at) = candidate.fetched_at else {
        return true;
    };
    match hours {
        Hours::Open { .. } => fetched_at <= now.plus_seconds(-i64::from(ttl_s)),
        // After the close, the last price of the day is worth one call.
        Hours::Closed { since, .. } => fetched_at < since,
    }
}

/// The next instrument to request, and whether somebody is viewing it: viewed instruments first, and
/// among equals the one with the oldest price, so that all get the same share.
pub(super) fn next<'a>(
    candidates: &'a [Candidate],
    looks: &Looks,
    hours: Hours,
    ttl_s: u32,
    now: Timestamp,
) -> Option<(&'a Candidate, bool)> {
    let due = candidates
        .iter()
        .filter(|candidate| is_due(candidate, hours, ttl_s, now));
    let looked_at = due.map(|candidate| (candidate, looks.is_looked_at(candidate.id, now)));
    looked_at.min_by_key(|(candidate, looked_at)| {
        let age = candidate.fetched_at.map_or(i64::MIN, Timestamp::micros);
        (!looked_at, age, candidate.symbol)
    })
}

/// Whether another of a day's calls may be used: as large a share of them as has passed of the trading
/// hours, plus a tenth in advance. Instruments that nobody is viewing get half of that.
pub(super) fn may_spend(
    per_day: u32,
    used: i64,
    looked_at: bool,
    hours: Hours,
    now: Timestamp,
) -> bool {
    let per_day = i64::from(per_day);
    let in_advance = (per_day / 10).max(1);
    let by_now = match hours {
        Hours::Open { since, until } => {
            let whole = until.seconds_since(since).max(1);
            let passed = now.seconds_since(since).clamp(0, whole);
            (in_advance + per_day * passed / whole).min(per_day)
        }
        // Prices stand still. What is requested has no price yet, or not the last one of the day.
        Hours::Closed { .. } => per_day,
    };
    let share = if looked_at {
        by_now
    } else {
        by_now.div_euclid(2).max(1)
    };
    used < share
}

#[cfg(test)]
mod tests {
    use super::*;

    const TTL_S: u32 = 300;

    fn open() -> (Hours, Timestamp) {
        let since = Timestamp::from_seconds(1_795_530_600);
        let until = since.plus_seconds(23_400);
        (Hours::Open { since, until }, since.plus_seconds(11_700))
    }

    fn candidate(id: i64, symbol: &str, fetched_at: Option<Timestamp>) -> Candidate {
        Candidate {
            id: InstrumentId(id),
            symbol: symbol.parse().unwrap(),
            fetched_at,
            refused_at: None,
        }
    }

    #[test]
    fn what_is_looked_at_goes_first_and_then_the_oldest() {
        let (hours, now) = open();
        let old = |seconds: i64| Some(now.plus_seconds(-seconds));
        let mut candidates = [
            candidate(1, "A", old(900)),
            candidate(2, "B", old(400)),
            candidate(3, "C", old(500)),
            candidate(4, "D", old(100)),
            candidate(5, "E", None),
        ];
        let mut looks = Looks::default();
        for id in [2, 3, 4] {
            looks.look_at(InstrumentId(id), now);
        }
        let mut asked = Vec::new();
        while let Some((next, looked_at)) = next(&candidates, &looks, hours, TTL_S, now) {
            asked.push((next.symbol.to_string(), looked_at));
            let id = next.id;
            for one in candidates.iter_mut().filter(|one| one.id == id) {
                one.fetched_at = Some(now);
            }
        }
        let expected = [("C", true), ("B", true), ("E", false), ("A", false)];
        assert_eq!(
            asked,
            expected.map(|(symbol, looked_at)| (symbol.to_owned(), looked_at))
        );
        let later = now.plus_seconds(LOOKED_AT_S);
        assert!(!looks.is_looked_at(InstrumentId(2), later));
        looks.forget_before(later);
        assert!(looks.0.is_empty());
    }

    #[test]
    fn an_instrument_that_nobody_knows_is_left_alone_for_an_hour() {
        let (hours, now) = open();
        let unknown = Candidate {
            refused_at: Some(now),
            ..candidate(1, "A", None)
        };
        let asked_at = |at| next(&[unknown], &Looks::default(), hours, TTL_S, at).is_some();
        assert!(!asked_at(now.plus_seconds(3_599)));
        assert!(asked_at(now.plus_seconds(3_600)));
    }

    #[test]
    fn after_the_close_one_call_gets_the_last_price() {
        let (hours, _) = open();
        let Hours::Open { until, .. } = hours else {
            unreachable!("it is open")
        };
        let closed = Hours::Closed {
            since: until,
            until: until.plus_seconds(60_000),
        };
        let at = until.plus_seconds(1_000);
        let asked = |fetched_at| {
            let candidates = [candidate(1, "A", Some(fetched_at))];
            next(&candidates, &Looks::default(), closed, TTL_S, at).is_some()
        };
        assert!(asked(until.plus_seconds(-1)));
        assert!(!asked(until));
    }

    #[test]
    fn a_day_s_calls_last_until_its_close() {
        let (hours, now) = open();
        let used_until_refused = |looked_at, now| {
            let mut used = (0..1_000).filter(|used| !may_spend(250, *used, looked_at, hours, now));
            used.next()
        };
        let Hours::Open { since, until } = hours else {
            unreachable!("it is open")
        };
        assert_eq!(used_until_refused(true, since), Some(25));
        assert_eq!(used_until_refused(true, now), Some(150));
        assert_eq!(used_until_refused(false, now), Some(75));
        assert_eq!(used_until_refused(true, until), Some(250));
    }
}
