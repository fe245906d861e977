//! Lines for charts that are drawn on the server: whole numbers only, so that server and page
//! write the same picture.

use domain::Price;

/// The points of an SVG polyline through values from left to right, in a box of the given size;
/// a flat line in the middle when all are equal. Empty without at least two values.
#[must_use]
pub fn line_points(values: &[Price], width: i64, height: i64) -> String {
    let units: Vec<i64> = values.iter().map(|price| price.units()).collect();
    let (Some(low), Some(high)) = (units.iter().min(), units.iter().max()) else {
        return String::new();
    };
    if units.len() < 2 {
        return String::new();
    }
    let last = units.len().saturating_sub(1);
    let point = |(index, value): (usize, &i64)| {
        let x = scaled(to_i64(index), to_i64(last), width);
        let y = if high == low {
            height / 2
        } else {
            scaled(high - value, high - low, height)
        };
        format!("{x},{y}")
    };
    units
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
