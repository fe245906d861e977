//! Figures agree with those of empyrical-reloaded and pyxirr: `golden/statistics.py` writes the
//! values and says how.

#![allow(
    clippy::float_arithmetic,
    clippy::unwrap_used,
    reason = "ratios are floats, and a test may stop at what cannot happen"
)]

use domain::Money;
use domain::statistics::{
    CashFlow, alpha, annual_return, beta, calmar, cumulative_return, downside_risk, max_drawdown,
    money_weighted, omega, sharpe, sortino, volatility,
};
use serde_json::Value;

fn golden() -> Value {
    serde_json::from_str(include_str!("golden/statistics.json")).unwrap()
}

fn numbers(value: &Value) -> Vec<f64> {
    let each = value.as_array().unwrap().iter();
    each.map(|number| number.as_f64().unwrap()).collect()
}

/// The value of a unit paid in at the start, after each period.
fn values(returns: &[f64]) -> Vec<f64> {
    let mut all = vec![1.0];
    all.extend(returns.iter().scan(1.0, |value, r| {
        *value *= 1.0 + r;
        Some(*value)
    }));
    all
}

#[test]
fn ratios_of_other_curves_are_those_of_empyrical() {
    let golden = golden();
    let curves = golden["curves"].as_array().unwrap();
    assert_eq!(curves.len(), 5);
    for curve in curves {
        let (returns, benchmark) = (numbers(&curve["returns"]), numbers(&curve["benchmark"]));
        let year = curve["periods"].as_f64().unwrap();
        let rf = curve["risk_free"].as_f64().unwrap();
        let found = [
            ("cumulative", Some(cumulative_return(&returns))),
            ("annual", annual_return(&returns, year)),
            ("volatility", volatility(&returns, year)),
            ("sharpe", sharpe(&returns, rf, year)),
            ("downside_risk", downside_risk(&returns, rf, year)),
            ("sortino", sortino(&returns, rf, year)),
            (
                "max_drawdown",
                max_drawdown(&values(&returns)).map(|fall| fall.change),
            ),
            ("calmar", calmar(&returns, year)),
            ("omega", omega(&returns)),
            ("beta", beta(&returns, &benchmark)),
            ("alpha", alpha(&returns, &benchmark, rf, year)),
        ];
        for (name, found) in found {
            let expected = curve["expected"][name].as_f64().unwrap();
            let found = found.unwrap();
            let error = ((found - expected) / expected).abs();
            let of = &curve["name"];
            assert!(error < 1e-9, "{name} of {of}: {found}, not {expected}");
        }
    }
}

#[test]
fn rates_of_other_flows_are_those_of_pyxirr() {
    let golden = golden();
    let rates = golden["rates"].as_array().unwrap();
    assert_eq!(rates.len(), 12);
    for rate in rates {
        let flow = |pair: &Value| CashFlow {
            day: pair[0].as_str().unwrap().parse().unwrap(),
            amount: Money::from_whole(i32::try_from(pair[1].as_i64().unwrap()).unwrap()),
        };
        let flows: Vec<CashFlow> = rate["flows"].as_array().unwrap().iter().map(flow).collect();
        let found = money_weighted(&flows).unwrap().annual.unwrap();
        let expected = rate["expected"].as_f64().unwrap();
        let error = (found - expected).abs() / expected.abs().max(1.0);
        assert!(error < 1e-9, "{rate}: {found}");
    }
}
