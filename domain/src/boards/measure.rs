//! Measures that boards rank by. Scores are whole numbers, so that a season can be rescored
//! anywhere with the same result to the last digit.

use serde::{Deserialize, Serialize};

use crate::Money;

/// One million: a ratio of 1 in millionths.
const MILLION: i128 = 1_000_000;
/// The fewest days with an equity point for a steady-hands board to rank an account.
pub const STEADY_DAYS_MIN: u32 = 20;
/// The lower bound on the worst fall in the steady-hands score, in millionths: 2 %. Without it, an
/// account that hardly moved would rank above everyone.
pub const STEADY_FALL_FLOOR_PPM: i64 = 20_000;

/// What a board ranks by. A changed formula gets a new version, and finished seasons keep theirs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Measure {
    /// XP of a player.
    Xp,
    /// Cash and positions of an account.
    NetWorth,
    /// [`return_score`].
    Return,
    /// [`steady_hands_score`].
    SteadyHands,
    /// [`super::process_score`].
    Process,
}

impl Measure {
    /// Every measure.
    pub const ALL: [Self; 5] = [
        Self::Xp,
        Self::NetWorth,
        Self::Return,
        Self::SteadyHands,
        Self::Process,
    ];

    /// Its name in addresses and in JSON.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Xp => "xp",
            Self::NetWorth => "net_worth",
            Self::Return => "return",
            Self::SteadyHands => "steady_hands",
            Self::Process => "process",
        }
    }

    /// The measure with this name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL
            .into_iter()
            .find(|measure| measure.as_str() == name)
    }

    /// The version of its formula.
    #[must_use]
    pub fn version(self) -> u32 {
        match self {
            Self::Xp | Self::NetWorth | Self::Return | Self::SteadyHands | Self::Process => 1,
        }
    }
}

/// Net worth, version 1: its units, rounded to whole cents. Because rounding never favours a player, a
/// purchase and a sale lose some hundredths of a cent; nobody should rank lower for that.
///
/// ```
/// use domain::{Money, boards::net_worth_score};
/// let nothing_lost = net_worth_score("9999.9999".parse::<Money>()?);
/// assert_eq!(nothing_lost, net_worth_score(Money::from_whole(10_000)));
/// # Ok::<(), domain::NumberError>(())
/// ```
#[must_use]
pub fn net_worth_score(net_worth: Money) -> i64 {
    net_worth.to_cents().units()
}

/// Return, version 1: net worth over what was paid in, less one, in millionths rounded down, computed from
/// whole cents. None when nothing was paid in.
///
/// ```
/// use domain::{Money, boards::return_score};
/// assert_eq!(return_score(Money::from_whole(10_000), Money::from_whole(10_250)), Some(25_000));
/// ```
#[must_use]
pub fn return_score(paid_in: Money, net_worth: Money) -> Option<i64> {
    if !paid_in.is_positive() {
        return None;
    }
    let [paid_in, net_worth] =
        [paid_in, net_worth].map(|amount| i128::from(amount.to_cents().units()));
    let millionths = net_worth.checked_sub(paid_in)?.checked_mul(MILLION)?;
    i64::try_from(millionths.checked_div_euclid(paid_in)?).ok()
}

/// Steady hands, version 1: return relative to the worst fall, in thousandths rounded down.
///
/// With the return `r` and the depth of the worst fall `f` from an earlier high, start included, at
/// least 2 %: `r / f` for a gain, and `r × f` for a loss. Dividing a loss would reward the deeper
/// fall; multiplying it is the correction of Israelsen, "A refinement to the Sharpe ratio and
/// information ratio", Journal of Asset Management 5 (2005). `return_ppm` and `worst_fall_ppm` are in
/// millionths, the fall above zero. None before there are points of [`STEADY_DAYS_MIN`] days.
///
/// ```
/// use domain::boards::steady_hands_score;
/// // 12 % with a worst fall of 6 %: twice the fall.
/// assert_eq!(steady_hands_score(120_000, 60_000, 30), Some(2_000));
/// ```
#[must_use]
pub fn steady_hands_score(return_ppm: i64, worst_fall_ppm: i64, days: u32) -> Option<i64> {
    if days < STEADY_DAYS_MIN {
        return None;
    }
    let gain = i128::from(return_ppm);
    let fall = i128::from(worst_fall_ppm.max(STEADY_FALL_FLOOR_PPM));
    let thousandths = if gain >= 0 {
        gain.checked_mul(1_000)?.checked_div_euclid(fall)?
    } else {
        let scale = MILLION.checked_mul(1_000)?;
        gain.checked_mul(fall)?.checked_div_euclid(scale)?
    };
    i64::try_from(thousandths).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_measure_is_found_by_the_name_that_json_has() {
        for measure in Measure::ALL {
            assert_eq!(Measure::named(measure.as_str()), Some(measure));
            let json = serde_json::to_string(&measure).unwrap();
            assert_eq!(json, format!("\"{}\"", measure.as_str()));
        }
        assert_eq!(Measure::named("luck"), None);
    }

    #[test]
    fn a_return_is_relative_to_what_was_paid_in() {
        let check = |paid_in, net_worth, expected| {
            let (paid_in, net_worth) = (Money::from_whole(paid_in), Money::from_whole(net_worth));
            assert_eq!(return_score(paid_in, net_worth), expected);
        };
        check(10_000, 10_000, Some(0));
        check(10_000, 0, Some(-1_000_000));
        check(3, 4, Some(333_333));
        check(3, 2, Some(-333_334));
        check(0, 10, None);
    }

    #[test]
    fn what_rounding_took_from_a_trade_ranks_nobody_lower() {
        let check = |net_worth: &str, expected| {
            let net_worth = net_worth.parse().unwrap();
            let start = Money::from_whole(10_000);
            let same = net_worth_score(net_worth) == start.units();
            assert_eq!(
                (same, return_score(start, net_worth)),
                expected,
                "{net_worth}"
            );
        };
        check("9999.9999", (true, Some(0)));
        check("9999.9951", (true, Some(0)));
        check("9999.99", (false, Some(-1)));
        check("10000.0049", (true, Some(0)));
        check("10000.005", (false, Some(1)));
    }

    #[test]
    fn steady_hands_prefer_the_smaller_fall_in_gain_and_loss() {
        let score = |gain, fall| steady_hands_score(gain, fall, 60).unwrap();
        assert!(score(100_000, 50_000) > score(300_000, 400_000));
        assert!(score(100_000, 50_000) > score(100_000, 60_000));
        assert!(score(-100_000, 100_000) > score(-100_000, 300_000));
        assert!(score(1_000, 900_000) >= 0 && score(-1_000, 20_000) < 0);
        // A fall below the floor earns nothing extra.
        assert_eq!(score(5_000, 0), score(5_000, 20_000));
    }

    #[test]
    fn an_account_of_a_few_days_is_not_ranked() {
        assert_eq!(steady_hands_score(1, 1, STEADY_DAYS_MIN - 1), None);
        assert!(steady_hands_score(1, 1, STEADY_DAYS_MIN).is_some());
        assert_eq!(
            steady_hands_score(i64::MIN, i64::MAX, 99),
            None,
            "beyond what a score holds"
        );
    }
}
