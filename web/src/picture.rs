//! Lines for charts drawn on the server: integers only, so that server and page produce the same
//! picture.

use domain::Price;

/// The points of an SVG polyline through values from left to right, in a box of the given size;
/// a flat line in the middle when all are equal. Empty without at least two values.
#[must_use]
pub fn line_points(values: &[Price], width: i64, height: i64) -> String {
    let units = || values.iter().map(|price| price.units());
    match (units().min(), units().max()) {
        (Some(low), Some(high)) => points_between(values, (low, high), width, height),
        _ => String::new(),
    }
}

/// The points of several polylines that share the scale of their values.
#[must_use]
pub fn joint_line_points<const N: usize>(
    lines: &[Vec<Price>; N],
    width: i64,
    height: i64,
) -> [String; N] {
    let units = || lines.iter().flatten().map(|price| price.units());
    let (low, high) = (units().min().unwrap_or(0), units().max().unwrap_or(0));
    lines
        .each_ref()
        .map(|line| points_between(line, (low, high), width, height))
}

fn points_between(values: &[Price], (low, high): (i64, i64), width: i64, height: i64) -> String {
    if values.len() < 2 {
        return String::new();
    }
    let last = values.len().saturating_sub(1);
    let point = |(index, value): (usize, &Price)| {
        let x = scaled(to_i64(index), to_i64(last), width);
        let y = if high == low {
            height / 2
        } else {
            scaled(high - value.units(), high - low, height)
        };
        format!("{x},{y}")
    };
    values
        .iter()
        .enumerate()
        .map(point)
        .collect::<Vec<_>>()
        .join(" ")
}

/// The same line closed along the bottom, for an area under it.
#[must_use]
pub fn area_points(line: &str, width: i64, height: i64) -> String {
    if line.is_empty() {
        String::new()
    } else {
        format!("0,{height} {line} {width},{height}")
    }
}

fn scaled(part: i64, whole: i64, length: i64) -> i64 {
    let product = i128::from(part).saturating_mul(i128::from(length));
    product
        .checked_div(i128::from(whole))
        .and_then(|x| i64::try_from(x).ok())
        .unwrap_or(0)
}

fn to_i64(index: usize) -> i64 {
    i64::try_from(index).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_fills_its_box() {
        let prices = [1, 3, 2].map(Price::from_whole);
        assert_eq!(line_points(&prices, 100, 20), "0,20 50,0 100,10");
        assert_eq!(
            line_points(&[Price::from_whole(5); 2], 100, 20),
            "0,10 100,10"
        );
        assert_eq!(line_points(&prices[..1], 100, 20), "");
        assert_eq!(line_points(&[], 100, 20), "");
        assert_eq!(area_points("0,1 9,2", 9, 20), "0,20 0,1 9,2 9,20");
    }
}
