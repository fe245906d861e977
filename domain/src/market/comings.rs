//! When a market lists a new company on its own, and which one: both are derived from its seed.

use super::noise::{below, random, stream_key};
use crate::Day;

/// One company arrives in each stretch of this many market days.
pub const COMING_DAYS: i32 = 240;
/// How far the offered price may lie from the company's usual one, in percent.
const PRICE_PERCENT: i64 = 20;

/// A company that offers its shares.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Coming {
    /// The number of the stretch of [`COMING_DAYS`] days.
    pub stretch: i32,
    /// The day within the stretch from which its shares are offered.
    pub day: Day,
    /// Which of the remaining companies, from 0.
    pub pick: usize,
    /// The offer price of a share, in percent of its usual price.
    pub price_percent: u32,
}

/// The company that arrives in a day's stretch, with `left` companies still to come; none when there are none
/// left.
#[must_use]
pub fn coming(seed: u64, today: Day, left: usize) -> Option<Coming> {
    let stretch = today.number().div_euclid(COMING_DAYS);
    let key = stream_key(seed, 61, "comings");
    let bits = random(key, u64::from(stretch.unsigned_abs()));
    let day = below(low(bits), i64::from(COMING_DAYS));
    let day = i32::try_from(day).unwrap_or(0);
    let price = below(
        high(bits),
        PRICE_PERCENT.saturating_mul(2).saturating_add(1),
    );
    let price = price.saturating_sub(PRICE_PERCENT).saturating_add(100);
    let companies = u64::try_from(left).ok()?;
    let pick = random(key, bits).checked_rem(companies)?;
    Some(Coming {
        stretch,
        day: Day::from_number(stretch.saturating_mul(COMING_DAYS).saturating_add(day)),
        pick: usize::try_from(pick).ok()?,
        price_percent: u32::try_from(price).ok()?,
    })
}

fn low(bits: u64) -> u32 {
    u32::try_from(bits & 0xFFFF_FFFF).unwrap_or(0)
}

fn high(bits: u64) -> u32 {
    u32::try_from(bits >> 32).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_stretch_brings_one_company_on_a_day_of_its_own() {
        let mut days = std::collections::BTreeSet::new();
        for stretch in 70..170 {
            let first = Day::from_number(stretch * COMING_DAYS);
            let coming_of = |day: i32| coming(7, first.plus_days(day), 8).unwrap();
            let one = coming_of(0);
            assert_eq!(one, coming_of(COMING_DAYS - 1), "the same all along");
            assert!((first..first.plus_days(COMING_DAYS)).contains(&one.day));
            assert!(one.pick < 8 && (80..=120).contains(&one.price_percent));
            days.insert(one.day.number() - first.number());
        }
        assert!(days.len() > 30, "{days:?}");
        assert_eq!(coming(7, Day::from_number(20_000), 0), None);
    }
}
