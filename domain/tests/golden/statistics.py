"""Writes statistics.json: golden values for `domain::statistics`, computed by other people's code.

    python3 -m venv .venv && .venv/bin/pip install empyrical-reloaded==0.7.1 pyxirr==0.10.8
    .venv/bin/python domain/tests/golden/statistics.py > domain/tests/golden/statistics.json

Inputs are drawn from a seed, so a run gives the same file again.
"""

import json
import random
from datetime import date, timedelta

import empyrical
import numpy
from pyxirr import xirr

CURVES = [
    # name, days, drift a day, volatility a day, periods a year, risk-free a day
    ("calm", 60, 0.0004, 0.006, 365, 0.0),
    ("wild", 90, 0.001, 0.05, 365, 0.0),
    ("falling", 120, -0.004, 0.02, 365, 0.0001),
    ("year", 366, 0.0003, 0.012, 365, 0.0),
    ("trading days", 252, 0.0005, 0.01, 252, 0.0002),
]


def curve(number, name, days, drift, deviation, periods, risk_free):
    draw = random.Random(number)
    market = [round(draw.gauss(drift, deviation * 0.7), 6) for _ in range(days)]
    returns = [round(0.8 * m + draw.gauss(0, deviation * 0.5), 6) for m in market]
    r, b = numpy.array(returns), numpy.array(market)
    how = {"annualization": periods}
    return {
        "name": name,
        "periods": periods,
        "risk_free": risk_free,
        "returns": returns,
        "benchmark": market,
        "expected": {
            "cumulative": empyrical.cum_returns_final(r),
            "annual": empyrical.annual_return(r, **how),
            "volatility": empyrical.annual_volatility(r, **how),
            "sharpe": empyrical.sharpe_ratio(r, risk_free, **how),
            "downside_risk": empyrical.downside_risk(r, risk_free, **how),
            "sortino": empyrical.sortino_ratio(r, risk_free, **how),
            "max_drawdown": empyrical.max_drawdown(r),
            "calmar": empyrical.calmar_ratio(r, **how),
            "omega": empyrical.omega_ratio(r, annualization=1),
            "beta": empyrical.beta(r, b, risk_free),
            "alpha": empyrical.alpha(r, b, risk_free, **how),
        },
    }


def flows(number, count, days):
    draw = random.Random(number)
    start = date(2020, 1, 1)
    dates = sorted(draw.sample(range(1, days), count))
    pairs = [(start, -1000)]
    pairs += [(start + timedelta(days=d), -draw.randint(50, 400)) for d in dates]
    paid = -sum(amount for _, amount in pairs)
    pairs.append((start + timedelta(days=days), round(paid * draw.uniform(0.6, 1.9))))
    return {"flows": [[str(d), a] for d, a in pairs], "expected": xirr(pairs)}


def main():
    curves = [curve(100 + n, *one) for n, one in enumerate(CURVES)]
    rates = [flows(200 + n, n % 6, 40 + 97 * n) for n in range(1, 13)]
    as_number = lambda value: float(value)
    print(json.dumps({"curves": curves, "rates": rates}, default=as_number, indent=1))


main()
