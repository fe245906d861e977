//! Statistics of an account: how it performed, at what risk, and against which benchmark.
//!
//! Amounts come in exactly. Ratios are 64-bit floats, here and nowhere else in this crate, because they are
//! only displayed and never decide anything. They are the same natively and in WebAssembly to the last bit:
//! only `+ - * /` and square roots are used, which IEEE 754 rounds exactly, and powers are computed from
//! these in [`power`] instead of by the platform's library.
//!
//! Definitions follow empyrical-reloaded 0.7.1 and pyxirr 0.10.8, which the tests are checked
//! against:
//!
//! | figure | formula | source |
//! | --- | --- | --- |
//! | time-weighted return | `Π V_end / (V_start + flow at start) − 1` | GIPS Standards 2020, 2.A.21 |
//! | money-weighted return | x with `Σ CF (1+x)^(−days/365) = 0`, for the period below a year | Excel's XIRR; pyxirr |
//! | annual return | `Π(1+r)^(periods/n) − 1` | empyrical `annual_return` |
//! | volatility | `std(r, ddof=1) × √periods` | empyrical `annual_volatility` |
//! | worst fall | `min_t V_t / max(V_0..V_t) − 1` | empyrical `max_drawdown` |
//! | Sharpe ratio | `mean(r) / std(r, ddof=1) × √periods` | Sharpe 1994; empyrical |
//! | Sortino ratio | `mean(r) × periods / (√mean(min(r, 0)²) × √periods)`, over all periods | Sortino, Price 1994; empyrical |
//! | beta | `cov(r, b) / var(b)` | Sharpe 1964; empyrical |
//! | correlation | `cov(r, b) / (std(r) × std(b))` | Pearson 1895 |
//! | alpha | `(1 + mean(r − β b))^periods − 1` | Jensen 1968; empyrical |
//!
//! The risk-free rate is zero, because cash in the game earns nothing.

#![allow(
    clippy::float_arithmetic,
    reason = "ratios for display; every operation used is exact under IEEE 754"
)]

mod alike;
mod cash_flow;
mod contribution;
mod drawdown;
mod habit;
mod past;
mod performance;
mod power;
mod ratios;

pub use alike::{Alike, alike, daily_returns};
pub use cash_flow::{CashFlow, MoneyWeighted, money_weighted};
pub use contribution::{Contribution, Stake, contributions};
pub use drawdown::{Drawdown, max_drawdown};
pub use habit::{HABITS, Habit, Week, worst_habit};
pub use past::PastAccount;
pub use performance::{
    Annual, DAYS_TO_ANNUALIZE, EquityPoint, Performance, PeriodsPerYear, WorstFall,
};
pub use power::power;
pub use ratios::{
    alpha, annual_return, beta, calmar, correlation, cumulative_return, downside_risk, omega,
    sharpe, simple_returns, sortino, volatility,
};

use crate::{Money, Percent, Ratio};

/// A fraction as a percentage for display; none when it is out of range.
#[must_use]
pub fn percent(fraction: f64) -> Option<Percent> {
    let millionths = Money::from_units(rounded(fraction * 1e6)?);
    millionths.percent_of(Money::from_units(1_000_000))
}

/// A ratio for display; none when it is out of range.
#[must_use]
pub fn ratio(value: f64) -> Option<Ratio> {
    rounded(value * 100.0).map(Ratio::from_hundredths)
}

/// The nearest whole number.
fn rounded(value: f64) -> Option<i64> {
    let away = value + if value < 0.0 { -0.5 } else { 0.5 };
    #[expect(
        clippy::cast_possible_truncation,
        reason = "below 10^15, so it is exact after its fraction is cut"
    )]
    let whole = away as i64;
    (value.abs() < 1e15).then_some(whole)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ratios_are_rounded_to_two_places() {
        let shown = |fraction| percent(fraction).unwrap().to_string();
        assert_eq!(shown(0.012_345), "1.23");
        assert_eq!(shown(-0.5), "-50.00");
        assert_eq!(ratio(-4.124_025).unwrap().to_string(), "-4.12");
        assert_eq!(ratio(f64::NAN), None);
        assert_eq!(percent(f64::INFINITY), None);
    }
}
