//! Ratios of simple period returns, as empyrical defines them. Each is annualized for
//! `periods_per_year`; [`super::Performance`] checks that the span is long enough.

use super::drawdown::max_drawdown;
use super::power::power;

/// A dispersion below this fraction of the mean is rounding noise, and counts as zero.
const DISPERSION_MIN: f64 = 1e-14;

/// Return of each period from values: one fewer than there are values. None when a value is not above
/// zero before the last one.
#[must_use]
pub fn simple_returns(values: &[f64]) -> Option<Vec<f64>> {
    let pairs = values.windows(2).filter_map(|pair| match pair {
        [before, after] => Some((*before, *after)),
        _ => None,
    });
    pairs
        .map(|(before, after)| (before > 0.0).then(|| after / before - 1.0))
        .collect()
}

/// `Π(1 + r) − 1`.
#[must_use]
pub fn cumulative_return(returns: &[f64]) -> f64 {
    returns.iter().fold(1.0, |value, r| value * (1.0 + r)) - 1.0
}

/// `Π(1 + r)^(periods/n) − 1`; none without a period.
#[must_use]
pub fn annual_return(returns: &[f64], periods_per_year: f64) -> Option<f64> {
    let count = count(returns)?;
    let growth = 1.0 + cumulative_return(returns);
    Some(power(growth, periods_per_year / count)? - 1.0)
}

/// Sample standard deviation times the square root of the periods per year; none below two periods.
#[must_use]
pub fn volatility(returns: &[f64], periods_per_year: f64) -> Option<f64> {
    Some(deviation(returns)? * periods_per_year.sqrt())
}

/// Mean excess return over the risk-free rate, per unit of deviation, annualized. None without
/// dispersion: nothing is infinitely good. `risk_free` is per period.
#[must_use]
pub fn sharpe(returns: &[f64], risk_free: f64, periods_per_year: f64) -> Option<f64> {
    let excess = less(returns, risk_free);
    let mean = mean(&excess)?;
    let deviation = deviation(&excess).filter(|d| *d > DISPERSION_MIN)?;
    Some(mean / deviation * periods_per_year.sqrt())
}

/// Root mean square of the shortfall below the acceptable return, over **all** periods, annualized;
/// none without a period.
#[must_use]
pub fn downside_risk(returns: &[f64], acceptable: f64, periods_per_year: f64) -> Option<f64> {
    let shortfalls = less(returns, acceptable);
    let squares: Vec<f64> = shortfalls.iter().map(|r| r.min(0.0) * r.min(0.0)).collect();
    Some(mean(&squares)?.sqrt() * periods_per_year.sqrt())
}

/// Mean return above the acceptable one, annualized, per downside risk; none without any.
#[must_use]
pub fn sortino(returns: &[f64], acceptable: f64, periods_per_year: f64) -> Option<f64> {
    let risk = downside_risk(returns, acceptable, periods_per_year).filter(|risk| *risk > 0.0)?;
    Some(mean(&less(returns, acceptable))? * periods_per_year / risk)
}

/// Covariance with a benchmark over the benchmark's variance, over the same periods; none when
/// their numbers differ or the benchmark did not move.
#[must_use]
pub fn beta(returns: &[f64], benchmark: &[f64]) -> Option<f64> {
    if returns.len() != benchmark.len() {
        return None;
    }
    let (own, other) = (mean(returns)?, mean(benchmark)?);
    let (mut covariance, mut variance) = (0.0, 0.0);
    for (r, b) in returns.iter().zip(benchmark) {
        covariance += (r - own) * (b - other);
        variance += (b - other) * (b - other);
    }
    (variance > DISPERSION_MIN * DISPERSION_MIN).then(|| covariance / variance)
}

/// Pearson's correlation of two series of returns, from −1 to 1: covariance over both deviations. None
/// when their numbers differ or one of them did not move.
#[must_use]
pub fn correlation(returns: &[f64], others: &[f64]) -> Option<f64> {
    let slope = beta(returns, others)?;
    let (own, other) = (deviation(returns)?, deviation(others)?);
    (own > DISPERSION_MIN).then(|| (slope * other / own).clamp(-1.0, 1.0))
}

/// Annualized return that the benchmark does not explain: `(1 + mean(r − f − β(b − f)))^periods − 1`.
/// `risk_free` is per period.
#[must_use]
pub fn alpha(
    returns: &[f64],
    benchmark: &[f64],
    risk_free: f64,
    periods_per_year: f64,
) -> Option<f64> {
    let beta = beta(returns, benchmark)?;
    let unexplained: Vec<f64> = returns
        .iter()
        .zip(benchmark)
        .map(|(r, b)| r - risk_free - beta * (b - risk_free))
        .collect();
    Some(power(1.0 + mean(&unexplained)?, periods_per_year)? - 1.0)
}

/// Annual return over the depth of the worst fall; none without a fall.
#[must_use]
pub fn calmar(returns: &[f64], periods_per_year: f64) -> Option<f64> {
    let mut values = vec![1.0];
    values.extend(returns.iter().scan(1.0, |value, r| {
        *value *= 1.0 + r;
        Some(*value)
    }));
    let fall = max_drawdown(&values)?.change;
    Some(annual_return(returns, periods_per_year)? / -fall)
}

/// The sum of gains over the sum of losses; none without a loss.
#[must_use]
pub fn omega(returns: &[f64]) -> Option<f64> {
    let gains: f64 = returns.iter().fold(0.0, |sum, r| sum + r.max(0.0));
    let losses: f64 = returns.iter().fold(0.0, |sum, r| sum - r.min(0.0));
    (losses > 0.0).then(|| gains / losses)
}

fn count(values: &[f64]) -> Option<f64> {
    let count = u32::try_from(values.len())
        .ok()
        .filter(|count| *count > 0)?;
    Some(f64::from(count))
}

fn mean(values: &[f64]) -> Option<f64> {
    Some(values.iter().fold(0.0, |sum, value| sum + value) / count(values)?)
}

/// Sample standard deviation: over one fewer than there are values.
fn deviation(values: &[f64]) -> Option<f64> {
    let (mean, count) = (mean(values)?, count(values)?);
    let squares = values
        .iter()
        .fold(0.0, |sum, value| sum + (value - mean) * (value - mean));
    (count > 1.0).then(|| (squares / (count - 1.0)).sqrt())
}

fn less(values: &[f64], base: f64) -> Vec<f64> {
    values.iter().map(|value| value - base).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const YEAR: f64 = 252.0;
    const RETURNS: [f64; 10] = [
        0.01, 0.02, 0.03, -0.4, -0.06, -0.02, 0.015, 0.0, 0.07, -0.01,
    ];
    const BENCHMARK: [f64; 10] = [
        0.02, 0.02, 0.03, -0.35, -0.05, -0.01, 0.01, 0.002, 0.05, -0.005,
    ];

    /// Golden values of empyrical-reloaded 0.7.1.
    #[test]
    fn ratios_are_those_of_empyrical() {
        let check = |what: &str, found: Option<f64>, expected: f64| {
            let found = found.unwrap();
            let error = ((found - expected) / expected).abs();
            assert!(error < 1e-12, "{what}: {found} instead of {expected}");
        };
        let r = &RETURNS;
        check(
            "cumulative",
            Some(cumulative_return(r)),
            -0.369_407_262_846_673_47,
        );
        check("annual", annual_return(r, YEAR), -0.999_991_011_775_644_4);
        check("volatility", volatility(r, YEAR), 2.108_134_246_199_705_7);
        check("Sharpe", sharpe(r, 0.0, YEAR), -4.124_025_789_947_919);
        check(
            "Sharpe, rf",
            sharpe(r, 0.0001, YEAR),
            -4.135_979_487_889_798,
        );
        check(
            "downside",
            downside_risk(r, 0.0, YEAR),
            2.033_548_622_482_383_5,
        );
        check("Sortino", sortino(r, 0.0, YEAR), -4.275_285_038_125_67);
        check("Calmar", calmar(r, YEAR), -2.235_715_908_995_806);
        check("Omega", omega(r), 0.295_918_367_346_938_77);
        check("beta", beta(r, &BENCHMARK), 1.141_792_009_724_914);
        check(
            "alpha",
            alpha(r, &BENCHMARK, 0.0, YEAR),
            -0.424_087_647_520_851_6,
        );
        check(
            "alpha, rf",
            alpha(r, &BENCHMARK, 0.0001, YEAR),
            -0.422_021_628_086_722_83,
        );
    }

    #[test]
    fn a_ratio_over_nothing_is_none() {
        let flat = [0.01; 5];
        assert_eq!(sharpe(&flat, 0.0, YEAR), None);
        assert_eq!(sortino(&flat, 0.0, YEAR), None);
        assert_eq!(omega(&flat), None);
        assert_eq!(calmar(&flat, YEAR), None);
        assert_eq!(beta(&RETURNS[..5], &flat), None);
        assert_eq!(beta(&RETURNS, &flat), None);
        assert_eq!(volatility(&flat[..1], YEAR), None);
        assert_eq!(annual_return(&[], YEAR), None);
        assert_eq!(simple_returns(&[1.0, 0.0, 1.0]), None);
    }
}
