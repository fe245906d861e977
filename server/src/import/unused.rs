//! Columns of dividends and splits that no price can be adjusted by: how much of them is left aside.

use std::collections::BTreeMap;

use super::columns::Columns;
use super::notation::Notation;

/// Values that are not imported, by the places of their columns.
#[derive(Debug, Default)]
pub(super) struct Unused(BTreeMap<usize, usize>);

impl Unused {
    /// Counts what a row says there. Zero says nothing.
    pub(super) fn count(&mut self, columns: &Columns, notation: Notation, fields: &[String]) {
        for place in columns.unused() {
            let text = fields.get(place).map_or("", String::as_str);
            let is_zero = notation.decimal(text).is_ok_and(|number| number.is_zero());
            if !text.is_empty() && !text.eq_ignore_ascii_case("null") && !is_zero {
                let count = self.0.entry(place).or_default();
                *count = count.saturating_add(1);
            }
        }
    }

    /// The columns as the file calls them, each with its count.
    pub(super) fn named(&self, columns: &Columns) -> Vec<(String, usize)> {
        let named = self.0.iter();
        named
            .map(|(place, count)| (columns.name(*place).to_owned(), *count))
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::super::history::parse_history;
    use super::super::report::Imported;

    #[test]
    fn what_is_not_imported_is_told() {
        let text = "Date,Open,High,Low,Close,Volume,Dividends,Stock Splits\n\
            2000-03-01,1,1,1,1,5,0.0,0\n\
            2000-03-02,1,1,1,1,5,0.24,\n\
            2000-03-03,1,1,1,1,5,0.1,4.0\n";
        let history = parse_history(Path::new("X.csv"), text.as_bytes()).unwrap();
        let lost = [("Dividends".to_owned(), 2), ("Stock Splits".to_owned(), 1)];
        assert_eq!(history.not_imported(), lost);
        let symbol = "AAA".parse().unwrap();
        let told = Imported::of(symbol, &history).to_string();
        assert!(
            told.contains("AAA: 2 values of the column Dividends not imported")
                && told.contains("AAA: 1 value of the column Stock Splits not imported"),
            "{told}"
        );
    }
}
