//! How long something took that was done a few times: too few for percentiles.

use serde::Serialize;

use super::report::aligned;

const COLUMNS: [&str; 5] = ["", "times", "first s", "middle s", "most s"];

/// How long it took.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Times {
    /// What was done.
    pub what: String,
    /// How often.
    pub times: usize,
    /// Seconds of the first time, for which nothing was in a cache.
    pub first_s: f64,
    /// Seconds of the one in the middle.
    pub middle_s: f64,
    /// Seconds of the longest.
    pub most_s: f64,
}

impl Times {
    /// From the seconds of each time, in order.
    #[must_use]
    pub fn of(what: &str, seconds: &[f64]) -> Self {
        Self {
            what: what.to_owned(),
            times: seconds.len(),
            first_s: to_ms(seconds.first().copied().unwrap_or_default()),
            middle_s: to_ms(middle(seconds.to_vec())),
            most_s: to_ms(seconds.iter().copied().fold(0.0, f64::max)),
        }
    }

    /// All of them, a line each.
    #[must_use]
    pub fn table(all: &[Self]) -> String {
        let mut rows = vec![COLUMNS.map(str::to_owned).to_vec()];
        rows.extend(all.iter().map(|one| {
            let mut cells = vec![one.what.clone(), one.times.to_string()];
            let seconds = [one.first_s, one.middle_s, one.most_s];
            cells.extend(seconds.map(|seconds| format!("{seconds:.3}")));
            cells
        }));
        aligned(&rows)
    }
}

/// The figure in the middle of them; 0 without any.
#[must_use]
pub fn middle(mut figures: Vec<f64>) -> f64 {
    figures.sort_by(f64::total_cmp);
    figures.get(figures.len() / 2).copied().unwrap_or_default()
}

/// To a millisecond: more digits than that are noise.
fn to_ms(seconds: f64) -> f64 {
    (seconds * 1_000.0).round() / 1_000.0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_the_middle_and_the_longest_are_told() {
        let times = Times::of("page", &[2.5, 0.1, 0.30004]);
        let expected =
            "      times  first s  middle s  most s\npage      3    2.500     0.300   2.500\n";
        assert_eq!(Times::table(&[times]), expected);
        assert_eq!(Times::of("none", &[]).times, 0);
    }
}
