//! How alike two instruments move: their correlation, and on how many days they went the same way.

use serde::{Deserialize, Serialize};

use super::{correlation, ratio};
use crate::Ratio;

/// Days in common without which nothing is said.
const DAYS_MIN: usize = 20;
/// A change in a day that only a split or a mistake explains; such days are left out.
const JUMP: f64 = 0.35;

/// How alike two instruments moved.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Alike {
    /// Pearson's correlation of the daily returns, from −1 to 1.
    pub correlation: Ratio,
    /// Days on which both rose or both fell.
    pub same_days: u32,
    /// Days on which at least one of them moved.
    pub days: u32,
}

/// Returns from one close to the next; none where a close is missing or no price.
#[must_use]
pub fn daily_returns(closes: &[Option<f64>]) -> Vec<Option<f64>> {
    let pairs = closes.windows(2).map(|pair| match pair {
        [Some(before), Some(after)] if *before > 0.0 => Some(after / before - 1.0),
        _ => None,
    });
    pairs.collect()
}

/// Compares two series of daily returns of the same days. Days on which a return is missing, nothing moved or a
/// price jumped are left out. None with fewer than 20 days, or when one of them never moved.
#[must_use]
pub fn alike(own: &[Option<f64>], other: &[Option<f64>]) -> Option<Alike> {
    let both = own.iter().zip(other);
    let both = both.filter_map(|(own, other)| Some(((*own)?, (*other)?)));
    let moved = both.filter(|(own, other)| {
        let jumps = own.abs() > JUMP || other.abs() > JUMP;
        let stands = own.abs() + other.abs() <= 0.0;
        !jumps && !stands
    });
    let (own, other): (Vec<f64>, Vec<f64>) = moved.unzip();
    if own.len() < DAYS_MIN {
        return None;
    }
    let together = own.iter().zip(&other);
    let together = together.filter(|(own, other)| *own * *other > 0.0);
    Some(Alike {
        correlation: ratio(correlation(&own, &other)?)?,
        same_days: u32::try_from(together.count()).ok()?,
        days: u32::try_from(own.len()).ok()?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn series(step: impl Fn(u32) -> f64) -> Vec<Option<f64>> {
        (0..40).map(|day| Some(step(day))).collect()
    }

    #[test]
    fn what_moves_in_step_is_more_alike_than_what_does_not() {
        let wave = |day: u32| if day.is_multiple_of(2) { 0.01 } else { -0.02 };
        let own = series(wave);
        let double = alike(&own, &series(|day| wave(day) * 2.0)).unwrap();
        assert_eq!(double.correlation.hundredths(), 100);
        assert_eq!((double.same_days, double.days), (40, 40));
        let against = alike(&own, &series(|day| -wave(day))).unwrap();
        assert_eq!(against.correlation.hundredths(), -100);
        assert_eq!(against.same_days, 0);
    }

    #[test]
    fn days_without_a_move_and_splits_are_left_out() {
        let wave = |day: u32| if day.is_multiple_of(2) { 0.01 } else { -0.02 };
        let mut own = series(wave);
        let mut other = series(wave);
        own[0] = Some(0.0);
        other[0] = Some(0.0);
        other[1] = Some(-0.5);
        own[2] = None;
        let found = alike(&own, &other).unwrap();
        assert_eq!((found.days, found.correlation.hundredths()), (37, 100));
        assert_eq!(alike(&own[..15], &other[..15]), None);
        assert_eq!(
            alike(&series(|_| 0.01), &other),
            None,
            "it always rose alike"
        );
    }

    #[test]
    fn a_missing_close_gives_no_return() {
        let returns = daily_returns(&[Some(10.0), Some(11.0), None, Some(12.0)]);
        assert_eq!(returns.len(), 3);
        assert!((returns[0].unwrap() - 0.1).abs() < 1e-12);
        assert_eq!(&returns[1..], [None, None]);
    }
}
