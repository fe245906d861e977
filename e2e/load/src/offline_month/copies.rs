//! Copies of a result file in which one byte is another.

/// What stands before the shares of an order.
pub const ORDER: &str = "\"quantity\":\"";
/// What stands before the seed of the prices, in the signed start.
pub const SEED: &str = "\"seed\":";

/// A copy in which the first digit after the mark of this number, counted from 0, is another; none without one.
#[must_use]
pub fn changed(file: &str, mark: &str, number: usize) -> Option<String> {
    let (place, _) = file.match_indices(mark).nth(number)?;
    let mut bytes = file.as_bytes().to_vec();
    let digit = bytes.get_mut(place + mark.len())?;
    *digit = match digit {
        b'0'..=b'8' => *digit + 1,
        b'9' => b'8',
        _ => return None,
    };
    String::from_utf8(bytes).ok()
}

/// How many marks there are.
#[must_use]
pub fn count(file: &str, mark: &str) -> usize {
    file.matches(mark).count()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_copy_differs_by_one_digit() {
        let file = r#"{"seed":47,"inputs":[{"quantity":"19"},{"quantity":"9.5"}]}"#;
        assert_eq!(count(file, ORDER), 2);
        let copy = |mark, number| changed(file, mark, number);
        assert_eq!(copy(ORDER, 0), Some(file.replace("\"19\"", "\"29\"")));
        assert_eq!(copy(ORDER, 1), Some(file.replace("9.5", "8.5")));
        assert_eq!(copy(SEED, 0), Some(file.replace("47", "57")));
        assert_eq!(copy(ORDER, 2), None);
        assert_eq!(changed("\"seed\":x", SEED, 0), None);
    }
}
