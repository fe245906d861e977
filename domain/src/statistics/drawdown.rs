//! The worst fall from a high.

/// A fall from a high to a later low. Positions are indices into the given values.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Drawdown {
    /// Low over high, less one: below zero.
    pub change: f64,
    /// Where the high was; the latest of equal ones.
    pub high: usize,
    /// Where the low was; the first of equal ones.
    pub low: usize,
    /// Where the high was reached again; none: not yet.
    pub recovered: Option<usize>,
}

/// The deepest fall, the start value included; the earliest of equally deep ones. None when values
/// never fall below an earlier high.
#[must_use]
pub fn max_drawdown(values: &[f64]) -> Option<Drawdown> {
    let mut high = (0, *values.first()?);
    let mut worst: Option<Drawdown> = None;
    for (place, value) in values.iter().copied().enumerate() {
        if value >= high.1 {
            high = (place, value);
            continue;
        }
        let change = value / high.1 - 1.0;
        if worst.is_none_or(|worst| change < worst.change) {
            worst = Some(Drawdown {
                change,
                high: high.0,
                low: place,
                recovered: None,
            });
        }
    }
    let mut worst = worst?;
    let reached = *values.get(worst.high)?;
    let later = values.iter().enumerate().skip(worst.low);
    worst.recovered = later
        .filter(|(_, value)| **value >= reached)
        .map(|(place, _)| place)
        .next();
    Some(worst)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_worst_fall_is_the_deepest_from_any_earlier_high() {
        let check = |values: &[f64], expected: Option<(f64, usize, usize, Option<usize>)>| {
            let found = max_drawdown(values);
            let parts = found.map(|d| (d.change, d.high, d.low, d.recovered));
            assert_eq!(parts, expected, "{values:?}");
        };
        check(&[], None);
        check(&[1.0, 2.0, 2.0, 3.0], None);
        check(&[4.0, 3.0], Some((-0.25, 0, 1, None)));
        check(&[4.0, 3.0, 8.0, 4.0, 7.0, 9.0], Some((-0.5, 2, 3, Some(5))));
        check(&[2.0, 8.0, 8.0, 2.0, 8.0], Some((-0.75, 2, 3, Some(4))));
    }

    #[test]
    fn the_golden_fall() {
        let returns = [
            0.01, 0.02, 0.03, -0.4, -0.06, -0.02, 0.015, 0.0, 0.07, -0.01,
        ];
        let mut values = vec![100.0];
        for r in returns {
            values.push(values[values.len().saturating_sub(1)] * (1.0 + r));
        }
        let fall = max_drawdown(&values).unwrap();
        assert!((fall.change + 0.44728).abs() < 1e-12, "{fall:?}");
        assert_eq!((fall.high, fall.low, fall.recovered), (3, 6, None));
    }
}
